"""What an edition would have said of what the public said already: replayed before anybody activates it. Nothing is written."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import col

from core.actors import Actor
from core.clock import now
from core.db import Database
from core.models import Account
from core.settings import settings
from inbox.index import ITEMS
from inbox.replayed import Backtest, Found
from policies.clauses import Edition
from policies.judge import judge_many
from policies.verdict import Context

AT_ONCE = 500
Tell = Callable[[int, int], None]


def backtest(
    db: Database,
    actor: Actor,
    edition: Edition,
    *,
    days: int | None = None,
    account_id: int | None = None,
    limit: int = 20,
    tell: Tell = lambda _done, _all: None,
) -> Backtest:
    """Judge by `edition` all that the public said (in the last `days`, on one account, where given); at most `limit` are listed.

    Memory stays constant however much is stored, and no transaction stays open while texts are judged. `tell(done, all)` is called
    after every page.
    """
    actor.require("policy.propose")
    where = _scope(days, account_id)
    with db.read() as session:
        count = session.connection().execute(select(func.count()).select_from(ITEMS).where(*where)).scalar_one()
        accounts = {a.id: a.key for a in session.execute(select(Account).order_by(col(Account.id))).scalars()}
    found, detector = Found(limit), settings().language_detector
    for rows in _pages(db, where):
        contexts = [Context(row.platform, None if row.language == "und" else row.language) for row in rows]
        texts = (row.text for row in rows)
        verdicts = judge_many(texts, edition=edition, contexts=contexts, detector=detector, explain=False)
        for row, verdict in zip(rows, verdicts, strict=True):
            found.compare(row, accounts[row.account_id], verdict)
        tell(found.items, count)
    return found.told(edition)


def _scope(days: int | None, account_id: int | None) -> list[ColumnElement[bool]]:
    where = [ITEMS.c.own.is_(False), ITEMS.c.edition != "", ITEMS.c.erased_at.is_(None)]
    if days is not None:
        where.append(ITEMS.c.said >= int((now() - timedelta(days=days)).timestamp() * 1000))
    if account_id is not None:
        where.append(ITEMS.c.account_id == account_id)
    return where


def _pages(db: Database, where: Sequence[ColumnElement[bool]]) -> Iterator[Sequence[Any]]:
    """The items, newest first, in pages of AT_ONCE; each page is a transaction of its own."""
    c = ITEMS.c
    columns = (
        c.id, c.account_id, c.platform, c.native_id, c.permalink, c.created_at, c.said, c.private, c.language, c.kind, c.action,
        c.clause, c.text, c.attachments, c.verdict["automatic"].as_boolean().label("alone"),
    )  # fmt: skip
    place: list[ColumnElement[bool]] = []
    while True:
        step = select(*columns).where(*where, *place).order_by(c.said.desc(), c.id.desc()).limit(AT_ONCE)
        with db.read() as session:
            rows = session.connection().execute(step).all()
        if not rows:
            return
        yield rows
        place = [c.said <= rows[-1].said, or_(c.said < rows[-1].said, c.id < rows[-1].id)]
