"""What the weekly report says: sections of figures with their definitions, in words of one language; no names, no public text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel.dates import format_date
from sqlmodel import Session, col, select

from connectors import platform_of
from core.amounts import length, number, share
from core.clock import DUBAI
from core.i18n import Lang, catalogue, t
from core.models import Account
from core.settings import Settings
from inbox import editions, figures, punctual, response, surges, transparency
from inbox.response import Waits
from scheduler import engagement, measures

LOCALES: dict[Lang, str] = {"ar": "ar_AE", "en": "en_GB"}
TOPICS, SURGES = 6, 8


@dataclass(frozen=True, slots=True)
class Section:
    """One table: `title`, what its numbers are, heads and rows of text; no rows where there was nothing."""

    title: str
    about: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def week_words(monday: date, lang: Lang) -> str:
    """`16–22 November 2026`."""
    sunday = monday + timedelta(days=6)
    same = "d" if monday.month == sunday.month else "d MMMM" if monday.year == sunday.year else "d MMMM y"
    first = format_date(monday, same, locale=LOCALES[lang])
    return t("report.week", lang, first=first, last=format_date(sunday, "d MMMM y", locale=LOCALES[lang]))


def sections(session: Session, settings: Settings, monday: date, lang: Lang) -> list[Section]:
    """The report of the week that began on that Monday, as the counters stand now."""
    sunday = monday + timedelta(days=6)
    made = (_messages, _answers, _service, _surges, _topics, _moderation, _posts)
    found = [one(session, monday, sunday, lang) for one in made]
    return [*found, _promises(session, lang), _channels(session, settings, lang)]


def _section(name: str, lang: Lang, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Section:
    columns = [t(f"report.col.{head}", lang) for head in heads]
    return Section(t(f"report.{name}", lang), t(f"report.{name}_d", lang), columns, rows)


def _messages(session: Session, first: date, last: date, lang: Lang) -> Section:
    def sums(begin: date, end: date) -> dict[str, int]:
        found: dict[str, int] = {}
        for day in figures.by_day(session, begin, end):
            found[day.platform] = found.get(day.platform, 0) + day.received
        return found

    now_, before = sums(first, last), sums(first - timedelta(days=7), first - timedelta(days=1))
    rows = [[_platform(one, lang), number(now_.get(one, 0)), number(before.get(one, 0))] for one in sorted({*now_, *before})]
    whole = [t("report.all", lang), number(sum(now_.values())), number(sum(before.values()))]
    return _section("messages", lang, ("platform", "received", "before"), [*rows, whole] if rows else [])


def _answers(session: Session, first: date, last: date, lang: Lang) -> Section:
    told = response.response(session, first, last)
    parts = (("all", told.all), ("inside", told.inside), ("outside", told.outside))
    rows = [[t(f"report.hours.{name}", lang), *_waits(one, lang)] for name, one in parts if one.received]
    return _section("answers", lang, ("hours", "received", "answered", "waiting", "median", "median_of_all", "p90"), rows)


def _waits(one: Waits, lang: Lang) -> list[str]:
    times = [length(None if m is None else m * 60, lang) for m in (one.median, one.median_of_all, one.p90)]
    return [number(one.received), number(one.answered), number(one.waiting), *times]


def _service(session: Session, first: date, last: date, lang: Lang) -> Section:
    begin, end = (datetime.combine(day, time.min, DUBAI) for day in (first, last + timedelta(days=1)))
    rows = []
    for one in punctual.promised(session, begin, end):
        kept = [cell for told in (one.first, one.outcome, one.objection) for cell in (number(told.n), share(told.share))]
        rows.append([_word("desk.kind", one.kind, lang), *kept])
    return _section("service", lang, ("kind", "first_due", "kept", "outcome_due", "kept", "objection_due", "kept"), rows)


def _surges(session: Session, first: date, last: date, lang: Lang) -> Section:
    rows = [
        [
            t("report.all_messages", lang) if one.name == "received" else _word(f"desk.{one.name}", one.value, lang),
            format_date(one.day, "EEEE d MMMM", locale=LOCALES[lang]),
            number(one.count),
            number(one.usual),
            number(one.most),
        ]
        for one in surges.surges(session, first, last)[:SURGES]
    ]
    return _section("surges", lang, ("about", "day", "received", "usual", "most"), rows)


def _topics(session: Session, first: date, last: date, lang: Lang) -> Section:
    now_ = figures.split(session, "topic", first, last)
    before = figures.split(session, "topic", first - timedelta(days=7), first - timedelta(days=1))
    ordered = sorted((one for one in now_ if one != "none"), key=lambda one: (-now_[one], one))[:TOPICS]
    rows = [[_word("desk.topic", one, lang), number(now_[one]), number(before.get(one, 0))] for one in ordered]
    return _section("topics", lang, ("topic", "received", "before"), rows)


def _moderation(session: Session, first: date, last: date, lang: Lang) -> Section:
    rows = [
        [
            _word("desk.clause", one.clause, lang),
            *map(number, (one.flagged, one.by_machine, one.by_people, one.overturned)),
            share(one.precision),
        ]
        for one in transparency.by_clause(session, first, last)
    ]
    return _section("moderation", lang, ("clause", "flagged", "by_machine", "by_people", "overturned", "precision"), rows)


def _posts(session: Session, first: date, last: date, lang: Lang) -> Section:
    found = engagement.grouped(engagement.made(session, first, last), lambda one: one.platform)
    rows = [[_platform(one.value, lang), number(one.posts), _told(one.engagement), _told(one.seen)] for one in found]
    return _section("posts", lang, ("platform", "posts", "engagement", "views"), rows)


def _promises(session: Session, lang: Lang) -> Section:
    edition, found = editions.in_force(session), measures.measured(session)
    rows = [
        [one.text(lang), t(f"report.state.{measures.state(one.id, found.get(one.id, []))}", lang)]
        for one in (*edition.commitments, *edition.rights)
        if found.get(one.id)
    ]
    return _section("promises", lang, ("promise", "state"), rows)


def _channels(session: Session, settings: Settings, lang: Lang) -> Section:
    places = {one.key: one.platform for one in session.exec(select(Account).order_by(col(Account.id)))}
    rows = []
    for one in figures.channels(session, settings.poll_s):
        health = _word("desk.health", one.health, lang)
        rows.append([_platform(places[one.account], lang), health, share(one.completeness), number(one.lost)])
    return _section("channels", lang, ("platform", "health", "complete", "lost"), rows)


def _told(value: int | None) -> str:
    """A number that a platform told, or a dash."""
    return "—" if value is None else number(value)


def _platform(name: str, lang: Lang) -> str:
    return platform_of(name, "").named(lang)


def _word(group: str, code: str, lang: Lang) -> str:
    """The word of a code, or the code itself where an edition has one of its own."""
    key = f"{group}.{code}"
    return t(key, lang) if key in catalogue() else code
