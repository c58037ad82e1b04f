"""How long what people wrote is kept: per class, by a file (inbox/retention.toml), until a legal hold says otherwise.

`sweep` erases what is over its time in small transactions, so that a clerk's click never waits long. Losing it or running it twice
is harmless.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Table, and_, cast, func, or_, select, update
from sqlmodel import Session

from core import audit
from core.actors import WORKER, Actor
from core.clock import now
from core.db import Database
from core.errors import Invalid
from core.ownfile import only, told
from core.settings import Settings
from core.why import Why
from inbox import erase, facets, holds, leftover, priority
from inbox.aside import FAILED
from inbox.caseview import items_of
from inbox.index import ITEMS
from inbox.models import Case, Decision, Item, Webhook

CASES: Table = Case.__table__  # type: ignore[attr-defined]  # SQLModel sets it
DECISIONS: Table = Decision.__table__  # type: ignore[attr-defined]  # SQLModel sets it
WEBHOOKS: Table = Webhook.__table__  # type: ignore[attr-defined]  # SQLModel sets it
SETTING = "MAJLIS_RETENTION_FILE"
SHIPPED = Path(__file__).with_suffix(".toml")
CLASSES = ("message", "direct", "deleted", "ordinary", "urgent", "confidential", "contact", "evidence", "raw", "failed")
#: rows in one transaction, and in one sweep of one class
AT_ONCE, MOST = 100, 20_000
LONGEST_DAYS = 36_500

#: cutoff -> rows of that class that are over their time: place in the walk, id
Due = Callable[[datetime], "Select[Any]"]
#: erases those of these rows that are not held; returns how many
Erase = Callable[[Session, Actor, Settings, Sequence[int], holds.Held], int]


@dataclass(frozen=True, slots=True)
class Kept:
    """A class: how many days it is kept (None: for ever), and how many of it are over their time now."""

    name: str
    days: int | None
    due: int


def rules(settings: Settings) -> Mapping[str, int | None]:
    """Class -> days, None for ever; from MAJLIS_RETENTION_FILE, else ours. ConfigurationError for a file that does not say it of
    every class, and of nothing else."""
    with told(settings.retention_file or SHIPPED, SETTING) as file:
        only(file, ("keep",))
        keep = file.get("keep")
        given = keep if isinstance(keep, dict) else {}
        only(given, CLASSES)
        return {name: _days(name, given.get(name)) for name in CLASSES}


def _days(name: str, value: object) -> int | None:
    if value == "never":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST_DAYS:
        raise Invalid(field=name, why=Why("retention_days", name=name, most=LONGEST_DAYS))
    return value


def kept(session: Session, settings: Settings) -> list[Kept]:
    """Every class with its rule, and what of it the next sweep would look at (held ones among them)."""
    return [Kept(name, days, _count(session, name, days)) for name, days in rules(settings).items()]


def proven(session: Session, item_id: int) -> datetime | None:
    """When the last decision was made of which these words are kept as evidence; None where they are of none."""
    last = select(func.max(DECISIONS.c.at)).where(DECISIONS.c.item_id == item_id, *_proving())
    at: datetime | None = session.connection().execute(last).scalar_one()
    return at


def _count(session: Session, name: str, days: int | None) -> int:
    if days is None:
        return 0
    rows = WAYS[name][0](now() - timedelta(days=days)).subquery()
    return int(session.connection().execute(select(func.count()).select_from(rows)).scalar_one())


def sweep(db: Database, settings: Settings, *, actor: Actor = WORKER, stopping: Event | None = None) -> Mapping[str, int]:
    """Erase what is over its time and not held, at most MOST of a class; class -> how many. Files that nothing names go too."""
    actor.require("words.erase")
    done: Counter[str] = Counter()
    for name, days in rules(settings).items():
        if days is not None:
            done[name] = _sweep(db, actor, settings, name, now() - timedelta(days=days), stopping or Event())
    if done.total():
        with db.write() as session:
            audit.record(session, actor, "retention.run", "retention:all", **{name: n for name, n in done.items() if n})
    leftover.sweep(db, actor, settings)
    return {name: done[name] for name in CLASSES}


def _sweep(db: Database, actor: Actor, settings: Settings, name: str, cutoff: datetime, stopping: Event) -> int:
    due, erased = WAYS[name]
    step = due(cutoff)
    place, key = list[Any](step.selected_columns)
    after: tuple[Any, int] | None = None
    done = looked = 0
    while looked < MOST and not stopping.is_set():
        beyond = () if after is None else (or_(place > after[0], and_(place == after[0], key > after[1])),)
        with db.write(patient=True) as session:
            rows: Sequence[Any] = session.connection().execute(step.where(*beyond).order_by(place, key).limit(AT_ONCE)).all()
            if rows:
                done += erased(session, actor, settings, [row[1] for row in rows], holds.standing(session))
        if len(rows) < AT_ONCE:
            break
        after, looked = (rows[-1][0], rows[-1][1]), looked + len(rows)
    return done


# ---- what is due, class by class: (place in the walk, id)


def _said(**wanted: bool) -> Due:
    covering, bits = facets.mask({"cased": False, **wanted})

    def due(cutoff: datetime) -> "Select[Any]":
        fits = ITEMS.c.facets.op("&")(covering) == bits
        # what a first reading brings was said long ago: its time begins when we heard it
        old = [(ITEMS.c.deleted_at if wanted.get("deleted") else ITEMS.c.received_at) < cutoff]
        return select(ITEMS.c.said, ITEMS.c.id).where(
            ITEMS.c.said < int(cutoff.timestamp() * 1000), fits, ITEMS.c.erased_at.is_(None), *old
        )

    return due


def _ended(also: ColumnElement[bool]) -> Due:
    def due(cutoff: datetime) -> "Select[Any]":
        c, onward = CASES.c, CASES.alias("onward")
        ended = func.coalesce(c.closed_at, c.resolved_at)
        over = (c.state.in_(("resolved", "closed")), ended < cutoff, c.erased_at.is_(None), also)
        still = or_(
            onward.c.state.not_in(("resolved", "closed")), func.coalesce(onward.c.closed_at, onward.c.resolved_at) >= cutoff
        )
        goes_on = select(onward.c.id).where(onward.c.id == c.merged_into_id, still).exists()
        return select(ended, c.id).where(*over, ~goes_on)

    return due


def _evidence(cutoff: datetime) -> "Select[Any]":
    return select(DECISIONS.c.at, DECISIONS.c.id).where(DECISIONS.c.at < cutoff, *_proving())


def _proving() -> Sequence[ColumnElement[bool]]:
    c = DECISIONS.c
    return c.clause != "", c.action.in_(("hide", "unhide", "delete")), cast(c.evidence, String) != "{}"


def _bodies(*, failed: bool) -> Due:
    c = WEBHOOKS.c

    def due(cutoff: datetime) -> "Select[Any]":
        sort = FAILED if failed else ~FAILED
        return select(c.received_at, c.id).where(c.done_at < cutoff, func.length(c.body) > 0, sort)

    return due


# ---- and how it is erased


def _items(session: Session, actor: Actor, settings: Settings, ids: Sequence[int], held: holds.Held) -> int:
    free = [id_ for id_ in ids if not held.item(id_, None)]
    erase.items(session, actor, free, "retention", settings)
    return len(free)


def _cases(session: Session, actor: Actor, settings: Settings, ids: Sequence[int], held: holds.Held) -> int:
    free = [(case, words) for case, words in _whole(session, ids) if not held.case(case, [one.id or 0 for one in words])]
    for case, words in free:
        erase.case(session, actor, case, words, "retention", settings)
    return len(free)


def _contacts(session: Session, actor: Actor, settings: Settings, ids: Sequence[int], held: holds.Held) -> int:
    free = [case for case, words in _whole(session, ids) if not held.case(case, [one.id or 0 for one in words])]
    for case in free:
        erase.contact(session, actor, case, "retention")
    return len(free)


def _whole(session: Session, ids: Sequence[int]) -> list[tuple[Case, list[Item]]]:
    cases = [session.get_one(Case, id_) for id_ in ids]
    return [(case, items_of(session, case)) for case in cases]


def _proofs(session: Session, actor: Actor, settings: Settings, ids: Sequence[int], held: holds.Held) -> int:
    d, i = DECISIONS.c, ITEMS.c
    proven = select(d.id, i.id, i.case_id).join(ITEMS, i.id == d.item_id).where(d.id.in_(ids))
    free = [id_ for id_, item_id, case_id in session.connection().execute(proven) if not held.item(item_id, case_id)]
    session.connection().execute(update(DECISIONS).where(d.id.in_(free)).values(evidence={}))
    return len(free)


def _empty(session: Session, actor: Actor, settings: Settings, ids: Sequence[int], held: holds.Held) -> int:
    session.connection().execute(update(WEBHOOKS).where(WEBHOOKS.c.id.in_(ids)).values(body=b""))
    return len(ids)


WAYS: Mapping[str, tuple[Due, Erase]] = {
    "message": (_said(private=False, own=False, deleted=False), _items),
    "direct": (_said(private=True, deleted=False), _items),
    "deleted": (_said(own=False, deleted=True), _items),
    **{grade: (_ended((CASES.c.grade == grade) & ~priority.in_confidence()), _cases) for grade in ("ordinary", "urgent")},
    "confidential": (_ended(priority.in_confidence()), _cases),
    "contact": (_ended(CASES.c.contact != ""), _contacts),
    "evidence": (_evidence, _proofs),
    "raw": (_bodies(failed=False), _empty),
    "failed": (_bodies(failed=True), _empty),
}
