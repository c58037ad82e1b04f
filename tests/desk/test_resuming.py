"""What stands in the post editor is kept unsaved, and everything there is to know of it stands in one list."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core import calendar
from core.actors import Actor
from core.auth import actor_of
from core.clock import in_dubai, now
from core.i18n import Lang, t
from core.models import Account, User
from core.settings import settings
from desk import composing, shown, store
from outbox import media
from scheduler import posts, queueing, unsaved
from scheduler.models import Post, Unsaved
from scheduler.posts import Version
from tests.desk.conftest import Ministry, parts
from tests.desk.test_drafting import Token, drafted, labelled, opened, press, said

KEEPER = Actor("user:1", frozenset({"calendar.keep"}), 1)


def kept(house: Ministry, post: int = unsaved.NEW) -> Unsaved | None:
    with store.read() as reading:
        return unsaved.of(reading, house.users["author"], post)


def composer(app: AppTest) -> dict[str, Any]:
    return next(one for one in parts(app) if "accounts" in one)


def left(house: Ministry, post: int = unsaved.NEW, version: int = 0, **more: Any) -> None:
    """What the author wrote and went away from."""
    made = {"chosen": {str(house.accounts["x"]): ["ar"]}, "ar": "نص لم يُحفظ", "en": "", "texts": {}}
    content = {"fields": {"title": "عنوان لم يُحفظ"}, "made": made, "files": [], "alt": {}, "out": [], "order": [], **more}
    with store.write() as writing:
        unsaved.keep(writing, house.users["author"], post, version, content)


def test_a_form_nobody_touched_is_not_kept(ministry: Ministry, token: Token) -> None:
    opened(token).run()
    opened(token, post=drafted(ministry)).run()
    with store.read() as reading:
        assert reading.exec(select(Unsaved)).all() == []


def test_what_is_written_is_kept_at_once_and_there_in_another_browser(ministry: Ministry, token: Token) -> None:
    app = opened(token)
    labelled(app.text_input, "name").input("ورشة في العين").run()
    labelled(app.checkbox, "soon").check().run()
    row = kept(ministry)
    assert row is not None
    assert t("desk.compose.kept", "ar", when=shown.clock(row.at)) in said(app)
    other = opened(token)
    assert labelled(other.text_input, "name").value == "ورشة في العين"
    assert labelled(other.checkbox, "soon").value


def picture() -> dict[str, Any]:
    """One that was chosen, as it is kept."""
    into = BytesIO()
    Image.new("RGB", (40, 30), "red").save(into, "PNG")
    name = f"{'a' * 64}.png"
    folder = media.folder(settings().var_dir)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(into.getvalue())
    file = {"path": name, "alt": "مدخل الوزارة", "mime": "image/png", "sha256": "a" * 64, "width": 40, "height": 30}
    return {"name": "red.png", "file": file}


def test_day_and_hour_files_and_bodies_come_back_too(ministry: Ministry, token: Token) -> None:
    day = (now() + timedelta(days=9)).date()
    fields = {"title": "عنوان لم يُحفظ", "day:at": {"date": str(day)}, "hour:at": {"time": "11:30:00"}}
    left(ministry, files=[picture()], fields=fields)
    app = opened(token)
    assert composer(app)["ar"] == "نص لم يُحفظ"
    assert [one["alt"] for one in composer(app)["files"]] == ["مدخل الوزارة"]
    assert (app.date_input[0].value, str(app.time_input[0].value)) == (day, "11:30:00")
    labelled(app.text_input, "pair_why").input("خبر محلي").run()
    press(app, "save")
    with store.read() as reading:
        post = reading.exec(select(Post).where(Post.title == "عنوان لم يُحفظ")).one()
        assert post.ar == "نص لم يُحفظ"
        assert in_dubai(post.at or now()).date() == day
        assert [one.alt for one in queueing.pictures(reading, post)] == ["مدخل الوزارة"]
    assert kept(ministry) is None


def test_a_picture_chosen_twice_comes_back_once(ministry: Ministry, token: Token) -> None:
    again = picture()
    again["file"]["alt"] = ""
    left(ministry, files=[picture(), again], order=[f"c{'a' * 64}"] * 2)
    app = opened(token)
    assert not app.exception
    assert [one["alt"] for one in composer(app)["files"]] == ["مدخل الوزارة"]


def test_it_is_nobody_elses_and_is_thrown_away_on_request(ministry: Ministry, token: Token) -> None:
    left(ministry)
    app = AppTest.from_string("from desk.pages import compose\ncompose.page()", default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token("approver"), "ar"
    assert labelled(app.run().text_input, "name").value == ""
    mine = opened(token)
    press(mine, "throw")
    assert labelled(mine.text_input, "name").value == ""
    assert composer(mine)["ar"] == ""
    assert kept(ministry) is None


def test_over_a_version_a_colleague_saved_meanwhile_it_waits_for_a_word(ministry: Ministry, token: Token) -> None:
    number = drafted(ministry)
    left(ministry, number, 1)
    with store.write() as session:
        author = actor_of(session.get_one(User, ministry.users["approver"]))
        posts.edit(session, author, session.get_one(Post, number), title="عنوان الزميل")
    app = opened(token, post=number)
    assert labelled(app.text_input, "name").value == "عنوان الزميل"
    press(app, "mine_again")
    assert labelled(app.text_input, "name").value == "عنوان لم يُحفظ"
    assert composer(app)["ar"] == "نص لم يُحفظ"


def test_what_nobody_went_on_with_for_half_a_year_is_forgotten(ministry: Ministry) -> None:
    left(ministry)
    with store.write() as session:
        row = session.exec(select(Unsaved)).one()
        row.at = now() - unsaved.FORGOTTEN - timedelta(days=1)
        session.add(row)
        session.flush()
        unsaved.forget(session)
    assert kept(ministry) is None


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_all_that_speaks_against_a_post_stands_in_one_list_while_it_is_written(
    ministry: Ministry, token: Token, lang: Lang
) -> None:
    day = in_dubai(now() + timedelta(days=3)).date()
    with store.write() as session:
        names = {"name_ar": "عيد الاتحاد", "name_en": "National Day"}
        calendar.keep(session, KEEPER, kind="holiday", first=day, last=day, status="announced", **names)
    text = "للتسجيل اضغط هنا https://mohre.gov.ae/x #التسجيلفيالخدمة واتصل على 0501234567"
    x = ministry.accounts["x"]
    number = drafted(ministry, ar=text, en="", texts=[Version(x, "ar", text)])
    listed = said(opened(token, lang, post=number)).split("mj-check ")[1]
    lacks = t("desk.compose.lacks", lang, language=t("desk.language.en", lang))
    holiday = names["name_ar" if lang == "ar" else "name_en"]
    for expected in (lacks, holiday, "xxxxxxxx67", t("desk.check.level_stops", lang), t("desk.check.level_advice", lang)):
        assert expected in listed, expected
    assert listed.index(lacks) < listed.index(t("desk.check.level_advice", lang))


def test_where_nothing_speaks_against_it_that_is_said(ministry: Ministry, token: Token) -> None:
    number = drafted(ministry, texts=[Version(ministry.accounts["facebook"])], at=now() + timedelta(days=3, hours=2))
    assert t("desk.check.none", "ar") in said(opened(token, post=number))


def test_what_a_link_costs_is_told_with_the_whole_price(ministry: Ministry, token: Token) -> None:
    x = ministry.accounts["x"]
    number = drafted(ministry, texts=[Version(x, "en", "Register at https://mohre.gov.ae/x today")])
    with store.read() as reading:
        price = store.connections()(reading.get_one(Account, x)).price("Register at https://mohre.gov.ae/x today")
    assert price > 0
    assert f'{t("desk.check.cost", "ar")} <bdi dir="ltr">${price / 1_000_000:.3f}</bdi>' in said(opened(token, post=number))


def test_the_cards_show_what_would_be_sent(ministry: Ministry, token: Token) -> None:
    """The words of each version, and what stands in its way, are those of the preview that is approved and sent."""
    number = drafted(ministry)
    given = composer(opened(token, post=number))
    with store.read() as reading:
        post = reading.get_one(Post, number)
        made = {(one.account_id, one.lang): one for one in posts.preview(reading, post, store.connections())}
    shown = composing.versions(given)
    assert {(one.account_id, one.lang) for one in shown} == set(made)
    for one in shown:
        text = one.text or "\n\n".join(given[lang] for lang in (("ar", "en") if one.lang == "both" else (one.lang,)))
        assert text == made[one.account_id, one.lang].text


def test_the_list_says_which_posts_are_not_all_saved(ministry: Ministry, token: Token) -> None:
    number = drafted(ministry)
    app = opened(token, post=number)
    assert labelled(app.button, "new")
    left(ministry, number, 1)
    left(ministry)
    app.run()
    assert labelled(app.button, "new_begun")
    rows = next(one["rows"] for one in parts(app) if "rows" in one)
    (row,) = [row for row in rows if t("desk.compose.unsaved", "ar") in [chip["label"] for chip in row["chips"]]]
    assert row["id"] == number
