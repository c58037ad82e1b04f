"""What one person said to one of our accounts before: how much, of which kinds, in which cases, and page by page.

Nobody is recognised across accounts: a platform may give two people the same name, and the law gives nobody that knowledge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, TextClause, bindparam, func, or_, select, text
from sqlmodel import Session, col

from core.bulk import among
from inbox import facets
from inbox.index import ITEMS
from inbox.models import Case, Item
from inbox.search import Key
from policies.verdict import KINDS

#: counted so far, listed at once, and cases told of
COUNTED, PAGE, CASES = 1000, 10, 10


#: what he said beside one item; in the words of its index: else SQLite would not walk it
_HIS: Sequence[ColumnElement[bool] | TextClause] = (
    text("author_id <> ''"),
    ITEMS.c.account_id == bindparam("account"),
    ITEMS.c.author_id == bindparam("author"),
    ITEMS.c.id != bindparam("but"),
)
_NAMES = {facets.mask({"kind": kind})[1]: str(kind) for kind in KINDS}
#: made once: asked whenever a message is opened
_KIND = ITEMS.c.facets.op("&")(facets.mask({"kind": KINDS[0]})[0]).label("kind")
_SAMPLE = select(_KIND).where(*_HIS).limit(COUNTED + 1).subquery()
_KINDS = select(_SAMPLE.c.kind, func.count()).group_by(_SAMPLE.c.kind)
_CASES = (
    select(Case)
    .where(col(Case.account_id) == bindparam("account"), col(Case.author_id) == bindparam("author"))
    .where(col(Case.merged_into_id).is_(None))
    .order_by(col(Case.opened_at).desc(), col(Case.id).desc())
    .limit(CASES)
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """`count` things beside the one asked about (`more`: and still more than COUNTED), by kind, the largest first; `cases` of
    this person, newest first; the newest `items` and the key of the next page (None: these were all)."""

    count: int = 0
    more: bool = False
    kinds: Mapping[str, int] | None = None
    cases: tuple[Case, ...] = ()
    items: tuple[Item, ...] = ()
    next: Key | None = None


def earlier(session: Session, item: Item, *, listed: bool = True) -> Earlier:
    """All about the author of `item`; `listed`: with the newest page. Nothing for our own words and where he is not known."""
    if item.own or not item.author_id:
        return Earlier()
    rows = session.connection().execute(_KINDS, _who(item)).all()
    kinds = {_NAMES[bits]: int(n) for bits, n in sorted(rows, key=lambda row: -row[1]) if bits in _NAMES}
    total = sum(n for _, n in rows)
    items, following = page(session, item) if listed else ((), None)
    return Earlier(min(total, COUNTED), total > COUNTED, kinds, _cases(session, item), items, following)


def page(session: Session, item: Item, after: Key | None = None) -> tuple[tuple[Item, ...], Key | None]:
    """What the author of `item` said beside it, newest first; and where the next page begins."""
    place = [] if after is None else [ITEMS.c.said <= after.at, or_(ITEMS.c.said < after.at, ITEMS.c.id < after.id)]
    step = select(ITEMS.c.said, ITEMS.c.id).where(*_HIS, *place)
    found = session.connection().execute(step.order_by(ITEMS.c.said.desc(), ITEMS.c.id.desc()).limit(PAGE + 1), _who(item)).all()
    keys = [Key(at, id_) for at, id_ in found[:PAGE]]
    read = session.execute(select(Item).where(among(session, col(Item.id), [key.id for key in keys]))).scalars() if keys else ()
    rows = {one.id: one for one in read}
    return tuple(rows[key.id] for key in keys if key.id in rows), keys[-1] if len(found) > PAGE else None


def _who(item: Item) -> dict[str, Any]:
    return {"account": item.account_id, "author": item.author_id, "but": item.id}


def _cases(session: Session, item: Item) -> tuple[Case, ...]:
    return tuple(session.execute(_CASES, {"account": item.account_id, "author": item.author_id}).scalars())
