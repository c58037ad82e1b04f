"""Days that are not like others, as people keep them: announced, moved, taken out again; estimates come from core.estimates.

Ramadan ends on the eve of Eid: where that comes a day later or earlier than was said, Ramadan's last day goes along.
"""

from datetime import date, timedelta

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import now
from core.display import clean_name
from core.errors import Invalid, NotFound, WrongState
from core.models import Period
from core.why import Why, none_of
from core.workdays import KINDS, Calendar, Days

#: estimated by tables, announced by whoever decides, confirmed (the moon was seen), moved; removed: kept, but no longer observed
STATUSES = ("estimated", "announced", "confirmed", "moved", "removed")
#: what a person may say of a period when he keeps it
SAID = ("announced", "confirmed", "estimated")
LONGEST = timedelta(days=62)
NAME_MOST, SOURCE_MOST = 120, 300
DAY = timedelta(days=1)
#: by so much tables and the moon may differ; what moves farther is no Eid that was awaited
MOON = timedelta(days=2)


def keep(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    first: date,
    last: date,
    name_ar: str,
    name_en: str,
    status: str = "announced",
    source: str = "",
) -> Period:
    """Enter days that are not like others; both `first` and `last` belong to them. `source`: where it was read."""
    actor.require("calendar.keep")
    if kind not in KINDS:
        raise Invalid(field="kind", why=none_of(kind, KINDS))
    if status not in SAID:
        raise Invalid(field="status", why=none_of(status, SAID))
    _in_order(first, last)
    ar, en = _name("name_ar", name_ar), _name("name_en", name_en)
    period = Period(
        kind=kind, first=first, last=last, name_ar=ar, name_en=en, status=status, source=_source(source), by=actor.label
    )
    session.add(period)
    session.flush()
    _leaves_work(session, period)
    facts = {"kind": kind, "first": str(first), "last": str(last), "status": status}
    audit.record(session, actor, "calendar.keep", f"period:{period.id}", **facts)
    return period


def announce(
    session: Session,
    actor: Actor,
    period: Period,
    *,
    source: str,
    first: date | None = None,
    last: date | None = None,
    confirmed: bool = False,
) -> Period:
    """It is official now, on the days it had or on these; `confirmed`: as good as begun (the moon was seen). Ramadan before it goes
    on to its new eve (`fasting_before`)."""
    status = "confirmed" if confirmed else "announced"
    return _change(session, actor, period, "calendar.announce", status, first or period.first, last or period.last, source)


def move(session: Session, actor: Actor, period: Period, first: date, last: date, *, source: str) -> Period:
    """It takes place on other days than was said; Ramadan before it as with `announce`."""
    if (first, last) == (period.first, period.last):
        raise Invalid(field="first", why=Why("same_days"))
    return _change(session, actor, period, "calendar.move", "moved", first, last, source)


def remove(session: Session, actor: Actor, period: Period, reason: str) -> Period:
    """It is not observed after all. The row stays, so that no estimate brings it back."""
    if not reason.strip():
        raise Invalid(field="reason", why=Why("say_why"))
    return _change(session, actor, period, "calendar.remove", "removed", period.first, period.last, reason)


def _change(
    session: Session, actor: Actor, period: Period, action: str, status: str, first: date, last: date, source: str
) -> Period:
    actor.require("calendar.keep")
    _in_order(first, last)
    if not source.strip():
        raise Invalid(field="source", why=Why("say_where"))
    session.refresh(period, with_for_update=True)
    if period.status == "removed":
        raise WrongState(thing="period", state=period.status, wanted=status)
    facts = {"was": [str(period.first), str(period.last), period.status], "now": [str(first), str(last), status]}
    fasting = fasting_before(session, period) if abs(first - period.first) <= MOON else None
    period.first, period.last, period.status, period.source = first, last, status, _source(source)
    period.by, period.at = actor.label, now()
    session.add(period)
    session.flush()
    _leaves_work(session, period)
    audit.record(session, actor, action, f"period:{period.id}", source=period.source, **facts)
    if fasting is not None:
        _until_eve(session, actor, fasting, period)
    return period


def fasting_before(session: Session, period: Period) -> Period | None:
    """The Ramadan whose last day is the eve of this holiday; None where there is none."""
    if period.kind != "holiday":
        return None
    there = (col(Period.kind) == "ramadan", col(Period.last) == period.first - DAY, col(Period.status) != "removed")
    return session.exec(select(Period).where(*there).order_by(col(Period.id))).first()


def _until_eve(session: Session, actor: Actor, fasting: Period, eid: Period) -> None:
    """Its end is known now, also where its beginning is only estimated: its status stays."""
    eve = eid.first - DAY
    session.refresh(fasting, with_for_update=True)
    if fasting.last == eve or eve < fasting.first:
        return
    facts = {"was": str(fasting.last), "now": str(eve), "eve_of": eid.id}
    fasting.last, fasting.source, fasting.by, fasting.at = eve, eid.source, actor.label, eid.at
    session.add(fasting)
    session.flush()
    audit.record(session, actor, "calendar.move", f"period:{fasting.id}", source=fasting.source, **facts)


def of(session: Session, number: int) -> Period:
    """The period with this number; NotFound."""
    period = session.get(Period, number)
    if period is None:
        raise NotFound(thing="period", id=number)
    return period


def between(session: Session, first: date, last: date, *, removed: bool = False) -> list[Period]:
    """Periods that touch these days, the earliest first; those taken out again only when asked for."""
    query = select(Period).where(col(Period.last) >= first, col(Period.first) <= last)
    if not removed:
        query = query.where(col(Period.status) != "removed")
    return list(session.exec(query.order_by(col(Period.first), col(Period.id))))


def read(session: Session, first: date, last: date) -> Calendar:
    """The calendar of these days, to ask about each of them without the database."""
    rows = between(session, first, last)
    return Calendar(tuple(Days(p.kind, p.first, p.last, p.name_ar, p.name_en, p.status, p.id) for p in rows))


def onward(session: Session, first: date) -> Calendar:
    """The calendar from that day on, as far as it is known."""
    return read(session, first, date.max)


def _in_order(first: date, last: date) -> None:
    if last < first:
        raise Invalid(field="last", why=Why("ends_before"))
    if last - first >= LONGEST:
        raise Invalid(field="last", why=Why("too_many_days", most=LONGEST.days))


def _leaves_work(session: Session, period: Period) -> None:
    """Invalid when holidays leave no working day in LONGEST: nothing that is due could be reckoned across them."""
    days = read(session, period.first - LONGEST, period.last + LONGEST)
    first = last = period.first
    while not days.hours(first) and last - first < LONGEST:
        first -= timedelta(days=1)
    while not days.hours(last) and last - first < LONGEST:
        last += timedelta(days=1)
    if last - first >= LONGEST:
        raise Invalid(field="last", why=Why("no_work_left", most=LONGEST.days))


def _name(field: str, text: str) -> str:
    name = clean_name(text)
    if not 0 < len(name) <= NAME_MOST:
        raise Invalid(field=field, why=Why("length", most=NAME_MOST))
    return name


def _source(text: str) -> str:
    return clean_name(text)[:SOURCE_MOST]
