"""The crisis pause at the desk: the switch in the side bar, the banner on every page while it holds, what waits afterwards."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.clock import now
from desk import allowing, chrome, session, shown, store
from desk.doing import attempt, turn
from desk.safe import Child, Markup, el, join, show
from desk.session import say
from outbox import pause, standing
from outbox.models import Pause
from outbox.standing import Standing

#: where a message about the pause is told
PLACE: Final = "crisis"
#: set after a deed: switch and banner draw themselves, and what one did the other shows at once
DONE: Final = "crisis_done"
#: minutes after which it may end by itself, 0: only when somebody lifts it; and so many after its end one still confirms each
LASTS: Final = (0, 30, 60, 120, 240, 720, 1440, 4320, 10080)
AFTER: Final = (0, 15, 60, 180, 720, 1440)


def switch(person: Actor) -> None:
    """In the side bar of whoever may press it: stop everything that leaves, with a reason; or that it is stopped."""
    if person.can("pause.press"):
        with st.sidebar:
            _switch()


@st.fragment(run_every=15)
def _switch() -> None:
    _whole_page_after_a_deed()
    with store.read() as reading:
        running = pause.in_force(reading)
        choices = {} if running else allowing.choices(reading)
    with st.container(key="crisis_switch"):
        if running:
            show(el("div", say("desk.pause.on"), class_="mj-chip bad"))
        else:
            _press(choices)


def _whole_page_after_a_deed() -> None:
    if st.session_state.pop(DONE, False):
        st.rerun()


def _press(choices: dict[str, str]) -> None:
    key = str(turn())
    with st.popover(say("desk.pause.press"), icon=":material/front_hand:", width="stretch", key=f"press:{key}"):
        st.text(say("desk.pause.press_lead"))
        st.text_area(say("desk.pause.reason"), key=f"crisis_why:{key}", height=80, max_chars=500)
        st.selectbox(say("desk.pause.lasts"), LASTS, key=f"crisis_for:{key}", format_func=_lasting)
        st.multiselect(
            say("desk.pause.allow"),
            list(choices),
            key=f"crisis_allow:{key}",
            format_func=lambda word: choices.get(word, word),
            placeholder=say("desk.pause.nobody"),
        )
        st.selectbox(say("desk.pause.after"), AFTER, key=f"crisis_after:{key}", format_func=_afterwards)
        st.button(
            say("desk.pause.do_press"), key=f"do_press:{key}", type="primary", width="stretch", on_click=_do_press, args=(key,)
        )


def _do_press(key: str) -> None:
    kept = st.session_state
    lasts, after = int(kept[f"crisis_for:{key}"]), timedelta(minutes=int(kept[f"crisis_after:{key}"]))
    reason, allow = str(kept[f"crisis_why:{key}"]), tuple(kept[f"crisis_allow:{key}"])
    ends_at = now() + timedelta(minutes=lasts) if lasts else None
    _do(lambda w, p: pause.press(w, p, reason, allow=allow, ends_at=ends_at, after=after), "pressed")


@st.fragment(run_every=15)
def banner() -> None:
    """What everybody must know on every page: publishing is paused, or what a pause held still waits for a word."""
    _whole_page_after_a_deed()
    chrome.flashed(PLACE)
    person = session.find_actor()
    if person is None:
        return
    with store.read() as reading:
        if pause.in_force(reading) is None:
            waits = standing.held(reading) if person.can("delivery.decide") else 0
            if waits:
                show(chrome.panel("warn", el("b", say("desk.pause.waits", n=waits)), " ", _to_queue()))
            return
        found = standing.standing(reading)
        if found.pause is not None:
            with st.container(key="crisis_strip"):  # stays in sight however far the page is scrolled
                show(_strip(found.pause))
            show(_told(reading, found, found.pause, person))
            if person.can("pause.press"):
                _levers(reading, found.pause)


def _strip(running: Pause) -> Markup:
    """That it is stopped, and why."""
    return el(
        "div",
        el("b", say("desk.pause.on"), class_="mj-loud"),
        el("span", running.reason, dir="auto"),
        class_="mj-stop",
        role="alert",
    )


def _told(reading: Session, found: Standing, running: Pause, person: Actor) -> Markup:
    """Who stopped it, until when, who may still speak, and what became of what was on its way."""
    lang = session.lang()
    until: Child = say("desk.pause.until_lifted") if running.ends_at is None else shown.stamp(running.ends_at, lang)
    allow = [el("bdi", allowing.called(reading, word), class_="mj-chip") for word in running.allow]
    facts: list[tuple[str, Child]] = [
        ("by", join((el("bdi", allowing.person(reading, running.started_by)), " · ", shown.stamp(running.started_at, lang)))),
        ("until", until),
        ("may_speak", el("div", *allow, class_="mj-chips") if allow else say("desk.pause.nobody")),
        ("held", join((shown.number(found.held), " ", _to_queue() if found.held and person.can("delivery.decide") else None))),
    ]
    if asks := sum(one.permitted for one in found.waiting):
        facts.append(("permitted", el("b", say("desk.pause.asks", n=asks))))
    if found.in_flight:
        fates = Counter(one.fate for one in found.in_flight)
        lines = (el("div", f"{count} × ", say(f"outbox.fate.{fate}")) for fate, count in fates.items())
        facts.append(("in_flight", join(lines)))
    listed = el("dl", *(join((el("dt", say(f"desk.pause.{key}")), el("dd", value))) for key, value in facts), class_="mj-facts")
    return el("div", listed, el("p", say("desk.pause.rule"), class_="mj-note"), class_="mj-panel bad")


def _to_queue() -> Markup:
    return el("a", say("desk.pause.look"), href="/problems", target="_self", class_="mj-link")


def _levers(reading: Session, running: Pause) -> None:
    key = f"{running.id}:{turn()}"
    choices = {word: label for word, label in allowing.choices(reading).items() if word not in running.allow}
    with st.container(horizontal=True, key="crisis_levers"):
        with st.popover(say("desk.pause.permit"), icon=":material/campaign:", key=f"permit:{key}"):
            who = say("desk.pause.permit_who")
            st.selectbox(who, list(choices), key=f"permit_who:{key}", format_func=lambda word: choices.get(word, word))
            label = say("desk.pause.do_permit")
            st.button(label, key=f"do_permit:{key}", type="primary", on_click=_do_permit, args=(f"permit_who:{key}",))
        with st.popover(say("desk.pause.lift"), icon=":material/play_circle:", key=f"lift:{key}"):
            st.text(say("desk.pause.lift_lead"))
            known = sorted({*AFTER, running.after_s // 60})
            at = known.index(running.after_s // 60)
            st.selectbox(say("desk.pause.after"), known, at, key=f"after:{key}", format_func=_afterwards)
            label = say("desk.pause.do_lift")
            st.button(label, key=f"do_lift:{key}", type="primary", on_click=_do_lift, args=(f"after:{key}",))


def _do_permit(field: str) -> None:
    word = str(st.session_state[field])
    _do(lambda writing, person: pause.permit(writing, person, word), "permitted")


def _do_lift(field: str) -> None:
    after = timedelta(minutes=int(st.session_state[field]))
    _do(lambda writing, person: pause.lift(writing, person, after=after), "lifted")


def _do(change: Callable[[Session, Actor], object], deed: str) -> None:
    attempt(change, f"desk.done.{deed}", at=PLACE)
    st.session_state[DONE] = True


def _lasting(minutes: int) -> str:
    return say("desk.pause.until_lifted") if not minutes else _minutes(minutes)


def _afterwards(minutes: int) -> str:
    return say("desk.pause.after_none") if not minutes else _minutes(minutes)


def _minutes(minutes: int) -> str:
    """Half an hour, three days: in the language's own words."""
    return shown.span(timedelta(minutes=minutes), session.lang())
