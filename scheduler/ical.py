"""Events as iCalendar (RFC 5545, 7986): instants in UTC, words in one language; a change keeps UID and raises SEQUENCE. Pure."""

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Entry

from core.hijri import hijri
from core.i18n import Lang, t
from scheduler import telling
from scheduler.told import Told
from scheduler.wall import ZONE

#: how often a calendar that follows the feed asks again
REFRESH = timedelta(hours=1)


def written(events: Iterable[Told], lang: Lang, *, home: str) -> bytes:
    """A calendar of these events in that language, the same bytes for the same events. `home`: the portal's address."""
    calendar, words = Calendar(), {"language": str(lang)}
    calendar.add("prodid", f"-//Majlis//Events//{lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, t("scheduler.calendar", lang), parameters=words)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_entry(event, lang, home))
    return bytes(calendar.to_ical())


def hijri_day(event: Told, lang: Lang) -> str:
    """The Hijri date on which it begins; "" where the tables end."""
    day = hijri(event.facts.starts_at.astimezone(ZoneInfo(event.facts.zone)).date())
    return day.words(lang) if day else ""


def _entry(event: Told, lang: Lang, home: str) -> Entry:
    facts, entry = event.facts, Entry()
    words = {"language": str(lang)}
    title, place = facts.called(lang), facts.where(lang)
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.approved_at)
    entry.add("last-modified", event.approved_at)
    entry.add("dtstart", facts.starts_at)
    entry.add("dtend", facts.ends_at)
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    # many calendars don't show the status
    entry.add("summary", t("scheduler.event.notice.cancelled", lang, title=title) if event.cancelled else title, parameters=words)
    if place:
        entry.add("location", place, parameters=words)
    beside = hijri_day(event, lang)
    lines = [telling.when(facts, lang), t("scheduler.event.hijri", lang, day=beside) if beside else ""]
    entry.add("description", "\n".join(line for line in lines if line), parameters=words)
    entry.add("url", f"{home.rstrip('/')}/{lang}/events#event-{event.uid}")
    return entry
