"""Moments, lengths of time and numbers as a person reads them: Dubai's wall clock, Latin digits, Arabic or English words."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_timedelta

from connectors import platform_of
from core import hijri as tables
from core.amounts import length as length
from core.amounts import number as number
from core.amounts import share as share
from core.clock import in_dubai, now
from core.i18n import Lang, t
from core.models import Account
from desk.safe import Markup, el

LOCALES: dict[Lang, Locale] = {"ar": Locale.parse("ar_AE"), "en": Locale.parse("en_GB")}


def day(value: date | datetime, lang: Lang) -> str:
    """Tuesday 24 November; with the year when it is another one."""
    on = in_dubai(value).date() if isinstance(value, datetime) else value
    pattern = "EEEE d MMMM" if on.year == in_dubai(now()).year else "EEEE d MMMM y"
    return _date(on, pattern, lang)


@lru_cache(2048)
def _date(on: date, pattern: str, lang: Lang) -> str:
    return str(format_date(on, pattern, locale=LOCALES[lang]))


def hijri(value: date, lang: Lang) -> str:
    """14 جمادى الآخرة 1448 هـ, of an instant that of its day in Dubai; "" where the tables do not reach."""
    found = tables.hijri(value)
    return "" if found is None else found.words(lang)


def clock(value: datetime) -> str:
    """09:30: the same digits in both languages."""
    return f"{in_dubai(value):%H:%M}"


def moment(value: datetime | None, lang: Lang) -> str:
    """Today 09:30, yesterday 18:27, else 3 November 09:30; a dash for never."""
    if value is None:
        return "—"
    here, today = in_dubai(value), in_dubai(now()).date()
    near = {today: "today", today - timedelta(days=1): "yesterday", today + timedelta(days=1): "tomorrow"}.get(here.date())
    if near:
        return t(f"desk.time.{near}", lang, clock=clock(value))
    pattern = "d MMMM" if here.year == today.year else "d MMMM y"
    return f"{_date(here.date(), pattern, lang)} {clock(value)}"


def ago(value: datetime | None, lang: Lang) -> str:
    """Five minutes ago, in five minutes; a dash for never."""
    if value is None:
        return "—"
    gap = value - now()
    if abs(gap) < timedelta(minutes=1):
        return t("desk.time.just_now", lang)
    return str(format_timedelta(gap, add_direction=True, threshold=1.0, locale=LOCALES[lang]))


def span(gap: timedelta, lang: Lang) -> str:
    """Half a minute, two hours, three days: a length of time, in the largest unit it fills."""
    return str(format_timedelta(gap, threshold=1.0, locale=LOCALES[lang]))


def short_ago(value: datetime, lang: Lang) -> str:
    """5 min, 3 h, 2 d: for the narrow list."""
    minutes = int((now() - value).total_seconds() // 60)
    if minutes < 1:
        return t("desk.time.now", lang)
    for unit, size in (("d", 24 * 60), ("h", 60), ("m", 1)):
        if minutes >= size:
            return t(f"desk.time.short_{unit}", lang, n=minutes // size)
    raise AssertionError(minutes)


def money(micros: int) -> Markup:
    """$0.82 of so many millionths of a dollar."""
    return el("bdi", f"${micros / 1_000_000:,.2f}", dir="ltr")


def stamp(value: datetime | None, lang: Lang) -> Markup:
    """The moment, with the exact UTC instant for machines and on pointing at it."""
    if value is None:
        return el("span", "—")
    return el("time", moment(value, lang), datetime=value.isoformat(), title=f"{value:%Y-%m-%d %H:%M:%S} UTC")


def platform(name: str, lang: Lang, backend: str = "") -> str:
    """فيسبوك / Facebook."""
    return platform_of(name, backend).named(lang)


def account(row: Account, lang: Lang) -> str:
    """The page's own name and its platform."""
    called = platform(row.platform, lang, row.backend)
    return f"{row.name} · {called}" if row.name else called


def chip(label: str, tone: str = "") -> Markup:
    """A small rounded word; `tone`: good, warn, bad, info or none."""
    return el("span", label, class_=f"mj-chip {tone}".strip())
