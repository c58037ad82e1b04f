"""Service levels: how promises were kept, by kind; who holds what is late or soon will be; which cases are late, and why."""

from datetime import datetime, time, timedelta

from sqlmodel import Session, select

from core.clock import DUBAI
from core.models import User
from desk import caselist, drill, plate, shown, trade
from desk.figures_summary import card
from desk.periods import Period
from desk.plate import Cell
from desk.safe import Markup, el, show
from desk.session import lang, say
from inbox import caseload, departments, due, punctual
from inbox.models import Case
from inbox.punctual import Board, Load, Promised

#: what is told of a kind of case
_KEPT = ("kind", "first_due", "first_kept", "outcome_due", "outcome_kept", "objection_due", "objection_kept")
#: late cases that are told one by one
LISTED = 20


def page(reading: Session, period: Period) -> None:
    board = punctual.board(reading)
    begin = datetime.combine(period.first, time.min, DUBAI)
    kept = punctual.promised(reading, begin, datetime.combine(period.last + timedelta(days=1), time.min, DUBAI))
    show(_cards(board, kept))
    heads = [say(f"desk.fig.col.{one}") for one in _KEPT]
    plate.plate("promised", period, heads, [_kind(one) for one in kept])
    held = [say(f"desk.fig.col.{one}") for one in ("late", "soon", "later", "open")]
    people = {one.id: one.display_name for one in reading.exec(select(User))}
    owners = [_load(_owner(one, people), one) for one in board.owners]
    plate.plate("by_owner", None, [say("desk.fig.col.owner"), *held], owners)
    rooms = {one.code: caselist.named(one, lang()) for one in departments.listed(reading)}
    parts = [_load(_room(one, rooms), one) for one in board.departments]
    plate.plate("by_department", None, [say("desk.case.department"), *held], parts)
    late(reading, people, rooms)


def _cards(board: Board, kept: list[Promised]) -> Markup:
    fell, good = sum(one.first.n for one in kept), sum(one.first.kept for one in kept)
    more = "+" if board.more else ""
    return el(
        "div",
        card("first_kept", shown.share(good / fell if fell else None)),
        card("late", drill.cases(f"{shown.number(board.late)}{more}", "late")),
        card("soon", shown.number(board.soon)),
        card("open", f"{shown.number(board.late + board.soon + board.later)}{more}"),
        class_="mj-cards",
    )


def _kind(one: Promised) -> list[Cell]:
    named = trade.known("desk.kind", one.kind, lang())
    numbers = [cell for kept in (one.first, one.outcome, one.objection) for cell in (plate.count(kept.n), plate.share(kept.share))]
    return [plate.words(named, drill.cases(named, "all", kind=one.kind)), *numbers]


def _owner(one: Load, people: dict[int | None, str]) -> Cell:
    named = say("desk.fig.nobody") if one.owner_id is None else people.get(one.owner_id, "—")
    return plate.words(named, drill.cases(named, "free") if one.owner_id is None else el("bdi", named))


def _room(one: Load, rooms: dict[str, str]) -> Cell:
    named = rooms.get(one.department, one.department or say("desk.fig.no_department"))
    return plate.words(named, drill.cases(named, "work", department=one.department) if one.department else named)


def _load(first: Cell, one: Load) -> list[Cell]:
    return [first, *map(plate.count, (one.late, one.soon, one.later, one.all))]


def late(reading: Session, people: dict[int | None, str], rooms: dict[str, str]) -> None:
    """The cases that are late, the most overdue first, with why."""
    found = caseload.page(reading, caseload.Load("late"), limit=LISTED)
    heads = [say(f"desk.fig.col.{one}") for one in ("case", "kind", "late_since", "owner", "department", "why")]
    rows = [_late(case, people, rooms) for case, _ in found.rows]
    more = el("p", drill.cases(say("desk.fig.all_late"), "late")) if found.next else None
    plate.plate("late_cases", None, heads, rows, note=more, filled={"n": LISTED})


def _late(case: Case, people: dict[int | None, str], rooms: dict[str, str]) -> list[Cell]:
    lang_ = lang()
    why = "، " if lang_ == "ar" else ", "
    reasons = why.join(say(f"desk.fig.why.{code}") for code in punctual.why_late(case))
    number = drill.cases(el("bdi", case.number, dir="ltr"), "late", case=str(case.id))
    since = due.owed_by(case)
    return [
        plate.words(case.number, number),
        plate.words(trade.known("desk.kind", case.kind, lang_)),
        Cell(shown.ago(since, lang_), since.isoformat() if since else ""),
        plate.words(people.get(case.owner_id, say("desk.fig.nobody"))),
        plate.words(rooms.get(case.department, case.department or "—")),
        plate.words(reasons),
    ]
