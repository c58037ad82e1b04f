"""What a test of an account by hand told: what was asked, what came back, and what to do now."""

from contextlib import suppress
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from connectors import platform_of
from connectors.contract import Health
from core.clock import now
from core.errors import MajlisError, PlatformError, RateLimited
from core.i18n import Lang, catalogue
from core.models import Account
from core.settings import settings
from core.smtp import server_of
from core.vault import SealBroken
from desk import chrome, session, shown, store, trade
from desk.refusals import told
from desk.safe import Child, Markup, el, join
from desk.session import say
from outbox import tending

#: a token that ends within this is told apart
SOON: Final = timedelta(days=14)
#: what a person need not be alarmed by: it passes by itself
PASSING: Final = ("rate_limited", "unavailable", "budget")


def scopes(names: tuple[str, ...] | list[str]) -> Markup:
    """Rights in words where we have them (X's), else as the platform calls them."""
    told = {name: trade.known("desk.scope", name, session.lang()) for name in names}
    each = [el("bdi", word, class_="mj-ltr" if word == name else None) for name, word in told.items()]
    return join(join((say("desk.hung.and") if place else None, one)) for place, one in enumerate(each))


def report(account: Account, outcome: Health | MajlisError) -> Markup:
    """The three lines of one test, and when it was."""
    lang = session.lang()
    came: Child
    if isinstance(outcome, MajlisError):
        tone = "warn" if outcome.code in PASSING else "bad"
        tried, came, next_ = _refused(account, outcome, lang)
    else:
        tone = "warn" if outcome.missing_scopes or _ends_soon(outcome) else "good"
        tried, came, next_ = say(_asked(account), address=_address(account)), _answered(account, outcome), _after(account, outcome)
    lines = {"tried": tried, "came": came, "next": next_}
    listed = (join((el("dt", say(f"desk.tested.line.{name}")), el("dd", line))) for name, line in lines.items())
    heading = el("h3", say("desk.tested.at", when=shown.moment(now(), lang)))
    return chrome.panel(tone, heading, el("dl", *listed, class_="mj-facts"))


def _word(group: str, *codes: str) -> str:
    """The key of the first of these that has words."""
    return next(key for code in codes if (key := f"desk.tested.{group}.{code}") in catalogue())


def _asked(account: Account) -> str:
    return _word("asked", f"{account.platform}_{account.backend}", account.platform)


def _address(account: Account) -> str:
    """The host that is asked: where calls are led to another one, that one."""
    if account.platform == "email":
        with suppress(SealBroken, ValueError):
            server = server_of(store.vault().open(account.sealed).get("url", ""))
            return f"{server.host}:{server.port}"
        return account.native_id
    home = urlsplit(settings().platform_url).netloc
    return home or platform_of(account.platform, account.backend).host


def _where(account: Account) -> str:
    """Where new tokens of this account are put."""
    names = tending.in_settings(account, settings())
    return say("desk.tested.in_settings", names=", ".join(names)) if names else say("desk.tested.by_hand")


def _ends_soon(health: Health) -> bool:
    return health.expires_at is not None and health.expires_at < now() + SOON


def _answered(account: Account, health: Health) -> Child:
    """What a platform that takes the token told of it."""
    called = health.name or health.handle or account.native_id
    if health.missing_scopes:
        return join((say("desk.tested.came.lacks", name=called), " ", scopes(health.missing_scopes)))
    known = "ok" if health.scopes else "ok_email" if account.platform == "email" else "ok_untold"
    ends = say("desk.tested.came.ends", when=shown.moment(health.expires_at, session.lang())) if health.expires_at else None
    return join((say(f"desk.tested.came.{known}", name=called), " ", ends))


def _after(account: Account, health: Health) -> str:
    if health.missing_scopes:
        return say(_word("next", f"lacks_{account.platform}", "lacks"), where=_where(account))
    return say("desk.tested.next.ends_soon" if _ends_soon(health) else "desk.tested.next.ok", where=_where(account))


def _refused(account: Account, refusal: MajlisError, lang: Lang) -> tuple[str, str, str]:
    """What was asked, came back and is to be done where there is no answer to the question."""
    detail = str(refusal.details.get("detail", "")).partition(":")[0]
    codes = (f"{refusal.code}_{detail}", f"{refusal.code}_{account.platform}", refusal.code, "other")
    until = shown.moment(refusal.retry_at, lang) if isinstance(refusal, RateLimited) else ""
    values = {
        "address": _address(account),
        "account": account.native_id,
        "detail": refusal.details.get("detail", ""),
        "told": told(refusal, lang),
        "until": until,
        "where": _where(account),
    }
    asked = isinstance(refusal, PlatformError) and detail != "window" and refusal.code != "budget"
    tried = say(_asked(account) if asked else "desk.tested.asked.nothing", address=values["address"])
    return tried, say(_word("came", *codes), **values), say(_word("next", *codes), **values)
