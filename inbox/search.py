"""Pages of the inbox: keyset pages over covering indexes, newest first, at any size in about a millisecond (DESIGN §2.14).

One filter, the rarest by the counters, chooses the index to walk; all others are decided by `facets` inside that index; the rows
found are then read and confirmed. A search goes through the search index, newest arrival first. What is asked for by when it is due
is walked by that hour (inbox.pressing).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, TextClause, bindparam, or_, select
from sqlmodel import Session, col

from core.bulk import among
from core.errors import Invalid
from core.why import none_of
from inbox import approving, facets, hits, index, pressing, remarks, tally
from inbox.index import ITEMS
from inbox.leading import MARKS, driver, leading
from inbox.marked import Marks
from inbox.models import Item
from inbox.views import VIEWS


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show: a view, narrowed by any of the rest (None: no matter). `since` (inclusive) and `until` (exclusive) are UTC.

    `state` may be `waits`: open or put off. `due`: something is owed in its case by then (pressing.DUE). Hidden words are found
    by a search among what is hidden only (view `hidden`, or `hidden`): they have gone from all else.
    """

    view: str = "all"
    platform: str | None = None
    account_id: int | None = None
    kind: str | None = None
    topic: str | None = None
    language: str | None = None
    clause: str | None = None
    action: str | None = None
    sentiment: str | None = None
    state: str | None = None
    surface: str | None = None
    assignee_id: int | None = None
    assigned: bool | None = None
    private: bool | None = None
    hidden: bool | None = None
    own: bool | None = None
    due: str | None = None
    tag: str | None = None
    #: only what notes name this person on, the newest note first; the view `mentions` asks for it
    named_id: int | None = None
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def marks(self) -> Marks | None:
        """What people marked, where it is asked for."""
        marks = Marks(self.tag, self.named_id, self.view == "approvals")
        return marks if marks != Marks() else None

    def wanted(self) -> dict[str, Any] | None:
        """Facet -> value; None when view and filters exclude each other. Invalid for an unknown view or hour."""
        if self.view not in VIEWS:
            raise Invalid(field="view", why=none_of(self.view, VIEWS))
        if self.due is not None:
            pressing.known(self.due)
        together = dict(VIEWS[self.view])
        seen: dict[str, Any] = {"hidden": False} if self.text.strip() and self.hidden is None and "hidden" not in together else {}
        seen |= {"own": False} if self.due and self.own is None else {}  # nobody owes an answer to what we said
        if self.state == "waits":
            together["waits"], seen["state"] = True, None
        for name in _NAMES:
            value = seen.get(name, getattr(self, name))
            if value is not None and together.setdefault(name, value) != value:
                return None
        return together


_NAMES = (
    "platform", "account_id", "kind", "topic", "language", "clause", "action", "sentiment", "state", "surface", "assigned",
    "private", "hidden", "own",
)  # fmt: skip


#: numbers that both databases can hold
_KEY = re.compile(r"(-?[0-9]{1,16})\.([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ended: the next one begins after it. `at` is the place in its order: `said`, `harm`, or when it is due."""

    at: int
    id: int

    def __str__(self) -> str:
        return f"{self.at}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Key | None":
        """The key in a URL; None for anything else."""
        found = _KEY.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Up to `limit` items in the order asked for, and the key of the next page (None: this was the last)."""

    items: tuple[Item, ...]
    next: Key | None = None
    by: str = field(default="", compare=False)


def page(session: Session, wanted: Filter, after: Key | None = None, limit: int = 50, *, worst_first: bool = False) -> ItemPage:
    """One page. With `text` the order is arrival, newest first (the search index's own order), else the time it was said.

    With `due`, and no text, what is due first comes first. `worst_first` orders by harm instead, highest first: only the view
    `review` can be, and no search (Invalid).
    """
    if worst_first and (wanted.view != "review" or wanted.text.strip()):
        raise Invalid(field="worst_first", why="only the view 'review' is ordered so, and no search")
    conditions = wanted.wanted()
    if conditions is None or (wanted.view == "mentions" and wanted.named_id is None):
        return ItemPage(())
    if worst_first:
        return _collect(session, _walk(session, "harm", wanted, conditions, after, limit), conditions, wanted, limit, "harm")
    if wanted.text.strip():
        return _collect(session, _matches(session, wanted, conditions, after, limit), conditions, wanted, limit, "text")
    if wanted.due is not None:
        return _collect(session, _owed(session, wanted, conditions, after, limit), conditions, wanted, limit, "due")
    if wanted.marks is not None:
        return _collect(session, _marked(session, wanted, conditions, after, limit), conditions, wanted, limit, "marks")
    led = driver(session, conditions, wanted.assignee_id)
    return _collect(session, _walk(session, led, wanted, conditions, after, limit), conditions, wanted, limit, led)


def _collect(
    session: Session, batches: Iterator[list[Key]], conditions: Mapping[str, Any], wanted: Filter, limit: int, by: str
) -> ItemPage:
    """Read the rows of the keys and keep those that truly fit, until the page is full or the keys end."""
    found: list[tuple[Key, Item]] = []
    for keys in batches:
        read = session.execute(select(Item).where(among(session, col(Item.id), [key.id for key in keys]))).scalars()
        rows = {item.id: item for item in read}
        if wanted.due is not None:
            owed = pressing.owing(session, wanted.due, {item.case_id for item in rows.values() if item.case_id})
            rows = {id_: item for id_, item in rows.items() if item.case_id in owed}
        if wanted.marks is not None:
            rows = {id_: rows[id_] for id_ in wanted.marks.meet(session, list(rows))}
        found += [(key, rows[key.id]) for key in keys if key.id in rows and _fits(rows[key.id], conditions, wanted)]
        if len(found) > limit:
            break
    items = tuple(item for _, item in found[:limit])
    return ItemPage(items, found[limit - 1][0] if len(found) > limit else None, by)


def _fits(item: Item, conditions: Mapping[str, Any], wanted: Filter) -> bool:
    row = item.__dict__
    facts = {**row, **facets.derived(row)}
    return (
        all(facts[name] == value for name, value in conditions.items())
        and (wanted.assignee_id is None or item.assignee_id == wanted.assignee_id)
        and (wanted.since is None or item.said >= _ms(wanted.since))
        and (wanted.until is None or item.said < _ms(wanted.until))
    )


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _walk(
    session: Session, led: str, wanted: Filter, conditions: Mapping[str, Any], after: Key | None, limit: int
) -> Iterator[list[Key]]:
    where: list[ColumnElement[bool] | TextClause] = [leading(led, conditions, wanted.assignee_id)]
    if set(conditions) - {led} or led in (*MARKS, "flagged", "harm"):
        where.append(_facets(conditions))
    where += _between(wanted)
    order = ITEMS.c.harm if led == "harm" else ITEMS.c.said
    while True:
        place = [] if after is None else [order <= after.at, or_(order < after.at, ITEMS.c.id < after.id)]
        step = select(order, ITEMS.c.id).where(*where, *place).order_by(order.desc(), ITEMS.c.id.desc())
        rows = session.connection().execute(step.limit(limit + 1)).all()
        if not rows:
            return
        yield [Key(at, id_) for at, id_ in rows]
        after = Key(*rows[-1])


def _facets(conditions: Mapping[str, Any]) -> ColumnElement[bool]:
    covering, bits = facets.mask(conditions)
    fits: ColumnElement[bool] = col(Item.facets).op("&")(bindparam("mask", covering)) == bindparam("bits", bits)
    return fits


def _between(wanted: Filter) -> list[ColumnElement[bool]]:
    """The dates it must have been said between."""
    first = [] if wanted.since is None else [col(Item.said) >= _ms(wanted.since)]
    return first if wanted.until is None else [*first, col(Item.said) < _ms(wanted.until)]


def _owed(session: Session, wanted: Filter, conditions: Mapping[str, Any], after: Key | None, limit: int) -> Iterator[list[Key]]:
    """Keys by the hour something is owed."""
    where: pressing.Where = [_facets(conditions), *_between(wanted)]
    if wanted.assignee_id is not None:
        where.append(col(Item.assignee_id) == wanted.assignee_id)
    place = pressing.Owed(after.at, after.id) if after else None
    for batch in pressing.walk(session, wanted.due or "", where, place, limit + 1):
        yield [Key(one.at, one.id) for one in batch]


def _marked(session: Session, wanted: Filter, conditions: Mapping[str, Any], after: Key | None, limit: int) -> Iterator[list[Key]]:
    where = [_facets(conditions), *_between(wanted)]
    where += [col(Item.assignee_id) == wanted.assignee_id] if wanted.assignee_id is not None else []
    place = (after.at, after.id) if after else None
    for batch in (wanted.marks or Marks()).walk(session, where, place, limit + 1):
        yield [Key(at, id_) for at, id_ in batch]


_END = 2**62


def _matches(session: Session, wanted: Filter, conditions: Mapping[str, Any], after: Key | None, limit: int) -> Iterator[list[Key]]:
    """Ids that match the typed words, in growing batches: the fast-moving filters (state, assignee) are confirmed on the rows."""
    words = index.query(session, wanted.text, conditions)
    if words is None:
        return
    below, size = (after.id if after else _END), limit + 1
    while True:
        ids = hits.newest(session, words, below, size)
        if not ids:
            return
        kept = ids if len(ids) <= limit + 1 else _open_ids(session, ids, conditions, wanted)
        for first in range(0, len(kept), limit + 1):  # whoever lacks three of a page reads no hundreds of rows
            yield [Key(0, id_) for id_ in kept[first : first + limit + 1]]
        below, size = ids[-1], min(size * 8, 4000)


def _open_ids(session: Session, ids: Any, conditions: Mapping[str, Any], wanted: Filter) -> list[int]:
    """Of many matches those whose facets fit, without reading their rows."""
    where = [among(session, col(Item.id), ids), _facets(conditions)]
    if wanted.assignee_id is not None:
        where.append(col(Item.assignee_id) == wanted.assignee_id)
    where += [pressing.owed(wanted.due)] if wanted.due is not None else []
    return list(session.connection().execute(select(ITEMS.c.id).where(*where).order_by(ITEMS.c.id.desc())).scalars())


def counts(session: Session, assignee_id: int | None = None) -> dict[str, int]:
    """How many items stand in each view, from the counters; `mine` for the assignee given, `mentions` what is new to him."""
    totals = tally.counts(session, ("view", "assignee"))
    shown = {view: totals.get(("view", view), 0) for view in VIEWS}
    mine = totals.get(("assignee", str(assignee_id)), 0) if assignee_id is not None else 0
    return shown | {"mine": mine, "mentions": remarks.unseen(session, assignee_id), "approvals": approving.count(session)}
