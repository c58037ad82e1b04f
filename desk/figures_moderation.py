"""Moderation, told openly: what each clause flagged and what became of it, the machine's share, objections, what was overturned."""

from datetime import datetime, time

from sqlmodel import Session

from core.clock import DUBAI
from desk import drill, plate, shown, trade
from desk.figures_summary import card
from desk.periods import Period
from desk.plate import Cell
from desk.safe import el, show
from desk.session import lang, say
from inbox import transparency
from inbox.appeal import DECLINED, LODGED, UPHELD
from inbox.transparency import Clause

FLAGGED = ("flagged", "hidden_now", "stands", "undecided", "precision")
DECIDED = ("by_machine", "by_people", "deleted", "overturned", "overturn_rate")


def page(reading: Session, period: Period) -> None:
    lines = transparency.by_clause(reading, period.first, period.last)
    whole = transparency.whole(lines)
    machine = whole.by_machine / whole.decided if whole.decided else None
    cards = (
        card("flagged", shown.number(whole.flagged)),
        card("hidden", shown.number(whole.decided)),
        card("machine", shown.share(machine)),
        card("overturned", shown.share(whole.overturn_rate)),
    )
    show(el("div", *cards, class_="mj-cards"))
    first = say("desk.inbox.clause")
    heads = [first, *(say(f"desk.fig.col.{name}") for name in FLAGGED)]
    plate.plate("flagged", period, heads, [_flagged(line, period) for line in lines if line.flagged])
    heads = [first, *(say(f"desk.fig.col.{name}") for name in DECIDED)]
    plate.plate("decided", period, heads, [_decided(line) for line in lines if line.decided])
    _objections(reading, period)


def _flagged(line: Clause, period: Period) -> list[Cell]:
    named = trade.clause(line.clause, lang())
    waits = Cell(drill.items(shown.number(line.waits), period, clause=line.clause, state="open"), line.waits, number=True)
    first = plate.words(named, drill.items(named, period, clause=line.clause))
    return [
        first,
        plate.count(line.flagged),
        plate.count(line.hidden),
        plate.count(line.stands),
        waits,
        plate.share(line.precision),
    ]


def _decided(line: Clause) -> list[Cell]:
    counts = (line.by_machine, line.by_people, line.deleted, line.overturned)
    return [plate.words(trade.clause(line.clause, lang())), *map(plate.count, counts), plate.share(line.overturn_rate)]


def _objections(reading: Session, period: Period) -> None:
    found = transparency.objections(reading, datetime.combine(period.first, time.min, DUBAI))
    rows = [
        [plate.words(say(f"desk.fig.objection.{step}")), plate.count(found.get(step, 0))] for step in (LODGED, UPHELD, DECLINED)
    ]
    heads = [say("desk.fig.col.step"), say("desk.figures.count")]
    plate.plate("objections", period, heads, rows if found else [])
