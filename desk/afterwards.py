"""After a post has left: a correction or a withdrawal of what stands, each a draft that another person approves."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from desk import chrome, posting, session, shown, store, unsaid
from desk.address import Place
from desk.doing import attempt, turn
from desk.safe import Child, Markup, el, join, link, show
from desk.session import say
from scheduler import posts, recurring
from scheduler.correcting import withdrawal_of
from scheduler.models import Post
from scheduler.standing import Stands
from scheduler.states import OPEN
from scheduler.writing import WHY_MOST


def deeds(reading: Session, person: Actor, post: Post, place: Place) -> None:
    """The two buttons on a post of which something stands on a platform; none for what was taken down or never went."""
    if not person.can("post.write") or post.role == "withdrawal":
        return
    there = posts.removable(reading, post, store.connections())
    if not there:
        return
    other, rest = withdrawal_of(reading, post), recurring.rest(reading, post)
    with st.container(horizontal=True):
        _ask("correct", ":material/edit_note:", post, [(one, True) for one, _ in there], rest, place, _correct)
        if other is None or other.state not in OPEN:
            _ask("withdraw", ":material/delete_forever:", post, there, rest, place, _withdraw)


def _ask(
    deed: str,
    icon: str,
    post: Post,
    there: Sequence[tuple[Stands, bool]],
    rest: Sequence[Post],
    place: Place,
    do: Callable[[int, str, Place], None],
) -> None:
    """A button that first says what will happen and where, and which other days of its row go all the same, and asks for the words
    in both languages."""
    key = f"{deed}:{post.id}:{turn()}"
    with st.popover(say(f"desk.after.{deed}"), icon=icon, key=f"pop_{key}", width="content"):
        st.text(say(f"desk.after.{deed}_lead"))
        show(el("ul", *(_stands(one, removable) for one, removable in there), class_="mj-steps"))
        if rest:
            said = say("desk.after.other_days", n=len(rest))
            show(chrome.panel("warn", said, " ", posting.to(rest[0].id or 0, shown.stamp(rest[0].at, session.lang()))))
        first, second = st.columns(2)
        order = (first, second) if session.lang() == "ar" else (second, first)
        for lang, at in zip(("ar", "en"), order, strict=True):
            with at:
                unsaid.area(say(f"desk.after.{deed}_{lang}"), f"{lang}:{key}", unsaid.form("posts", key), height=120)
        st.text_input(say("desk.compose.pair_why"), key=f"why:{key}", max_chars=WHY_MOST)
        if deed == "withdraw":
            st.checkbox(say("desk.after.notice"), key=f"notice:{key}")
        if deed == "withdraw" and rest:
            st.checkbox(say("desk.after.all_days"), key=f"days:{key}")
        st.button(say(f"desk.after.do_{deed}"), key=key, type="primary", on_click=do, args=(post.id, key, place))


def _stands(one: Stands, removable: bool) -> Markup:
    lang = session.lang()
    label = f"{shown.account(one.account, lang)} · {say(f'desk.form.{one.lang}')}"
    there: Child = link(one.delivery.permalink, label) or label
    by_hand = join((" ", shown.chip(say("desk.after.by_hand"), "warn"))) if not removable else None
    return el("li", there, by_hand)


def _words(key: str) -> dict[str, Any]:
    field = st.session_state
    return {"ar": str(field[f"ar:{key}"]), "en": str(field[f"en:{key}"]), "pair_why": str(field[f"why:{key}"])}


def _correct(post_id: int, key: str, place: Place) -> None:
    form = unsaid.form("posts", key)
    child = attempt(lambda w, p: posts.correct(w, p, w.get_one(Post, post_id), **_words(key)), "desk.after.corrected", said=form)
    if child is not None:
        place.set(post=child.id, edit="1")


def _withdraw(post_id: int, key: str, place: Place) -> None:
    notice, all_days = bool(st.session_state[f"notice:{key}"]), bool(st.session_state.get(f"days:{key}"))

    def change(writing: Session, person: Actor) -> Post:
        post = writing.get_one(Post, post_id)
        told: dict[str, Any] = {"notice": notice, "all_days": all_days, "connect": store.connections()}
        return posts.withdraw(writing, person, post, **_words(key), **told)

    child = attempt(change, "desk.after.withdrawn", said=unsaid.form("posts", key))
    if child is not None:
        place.set(post=child.id, edit="1")
