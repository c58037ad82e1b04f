"""Whether the approval of a post still holds when it is about to leave: an edit voids it, and so does who gave it and has gone."""

from sqlmodel import Session

from outbox.guards import GUARDS, Refusal
from outbox.models import Delivery
from scheduler import events
from scheduler.models import Post
from scheduler.standing import withdrawn
from scheduler.steps import progress, under

GUARD = "post_approved"
#: held: somebody whose yes counted may no longer approve; another's yes frees it (scheduler.approving.approve)
GONE = "approver_gone"


def holds(session: Session, delivery: Delivery) -> str | Refusal:
    """The guard `post_approved`; its argument names the post and the version that was approved."""
    post = session.get(Post, delivery.guard_arg["post"])
    stopped = delivery.guard_arg.get("stopped")  # it was cancelled while a try was under way: no other one follows
    if post is None or stopped or post.state in ("cancelled", "expired") or withdrawn(session, post):
        return Refusal("cancelled", "post_withdrawn")
    if not post.version == post.approved_version == delivery.guard_arg["version"]:
        return Refusal("cancelled", "approval_void")
    if why := events.stands(session, post):
        return Refusal("cancelled", why)
    whose = under(session, post)
    return GONE if whose.steps and not progress(session, whose).complete else ""  # one without steps was imported


GUARDS[GUARD] = holds
