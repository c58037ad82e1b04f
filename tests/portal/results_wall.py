"""Results that were published, and cases whose promises were kept, or not."""

from datetime import timedelta

from sqlmodel import Session

from core.clock import now
from inbox.models import Case, Result

SAID = ("اقترحتم نافذة مسائية", "You suggested an evening counter")
DECIDED = ("نفتح حتى الثامنة", "We open until eight")
BECAUSE = ("لأن العمال لا يصلون قبل الرابعة", "No worker arrives before four")


def result(uid: str = "0" * 16, **columns: object) -> Result:
    """A result in both languages."""
    parts = {"said": SAID, "decided": DECIDED, "because": BECAUSE}
    words = {f"{name}_{lang}": text[n] for name, text in parts.items() for n, lang in enumerate(("ar", "en"))}
    given: dict[str, object] = {"uid": uid, "topic": "customer_service", "outcome": "accepted", "by": "user:7", **words, **columns}
    return Result.model_validate(given)


def furnished(session: Session, long: str) -> None:
    """A result (with words that hold `long`) and enough cases for figures: answered in time, suggestions decided late."""
    session.add_all([result(), result("1" * 16, outcome="declined", because_ar=f"{BECAUSE[0]} {long}", because_en=long)])
    due = now() - timedelta(days=20)
    for n in range(12):
        late = timedelta(hours=1 if n < 2 else -1)
        session.add(
            Case(
                number=f"M-{n:05}-99999",
                kind="suggestion",
                state="resolved",
                opened_at=due - timedelta(days=9),
                first_due_at=due - timedelta(days=3),
                first_reply_at=due - timedelta(days=4),
                due_at=due,
                resolved_at=due + late,
                outcome="accepted",
                outcome_reason=".",
            )
        )
