"""The editor: the pair and who gets it how, its files, poll, row, event and reminders, as the database has them afterwards."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.clock import now
from core.errors import MajlisError
from core.i18n import Lang, t
from core.models import Account
from desk import composing, filing, session, shown, store
from outbox.body import MediaFile
from scheduler import children, events, posts, queueing
from scheduler.models import Post
from scheduler.posts import Poll, Version

PAGE = """
from desk.pages import compose
compose.page()
"""
BODIES = {"ar": "ينطلق التسجيل يوم الأحد.", "en": "Registration opens on Sunday."}

Token = Callable[[str], str]


def opened(token: Token, lang: Lang = "ar", post: int | None = None) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token("author"), lang
    if post is not None:
        app.query_params["post"], app.query_params["edit"] = str(post), "1"
    app.run()
    assert not app.exception
    return app


def labelled(widgets: Any, key: str, lang: Lang = "ar", **values: object) -> Any:
    """The widget that is called so."""
    return next(one for one in widgets if one.label == t(f"desk.compose.{key}", lang, **values))


def press(app: AppTest, key: str) -> AppTest:
    labelled(app.button, key).click().run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(block.proto.body for block in app.get("html"))


def drafted(house: Any, **facts: Any) -> int:
    """A draft of the author's for X, in two posts, and for Facebook, in one."""
    from core.auth import actor_of
    from core.models import User

    x, page = house.accounts["x"], house.accounts["facebook"]
    texts = [Version(page), Version(x, "ar"), Version(x, "en", "Open on Sunday.")]
    with store.write() as writing:
        author = actor_of(writing.get_one(User, house.users["author"]))
        given = {"kind": "news", "title": "تجربة", "texts": texts, "at": now() + timedelta(days=3), **BODIES, **facts}
        return posts.draft(writing, author, **given).id or 0


def announced(house: Any) -> int:
    """The announcement of an event in a week, with one reminder."""
    from core.auth import actor_of
    from core.models import User

    begins = now() + timedelta(days=7)
    facts = events.EventFacts("ورشة", begins, begins + timedelta(hours=2), title_en="Workshop")
    number = drafted(house, kind="event", event=facts, ar="", en="", texts=[Version(house.accounts["facebook"])])
    with store.write() as writing:
        author = actor_of(writing.get_one(User, house.users["author"]))
        posts.remind(writing, author, writing.get_one(Post, number), [3_600])
    return number


def test_two_pages_of_one_platform_are_never_called_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_account: Account) -> Any:
        raise MajlisError

    monkeypatch.setattr(session, "lang", lambda: "en")
    monkeypatch.setattr(store, "connections", lambda: closed)
    pages = [Account(id=n, platform="facebook", native_id=str(100 + n)) for n in range(2)]
    labels = [composing.account(page)["label"] for page in pages]
    assert labels == ["Facebook 100", "Facebook 101"]
    assert composing.account(Account(id=3, platform="facebook", native_id="1", name="الوزارة"))["label"] == "الوزارة"


def test_a_version_says_what_the_bodies_say_unless_it_has_words_of_its_own() -> None:
    made = {"chosen": {"1": ["both"], "2": ["ar", "en"]}, **BODIES, "texts": {"2:en": "Sunday!"}}
    assert composing.versions(made) == [Version(1), Version(2, "ar"), Version(2, "en", "Sunday!")]


def test_of_one_language_alone_no_empty_post_is_made_for_the_other() -> None:
    made = {"chosen": {"1": ["both"], "2": ["ar", "en"], "3": ["en"]}, "ar": "نص", "en": "", "texts": {}}
    assert composing.versions(made, one_language=True) == [Version(1), Version(2, "ar"), Version(3, "en")]
    assert Version(2, "en") in composing.versions(made)  # a translation is still to come


def test_a_draft_opens_with_what_it_says_and_is_saved_as_it_was(ministry: Any, token: Token) -> None:
    number = drafted(ministry)
    app = opened(token, post=number)
    x, page = ministry.accounts["x"], ministry.accounts["facebook"]
    with store.read() as reading:
        start = composing.content([{"id": x}, {"id": page}], reading.get_one(Post, number), reading)
        before = [(row.account_id, row.lang, row.text) for row in queueing.texts(reading, reading.get_one(Post, number))]
    assert start == {"chosen": {str(page): ["both"], str(x): ["ar", "en"]}, **BODIES, "texts": {f"{x}:en": "Open on Sunday."}}
    press(app, "save")
    with store.read() as reading:
        post = reading.get_one(Post, number)
        assert post.version == 2
        assert [(row.account_id, row.lang, row.text) for row in queueing.texts(reading, post)] == before


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_what_stands_in_the_way_is_told_for_each_version_while_it_is_written(
    ministry: Any, monkeypatch: pytest.MonkeyPatch, lang: Lang
) -> None:
    monkeypatch.setattr(session, "lang", lambda: lang)
    x = ministry.accounts["x"]
    made = {"chosen": {str(x): ["ar", "en"]}, "ar": "نص " * 200, "en": "Short.", "texts": {}}
    bare = MediaFile("a.png", "", "image/png", "a" * 64, 100, 100, 10)
    with store.read() as reading:
        found = composing.found([reading.get_one(Account, x)], made, [bare], None, why="")
    missing = t("error.why.post_alt_missing", lang)
    assert found[f"{x}:en"]["whys"] == [missing]
    assert len(found[f"{x}:ar"]["whys"]) == 2
    assert missing in found[f"{x}:ar"]["whys"]


def test_a_missing_language_is_told_and_its_reason_asked_for(ministry: Any, token: Token) -> None:
    whole, half = drafted(ministry), drafted(ministry, en="")
    asks = t("desk.compose.pair_why", "ar")
    assert asks not in [field.label for field in opened(token, post=whole).text_input]
    app = opened(token, post=half)
    assert t("desk.compose.lacks", "ar", language="الإنجليزية") in said(app)
    press(app, "submit")
    assert t("error.why.language_en", "ar") in said(app)
    labelled(app.text_input, "pair_why").input("للناطقين بالعربية وحدهم")
    labelled(app.button, "submit").click().run()
    with store.read() as reading:
        post = reading.get_one(Post, half)
        assert (post.state, post.pair_why) == ("submitted", "للناطقين بالعربية وحدهم")


def test_an_account_that_would_get_one_language_of_two_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "lang", lambda: "en")
    made = {"chosen": {"1": ["both"], "2": ["ar"]}, **BODIES, "texts": {}}
    accounts = [{"id": 1, "label": "Page"}, {"id": 2, "label": "On X"}]
    assert composing.missing(made, accounts) == [t("desk.compose.half", "en", account="On X", language="English")]
    made["chosen"] = {"1": ["both"], "2": ["ar", "en"]}
    assert composing.missing(made, accounts) == []


def test_a_poll_is_written_and_taken_out_again(ministry: Any, token: Token) -> None:
    number = drafted(ministry)
    app = opened(token, post=number)
    labelled(app.checkbox, "poll").check().run()
    labelled(app.text_input, "answer", number=1).input("نعم")
    labelled(app.text_input, "answer", number=2).input("لا")
    press(app, "save")
    with store.read() as reading:
        assert reading.get_one(Post, number).poll == {"options": ["نعم", "لا"], "minutes": 1440}
    labelled(app.checkbox, "poll").uncheck().run()
    press(app, "save")
    with store.read() as reading:
        assert reading.get_one(Post, number).poll is None


def test_a_poll_stays_as_long_as_nobody_touches_it(ministry: Any, token: Token) -> None:
    number = drafted(ministry, poll=Poll(("نعم", "لا", "ربما"), 90))
    press(opened(token, post=number), "save")
    with store.read() as reading:
        assert reading.get_one(Post, number).poll == {"options": ["نعم", "لا", "ربما"], "minutes": 90}


def test_a_row_keeps_its_wall_its_zone_and_its_end(ministry: Any, token: Token) -> None:
    first = datetime.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=10)  # noqa: DTZ005 (a wall)
    until = (first + timedelta(days=30)).date()
    wall, repeat = f"{first:%Y-%m-%dT%H:%M}", {"every": "week", "step": 2, "until": str(until)}
    number = drafted(ministry, at=None, wall=wall, zone="Europe/London", repeat=repeat)
    app = opened(token, post=number)
    days = [block.proto.body for block in app.get("html") if "mj-hijri" in block.proto.body]
    assert [shown.hijri(day, "ar") in block for day, block in zip((first.date(), until), days, strict=True)] == [True, True]
    labelled(app.date_input, "day").set_value(first.date() + timedelta(days=1)).run()
    assert shown.hijri(first.date() + timedelta(days=1), "ar") in said(app)
    labelled(app.date_input, "day").set_value(first.date())
    press(app, "save")
    with store.read() as reading:
        post = reading.get_one(Post, number)
        assert (post.wall, post.zone, post.repeat) == (wall, "Europe/London", repeat)
    labelled(app.checkbox, "recurs").uncheck().run()
    press(app, "save")
    with store.read() as reading:
        assert reading.get_one(Post, number).repeat is None


def test_an_event_has_both_its_names_and_its_reminders(ministry: Any, token: Token) -> None:
    app = opened(token)
    labelled(app.selectbox, "kind").select("event").run()
    labelled(app.text_input, "name").input("ورشة")
    labelled(app.text_input, "event_ar").input("ورشة نافس")
    labelled(app.text_input, "event_en").input("Nafis workshop")
    labelled(app.text_input, "place_ar").input("دبي")
    labelled(app.text_input, "place_en").input("Dubai").run()
    above = " ".join(block.proto.body for block in app.get("html"))
    assert t("desk.compose.event_beneath", "ar") in above
    assert "<bdi>ورشة نافس</bdi> · <bdi>دبي</bdi>" in above
    labelled(app.button_group, "remind").select(86_400).select(3_600)
    press(app, "save")
    with store.read() as reading:
        post = reading.exec(select(Post).where(Post.title == "ورشة", Post.role == "")).one()
        event = events.of(reading, post)
        assert event is not None
        assert (event.title, event.title_en, event.place_en, event.zone) == ("ورشة نافس", "Nafis workshop", "Dubai", "Asia/Dubai")
        assert post.ar.startswith("ورشة نافس")
        assert post.en.startswith("Nafis workshop")
        assert {one.before_s for one in children.of(reading, post, "reminder")} == {86_400, 3_600}
    labelled(app.button_group, "remind").unselect(3_600)
    press(app, "save")
    with store.read() as reading:
        post = reading.get_one(Post, post.id)
        assert {one.before_s for one in children.of(reading, post, "reminder")} == {86_400}


def picture(colour: str) -> bytes:
    into = BytesIO()
    Image.new("RGB", (40, 30), colour).save(into, "PNG")
    return into.getvalue()


def test_files_are_described_ordered_excused_and_taken_out(ministry: Any, tmp_path: Path) -> None:
    from core.auth import actor_of
    from core.models import User

    number = drafted(ministry)
    with store.write() as writing:
        author, post = actor_of(writing.get_one(User, ministry.users["author"])), writing.get_one(Post, number)
        for colour in ("red", "green"):
            (tmp_path / colour).write_bytes(picture(colour))
            posts.add_media(writing, author, post, tmp_path / colour, colour)
        red, green = filing.held(writing, post, "rev")
        fresh = filing.Held("new", "blue.png", MediaFile("", "", "", "", alt_why="زخرفة"), data=picture("blue"))
        filing.keep(writing, author, post, [fresh, filing.Held(green.key, "", described(green.file, "أخضر"), green.row)])
    with store.read() as reading:
        kept = queueing.pictures(reading, reading.get_one(Post, number))
    assert [(one.alt, one.alt_why) for one in kept] == [("", "زخرفة"), ("أخضر", "")]
    assert red.file.sha256 not in {one.sha256 for one in kept}


def described(file: MediaFile, alt: str) -> MediaFile:
    return MediaFile(file.path, alt, file.mime, file.sha256, file.width, file.height, file.bytes)


def test_a_reminder_is_written_without_an_hour_or_an_event_of_its_own(ministry: Any, token: Token) -> None:
    number = announced(ministry)
    with store.read() as reading:
        reminder = children.of(reading, reading.get_one(Post, number), "reminder")[0]
    app = opened(token, post=reminder.id)
    labels = [one.label for one in (*app.text_input, *app.checkbox)]
    assert t("desk.compose.event_ar", "ar") not in labels
    assert t("desk.compose.soon", "ar") not in labels
    press(app, "save")
    with store.read() as reading:
        saved = reading.get_one(Post, reminder.id)
        assert (saved.at, saved.ar, saved.version) == (reminder.at, reminder.ar, reminder.version + 1)


def test_what_an_account_cannot_take_is_told_on_submitting(ministry: Any, token: Token) -> None:
    number = drafted(ministry, texts=[Version(ministry.accounts["x"])], ar="نص " * 200)
    app = press(opened(token, post=number), "submit")
    assert t("error.why.post_too_long", "ar", count=630, limit=280) in said(app)
    with store.read() as reading:
        assert reading.get_one(Post, number).state == "draft"
