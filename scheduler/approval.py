"""Whether the approval of a post still holds when it is about to leave: an edit voids it."""

from sqlmodel import Session

from outbox.guards import GUARDS, Refusal
from outbox.models import Delivery
from scheduler.models import Post

GUARD = "post_approved"


def holds(session: Session, delivery: Delivery) -> str | Refusal:
    """The guard `post_approved`; its argument names the post and the version that was approved."""
    post = session.get(Post, delivery.guard_arg["post"])
    if post is None or post.state in ("cancelled", "expired"):
        return Refusal("cancelled", "post_withdrawn")
    if not post.version == post.approved_version == delivery.guard_arg["version"]:
        return Refusal("cancelled", "approval_void")
    return ""


GUARDS[GUARD] = holds
