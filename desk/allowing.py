"""Who and what may still speak during a crisis pause, in a person's words."""

from sqlmodel import Session, col, select

from core.auth import actor_of
from core.models import User
from desk.session import say
from outbox.pause import KINDS
from scheduler.models import Post
from scheduler.states import OPEN

#: whoever has one of these sends or approves something
SPEAKING = ("post.approve", "reply.write", "item.moderate")
#: so many posts one may choose from, those changed last
LATEST = 40


def person(reading: Session, label: str) -> str:
    """Who `user:7`, `operator` or `worker` is."""
    kind, _, number = label.partition(":")
    user = reading.get(User, int(number)) if kind == "user" and number.isdecimal() else None
    if user is not None:
        return user.display_name or user.username
    return say(f"desk.audit.{label}") if label in ("operator", "worker") else label


def called(reading: Session, word: str) -> str:
    """What one word of a pause's list stands for."""
    if word in KINDS:
        return say(f"desk.pause.kind.{word}")
    kind, _, number = word.partition(":")
    if kind == "user":
        return say("desk.pause.of", name=person(reading, word))
    if kind == "post":
        post = reading.get(Post, int(number))
        return say("desk.pause.one_post", title=_title(post) if post else number)
    return say("desk.pause.one_delivery", id=number)


def choices(reading: Session) -> dict[str, str]:
    """What may be let through, and how it is called: kinds, people, posts that have not gone."""
    people = reading.exec(select(User).where(col(User.active)).order_by(col(User.display_name), col(User.id))).all()
    speaking = (user for user in people if any(actor_of(user).can(ability) for ability in SPEAKING))
    latest = select(Post).where(col(Post.state).in_(OPEN)).order_by(col(Post.updated_at).desc(), col(Post.id).desc())
    posts = reading.exec(latest.limit(LATEST)).all()
    words = [*KINDS, *(f"user:{user.id}" for user in speaking), *(f"post:{post.id}" for post in posts)]
    return {word: called(reading, word) for word in words}


def _title(post: Post) -> str:
    return post.title or say("desk.compose.untitled")
