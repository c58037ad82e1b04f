"""Beside the button that submits a post: further people who must say yes after the house's own steps, any of them or all."""

from contextlib import suppress
from typing import Final

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.errors import ConfigurationError
from core.settings import settings
from desk import session, shown
from desk.safe import el, show
from desk.session import say
from scheduler import history, steps
from scheduler.models import Post

#: so many further steps one may ask for here; the command line takes any number
MOST: Final = 3
NEEDS: Final = ("any", "all")
#: the fields of each step by the beginnings of their keys
FIELDS: Final = tuple(f"{name}{number}" for number in range(1, MOST + 1) for name in ("also", "need"))


def fields(reading: Session, person: Actor, post: Post | None, rev: str) -> None:
    """A form that is shut until it is wanted: the next step is offered once somebody is named in the one before. Nobody whose hand
    is in the post can be named."""
    hands = {person.user_id} | (history.writers(reading, post) if post is not None else frozenset())
    known = {id_: user.display_name for id_, user in steps.approvers(reading).items() if id_ not in hands}
    with st.popover(say("desk.further.ask"), icon=":material/group_add:", key=f"further:{rev}"):
        if not known:
            show(el("p", say("desk.further.nobody"), class_="mj-note"))
            return
        show(el("p", say("desk.further.lead"), class_="mj-note"))
        _again(reading, post, rev)
        for number in range(1, MOST + 1):
            if not _step(number, known, rev):
                break


def _again(reading: Session, post: Post | None, rev: str) -> None:
    """What was sent back asks the same people again, unless its author chooses others."""
    field = st.session_state
    if post is None or not post.steps or f"also1:{rev}" in field:
        return
    with suppress(ConfigurationError):
        house = steps.of_house(reading, settings())
        if post.steps[: len(house)] != house:
            return
        for number, step in enumerate(post.steps[len(house) :][:MOST], 1):
            field[f"also{number}:{rev}"], field[f"need{number}:{rev}"] = list(step["users"]), step["need"]


def _step(number: int, known: dict[int, str], rev: str) -> bool:
    """One further step; whether anybody is named in it."""
    field, who = st.session_state, f"also{number}:{rev}"
    if who in field:  # what was kept may name somebody who approves no more
        field[who] = [id_ for id_ in field[who] if id_ in known]
    named: list[int] = st.multiselect(
        say("desk.further.who", number=number),
        list(known),
        format_func=known.__getitem__,
        key=who,
        placeholder=say("desk.further.nobody_yet"),
    )
    if named:
        st.radio(
            say("desk.further.need"),
            NEEDS,
            format_func=lambda need: say(f"desk.further.{need}"),
            key=f"need{number}:{rev}",
            horizontal=True,
            label_visibility="collapsed",
        )
    return bool(named)


def chosen(rev: str) -> list[tuple[str, list[int]]]:
    """The further steps as they stand in the form, in their order."""
    field, found = st.session_state, []
    for number in range(1, MOST + 1):
        named = list(field.get(f"also{number}:{rev}") or ())
        if not named:
            break
        found.append((str(field.get(f"need{number}:{rev}", NEEDS[0])), named))
    return found


def told(reading: Session, rev: str) -> None:
    """Who is asked, in one line beside the buttons, where anybody is."""
    names = {id_: user.display_name for id_, user in steps.approvers(reading).items()}
    comma = "، " if session.lang() == "ar" else ", "
    chips = [
        shown.chip(say(f"desk.further.then_{need}", names=comma.join(names[user] for user in named if user in names)), "info")
        for need, named in chosen(rev)
    ]
    if chips:
        show(el("div", *chips, class_="mj-chips"))


def carry(rev: str, to: str) -> None:
    """A draft that is saved and not submitted keeps them beside it."""
    field = st.session_state
    for name in FIELDS:
        if f"{name}:{rev}" in field:
            field[f"{name}:{to}"] = field[f"{name}:{rev}"]
