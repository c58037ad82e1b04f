"""Whether the approval of a post still holds when it is about to leave: an edit voids it, and so does who gave it and has gone."""

from sqlmodel import Session

from outbox.guards import GUARDS, Refusal
from outbox.models import Delivery
from scheduler import events
from scheduler.models import Post
from scheduler.steps import progress

GUARD = "post_approved"
#: held: somebody whose yes counted may no longer approve; another's yes frees it (scheduler.approving.approve)
GONE = "approver_gone"


def holds(session: Session, delivery: Delivery) -> str | Refusal:
    """The guard `post_approved`; its argument names the post and the version that was approved."""
    post = session.get(Post, delivery.guard_arg["post"])
    if post is None or post.state in ("cancelled", "expired"):
        return Refusal("cancelled", "post_withdrawn")
    if not post.version == post.approved_version == delivery.guard_arg["version"]:
        return Refusal("cancelled", "approval_void")
    if why := events.stands(session, post):
        return Refusal("cancelled", why)
    # an occurrence stands under the approval of its row; what else has no steps was imported
    under = session.get_one(Post, post.about_id) if post.role == "occurrence" and not post.steps else post
    return GONE if under.steps and not progress(session, under).complete else ""


GUARDS[GUARD] = holds
