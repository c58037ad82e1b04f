"""Whether the approval of a post still holds when it is about to leave: an edit voids it, and so does who gave it and has gone, or
what the policy finds in it since."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.orm import load_only
from sqlmodel import Session, col, func, select

from core.actors import WORKER
from core.auth import able
from core.db import Database
from core.models import Account, AuditEntry
from core.settings import settings
from inbox.editions import in_force
from outbox.guards import GUARDS, GUARDS_OF_SEVERAL, Refusal
from outbox.models import ARE_WAITING, Delivery
from outbox.sought import stopped
from outbox.states import ENDED, move
from scheduler import events
from scheduler.doubting import DOUBTED, DOUBTED_IMPORT, newly_found_in
from scheduler.models import Post
from scheduler.standing import withdrawn_of
from scheduler.states import GUARD
from scheduler.steps import progress_of, under_of

#: held: somebody whose yes counted may no longer approve; another's yes frees it (scheduler.approving.approve)
GONE = "approver_gone"
#: the same of an import: a word of whoever decides about deliveries frees it
GONE_IMPORT = "approver_gone_import"
#: held for the approval's sake; it goes on once that holds again
HELD = (GONE, GONE_IMPORT, DOUBTED)
#: by one of these somebody loses what he may do
LEFT = ("user.dismiss", "user.roles", "user.one_time")
#: what is asked of a post here: its words were put into the delivery when it was approved
_ASKED: tuple[Any, ...] = (
    Post.state,
    Post.version,
    Post.approved_version,
    Post.kind,
    Post.role,
    Post.about_id,
    Post.steps,
    Post.author_id,
    Post.approved_by,
    Post.edited_by,
    Post.edition,
    Post.doubted_at,
)
#: made once, for it is asked before anything leaves
_POSTS = select(Post).where(col(Post.id).in_(bindparam("ids", expanding=True))).options(load_only(*_ASKED))


def holds(session: Session, delivery: Delivery) -> str | Refusal:
    """The guard `post_approved`; its argument names the post and the version that was approved."""
    return all_hold(session, [delivery])[delivery.id or 0]


def all_hold(session: Session, deliveries: Sequence[Delivery]) -> dict[int, str | Refusal]:
    """The same of several, in a few questions for all of them."""
    ids = sorted({one.guard_arg["post"] for one in deliveries})
    posts = {post.id: post for post in session.exec(_POSTS, params={"ids": ids})}
    withdrawn, in_the_way = withdrawn_of(session, ids), events.in_the_way(session, list(posts.values()))
    found = {one.id or 0: _void(one, posts.get(one.guard_arg["post"]), withdrawn, in_the_way) for one in deliveries}
    asked = [(one, posts[one.guard_arg["post"]]) for one in deliveries if not found[one.id or 0]]
    if not asked:
        return found
    whose = under_of(session, [post for _, post in asked])
    approvals = list({post.id: post for post in whose.values()}.values())
    standing, gone = progress_of(session, approvals), _named_and_gone(session, approvals)
    for one, post in asked:
        approved = whose[post.id or 0]
        found[one.id or 0] = _wanting(one, approved, standing[approved.id or 0].complete, gone)
    whole = {post.id: (post, whose[post.id or 0]) for one, post in asked if not found[one.id or 0]}
    new = newly_found_in(session, list(whole.values()), in_force(session), settings())
    for one, post in asked:
        if not found[one.id or 0] and new[post.id or 0]:
            found[one.id or 0] = DOUBTED if whose[post.id or 0].steps else DOUBTED_IMPORT
    return found


def _void(delivery: Delivery, post: Post | None, withdrawn: frozenset[int], in_the_way: Mapping[int, str]) -> str | Refusal:
    """Why there is nothing more to approve or the approval is of something else; "" otherwise."""
    over = ("cancelled",) if delivery.kind == "delete" else ENDED  # what turns out to stand later is taken down all the same
    if post is None or stopped(delivery) or post.state in over or post.id in withdrawn:
        return Refusal("cancelled", "post_withdrawn")
    if not post.version == post.approved_version == delivery.guard_arg["version"]:
        return Refusal("cancelled", "approval_void")
    why = in_the_way.get(post.id or 0)
    return Refusal("cancelled", why) if why else ""


def _wanting(delivery: Delivery, whose: Post, complete: bool, gone: Mapping[int | None, datetime | None]) -> str:
    """What the approval lacks under which it goes, that of `whose` and `complete`; "" when it lacks nothing."""
    if whose.steps:
        return "" if complete else DOUBTED if whose.doubted_at is not None else GONE
    cleared = delivery.cleared_at  # it was imported: nobody here said yes to it
    if whose.approved_by in gone:
        left = gone[whose.approved_by]
        if cleared is None or (left is not None and cleared < left):
            return GONE_IMPORT
    let_go = whose.doubted_at is None or (cleared is not None and cleared >= whose.doubted_at)
    return "" if let_go else DOUBTED_IMPORT


def _named_and_gone(session: Session, posts: Sequence[Post]) -> dict[int | None, datetime | None]:
    """Those named by imports as having approved them who may approve no more, and since when; None: nothing tells."""
    named = {post.approved_by for post in posts if not post.steps and post.approved_by is not None}
    gone = named - able(session, "post.approve") if named else named
    if not gone:
        return {}
    subjects = {f"user:{user}": user for user in gone}
    theirs = (col(AuditEntry.subject).in_(subjects), col(AuditEntry.action).in_(LEFT))
    left = select(AuditEntry.subject, func.max(AuditEntry.at)).where(*theirs).group_by(col(AuditEntry.subject))
    return {**dict.fromkeys(gone), **{subjects[subject]: at for subject, at in session.exec(left)}}


def whole_again(db: Database) -> int:
    """What was held for its approval goes on (and asks, when it is late by now) once that holds again, as when an approver who had
    gone is back: no other's yes could free it then, for none is wanted. Returns how many."""
    here = col(Delivery.account_id).in_(select(Account.id))  # as the index of what waits begins
    gone = (ARE_WAITING, col(Delivery.state) == "held", here, col(Delivery.reason).in_(HELD))
    with db.read() as session:
        held = session.exec(select(Delivery).where(*gone).order_by(col(Delivery.id))).all()
        back = [id_ for id_, why in all_hold(session, held).items() if not why] if held else []
    for delivery_id in back:
        with db.write() as session:
            move(session, WORKER, delivery_id, ("held",), "scheduled", col(Delivery.reason).in_(HELD), reason="")
    return len(back)


GUARDS[GUARD], GUARDS_OF_SEVERAL[GUARD] = holds, all_hold
