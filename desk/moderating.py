"""What a clerk does with an item beside answering it: take it, close it, hide it under a clause, make a case of it."""

from collections.abc import Callable

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.models import User
from core.settings import settings
from desk import chrome, session, store, trade, unsaid
from desk.doing import attempt, turn
from desk.safe import Markup, el, name, show
from desk.session import say
from inbox import acknowledge, cases, moderate, work
from inbox.change import WAITS
from inbox.models import Case, Item
from policies.verdict import KINDS

Verb = Callable[[Session, Actor, Item], object]


def act(item_id: int, verb: Verb, done: str) -> None:
    """Do `verb(session, actor, item)` to the item as it is now."""
    attempt(lambda writing, person: verb(writing, person, writing.get_one(Item, item_id)), done)


def _assign_me(writing: Session, person: Actor, item: Item) -> None:
    work.assign(writing, person, item, person.user_id)


def _release(writing: Session, person: Actor, item: Item) -> None:
    work.assign(writing, person, item, None)


def _mark(state: str) -> Verb:
    return lambda writing, person, item: work.mark(writing, person, item, state)


def holder(assignee: User | None) -> Markup:
    """Who has the item."""
    told = say("desk.work.assigned_to", name=assignee.display_name) if assignee else say("desk.work.nobody")
    return el("div", name(told), class_="mj-note")


def deeds(person: Actor, item: Item, *also: Callable[[], None]) -> None:
    """The buttons of one item, those the person may press and the item allows; `also` draw theirs among them."""
    with st.container(horizontal=True, gap="small", key="deeds"):
        if person.can("item.work") and item.state != "none":
            _working(person, item)
        if person.can("case.work") and item.case_id is None and not item.own:
            _case(item)
        if person.can("item.moderate") and not item.own and not item.deleted:
            _hiding(item)
        for draw in also:
            draw()


def _button(label: str, item: Item, deed: str, verb: Verb, done: str, icon: str) -> None:
    st.button(say(label), key=f"{deed}:{item.id}", icon=f":material/{icon}:", on_click=act, args=(item.id, verb, done))


def _working(person: Actor, item: Item) -> None:
    if item.assignee_id != person.user_id:
        _button("desk.work.assign_me", item, "assign", _assign_me, "desk.done.assigned", "person_add")
    else:
        _button("desk.work.release", item, "release", _release, "desk.done.released", "person_remove")
    if item.state in WAITS:
        _button("desk.work.answered", item, "answered", _mark("answered"), "desk.done.answered", "done_all")
        _button("desk.work.close", item, "close", _mark("closed"), "desk.done.closed", "inventory_2")
    else:
        _button("desk.work.reopen", item, "reopen", _mark("open"), "desk.done.reopened", "undo")


def _case(item: Item) -> None:
    """Making a case of it: drawn once it is open, as hiding is."""
    key = f"case_kind:{item.id}:{turn()}"
    label = say("desk.work.make_case")
    with st.popover(label, icon=":material/assignment_add:", key=f"pop:{key}", on_change="rerun") as body:
        if not body.open:
            return
        kinds = list(KINDS)
        st.selectbox(
            say("desk.work.case_kind"),
            kinds,
            index=kinds.index(item.kind) if item.kind in kinds else 0,
            format_func=lambda code: say(f"desk.kind.{code}"),
            key=key,
        )
        st.button(label, key=f"case:{item.id}", type="primary", on_click=_open_case, args=(item.id, key))


def _open_case(item_id: int, key: str) -> None:
    kind = st.session_state[key]

    def change(writing: Session, person: Actor) -> Case:
        item = writing.get_one(Item, item_id)
        case = cases.open_case(writing, person, item, kind, key_id=store.vault().current)
        acknowledge.received(writing, person, case, item, settings())
        return case

    case = attempt(change)
    if case is not None:
        chrome.flash("good", say("desk.done.case", number=case.number))


def _hiding(item: Item) -> None:
    if not item.can.get("hide"):
        no = say("desk.work.cannot_hide")
        st.button(say("desk.work.hide"), key=f"no_hide:{item.id}", icon=":material/visibility_off:", disabled=True, help=no)
        return
    label, icon = ("desk.work.unhide", "visibility") if item.hidden else ("desk.work.hide", "visibility_off")
    key = f"{'unhide' if item.hidden else 'hide'}:{item.id}:{turn()}"
    with st.popover(say(label), icon=f":material/{icon}:", key=f"pop_{key}", on_change="rerun") as body:
        if not body.open:
            return
        if not item.hidden:
            _under(item, key)
        unsaid.area(say("desk.work.reason"), f"reason:{key}", unsaid.form("items", key), height=90)
        if not item.hidden:
            show(el("p", say("desk.work.hide_note"), class_="mj-note"))
        st.button(say(label), key=f"do_{key}", type="primary", on_click=_unhide if item.hidden else _hide, args=(item.id, key))


def _under(item: Item, key: str) -> None:
    """The clause it is hidden under, and what that says."""
    lang, ids = session.lang(), [one.id for one in store.edition().clauses]
    clause = st.selectbox(
        say("desk.work.clause"),
        ids,
        index=ids.index(item.clause) if item.clause in ids else None,
        format_func=lambda code: trade.clause(code, lang),
        key=f"clause:{key}",
        placeholder=say("desk.inbox.clause"),
    )
    if clause:
        show(el("p", trade.clause_text(clause, lang), class_="mj-note"))


def _hide(item_id: int, key: str) -> None:
    clause, reason = st.session_state[f"clause:{key}"] or "", st.session_state[f"reason:{key}"]
    attempt(
        lambda w, p: moderate.hide(w, p, w.get_one(Item, item_id), clause, reason),
        "desk.done.hidden",
        said=unsaid.form("items", key),
    )


def _unhide(item_id: int, key: str) -> None:
    reason = st.session_state[f"reason:{key}"]
    form = unsaid.form("items", key)
    attempt(lambda w, p: moderate.unhide(w, p, w.get_one(Item, item_id), reason), "desk.done.unhidden", said=form)
