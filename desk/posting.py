"""One post on the screen as others will see it, and what may be done with it: approve, send back, cancel, edit."""

from collections.abc import Iterable

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from core.errors import MajlisError
from core.models import Account, User
from core.settings import settings
from desk import chrome, pictures, session, shown, store, trade
from desk.address import Place
from desk.doing import attempt, turn
from desk.refusals import told
from desk.safe import Child, Markup, el, join, link, name, show, words
from desk.session import say
from outbox import media
from outbox.models import Delivery
from scheduler import events, posts, queueing
from scheduler.models import Post, PostText
from scheduler.preview import Preview
from scheduler.states import OPEN

TONES = {
    "draft": "",
    "submitted": "warn",
    "scheduled": "good",
    "published": "info",
    "partly": "bad",
    "refused": "bad",
    "expired": "bad",
}


#: states of a delivery that ask a person, the most pressing first
ASKING = ("needs_decision", "missed", "held")


def stuck(reading: Session, found: Iterable[Post]) -> dict[int, str]:
    """Post id -> the state of its delivery that waits for a person, for those of these posts that have one."""
    ids = [post.id for post in found if post.state == "scheduled"]
    query = select(PostText.post_id, Delivery.state).join(Delivery, col(Delivery.id) == col(PostText.delivery_id))
    asking: dict[int, str] = {}
    for post_id, state in reading.exec(query.where(col(PostText.post_id).in_(ids), col(Delivery.state).in_(ASKING))):
        asking[post_id] = min(asking.get(post_id, state), state, key=ASKING.index)
    return asking


def facts(reading: Session, post: Post) -> Markup:
    """State, hour, author and approver of a post."""
    lang = session.lang()
    author = reading.get(User, post.author_id) if post.author_id else None
    approver = reading.get(User, post.approved_by) if post.approved_by else None
    event = events.of(reading, post)
    chips = [
        shown.chip(say(f"desk.post.{post.state}"), TONES.get(post.state, "")),
        shown.chip(say(f"desk.compose.kind_{post.kind}")),
    ]
    pairs: list[tuple[str, Child]] = [(say("desk.compose.at"), shown.stamp(post.at, lang) if post.at else say("desk.compose.soon"))]
    if event is not None:
        place = join((" · ", event.place)) if event.place else None
        pairs.append((say("desk.compose.kind_event"), join((event.title, place))))
        pairs.append(
            (say("desk.compose.starts"), join((shown.stamp(event.starts_at, lang), " – ", shown.stamp(event.ends_at, lang))))
        )
    listed = el("dl", *(join((el("dt", label), el("dd", value))) for label, value in pairs), class_="mj-facts")
    people = [say("desk.compose.by", name=author.display_name) if author else post.origin]
    people += [say("desk.compose.approved_by", name=approver.display_name)] if approver else []
    heading = el("h2", post.title or say("desk.compose.untitled"), class_="mj-h2", dir="auto")
    note = None
    if post.comment and post.state == "draft":
        note = el("div", el("b", say("desk.compose.sent_back")), words(post.comment), class_="mj-panel warn")
    return el("div", heading, el("div", *chips, class_="mj-chips"), listed, name(" · ".join(people)), note, class_="mj-panel")


def card(preview: Preview, account: Account, state: Markup | None) -> Markup:
    """One account's version, as it will appear, with its count and whatever stands in the way."""
    lang = session.lang()
    called = shown.platform(account.platform, lang, account.backend)
    count = f"{preview.count} / {preview.limit}" if preview.limit else str(preview.count)
    cost = f"${preview.cost_micros / 1_000_000:.3f}" if preview.cost_micros else ""
    chips = [shown.chip(why.words(lang), "bad") for why in preview.whys]
    chips += [shown.chip(note.words(lang), "warn") for note in preview.notes]
    chips += [shown.chip(say("desk.compose.film"), "") for file in preview.media if file.film]
    foot = el(
        "div", state, *chips, el("bdi", count, class_="mj-ltr mj-note"), el("bdi", cost, class_="mj-ltr mj-note"), class_="mj-chips"
    )
    images = [
        el("img", src=pictures.small(media.folder(settings().var_dir) / file.path), alt=file.alt, class_="mj-picture")
        for file in preview.media
        if not file.film
    ]
    head = el("div", el("b", name(account.name or called)), el("span", called) if account.name else None, class_="mj-by")
    return el("article", head, words(preview.text), *images, foot, class_="mj-said")


def previews(reading: Session, post: Post) -> None:
    """All accounts' versions side by side, with the state of their deliveries."""
    lang = session.lang()
    try:
        found = posts.preview(reading, post, store.connections())
    except MajlisError as refusal:
        show(chrome.panel("bad", told(refusal, lang)))
        return
    carried = {delivery.id: delivery for delivery in queueing.deliveries(reading, post)}
    cards = []
    for preview in found:
        delivery = carried.get(preview.delivery_id)
        state: Markup | None = None
        if delivery is not None:
            tone = {"published": "good", "scheduled": "info", "sending": "info"}.get(delivery.state, "bad")
            why = f" · {trade.reason(delivery.reason, lang)}" if delivery.reason and delivery.state != "published" else ""
            chip = shown.chip(say(f"desk.delivery.{delivery.state}") + why, tone)
            account = reading.get_one(Account, preview.account_id)
            there = say("desk.inbox.open_there", platform=shown.platform(account.platform, lang))
            state = join((chip, link(delivery.permalink, there)))
        cards.append(card(preview, reading.get_one(Account, preview.account_id), state))
    show(el("div", *cards, class_="mj-previews"))


def deeds(person: Actor, post: Post, place: Place) -> None:
    """The buttons this person may press on this post."""
    with st.container(horizontal=True):
        if post.state == "submitted" and person.can("post.approve"):
            own = person.user_id in (post.author_id, post.edited_by)
            st.button(
                say("desk.compose.approve"),
                key=f"approve:{post.id}",
                type="primary",
                icon=":material/check:",
                disabled=own,
                help=say("desk.compose.own") if own else None,
                on_click=_approve,
                args=(post.id, post.version),
            )
            key = f"{post.id}:{turn()}"
            with st.popover(say("desk.compose.send_back"), icon=":material/reply:", key=f"pop_back:{key}"):
                st.text_area(say("desk.compose.comment"), key=f"comment:{key}", height=90)
                label = say("desk.compose.send_back")
                st.button(label, key=f"back:{key}", type="primary", on_click=_send_back, args=(post.id, f"comment:{key}"))
        if post.state in OPEN and person.can("post.write"):
            st.button(
                say("desk.compose.edit"), key=f"edit:{post.id}", icon=":material/edit:", on_click=place.set, kwargs={"edit": "1"}
            )
            st.button(
                say("desk.compose.cancel"),
                key=f"cancel:{post.id}",
                icon=":material/block:",
                on_click=_cancel,
                args=(post.id,),
            )


def _approve(post_id: int, seen: int) -> None:
    attempt(lambda w, p: posts.approve(w, p, w.get_one(Post, post_id), seen_version=seen), "desk.done.approved")


def _cancel(post_id: int) -> None:
    attempt(lambda w, p: posts.cancel(w, p, w.get_one(Post, post_id)), "desk.done.cancelled")


def _send_back(post_id: int, key: str) -> None:
    comment = st.session_state[key]
    attempt(lambda w, p: posts.send_back(w, p, w.get_one(Post, post_id), comment), "desk.done.sent_back")
