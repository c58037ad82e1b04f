"""What is measured of each promise of the policy: a live query, how many it counted, over which time, and what it amounts to.

`kept`, `at_risk` or `broken`, by the bounds in MEASURES, which stand on the page; without a figure a promise is `unmeasured`, and
none is ever shown as kept without one. Numbers are rounded down; what the public is told of them stands in scheduler.promised.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from sqlmodel import Session

from core.clock import in_dubai, now
from core.i18n import Lang, t
from inbox import case_figures, objections
from inbox.case_figures import Kept
from inbox.data import shelf
from inbox.data.periods import release_day
from inbox.data.suppress import LEAST
from scheduler import accuracy

#: most is measured over so many days; what takes long, over twice as many
DAYS, LONG_DAYS = 90, 180
LOCALES = {"ar": "ar_AE", "en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """In hundredths: kept from `kept` on, at risk from `risk` on, broken below."""

    kept: int
    risk: int

    def state(self, percent: int) -> str:
        """What so many hundredths amount to."""
        return "kept" if percent >= self.kept else "at_risk" if percent >= self.risk else "broken"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a promise: `percent` of `n` or a few more, since the day `since` (None: as things stand), `at` that instant."""

    name: str
    state: str
    percent: int
    n: int
    since: date | None
    at: datetime
    bounds: Bounds

    def words(self, lang: Lang) -> str:
        """The figure: how much of how many, over which time."""
        locale = LOCALES[lang]
        values = {"share": format_percent(self.percent / 100, locale=locale), "n": format_decimal(self.n, locale=locale)}
        since = format_date(self.since, "d MMMM y", locale=LOCALES[lang]) if self.since else ""
        return t(f"measure.{self.name}", lang, since=since, **values)

    def rule(self, lang: Lang) -> str:
        """From where on it counts as kept, and as at risk."""
        kept, risk = (format_percent(bound / 100, locale=LOCALES[lang]) for bound in (self.bounds.kept, self.bounds.risk))
        return t("measure.bounds", lang, kept=kept, risk=risk)


Count = Callable[[Session, datetime], Kept]


@dataclass(frozen=True, slots=True)
class Query:
    """A live query behind a promise, over `days` before now (0: as things stand), and its bounds.

    `anew` counts those who came into it since an instant: the query itself unless given. `people`: it is persons that it counts.
    `still` counts those who are in it as things stand, however long ago they came.
    """

    name: str
    count: Count
    bounds: Bounds
    days: int = DAYS
    anew: Count | None = None
    people: bool = True
    still: Callable[[Session], int] | None = None

    def came(self, session: Session, since: datetime) -> int:
        """How many people came into it since then; fewer, where that can't be told of all."""
        return (self.anew or self.count)(session, since).n

    def lasts(self, session: Session) -> bool:
        """Whether it holds of enough people as things stand: what was told of it is then not over, however long ago that was."""
        return self.still is not None and self.still(session) >= LEAST


def _accuracy(session: Session, since: datetime) -> Kept:
    return Kept(*accuracy.published(session, since))


def _open(session: Session) -> int:
    return case_figures.dated(session).n


def _days_published(session: Session, since: datetime) -> Kept:
    """Of the days since the first release in that time, how many had one."""
    days = shelf.days(session, in_dubai(since).date())
    return Kept((release_day(now()) - days[0]).days + 1, len(days)) if days else Kept(0, 0)


#: promise id -> the live queries behind it; each must hold. `results` speaks of surveys and polls, of which there are none here.
MEASURES: Mapping[str, tuple[Query, ...]] = {
    "respect": (Query("ratings", case_figures.ratings, Bounds(80, 65)),),
    "timely_answers": (
        Query("answers", case_figures.first_answers, Bounds(90, 75)),
        Query("objections", objections.kept, Bounds(90, 75), anew=objections.anew, still=objections.late),
    ),
    "accuracy": (Query("accuracy", _accuracy, Bounds(99, 97), people=False),),
    "suggestions": (
        Query("suggestions", case_figures.suggestions, Bounds(90, 75), LONG_DAYS),
        Query("published", case_figures.published, Bounds(90, 75), LONG_DAYS),
    ),
    "receipt": (Query("receipts", case_figures.receipts, Bounds(95, 85)),),
    "tracking": (
        Query("dated", lambda session, _: case_figures.dated(session), Bounds(95, 85), 0, case_figures.dated, still=_open),
    ),
    "open_data": (Query("days", _days_published, Bounds(97, 90), people=False),),
}
#: the worst of a promise's figures is what it amounts to
BAD = ("broken", "at_risk")


def measured(session: Session) -> dict[str, list[Measure]]:
    """Promise id -> its figures as they stand; none for a promise of which there is too little to count."""
    found = {promise: [measure(session, query) for query in queries] for promise, queries in MEASURES.items()}
    return {promise: [one for one in measures if one is not None] for promise, measures in found.items()}


def state(promise: str, measures: Sequence[Measure]) -> str:
    """What its figures amount to; `partly` where what is measured is kept but not all is measured, `unmeasured` without any."""
    if not measures:
        return "unmeasured"
    kept = "kept" if len(measures) == len(MEASURES[promise]) else "partly"
    return next((bad for bad in BAD if any(one.state == bad for one in measures)), kept)


def measure(session: Session, query: Query) -> Measure | None:
    """The figure of a query as it stands; None where there is too little to count."""
    moment = now()
    since = moment - timedelta(days=query.days)
    told = query.count(session, since)
    if told.n < LEAST:
        return None
    percent = 100 * told.kept // told.n
    began = in_dubai(since).date() if query.days else None
    return Measure(query.name, query.bounds.state(percent), percent, told.n - told.n % LEAST, began, moment, query.bounds)
