"""The crisis pause at the desk: nobody misses it, who may lifts it again, and what it held leaves only when a person says so."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.auth import actor_of
from core.clock import now
from core.i18n import LANGS, Lang, t
from core.models import Account, User
from desk import store
from outbox import pause
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.models import Delivery, Pause
from tests.desk.test_pages import Token

DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard.py"
PAGES = """
from desk import chrome, crisis, rooms, session
person = session.find_actor()
room = next(room for room in rooms.ROOMS if room.path == {path!r})
crisis.switch(person)
crisis.banner()
room.page()
"""


def desk(path: str, token: str, lang: Lang = "ar") -> AppTest:
    app = AppTest.from_string(PAGES.format(path=path), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, lang
    app.run()
    assert not app.exception, [e.value for e in app.exception]
    return app


def said(app: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in app.get("html"))


def the(widgets: Any, key: str) -> Any:
    """The widget whose key begins so."""
    return next(one for one in widgets if str(one.key).startswith(key))


def has(widgets: Any, key: str) -> bool:
    return any(str(one.key).startswith(key) for one in widgets)


def press(ministry: Any, who: str = "approver", **given: Any) -> None:
    with store.write() as session:
        pause.press(session, actor_of(session.get_one(User, ministry.users[who])), "حادث في موقع عمل", **given)


def lift(ministry: Any) -> None:
    with store.write() as session:
        pause.lift(session, actor_of(session.get_one(User, ministry.users["manager"])))


def held(ministry: Any, *accounts: str) -> list[int]:
    """One delivery an account, held by the pause."""
    ids = []
    with store.write() as session:
        author = actor_of(session.get_one(User, ministry.users["author"]))
        for number, platform in enumerate(accounts):
            account = session.get_one(Account, ministry.accounts[platform])
            row = enqueue(session, author, kind="post", account=account, ref=f"held:{number}", body=Body(text=f"عيد سعيد {number}"))
            session.flush()
            row = session.get_one(Delivery, row.id)
            row.state, row.reason, row.scheduled_at = "held", "paused", now() - timedelta(minutes=30 - number)
            session.add(row)
            session.flush()
            ids.append(row.id or 0)
    return ids


def stands(id: int) -> tuple[str, str]:
    with store.read() as session:
        row = session.get_one(Delivery, id)
        return row.state, row.reason


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("role", ["author", "agent", "admin", "approver"])
def test_every_page_of_everybody_tells_who_stopped_it_why_until_when_and_what_may_still_leave(
    ministry: Any, token: Token, role: str, lang: Lang
) -> None:
    agent = ministry.users["agent"]
    press(ministry, allow=["receipt", f"user:{agent}"], ends_at=now() + timedelta(hours=3))
    app = AppTest.from_file(str(DASHBOARD), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token(role), lang
    told = said(app.run())
    for word in (
        t("desk.pause.on", lang),
        "حادث في موقع عمل",
        "موظف approver",
        t("desk.pause.kind.receipt", lang),
        t("desk.pause.of", lang, name="موظف agent"),
    ):
        assert word in told
    assert t("desk.pause.until_lifted", lang) not in told


def test_who_may_presses_it_with_a_reason_an_end_and_what_may_still_leave(ministry: Any, token: Token) -> None:
    app = desk("compose", token("approver"))
    the(app.text_area, "crisis_why").input("An accident at a site")
    the(app.selectbox, "crisis_for").select(60)
    the(app.selectbox, "crisis_after").select(15)
    the(app.multiselect, "crisis_allow").select("receipt")
    the(app.button, "do_press").click().run()
    assert not app.exception
    with store.read() as session:
        running = pause.in_force(session)
    assert running is not None
    assert (running.reason, running.allow, running.after_s) == ("An accident at a site", ["receipt"], 900)
    assert running.started_by == f"user:{ministry.users['approver']}"
    assert running.ends_at is not None
    assert timedelta(minutes=58) < running.ends_at - now() <= timedelta(minutes=60)
    assert t("desk.pause.on", "ar") in said(app)
    assert not has(app.button, "do_press")


@pytest.mark.usefixtures("ministry")
def test_without_a_reason_nothing_is_stopped_and_that_is_told(token: Token) -> None:
    app = desk("compose", token("approver"))
    the(app.button, "do_press").click().run()
    assert t("error.why.say_why", "ar") in said(app)
    with store.read() as session:
        assert session.exec(select(Pause)).all() == []


@pytest.mark.parametrize(("role", "path"), [("author", "plan"), ("agent", "inbox"), ("admin", "problems")])
def test_who_may_not_press_it_has_no_switch_and_can_not_lift_it(ministry: Any, token: Token, role: str, path: str) -> None:
    own = token(role)
    assert not has(desk(path, own).button, "do_press")
    press(ministry)
    assert not has(desk(path, own).button, "do_lift")


def test_one_more_is_let_through_and_the_pause_goes_on(ministry: Any, token: Token) -> None:
    press(ministry)
    app = desk("inbox", token("manager"))
    the(app.selectbox, "permit_who").select("reply")
    app.run()
    the(app.button, "do_permit").click().run()
    with store.read() as session:
        running = pause.in_force(session)
    assert running is not None
    assert running.allow == ["reply"]
    assert t("desk.pause.kind.reply", "ar") in said(app)


def test_whoever_confirms_is_told_of_what_was_held_and_is_permitted_since(ministry: Any, token: Token) -> None:
    press(ministry)
    _, second = held(ministry, "x", "facebook")
    with store.write() as session:
        pause.permit(session, actor_of(session.get_one(User, ministry.users["approver"])), f"delivery:{second}")
    told = said(desk("problems", token("manager")))
    assert t("desk.pause.asks", "ar", n=1) in told
    assert told.count(t("desk.held.permitted", "ar")) == 1
    assert told.index("عيد سعيد 1") < told.index("عيد سعيد 0")
    app = desk("problems", token("admin"))  # he may not press the pause, and need not
    the(app.button, "through:").click().run()
    assert stands(second)[0] == "scheduled"


def test_lifting_leaves_what_was_held_waiting_and_says_how_much(ministry: Any, token: Token) -> None:
    press(ministry)
    ids = held(ministry, "x", "facebook")
    app = desk("inbox", token("manager"))
    the(app.button, "do_lift").click().run()
    with store.read() as session:
        assert pause.in_force(session) is None
    assert t("desk.pause.waits", "ar", n=2) in said(app)
    assert [stands(id) for id in ids] == [("held", "paused")] * 2


def test_what_waits_during_the_pause_is_shown_and_a_single_one_is_let_through(ministry: Any, token: Token) -> None:
    press(ministry)
    first, second = held(ministry, "x", "facebook")
    app = desk("problems", token("manager"))
    assert "عيد سعيد 0" in said(app)
    the(app.button, f"through:{first}").click().run()
    assert [stands(first)[0], stands(second)[0]] == ["scheduled", "held"]
    with store.read() as session:
        running = pause.in_force(session)
        assert running is not None
        assert running.allow == [f"delivery:{first}"]


def test_who_may_decide_but_not_press_sees_what_waits_and_lets_nothing_through(ministry: Any, token: Token) -> None:
    press(ministry)
    held(ministry, "x")
    app = desk("problems", token("admin"))
    assert "عيد سعيد 0" in said(app)
    assert not has(app.button, "through:")


def test_after_the_pause_one_is_confirmed_and_another_given_up(ministry: Any, token: Token) -> None:
    press(ministry)
    first, second = held(ministry, "x", "facebook")
    lift(ministry)
    app = desk("problems", token("admin"))
    the(app.button, f"release:{first}:").click().run()
    assert [stands(first), stands(second)] == [("scheduled", "released"), ("held", "paused")]
    the(app.text_input, f"why:{second}:").input("لم يعد مناسبًا")
    app.run()
    the(app.button, f"give_up:{second}:").click().run()
    assert stands(second) == ("cancelled", "لم يعد مناسبًا")


@pytest.mark.parametrize(("earlier", "word"), [(False, "given_up"), (True, "sought")])
def test_whoever_gives_up_reads_whether_it_is_looked_for_before(ministry: Any, token: Token, earlier: bool, word: str) -> None:
    press(ministry)
    (one,) = held(ministry, "facebook")
    lift(ministry)
    with store.write() as session:
        delivery = session.get_one(Delivery, one)
        delivery.first_sent_at, delivery.cleared_at = (now() - timedelta(hours=1), now()) if earlier else (None, None)
        session.add(delivery)
    app = desk("problems", token("admin"))
    the(app.text_input, f"why:{one}:").input("لم يعد مناسبًا")
    app.run()
    the(app.button, f"give_up:{one}:").click().run()
    assert stands(one) == ("uncertain" if earlier else "cancelled", "لم يعد مناسبًا")
    assert [t(f"desk.done.{key}", "ar") in said(app) for key in ("given_up", "sought")] == [word == "given_up", word == "sought"]


def test_several_are_confirmed_with_time_between_two_of_one_account(ministry: Any, token: Token) -> None:
    press(ministry)
    first, other, third, left = held(ministry, "x", "facebook", "x", "x")
    lift(ministry)
    app = desk("problems", token("manager"))
    assert the(app.button, "held_confirm").disabled
    for id in (first, other, third):
        the(app.checkbox, f"pick:{id}:").check()
    the(app.selectbox, "held_pace").select(10)
    app.run()
    before = now()
    the(app.button, "held_confirm").click().run()
    assert t("desk.done.confirmed", "ar", n=3) in said(app)
    assert [stands(id)[0] for id in (first, other, third, left)] == ["scheduled"] * 3 + ["held"]
    with store.read() as session:
        waits = [session.get_one(Delivery, id).not_before for id in (first, other, third)]
    assert waits[:2] == [None, None]
    assert waits[2] is not None
    assert timedelta(minutes=9) < waits[2] - before < timedelta(minutes=12)


def test_all_are_chosen_at_once(ministry: Any, token: Token) -> None:
    press(ministry)
    ids = held(ministry, "x", "facebook")
    lift(ministry)
    app = desk("problems", token("manager"))
    the(app.button, "held_choose").click().run()
    the(app.button, "held_confirm").click().run()
    assert {stands(id)[0] for id in ids} == {"scheduled"}


def test_what_a_colleague_settled_meanwhile_is_told_and_nothing_else_goes(ministry: Any, token: Token) -> None:
    press(ministry)
    first, second = held(ministry, "x", "facebook")
    lift(ministry)
    app = desk("problems", token("manager"))
    the(app.button, "held_choose").click().run()
    with store.write() as session:
        session.get_one(Delivery, second).state = "cancelled"
    the(app.button, "held_confirm").click().run()
    assert t("error.wrong_state", "ar", state=t("desk.delivery.cancelled", "ar")) in said(app)
    assert stands(first) == ("held", "paused")


def test_what_was_on_its_way_at_the_press_is_told_as_it_is(ministry: Any, token: Callable[[str], str]) -> None:
    (id,) = held(ministry, "x")
    with store.write() as session:
        row = session.get_one(Delivery, id)
        row.state, row.reason = "sending", ""
    press(ministry)
    app = desk("inbox", token("agent"))
    assert t("outbox.fate.under_way", "ar") in said(app)
    with store.write() as session:
        row = session.get_one(Delivery, id)
        row.state, row.external_id = "published", "9"
    assert t("outbox.fate.left", "ar") in said(app.run())
