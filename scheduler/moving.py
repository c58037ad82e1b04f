"""A post that goes at another hour: its wall changed, nothing else, and asked for anew where it was asked for."""

from datetime import datetime

from sqlmodel import Session

from core.actors import Actor
from core.clock import now
from core.errors import Invalid, WrongState
from core.settings import Settings
from core.why import Why
from outbox.accounts import Connect
from scheduler import queueing
from scheduler.approving import submit
from scheduler.models import Post
from scheduler.states import OPEN
from scheduler.writing import edit

#: roles whose hour is another post's: a reminder's is its event's, an occurrence is one of its row
FOLLOWING = ("reminder", "occurrence")


def movable(post: Post) -> bool:
    """Whether it has an hour of its own that may still be another one; a row that is approved goes as a whole."""
    return (
        post.at is not None
        and post.state in OPEN
        and post.role not in FOLLOWING
        and not (post.repeat and post.state == "scheduled")
    )


def move(
    session: Session,
    actor: Actor,
    post: Post,
    to: datetime,
    *,
    seen_version: int | None = None,
    connect: Connect | None = None,
    settings: Settings | None = None,
) -> Post:
    """Let it go at this instant. That is an edit: an approval is void, and what was submitted or approved is submitted again.

    Invalid for an instant that is past; WrongState for a post whose hour is not its own (`movable`); Conflict as `edit`.
    """
    actor.require("post.write")
    queueing.hold(session, post)
    if not movable(post):
        raise WrongState(thing="post", state=post.state, wanted="draft")
    if to < now():
        raise Invalid(field="at", why=Why("in_the_past"))
    asked = post.state != "draft"
    edit(session, actor, post, seen_version=seen_version, at=to.replace(microsecond=0))
    return submit(session, actor, post, connect=connect, settings=settings) if asked else post
