"""Posts: what is being written, waits for approval or is on its way; and the editor."""

from typing import Any

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from core.display import direction
from desk import (
    afterwards,
    agreeing,
    chrome,
    deciding,
    differing,
    drafting,
    happening,
    kin,
    noticing,
    posting,
    previewing,
    session,
    shown,
    store,
)
from desk.address import Place
from desk.components import event, listing
from desk.safe import show
from desk.session import say
from scheduler import unsaved
from scheduler.models import Post, PostText
from scheduler.states import OPEN
from scheduler.steps import asked_of

#: what an approver is asked for, whatever else there is
ASKED = "asked"
STATES = ("draft", "submitted", "scheduled", "published", "partly", "refused", "cancelled", "expired")
LONGEST = 100
LIST = "post_list"


def _place() -> Place:
    return Place("compose", ("post", "state", "edit"))


def page() -> None:
    _place().arrive()
    chrome.title("compose")
    work()


@st.fragment
def work() -> None:
    place = _place()
    person = session.actor()
    narrow, wide = st.columns([0.75, 2.2], gap="medium")
    with store.read() as reading:
        with narrow:
            if person.can("post.write"):
                begun = unsaved.NEW in unsaved.posts_of(reading, person.user_id or 0)
                st.button(
                    say("desk.compose.new_begun" if begun else "desk.compose.new"),
                    key="new_post",
                    icon=":material/add:",
                    width="stretch",
                    on_click=place.set,
                    kwargs={"post": None, "edit": None},
                )
            states = (ASKED, *STATES) if person.can("post.approve") else STATES
            state = place.pick("state", say("desk.compose.filter"), states, _called, say("desk.compose.any"))
            _list(reading, person, place, state)
        post = reading.get(Post, wanted_id) if (wanted_id := place.number("post")) is not None else None
        with wide:
            if post is None or (place.get("edit") and post.state in OPEN):
                with st.container(key="unsaid_editor"):  # what is typed is handed over when its writer pauses
                    drafting.editor(reading, person, post, place)
            else:
                _whole(reading, person, post, place)


def _whole(reading: Session, person: Actor, post: Post, place: Place) -> None:
    """All that somebody looks at before he says yes, and what became of it afterwards."""
    chrome.flashed()
    show(posting.facts(reading, post))
    deciding.deeds(reading, person, post, place)
    afterwards.deeds(reading, person, post, place)
    happening.deeds(reading, person, post, place)
    found = noticing.found_in(reading, post) if post.state in OPEN else []
    if post.state in OPEN:
        noticing.notices(reading, post, found)
    previewing.previews(reading, post, found)
    differing.changes(reading, post)
    kin.of_event(reading, post)
    agreed, said = st.columns(2, gap="medium")
    with agreed:
        agreeing.approval(reading, post)
    with said:
        agreeing.talk(reading, person, post)
    kin.children(reading, post)


def _called(state: str) -> str:
    return say("desk.compose.asked") if state == ASKED else say(f"desk.post.{state}")


def _found(reading: Session, person: Actor, state: str) -> list[Post]:
    if state == ASKED:
        return asked_of(reading, person.user_id)[:LONGEST]
    query = select(Post).order_by(col(Post.updated_at).desc(), col(Post.id).desc()).limit(LONGEST)
    return list(reading.exec(query.where(Post.state == state) if state else query))


def _list(reading: Session, person: Actor, place: Place, state: str) -> None:
    found = _found(reading, person, state)
    texts: dict[int, str] = {}
    for row in reading.exec(
        select(PostText).where(col(PostText.post_id).in_([post.id for post in found])).order_by(col(PostText.id).desc())
    ):
        texts[row.post_id] = row.text
    asking = posting.stuck(reading, found)
    half = unsaved.posts_of(reading, person.user_id or 0)
    labels = {
        "list": say("desk.compose.mine"),
        "empty": say("desk.compose.none_lead"),
        "shown": say("desk.compose.shown", n=len(found)),
    }
    listing(
        LIST,
        [_row(post, texts.get(post.id or 0, ""), asking.get(post.id or 0, ""), half=post.id in half) for post in found],
        selected=str(place.number("post") or ""),
        labels=labels,
        on={"open": _opened},
    )


def _row(post: Post, text: str, asking: str, *, half: bool) -> dict[str, Any]:
    lang = session.lang()
    chips = [{"label": say(f"desk.post.{post.state}"), "tone": posting.TONES.get(post.state, "")}]
    if asking:
        chips = [{"label": say(f"desk.delivery.{asking}"), "tone": "bad"}]
    if half:
        chips.append({"label": say("desk.compose.unsaved"), "tone": "warn"})
    if post.role or post.kind == "event":
        chips.append({"label": say(f"desk.role.{post.role}" if post.role else "desk.compose.kind_event"), "tone": ""})
    return {
        "id": post.id,
        "name": post.title or say("desk.compose.untitled"),
        "when": shown.moment(post.at, lang) if post.at else say("desk.compose.soon"),
        "beside": shown.hijri(post.at, lang) if post.at else "",
        "text": text[:200],
        "dir": direction(text),
        "gone": False,
        "chips": chips,
    }


def _opened() -> None:
    if (chosen := event(LIST, "open")) is not None:
        _place().set(post=int(chosen), edit=None)
