"""Whether the approval of a post still holds when it is about to leave: an edit voids it, and so does who gave it and has gone, or
what the policy finds in it since."""

from sqlmodel import Session

from core.settings import settings
from inbox.editions import in_force
from outbox.guards import GUARDS, Refusal
from outbox.models import Delivery
from scheduler import events
from scheduler.doubting import DOUBTED, DOUBTED_IMPORT, newly_found
from scheduler.models import Post
from scheduler.standing import withdrawn
from scheduler.states import GUARD
from scheduler.steps import progress, under

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
    whose, edition = under(session, post), in_force(session)
    if not whose.steps:  # it was imported: nobody here said yes to it
        let_go = whose.doubted_at is None or (delivery.cleared_at is not None and delivery.cleared_at >= whose.doubted_at)
        return "" if let_go and not newly_found(session, post, edition, settings()) else DOUBTED_IMPORT
    if not progress(session, whose).complete:
        return DOUBTED if whose.doubted_at is not None else GONE
    return DOUBTED if newly_found(session, post, edition, settings()) else ""


GUARDS[GUARD] = holds
