"""The form in which a saved reply is written or changed."""

from datetime import timedelta
from typing import Final

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from desk.address import Place
from desk.doing import attempt, turn
from desk.safe import el, join, show
from desk.session import say
from inbox import blanks, remarks, saved
from inbox.models import SavedReply
from policies.verdict import TOPICS

FILTERS: Final = ("standing", "topic")
#: which one is in the form: an id, 0 for a new one; nothing when none is
WRITING: Final = "saved_writing"
#: a new one holds so long unless another day is chosen
HOLDS: Final = timedelta(days=180)


def place() -> Place:
    """What is chosen on the page."""
    return Place("saved", ("saved", "q", *FILTERS))


def begin(saved_id: int = 0) -> None:
    """Open the form, for a new one or to change that one."""
    st.session_state[WRITING] = saved_id


def leave() -> None:
    """Close the form."""
    st.session_state.pop(WRITING, None)


def writing() -> bool:
    """Whether the form is open."""
    return WRITING in st.session_state


def form(reading: Session, person: Actor) -> None:
    """Name, words in both languages, subject, source, owner, the day it holds until."""
    saved_id: int = st.session_state[WRITING]
    one = saved.of(reading, saved_id) if saved_id else None
    key = f"{saved_id}:{turn()}"
    show(el("h2", say("desk.saved.change_title" if one else "desk.saved.new"), class_="mj-h2"))
    st.text_input(say("desk.saved.name"), one.name if one else "", key=f"name:{key}", max_chars=saved.NAME_MOST)
    for code in ("ar", "en"):
        text = "" if one is None else one.text_ar if code == "ar" else one.text_en
        st.text_area(say(f"desk.saved.in_{code}"), text, key=f"{code}:{key}", max_chars=saved.TEXT_MOST, height=120)
    _hint()
    left, right = st.columns(2)
    with left:
        topics = [*TOPICS]
        st.selectbox(
            say("desk.inbox.topic"), topics, index=topics.index(one.topic if one else "none"), key=f"topic:{key}",
            format_func=lambda topic: say("desk.saved.any_topic" if topic == "none" else f"desk.topic.{topic}"),
        )  # fmt: skip
        first = saved.today()
        day = max(one.review_by, first) if one else first + HOLDS
        st.date_input(
            say("desk.saved.review_by"),
            day,
            min_value=first,
            max_value=first + saved.LONGEST,
            key=f"day:{key}",
            format="YYYY/MM/DD",
        )
    with right:
        people = {user.id or 0: user.display_name for user in remarks.colleagues(reading)}
        ids, owner = list(people), one.owner_id if one else person.user_id
        st.selectbox(
            say("desk.saved.owner"), ids, index=ids.index(owner) if owner in people else None, key=f"owner:{key}",
            format_func=lambda id_: people.get(id_, ""), placeholder=say("desk.saved.choose_owner"),
        )  # fmt: skip
        st.text_input(
            say("desk.saved.source"), one.source if one else "", key=f"source:{key}", max_chars=saved.SOURCE_MOST,
            placeholder=say("desk.saved.source_hint"),
        )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button(say("desk.saved.save"), key=f"keep:{key}", type="primary", on_click=_keep, args=(saved_id, key))
        st.button(say("desk.saved.cancel"), key=f"cancel:{key}", on_click=leave)


def _hint() -> None:
    """Which places are filled by themselves, and that any other is left to whoever answers."""
    known = (join((el("code", f"{{{place}}}", dir="ltr"), " ", say(f"desk.saved.place.{place}"))) for place in blanks.KNOWN)
    show(
        el(
            "details",
            el("summary", say("desk.saved.places")),
            el("ul", *(el("li", one) for one in known)),
            el("p", say("desk.saved.places_other")),
            class_="mj-note",
        )
    )


def _keep(saved_id: int, key: str) -> None:
    given = {field: st.session_state[f"{field}:{key}"] for field in ("name", "ar", "en", "source", "topic", "owner", "day")}
    content = saved.Content(
        name=given["name"], ar=given["ar"], en=given["en"], source=given["source"], review_by=given["day"], topic=given["topic"]
    )

    def change(writing: Session, person: Actor) -> SavedReply:
        return saved.keep(writing, person, content, owner_id=given["owner"] or 0, saved_id=saved_id or None)

    kept = attempt(change, "desk.done.saved_kept")
    if kept is not None:
        leave()
        place().set(saved=kept.id)
