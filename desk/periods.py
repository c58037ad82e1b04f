"""Which days figures tell of: days back from today, the last whole week or month, or days of one's own; kept in the address."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import streamlit as st
from babel.dates import format_date

from core.clock import in_dubai, now
from core.i18n import Lang, t
from desk import session, shown
from desk.address import Place
from desk.safe import el, show
from desk.session import say

BACK: Final = ("1", "7", "14", "30", "90")
OPTIONS: Final = (*BACK, "week", "month", "own")
USUAL: Final = "14"
#: days of one's own may be so many
LONGEST: Final = 366


@dataclass(frozen=True, slots=True)
class Period:
    """From the day `first` to the day `last`, both included, in Dubai."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """As many days right before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def words(self, lang: Lang) -> str:
        """`13–26 November 2026`, with each month and year only once."""
        first, last = self.first, self.last
        locale, whole = shown.LOCALES[lang], "d MMMM y"
        if first == last:
            return format_date(last, whole, locale=locale)
        same = "d" if (first.year, first.month) == (last.year, last.month) else "d MMMM" if first.year == last.year else whole
        begin, end = format_date(first, same, locale=locale), format_date(last, whole, locale=locale)
        return t("desk.period.span", lang, first=begin, last=end)


def of(choice: str, day: date, first: str = "", last: str = "") -> Period:
    """The period a choice stands for on that day; an unknown one, and days of one's own that are none, are the usual one."""
    if choice == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday - timedelta(days=7), monday - timedelta(days=1))
    if choice == "month":
        end = day.replace(day=1) - timedelta(days=1)
        return Period(end.replace(day=1), end)
    if choice == "own" and (own := _own(first, last, day)) is not None:
        return own
    return Period(day - timedelta(days=int(choice if choice in BACK else USUAL) - 1), day)


def _own(first: str, last: str, day: date) -> Period | None:
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    end = min(end, day)
    return Period(max(begin, end - timedelta(days=LONGEST - 1)), end) if begin <= end else None


def today() -> date:
    """The day on a Dubai wall."""
    return in_dubai(now()).date()


def choose(place: Place) -> Period:
    """The chooser, bound to the address (`days`, `since`, `until`), and what was chosen."""
    narrow, wide = st.columns([1, 2], vertical_alignment="bottom")
    with narrow:
        nothing = say("desk.period.back", n=int(USUAL))
        options = [one for one in OPTIONS if one != USUAL]
        choice = place.pick("days", say("desk.figures.period"), options, _called, nothing)
    period = of(choice, today(), place.get("since"), place.get("until"))
    with wide:
        if choice == "own":
            _days(place, period)
        show(el("p", as_of(period), class_="mj-note"))
    return period


def _called(choice: str) -> str:
    return say("desk.period.back", n=int(choice)) if choice in BACK else say(f"desk.period.{choice}")


def _days(place: Place, period: Period) -> None:
    key = "figures_days"

    def chosen() -> None:
        picked = st.session_state[key]
        if len(picked) == 2:
            place.set(since=picked[0].isoformat(), until=picked[1].isoformat())

    st.date_input(
        say("desk.period.days"),
        value=(period.first, period.last),
        max_value=today(),
        format="YYYY/MM/DD",
        key=key,
        on_change=chosen,
    )


def as_of(period: Period) -> str:
    """One line: the days, and when this was counted."""
    lang = session.lang()
    return say("desk.period.as_of", days=period.words(lang), when=shown.moment(now(), lang))
