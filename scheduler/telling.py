"""The words of an event from its facts, in Arabic and English: its announcement, reminders, notices of a change. Pure.

Nothing here counts from the hour at which it is read ("tomorrow", "in an hour"): a post that goes late must not lie.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location

from core.i18n import LANGS, Lang, t
from scheduler.events import EventFacts
from scheduler.wall import ZONE

#: Arabic and English
Pair = tuple[str, str]

LOCALES: dict[Lang, str] = {"ar": "ar_AE", "en": "en_GB"}
#: part of the day by the hour from which it is spoken of
PARTS = ((18, "evening"), (15, "afternoon"), (12, "noon"), (3, "morning"), (0, "night"))


def announcement(facts: EventFacts) -> Pair:
    """What announces it: its name, when, where."""
    return _pair(lambda lang: [facts.called(lang), when(facts, lang), _place(facts, lang)])


def reminder(facts: EventFacts) -> Pair:
    """What reminds of it: its name, when it begins, where."""
    return _pair(
        lambda lang: [t("scheduler.event.reminder", lang, title=facts.called(lang)), begins(facts, lang), _place(facts, lang)]
    )


def change(old: EventFacts | None, new: EventFacts) -> Pair:
    """What tells those who know `old` how it is now; None: it is not certain what they know."""
    kind = difference(old, new) if old else "update"

    def lines(lang: Lang) -> list[str]:
        first = t(f"scheduler.event.notice.{kind}", lang, title=new.called(lang))
        if kind == "hour":
            return [first, t("scheduler.event.now_at", lang, when=when(new, lang)), _place(new, lang)]
        if kind == "place":
            now_in = t("scheduler.event.now_in", lang, place=new.where(lang))
            return [first, now_in, t("scheduler.event.still_at", lang, when=when(new, lang))]
        return [first, when(new, lang), _place(new, lang)]

    return _pair(lines)


def cancellation(facts: EventFacts) -> Pair:
    """What tells that it does not take place."""
    return _pair(
        lambda lang: [
            t("scheduler.event.notice.cancelled", lang, title=facts.called(lang)),
            t("scheduler.event.was_at", lang, when=when(facts, lang)),
            t("scheduler.event.sorry", lang),
        ]
    )


def difference(old: EventFacts, new: EventFacts) -> str:
    """What changed for whoever wants to come: `hour`, `place`, or `update` for more than one thing and for all else."""
    named = [(one.title, one.title_en) for one in (old, new)]
    hours = [(one.starts_at, one.ends_at, one.zone) for one in (old, new)]
    places = [(one.place, one.place_en) for one in (old, new)]
    changed = [what for what, (a, b) in (("title", named), ("hour", hours), ("place", places)) if a != b]
    if changed == ["hour"] or (changed == ["place"] and new.place + new.place_en):
        return changed[0]
    return "update"


def when(facts: EventFacts, lang: Lang) -> str:
    """`Thursday 3 December 2026, 10:00 am to 12:00 pm`, on the clocks of its zone, which is named where it isn't ours."""
    first, last = (_local(moment, facts) for moment in (facts.starts_at, facts.ends_at))
    start, end = hour(first, lang), hour(last, lang)
    if first.date() == last.date():
        said = t("scheduler.event.one_day", lang, day=day(first, lang), start=start, end=end)
    else:
        said = t("scheduler.event.days", lang, first=day(first, lang), start=start, last=day(last, lang), end=end)
    return _zoned(said, facts, lang)


def begins(facts: EventFacts, lang: Lang) -> str:
    """`Thursday 3 December 2026, 10:00 am`."""
    first = _local(facts.starts_at, facts)
    return _zoned(t("scheduler.event.begins", lang, day=day(first, lang), start=hour(first, lang)), facts, lang)


def day(local: datetime, lang: Lang) -> str:
    """`Thursday 3 December 2026`, `الخميس 3 ديسمبر 2026`."""
    return format_date(local.date(), "EEEE d MMMM y", locale=LOCALES[lang])


def hour(local: datetime, lang: Lang) -> str:
    """`3:30 pm`, `3:30 عصرًا`."""
    part = next(name for least, name in PARTS if local.hour >= least)
    return t(f"scheduler.hour.{part}", lang, clock=f"{(local.hour - 1) % 12 + 1}:{local:%M}")


def _local(moment: datetime, facts: EventFacts) -> datetime:
    return moment.astimezone(ZoneInfo(facts.zone))


def _zoned(said: str, facts: EventFacts, lang: Lang) -> str:
    if facts.zone == ZONE:
        return said
    city = get_timezone_location(facts.zone, locale=LOCALES[lang], return_city=True)
    return t("scheduler.event.zoned", lang, when=said, city=city)


def _place(facts: EventFacts, lang: Lang) -> str:
    return t("scheduler.event.place", lang, place=facts.where(lang)) if facts.where(lang) else ""


def _pair(lines: Callable[[Lang], list[str]]) -> Pair:
    ar, en = ("\n".join(line for line in lines(lang) if line) for lang in LANGS)
    return ar, en
