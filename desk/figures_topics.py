"""Topics, and surges: days on which far more was said than on the same weekday before, explained, and leading to the messages."""

from babel.dates import format_date
from sqlmodel import Session, col, select

from core.clock import in_dubai, now
from core.i18n import Lang
from core.models import Account
from desk import drill, plate, shown, trade
from desk.figures_summary import split
from desk.periods import Period
from desk.plate import Cell
from desk.safe import Child, Markup, el, join
from desk.session import lang, say
from inbox import surges
from inbox.surges import Part, Surge

#: surges that are told in words; the table and the file have all of them
TOLD = 6


def page(reading: Session, period: Period) -> None:
    found = surges.surges(reading, period.first, period.last)
    accounts = {str(one.id): one for one in reading.exec(select(Account).order_by(col(Account.id)))}
    rules: dict[str, str | int] = {"weeks": surges.WEEKS, "times": f"{surges.TIMES:g}", "least": surges.LEAST}
    cards = el("div", *(told(one, accounts) for one in found[:TOLD]), class_="mj-surges") if found else None
    heads = [say(f"desk.fig.col.{name}") for name in ("about", "day", "count", "usual", "most", "times")]
    plate.plate("surges", period, heads, [_row(one) for one in found], drawing=cards, filled=rules)
    split(reading, "topic", period)


def about(name: str, value: str, lang_: Lang) -> str:
    """What a surge is of."""
    if name == "received":
        return say("desk.fig.all_messages")
    return trade.clause(value, lang_) if name == "clause" else trade.known(f"desk.{name}", value, lang_)


def told(one: Surge, accounts: dict[str, Account]) -> Markup:
    """A surge in words: how many, against what, where it comes from; and the way to its messages."""
    lang_ = lang()
    weekday = format_date(one.day, "EEEE", locale=shown.LOCALES[lang_])
    today = one.day == in_dubai(now()).date()
    lead = say(
        "desk.fig.surge.today" if today else "desk.fig.surge.lead", count=shown.number(one.count), day=shown.day(one.day, lang_)
    )
    against = say(
        "desk.fig.surge.against", weekday=weekday, usual=shown.number(one.usual), most=shown.number(one.most), n=one.weeks
    )
    parts = [_part(part, one, accounts) for part in one.parts]
    where: Child = el("p", say("desk.fig.surge.from"), " ", join(_listed(parts)), class_="mj-note") if parts else None
    narrowed = {} if one.name == "received" else {one.name: one.value}
    times = shown.chip(say("desk.fig.surge.times", times=shown.number(round(one.times, 1))), "warn") if one.times else None
    head = el("h3", el("bdi", about(one.name, one.value, lang_)), " ", times)
    way = el("p", drill.on(say("desk.fig.surge.open"), one.day, **narrowed))
    return el("section", head, el("p", lead, " ", against), where, way, class_="mj-panel")


def _listed(parts: list[Child]) -> list[Child]:
    comma = "، " if lang() == "ar" else ", "
    return [piece for place, part in enumerate(parts) for piece in ((comma, part) if place else (part,))]


def _part(part: Part, one: Surge, accounts: dict[str, Account]) -> Child:
    lang_ = lang()
    if part.name == "account":
        account = accounts[part.value]
        named = shown.account(account, lang_)
        link = drill.on(el("bdi", named), one.day, platform=account.platform, **{one.name: one.value})
    else:
        link = drill.on(about(part.name, part.value, lang_), one.day, topic=part.value)
    return join((link, f" (+{shown.number(round(part.more))})"))


def _row(one: Surge) -> list[Cell]:
    lang_ = lang()
    named, narrowed = about(one.name, one.value, lang_), {} if one.name == "received" else {one.name: one.value}
    numbers = (plate.count(one.count), plate.mean(one.usual), plate.count(one.most))
    times = Cell("—", "", number=True) if one.times is None else plate.mean(one.times)
    return [
        plate.words(named, drill.on(named, one.day, **narrowed)),
        Cell(shown.day(one.day, lang_), one.day.isoformat()),
        *numbers,
        times,
    ]
