"""Which items the search index finds, newest arrival first, as both databases do it quickly.

SQLite reads its index from the newest on and stops in time. PostgreSQL has two ways, each slow for some words: walking the items
from the newest on (good for common words, 0.5 s for a rare one at a million items) and fetching all matches (the other way
round). Its planner knows too little of words to choose, so the newest few thousand items are looked at first, and what share of
them matched tells which way is the cheaper.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import TextClause, text
from sqlmodel import Session

_SQLITE = text("SELECT rowid FROM item_search WHERE item_search MATCH :words AND rowid < :below ORDER BY rowid DESC LIMIT :limit")
# the operator's own function: the planner can't turn this walk into a fetch of all matches, which it does from poor guesses
_WALK = text(
    "SELECT item_id FROM item_search WHERE ts_match_vq(words, CAST(:words AS tsquery)) AND item_id < :below AND item_id >= :low"
    " ORDER BY item_id DESC LIMIT :limit"
)
_ALL = text(
    "WITH hits AS MATERIALIZED (SELECT item_id FROM item_search WHERE words @@ CAST(:words AS tsquery))"
    " SELECT item_id FROM hits WHERE item_id < :below ORDER BY item_id DESC LIMIT :limit"
)
_NEWEST = text("SELECT coalesce(max(item_id), 0) FROM item_search")
#: how many of the newest are looked at first (about a millisecond)
NEAR = 4000
#: microseconds to pass an item by, and to fetch a match (measured with python -m bench.inbox, whole in memory)
PASS_US, FETCH_US = 0.3, 2.0


def newest(session: Session, words: str, below: int, limit: int) -> Sequence[int]:
    """Up to `limit` ids under `below` that match `words` (inbox.index.query), highest first."""
    if session.get_bind().dialect.name == "sqlite":
        return _ids(session, _SQLITE, words=words, below=below, limit=limit)
    top = min(below, session.connection().execute(_NEWEST).scalar_one() + 1)
    near = _ids(session, _WALK, words=words, below=top, low=top - NEAR, limit=limit)
    if len(near) >= limit or top <= NEAR:
        return near
    if walking_is_cheaper(len(near) / NEAR, top, limit):
        return [*near, *_ids(session, _WALK, words=words, below=top - NEAR, low=0, limit=limit - len(near))]
    return _ids(session, _ALL, words=words, below=top, limit=limit)


def walking_is_cheaper(share: float, items: int, limit: int) -> bool:
    """Whether `limit` matches are found sooner by passing items by than by fetching every match; `share` of all items match."""
    return share > 0 and limit / share * PASS_US < share * items * FETCH_US


def _ids(session: Session, step: TextClause, **given: Any) -> Sequence[int]:
    return session.connection().execute(step, given).scalars().all()
