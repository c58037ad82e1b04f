"""New items of one account: threaded, routed, stored with decision, case, receipt, counters and search entry, as one batch."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select, text, update
from sqlmodel import Session, col

from connectors.contract import Message, Surface
from core import calendar as almanac
from core.actors import Actor
from core.bulk import among, insert_all
from core.clock import in_dubai, now
from core.models import Account
from core.settings import Settings
from core.workdays import Calendar
from inbox import acknowledge, cases, departments, due, facets, index, moderate, numbers, own, priority, routing, snooze, tally
from inbox.hung import WORDLESS
from inbox.index import ITEMS
from inbox.joining import Talk, goes_on, heard, talk_of
from inbox.judging import Verdicts
from inbox.models import Case, CaseEvent, Decision, Item, Reply
from inbox.routing import Route, route
from inbox.rows import columns, thread_key
from inbox.ties import tie

CASES: Table = Case.__table__  # type: ignore[attr-defined]  # SQLModel sets it
EVENTS: Table = CaseEvent.__table__  # type: ignore[attr-defined]  # SQLModel sets it
DECISIONS: Table = Decision.__table__  # type: ignore[attr-defined]  # SQLModel sets it

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch of new messages is received with. `bits` draws case numbers, `key_id` names the key of their secrets."""

    actor: Actor
    account: Account
    settings: Settings
    verdicts: Verdicts
    bits: numbers.Bits
    key_id: str = ""


def arrive(session: Session, batch: Batch, messages: Sequence[Message], echoes: Mapping[str, int]) -> list[int]:
    """Store messages that are certainly new (the caller holds the account and has looked); returns their ids, oldest first."""
    if not messages:
        return []
    rows = _threaded(session, batch, sorted(messages, key=lambda m: (m.created_at, m.native_id)), echoes)
    answers = own.answered_before(session, batch.account, rows)
    routed = [(row, _route(row, answers)) for row in rows]
    opening, joining = _belongs(session, batch, routed)
    cased = _cases(session, batch, opening, joining)
    hides = moderate.apply(session, batch.actor, batch.account, [row for row in rows if _hides(row)], batch.settings)
    for row in rows:
        row["facets"] = facets.pack(row)
    insert_all(session, ITEMS, rows)
    insert_all(session, CASES, cased)
    insert_all(session, EVENTS, [_opened(batch, case) for case in cased])
    insert_all(session, DECISIONS, [_decision(batch, row, hides) for row in rows])
    index.insert(session, rows)
    _count(session, rows)
    _gather(session, batch.account, rows)
    own.answer_stored(session, batch.account, rows)
    heard(session, batch.actor.label, [row for row, _ in joining])
    snooze.spoken(session, batch.account, rows)
    tie(session, batch.account, sorted({row["thread_key"] for row in rows if row["surface"] == Surface.DIRECT}))
    return [row["id"] for row in rows]


def _threaded(session: Session, batch: Batch, messages: Sequence[Message], echoes: Mapping[str, int]) -> list[Row]:
    """Columns with ids and thread keys; parents stand before their children because `messages` are in the order they were said."""
    parents = {m.parent_id for m in messages if m.parent_id and m.parent_id != m.root_id}
    threads: dict[str, str] = {}
    if parents:
        known = select(ITEMS.c.native_id, ITEMS.c.thread_key).where(
            ITEMS.c.account_id == batch.account.id, among(session, ITEMS.c.native_id, parents)
        )
        threads = {row.native_id: row.thread_key for row in session.connection().execute(known)}
    moment = now()
    days = [in_dubai(message.created_at).date() for message in messages]
    office = almanac.read(session, min(days), max(days))
    rows = []
    for id_, message in zip(reserve(session, ITEMS, len(messages)), messages, strict=True):
        verdict = batch.verdicts.get((message.native_id, message.text))
        row = columns(batch.account, message, None if message.own else verdict, moment)
        threads[message.native_id] = row["thread_key"] = thread_key(message, threads)[:120]
        told = {"id": id_, "delivery_id": echoes.get(message.native_id), "in_hours": office.open_at(message.created_at)}
        rows.append(row | told)
    return rows


def _route(row: Row, answers: Mapping[str, Any]) -> Route:
    """Where the item goes; sets its `state` and `answered_at`."""
    where = route(
        kind=row["kind"],
        own=row["own"],
        share=row["surface"] == Surface.SHARE,
        deleted=row["deleted"],
        hide=row["action"] == "hide",
        can_reply=bool(row["can"].get("reply")),
        said=row["created_at"],
        moment=row["received_at"],
        form=row["surface"] == Surface.FORM,
    )
    row["state"] = where.state
    if where.state == "open" and row["native_id"] in answers:
        row["state"], row["answered_at"] = "answered", answers[row["native_id"]]
        return Route("answered", False, "")
    return where


def _belongs(
    session: Session, batch: Batch, routed: Sequence[tuple[Row, Route]]
) -> tuple[list[tuple[Row, Route]], list[tuple[Row, Row | None]]]:
    """(those that open a case, those that join one), the latter with the row that opens it where it is of this very batch.

    Sets the `case_id` of those whose case stands already.
    """
    standing = goes_on(session, batch.account, [row for row, _ in routed])
    opening: list[tuple[Row, Route]] = []
    joining: list[tuple[Row, Row | None]] = []
    leaders: dict[Talk, Row] = {}
    for row, where in routed:
        talk = talk_of(row)
        if talk is None:
            opening += [(row, where)] if where.case else []
        elif talk in standing:
            row["case_id"] = standing[talk]
            joining.append((row, None))
        elif talk in leaders:
            joining.append((row, leaders[talk]))
        elif where.case:
            opening.append((row, where))
            leaders[talk] = row
    return opening, joining


def _cases(
    session: Session, batch: Batch, opening: Sequence[tuple[Row, Route]], joining: Sequence[tuple[Row, Row | None]]
) -> list[Row]:
    """Case rows for the items that open one, with their receipts queued or owed; sets the `case_id` of these and who joins them."""
    if not opening:
        return []
    rows = []
    homes, days = departments.by_topic(session), due.calendar_from(session, now())
    for id_, (item, _) in zip(reserve(session, CASES, len(opening)), opening, strict=True):
        item["case_id"] = id_
        rows.append(_case(batch, id_, item, homes, days))
    for row, leader in joining:
        row["case_id"] = row["case_id"] if leader is None else leader["case_id"]
    owed = [acknowledge.owed_of(case, item) for case, (item, where) in zip(rows, opening, strict=True) if not where.owed]
    told = acknowledge.told_today(session, batch.account, [one.author_id for one in owed]) if owed else set()
    queued, late = acknowledge.queue(session, batch.actor, batch.account, owed, told, batch.settings)
    for case, (_, where) in zip(rows, opening, strict=True):
        case["receipt_delivery_id"] = queued.get(case["id"])
        case["receipt_owed"] = where.owed or late.get(case["id"], "")
    return rows


def _case(batch: Batch, id_: int, item: Row, homes: Mapping[str, str], days: Calendar) -> Row:
    grade, secret = routing.grade(item["verdict"], item["text"])
    weight, why = priority.weigh(priority.Facts(item["kind"], grade, priority.alarms(item["verdict"]), confides=secret))
    return {
        "id": id_,
        "number": numbers.new_number(batch.bits),
        "key_id": batch.key_id,
        "kind": item["kind"],
        "topic": item["topic"],
        "state": "received",
        "item_id": item["id"],
        "account_id": item["account_id"],
        "author_id": item["author_id"],
        "lang": cases.spoken(item["language"]),
        "opened_at": item["received_at"],
        "edition": item["edition"],
        "grade": grade,
        "department": homes.get(item["topic"], ""),
        "priority": weight,
        "priority_why": why,
        **due.columns(item["kind"], grade, batch.account.platform, item["received_at"], days),
    }


def _opened(batch: Batch, case: Row) -> Row:
    return {
        "case_id": case["id"],
        "at": case["opened_at"],
        "actor": batch.actor.label,
        "what": "received",
        "public": True,
        "note": "",
    }


def _hides(row: Row) -> bool:
    return bool(row["action"] == "hide" and row["verdict"].get("automatic") and row["can"].get("hide") and row["state"] == "open")


def _decision(batch: Batch, row: Row, hides: Mapping[int, int]) -> Row:
    """What was done, not what was proposed: a hide that was not queued is left to a person (the item keeps the proposal)."""
    delivery = hides.get(row["id"])
    return {
        "item_id": row["id"],
        "at": row["received_at"],
        "actor": batch.actor.label,
        "action": "review" if row["action"] == "hide" and not delivery else row["action"],
        "automatic": True,
        "edition": row["edition"],
        "clause": row["clause"],
        "reason": "own" if row["own"] else WORDLESS if row["action"] == "review" and not row["clause"] else "",
        "evidence": moderate.evidence(row) if delivery else {},
        "delivery_id": delivery,
    }


def _count(session: Session, rows: Sequence[Row]) -> None:
    marks: Counter[tally.Mark] = Counter()
    for row in rows:
        marks.update(tally.standing(row))
        marks.update(tally.said(row, tally.day_of(row["created_at"])))
    tally.add(session, marks)


def _gather(session: Session, account: Account, rows: Sequence[Row]) -> None:
    """A parent that came after its children draws them into its own thread."""
    for row in rows:
        if row["thread_key"] == row["native_id"] or row["private"]:
            continue
        for table in (Item, Reply):
            stray = (col(table.account_id) == account.id, col(table.thread_key) == row["native_id"])
            session.connection().execute(update(table).where(*stray).values(thread_key=row["thread_key"]))


def reserve(session: Session, table: Table, count: int) -> Sequence[int]:
    """Ids for new rows of `table`, rising. On SQLite the caller's transaction holds the only write lock."""
    if session.get_bind().dialect.name == "sqlite":
        last = session.connection().execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return range(last + 1, last + 1 + count)
    drawn = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return sorted(session.connection().execute(drawn, {"table": table.name, "count": count}).scalars())
