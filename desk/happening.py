"""An event that is announced takes place otherwise, or not at all: its facts changed, its reminders chosen, its end."""

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.clock import now
from desk import chrome, keeping, timing
from desk.address import Place
from desk.doing import attempt, turn
from desk.safe import show
from desk.session import say
from scheduler import events, posts, untold
from scheduler.models import Post
from scheduler.notices import WHY_MOST, Consequences


def deeds(reading: Session, person: Actor, post: Post, place: Place) -> None:
    """On an announcement that is approved or out, as long as its event lies ahead; a draft is simply edited."""
    event = events.of(reading, post)
    if event is None or post.role or not person.can("post.write") or post.state in ("draft", "submitted", "cancelled"):
        return
    if event.ends_at <= now():
        return
    key = f"happening:{post.id}:{turn()}"
    if untold.is_silent(reading, post):
        show(chrome.panel("warn", say("desk.happening.silent")))
        label = say("desk.happening.tell_anew")
        st.button(label, key=f"tell_{key}", icon=":material/campaign:", on_click=_tell, args=(post.id, post.version, place))
    if event.cancelled_at is not None:
        return
    with st.expander(say("desk.happening.change"), icon=":material/event_repeat:"):
        st.text(say("desk.happening.change_lead"))
        timing.event(reading, post, key)
        label = say("desk.happening.do_change")
        st.button(label, key=f"change_{key}", type="primary", on_click=_change, args=(post.id, post.version, key, place))
    with st.popover(say("desk.happening.cancel"), icon=":material/event_busy:", key=f"pop_{key}"):
        st.text(say("desk.happening.cancel_lead"))
        st.text_input(say("desk.approve.why"), key=f"off:{key}", max_chars=WHY_MOST)
        label = say("desk.happening.cancel")
        st.button(label, key=f"off_{key}", type="primary", on_click=_cancel, args=(post.id, post.version, key, place))


def _change(post_id: int, seen: int, key: str, place: Place) -> None:
    wanted = set(st.session_state[f"remind:{key}"])

    def change(writing: Session, person: Actor) -> Consequences:
        post = writing.get_one(Post, post_id)
        became = posts.change_event(writing, person, post, timing.facts_of(key), seen_version=seen)
        keeping.remind(writing, person, post, wanted)
        return became

    _told(attempt(change), "changed", place)


def _cancel(post_id: int, seen: int, key: str, place: Place) -> None:
    why = str(st.session_state[f"off:{key}"])
    _told(attempt(lambda w, p: posts.cancel_event(w, p, w.get_one(Post, post_id), why, seen_version=seen)), "cancelled", place)


def _tell(post_id: int, seen: int, place: Place) -> None:
    _told(attempt(lambda w, p: posts.tell_anew(w, p, w.get_one(Post, post_id), seen_version=seen)), "", place)


def _told(became: Consequences | None, done: str, place: Place) -> None:
    """What became of its posts; a notice that is proposed is opened, to be read and submitted."""
    if became is None:
        return
    words = [say(f"desk.happening.{done}")] if done else []
    counts = {"rewritten": len(became.rewritten), "ended": len(became.ended)}
    words += [say(f"desk.happening.{name}", n=n) for name, n in counts.items() if n]
    if became.notice is not None:
        words.append(say("desk.happening.notice"))
        place.set(post=became.notice, edit="1")
    chrome.flash("good", " ".join(words))
