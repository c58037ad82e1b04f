"""What stands in the editor and is not saved: kept in the database as it is written, put back where somebody left it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.clock import now
from desk import chrome, furthering, session, shown, store
from desk.filing import Held
from desk.safe import el, show
from desk.session import say
from scheduler import unsaved
from scheduler.models import Post

#: the fields of the editor by the beginning of their keys; whatever a form of words adds must stand here to be kept
FIELDS = (
    "title", "kind", "pair_why", "soon", "day:at", "hour:at", "zone:at", "recurs", "step", "every", "until", "event", "event_en",
    "place", "place_en", "day:starts", "hour:starts", "day:ends", "hour:ends", "zone:event", "remind", "poll", "answer1", "answer2",
    "answer3", "answer4", "lasts", *furthering.FIELDS,
)  # fmt: skip
#: what the composer holds
PARTS = ("chosen", "ar", "en", "texts")


def rev_of(post: Post | None) -> str:
    """Names the fields of this text: a saved version has fresh ones, and so has what was thrown away."""
    thrown = st.session_state.get(f"thrown:{post.id if post else unsaved.NEW}", 0)
    rev = f"{post.id}:{post.version}" if post else f"new:{st.session_state.get('composed', 0)}"
    return f"{rev}+{thrown}" if thrown else rev


def arrive(reading: Session, person: Actor, post: Post | None, rev: str) -> None:
    """Call before the fields are drawn: whoever comes to them finds what he left. What he wrote over an older version waits for
    his word."""
    field = st.session_state
    if f"title:{rev}" in field:
        return  # he is at it
    for name in ("start", "kept_at", "print", "stale"):
        field.pop(f"{name}:{rev}", None)
    kept = unsaved.of(reading, person.user_id or 0, post.id or 0 if post else unsaved.NEW)
    if kept is None:
        return
    if kept.version != (post.version if post else 0) and not field.pop(f"mine:{rev}", False):
        field[f"stale:{rev}"] = kept.at
        return
    for name, value in kept.content["fields"].items():
        if name != "kind" or post is None:
            field[f"{name}:{rev}"] = _from_json(value)
    for key, (alt, why) in kept.content["alt"].items():
        field[f"alt:{rev}:{key}"], field[f"alt_why:{rev}:{key}"] = alt, why
    field[f"carried:{rev}"] = kept.content["files"]
    field[f"out:{rev}"], field[f"order:{rev}"] = set(kept.content["out"]), kept.content["order"]
    field[f"start:{rev}"] = {name: kept.content["made"][name] for name in PARTS}
    field[f"kept_at:{rev}"] = kept.at


def start_of(rev: str, start: dict[str, Any]) -> dict[str, Any]:
    """What the composer begins with: what was left in it, else what the post says."""
    left: dict[str, Any] = st.session_state.get(f"start:{rev}", start)
    return left


def kept_at(rev: str) -> str:
    """When it was kept last, for the composer to tell whether its own memory is older; "" while nothing was."""
    at: datetime | None = st.session_state.get(f"kept_at:{rev}")
    return at.isoformat() if at else ""


def keep(person: Actor, post: Post | None, rev: str, made: Mapping[str, Any], files: Sequence[Held]) -> None:
    """Call after the fields are drawn: keeps them where they are others than they were, and says so."""
    field = st.session_state
    if f"stale:{rev}" in field:
        if not _goes_on(person, post, made):
            _ask(person, post, rev)
            return
        del field[f"stale:{rev}"]
    content = _content(rev, made, files)
    print_ = json.dumps(content, sort_keys=True, ensure_ascii=False)
    if field.setdefault(f"print:{rev}", print_) != print_:
        field[f"print:{rev}"], field[f"kept_at:{rev}"] = print_, now()
        with store.write() as writing:
            number, version = (post.id or 0, post.version) if post else (unsaved.NEW, 0)
            unsaved.keep(writing, person.user_id or 0, number, version, content)
    at: datetime | None = field.get(f"kept_at:{rev}")
    if at is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="kept"):
            show(el("p", say("desk.compose.kept", when=shown.clock(at)), class_="mj-note", role="status"))
            label = say("desk.compose.throw")
            st.button(label, key=f"throw:{rev}", type="tertiary", on_click=_throw, args=(person.user_id, post.id if post else None))


def _goes_on(person: Actor, post: Post | None, made: Mapping[str, Any]) -> bool:
    """Whether the composer, which remembers too, has his words on the screen already and has told him of the newer version."""
    with store.read() as reading:
        kept = unsaved.of(reading, person.user_id or 0, post.id or 0 if post else unsaved.NEW)
    return kept is None or all(kept.content["made"][name] == made[name] for name in PARTS)


def _content(rev: str, made: Mapping[str, Any], files: Sequence[Held]) -> dict[str, Any]:
    field = st.session_state
    names = {one.key: one.key if one.row else f"c{one.file.sha256}" for one in files}
    return {
        "fields": {name: _to_json(field[f"{name}:{rev}"]) for name in FIELDS if f"{name}:{rev}" in field},
        "made": {name: made[name] for name in PARTS},
        "files": [{"name": one.name, "file": asdict(one.file)} for one in files if one.row is None],
        "alt": {one.key: [one.file.alt, one.file.alt_why] for one in files if one.row is not None},
        "out": sorted(key for key in field.get(f"out:{rev}", ()) if str(key).startswith("row")),
        "order": [names[one.key] for one in files],
    }


def _to_json(value: Any) -> Any:
    if isinstance(value, date | time):
        return {type(value).__name__: value.isoformat()}
    return list(value) if isinstance(value, tuple | set) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return date.fromisoformat(value["date"]) if "date" in value else time.fromisoformat(value["time"])
    return value


def _ask(person: Actor, post: Post | None, rev: str) -> None:
    """Somebody saved the post while this person was writing over it: his words are there, and he chooses."""
    at: datetime = st.session_state[f"stale:{rev}"]
    show(chrome.panel("warn", say("desk.compose.older", when=shown.moment(at, session.lang()))))
    with st.container(horizontal=True):
        st.button(say("desk.compose.mine_again"), key=f"mine_again:{rev}", on_click=_mine, args=(post.id if post else None, rev))
        label = say("desk.compose.throw")
        st.button(label, key=f"throw:{rev}", type="tertiary", on_click=_throw, args=(person.user_id, post.id if post else None))


def _mine(post_id: int | None, rev: str) -> None:
    """The fields are made anew, from what he wrote."""
    number = post_id or unsaved.NEW
    thrown = st.session_state.get(f"thrown:{number}", 0) + 1
    st.session_state[f"thrown:{number}"] = thrown
    st.session_state[f"mine:{rev.partition('+')[0]}+{thrown}"] = True


def _throw(user_id: int | None, post_id: int | None) -> None:
    number = post_id or unsaved.NEW
    with store.write() as writing:
        unsaved.drop(writing, user_id or 0, number)
    st.session_state[f"thrown:{number}"] = st.session_state.get(f"thrown:{number}", 0) + 1
    st.session_state["composer_forget"] = str(post_id) if post_id else "new"
