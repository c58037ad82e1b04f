"""The states of a post, and what it is when its deliveries are where they are."""

from collections import Counter

from core.workflow import workflow
from outbox.states import FINAL

#: what is `published` stays so, but for a withdrawal: a part that turned out to stand later is refused to be taken down
POST = workflow(
    "post",
    draft="submitted cancelled",
    submitted="draft scheduled cancelled expired",
    scheduled="draft published partly refused cancelled expired",
    partly="published scheduled",
    published="partly",
    refused="scheduled partly",
    cancelled="published partly",
    expired="published partly",
)
#: the last-moment check of what carries a post (scheduler.approval)
GUARD = "post_approved"
#: how a post is locked that will be changed but keeps its id: changing one that is about it waits for nobody
CHANGED = {"key_share": True}
#: nothing is promised any more
OPEN = ("draft", "submitted", "scheduled")
#: in these what failed of a post may be sent again, as long as it is still true
HALTED = ("scheduled", "partly", "refused")
#: something of it may still go
GOING = ("draft", "submitted", *HALTED)
#: how a version ended that may be sent again as it was approved: the platform said no, or its time ran out
FAILED = ("refused", "expired")


def outcome(states: Counter[str]) -> str:
    """What a post is when its deliveries are where they are; "" while one of them is still on its way.

    All published: `published`; some: `partly`; none: what the most telling of them says (refused, then expired, then cancelled).
    """
    if not states or any(state not in FINAL for state in states):
        return ""
    if states["published"]:
        return "published" if states["published"] == states.total() else "partly"
    return next(state for state in ("refused", "expired", "cancelled") if states[state])
