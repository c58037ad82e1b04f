"""A complaint of a Tuesday morning, and hours as Dubai's clock shows them: what tests of the rounds and of moved dates share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from core.actors import Actor, abilities_of
from core.db import Database
from inbox.models import Case

COMPLAINT = "أشتكي من تطبيق الوزارة، بطيء ولا يفتح منذ أسبوع"
MANAGER = Actor("user:9", abilities_of(["manager"]), 9)

Asked = Callable[[Session], Case]


def at(text: str) -> datetime:
    """`2026-11-27T07:30` in Dubai."""
    return datetime.fromisoformat(f"{text}+04:00").astimezone(UTC)


@pytest.fixture
def case(db: Database, desk: Any, say: Any) -> Asked:
    """A complaint of Tuesday 24 November 2026, 10:00: an answer is due on Friday 27, 12:00, its outcome on Tuesday 15 December."""
    desk.take(say("c1", COMPLAINT))
    return lambda session: session.exec(select(Case)).one()
