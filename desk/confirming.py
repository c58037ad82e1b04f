"""What a pause held: while it goes on one may be let through; once it is over each waits for a person's word, by itself or several
with time between them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.clock import now
from core.models import Account
from desk import chrome, eyes, session, shown, troubles
from desk.doing import attempt, turn
from desk.safe import Child, Markup, el, show, words
from desk.session import say
from outbox import decide, pause
from outbox.models import Delivery
from outbox.problems import Trouble
from outbox.standing import Fate, Standing, Waiting

#: minutes between two of one account that are confirmed together
PACES: Final = (1, 2, 5, 10, 15, 30, 60)
#: so many of what waits during the pause have a button each
LISTED: Final = 30

Named = Mapping[str, Account]


def by_pause(row: Trouble) -> bool:
    """Whether a pause holds it: one in force those of a whole account, one that is over each by itself."""
    return row.state == "held" and row.reason == "paused"


def queue(rows: Sequence[Trouble], stands: Standing, named: Named, sees: eyes.Eyes) -> None:
    """The part of the board that a pause made: what was on its way, what waits, what comes within the hour."""
    last, lang = stands.pause, session.lang()
    if last is None or not (stands.in_force or rows):
        return
    chrome.heading(say("desk.held.title", n=stands.held))
    if stands.in_flight:
        show(_listed("desk.held.flying", [_fate(one, named) for one in stands.in_flight]))
    if stands.in_force:
        show(el("p", say("desk.held.during"), class_="mj-note"))
        for one in stands.waiting[:LISTED]:
            _held(one, named[one.account])
        if stands.held > LISTED:
            show(el("p", say("desk.problems.more"), class_="mj-note"))
    else:
        over = say("desk.held.over", when=shown.moment(pause.ended(last), lang))
        show(el("p", over, " ", el("span", last.reason, dir="auto"), class_="mj-note"))
        _several(rows)
        for row in rows:
            _one(row, named[row.account], sees)
    if stands.soon:
        show(_listed("desk.held.soon", [_said(one, named[one.account]) for one in stands.soon]))


def _listed(key: str, lines: Sequence[Child]) -> Markup:
    head = el("summary", say(key, n=len(lines)))
    return el("details", head, el("ul", *(el("li", line) for line in lines)), class_="mj-panel")


def _fate(one: Fate, named: Named) -> Markup:
    who = shown.account(named[one.account], session.lang())
    return el("span", el("b", say(f"desk.deed.{one.kind}"), " · ", who), " — ", say(f"outbox.fate.{one.fate}"))


def _said(one: Waiting, account: Account) -> Markup:
    lang = session.lang()
    chips = (
        shown.chip(say(f"desk.deed.{one.kind}")),
        shown.chip(shown.account(account, lang)),
        el("span", say("desk.problems.due"), " ", shown.stamp(one.scheduled_at, lang), class_="mj-note"),
        shown.chip(say("desk.held.permitted"), "warn") if one.permitted else None,
    )
    return el("div", el("div", *chips, class_="mj-chips"), words(troubles.unfilled(one.text)) if one.text else None)


def _held(one: Waiting, account: Account) -> None:
    """One that waits while the pause goes on, and the way to let this one alone speak."""
    with st.container(border=True, key=f"held_{one.delivery}"):
        show(_said(one, account))
        if one.permitted or session.actor().can("pause.press"):
            label, given = say("desk.held.let_through"), (one.delivery, one.permitted)
            st.button(label, key=f"through:{one.delivery}", icon=":material/campaign:", on_click=_through, args=given)


def _through(delivery_id: int, permitted: bool) -> None:
    def change(writing: Session, person: Actor) -> Delivery:
        if not permitted:
            pause.permit(writing, person, f"delivery:{delivery_id}")
        return decide.release(writing, person, writing.get_one(Delivery, delivery_id))

    attempt(change, "desk.done.let_through")


def _pick(row: Trouble) -> str:
    return f"pick:{row.delivery}:{turn()}"


def _several(rows: Sequence[Trouble]) -> None:
    """Choose some, say how far apart they leave, let them go."""
    lang = session.lang()
    picked = [row for row in rows if st.session_state.get(_pick(row))]
    ids = [row.delivery for row in picked]
    with st.container(horizontal=True, vertical_alignment="bottom", key="held_several"):
        called = [_pick(row) for row in rows[: decide.CHOSEN_MOST]]
        st.button(say("desk.held.choose"), key="held_choose", icon=":material/checklist:", on_click=_choose, args=(called,))
        pace = st.selectbox(say("desk.held.pace"), PACES, key="held_pace", format_func=_minutes, width=240)
        label = say("desk.held.confirm", n=len(ids))
        icon = ":material/play_arrow:"
        st.button(label, key="held_confirm", type="primary", icon=icon, disabled=not ids, on_click=_confirm, args=(ids,))
    if picked:
        longest = max(Counter(row.account for row in picked).values())
        ends = now() + timedelta(minutes=int(pace)) * (longest - 1)
        show(el("p", say("desk.held.ends", when=shown.moment(ends, lang)), class_="mj-note"))


def _choose(keys: Sequence[str]) -> None:
    for key in keys:
        st.session_state[key] = True


def _confirm(ids: Sequence[int]) -> None:
    every = timedelta(minutes=int(st.session_state["held_pace"]))
    attempt(lambda w, p: decide.confirm(w, p, ids, every=every), "desk.done.confirmed", n=len(ids))


def _minutes(minutes: int) -> str:
    return shown.span(timedelta(minutes=minutes), session.lang())


def _one(row: Trouble, account: Account, sees: eyes.Eyes) -> None:
    """One that waits: read it again, then say go or never; or choose it with others."""
    with st.container(border=True, key=f"held_{row.delivery}"):
        st.checkbox(say("desk.held.pick", n=row.delivery), key=_pick(row))
        show(troubles.told(row, account, sees, say("desk.held.why")))
        troubles.buttons(row)
