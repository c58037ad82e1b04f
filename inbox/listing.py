"""All items, one after the other, in constant memory (DESIGN §3, `items --jsonl`)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from core.clock import rfc3339
from core.models import Account
from inbox.index import ITEMS

AT_ONCE = 2000


def items(session: Session) -> Iterator[dict[str, Any]]:
    """Lines for the outside world in the order of arrival; our own posts and replies are among them, `own` true."""
    keys = {id_: f"{platform}:{native}" for id_, platform, native in session.connection().execute(_accounts())}
    c = ITEMS.c
    columns = (
        c.id, c.platform, c.account_id, c.native_id, c.parent_id, c.author_id, c.text, c.created_at, c.edited, c.deleted, c.own,
    )  # fmt: skip
    last = 0
    while True:
        step = select(*columns).where(c.id > last).order_by(c.id).limit(AT_ONCE)
        rows = session.connection().execute(step).all()
        if not rows:
            return
        for row in rows:
            yield {
                "platform": row.platform,
                "account": keys[row.account_id],
                "native_id": row.native_id,
                "parent_id": row.parent_id,
                "author": row.author_id,
                "text": row.text,
                "created_at": rfc3339(row.created_at),
                "edited": row.edited,
                "deleted": row.deleted,
                "own": row.own,
            }
        last = rows[-1].id


def _accounts() -> Any:
    return select(col(Account.id), col(Account.platform), col(Account.native_id))
