"""Items that people marked: those that carry a tag, those on which somebody is named in a note, those to which an answer waits for
somebody's yes; in keyset pages."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, TextClause, func, literal_column, or_, select, text
from sqlmodel import Session, col

from core.bulk import among
from inbox.index import ITEMS
from inbox.models import ASKED, ItemTag, Mention, Note, Reply

if TYPE_CHECKING:
    from sqlalchemy import Select

Where = Sequence[ColumnElement[bool] | TextClause]
#: (place in the order, item): when it was said, the newest note that names, or the first answer that waits (counted downwards)
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """What is asked for: a tag, who is named, and whether an answer must wait for a yes."""

    tag: str | None = None
    named_id: int | None = None
    asked: bool = False

    def walk(self, session: Session, where: Where, after: Place | None, limit: int) -> Iterator[list[Place]]:
        """Items that meet `where`, in batches: the answer that waits longest or the newest mention first where such are asked for,
        else the newest words."""
        step = self._asked if self.asked else self._tagged if self.named_id is None else self._named
        while True:
            rows = session.connection().execute(step(where, after).limit(limit)).all()
            if not rows:
                return
            after = (int(rows[-1][0]), int(rows[-1][1]))
            yield [(int(at), int(id_)) for at, id_ in rows]

    def meet(self, session: Session, ids: Collection[int]) -> set[int]:
        """Those of these items that are marked so."""
        found = set(ids)
        if self.tag is not None:
            carrying = select(col(ItemTag.item_id)).where(col(ItemTag.tag) == self.tag, among(session, col(ItemTag.item_id), found))
            found &= set(session.connection().execute(carrying).scalars())
        if self.named_id is not None:
            there = (among(session, col(Note.item_id), found), col(Note.withdrawn_at).is_(None))
            naming = select(col(Note.item_id)).join(Mention, col(Mention.note_id) == col(Note.id))
            found &= set(session.connection().execute(naming.where(*there, col(Mention.user_id) == self.named_id)).scalars())
        if self.asked:
            waits = (among(session, col(Reply.item_id), found), col(Reply.state) == "asked")
            found &= set(session.connection().execute(select(col(Reply.item_id)).where(*waits)).scalars())
        return found

    def _tagged(self, where: Where, after: Place | None) -> "Select[*tuple[Any, ...]]":
        said, item = col(ItemTag.said), col(ItemTag.item_id)
        step = select(said, item).join(ITEMS, ITEMS.c.id == item).where(col(ItemTag.tag) == self.tag, *where)
        if after is not None:
            step = step.where(said <= after[0], or_(said < after[0], item < after[1]))
        return step.order_by(said.desc(), item.desc())

    def _named(self, where: Where, after: Place | None) -> "Select[*tuple[Any, ...]]":
        newest = func.max(col(Note.id))
        step = select(newest, col(Note.item_id)).join(Mention, col(Mention.note_id) == col(Note.id))
        step = step.join(ITEMS, ITEMS.c.id == col(Note.item_id)).group_by(col(Note.item_id))
        step = step.where(col(Mention.user_id) == self.named_id, col(Note.withdrawn_at).is_(None), *where)
        return (step if after is None else step.having(newest < after[0])).order_by(newest.desc())

    def _asked(self, where: Where, after: Place | None) -> "Select[*tuple[Any, ...]]":
        first = -func.min(col(Reply.id))
        item: ColumnElement[int] = literal_column(
            "replies.item_id + 0"
        )  # grouped by the bare column, SQLite would walk all replies
        step = select(first, item).select_from(Reply).join(ITEMS, ITEMS.c.id == col(Reply.item_id)).group_by(item)
        step = step.where(text(f"replies.{ASKED}"), *where)
        return (step if after is None else step.having(first < after[0])).order_by(first.desc())
