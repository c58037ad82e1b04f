"""What colleagues share at the desk: notes, tags, what is put off, who is here, what a person said before, and taking it back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape
from typing import Any

import pytest
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from core.actors import OPERATING, Actor
from core.auth import actor_of
from core.clock import Hands, now
from core.errors import Invalid
from core.i18n import Lang, t
from core.models import User
from core.why import Why
from desk import store
from inbox import cases, presence, remarks, reply, snooze, tagging, work
from inbox.models import Item, Note, Opened, Presence

PAGE = """
from desk import chrome, rooms, session
person = session.find_actor()
chrome.side(person, "inbox")
next(room for room in rooms.ROOMS if room.path == "inbox").page()
"""

Token = Callable[[str], str]
pytestmark = pytest.mark.usefixtures("ministry")


def opened(ministry: Any, token: str, item: str = "wages", lang: Lang = "ar", **state: Any) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, lang
    app.query_params["view"], app.query_params["item"] = "all", str(ministry.items[item])
    app.run()
    for key, value in state.items():
        app.session_state[key] = value
    return app.run() if state else app


def shown(app: AppTest) -> str:
    assert not app.exception, [e.value for e in app.exception]
    return " ".join(block.proto.body for block in app.get("html"))


def person(ministry: Any, name: str) -> Actor:
    with store.read() as session:
        return actor_of(session.get_one(User, ministry.users[name]))


def unfold(app: AppTest, key: str) -> AppTest:
    """The page with that popover open."""
    app.session_state[key] = True
    return app.run()


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_deed_is_told_and_taken_back(ministry: Any, token: Token, lang: Lang) -> None:
    app = opened(ministry, token("agent"), lang=lang)
    app.button(key=f"assign:{ministry.items['wages']}").click().run()
    assert t("desk.done.assigned", lang) in shown(app)
    app.button(key="undo").click().run()
    assert t("desk.undo.done", lang) in shown(app)
    with store.read() as session:
        assert session.get_one(Item, ministry.items["wages"]).assignee_id is None
    assert [button.key for button in app.button if button.key == "undo"] == []


def test_what_is_taken_back_is_named_where_another_deed_is_told(ministry: Any, token: Token) -> None:
    item = ministry.items["wages"]
    app = opened(ministry, token("agent"))
    app.button(key=f"assign:{item}").click().run()
    app = unfold(app, f"note:{item}:1")
    app.text_area(key=f"words:note:{item}:1").set_value("للعلم")
    app.button(key=f"do:note:{item}:1").click().run()
    assert t("desk.notes.done", "ar") in shown(app)
    assert app.button(key="undo").label == t("desk.undo.of", "ar", what=t("desk.deed.assign", "ar"))


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_whoever_hides_without_a_clause_is_asked_for_one_in_words(ministry: Any, token: Token, lang: Lang) -> None:
    item = ministry.items["question"]
    app = unfold(opened(ministry, token("moderator"), "question", lang), f"pop_hide:{item}:0")
    app.button(key=f"do_hide:{item}:0").click().run()
    assert escape(Invalid(field="clause", why=Why("choose_clause")).words(lang)) in shown(app)
    assert t("error.field.clause", lang) in shown(app)


def test_a_note_is_written_and_whoever_it_names_finds_it(ministry: Any, token: Token) -> None:
    item = ministry.items["wages"]
    app = unfold(opened(ministry, token("agent")), f"note:{item}:0")
    app.text_area(key=f"words:note:{item}:0").set_value("هل وصلكم مثلها؟")
    app.multiselect(key=f"named:note:{item}:0").set_value([ministry.users["moderator"]])
    app.button(key=f"do:note:{item}:0").click().run()
    assert "هل وصلكم مثلها؟" in shown(app)
    with store.read() as session:
        assert remarks.unseen(session, ministry.users["moderator"]) == 1
    other = opened(ministry, token("moderator"))
    assert "هل وصلكم مثلها؟" in shown(other)
    with store.read() as session:
        assert remarks.unseen(session, ministry.users["moderator"]) == 0
        (note,) = session.exec(select(Note)).all()
    assert all(button.key != f"unsay:{note.id}" for button in other.button)
    app.button(key=f"unsay:{note.id}").click().run()
    assert "هل وصلكم مثلها؟" not in shown(app)


def test_a_note_is_text_and_nothing_else(ministry: Any, token: Token) -> None:
    with store.write() as session:
        item = session.get_one(Item, ministry.items["wages"])
        remarks.note(session, person(ministry, "moderator"), item, "<img src=x> **عاجل**")
    told = shown(opened(ministry, token("agent")))
    assert "&lt;img src=x&gt; **عاجل**" in told


@pytest.mark.parametrize(("role", "reads"), [("agent", True), ("author", False)])
def test_numbers_in_a_note_are_read_by_whoever_reads_them_in_the_message(
    ministry: Any, token: Token, role: str, reads: bool
) -> None:
    with store.write() as session:
        item = session.get_one(Item, ministry.items["wages"])
        remarks.note(session, person(ministry, "moderator"), item, "رقمه 0501234567 للاتصال")
    assert ("0501234567" in shown(opened(ministry, token(role)))) is reads


def test_the_page_of_a_case_shows_what_was_noted_on_its_messages(ministry: Any, token: Token) -> None:
    with store.write() as session:
        item = session.get_one(Item, ministry.items["wages"])
        remarks.note(session, person(ministry, "moderator"), item, "سألتُ الإدارة")
        case_id = item.case_id
    app = AppTest.from_string(PAGE.replace('"inbox"', '"cases"'), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token("agent"), "ar"
    app.query_params["case"] = str(case_id)
    assert "سألتُ الإدارة" in shown(app.run())


def test_tags_are_chosen_shown_and_taken_back(ministry: Any, token: Token) -> None:
    item = ministry.items["wages"]
    with store.write() as session:
        tagging.keep(session, OPERATING, "press", "صحافة", "Press")
        tagging.keep(session, OPERATING, "heat", "الظهيرة", "Midday")
    app = unfold(opened(ministry, token("agent")), f"tag:{item}:0")
    app.button_group(key=f"tags:tag:{item}:0").set_value(["press", "heat"]).run()
    app.button(key=f"save:tag:{item}:0").click().run()
    assert "صحافة" in shown(app)
    app.button(key="undo").click().run()
    with store.read() as session:
        assert tagging.of_items(session, [item]) == {}


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_message_is_put_off_and_brought_back(ministry: Any, token: Token, lang: Lang) -> None:
    item = ministry.items["wages"]
    app = unfold(opened(ministry, token("agent"), lang=lang), f"snooze:{item}:0")
    app.button(key=f"hour:snooze:{item}:0").click().run()
    assert t("desk.state.snoozed", lang) in shown(app)
    with store.read() as session:
        row = snooze.until_of(session, session.get_one(Item, item))
    assert row is not None
    assert timedelta(minutes=59) < row.until - now() <= timedelta(hours=1)
    app.button(key=f"wake:{item}").click().run()
    with store.read() as session:
        assert session.get_one(Item, item).state == "open"


def test_a_day_must_be_chosen_before_it_is_put_off_to_it(ministry: Any, token: Token) -> None:
    item = ministry.items["question"]
    app = unfold(opened(ministry, token("agent"), "question"), f"snooze:{item}:0")
    app.button(key=f"then:snooze:{item}:0").click().run()
    assert t("desk.snooze.which", "ar") in shown(app)
    with store.read() as session:
        assert session.get_one(Item, item).state == "open"


def test_colleagues_at_it_are_named_and_only_to_colleagues(ministry: Any, token: Token) -> None:
    item = ministry.items["wages"]
    with store.write() as session:
        presence.here(session, person(ministry, "moderator"), item, presence.REPLYING)
    told = shown(opened(ministry, token("agent")))
    assert t("desk.team.replying", "ar") in told
    assert "موظف moderator" in told
    assert t("desk.team.replying", "ar") not in shown(opened(ministry, token("agent"), "idea"))


def test_to_open_a_message_is_told_and_to_be_shown_one_is_not(ministry: Any, token: Token) -> None:
    app = AppTest.from_string(PAGE, default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token("agent"), "ar"
    app.run()
    with store.read() as session:
        assert session.exec(select(Opened)).all() == []
    opened(ministry, token("agent"))
    with store.read() as session:
        assert [row.item_id for row in session.exec(select(Opened))] == [ministry.items["wages"]]
        assert [row.item_id for row in session.exec(select(Presence))] == [ministry.items["wages"]]


def test_who_is_at_a_message_is_written_again_only_when_that_tells_something_new(
    ministry: Any, token: Token, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[int, str]] = []
    tell = presence.here

    def here(session: Session, who: Actor, item_id: int, doing: str) -> datetime:
        said.append((item_id, doing))
        return tell(session, who, item_id, doing)

    monkeypatch.setattr(presence, "here", here)
    item, other = ministry.items["wages"], ministry.items["idea"]
    app = opened(ministry, token("agent"))
    hands.forward(seconds=18)
    app.run()
    assert said == [(item, presence.READING)]
    with store.write() as session:
        reply.save_draft(session, person(ministry, "agent"), item, "نعتذر")
    app.run()
    hands.forward(seconds=20)
    app.run()
    assert said[1:] == [(item, presence.REPLYING)] * 2
    app.query_params["item"] = str(other)
    app.run()
    assert said[3:] == [(other, presence.READING)]


def test_what_the_same_person_said_before_stands_beside_it(ministry: Any, token: Token) -> None:
    with store.write() as session:
        for name in ("question", "idea", "wages"):
            session.get_one(Item, ministry.items[name]).author_id = "author-1"
        agent = person(ministry, "agent")
        case = cases.open_case(session, agent, session.get_one(Item, ministry.items["idea"]), "suggestion")
        session.flush()
        case.author_id = "author-1"
        number = case.number
    app = opened(ministry, token("agent"))
    told = shown(app)
    assert t("desk.person.title", "ar") in told
    assert t("desk.person.count", "ar", n=2) in told
    assert number in told
    assert t("desk.person.title", "ar") not in shown(opened(ministry, token("agent"), "english"))


def test_a_message_joins_a_case_of_its_author(ministry: Any, token: Token) -> None:
    item = ministry.items["question"]
    with store.write() as session:
        session.get_one(Item, item).author_id = "author-3"
        idea = session.get_one(Item, ministry.items["idea"])
        idea.author_id = "author-3"
        if idea.case_id is None:
            cases.open_case(session, person(ministry, "agent"), idea, "suggestion")
        session.flush()
        case_id = idea.case_id
    app = unfold(opened(ministry, token("agent"), "question"), f"join:{item}:0")
    app.text_area(key=f"why:join:{item}:0").set_value("كلامه واحد")
    app.button(key=f"do:join:{item}:0").click().run()
    shown(app)
    with store.read() as session:
        assert session.get_one(Item, item).case_id == case_id


@pytest.mark.parametrize("role", ["author", "manager", "auditor", "appeal_reviewer"])
def test_whoever_only_reads_may_note_something_and_change_nothing(ministry: Any, token: Token, role: str) -> None:
    with store.write() as session:
        tagging.keep(session, OPERATING, "press", "صحافة", "Press")
        work.assign(session, person(ministry, "agent"), session.get_one(Item, ministry.items["wages"]), None)
    app = opened(ministry, token(role))
    keys = [button.key or "" for button in app.button]
    assert not [key for key in keys if key.startswith(("assign:", "wake:", "undo"))]
    assert t("desk.notes.title", "ar") in shown(app)


def test_a_note_that_is_begun_waits_for_its_writer_until_it_is_saved_or_thrown_away(ministry: Any, token: Token) -> None:
    item, begun = ministry.items["wages"], t("desk.unsaid.begun", "ar")
    app = unfold(opened(ministry, token("agent")), f"note:{item}:0")
    app.text_area(key=f"words:note:{item}:0").set_value("نصف كلام").run()
    app.multiselect(key=f"named:note:{item}:0").set_value([ministry.users["moderator"]]).run()
    app.session_state[f"note:{item}:0"] = False
    assert begun in shown(app.run())
    app.button(key=f"assign:{item}").click().run()  # another deed makes all forms anew
    unfold(app, f"note:{item}:1")
    assert app.text_area(key=f"words:note:{item}:1").value == "نصف كلام"
    assert app.multiselect(key=f"named:note:{item}:1").value == [ministry.users["moderator"]]
    app.button(key=f"throw:note:{item}:1").click().run()
    assert app.text_area(key=f"words:note:{item}:1").value == ""
    app.session_state[f"note:{item}:1"] = False
    assert begun not in shown(app.run())
