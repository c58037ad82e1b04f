"""What a clerk does with a case: takes it, answers its author, asks him, tells him that it takes longer, moves it, ends it."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final

import streamlit as st
from sqlmodel import Session, col, select

from core import worktime
from core.actors import Actor
from core.auth import actor_of
from core.clock import DUBAI, in_dubai, now
from core.models import User
from core.worktime import Term
from desk import session, trade, unsaid
from desk.doing import attempt, turn
from desk.session import say
from inbox import cases, due
from inbox.models import Case, Item
from inbox.unsaid import Thing

Verb = Callable[[Session, Actor, Case], object]
#: how long a word of ours may be, as steps keep it
MOST = 2000
#: forms in which one writes, and what they are called
TITLED: Final = ("tell", "ask", "interim", "note", "class", "hand", "merge", "split", "join", "hold", "publish")
WRITTEN: Final = {
    **{deed: f"desk.case.{deed}.title" for deed in TITLED},
    "move": "desk.cases.move",
    "resolve": "desk.cases.resolve",
}


def do(case_id: int | None, verb: Verb, done: str, key: str = "", **values: str) -> None:
    """Do `verb(session, actor, case)` to the case as it is now; `key` is of the form that says it, if one does, `values` are those
    of the words `done`."""
    said_in = unsaid.form("cases", key) if key else None
    attempt(lambda w, p: verb(w, p, w.get_one(Case, case_id or 0)), done, said=said_in, **values)


def form(
    deed: str, of: Case | Item, icon: str, draw: Callable[[str], None], press: Callable[[str], None], *, word: str = ""
) -> None:
    """A popover `desk.case.<deed>`: once it is open, what `draw(key)` puts in it, and its button, which calls `press(key)`."""
    key = f"{deed}:{of.id}:{turn()}"
    label = say(word or f"desk.case.{deed}.title")
    with st.popover(label, icon=f":material/{icon}:", key=f"pop_{key}", on_change="rerun") as body:
        if body.open:
            draw(key)
            st.button(label, key=f"do_{key}", type="primary", on_click=press, args=(key,))


def words(key: str, label: str, height: int = 110, *, thing: Thing = "cases") -> None:
    """A box for words of ours, kept under `text:<key>`; the form of `key` is about a row of `thing`."""
    unsaid.area(say(label), f"text:{key}", unsaid.form(thing, key), height=height, max_chars=MOST)


def said(key: str) -> str:
    """What stands in the box `words` made."""
    return str(st.session_state[f"text:{key}"])


def buttons(reading: Session, person: Actor, case: Case) -> None:
    """What this person may do with the case as it stands."""
    if not person.can("case.work") or case.merged_into_id is not None:
        return
    working = case.state in cases.OPEN
    unsaid.chip(reading, person, "cases", case.id or 0, {deed: say(word) for deed, word in WRITTEN.items()})
    with st.container(horizontal=True, gap="small", key="deeds"):
        _taking(reading, person, case)
        if working:
            _telling(case)
        _moving(case)
        if "resolved" in cases.CASE.moves[case.state]:
            _ending(case)


def _taking(reading: Session, person: Actor, case: Case) -> None:
    if case.owner_id != person.user_id:
        label = say("desk.work.assign_me")
        st.button(label, key=f"mine:{case.id}", icon=":material/person_add:", on_click=_give, args=(case.id, person.user_id))
    else:
        label = say("desk.work.release")
        st.button(label, key=f"free:{case.id}", icon=":material/person_remove:", on_click=_give, args=(case.id, None))

    staff: dict[int | None, str] = {}

    def draw(key: str) -> None:
        users = reading.exec(select(User).where(col(User.active)).order_by(col(User.display_name), col(User.id))).all()
        staff.update({one.id: one.display_name for one in users if actor_of(one).can("case.work") and one.id != case.owner_id})
        st.selectbox(say("desk.case.assign.to"), list(staff), format_func=lambda id_: staff[id_], key=f"to:{key}")

    def press(key: str) -> None:
        if (to := st.session_state[f"to:{key}"]) is not None:  # nobody else may be there to choose
            _give(case.id, to, staff[to])

    form("assign", case, "group", draw, press)


def _give(case_id: int | None, user_id: int | None, called: str = "") -> None:
    """To somebody, by name where it is a colleague; to nobody."""
    done = "desk.case.assign.done" if called else "desk.case.assign.mine" if user_id is not None else "desk.done.released"
    do(case_id, lambda w, p, case: cases.assign(w, p, case, user_id), done, name=called)


def _telling(case: Case) -> None:
    """To its author: an answer on his case's page, a question, an interim reply; to colleagues: a note."""

    def spoken(deed: str, verb: Callable[[Session, Actor, Case, str], object], icon: str) -> None:
        def press(key: str) -> None:
            do(case.id, lambda w, p, one: verb(w, p, one, said(key)), f"desk.case.{deed}.done", key)

        form(deed, case, icon, lambda key: words(key, f"desk.case.{deed}.words"), press)

    spoken("tell", lambda w, p, one, text: cases.note(w, p, one, text, public=True), "forum")
    spoken("ask", cases.question, "help")
    form("interim", case, "schedule_send", _draw_interim, lambda key: _interim(case.id, key))
    spoken("note", cases.note, "sticky_note_2")


def _draw_interim(key: str) -> None:
    st.text(say("desk.case.interim.lead"))
    words(key, "desk.case.interim.words", 90)
    tomorrow = in_dubai(now()).date() + timedelta(days=1)
    st.date_input(say("desk.case.interim.until"), value=None, min_value=tomorrow, key=f"day:{key}", format="YYYY/MM/DD")


def _interim(case_id: int | None, key: str) -> None:
    """Promised is the minute at which work ends on the day chosen, or on the next day worked where it is a day off."""
    day = st.session_state[f"day:{key}"]

    def tell(writing: Session, person: Actor, case: Case) -> Case:
        eve = datetime.combine(day, time(), DUBAI) - timedelta(days=1) if day else None
        until = worktime.due(due.calendar_from(writing, eve), eve, Term(days=1)) if eve else None
        return cases.interim(writing, person, case, said(key), until=until)

    do(case_id, tell, "desk.case.interim.done", key)


def _moving(case: Case) -> None:
    plain = [state for state in cases.CASE.moves if state in cases.CASE.moves[case.state] and state != "resolved"]
    if not plain:
        return

    def draw(key: str) -> None:
        st.selectbox(say("desk.cases.move"), plain, format_func=lambda code: say(f"desk.cases.state.{code}"), key=f"to:{key}")
        words(key, "desk.cases.note", 90)

    def press(key: str) -> None:
        state = st.session_state[f"to:{key}"]
        do(case.id, lambda w, p, one: cases.move(w, p, one, state, said(key)), "desk.done.moved", key)

    form("move", case, "arrow_forward", draw, press, word="desk.cases.move")


def _ending(case: Case) -> None:
    lang = session.lang()
    ends = cases.OF_SUGGESTIONS if case.kind == "suggestion" else cases.OUTCOMES

    def draw(key: str) -> None:
        label = say("desk.cases.outcome")
        st.selectbox(label, ends, format_func=lambda code: trade.known("case.outcome", code, lang), key=f"end:{key}")
        words(key, "desk.cases.outcome_reason")

    def press(key: str) -> None:
        outcome = st.session_state[f"end:{key}"]
        do(case.id, lambda w, p, one: cases.resolve(w, p, one, outcome, said(key)), "desk.done.resolved", key)

    form("resolve", case, "task_alt", draw, press, word="desk.cases.resolve")
