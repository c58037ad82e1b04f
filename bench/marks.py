"""Marks for a database of made-up items: tags that many and few carry, and notes that name people."""

from sqlalchemy import insert, literal, select
from sqlmodel import col

from bench.make_items import STAFF
from core.clock import now
from core.db import Database
from inbox.models import Item, ItemTag, Mention, Note, Opened, Tag

#: tag -> one of how many items carries it
TAGS = {"often": 10, "now_and_then": 300, "seldom": 20_000}
#: one of how many items has a note, which names one of the staff
NOTED = 200


def mark(db: Database) -> None:
    """Tag and note the items that are there; what somebody read is marked for one of the staff."""
    with db.write() as session:
        session.add_all(Tag(code=code, name_ar=code, name_en=code) for code in TAGS)
        session.flush()
        ids, at = col(Item.id), literal(now())
        for code, each in TAGS.items():
            chosen = select(ids, literal(code), col(Item.said), literal(1), at).where(ids % each == 0)
            session.execute(insert(ItemTag).from_select(["item_id", "tag", "said", "by_id", "at"], chosen))
        noted = select(ids, literal(1), literal("انظر"), at).where(ids % NOTED == 0).order_by(ids)
        session.execute(insert(Note).from_select(["item_id", "author_id", "text", "at"], noted))
        named = select(col(Note.id), col(Note.id) % STAFF + 1)
        session.execute(insert(Mention).from_select(["note_id", "user_id"], named))
        read = select(literal(1), ids, at).where(ids % 20 == 0)
        session.execute(insert(Opened).from_select(["user_id", "item_id", "at"], read))
