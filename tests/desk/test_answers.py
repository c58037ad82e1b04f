"""Saved replies at the desk, a colleague's yes beneath the thread, and what the reply box is given of both."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core import settings as configuration
from core.auth import actor_of
from core.clock import now
from core.i18n import Lang, t
from core.models import User
from desk import leaving, replying, store
from inbox import reply, saved, secondlook
from inbox.models import Item, Reply, SavedReply, Tag
from outbox.models import Delivery
from policies.edition import parse
from tests.desk.conftest import parts
from tests.desk.test_pages import PAGE, opened
from tests.inbox.small_edition import written

Token = Callable[[str], str]


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edition in force wants a second look at complaints."""
    wanted = parse(written("1", "2026-01-01", more='reply.approval.kinds = ["complaint"]'))
    monkeypatch.setattr(secondlook, "in_force", lambda _session: wanted)


def keep(name: str = "موعد نافس", days: int = 60, **more: Any) -> int:
    given: dict[str, Any] = {"ar": "أهلا {name}، الموعد {day}.", "en": "Hello {name}, on {day}.", "source": "الموقع", **more}
    with store.write() as session:
        boss = actor_of(session.exec(select(User).where(User.username == "manager")).one())
        kept = saved.keep(session, boss, saved.Content(name=name, review_by=saved.today(), **given))
        kept.review_by += timedelta(days=days)
        session.add(kept)
    return kept.id or 0


def send(who: str, item_id: int, text: str) -> Reply:
    with store.write() as session:
        author = actor_of(session.exec(select(User).where(User.username == who)).one())
        seen = reply.thread_version(session, session.get_one(Item, item_id))
        return reply.send(session, author, item_id, text, seen_version=seen, nonce=f"{who}:{item_id}:{text}")


def at_item(token: str, item_id: int, lang: Lang = "ar", kept: Mapping[str, object] | None = None) -> AppTest:
    app = AppTest.from_string(PAGE.format(path="inbox"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, lang
    for name, value in (kept or {}).items():
        app.session_state[name] = value
    app.query_params["item"], app.query_params["view"] = str(item_id), "all"
    return app.run()


def told(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html"))


def box(app: AppTest) -> dict[str, Any]:
    """What the reply box was given."""
    (found,) = [one for one in parts(app) if "seen" in one]
    return dict(found)


def key(app: AppTest, begins: str) -> Any:
    return next(one for one in app.button if str(one.key).startswith(begins))


@pytest.mark.usefixtures("ministry")
def test_whoever_keeps_them_writes_a_saved_reply_by_the_form(token: Token) -> None:
    app = opened("answers", token("manager"), "ar")
    key(app, "saved_new").click().run()
    fields = {"name": "موعد التسجيل", "source": "الموقع"}
    for field, value in fields.items():
        next(one for one in app.text_input if str(one.key).startswith(f"{field}:")).input(value)
    next(one for one in app.text_area if str(one.key).startswith("ar:")).input("أهلا {name}")
    key(app, "keep:").click().run()
    assert not app.exception
    with store.read() as session:
        kept = session.exec(select(SavedReply)).one()
    assert (kept.name, kept.text_ar, kept.source, kept.text_en) == ("موعد التسجيل", "أهلا {name}", "الموقع", "")
    assert t("desk.done.saved_kept", "ar") in told(app)
    assert not any(str(one.key).startswith("keep:") for one in app.button)


@pytest.mark.usefixtures("ministry")
def test_what_is_refused_stays_in_the_form(token: Token) -> None:
    app = opened("answers", token("moderator"), "ar")
    key(app, "saved_new").click().run()
    next(one for one in app.text_area if str(one.key).startswith("en:")).input("Hello")
    key(app, "keep:").click().run()
    assert t("error.field.saved_name", "ar") in told(app)
    assert next(one for one in app.text_area if str(one.key).startswith("en:")).value == "Hello"


@pytest.mark.usefixtures("ministry")
def test_it_is_changed_ended_and_taken_up_again(token: Token) -> None:
    kept = keep()
    app = opened("answers", token("manager"), "ar")
    key(app, "saved_change").click().run()
    next(one for one in app.text_input if str(one.key).startswith("name:")).input("اسم آخر")
    key(app, "keep:").click().run()
    key(app, "saved_end").click().run()
    with store.read() as session:
        one = saved.of(session, kept)
        assert (one.name, one.active) == ("اسم آخر", False)
    key(app, "saved_take_up").click().run()
    with store.read() as session:
        assert saved.of(session, kept).active


@pytest.mark.usefixtures("ministry")
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_whoever_only_answers_reads_them_with_owner_source_and_day(token: Token, lang: Lang) -> None:
    keep()
    keep("قديم", days=-1)
    app = opened("answers", token("agent"), lang)
    assert not app.exception
    assert "موظف manager" in told(app)
    assert "الموقع" in told(app)
    assert [one for one in app.button if str(one.key).startswith("saved_")] == []


def test_saved_replies_come_to_the_box_when_they_are_asked_for(ministry: Any, token: Token) -> None:
    fresh, over = keep(), keep("قديم", days=-1)
    item = ministry.items["question"]
    assert box(at_item(token("agent"), item))["offers"] is None
    offers = {one["id"]: one for one in box(at_item(token("agent"), item, kept={replying.CHOOSING: item}))["offers"]}
    assert offers[fresh]["text"] == "أهلا سالم الكتبي، الموعد {day}."
    assert (offers[fresh]["over"], offers[over]["over"]) == (False, True)
    assert offers[over]["note"]


def test_without_a_saved_reply_none_is_offered(ministry: Any, token: Token) -> None:
    assert box(at_item(token("agent"), ministry.items["question"]))["ready"] is False


def test_what_was_sent_can_be_taken_back_while_it_waits(ministry: Any, token: Token) -> None:
    item = ministry.items["question"]
    sent = send("agent", item, "نعم")
    app = at_item(token("agent"), item, kept={leaving.LATEST: (sent.id, item)})
    waits = box(app)["leaving"]
    assert (waits["reply"], waits["undo"]) == (sent.id, True)
    assert 0 < waits["left"] <= 8
    assert [button for button in app.button if button.key == "undo"] == []  # the box offers it, and once is enough
    app = at_item(token("agent"), ministry.items["wages"], kept={leaving.LATEST: (sent.id, item)})
    assert t("desk.undo.reply", "ar") in told(app)
    key(app, "undo").click().run()
    assert box(app)["draft"] == "نعم"
    assert box(app)["leaving"] is None
    assert t("desk.done.taken_back", "ar") in told(app)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_of_what_may_stand_already_it_is_told_that_it_is_looked_for(ministry: Any, token: Token, lang: Lang) -> None:
    item = ministry.items["question"]
    sent = send("agent", item, "نعم")
    with store.write() as session:
        delivery = session.get_one(Delivery, sent.delivery_id)
        delivery.first_sent_at, delivery.cleared_at = now() - timedelta(hours=1), now()
        session.add(delivery)
    app = at_item(token("agent"), ministry.items["wages"], lang, kept={leaving.LATEST: (sent.id, item)})
    key(app, "undo").click().run()
    assert t("desk.done.sought", lang) in told(app)
    assert t("desk.done.taken_back", lang) not in told(app)
    assert box(at_item(token("agent"), item, lang))["draft"] == ""


def test_another_person_is_offered_nothing_to_take_back(ministry: Any, token: Token) -> None:
    item = ministry.items["question"]
    send("agent", item, "نعم")
    assert box(at_item(token("moderator"), item))["leaving"] is None


def test_without_a_window_nothing_is_offered_to_be_taken_back(ministry: Any, token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAJLIS_UNDO_S", "0")
    configuration.settings.cache_clear()
    item = ministry.items["question"]
    send("agent", item, "نعم")
    assert box(at_item(token("agent"), item))["leaving"]["undo"] is False
    configuration.settings.cache_clear()


@pytest.mark.usefixtures("asking")
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_an_approver_says_yes_beneath_the_thread(ministry: Any, token: Token, lang: Lang) -> None:
    item = ministry.items["wages"]
    waiting = send("agent", item, "نتابع شكواكم")
    own = at_item(token("agent"), item, lang)
    assert t("desk.seconding.own", lang) in told(own)
    assert box(own)["leaving"]["words"] == t("desk.reply.asked", lang)
    assert box(own)["look"] == t("desk.reply.look", lang, why=t("desk.kind.complaint", lang))
    app = at_item(token("approver"), item, lang)
    assert "نتابع شكواكم" in told(app)
    key(app, f"approve:{waiting.id}").click().run()
    assert t("desk.done.reply_approved", lang) in told(app)
    assert t("desk.seconding.approved_by", lang, name="موظف approver") in told(app)
    with store.read() as session:
        assert session.get_one(Reply, waiting.id).state == "queued"


@pytest.mark.usefixtures("asking")
def test_it_goes_back_with_a_word_that_its_author_reads(ministry: Any, token: Token) -> None:
    item = ministry.items["wages"]
    waiting = send("agent", item, "نتابع شكواكم")
    app = at_item(token("manager"), item)
    next(one for one in app.text_area if str(one.key).startswith("note:")).input("اذكر رقم الملف")
    key(app, f"send_back:{waiting.id}").click().run()
    assert t("desk.done.reply_sent_back", "ar") in told(app)
    own = at_item(token("agent"), item)
    assert "اذكر رقم الملف" in told(own)
    assert (box(own)["draft"], bool(box(own)["back"])) == ("نتابع شكواكم", True)


@pytest.mark.usefixtures("asking")
def test_who_may_not_approve_reads_what_waits_and_has_no_button(ministry: Any, token: Token) -> None:
    item = ministry.items["wages"]
    send("agent", item, "نتابع شكواكم")
    app = at_item(token("moderator"), item)
    assert t("desk.seconding.title", "ar") in told(app)
    assert [one for one in app.button if str(one.key).startswith("approve:")] == []


@pytest.mark.usefixtures("asking")
def test_what_waits_for_a_yes_is_a_view_for_whoever_gives_it(ministry: Any, token: Token) -> None:
    send("agent", ministry.items["wages"], "نتابع شكواكم")

    def views(who: str) -> dict[str, str]:
        app = opened("inbox", token(who), "ar")
        return {one["name"]: one["count"] for one in next(one for one in parts(app) if "views" in one)["views"]}

    assert views("approver")["approvals"] == "1"
    assert "approvals" not in views("moderator")


def test_a_private_message_is_counted_by_its_own_limit(ministry: Any, token: Token) -> None:
    own, aside = token("agent"), {"style": "chars", "limit": 2_000}
    assert box(at_item(own, ministry.items["wages"]))["counts"] == {"open": {"style": "chars", "limit": 63_206}, "aside": aside}
    assert box(at_item(own, ministry.items["private"]))["counts"] == {"open": aside, "aside": aside}


@pytest.mark.usefixtures("ministry")
def test_a_tag_is_entered_renamed_and_ended(token: Token) -> None:
    app = AppTest.from_string(PAGE.format(path="answers"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token("manager"), "ar"
    app.query_params["tab"] = "tags"
    app.run()
    key(app, "tag_new").click().run()
    for field, value in {"ar": "إعلامي", "en": "Press", "code": "press"}.items():
        next(one for one in app.text_input if str(one.key).startswith(f"tag_{field}:")).input(value)
    key(app, "tag_keep:").click().run()
    key(app, "tag_change:press").click().run()
    next(one for one in app.text_input if str(one.key).startswith("tag_en:")).input("Media")
    key(app, "tag_keep:").click().run()
    key(app, "tag_use:press").click().run()
    assert not app.exception
    with store.read() as session:
        tag = session.get_one(Tag, "press")
    assert (tag.name_ar, tag.name_en, tag.active) == ("إعلامي", "Media", False)


@pytest.mark.usefixtures("ministry")
def test_whoever_keeps_no_tags_only_reads_them(token: Token) -> None:
    app = AppTest.from_string(PAGE.format(path="answers"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token("moderator"), "ar"
    app.query_params["tab"] = "tags"
    assert [one for one in app.run().button if str(one.key).startswith("tag_")] == []
