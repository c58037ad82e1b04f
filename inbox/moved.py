"""A promised date has moved: its author is told, on the page of his case and by letter where he gave an address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from core.actors import Actor
from core.clock import in_dubai, now, rfc3339
from inbox import post
from inbox.due import answer_by, promised
from inbox.models import Case
from inbox.steps import step


def told(case: Case) -> Mapping[str, datetime]:
    """The dates its author was given and waits for."""
    waits = {"answer": answer_by(case), "resolve": promised(case)}
    return {what: at for what, at in waits.items() if at is not None}


def tell(session: Session, actor: Actor, case: Case, before: Mapping[str, datetime], because: str) -> bool:
    """Tell of what moved since `before` (`told`), and why: calendar, targets, class. False when nothing did. A step of the calling
    verb."""
    after = told(case)
    moved = {what: (was, after[what]) for what, was in before.items() if what in after and after[what] != was}
    if not moved:
        return False
    facts: dict[str, Any] = {what: [rfc3339(was), rfc3339(to)] for what, (was, to) in moved.items()}
    words = "\n".join(f"{_wall(was)} > {_wall(to)}" for was, to in moved.values())
    step(session, case, "due_moved", actor.label, words, because=because, **facts)
    post.mail(session, actor, case, "moved", key=rfc3339(now()))
    return True


def _wall(moment: datetime) -> str:
    """The same for readers of every language."""
    return f"{in_dubai(moment):%Y-%m-%d %H:%M}"
