"""An account's money at the desk: this month against its budget, what the month will cost, each day as a bar and in a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import streamlit as st
from babel.dates import format_date
from sqlmodel import Session

from core.actors import Actor
from core.i18n import Lang
from core.models import Account
from core.settings import settings
from desk import shown
from desk.doing import attempt, turn
from desk.safe import Child, Markup, el, join, show
from desk.session import say
from outbox import budget
from outbox.budget import MOST_USD, USD
from outbox.meter import Day, Meter
from outbox.windows import WRITING

#: bars and the mark of the forecast are drawn up to so many times the budget
WIDEST = 1.5


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table of days; left out where it holds nothing."""

    key: str
    amount: Callable[[Day], int]
    money: bool = False

    def said(self, day: Day) -> Child:
        amount = self.amount(day)
        return shown.money(amount) if self.money else shown.number(amount)


COLUMNS = (
    Column("reading", lambda day: day.read_micros, money=True),
    Column("writing", lambda day: day.write_micros, money=True),
    Column("reads", lambda day: day.reads),
    Column("writes", lambda day: day.writes),
    Column("read_n", lambda day: day.posts),
)


def month(one: Meter, lang: Lang) -> Markup | None:
    """The month of one account; None where nothing was called and nothing is limited."""
    if not one.days and not one.allowed.limited and not one.shut:
        return None
    title = el("h3", say("desk.money.month", month=format_date(one.month, "MMMM y", locale=shown.LOCALES[lang])))
    pairs = (join((el("dt", say(f"desk.money.{key}")), el("dd", value))) for key, value in _facts(one, lang))
    listed = el("dl", *pairs, class_="mj-facts")
    return el("section", title, _gauge(one), listed, _picture(one, lang), _table(one, lang), class_="mj-money")


def waits(shut: Mapping[str, datetime]) -> dict[str, datetime]:
    """The calls that wait, in words, and until when; all that reads has one word, and is free again at the latest of its ends."""
    ends: dict[str, datetime] = {}
    for way, until in sorted(shut.items()):
        what = say(f"desk.money.way.{(way or 'every') if way in WRITING else 'read'}")
        ends[what] = max(until, ends.get(what, until))
    return ends


def _facts(one: Meter, lang: Lang) -> list[tuple[str, Child]]:
    total, ahead, allowed = one.total, one.forecast, one.allowed
    spent: list[Child] = [shown.money(total.micros) if total.micros or allowed.micros else say("desk.compose.free")]
    if allowed.micros is not None:
        spent += [" ", say("desk.money.of"), " ", shown.money(allowed.micros)]
    facts: list[tuple[str, Child]] = [("spent", join(spent))]
    if total.micros or ahead.micros:
        facts.append(("forecast", _forecast(one)))
    if ahead.planned_micros:
        facts.append(("planned", join((shown.money(ahead.planned_micros), " · ", say("desk.money.posts", n=ahead.planned)))))
    if total.posts or allowed.posts is not None:
        cap = () if allowed.posts is None else (" ", say("desk.money.of"), " ", shown.number(allowed.posts))
        facts.append(("read_posts", join((shown.number(total.posts), *cap))))
    facts.append(("calls", say("desk.money.called", reads=shown.number(total.reads), writes=shown.number(total.writes))))
    if allowed.limited:
        facts.append(("pace", _pace(one)))
    for what, until in waits(one.shut).items():
        facts.append(("window", join((what, " · ", say("desk.money.opens"), " ", shown.stamp(until, lang)))))
    return facts


def _forecast(one: Meter) -> Markup:
    ahead = one.forecast
    rests = say("desk.money.rests_on", n=ahead.days) if ahead.days else say("desk.money.rests_on_today")
    over = join((" ", shown.chip(say("desk.money.exceeds"), "bad"))) if one.exceeds else None
    return join((shown.money(ahead.micros), over, " ", el("span", rests, class_="mj-note")))


def _pace(one: Meter) -> Markup:
    tone = {"slow": "warn", "stop": "bad"}.get(one.pace.state, "good")
    told = say(f"desk.money.speed.{one.pace.state or 'usual'}", n=one.pace.factor)
    used = say("desk.money.used", share=shown.share(one.pace.share), due=shown.share(one.pace.due))
    return join((shown.chip(told, tone), " ", el("span", used, class_="mj-note")))


def _gauge(one: Meter) -> Markup | None:
    """A bar as long as the budget: what is spent, and a mark where the month will end."""
    allowed = one.allowed.micros
    if not allowed:
        return None
    most = max(1.0, min(WIDEST, one.forecast.micros / allowed), min(WIDEST, one.total.micros / allowed))
    spent, ends = (min(micros / allowed, most) / most * 100 for micros in (one.total.micros, one.forecast.micros))
    tone = {"stop": "bad", "slow": "warn"}.get(one.pace.state, "")
    told = say("desk.money.gauge", share=shown.share(one.total.micros / allowed), ahead=shown.share(one.forecast.micros / allowed))
    parts = (
        el("span", class_=f"fill {tone}".strip(), style=f"inline-size:{spent:.1f}%"),
        el("span", class_="budget", style=f"inset-inline-start:{100 / most:.1f}%") if most > 1 else None,
        el("span", class_="ahead bad" if one.exceeds else "ahead", style=f"inset-inline-start:{ends:.1f}%"),
    )
    return el("div", *parts, class_="mj-gauge", role="img", aria_label=told, title=told)


def _picture(one: Meter, lang: Lang) -> Markup | None:
    """A bar for each day of the month so far: money, or calls where nothing costs any."""
    if not one.days:
        return None
    costs = bool(one.total.micros)
    known = {day.day: day for day in one.days}
    last = max(known)
    days = [one.month + timedelta(days=n) for n in range((last - one.month).days + 1)]
    amounts = [_amount(known.get(day, Day(day)), costs) for day in days]
    most = max(amounts) or 1
    bars = (
        el("i", style=f"block-size:{max(100 * amount / most, 2):.1f}%", title=f"{_day(day, lang)} · {_said(amount, costs)}")
        for day, amount in zip(days, amounts, strict=True)
    )
    told = say("desk.money.picture" if costs else "desk.money.picture_calls", most=_said(max(amounts), costs))
    return el("div", *bars, class_="mj-days", role="img", aria_label=told)


def _amount(day: Day, costs: bool) -> int:
    return day.micros if costs else day.reads + day.writes


def _said(amount: int, costs: bool) -> str:
    return f"${amount / USD:,.2f}" if costs else shown.number(amount)


def _day(day: date, lang: Lang) -> str:
    return format_date(day, "d MMMM", locale=shown.LOCALES[lang])


def _table(one: Meter, lang: Lang) -> Markup | None:
    if not one.days:
        return None
    columns = [column for column in COLUMNS if any(column.amount(day) for day in one.days)]
    head = [el("th", say("desk.money.day"), scope="col")]
    head += [el("th", say(f"desk.money.{column.key}"), scope="col", class_="n") for column in columns]
    lines = []
    for day in reversed(one.days):
        numbers = (el("td", column.said(day), class_="n") for column in columns)
        lines.append(el("tr", el("th", _day(day.day, lang), scope="row"), *numbers))
    table = el("table", el("thead", el("tr", *head)), el("tbody", *lines), class_="mj-table mj-tight")
    return el("details", el("summary", say("desk.money.table")), el("div", table, class_="mj-scroll"))


def change(account: Account, person: Actor) -> None:
    """Give the account a budget of its own, or take it away, for whoever looks after accounts."""
    if not person.can("account.admin"):
        return
    key = f"{account.id}:{turn()}"
    own = account.budget_usd_micros
    with st.popover(say("desk.money.budget"), icon=":material/savings:", key=f"pop_budget:{key}"):
        show(el("p", say("desk.money.budget_lead"), class_="mj-note"))
        value = None if own is None else own / USD
        st.number_input(
            say("desk.money.usd"), 0.0, float(MOST_USD), value, 5.0, key=f"usd:{key}", placeholder=say("desk.money.none")
        )
        with st.container(horizontal=True):
            args = (account.id, f"usd:{key}")
            st.button(say("desk.money.save"), key=f"budget:{key}", type="primary", on_click=_save, args=args)
            if own is not None:
                st.button(say("desk.money.take"), key=f"no_budget:{key}", on_click=_save, args=(account.id,))


def _save(account_id: int, field: str = "") -> None:
    """The amount in that field becomes the account's budget; without a field it has none of its own any more."""
    usd = st.session_state[field] if field else None

    def set_(writing: Session, person: Actor) -> Account:
        return budget.set_budget(writing, person, writing.get_one(Account, account_id), usd, settings())

    attempt(set_, "desk.done.budget" if usd is not None else "desk.done.budget_none")
