"""What a case is promised and by when: a chip for each date, and beneath it how the date was counted, step by step."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from core.clock import now
from core.errors import Invalid
from core.i18n import Lang
from desk import session, shown
from desk.safe import Markup, el, words
from desk.session import say
from inbox import due
from inbox.caseload import OPEN
from inbox.due import Explained
from inbox.models import Case

#: a promise this near is told in amber
NEAR: Final = timedelta(hours=24)


def tone(at: datetime) -> str:
    """bad: broken; warn: near; else info."""
    return "bad" if at < now() else "warn" if at < now() + NEAR else "info"


def brief(case: Case, lang: Lang) -> tuple[str, str] | None:
    """(words, tone) of what is owed next, for a narrow list; None where nothing is."""
    at = due.owed_by(case)
    if at is None:
        return None
    word = "late_brief" if at < now() else "due_brief"
    return say(f"desk.case.due.{word}", ago=shown.ago(at, lang)), tone(at)


def reason(case: Case, lang: Lang) -> str:
    """What is owed next and by when, in one line; "" where nothing is."""
    at = due.owed_by(case)
    if at is None:
        return ""
    dated = {case.first_due_at: "first", case.due_at: "resolve"}
    what = dated.get(at, "interim" if case.interim_at is not None else "next")
    what = "resolve" if case.first_reply_at is not None and what == "first" else what
    what = "objection" if at == case.objection_due_at else what
    return f"{say(f'desk.case.due.{what}')}: {shown.moment(at, lang)}"


def panel(reading: Session, case: Case) -> Markup | None:
    """All dates of the case, each with why; None where it was promised nothing, or the calendar holds no work."""
    lang = session.lang()
    try:
        found: Sequence[Explained] = due.explain(reading, case)
    except Invalid as nothing:
        return el("p", nothing.words(lang), class_="mj-note")
    chips = el("div", *(_chip(one, case, lang) for one in found), class_="mj-chips")
    why = el("details", el("summary", say("desk.case.due.why")), *(_why(one, lang) for one in found), class_="mj-note")
    return el("div", chips, why, class_="mj-stack") if found else None


def _chip(one: Explained, case: Case, lang: Lang) -> Markup:
    """What, when, and how it stands: in words, never by colour alone."""
    label, met = say(f"desk.case.due.{one.promise.what}"), one.promise.met
    when = shown.moment(one.kept, lang)
    if met is not None:
        good = met <= one.kept
        told = say(f"desk.case.due.{'kept' if good else 'broken'}", when=shown.moment(met, lang))
        return shown.chip(f"{label}: {told}", "good" if good else "bad")
    if one.promise.what != "objection" and (one.promise.still is not None or case.state not in OPEN):
        return shown.chip(f"{label}: {say('desk.case.due.still')}" if case.state in OPEN else f"{label}: {when}")
    word = "late" if one.kept < now() else "left"
    return shown.chip(f"{label}: {say(f'desk.case.due.{word}', when=when, ago=shown.ago(one.kept, lang))}", tone(one.kept))


def _why(one: Explained, lang: Lang) -> Markup:
    """How one date was counted, line by line."""
    first, *rest = one.words(lang)
    return el("div", el("b", first), el("ul", *(el("li", words(line, class_="mj-step")) for line in rest)))
