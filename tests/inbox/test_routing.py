"""Where a judged item goes: a table."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox.routing import RECEIPT_WITHIN, Route, route

SAID = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
PLAIN = {"kind": "inquiry", "own": False, "share": False, "deleted": False, "hide": False, "can_reply": True, "said": SAID}
OLD = RECEIPT_WITHIN + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("change", "after", "where"),
    [
        ({}, timedelta(0), Route("open", False, "")),
        ({"kind": "praise"}, timedelta(0), Route("open", False, "")),
        ({"kind": "complaint"}, timedelta(0), Route("open", True, "")),
        ({"kind": "suggestion"}, timedelta(0), Route("open", True, "")),
        ({"kind": "complaint", "can_reply": False}, timedelta(0), Route("open", True, "no_reply")),
        ({"kind": "complaint"}, RECEIPT_WITHIN, Route("open", True, "")),
        ({"kind": "complaint"}, OLD, Route("open", True, "old")),
        ({"kind": "complaint", "hide": True}, timedelta(0), Route("open", False, "")),
        ({"kind": "complaint", "own": True}, timedelta(0), Route("none", False, "")),
        ({"kind": "complaint", "share": True}, timedelta(0), Route("none", False, "")),
        ({"kind": "complaint", "deleted": True}, timedelta(0), Route("closed", False, "")),
        ({"own": True, "deleted": True}, timedelta(0), Route("none", False, "")),
    ],
)
def test_where_an_item_goes(change: dict[str, Any], after: timedelta, where: Route) -> None:
    assert route(**{**PLAIN, **change}, moment=SAID + after) == where
