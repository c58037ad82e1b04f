"""What the demo's staff tell on the terminal is said in words, not in codes."""

import re
from datetime import UTC, datetime

import pytest

from connectors import CONNECTORS
from console import staff
from console.staff import Staff
from inbox.models import Item
from policies import edition


@pytest.mark.parametrize("platform", sorted({key.partition(":")[0] for key in CONNECTORS}))
def test_the_arabic_lines_hold_no_code(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(staff, "say", said.append)
    for clause in edition.current().clauses:
        item = Item(
            account_id=1,
            native_id="1",
            surface="comment",
            created_at=datetime(2026, 11, 24, tzinfo=UTC),
            platform=platform,
            clause=clause.id,
        )
        for key in ("hidden", "answered"):
            Staff._tell(Staff.__new__(Staff), key, item)
    arabic = [line for line in said if re.search("[\u0621-\u064a]", line)]
    assert len(arabic) == len(said) // 2
    assert [line for line in arabic if re.search("[A-Za-z_]{2,}", line)] == []
