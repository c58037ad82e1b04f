"""`manage.py meter` and `manage.py account budget`: what accounts cost, and what they may cost."""

from typing import Any

from console.opening import House
from console.printing import say
from core import audit
from core.actors import Actor
from core.clock import now, rfc3339
from core.errors import Invalid
from core.i18n import LANGS, t
from core.why import Why
from outbox import accounts, budget
from outbox.budget import USD
from outbox.meter import Day, Meter
from scheduler import costs


def meters(house: House) -> dict[str, Any]:
    """Every account in use: money in USD, calls, posts read, by day of UTC; pace, forecast and rate windows that are used up."""
    with house.db.read() as session:
        found = costs.meters(session, house.settings, house.connect)
    return {"at": rfc3339(now()), "accounts": [_told(one) for one in found]}


def _told(one: Meter) -> dict[str, Any]:
    ahead = one.forecast
    return {
        "account": one.account,
        "month": f"{one.month:%Y-%m}",
        **_day(one.total),
        "budget_usd": None if one.allowed.micros is None else one.allowed.micros / USD,
        "posts_cap": one.allowed.posts,
        "share": round(one.pace.share, 4),
        "state": one.pace.state,
        "factor": one.pace.factor,
        "forecast": {
            "usd": ahead.micros / USD,
            "exceeds": one.exceeds,
            "days": ahead.days,
            "since": ahead.since.isoformat(),
            "reading_usd_a_day": ahead.reading_micros / USD,
            "answers_usd_a_day": ahead.answers_micros / USD,
            "planned": ahead.planned,
            "planned_usd": ahead.planned_micros / USD,
        },
        "shut": {way: rfc3339(until) for way, until in sorted(one.shut.items())},
        "days": [{"day": day.day.isoformat(), **_day(day)} for day in one.days],
    }


def _day(day: Day) -> dict[str, Any]:
    return {
        "usd": day.micros / USD,
        "read_usd": day.read_micros / USD,
        "write_usd": day.write_micros / USD,
        "reads": day.reads,
        "writes": day.writes,
        "posts": day.posts,
    }


def set_budget(house: House, actor: Actor, name: str, amount: str) -> None:
    """Give an account a monthly budget in USD; `none` takes its own away. Invalid for anything else, NotFound for no account."""
    usd = _amount(amount)
    with house.db.write() as session:
        account = accounts.resolve(session, name, disabled=True)
        budget.set_budget(session, actor, account, usd, house.settings)
        key, allowed = account.key, budget.allowance(account, house.settings)
    audit.seal(house.db)
    told = "console.budget_none" if allowed.micros is None else "console.budget_set"
    values = {"account": key, "usd": "" if allowed.micros is None else f"{allowed.micros / USD:,.2f}"}
    say("  ".join(t(told, lang, **values) for lang in reversed(LANGS)))


def _amount(text: str) -> float | None:
    if text.strip().lower() == "none":
        return None
    try:
        return float(text)
    except ValueError:
        raise Invalid(field="budget", why=Why("budget_amount", value=text)) from None
