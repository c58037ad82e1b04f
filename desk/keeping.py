"""From the fields of the post editor to a draft in the database: read when a button is pressed, saved in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from core.errors import Invalid
from core.why import Why
from desk import store
from desk.address import Place
from desk.doing import attempt
from scheduler import posts
from scheduler.events import EventFacts
from scheduler.models import Post, PostMedia
from scheduler.wall import instant

#: key of the composer component
KEY = "composer"


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the editor; texts by account id."""

    title: str
    kind: str
    pair_why: str
    texts: Mapping[int, str]
    at: datetime | None
    event: EventFacts | None
    picture: bytes | None
    alt: str

    def facts(self) -> dict[str, Any]:
        """What draft and edit both take."""
        return {"title": self.title, "pair_why": self.pair_why, "texts": self.texts, "at": self.at, "event": self.event}


def texts_of(content: Mapping[str, Any]) -> dict[int, str]:
    """Text by account of what the composer holds (its keys are text when they come from the browser)."""
    special = {int(key): str(text) for key, text in content["texts"].items()}
    return {int(account): special.get(int(account), str(content["base"])) for account in content["chosen"]}


def _moment(key: str) -> datetime:
    """The instant chosen by a day and an hour on a Dubai wall clock."""
    return instant(datetime.combine(st.session_state[f"day:{key}"], st.session_state[f"hour:{key}"]))


def written(rev: str, start: Mapping[str, Any]) -> Written:
    """The editor's fields as they are now; `start` is what the composer began with, for one that was not touched."""
    field = st.session_state
    made = field[KEY]["content"] if KEY in field and field[KEY].get("content") else None
    kind = str(field[f"kind:{rev}"])
    event = None
    if kind == "event":
        event = EventFacts(field[f"event:{rev}"], _moment(f"starts:{rev}"), _moment(f"ends:{rev}"), field[f"place:{rev}"])
    file = field.get(f"file:{rev}")
    return Written(
        title=str(field[f"title:{rev}"]),
        kind=kind,
        pair_why=str(field[f"pair_why:{rev}"]),
        texts=texts_of(made if made and made.get("rev") == rev else start),
        at=None if field[f"soon:{rev}"] else _moment(f"at:{rev}"),
        event=event,
        picture=file.getvalue() if file else None,
        alt=str(field.get(f"alt:{rev}", "")),
    )


def keep(post_id: int | None, seen: int | None, rev: str, start: Mapping[str, Any], place: Place, send: bool) -> None:
    """Save the draft and, when asked, submit it: both or neither."""

    def change(writing: Session, person: Actor) -> Post:
        given = written(rev, start)
        if given.picture is not None and not given.alt.strip():
            raise Invalid(field="alt", why=Why("alt_length", most=posts.ALT_MOST))
        if post_id is None:
            post = posts.draft(writing, person, kind=given.kind, **given.facts())
        else:
            post = posts.edit(writing, person, writing.get_one(Post, post_id), seen_version=seen, **given.facts())
        if given.picture is not None:
            with TemporaryDirectory() as folder:
                path = Path(folder) / "picture"
                path.write_bytes(given.picture)
                posts.add_media(writing, person, post, path, given.alt)
        if send:
            posts.submit(writing, person, post, connect=store.connections())
        return post

    post = attempt(change, "desk.done.submitted" if send else "desk.done.saved")
    if post is not None:
        st.session_state["composer_forget"] = str(post_id) if post_id else "new"
        st.session_state["composed"] = st.session_state.get("composed", 0) + 1
        place.set(post=post.id, edit=None if send else "1")


def drop_pictures(post_id: int) -> None:
    """Take the pictures out of a draft."""

    def change(writing: Session, person: Actor) -> None:
        post = writing.get_one(Post, post_id)
        for picture in writing.exec(select(PostMedia).where(col(PostMedia.post_id) == post_id)).all():
            posts.remove_media(writing, person, post, picture)

    attempt(change)
