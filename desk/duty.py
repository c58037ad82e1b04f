"""What a case is promised and by when, as chips with how each date was counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.clock import now
from core.i18n import Lang
from desk import session, shown
from desk.safe import Markup, el
from desk.session import say
from inbox.caseload import OPEN
from inbox.models import Case

#: a promise this near is told in amber
NEAR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Promise:
    """One date of a case. `what`: first, next (answers) or outcome. `kept_at`: when it was done, None while it is owed."""

    what: str
    at: datetime
    kept_at: datetime | None = None


def promises(case: Case) -> list[Promise]:
    """The dates of a case, in the order in which they come up."""
    said = []
    if case.first_due_at is not None:
        said.append(Promise("first", case.first_due_at, case.first_reply_at))
    if case.next_due_at is not None and case.first_reply_at is not None and case.state in OPEN:
        said.append(Promise("next", case.next_due_at))
    if case.due_at is not None:
        said.append(Promise("outcome", case.due_at, case.resolved_at))
    return said


def nearest(case: Case) -> Promise | None:
    """What is owed next; None where nothing is."""
    owed = [one for one in promises(case) if one.kept_at is None]
    return min(owed, key=lambda one: one.at, default=None)


def tone(promise: Promise, case: Case) -> str:
    """bad: broken; warn: near; good: kept."""
    if promise.kept_at is not None:
        return "good" if promise.kept_at <= promise.at else "bad"
    if case.state not in OPEN:
        return ""
    return "bad" if promise.at < now() else "warn" if promise.at < now() + NEAR else "info"


def chip(promise: Promise, case: Case, lang: Lang) -> Markup:
    """What, when, and how it stands: in words, never by colour alone."""
    label = say(f"desk.case.due.{promise.what}")
    if promise.kept_at is None and case.state in OPEN:
        word = "late" if promise.at < now() else "left"
        told = say(f"desk.case.due.{word}", when=shown.moment(promise.at, lang), ago=shown.ago(promise.at, lang))
    elif promise.kept_at is None:
        told = shown.moment(promise.at, lang)
    else:
        word = "kept" if promise.kept_at <= promise.at else "broken"
        told = say(f"desk.case.due.{word}", when=shown.moment(promise.kept_at, lang))
    return shown.chip(f"{label} · {told}", tone(promise, case))


def panel(case: Case) -> Markup | None:
    """All dates of the case; None where it has none."""
    lang = session.lang()
    found = promises(case)
    if not found:
        return None
    return el("div", *(chip(one, case, lang) for one in found), class_="mj-chips")
