"""A post that somebody moved in the plan: done at once where nothing speaks against it, else asked first and told why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from desk import chrome, session, shown, store
from desk.components import event
from desk.doing import attempt
from desk.safe import el, show
from desk.session import say
from scheduler import posts, wall
from scheduler.models import Post
from scheduler.warnings import Caution, warnings

#: what is kept until somebody says yes or no
ASKED = "plan_move"
#: what may speak against an hour; what a link costs does not change with it
OF_HOUR = ("mourning", "holiday", "ramadan_hours", "clock_twice", "clock_skips", "same_hour")


def moved(key: str) -> None:
    """The component `key` says where a post was dropped: `{post, version, date, time}`, on a wall in Dubai."""
    given = event(key, "move")
    if given is None:
        return
    to = wall.instant(datetime.fromisoformat(f"{given['date']}T{given['time']}"))
    with store.read() as reading:
        post = reading.get(Post, int(given["post"]))
        asks = post is not None and (post.state != "draft" or bool(_against(reading, post, to)))
    if asks:
        st.session_state[ASKED] = {"post": int(given["post"]), "version": int(given["version"]), "to": to}
    else:
        _do(int(given["post"]), int(given["version"]), to)


def _against(reading: Session, post: Post, to: datetime) -> list[Caution]:
    """What the calendar and the neighbours would have against it there."""
    there = Post(**post.model_dump() | {"at": to, "wall": wall.kept(to, post.zone)})
    return [one for one in warnings(reading, there) if one.code in OF_HOUR]


def ask(reading: Session, person: Actor) -> None:
    """The question that is open, if there is one: from where to where, what becomes of its approval, what speaks against it."""
    given: Mapping[str, Any] | None = st.session_state.get(ASKED)
    post = reading.get(Post, given["post"]) if given else None
    if given is None or post is None:
        return
    lang, to = session.lang(), given["to"]
    head = say("desk.plan.move", title=post.title or say("desk.compose.untitled"))
    hours = say("desk.plan.from_to", before=shown.moment(post.at, lang), after=shown.moment(to, lang))
    lines = [caution.words(lang) for caution in _against(reading, post, to)]
    if post.state != "draft":
        lines.insert(0, say(f"desk.plan.again_{post.state}") if post.state in ("submitted", "scheduled") else say("desk.plan.gone"))
    if post.state != "draft" and person.can("post.approve"):
        lines.append(say("desk.plan.own_then"))
    with st.container(key="plan_move"):
        show(chrome.panel("warn", el("b", el("bdi", head)), el("p", hours), el("ul", *(el("li", line) for line in lines))))
        with st.container(horizontal=True):
            st.button(say("desk.plan.do_move"), key="do_move", type="primary", on_click=_yes)
            st.button(say("desk.plan.keep"), key="keep_hour", on_click=_no)


def _yes() -> None:
    given = st.session_state.pop(ASKED, None)
    if given is not None:
        _do(given["post"], given["version"], given["to"])


def _no() -> None:
    st.session_state.pop(ASKED, None)


def _do(post_id: int, version: int, to: datetime) -> None:
    def change(writing: Session, person: Actor) -> Post:
        post = writing.get_one(Post, post_id)
        return posts.move(writing, person, post, to, seen_version=version, connect=store.connections())

    post = attempt(change)
    if post is not None:
        when = shown.moment(post.at, session.lang())
        chrome.flash("good", say("desk.plan.moved_again" if post.state == "submitted" else "desk.plan.moved", when=when))
