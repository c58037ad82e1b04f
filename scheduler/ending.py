"""It shall not go out after all."""

from sqlmodel import Session

from core import audit
from core.actors import Actor
from core.errors import WrongState
from outbox.sought import STILL_HERE
from outbox.states import AT_LARGE
from scheduler import children, queueing, row
from scheduler.models import Post
from scheduler.states import GOING, OPEN, POST
from scheduler.writing import touch


def cancel(session: Session, actor: Actor, post: Post, reason: str = "cancelled", *, alone: bool = False) -> Post:
    """It shall not go out. What already left stays, and the post then shows `partly`; WrongState when all of it has left. What
    failed, or is under way and ends as it may, is not tried again; the post ends with the last of what is under way or looked for.

    With the first post of a row goes all that has not left of the row, unless `alone`; with an announcement its reminders. Of an
    occurrence the row remembers it.
    """
    actor.require("post.write")
    if (first := row.head_of(session, post)) is not None:
        queueing.hold(session, first)  # before its occurrence, as every verb on a row does
    queueing.hold(session, post)
    ended = 0 if alone else row.void(session, actor, post, reason[:120])
    carried = queueing.deliveries(session, post)
    here = [d for d in carried if d.state in STILL_HERE]
    if post.state not in OPEN or (carried and not here):
        if ended:
            queueing.stop(session, actor, post, reason[:120])
            return post
        if post.state not in OPEN:
            raise WrongState(thing="post", state=post.state, wanted="cancelled")
        left = next((d.state for d in carried if d.state != "cancelled"), "cancelled")
        raise WrongState(thing="delivery", state=left, wanted="cancelled")
    audit.record(session, actor, "post.cancel", f"post:{post.id}", version=post.version, deliveries=len(here))
    queueing.stop(session, actor, post, reason[:120])
    session.refresh(post)
    if post.state in OPEN and not any(d.state in AT_LARGE for d in carried):
        POST.move(post, "cancelled")
    touch(session, post)
    if first is not None:
        row.leave_out(session, first, *row.standing(session, first, post.id))
    for reminder in children.of(session, post, "reminder", GOING):
        queueing.hold(session, reminder)
        if children.whole(session, reminder):
            cancel(session, actor, reminder, reason)
        else:
            children.stop(session, actor, reminder, reason[:120])
    return post
