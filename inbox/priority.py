"""What is worked on first, and why: points for reasons that can be read out; no model, no memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, cast, or_
from sqlmodel import Session, col, select

from core.i18n import Lang, t
from inbox.models import Case, CaseEvent, Item

MOST = 1000
#: what each reason weighs (words: `case.priority.<code>`)
POINTS: Mapping[str, int] = {
    "urgent": 450,
    "confidential": 150,
    "objection": 200,
    "late": 150,
    "reopened": 120,
    "complaint": 100,
    "inquiry": 60,
    "suggestion": 20,
}
REOPENINGS = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """What priority is made of. `alarms`: codes of why harm may come if it waits (policies.urgency)."""

    kind: str
    grade: str
    alarms: Sequence[str] = ()
    confides: bool = False
    reopened: int = 0
    objects: bool = False
    late: bool = False


def weigh(facts: Facts) -> tuple[int, list[dict[str, Any]]]:
    """0…1000, and the reasons with their points, the heaviest first."""
    counted = {
        "urgent": 1 if facts.grade == "urgent" else 0,
        "confidential": 1 if facts.confides or facts.grade == "confidential" else 0,
        "objection": 1 if facts.objects else 0,
        "late": 1 if facts.late else 0,
        "reopened": min(facts.reopened, REOPENINGS),
        facts.kind: 1,
    }
    found = [{"code": code, "points": POINTS[code] * n} for code, n in counted.items() if n and code in POINTS]
    why = sorted(found, key=lambda one: -int(str(one["points"])))
    for reason in why:
        if reason["code"] == "urgent" and facts.alarms:
            reason["of"] = list(facts.alarms)
    return min(sum(int(str(one["points"])) for one in why), MOST), why


def reweigh(session: Session, case: Case) -> None:
    """Weigh the case anew after something of it changed."""
    item = session.get(Item, case.item_id) if case.item_id is not None else None
    steps = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what).in_(("appealed", "appeal_upheld", "appeal_declined")))
    last = session.exec(select(CaseEvent.what).where(*steps).order_by(col(CaseEvent.id).desc())).first()
    case.priority, case.priority_why = weigh(
        Facts(
            kind=case.kind,
            grade=case.grade,
            alarms=alarms(item.verdict if item else {}),
            confides=any(one["code"] == "confidential" for one in case.priority_why),
            reopened=case.reopened,
            objects=last == "appealed",
            late=case.interim_at is not None,
        )
    )
    session.add(case)


def alarms(verdict: Mapping[str, Any]) -> list[str]:
    """Why harm may come if it waits, by codes, from an item's verdict."""
    return [str(code) for code, _ in verdict.get("urgent", ())]


def confides(case: Case) -> bool:
    """Whether its author asked that it stay among few, or a clerk said so."""
    return case.grade == "confidential" or any(one["code"] == "confidential" for one in case.priority_why)


def in_confidence() -> ColumnElement[bool]:
    """`confides`, asked of many cases at once."""
    return or_(col(Case.grade) == "confidential", cast(Case.priority_why, String).contains('"confidential"'))


def reasons(case: Case, lang: Lang) -> list[str]:
    """Why the case has its priority, in words, the heaviest reason first."""
    return [_words(one, lang) for one in case.priority_why]


def _words(reason: Mapping[str, Any], lang: Lang) -> str:
    said = t(f"case.priority.{reason['code']}", lang)
    more = [t(f"desk.urgent.{code}", lang) for code in reason.get("of", ())]
    return f"{said}: {('، ' if lang == 'ar' else ', ').join(more)}" if more else said
