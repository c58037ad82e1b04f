"""From the fields of the post editor to a draft in the database: read when a button is pressed, saved in one transaction."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from desk import composing, filing, furthering, polling, resuming, store, timing
from desk.address import Place
from desk.doing import attempt
from scheduler import children, posts, unsaved
from scheduler.models import Post


def written(post: Post | None, rev: str, start: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the editor, named as draft and edit take it; `start` is what the composer began with."""
    field = st.session_state
    made = composing.now_in(field, rev, start)
    why = str(field.get(f"pair_why:{rev}", post.pair_why if post else "")).strip()
    given = {
        "title": str(field[f"title:{rev}"]),
        "ar": str(made["ar"]),
        "en": str(made["en"]),
        "pair_why": why,
        "texts": composing.versions(made, one_language=bool(why)),
        "poll": polling.of(post, rev),
        **timing.hour_of(post, rev),
    }
    if f"event:{rev}" in field and field[f"kind:{rev}"] == "event":  # what was begun as an event may have become news
        given["event"] = timing.facts_of(rev)
    return given


def keep(post_id: int | None, seen: int | None, rev: str, start: Mapping[str, Any], place: Place, send: bool) -> None:
    """Save the draft with its files and reminders and, when asked, submit it: all of it or nothing."""

    def change(writing: Session, person: Actor) -> Post:
        post = writing.get_one(Post, post_id) if post_id is not None else None
        given, files = written(post, rev, start), filing.held(writing, post, rev)
        if post is None:
            post = posts.draft(writing, person, kind=str(st.session_state[f"kind:{rev}"]), **given)
        else:
            post = posts.edit(writing, person, post, seen_version=seen, **given)
        filing.keep(writing, person, post, files)
        if f"remind:{rev}" in st.session_state:
            remind(writing, person, post, set(st.session_state[f"remind:{rev}"]))
        unsaved.drop(writing, person.user_id or 0, post_id or unsaved.NEW)
        if send:
            posts.submit(writing, person, post, connect=store.connections(), also=furthering.chosen(rev))
        return post

    post = attempt(change, "desk.done.submitted" if send else "desk.done.saved")
    if post is not None:
        st.session_state["composer_forget"] = str(post_id) if post_id else "new"
        st.session_state["composed"] = st.session_state.get("composed", 0) + 1
        if not send:
            furthering.carry(rev, resuming.rev_of(post))
        place.set(post=post.id, edit=None if send else "1")


def remind(writing: Session, person: Actor, post: Post, wanted: set[int]) -> None:
    """Exactly these reminders, where they are others than it has."""
    if wanted != {one.before_s for one in children.of(writing, post, "reminder")}:
        posts.remind(writing, person, post, wanted)
