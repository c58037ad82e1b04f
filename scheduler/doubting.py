"""Approved posts are read again when another edition of the policy comes in force; what it newly finds puts the approval in doubt.

A post in doubt is held, and a yes that was given before counts no more (scheduler.steps): with another, or a renewed one, it goes
on. Where nothing new is found it goes on time. Posts are read once an edition, before their hour; the last moment
(scheduler.approval) reads only what came between.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from threading import Event

from sqlalchemy import Table, update
from sqlmodel import Session, col, select

from core import audit
from core.actors import WORKER, Actor
from core.bulk import insert_new
from core.clock import now
from core.db import Database
from core.errors import NotFound
from core.settings import Settings
from core.settings import settings as current
from inbox import editions
from outbox.look import PATIENCE
from outbox.states import move
from policies.clauses import Edition
from scheduler import queueing
from scheduler.findings import Finding, by_policy, by_words, keys_of
from scheduler.models import Approval, Post, PostMedia, PostText, Turn
from scheduler.steps import under
from scheduler.turns import take_turn

#: why a post in doubt is held: an approver's yes frees it, or of an import, which nobody here approved, a word of whoever decides
DOUBTED, DOUBTED_IMPORT = "policy_finds", "policy_finds_import"
TURNS: Table = Turn.__table__  # type: ignore[attr-defined] # SQLModel sets it
#: where it is noted for which edition all was read, and how long a worker that does so is left alone
READ, EVERY = "posts:edition", timedelta(minutes=1)
AT_ONCE = 200


def newly_found(session: Session, post: Post, edition: Edition, settings: Settings) -> list[Finding]:
    """Warnings of `edition` in the words of the post, or in those for its pictures, that the one its approval was given under did
    not raise. Judges; changes nothing."""
    return newly_found_in(session, [(post, under(session, post))], edition, settings)[post.id or 0]


def newly_found_in(
    session: Session, posts: Sequence[tuple[Post, Post]], edition: Edition, settings: Settings
) -> dict[int, list[Finding]]:
    """The same of several, each given with the post under whose approval it goes, by post id."""
    found: dict[int, list[Finding]] = {post.id or 0: [] for post, _ in posts}
    stale = {post.id or 0: whose.edition for post, whose in posts if whose.edition != edition.ref}
    if not stale:
        return found
    ordered = (col(PostText.account_id), col(PostText.lang))
    texts = session.exec(select(PostText).where(col(PostText.post_id).in_(stale)).order_by(*ordered)).all()
    media = session.exec(select(PostMedia).where(col(PostMedia.post_id).in_(stale)).order_by(col(PostMedia.place))).all()
    keys, before = keys_of(session, texts), dict[str, Edition | None]()
    for post_id, ref in stale.items():
        said = by_words([text for text in texts if text.post_id == post_id], keys)
        shown = [one for one in media if one.post_id == post_id]
        new = _warnings(said, shown, edition, settings)
        if new and ref not in before:
            before[ref] = _known(session, ref)
        old = before.get(ref) if new else None
        known = _warnings(said, shown, old, settings) if old is not None else {}
        found[post_id] = [one for place, one in new.items() if place not in known]
    return found


def _warnings(
    said: Mapping[tuple[str, str], tuple[str, ...]], media: Sequence[PostMedia], by: Edition, settings: Settings
) -> dict[object, Finding]:
    found = (one for one in by_policy(said, media, by, settings) if (one.code, one.level) == ("policy", "warning"))
    return {(one.of, one.span, one.values["clause"]): one for one in found}


def read_again(session: Session, actor: Actor, post: Post, edition: str, version: int, found: list[Finding]) -> bool:
    """Keep that an approved post was read under the edition of that name, and what it newly found in `version` of the post under
    whose approval it goes: with that its approval is in doubt, and it is held. False when it has moved on since."""
    actor.require("system.send")
    whose = under(session, post)
    queueing.hold(session, whose)
    session.refresh(post)
    if post.state != "scheduled" or whose.version != version:
        return False
    if whose.edition != edition and found:
        whose.doubted_at = now()
        said = (col(Approval.post_id) == whose.id, col(Approval.version) == version)
        session.execute(update(Approval).where(*said).values(void=True))
        clauses = sorted({str(one.values["clause"]) for one in found})
        audit.record(session, actor, "post.doubt", f"post:{whose.id}", version=version, edition=edition, clauses=clauses)
    whose.edition = post.edition = edition
    session.add_all([whose, post])
    session.flush()
    for delivery in queueing.deliveries(session, post) if whose.doubted_at is not None else ():
        ends = delivery.expires_at or max(delivery.scheduled_at, now()) + PATIENCE
        why = DOUBTED if whose.steps else DOUBTED_IMPORT
        move(session, actor, delivery.id or 0, ("scheduled",), "held", reason=why, expires_at=ends)
    return True


def reread(db: Database, settings: Settings | None = None, *, worker: str = "", stopping: Event | None = None) -> int:
    """Read what is approved and was read under another edition than the one in force. Returns how many; 0, for the price of a small
    query, while that has not changed. With `worker` one of all does so at a time; each post is read by itself, so whoever is cut
    off begins again where he was."""
    with db.read() as session:
        edition = editions.in_force(session)
        mark, turn = _number(edition.ref), session.get(Turn, READ)
    if (turn is not None and turn.mark == mark) or (worker and not take_turn(db, "reread", EVERY, worker)):
        return 0
    read, after = 0, 0
    while ids := _stale(db, edition, after):
        for post_id in ids:
            if stopping is not None and stopping.is_set():
                return read
            read += _read(db, post_id, edition, settings or current())
        after = ids[-1]
    with db.write() as session:
        insert_new(session, TURNS, [{"name": READ, "at": now(), "worker": "", "mark": 0}], unique=("name",))
        session.connection().execute(update(Turn).where(col(Turn.name) == READ).values(at=now(), mark=mark))
    return read


def _read(db: Database, post_id: int, edition: Edition, settings: Settings) -> bool:
    with db.read() as session:
        post = session.get_one(Post, post_id)
        version, found = under(session, post).version, newly_found(session, post, edition, settings)
    with db.write() as session:
        return read_again(session, WORKER, session.get_one(Post, post_id), edition.ref, version, found)


def _stale(db: Database, edition: Edition, after: int) -> list[int]:
    other = (col(Post.state) == "scheduled", col(Post.edition) != edition.ref, col(Post.id) > after)
    with db.read() as session:
        return [id_ or 0 for id_ in session.exec(select(Post.id).where(*other).order_by(col(Post.id)).limit(AT_ONCE))]


def _known(session: Session, ref: str) -> Edition | None:
    try:
        return editions.find(session, ref)
    except NotFound:
        return None


def _number(ref: str) -> int:
    return int.from_bytes(hashlib.sha256(ref.encode()).digest()[:7])
