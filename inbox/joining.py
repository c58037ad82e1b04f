"""What somebody says in answer to us joins the case he has: beneath our receipt, in the thread of his own comment, or in private.

It opens no second case, and it is not lost where the case had ended lately.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, and_, func, or_, select
from sqlmodel import Session, col

from connectors.contract import Surface
from core.bulk import among
from core.clock import now
from core.models import Account
from inbox import cases
from inbox.index import ITEMS
from inbox.models import Case
from inbox.steps import spoke, step
from outbox.models import Delivery

#: what is said so long after a case ended belongs to it still
AFTER = timedelta(days=7)

CASES: Table = Case.__table__  # type: ignore[attr-defined]  # SQLModel sets it
DELIVERIES: Table = Delivery.__table__  # type: ignore[attr-defined]  # SQLModel sets it

Row = Mapping[str, Any]
#: whose words, and where: his conversation, or the thread they stand in
Talk = tuple[str, str]


def talk_of(row: Row) -> Talk | None:
    """Where an answer of this author to us would be found; None for what answers nobody (and what our own forms bring)."""
    if row["own"] or row["deleted"] or not row["author_id"] or row["surface"] in (Surface.FORM, Surface.SHARE):
        return None
    if row["action"] == "hide":  # its author is given the reasons, not an answer
        return None
    return (row["author_id"], "" if row["surface"] == Surface.DIRECT else row["thread_key"])


def goes_on(session: Session, account: Account, rows: Sequence[Row]) -> dict[Talk, int]:
    """The case that goes on in each of the conversations and threads of these new messages."""
    direct = {row["author_id"] for row in rows if talk_of(row) and row["surface"] == Surface.DIRECT}
    below = {row["thread_key"] for row in rows if talk_of(row) and row["thread_key"] != row["native_id"]}
    found: dict[Talk, int] = {}
    if direct:
        old, new = CASES.alias("old"), CASES.alias("new")
        mine = select(old.c.author_id, func.coalesce(new.c.id, old.c.id)).outerjoin(new, new.c.id == old.c.merged_into_id)
        where = (old.c.account_id == account.id, among(session, old.c.author_id, direct), or_(_lives(old), _lives(new)))
        found |= {(author, ""): id_ for author, id_ in session.connection().execute(mine.where(*where).order_by(old.c.id))}
        found = _by_our_words(session, account, [r for r in rows if talk_of(r) and r["surface"] == Surface.DIRECT]) | found
    if below:
        c = ITEMS.c
        told = (c.account_id == account.id, among(session, c.thread_key, below), c.case_id.is_not(None))
        threads = select(c.author_id, c.thread_key, c.case_id).join(CASES, CASES.c.id == c.case_id)
        threads = threads.where(*told, _lives(CASES)).order_by(c.case_id)
        found |= {(author, thread): id_ for author, thread, id_ in session.connection().execute(threads)}
    return found


def _by_our_words(session: Session, account: Account, rows: Sequence[Row]) -> dict[Talk, int]:
    """The case in whose conversation somebody writes: what we sent there in private answered words of it. A platform may name the
    same person otherwise there than beneath a post."""
    own, answered = ITEMS.alias("own"), ITEMS.alias("answered")
    threads = {row["thread_key"] for row in rows}
    told = (own.c.account_id == account.id, among(session, own.c.thread_key, threads), own.c.own, own.c.surface == Surface.DIRECT)
    ours = (
        select(own.c.thread_key, answered.c.case_id)
        .join(DELIVERIES, DELIVERIES.c.id == own.c.delivery_id)
        .join(answered, and_(answered.c.account_id == own.c.account_id, answered.c.native_id == DELIVERIES.c.target_id))
        .join(CASES, CASES.c.id == answered.c.case_id)
    )
    found = session.connection().execute(ours.where(*told, _lives(CASES)).order_by(own.c.id))
    known = {one.thread_key: one.case_id for one in found}
    return {(row["author_id"], ""): known[row["thread_key"]] for row in rows if row["thread_key"] in known}


def _lives(case: FromClause) -> ColumnElement[bool]:
    """Whether a case is open, or ended lately."""
    lately = and_(case.c.state == "resolved", case.c.resolved_at >= now() - AFTER)
    return or_(case.c.state.in_(cases.OPEN), lately)


def heard(session: Session, by: str, rows: Sequence[Row]) -> None:
    """The cases of these stored messages learn that their authors spoke. A complaint takes an ended case up again."""
    said: dict[int, list[Row]] = {}
    for row in rows:
        said.setdefault(row["case_id"], []).append(row)
    if not said:
        return
    held = session.execute(select(Case).where(among(session, col(Case.id), set(said))).order_by(col(Case.id)).with_for_update())
    for case in held.scalars():
        words = said[case.id or 0]
        if case.state == "resolved" and any(row["kind"] == "complaint" for row in words):
            cases.take_up(session, case)
            step(session, case, "reopened", by)
        cases.go_on(session, case)
        for row in words:
            if row["state"] == "open":
                spoke(session, case, row["received_at"])
            step(session, case, "said", by, item=row["id"])
    session.flush()
