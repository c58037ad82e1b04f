"""What one person said to one of our accounts before: how much, of which kinds, in which cases, and page by page.

Nobody is recognised across accounts: a platform may give two people the same name, and the law gives nobody that knowledge.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, TextClause, func, or_, select, text
from sqlmodel import Session, col

from core.bulk import among
from inbox import facets
from inbox.index import ITEMS
from inbox.models import Case, Item
from inbox.search import Key
from policies.verdict import KINDS

#: counted so far, listed at once, and cases told of
COUNTED, PAGE, CASES = 1000, 10, 10


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
    covering = facets.mask({"kind": KINDS[0]})[0]
    sample = select(ITEMS.c.facets.op("&")(covering).label("kind")).where(*_his(item), ITEMS.c.id != item.id).limit(COUNTED + 1)
    counted = sample.subquery()
    rows = session.connection().execute(select(counted.c.kind, func.count()).group_by(counted.c.kind)).all()
    names = {facets.mask({"kind": kind})[1]: str(kind) for kind in KINDS}
    kinds = {names[bits]: int(n) for bits, n in sorted(rows, key=lambda row: -row[1]) if bits in names}
    total = sum(n for _, n in rows)
    items, following = page(session, item) if listed else ((), None)
    return Earlier(min(total, COUNTED), total > COUNTED, kinds, _cases(session, item), items, following)


def page(session: Session, item: Item, after: Key | None = None) -> tuple[tuple[Item, ...], Key | None]:
    """What the author of `item` said beside it, newest first; and where the next page begins."""
    place = [] if after is None else [ITEMS.c.said <= after.at, or_(ITEMS.c.said < after.at, ITEMS.c.id < after.id)]
    step = select(ITEMS.c.said, ITEMS.c.id).where(*_his(item), ITEMS.c.id != item.id, *place)
    found = session.connection().execute(step.order_by(ITEMS.c.said.desc(), ITEMS.c.id.desc()).limit(PAGE + 1)).all()
    keys = [Key(at, id_) for at, id_ in found[:PAGE]]
    read = session.execute(select(Item).where(among(session, col(Item.id), [key.id for key in keys]))).scalars() if keys else ()
    rows = {one.id: one for one in read}
    return tuple(rows[key.id] for key in keys if key.id in rows), keys[-1] if len(found) > PAGE else None


def _his(item: Item) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """In the words of its index: else SQLite would not walk it."""
    return (text("author_id <> ''"), ITEMS.c.account_id == item.account_id, ITEMS.c.author_id == item.author_id)


def _cases(session: Session, item: Item) -> tuple[Case, ...]:
    his = (col(Case.account_id) == item.account_id, col(Case.author_id) == item.author_id, col(Case.merged_into_id).is_(None))
    newest = select(Case).where(*his).order_by(col(Case.opened_at).desc(), col(Case.id).desc()).limit(CASES)
    return tuple(session.execute(newest).scalars())
