"""Channels: are they heard whole and in time, what do they cost this month, what is due of their budget."""

from sqlmodel import Session

from core.i18n import Lang
from core.settings import settings
from desk import plate, shown, store, trade
from desk.periods import Period
from desk.plate import Cell
from desk.safe import Child, el, join, name
from desk.session import lang, say
from inbox import figures
from inbox.figures import Channel
from outbox.budget import USD
from outbox.meter import Meter
from scheduler import costs


def page(reading: Session, _period: Period) -> None:
    lang_ = lang()
    heads = [say(f"desk.fig.col.{one}") for one in ("account", "health", "heard", "complete", "shown", "stored", "lost")]
    heard = [_heard(one, lang_) for one in figures.channels(reading, settings().poll_s)]
    plate.plate("listening", None, heads, heard)
    meters = [one for one in costs.meters(reading, settings(), store.connections()) if one.days or one.allowed.limited]
    heads = [say(f"desk.fig.col.{one}") for one in ("account", "spent", "of_reading", "of_writing", "calls", "ahead", "budget")]
    plate.plate("costs", None, heads, [_cost(one, lang_) for one in meters])


def _platform(account: str, lang_: Lang) -> str:
    return shown.platform(account.partition(":")[0], lang_)


def _heard(one: Channel, lang_: Lang) -> list[Cell]:
    tone = "good" if one.completeness == 1 and not one.lost else "warn"
    problems: Child = (
        el("div", say("desk.hung.and").join(_problem(code, lang_) for code in one.problems.values()), class_="mj-note")
        if one.problems
        else None
    )
    called = join((name(one.name or one.account), " · ", _platform(one.account, lang_), problems))
    when = el("span", el("span", class_=f"mj-dot {tone}"), " ", shown.ago(one.heard_at, lang_))
    return [
        plate.words(one.name or one.account, called),
        plate.words(trade.known("desk.health", one.health, lang_)),
        Cell(when, one.heard_at.isoformat() if one.heard_at else ""),
        plate.share(one.completeness),
        *map(plate.count, (one.shown, one.stored, one.lost)),
    ]


def _problem(code: str, lang_: Lang) -> str:
    return trade.known("desk.health", code, lang_)


def _cost(one: Meter, lang_: Lang) -> list[Cell]:
    allowed, total = one.allowed.micros, one.total
    money = (total.micros, total.read_micros, total.write_micros)
    ahead = join((shown.money(one.forecast.micros), " ", shown.chip(say("desk.money.exceeds"), "bad") if one.exceeds else None))
    budget = Cell("—", "", number=True) if allowed is None else _money(allowed)
    calls = plate.count(total.reads + total.writes)
    last = Cell(ahead, one.forecast.micros / USD, number=True)
    return [plate.words(_platform(one.account, lang_)), *map(_money, money), calls, last, budget]


def _money(micros: int) -> Cell:
    return Cell(shown.money(micros), micros / USD, number=True)
