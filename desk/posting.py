"""One post in short: its state and hour, whose it is, what it belongs to; and what of it waits for a person."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from core.i18n import t
from core.models import User
from desk import allowing, session, shown, timing
from desk.safe import Child, Markup, el, join, name, words
from desk.session import say
from outbox.models import Delivery
from scheduler import events, wall
from scheduler.models import Event, Post, PostText

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


def to(post_id: int, label: Child) -> Markup:
    """A link to a post."""
    return el("a", label, href=f"/compose?post={post_id}", target="_self", class_="mj-link")


def recurs(repeat: Mapping[str, Any]) -> str:
    """Every two weeks until Wednesday 6 January."""
    lang = session.lang()
    often, until = t(f"post.row.{repeat['every']}", lang, n=repeat["step"]), date.fromisoformat(repeat["until"])
    return t("post.row.until", lang, often=often, until=shown.day(until, lang))


def facts(reading: Session, post: Post) -> Markup:
    """State, hour, author and approver of a post, and what it is about."""
    author = reading.get(User, post.author_id) if post.author_id else None
    editor = reading.get(User, post.edited_by) if post.edited_by not in (None, post.author_id) else None
    approver = reading.get(User, post.approved_by) if post.approved_by else None
    chips = [
        shown.chip(say(f"desk.post.{post.state}"), TONES.get(post.state, "")),
        shown.chip(say(f"desk.role.{post.role}") if post.role else say(f"desk.compose.kind_{post.kind}")),
        shown.chip(say("desk.approve.version", version=post.version)),
    ]
    listed = el("dl", *(join((el("dt", label), el("dd", value))) for label, value in _pairs(reading, post)), class_="mj-facts")
    people = [say("desk.compose.by", name=author.display_name) if author else allowing.person(reading, post.origin)]
    people += [say("desk.approve.edited_by", name=editor.display_name)] if editor else []
    people += [say("desk.compose.approved_by", name=approver.display_name)] if approver else []
    heading = el("h2", el("bdi", post.title or say("desk.compose.untitled")), class_="mj-h2")
    note = None
    if post.comment and post.state == "draft":
        sent_back = None if post.role == "reminder" else el("b", say("desk.compose.sent_back"))
        note = el("div", sent_back, words(post.comment), class_="mj-panel warn")
    return el("div", heading, el("div", *chips, class_="mj-chips"), listed, name(" · ".join(people)), note, class_="mj-panel")


def _pairs(reading: Session, post: Post) -> list[tuple[str, Child]]:
    found: list[tuple[str, Child]] = [(say("desk.compose.at"), _hour(post))]
    if above := reading.get(Post, post.about_id) if post.about_id else None:
        found.append((say("desk.approve.about"), to(above.id or 0, above.title or say("desk.compose.untitled"))))
    if post.repeat is not None:
        found.append((say("desk.approve.repeats"), recurs(post.repeat)))
    if post.pair_why:
        found.append((say("desk.approve.pair_why"), el("bdi", post.pair_why)))
    if (event := events.of(reading, post)) is not None:
        found += _event(event)
    return found


def _hour(post: Post) -> Markup:
    """The hour in Dubai with the Hijri day; as clocks elsewhere show it where another zone was chosen."""
    if post.at is None:
        return el("span", say("desk.compose.soon"))
    lang = session.lang()
    there = None
    if post.zone != wall.ZONE and post.wall:
        city = timing.zone_words(post.zone, lang)
        there = el("span", " · ", say("desk.approve.there", wall=post.wall.replace("T", " "), zone=city), class_="mj-note")
    beside = shown.hijri(post.at, lang)
    hijri_day = el("span", " · ", beside, class_="mj-note") if beside else None
    return el("span", shown.stamp(post.at, lang), hijri_day, there)


def _event(event: Event) -> list[tuple[str, Child]]:
    lang = session.lang()
    facts = events.facts_of(event)
    where = facts.where(lang)
    place = join((" · ", el("bdi", where))) if where else None
    lasts = join((shown.stamp(event.starts_at, lang), " – ", shown.stamp(event.ends_at, lang)))
    found: list[tuple[str, Child]] = [
        (say("desk.compose.kind_event"), join((el("bdi", facts.called(lang)), place))),
        (say("desk.compose.starts"), lasts),
    ]
    if event.cancelled_at is not None:
        off = shown.chip(say("desk.post.cancelled"), "bad")
        found.append((say("desk.approve.event_off"), join((off, " ", el("bdi", event.cancel_why)))))
    return found
