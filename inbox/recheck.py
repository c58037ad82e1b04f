"""Asking the platform for items by id: those it must be asked for (inbox.told), and known ones again, because that is the only way
to hear of edits and deletes that no listing shows.

Looked up are items that stand under a post listed to its end and were not in the list, and recent items by age: younger than an
hour every five minutes, than a day every hour, than MAJLIS_RECHECK_DAYS every day; only the youngest while the account's budget is
nearly used up (outbox.budget). A full reading (`manage.py sync`) looks up all
recent items at once. What the reading has just shown is not asked for again, and what is deleted never.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from connectors.contract import Known, Surface
from core.clock import now
from inbox import streams, told
from inbox.index import ITEMS
from inbox.models import Stream
from inbox.reading import Reading, take, twice

#: items asked for in one call (X takes 100 ids; where a platform takes fewer the connector cuts it)
AT_ONCE = 100
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def bands(days: int) -> tuple[tuple[str, timedelta, timedelta], ...]:
    """(stream name, items younger than this, are looked up this often), the widest last."""
    return (
        ("recheck:hour", HOUR, timedelta(minutes=5)),
        ("recheck:day", DAY, HOUR),
        ("recheck:all", timedelta(days=days), DAY),
    )


def ask(reading: Reading) -> None:
    """Ask for what this account was told of (inbox.told); raises the PlatformError that stopped it, and the rest waits.

    What we hold is asked for in few calls. What is gone by now and was never held is left out: nobody was ever shown it.
    """
    with reading.db.read() as session:
        questions = told.waiting(session, reading.account)
    held, named = [q for q in questions if q.held], [q for q in questions if not q.held]
    for asked in [*(held[start : start + AT_ONCE] for start in range(0, len(held), AT_ONCE)), *([one] for one in named)]:
        known = [question.known for question in asked]
        reading.afford()
        found = twice(lambda known=known: reading.connector.lookup(known))  # type: ignore[misc]  # mypy can't infer a default
        shown = [message for message in found if asked[0].held or not message.deleted]
        take(reading, shown, fresh=True, bill=reading.connector.bill(), finish=partial(told.answered, questions=asked))


def recheck(reading: Reading, *, full: bool) -> None:
    """Look up what is due; raises the PlatformError that stopped it. What was learned before it is stored."""
    for root in sorted(reading.listed):
        _look(reading, ITEMS.c.root_id == root)
    for name, younger in _due(reading, full):
        _look(reading, ITEMS.c.said >= int((now() - younger).timestamp() * 1000))
        with reading.db.write() as session:
            streams.begin(session, reading.account, name, reading.worker, timedelta(0), take_over=True)
            streams.finish(session, reading.account, name, None)


def _due(reading: Reading, full: bool) -> list[tuple[str, timedelta]]:
    rows = bands(reading.settings.recheck_days)[: 1 if reading.poor else None]
    if full:
        return [(name, younger) for name, younger, _ in rows[-1:]]
    with reading.db.read() as session:
        return [(name, younger) for name, younger, every in rows if _is_due(session, reading, name, every)]


def _is_due(session: Session, reading: Reading, name: str, every: timedelta) -> bool:
    stream = session.get(Stream, (reading.account.id, name))
    return stream is None or stream.read_at is None or stream.read_at + every <= now()


def _look(reading: Reading, which: ColumnElement[bool]) -> None:
    for known in _unseen(reading, which):
        reading.afford()
        found = twice(lambda known=known: reading.connector.lookup(known))  # type: ignore[misc]  # mypy can't infer a default
        take(reading, list(found), fresh=True, bill=reading.connector.bill())
        reading.seen.update(one.native_id for one in known)


def _unseen(reading: Reading, which: ColumnElement[bool]) -> Iterator[list[Known]]:
    """Stored items that this reading has not shown, newest first, in pieces of AT_ONCE."""
    c = ITEMS.c
    columns = (c.id, c.native_id, c.surface, c.parent_id, c.root_id, c.text, c.created_at, c.author_id)
    where = (c.account_id == reading.account.id, c.deleted.is_(False), which)
    below = 2**62
    while True:
        with reading.db.read() as session:
            step = select(*columns).where(*where, c.id < below).order_by(c.id.desc()).limit(AT_ONCE * 10)
            rows = session.connection().execute(step).all()
        if not rows:
            return
        below = rows[-1].id
        waiting = [
            Known(r.native_id, Surface(r.surface), r.parent_id, r.root_id, r.text, r.created_at, r.author_id)
            for r in rows
            if r.native_id not in reading.seen
        ]
        for start in range(0, len(waiting), AT_ONCE):
            yield waiting[start : start + AT_ONCE]
