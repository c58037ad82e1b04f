"""A thread: what is answered together, with everything that was said and done in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import BindParameter, bindparam
from sqlmodel import Session, col, select

from inbox import collision
from inbox.models import Case, Decision, Item, ItemVersion, Reply
from inbox.privately import taken

#: a thread is read whole up to this many items around the one asked for; `cut` says when there are more
LONGEST = 200

Row = TypeVar("Row", Decision, ItemVersion)


#: made once: asked whenever a thread is shown
_HERE: BindParameter[int] = bindparam("account")
_THESE: BindParameter[list[int]] = bindparam("ids", expanding=True)
_SAME = (
    select(Item)
    .where(col(Item.account_id) == _HERE, col(Item.thread_key) == bindparam("thread"))
    .order_by(col(Item.id).desc())
    .limit(LONGEST + 1)
)
_ROOT = select(Item).where(col(Item.account_id) == _HERE, col(Item.native_id) == bindparam("root"))
_ANSWERS = (
    select(Reply)
    .where(col(Reply.account_id) == _HERE, col(Reply.thread_key) == bindparam("thread"), col(Reply.state) != "draft")
    .order_by(col(Reply.id))
)
_DECISIONS = select(Decision).where(col(Decision.item_id).in_(_THESE)).order_by(col(Decision.id))
_VERSIONS = select(ItemVersion).where(col(ItemVersion.item_id).in_(_THESE)).order_by(col(ItemVersion.id))


@dataclass(frozen=True, slots=True)
class Thread:
    """`item` is the one asked for. `root`: the post it hangs under (None when we don't hold it, or it is the item itself).

    `items` are all of the thread, oldest first, our own words among them; `replies` ours by the ledger, drafts left out;
    `versions` and `decisions` by item id, oldest first. `taken`: ids of items whose author was asked to go on in private.
    `version`: which answers stand in it (inbox.collision).
    """

    item: Item
    root: Item | None
    items: tuple[Item, ...]
    replies: tuple[Reply, ...]
    decisions: dict[int, tuple[Decision, ...]]
    versions: dict[int, tuple[ItemVersion, ...]]
    case: Case | None
    version: str
    cut: bool = False
    taken: frozenset[int] = frozenset()


def thread_of(session: Session, item: Item) -> Thread:
    """Everything about the thread of `item`."""
    newest = list(session.exec(_SAME, params={"account": item.account_id, "thread": item.thread_key}))
    cut = len(newest) > LONGEST
    items = newest[:LONGEST]
    if all(one.id != item.id for one in items):
        items.append(item)
    items.sort(key=lambda one: (one.said, one.id or 0))
    ids = [one.id or 0 for one in items]
    decisions = session.exec(_DECISIONS, params={"ids": ids})
    edited = [one.id or 0 for one in items if one.edited]
    versions = session.exec(_VERSIONS, params={"ids": edited}) if edited else ()
    case = session.get(Case, item.case_id) if item.case_id is not None else None
    answers = answers_at(session, item)
    return Thread(
        item=item,
        root=_root(session, item),
        items=tuple(items),
        replies=answers,
        decisions=_by_item(decisions),
        versions=_by_item(versions),
        case=case,
        version=collision.version(session, item) if cut else collision.version_of(session, item, answers, items),
        cut=cut,
        taken=taken(session, case) if case is not None else frozenset(),
    )


def answers_at(session: Session, item: Item) -> tuple[Reply, ...]:
    """Our answers in the thread of `item`, the oldest first; drafts left out."""
    return tuple(session.exec(_ANSWERS, params={"account": item.account_id, "thread": item.thread_key}))


def _root(session: Session, item: Item) -> Item | None:
    if item.root_id is None or item.root_id == item.native_id:
        return None
    return session.exec(_ROOT, params={"account": item.account_id, "root": item.root_id}).first()


def _by_item(rows: Iterable[Row]) -> dict[int, tuple[Row, ...]]:
    grouped: dict[int, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.item_id, []).append(row)
    return {item_id: tuple(group) for item_id, group in grouped.items()}
