"""Above a list: the box that searches it, and the filters that narrow it; both stand in the page's address."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from desk.address import Place
from desk.components import mount
from desk.session import say


def bar(page: str, place: Place, filters: Sequence[str], *, forget: Sequence[str] = ()) -> PopoverContainer:
    """The search of `desk.<page>`, and the popover for its filters, which says how many are on: draw them once it is `open`.

    A search lets go of `forget`."""
    wide, narrow = st.columns([1, 0.4], vertical_alignment="bottom")
    key = f"{page}_q"

    def searched() -> None:
        place.set(q=st.session_state[key].strip(), **dict.fromkeys(forget))

    with wide:
        if st.session_state.get(key, "").strip() != place.get("q"):
            st.session_state[key] = place.get("q")
        st.text_input(
            say(f"desk.{page}.search"),
            key=key,
            type="search",
            placeholder=say(f"desk.{page}.search_hint"),
            label_visibility="collapsed",
            icon=":material/search:",
            on_change=searched,
        )
    active = sum(bool(place.get(name)) for name in filters)
    label = say("desk.inbox.filter_on", n=active) if active else say("desk.inbox.filter")
    with narrow:
        return st.popover(label, icon=":material/filter_list:", width="stretch", key=f"{page}_filter", on_change="rerun")


def views(key: str, data: Mapping[str, Any], **on: Callable[[], None]) -> None:
    """A row of views above a list or a page, `data` and `on` as `mount` takes them, with what the arrows at its ends are called."""
    mount("views", {**data, "push": {to: say(f"desk.list.views_{to}") for to in ("back", "on")}}, key=key, **on)
