"""What somebody should look at before he says yes to a post: what was found in it, and what speaks against its hour."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlmodel import Session, col, select

from core.models import Account
from desk import chrome, session, shown, store
from desk.safe import Markup, el, show
from desk.session import say
from inbox import editions
from scheduler.accessible import Finding
from scheduler.findings import findings
from scheduler.models import Post
from scheduler.warnings import warnings

BY_POLICY = ("policy", "personal", "asks_personal")
#: so many versions of posts are judged once and not again
JUDGED = 256


def found_in(reading: Session, post: Post) -> list[Finding]:
    """All findings, warnings first. The policy judges each version once as long as its edition is in force."""
    judged = _by_policy(post.id or 0, post.version, post.created_at, editions.in_force(reading).ref)
    return sorted((*judged, *findings(reading, post, policy=False)), key=lambda finding: finding.level != "warning")


@lru_cache(JUDGED)
def _by_policy(post_id: int, version: int, made: datetime, edition: str) -> tuple[Finding, ...]:
    """What the edition in force says of this version of the post; `made` and `edition` are named so that others ask anew."""
    with store.read() as reading:
        return tuple(f for f in findings(reading, reading.get_one(Post, post_id)) if f.code in BY_POLICY)


def notices(reading: Session, post: Post, found: Sequence[Finding]) -> None:
    """Both as panels: what the calendar and the price say of the hour, then what was found in the words and pictures."""
    show(cautions(reading, post), _listed(reading, found))


def cautions(reading: Session, post: Post) -> Markup | None:
    """What the calendar, the neighbours and the price have against the hour; None when nothing has."""
    told = warnings(reading, post, store.connections())
    if not told:
        return None
    lines = [el("li", said) for said in dict.fromkeys(caution.words(session.lang()) for caution in told)]
    return chrome.panel("bad" if any(c.strong for c in told) else "warn", el("h3", say("desk.approve.hour")), el("ul", *lines))


def _listed(reading: Session, found: Sequence[Finding]) -> Markup:
    lang = session.lang()
    if not found:
        return chrome.panel("good", say("desk.approve.nothing_found"))
    names = {account.key: shown.account(account, lang) for account in reading.exec(select(Account).order_by(col(Account.id)))}
    same: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # said of several versions it is said once
    for one in found:
        same[one.level, one.words(lang)].update(names[of] for of in one.of if of in names)
    lines = []
    for (level, said), accounts in same.items():
        chips = [
            shown.chip(say(f"desk.approve.{level}"), "bad" if level == "warning" else "info"),
            *map(shown.chip, sorted(accounts)),
        ]
        lines.append(el("li", el("span", *chips, class_="mj-chips"), said))
    serious = any(one.level == "warning" for one in found)
    return chrome.panel("warn" if serious else "", el("h3", say("desk.approve.look")), el("ul", *lines, class_="mj-found"))
