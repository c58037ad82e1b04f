"""What staff say to each other about a post: kept with the version it was said of, never changed, never shown outside."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.errors import Forbidden, Invalid
from core.models import User
from core.why import Why
from scheduler.models import Post, PostComment

MOST = 1000


def write(session: Session, actor: Actor, post: Post, text: str) -> PostComment:
    """Say something about the post as it is now; in whatever state it is. Invalid when it is empty or longer than MOST."""
    actor.require("post.write")
    if actor.user_id is None:
        raise Forbidden(ability="post.write", actor=actor.label)
    if not (text := text.strip()):
        raise Invalid(field="comment", why=Why("comment_empty"))
    if len(text) > MOST or "\x00" in text:
        raise Invalid(field="comment", why=Why("comment_long", most=MOST))
    comment = PostComment(post_id=post.id or 0, version=post.version, user_id=actor.user_id, text=text)
    session.add(comment)
    session.flush()
    audit.record(session, actor, "post.comment", f"post:{post.id}", version=post.version, comment=comment.id)
    return comment


def of(session: Session, post: Post) -> Sequence[tuple[PostComment, str]]:
    """All that was said of it, the first word first, each with the name of who said it."""
    query = select(PostComment, User.display_name).join(User, col(User.id) == col(PostComment.user_id))
    return session.exec(query.where(col(PostComment.post_id) == post.id).order_by(col(PostComment.id))).all()
