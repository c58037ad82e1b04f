"""The buttons one may press on a post: say yes, send back, change, cancel, skip one of a row."""

from typing import Final

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from desk import chrome, unsaid
from desk.address import Place
from desk.agreeing import standing
from desk.doing import attempt, turn
from desk.session import say
from outbox.sought import still_here
from outbox.states import ENDED
from scheduler import history, posts, queueing, recurring, row, steps
from scheduler.again import failing
from scheduler.comments import MOST
from scheduler.models import Post
from scheduler.states import OPEN

#: forms of a post in which one writes, and what they are called
WRITTEN: Final = {
    "yes": "desk.compose.approve", "comment": "desk.compose.send_back", "correct": "desk.after.correct",
    "withdraw": "desk.after.withdraw",
}  # fmt: skip
#: what is said of a post that was to be cancelled, and of which something may stand or stands, by its state then
LEFT: Final = {"scheduled": "sought", "published": "rest_cancelled", "partly": "rest_cancelled"}


def deeds(reading: Session, person: Actor, post: Post, place: Place) -> None:
    """What this person may do with this post as it stands."""
    unsaid.chip(reading, person, "posts", post.id or 0, {deed: say(word) for deed, word in WRITTEN.items()})
    with st.container(horizontal=True):
        if person.can("post.approve"):
            _yes_or_no(reading, person, post)
        if person.can("post.write"):
            _writers(reading, post, place)
        if person.can("delivery.decide") and failing(reading, post):
            _ask("retry", post, ":material/send:", place)


def _yes_or_no(reading: Session, person: Actor, post: Post) -> None:
    progress = standing(reading, post)
    if progress is None or progress.complete or post.state not in ("submitted", "scheduled"):
        return
    hindered = _hindered(reading, person, post)
    key = f"{post.id}:{turn()}"
    with st.popover(
        say("desk.compose.approve"), icon=":material/check:", type="primary", key=f"approve:{post.id}", disabled=bool(hindered)
    ):
        unsaid.area(say("desk.approve.with_yes"), f"yes:{key}", unsaid.form("posts", f"yes:{key}"), height=70, max_chars=MOST)
        label = say("desk.approve.do_yes", version=post.version)
        st.button(label, key=f"do_yes:{key}", type="primary", on_click=_approve, args=(post.id, post.version, f"yes:{key}"))
    if post.state == "submitted":
        with st.popover(say("desk.compose.send_back"), icon=":material/reply:", key=f"pop_back:{key}"):
            box = f"comment:{key}"
            unsaid.area(say("desk.compose.comment"), box, unsaid.form("posts", box), height=90, max_chars=MOST)
            label = say("desk.compose.send_back")
            st.button(label, key=f"back:{key}", type="primary", on_click=_send_back, args=(post.id, box))
    if hindered:
        st.caption(hindered)


def _hindered(reading: Session, person: Actor, post: Post) -> str:
    """Why this person's yes is not asked for; "" when it is."""
    whose = steps.under(reading, post)
    progress = steps.progress(reading, whose)
    if person.user_id in history.writers(reading, whose):
        return say("desk.compose.own")
    if person.user_id in progress.said:
        return say("desk.approve.said")
    step = progress.current
    return "" if step is None or person.user_id in step.wanting else say("desk.approve.not_asked")


def _writers(reading: Session, post: Post, place: Place) -> None:
    first = recurring.head(reading, post)
    in_row = first is not None and not {first.state, post.state} & {"draft", "submitted"}
    if post.state in OPEN and not in_row and not _may_have_left(reading, post):
        edit = say("desk.compose.edit")
        st.button(edit, key=f"edit:{post.id}", icon=":material/edit:", on_click=place.set, kwargs={"edit": "1"})
    if first is not None and in_row and (post.state in OPEN or (post.id == first.id and row.not_taken_up(reading, first))):
        _ask("take_up", post, ":material/edit:", place)
    if in_row and post.state == "scheduled":
        _ask("skip", post, ":material/event_busy:", place, reason=True)
    if post.state in OPEN or (first is not None and post.id == first.id and row.still_to_go(reading, first)):
        _ask("cancel", post, ":material/block:", place, reason=True)


def _may_have_left(reading: Session, post: Post) -> bool:
    """Whether something of an approved post may be on the platform, so that no change of it is taken (queueing.take_back)."""
    if post.state != "scheduled":
        return False
    return not all(one.state in ENDED or still_here(one) for one in queueing.deliveries(reading, post))


def _ask(deed: str, post: Post, icon: str, place: Place, *, reason: bool = False) -> None:
    """A button that first says what will happen, and asks why."""
    key = f"{deed}:{post.id}:{turn()}"
    with st.popover(say(f"desk.approve.{deed}"), icon=icon, key=f"pop_{key}"):
        st.text(say(f"desk.approve.{deed}_lead"))
        if reason:
            st.text_input(say("desk.approve.why"), key=f"why_{key}", max_chars=120)
        st.button(say(f"desk.approve.{deed}"), key=key, type="primary", on_click=_do, args=(deed, post.id, f"why_{key}", place))


def _do(deed: str, post_id: int, key: str, place: Place) -> None:
    def change(writing: Session, person: Actor) -> Post:
        post = writing.get_one(Post, post_id)
        why = str(st.session_state.get(key, "")).strip()
        if deed == "take_up":
            return posts.take_up(writing, person, post)
        if deed == "retry":
            return posts.retry(writing, person, post)
        end = posts.skip if deed == "skip" else posts.cancel
        return end(writing, person, post, why or "cancelled")

    changed = attempt(change)
    if changed is None:
        return
    left = LEFT.get(changed.state) if deed in ("cancel", "skip") else None
    chrome.flash("warn" if left else "good", say(f"desk.done.{left or deed}"))
    if deed == "take_up":
        place.set(post=changed.id, edit="1")


def _approve(post_id: int, seen: int, key: str) -> None:
    said = str(st.session_state.get(key, ""))
    form = unsaid.form("posts", key)
    post = attempt(lambda w, p: posts.approve(w, p, w.get_one(Post, post_id), seen_version=seen, comment=said), said=form)
    if post is not None:
        word = {"expired": "too_late", "submitted": "yes"}.get(post.state, "approved")
        chrome.flash("bad" if post.state == "expired" else "good", say(f"desk.done.{word}"))


def _send_back(post_id: int, key: str) -> None:
    comment = st.session_state[key]
    form = unsaid.form("posts", key)
    attempt(lambda w, p: posts.send_back(w, p, w.get_one(Post, post_id), comment), "desk.done.sent_back", said=form)
