"""The weekly report: drawn up on Monday at eight in Dubai, kept, and sent by e-mail to whoever of the staff asked for it.

The ledger holds neither the report nor an address: both are filled in as the letter leaves, from the report that is kept and from
the reader's own row. Who no longer wants it, may no longer read figures, or was dismissed by then, is sent none.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Table
from sqlmodel import Session, col, select

from core import audit
from core.actors import WORKER, Actor
from core.auth import actor_of
from core.bulk import insert_new
from core.clock import DUBAI, in_dubai, now
from core.db import Database
from core.errors import Invalid
from core.i18n import LANGS, lang_of
from core.models import User
from core.settings import Settings
from core.smtp import mailbox
from core.why import Why
from inbox import post, tally
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.guards import FILLERS, GUARDS, Refusal
from outbox.models import Delivery
from scheduler import weekly, weekly_page
from scheduler.models import Report
from scheduler.turns import take_turn

REPORTS: Table = Report.__table__  # type: ignore[attr-defined] # SQLModel sets it
#: from when on Monday the last week is told of, and how often a worker looks whether it is
HOUR, EVERY = time(8), timedelta(minutes=5)
LETTER = Body("{report_words}", to_author="{address}", private=True, fill="report", subject="{report_title}", page="{report_page}")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")


def last_week(moment: datetime) -> date:
    """The Monday of the last whole week, on a wall in Dubai."""
    today = in_dubai(moment).date()
    return today - timedelta(days=today.weekday() + 7)


def week_of(text: str) -> date:
    """The Monday of a week as ISO 8601 names it (`2026-W47`); Invalid for anything else, and for a week that is not over."""
    found = _WEEK.fullmatch(text.strip())
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        monday = None
    if monday is None or monday > last_week(now()):
        raise Invalid(field="week", why=Why("no_week", value=text))
    return monday


def draw_up(session: Session, actor: Actor, settings: Settings, monday: date) -> Sequence[Report]:
    """The report of the week that began on that Monday, in every language; kept from its first drawing up, unchanged."""
    actor.require("figures.read")
    if not (standing := kept(session, monday)):
        at = now()
        parts = {lang: weekly.sections(session, settings, monday, lang) for lang in LANGS}
        rows = [
            {
                "week": monday,
                "lang": lang,
                "page": str(weekly_page.page(monday, lang, parts[lang], at)),
                "words": weekly_page.words(monday, lang, parts[lang], at),
                "at": at,
            }
            for lang in LANGS
        ]
        if insert_new(session, REPORTS, rows, unique=("week", "lang")):
            audit.record(session, actor, "report.draw_up", f"report:{monday}")
        standing = kept(session, monday)
    return standing


def kept(session: Session, monday: date) -> Sequence[Report]:
    """What was drawn up of that week; none yet."""
    return session.exec(select(Report).where(col(Report.week) == monday).order_by(col(Report.lang))).all()


def newest(session: Session, limit: int = 12) -> Sequence[Report]:
    """The last reports, the newest week first."""
    return session.exec(select(Report).order_by(col(Report.week).desc(), col(Report.lang)).limit(limit * len(LANGS))).all()


def send(session: Session, actor: Actor, monday: date) -> int:
    """Queue the report of that week, which is drawn up, to everybody who asked for it; returns to how many.

    None without a mail server. Sent again, nobody gets it twice.
    """
    actor.require("system.send")
    account = post.account_of(session)
    if account is None:
        return 0
    asked = [user for user in session.exec(select(User).where(col(User.report)).order_by(col(User.id))) if _wants(user)]
    for user in asked:
        enqueue(
            session,
            actor,
            kind="mail",
            account=account,
            body=Body(
                "{report_words}", to_author="{address}", private=True, fill="report", subject="{report_title}", page="{report_page}"
            ),
            target_id=f"staff:{user.id}",
            ref=f"report:{monday}:{user.id}",
            guard="report_wanted",
            guard_arg={"week": str(monday), "user": user.id},
        )
    audit.record(session, actor, "report.send", f"report:{monday}", readers=len(asked))
    return len(asked)


def keep(db: Database, settings: Settings, worker: str) -> None:
    """From Monday at eight on: the last week is told of once, whichever worker it is; a week in which nothing was said is not."""
    moment = now()
    monday = last_week(moment)
    if moment < datetime.combine(monday + timedelta(days=7), HOUR, DUBAI):
        return
    with db.read() as session:
        if kept(session, monday) or not tally.summed(session, ("received",), monday, monday + timedelta(days=6), "name"):
            return
    if take_turn(db, "report", EVERY, worker):
        with db.write() as session:
            draw_up(session, WORKER, settings, monday)
            send(session, WORKER, monday)


def _wants(user: User) -> bool:
    return user.active and user.report and bool(mailbox(user.email)) and actor_of(user).can("figures.read")


def _reader(session: Session, delivery: Delivery) -> User:
    return session.get_one(User, int(delivery.guard_arg["user"]))


def _wanted(session: Session, delivery: Delivery) -> str | Refusal:
    """The last-moment check: its reader is still one of those who are to have it."""
    return "" if _wants(_reader(session, delivery)) else Refusal("cancelled", "not_wanted")


def _fill(session: Session, delivery: Delivery, _settings: Settings) -> Mapping[str, str]:
    """The report in its reader's language, and his address."""
    user = _reader(session, delivery)
    monday, lang = date.fromisoformat(delivery.guard_arg["week"]), lang_of(user.lang)
    report = session.get_one(Report, (monday, lang))
    told = {"report_title": weekly_page.title(monday, lang), "report_words": report.words, "report_page": report.page}
    return {**told, "address": mailbox(user.email)}


FILLERS["report"] = _fill
GUARDS["report_wanted"] = _wanted
