"""What the policy says of one text: the words that leave this room. All frozen, all plain data.

Every span is (start, end) in code points of the text as it was given, end exclusive.
"""

from dataclasses import dataclass
from typing import Any, Literal

Action = Literal["allow", "review", "hide"]
Kind = Literal["complaint", "suggestion", "inquiry", "praise", "other"]
Sentiment = Literal["positive", "neutral", "negative", "mixed"]
Level = Literal["valid", "shape"]
Span = tuple[int, int]

ACTIONS: tuple[Action, ...] = ("allow", "review", "hide")
KINDS: tuple[Kind, ...] = ("complaint", "suggestion", "inquiry", "praise", "other")
SENTIMENTS: tuple[Sentiment, ...] = ("positive", "neutral", "negative", "mixed")
TOPICS = (
    "wages", "work_permit", "emiratisation", "domestic_workers", "end_of_service", "leave", "safety", "contract",
    "absconding", "fines", "digital_services", "customer_service", "none",
)  # fmt: skip
PERSONAL = ("emirates_id", "phone", "iban", "email", "card", "passport", "labour_card")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the text: `platform` (facebook, x, …), `lang_hint` (the platform's own guess at the language,
    used only where the text itself leaves doubt), and the text it answers."""

    platform: str = ""
    lang_hint: str | None = None
    in_reply_to_text: str | None = None


@dataclass(frozen=True, slots=True)
class Language:
    """`code`: ISO 639-1, `ar-Latn`, `ur-Latn`, `ml-Latn` or `und`; `confidence` 0…1; `shares`: the languages of a mixed text
    with their share of its letters, largest first."""

    code: str
    confidence: float
    shares: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A clause and its evidence. `score` 0…1; `view` is how the text had to be read (fold, full, rasm); `rule` found it."""

    clause: str
    score: float
    spans: tuple[Span, ...]
    view: str
    rule: str


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Somebody's number or address in the text. `level` is valid (its checksum holds) or shape (it only looks like one)."""

    type: str
    span: Span
    level: Level


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: `about` (kind, topic, sentiment, guard), the `code` decided (words: `reason.<about>.<code>`), and its evidence."""

    about: str
    code: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that the edition says of one text. `action` is what it proposes, `automatic` whether it would act alone.

    `detector` is the name and version of what was asked for the language. `offence` is how sure the model is that somebody is
    insulted, 0…1. `harm`, 0…1000, orders the queue of those who review: what may hurt most comes first. `urgent` says why somebody
    may come to harm if it waits; empty where nothing does.
    """

    language: Language
    action: Action
    automatic: bool
    findings: tuple[Finding, ...]
    kind: Kind
    topic: str
    sentiment: Sentiment
    pii: tuple[PersonalData, ...]
    reasons: tuple[Reason, ...]
    edition_ref: str
    detector: str
    offence: float = 0.0
    harm: int = 0
    urgent: tuple[Reason, ...] = ()

    def triage(self, id: object) -> dict[str, Any]:
        """The line that `manage.py triage` writes for this text (DESIGN §3)."""
        clauses: dict[str, dict[str, Any]] = {}
        for finding in self.findings:
            line = clauses.setdefault(finding.clause, {"clause": finding.clause, "score": 0.0, "spans": []})
            line["score"] = max(line["score"], finding.score)
            line["spans"] = sorted([*line["spans"], *(list(s) for s in finding.spans if list(s) not in line["spans"])])
        return {
            "id": id,
            "language": self.language.code,
            "action": self.action,
            "automatic": self.automatic,
            "clauses": list(clauses.values()),
            "kind": self.kind,
            "topic": self.topic,
            "sentiment": self.sentiment,
            "pii": [{"type": p.type, "span": list(p.span), "level": p.level} for p in self.pii],
        }
