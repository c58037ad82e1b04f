"""Cases: the list, and one case with what was said, what happened and what may be done next."""

from typing import Any

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from core.clock import now
from core.display import direction
from core.i18n import Lang
from core.models import Account, User
from desk import chrome, eyes, session, shown, store, trade
from desk.address import Place
from desk.components import event, listing
from desk.doing import attempt, turn
from desk.safe import Child, el, join, name, show, words
from desk.session import say
from inbox import cases
from inbox.models import Case, CaseEvent, Item
from outbox.models import Delivery

OPEN = ("received", "in_progress", "waiting")
STATES = (*OPEN, "resolved", "closed")
TONES = {"received": "info", "in_progress": "warn", "waiting": "", "resolved": "good", "closed": "good"}
LONGEST = 100
LIST = "case_list"


def _place() -> Place:
    return Place("cases", ("state", "kind", "case"))


def page() -> None:
    _place().arrive()
    chrome.title("cases")
    work()


@st.fragment(run_every=30)
def work() -> None:
    place, lang = _place(), session.lang()
    chrome.flashed()
    left, right = st.columns([1, 1.25], gap="medium")
    with store.read() as reading:
        with left:
            state_at, kind_at = st.columns(2)
            with state_at:
                state = place.pick(
                    "state", say("desk.cases.filter"), STATES, lambda c: say(f"desk.cases.state.{c}"), say("desk.cases.working")
                )
            with kind_at:
                kind = place.pick(
                    "kind",
                    say("desk.cases.kind"),
                    ("complaint", "suggestion", "inquiry", "praise", "other"),
                    lambda c: say(f"desk.kind.{c}"),
                    say("desk.cases.any"),
                )
            found = _read(reading, state, kind)
            chosen = reading.get(Case, wanted_id) if (wanted_id := place.number("case")) is not None else None
            chosen = chosen or next((case for case, _ in found), None)
            _list(chosen, found, lang)
        with right:
            if chosen is None:
                show(chrome.empty("desk.cases.pick", "desk.cases.pick_lead"))
            else:
                _detail(reading, chosen, lang)


def _read(reading: Session, state: str, kind: str) -> list[tuple[Case, Item | None]]:
    """The newest cases in these states, what is due first."""
    query = select(Case, Item).join(Item, col(Item.id) == col(Case.item_id), isouter=True)
    query = query.where(col(Case.state).in_([state] if state else OPEN))
    if kind:
        query = query.where(Case.kind == kind)
    return list(reading.exec(query.order_by(col(Case.due_at).is_(None), col(Case.due_at), col(Case.id).desc()).limit(LONGEST)))


def _marks(case: Case) -> list[tuple[str, str]]:
    """(label, tone) of what a clerk must see of a case at a glance."""
    marks = [(say(f"desk.cases.state.{case.state}"), TONES[case.state]), (say(f"desk.kind.{case.kind}"), "")]
    if case.topic != "none":
        marks.append((say(f"desk.topic.{case.topic}"), ""))
    if case.due_at and case.due_at < now() and case.state in OPEN:
        marks.append((say("desk.cases.overdue"), "bad"))
    return marks


def _row(case: Case, item: Item | None, lang: Lang, sees: eyes.Eyes) -> dict[str, Any]:
    return {
        "id": case.id,
        "name": case.number,
        "when": shown.short_ago(case.opened_at, lang),
        "text": sees.item(item)[:240] if item else "",
        "dir": direction(item.text) if item else "auto",
        "gone": False,
        "chips": [{"label": label, "tone": tone} for label, tone in _marks(case)],
    }


def _list(chosen: Case | None, found: list[tuple[Case, Item | None]], lang: Lang) -> None:
    labels = {"list": say("desk.cases.title"), "empty": say("desk.cases.none_lead"), "shown": say("desk.cases.shown", n=len(found))}
    sees = eyes.of(session.actor())
    listing(
        LIST,
        [_row(case, item, lang, sees) for case, item in found],
        selected=str(chosen.id) if chosen else "",
        labels=labels,
        on={"open": _opened},
    )


def _opened() -> None:
    if (chosen := event(LIST, "open")) is not None:
        _place().set(case=int(chosen))


def _receipt(reading: Session, case: Case) -> Child:
    """How far the receipt got."""
    if case.receipt_delivery_id is not None:
        state = reading.get_one(Delivery, case.receipt_delivery_id).state
        return shown.chip(say(f"desk.delivery.{state}"), "good" if state == "published" else "info")
    if case.receipt_owed:
        return shown.chip(say("desk.cases.receipt_owed", why=trade.known("case.owed", case.receipt_owed, session.lang())), "warn")
    return say("desk.cases.receipt_none")


def _detail(reading: Session, case: Case, lang: Lang) -> None:
    person = session.actor()
    sees = eyes.of(person)
    item = reading.get(Item, case.item_id) if case.item_id is not None else None
    owner = reading.get(User, case.owner_id) if case.owner_id is not None else None
    facts: list[tuple[str, Child]] = [
        (say("desk.cases.opened"), shown.stamp(case.opened_at, lang)),
        (say("desk.cases.due"), shown.stamp(case.due_at, lang)),
        (say("desk.cases.owner"), name(owner.display_name) if owner else "—"),
        (say("desk.cases.receipt"), _receipt(reading, case)),
    ]
    if case.outcome:
        facts.append((say("desk.cases.outcome"), trade.known("case.outcome", case.outcome, lang)))
    listed = el("dl", *(join((el("dt", label), el("dd", value))) for label, value in facts), class_="mj-facts")
    head = el("h2", el("bdi", case.number, dir="ltr"), class_="mj-h2")
    show(
        el(
            "div",
            head,
            el("div", *(shown.chip(label, tone) for label, tone in _marks(case)), class_="mj-chips"),
            listed,
            class_="mj-panel",
        )
    )
    if item is not None:
        account = reading.get_one(Account, item.account_id)
        who = el("b", name(sees.words(item.author_name or item.author_handle, item.id), say("desk.inbox.no_name")))
        by = el("div", who, el("span", shown.account(account, lang), " · ", shown.stamp(item.created_at, lang)), class_="mj-by")
        address = el("a", say("desk.cases.open_item"), href=f"/inbox?view=all&item={item.id}", target="_self", class_="mj-link")
        show(el("div", by, words(sees.item(item)), el("p", address, class_="mj-note"), class_="mj-said"))
    _next(person, case)
    events = reading.exec(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(col(CaseEvent.id).desc())).all()
    lines = [
        el(
            "li",
            shown.stamp(event.at, lang),
            trade.known("case.event", event.what, lang),
            el("span", " · ", say("desk.cases.internal"), class_="mj-note") if not event.public else None,
            words(sees.words(event.note, case.item_id), class_="mj-words mj-note") if event.note else None,
        )
        for event in events
    ]
    show(el("section", el("h3", say("desk.cases.steps")), el("ul", *lines, class_="mj-steps"), class_="mj-panel"))


def _next(person: Actor, case: Case) -> None:
    """Where the case may go from here."""
    moves = [state for state in STATES if state in cases.CASE.moves[case.state]]
    if not person.can("case.work") or not moves:
        return
    with st.container(horizontal=True):
        if case.owner_id != person.user_id:
            st.button(
                say("desk.work.assign_me"), key=f"mine:{case.id}", icon=":material/person_add:", on_click=_assign, args=(case.id,)
            )
        plain = [state for state in moves if state != "resolved"]
        key = f"{case.id}:{turn()}"
        if plain:
            with st.popover(say("desk.cases.move"), icon=":material/arrow_forward:", key=f"pop_move:{key}"):
                st.selectbox(say("desk.cases.move"), plain, format_func=lambda c: say(f"desk.cases.state.{c}"), key=f"to:{key}")
                st.text_area(say("desk.cases.note"), key=f"note:{key}", height=90)
                st.button(say("desk.cases.do_move"), key=f"move:{key}", type="primary", on_click=_move, args=(case.id, key))
        if "resolved" in moves:
            with st.popover(say("desk.cases.resolve"), icon=":material/task_alt:", key=f"pop_resolve:{key}"):
                lang = session.lang()
                ends = cases.OUTCOMES
                label = say("desk.cases.outcome")
                st.selectbox(label, ends, format_func=lambda c: trade.known("case.outcome", c, lang), key=f"outcome:{key}")
                st.text_area(say("desk.cases.outcome_reason"), key=f"why:{key}", height=110)
                st.button(say("desk.cases.resolve"), key=f"resolve:{key}", type="primary", on_click=_resolve, args=(case.id, key))


def _move(case_id: int, key: str) -> None:
    state, note = st.session_state[f"to:{key}"], st.session_state[f"note:{key}"]
    attempt(lambda w, p: cases.move(w, p, w.get_one(Case, case_id), state, note), "desk.done.moved")


def _resolve(case_id: int, key: str) -> None:
    outcome, reason = st.session_state[f"outcome:{key}"], st.session_state[f"why:{key}"]
    attempt(lambda w, p: cases.resolve(w, p, w.get_one(Case, case_id), outcome, reason), "desk.done.resolved")


def _assign(case_id: int) -> None:
    attempt(lambda w, p: cases.assign(w, p, w.get_one(Case, case_id), p.user_id), "desk.done.assigned")
