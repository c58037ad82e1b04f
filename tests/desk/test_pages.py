"""Every page for every role, without a browser: nothing raises, and nobody is shown a room that is not his."""

import html
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from connectors.contract import Message, Surface
from core.actors import ROLES, WORKER, Actor, abilities_of
from core.auth import actor_of
from core.clock import now
from core.i18n import Lang, t
from core.models import Account, User
from desk import rooms, store
from desk.session import DOOR
from desk.shown import platform
from inbox import cases
from inbox.models import Item
from inbox.receive import receive
from policies.edition import current

DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard.py"
PAGE = """
from desk import chrome, rooms, session
person = session.find_actor()
room = next(room for room in rooms.ROOMS if room.path == {path!r})
chrome.side(person, room.path)
room.page()
"""

Token = Callable[[str], str]


def opened(path: str, token: str, lang: Lang = "ar", **at: str) -> AppTest:
    """The page as this person opens it, at these choices of its address."""
    app = AppTest.from_string(PAGE.format(path=path), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, lang
    for name, value in at.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    """What a page without a fault shows of our own markup."""
    assert not app.exception, [e.value for e in app.exception]
    return html.unescape("\n".join(block.proto.body for block in app.get("html")))


def person(role: str) -> Actor:
    return Actor("user:1", abilities_of([role]), 1)


@pytest.mark.usefixtures("ministry")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_every_page_of_a_role_opens_without_an_error(role: str, lang: Lang, token: Token) -> None:
    own = token(role)
    for room in rooms.open_to(person(role)):
        app = opened(room.path, own, lang)
        assert not app.exception, f"{room.path}: {[e.value for e in app.exception]}"
        assert any(t(f"desk.{room.path}.title", lang) in block.proto.body for block in app.get("html")), room.path


@pytest.mark.usefixtures("empty_house")
@pytest.mark.parametrize("role", ROLES)
def test_pages_open_on_an_empty_database(role: str, token: Token) -> None:
    own = token(role)
    for room in rooms.open_to(person(role)):
        app = opened(room.path, own, "ar")
        assert not app.exception, f"{room.path}: {[e.value for e in app.exception]}"


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        ("agent", {"inbox", "cases", "answers", "me"}),
        ("author", {"inbox", "compose", "plan", "figures", "accounts", "me"}),
        ("approver", {"inbox", "compose", "plan", "figures", "accounts", "me"}),
        ("moderator", {"inbox", "cases", "answers", "policy", "me"}),
        ("manager", {"inbox", "cases", "answers", "days", "problems", "figures", "accounts", "me"}),
        ("auditor", {"inbox", "cases", "figures", "policy", "accounts", "audit", "me"}),
        ("appeal_reviewer", {"inbox", "cases", "policy", "me"}),
        ("admin", {"inbox", "days", "problems", "figures", "policy", "accounts", "people", "audit", "me"}),
    ],
)
def test_a_role_has_its_own_rooms_and_no_others(role: str, paths: set[str]) -> None:
    assert {room.path for room in rooms.open_to(person(role))} == paths


def test_somebody_without_a_role_has_only_what_is_his_own() -> None:
    assert [room.path for room in rooms.open_to(Actor("user:1"))] == ["me"]


def test_an_account_that_does_not_answer_is_told_beside_the_reply(ministry: object, token: Token) -> None:
    own = token("agent")
    with store.write() as session:
        account = session.get_one(Account, ministry.accounts["facebook"])  # type: ignore[attr-defined]  # the fixture's own class
        account.health = "unavailable"
        session.add(account)
    app = AppTest.from_string(PAGE.format(path="inbox"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = own, "ar"
    app.query_params["item"] = str(ministry.items["question"])  # type: ignore[attr-defined]  # the fixture's own class
    app.run()
    assert any(
        t("desk.reply.waits", "ar", health=t("desk.health.unavailable", "ar")) in block.proto.body for block in app.get("html")
    )


@pytest.mark.usefixtures("ministry")
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_forms_and_mail_stand_among_the_accounts_and_cost_nothing(token: Token, lang: Lang) -> None:
    own = token("admin")
    with store.write() as session:
        session.add_all([Account(platform=name, native_id="own", health="ok") for name in ("portal", "email")])
    for path in ("accounts", "figures", "problems", "inbox"):
        app = opened(path, own, lang)
        assert not app.exception, f"{path}: {[e.value for e in app.exception]}"
    told = " ".join(block.proto.body for block in opened("accounts", own, lang).get("html"))
    assert platform("portal", lang) in told


@pytest.mark.usefixtures("ministry")
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_form_is_read_and_answered_like_any_private_message(token: Token, lang: Lang) -> None:
    own = token("agent")
    with store.write() as session:
        account = Account(platform="portal", native_id="forms", health="ok")
        session.add(account)
        session.flush()
        words = Message("portal:forms", "form-1", Surface.FORM, "form-1", "لم يُصرف راتبي منذ شهرين", now())
        receive(session, account, [words], current())
        item = session.exec(select(Item).where(Item.native_id == "form-1")).one()
        cases.open_case(session, WORKER, item, "complaint")
    app = AppTest.from_string(PAGE.format(path="inbox"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = own, lang
    app.query_params["item"] = str(item.id)
    app.run()
    assert not app.exception, [e.value for e in app.exception]
    told = " ".join(block.proto.body for block in app.get("html"))
    assert t("desk.surface.form", lang) in told
    assert platform("portal", lang) in told


@pytest.mark.usefixtures("ministry")
def test_the_dashboard_asks_for_a_password_before_anything_else() -> None:
    app = AppTest.from_file(str(DASHBOARD), default_timeout=120).run()
    assert not app.exception
    assert len(app.text_input) == 2
    assert not app.get("bidi_component")


@pytest.mark.usefixtures("ministry")
def test_plain_streamlit_signs_in_with_the_same_password() -> None:
    app = AppTest.from_file(str(DASHBOARD), default_timeout=120).run()
    app.text_input[0].input("staff")
    app.text_input[1].input("a long password")
    app.button[0].click().run()
    assert not app.exception
    assert app.session_state["token"]


@pytest.mark.usefixtures("ministry")
def test_a_wrong_password_is_told_and_lets_nobody_in() -> None:
    app = AppTest.from_file(str(DASHBOARD), default_timeout=120).run()
    app.text_input[0].input("staff")
    app.text_input[1].input("not the password")
    app.button[0].click().run()
    assert "token" not in app.session_state
    assert any("كلمة المرور غير صحيحة" in block.proto.body for block in app.get("html"))


def test_someone_dismissed_is_out_at_his_next_step(ministry: object, token: Token) -> None:
    own = token("agent")
    app = AppTest.from_file(str(DASHBOARD), default_timeout=120)
    app.session_state["token"] = own
    app.run()
    assert not app.text_input or app.text_input[0].label != "اسم المستخدم"
    with store.write() as session:
        user = session.get_one(User, ministry.users["agent"])  # type: ignore[attr-defined]  # the fixture's own class
        user.active = False
        session.add(user)
        assert not actor_of(user).abilities
    app.run()
    assert [field.label for field in app.text_input] == ["اسم المستخدم", "كلمة المرور"]
    assert not DOOR.asgi
