"""`report`: the weekly report from the command line."""

from datetime import date
from typing import Any

from console.opening import House
from core import audit
from core.actors import Actor
from core.clock import now
from scheduler import reporting


def _monday(week: str) -> date:
    return reporting.week_of(week) if week else reporting.last_week(now())


def drawn_up(house: House, actor: Actor, week: str) -> dict[str, Any]:
    """The report of the week, drawn up now if it was not before: its page by language."""
    monday = _monday(week)
    with house.db.write() as session:
        found = {one.lang: one.page for one in reporting.draw_up(session, actor, house.settings, monday)}
        at = reporting.kept(session, monday)[0].at
    audit.seal(house.db)
    return {"week": f"{monday:%G-W%V}", "at": at, **found}


def sent(house: House, actor: Actor, week: str) -> dict[str, Any]:
    """Queued to everybody who asked for it."""
    monday = _monday(week)
    with house.db.write() as session:
        reporting.draw_up(session, actor, house.settings, monday)
        readers = reporting.send(session, actor, monday)
    audit.seal(house.db)
    return {"week": f"{monday:%G-W%V}", "readers": readers}
