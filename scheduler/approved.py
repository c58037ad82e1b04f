"""Which earlier version of a post everybody had said yes to: what whoever looks at a newer one compares it with."""

from sqlmodel import Session, col, select

from core.models import Account
from outbox.models import Delivery
from scheduler.models import Approval, Post, PostVersion
from scheduler.queueing import ref_of


def before(session: Session, post: Post) -> int | None:
    """The newest version older than the one the post has now that was approved to the last step; None when none was."""
    said = select(Approval.version).where(col(Approval.post_id) == post.id, col(Approval.yes), col(Approval.version) < post.version)
    kept = select(PostVersion).where(col(PostVersion.post_id) == post.id, col(PostVersion.version).in_(said))
    ids = {account.key: account.id or 0 for account in session.exec(select(Account))}
    refs = {
        ref_of(post.id, ids[text["account"]], text["lang"], version.version): version.version
        for version in session.exec(kept)
        for text in version.content["texts"]
        if text["account"] in ids
    }
    queued = session.exec(select(Delivery.ref).where(col(Delivery.ref).in_(refs))).all()
    return max((refs[ref] for ref in queued if ref), default=None)
