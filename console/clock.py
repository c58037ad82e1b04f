"""`case why | rounds`: by when a case is to be answered and ended, how each date was counted, and who must be told now."""

import sys
from collections.abc import Sequence
from typing import Any

from console.casefiles import find
from console.opening import House
from core import audit
from core.actors import Actor
from core.clock import in_dubai
from core.i18n import Lang
from core.worktime import Step
from inbox import due
from inbox import rounds as inbox_rounds
from inbox.due import Explained
from scheduler import casework


def why(house: House, actor: Actor, number: str, lang: Lang) -> dict[str, Any]:
    """Every date of the case, with its steps as data and in words."""
    actor.require("item.read")
    with house.db.read() as session:
        case = find(session, number)
        dates = due.explain(session, case)
        return {"number": case.number, "class": case.grade, "kind": case.kind, "dates": [_plain(one, lang) for one in dates]}


def tell(value: dict[str, Any]) -> None:
    """The same for people: one date after the other, a line a step."""
    blocks = ["\n  ".join(one["words"]) for one in value["dates"]]
    sys.stdout.write("\n".join([value["number"], *blocks, ""]))


def rounds(house: House) -> dict[str, Any]:
    """One round through the cases: dates of how many `moved`, how many were `touched` (warned of, told, asked, closed)."""
    value = {"moved": casework.follow_calendar(house.db), "touched": inbox_rounds.work(house.db)}
    audit.seal(house.db)
    return value


def _plain(one: Explained, lang: Lang) -> dict[str, Any]:
    promise = one.promise
    return {
        "what": promise.what,
        "due_at": one.kept,
        "since": promise.since,
        "minutes": promise.span.minutes if promise.span else None,
        "days": promise.span.days if promise.span else None,
        "source": promise.target.source(lang) if promise.target else None,
        "met_at": promise.met,
        "still_since": promise.still,
        "steps": _steps(promise.steps),
        "words": one.words(lang),
        "wall": f"{in_dubai(one.kept):%Y-%m-%d %H:%M}",
    }


def _steps(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [
        {
            "what": step.what,
            "first": step.first.isoformat(),
            "last": step.last.isoformat(),
            "opens": f"{step.opens:%H:%M}" if step.opens else None,
            "closes": f"{step.closes:%H:%M}" if step.closes else None,
            "minutes": step.minutes,
            "days": step.days,
            "because": step.because.name_en if step.because else None,
            "status": step.because.status if step.because else None,
        }
        for step in steps
    ]
