"""The pages of the desk and the abilities that open them: one line a page."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.actors import Actor
from desk.session import say


@dataclass(frozen=True, slots=True)
class Room:
    """`path` names the module in desk/pages, the address and the words; any one of `abilities` opens it, to all who are signed in
    where there is none."""

    path: str
    icon: str
    abilities: tuple[str, ...]

    def open_to(self, person: Actor) -> bool:
        return not self.abilities or any(person.can(ability) for ability in self.abilities)

    @property
    def page(self) -> Callable[[], None]:
        page: Callable[[], None] = import_module(f"desk.pages.{self.path}").page
        return page


ROOMS: tuple[Room, ...] = (
    Room("inbox", "inbox", ("item.read",)),
    Room("cases", "assignment", ("case.work", "appeal.decide", "hold.set")),
    Room("answers", "quickreply", ("reply.write", "saved.keep", "tag.keep")),
    Room("compose", "edit_square", ("post.write",)),
    Room("plan", "calendar_month", ("post.write", "post.approve")),
    Room("days", "event", ("calendar.keep",)),
    Room("problems", "report", ("delivery.decide",)),
    Room("figures", "monitoring", ("figures.read",)),
    Room("policy", "gavel", ("policy.propose", "policy.activate", "item.moderate", "audit.read")),
    Room("accounts", "cable", ("account.admin", "figures.read")),
    Room("people", "group", ("user.admin",)),
    Room("audit", "history", ("audit.read",)),
    Room("me", "manage_accounts", ()),
)


def open_to(person: Actor) -> list[Room]:
    """The rooms this person may enter, in the order of the side bar."""
    return [room for room in ROOMS if room.open_to(person)]


def navigation(person: Actor) -> StreamlitPage:
    """The side bar with this person's rooms. The bare address, and that of a room closed to him, lead to the first of his own."""
    pages = [
        st.Page(room.page, title=say(f"desk.{room.path}.nav"), icon=f":material/{room.icon}:", url_path=room.path)
        for room in open_to(person)
    ]
    start = st.Page(lambda: st.switch_page(pages[0]), title=say("desk.name"), url_path="start", default=True, visibility="hidden")
    return st.navigation([start, *pages], expanded=True)
