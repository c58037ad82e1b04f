"""How quickly the public is answered: within and outside working hours, by channel, and what waits is counted."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from core.models import Account
from desk import drill, plate, shown
from desk.figures_summary import card
from desk.periods import Period
from desk.plate import Cell
from desk.safe import el, show
from desk.session import lang, say
from inbox.response import Waits, response

HEADS = ("received", "answered", "waiting", "needless", "answered_share", "median", "median_of_all", "p90")


def page(reading: Session, period: Period) -> None:
    told = response(reading, period.first, period.last)
    shown_cards = (("median", told.all.median), ("median_of_all", told.all.median_of_all), ("p90", told.all.p90))
    cards = [card(key, shown.length(None if value is None else value * 60, lang())) for key, value in shown_cards]
    waiting = card("waiting", drill.items(shown.number(told.all.waiting), period, state="waits"))
    show(el("div", card("answered", shown.share(told.all.share)), *cards, waiting, class_="mj-cards"))
    parts = (("all", told.all), ("inside", told.inside), ("outside", told.outside))
    hours = [_row(plate.words(say(f"desk.fig.hours.{name}")), waits) for name, waits in parts if waits.received]
    plate.plate("by_hours", period, _heads("hours"), hours)
    known = {one.id: one for one in reading.exec(select(Account).order_by(col(Account.id)))}
    channels = [_channel(known[key], waits, period) for key, waits in sorted(told.channels.items()) if key in known]
    plate.plate("by_channel", period, _heads("channel"), channels)


def _heads(first: str) -> list[str]:
    return [say(f"desk.fig.col.{first}"), *(say(f"desk.fig.col.{name}") for name in HEADS)]


def _channel(account: Account, waits: Waits, period: Period) -> Sequence[Cell]:
    named = shown.account(account, lang())
    return _row(plate.words(named, drill.items(el("bdi", named), period, platform=account.platform)), waits)


def _row(first: Cell, waits: Waits) -> list[Cell]:
    counts = (waits.received, waits.answered, waits.waiting, waits.needless)
    times = (waits.median, waits.median_of_all, waits.p90)
    return [first, *map(plate.count, counts), plate.share(waits.share), *map(plate.minutes, times)]
