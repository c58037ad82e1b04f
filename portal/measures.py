"""What is measured of each promise of the policy, in words: live queries over counters.

A promise without a line in MEASURES is "not measured"; so is one with fewer than LEAST to count. No promise is shown as kept
without a figure.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from babel.dates import format_timedelta
from babel.numbers import format_decimal, format_percent
from sqlalchemy import func
from sqlmodel import Session, col, select

from core.clock import now
from core.i18n import Lang, t
from inbox import figures
from inbox.data.suppress import LEAST
from inbox.models import Tally
from inbox.tally import EVER, today
from outbox.models import Delivery

DAYS = 30
LOCALES = {"ar": "ar_AE", "en": "en_GB"}


def _month() -> tuple[date, date]:
    """The last DAYS whole days in the Emirates."""
    return today() - timedelta(days=DAYS), today() - timedelta(days=1)


def _number(n: int, lang: Lang) -> str:
    return str(format_decimal(n, locale=LOCALES[lang]))


def _answers(session: Session, lang: Lang) -> str:
    told = figures.answers(session, *_month())
    if told.received < LEAST or told.share is None:
        return ""
    share = format_percent(told.share, locale=LOCALES[lang])
    words = t("portal.measure.answered", lang, days=DAYS, received=_number(told.received, lang), share=share)
    if told.median_minutes is None:
        return words
    half = format_timedelta(timedelta(minutes=told.median_minutes), locale=LOCALES[lang], threshold=1.2)
    return words + " " + t("portal.measure.half", lang, time=half)


def _receipts(session: Session, lang: Lang) -> str:
    since = now() - timedelta(days=DAYS)
    reached = select(func.count()).where(col(Delivery.kind) == "receipt", col(Delivery.published_at) >= since)
    n = session.exec(reached).one()
    return t("portal.measure.receipts", lang, days=DAYS, number=_number(n, lang)) if n >= LEAST else ""


def _cases(session: Session, lang: Lang) -> str:
    n = sum(figures.split(session, "case", *_month()).values())
    return t("portal.measure.cases", lang, days=DAYS, number=_number(n, lang)) if n >= LEAST else ""


def _suggestions(session: Session, lang: Lang) -> str:
    n = figures.split(session, "case", *_month()).get("suggestion", 0)
    return t("portal.measure.suggestions", lang, days=DAYS, number=_number(n, lang)) if n >= LEAST else ""


def _published_days(session: Session, lang: Lang) -> str:
    days = select(func.count(col(Tally.day).distinct()))
    n = session.exec(days.where(col(Tally.name) == "public", col(Tally.day) > EVER, col(Tally.day) < today())).one()
    return t("portal.measure.open_data", lang, number=_number(n, lang)) if n else ""


#: promise id -> the live query behind it, in words; "" while there is too little to count
MEASURES: Mapping[str, Callable[[Session, Lang], str]] = {
    "timely_answers": _answers,
    "suggestions": _suggestions,
    "receipt": _receipts,
    "tracking": _cases,
    "open_data": _published_days,
}


def measured(session: Session, lang: Lang) -> dict[str, str]:
    """Promise id -> its figure in words, for the promises that have one."""
    found = {promise: measure(session, lang) for promise, measure in MEASURES.items()}
    return {promise: words for promise, words in found.items() if words}
