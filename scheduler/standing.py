"""What of a post stands on the platforms now, and how a correction is tied to it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlmodel import Session, col, select

from connectors import platform_of
from core.models import Account
from outbox.models import Delivery
from outbox.sought import MAY_STAND
from outbox.states import AT_LARGE
from scheduler.models import Post, PostText, Watched
from scheduler.states import FAILED

#: an approved post is in one of these
DECIDED = ("scheduled", "published", "partly")
#: or in one of these, where nothing came of it: somebody had said yes where `approved_version` is its version
AGREED = (*DECIDED, *FAILED)
#: SQL conditions on posts: a withdrawal that was agreed to
_AGREED = (
    col(Post.role) == "withdrawal",
    col(Post.state).in_(AGREED),
    col(Post.approved_version) == col(Post.version),
)
#: made once, for it is asked before anything leaves
_WITHDRAWN = select(Post.about_id).where(col(Post.about_id).in_(bindparam("ids", expanding=True)), *_AGREED)


@dataclass(frozen=True, slots=True)
class Stands:
    """One version that everybody can see: where, in which language form, and the delivery that brought it there."""

    account: Account
    lang: str
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Tie:
    """How a correction hangs on its original: as an answer beneath `under` (a native id), or by `link`; both "" where it can't."""

    under: str = ""
    link: str = ""


def standing(session: Session, post: Post) -> list[Stands]:
    """Published and not taken down since, in the order of accounts."""
    seen = (
        select(Account, PostText, Delivery, Watched)
        .join(PostText, col(PostText.account_id) == col(Account.id))
        .join(Delivery, col(Delivery.id) == col(PostText.delivery_id))
        .join(
            Watched,
            (col(Watched.account_id) == col(Delivery.account_id)) & (col(Watched.native_id) == col(Delivery.external_id)),
            isouter=True,
        )
        .where(col(PostText.post_id) == post.id, col(Delivery.state) == "published", col(Delivery.external_id) != "")
        .order_by(col(PostText.account_id), col(PostText.lang))
    )
    return [
        Stands(account, text.lang, delivery)
        for account, text, delivery, watched in session.exec(seen)
        if watched is None or watched.gone_at is None
    ]


def reached(session: Session, post: Post) -> frozenset[int]:
    """The accounts on which an announcement, a reminder or a notice of it stands, or may stand as far as anybody knows."""
    telling = (col(Post.about_id) == post.id) & col(Post.role).in_(("reminder", "notice"))
    there = (
        select(PostText.account_id)
        .join(Post, col(Post.id) == col(PostText.post_id))
        .join(Delivery, col(Delivery.id) == col(PostText.delivery_id))
        .join(
            Watched,
            (col(Watched.account_id) == col(Delivery.account_id)) & (col(Watched.native_id) == col(Delivery.external_id)),
            isouter=True,
        )
        .where((col(Post.id) == post.id) | telling, col(Watched.gone_at).is_(None))
        .where(col(Delivery.state).in_(("published", *AT_LARGE)) | MAY_STAND)
    )
    return frozenset(session.exec(there))


def withdrawn(session: Session, post: Post) -> bool:
    """True from the yes to its withdrawal on, even where a platform refuses the removal: what has not left of it, or may be sent
    again, does not go.
    """
    return bool(withdrawn_of(session, [post.id or 0]))


def withdrawn_of(session: Session, post_ids: Sequence[int]) -> frozenset[int]:
    """Those of these of which the same is true."""
    return frozenset(id_ for id_ in session.exec(_WITHDRAWN, params={"ids": post_ids}) if id_ is not None)


def taken_back(post_id: Any) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions on posts: a withdrawal of the post with this id (a value or a column) that was agreed to."""
    return (col(Post.about_id) == post_id, *_AGREED)


def tie(session: Session, post: Post, text: PostText, *, media: bool) -> Tie:
    """How this version of a correction shows on its account what it corrects. A platform that takes no files in a comment gets a
    post of its own where there are any."""
    original = session.get(Post, post.about_id) if post.role == "correction" and post.about_id else None
    if original is None:
        return Tie()
    there = [one for one in standing(session, original) if one.account.id == text.account_id]
    if not there:
        return Tie()
    one = next((same for same in there if same.lang == text.lang), there[0])
    way = platform_of(one.account.platform, one.account.backend).corrected_by
    if way == "reply" or (way == "comment" and not media):
        return Tie(under=one.delivery.external_id)
    return Tie(link=one.delivery.permalink if way == "link" else "")
