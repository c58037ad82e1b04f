"""Corrections and withdrawals for everybody: what was said, what is right, what was taken down and why. Never a draft.

An entry is there from the moment its first part is out or was refused, and stays; that of a withdrawal says that it could not be
carried out only while no platform is still to do it. Words that were withdrawn are not repeated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.i18n import Lang
from core.models import Account
from outbox.models import Delivery
from outbox.states import FINAL
from scheduler import queueing, standing
from scheduler.models import CORRECTING, Post, PostText
from scheduler.pair import spoken
from scheduler.standing import AGREED
from scheduler.states import FAILED

#: entries of one page
PAGE = 30


@dataclass(frozen=True, slots=True)
class Words:
    """What was said, by language; "" where it was said in the other one only."""

    ar: str = ""
    en: str = ""

    def by(self, lang: Lang) -> str:
        """In that language, else in the one there is."""
        return (self.ar or self.en) if lang == "ar" else (self.en or self.ar)


@dataclass(frozen=True, slots=True)
class Place:
    """One account: for a correction where it can be read, for a withdrawal where the original stood. `state`: there | gone | kept
    (it could not be taken down) | still (it is still there)."""

    platform: str
    state: str
    permalink: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One correction or withdrawal (`role`). `original` is empty where its words were withdrawn; `since`: when that was published;
    `seen`: where the original can still be read; `going`: something is still to be taken down."""

    id: int
    role: str
    at: datetime
    since: datetime | None
    original: Words
    words: Words
    places: tuple[Place, ...]
    seen: tuple[Place, ...]
    going: bool

    @property
    def what(self) -> str:
        """correction | withdrawal; of a withdrawal that took nothing down: withdrawing | not_withdrawn."""
        if self.role != "withdrawal" or any(place.state == "gone" for place in self.places):
            return self.role
        return "withdrawing" if self.going else "not_withdrawn"


def entries(session: Session, *, before: int | None = None, limit: int = PAGE) -> tuple[list[Entry], int | None]:
    """The newest first, and the id to go on from (None: that was all). `before`: only those with a smaller id."""
    query = select(Post).where(CORRECTING, col(Post.state).in_(AGREED)).order_by(col(Post.id).desc())
    if before is not None:
        query = query.where(col(Post.id) < before)
    found: list[Entry] = []
    for post in session.exec(query):
        if (entry := _entry(session, post)) is not None:
            if len(found) == limit:
                return found, found[-1].id
            found.append(entry)
    return found, None


def _entry(session: Session, post: Post) -> Entry | None:
    about = session.get(Post, post.about_id) if post.about_id else None
    carried, removing = queueing.deliveries(session, post), post.role == "withdrawal"
    out = [d for d in carried if d.state == "published"]
    refused = [d for d in carried if removing and d.kind == "delete" and d.state in FAILED]
    came = [d.published_at for d in out if (d.kind == "delete") == removing]
    said_no = [d.sent_at or d.expires_at for d in refused]
    first = min((at for at in came or said_no if at), default=None)
    if about is None or first is None or post.version != post.approved_version:
        return None
    platforms = {account.id or 0: account.platform for account in session.exec(select(Account))}
    was = [d for d in queueing.deliveries(session, about) if d.state == "published" and d.external_id]
    gone, kept = _taken_down(session, was), {(d.account_id, d.target_id) for d in refused}

    def state(d: Delivery) -> str:
        return "gone" if d.external_id in gone else "kept" if (d.account_id, d.external_id) in kept else "still"

    stood = [Place(platforms[d.account_id], state(d), d.permalink) for d in was]
    withdrawn = removing or standing.withdrawn(session, about) or any(place.state == "gone" for place in stood)
    own_gone = _taken_down(session, out)
    shown = [
        Place(platforms[d.account_id], "there", d.permalink) for d in out if d.kind == "post" and d.external_id not in own_gone
    ]
    return Entry(
        post.id or 0,
        post.role,
        first,
        min((d.published_at for d in was if d.published_at), default=None),
        Words() if withdrawn else _said(session, about),
        Words() if own_gone else _said(session, post),
        tuple(stood if removing else shown),
        () if removing else tuple(place for place in stood if place.state == "still"),
        any(d.kind == "delete" and d.state not in FINAL for d in carried),
    )


def _taken_down(session: Session, out: Sequence[Delivery]) -> frozenset[str]:
    """Native ids of these that a removal of ours took down."""
    ids = [delivery.external_id for delivery in out if delivery.external_id]
    accounts = {delivery.account_id for delivery in out}
    removed = select(Delivery.target_id).where(
        col(Delivery.account_id).in_(accounts),
        col(Delivery.target_id).in_(ids),
        col(Delivery.kind) == "delete",
        col(Delivery.state) == "published",
    )
    return frozenset(session.exec(removed)) if ids else frozenset()


def _said(session: Session, post: Post) -> Words:
    """The pair; of an imported post the words of its first version in each language."""
    if post.ar or post.en:
        return Words(post.ar, post.en)
    texts: Mapping[str, str] = {}
    for text in session.exec(select(PostText).where(col(PostText.post_id) == post.id).order_by(col(PostText.id))):
        languages = spoken(text.text) or {"ar"}
        texts = {**dict.fromkeys(sorted(languages), text.text), **texts}
    return Words(texts.get("ar", ""), texts.get("en", "") if texts.get("en") != texts.get("ar") else "")
