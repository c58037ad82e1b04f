"""Items that people marked: those that carry a tag, and those on which somebody is named in a note; in keyset pages."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, TextClause, func, or_, select
from sqlmodel import Session, col

from core.bulk import among
from inbox.index import ITEMS
from inbox.models import ItemTag, Mention, Note

if TYPE_CHECKING:
    from sqlalchemy import Select

Where = Sequence[ColumnElement[bool] | TextClause]
#: (place in the order, item): when it was said, or the newest note that names
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """What is asked for: a tag, and who is named."""

    tag: str | None = None
    named_id: int | None = None

    def walk(self, session: Session, where: Where, after: Place | None, limit: int) -> Iterator[list[Place]]:
        """Items that meet `where`, in batches: the newest mention first where one is asked for, else the newest words."""
        step = self._tagged if self.named_id is None else self._named
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
