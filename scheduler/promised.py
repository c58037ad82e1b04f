"""What the public is told of each promise: figures of people that stand until LEAST others have come into them (decision 8).

A figure that followed every case would tell whoever looks before and after how one person had fared. So what was told last is kept,
and told again; it is told anew when so many came into it since. It is told no longer than the time over which it is measured, but
where it holds of enough people as things stand: what is broken still is not over.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session, select

from core import audit
from core.actors import Actor
from core.bulk import insert_new
from core.clock import in_dubai, now
from inbox.data.suppress import LEAST
from scheduler.measures import DAYS, MEASURES, Measure, Query, measure
from scheduler.models import ToldFigure

PEOPLE: tuple[Query, ...] = tuple(query for queries in MEASURES.values() for query in queries if query.people)


def told(session: Session) -> dict[str, list[Measure]]:
    """Promise id -> its figures as the public may read them now; none of which nothing was told."""
    kept = {row.name: row for row in session.exec(select(ToldFigure))}
    found = {
        promise: [_again(session, query, kept.get(query.name)) if query.people else measure(session, query) for query in queries]
        for promise, queries in MEASURES.items()
    }
    return {promise: [one for one in figures if one is not None] for promise, figures in found.items()}


def due(session: Session) -> list[Measure]:
    """The figures that are to be told anew, as they stand. Writes nothing."""
    kept = {row.name: row for row in session.exec(select(ToldFigure))}
    fresh = [query for query in PEOPLE if (row := kept.get(query.name)) is None or query.came(session, row.at) >= LEAST]
    return [one for query in fresh if (one := measure(session, query)) is not None]


def tell(session: Session, actor: Actor, figures: Sequence[Measure]) -> None:
    """From now on this is what the public is told, unless another door told something newer meanwhile."""
    actor.require("system.send")
    for one in sorted(figures, key=lambda one: one.name):
        row = {"name": one.name, "at": one.at, "percent": one.percent, "n": one.n}
        if not insert_new(session, ToldFigure.__table__, [row], unique=("name",)):  # type: ignore[attr-defined] # SQLModel sets it
            kept = session.get_one(ToldFigure, one.name, with_for_update=True)
            if kept.at >= one.at or _came_since(session, kept) < LEAST:
                continue
            kept.at, kept.percent, kept.n = one.at, one.percent, one.n
            session.add(kept)
        audit.record(session, actor, "figure.tell", f"figure:{one.name}", percent=one.percent, n=one.n)


def _came_since(session: Session, row: ToldFigure) -> int:
    return next(query for query in PEOPLE if query.name == row.name).came(session, row.at)


def _again(session: Session, query: Query, row: ToldFigure | None) -> Measure | None:
    if row is None or (row.at <= now() - timedelta(days=query.days or DAYS) and not query.lasts(session)):
        return None
    since = in_dubai(row.at - timedelta(days=query.days)).date() if query.days else None
    return Measure(query.name, query.bounds.state(row.percent), row.percent, row.n, since, row.at, query.bounds)
