"""What X would charge for the calls made here, kept by X itself: every resource once a day of UTC, every write each time.

Prices in 1/1,000,000 USD by X's list of August 2026. What an account reads of its own (timeline, mentions, itself) is cheap; the
writers that an answer includes are resources too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.http import Reply, Request

OWN_LISTS = frozenset({"me", "mentions", "timeline"})
PRICES = {"post": 5_000, "user": 10_000, "message": 10_000}
OWN = 1_000
POST, POST_WITH_LINK, ANSWER, MESSAGE = 15_000, 200_000, 10_000, 15_000
#: rate window of a call that reads -> what its answer holds
HOLDS = {"me": "user", "users": "user", "dm_read": "message"}
READS = frozenset({"mentions", "timeline", "search", "lookup", "quotes"})


@dataclass
class Bills:
    """What was charged, by day: `charged` names each resource of the day, `micros` is the day's sum."""

    charged: dict[str, set[str]] = field(default_factory=dict)
    micros: dict[str, int] = field(default_factory=dict)
    posts_read: dict[str, int] = field(default_factory=dict)

    def charge(self, endpoint: str, request: Request, reply: Reply, at: float) -> None:
        """Put an answered call on the bill; what was refused costs nothing."""
        if not 200 <= reply.status < 300 or not isinstance(reply.body, dict):
            return
        day = datetime.fromtimestamp(at, UTC).date().isoformat()
        cost = self._written(endpoint, request)
        if endpoint in READS or endpoint in HOLDS:
            cost += self._read(endpoint, reply.body, day)
        self.micros[day] = self.micros.get(day, 0) + cost

    def _read(self, endpoint: str, body: dict[str, Any], day: str) -> int:
        kind, own = HOLDS.get(endpoint, "post"), endpoint in OWN_LISTS
        data, included = body.get("data") or [], body.get("includes") or {}
        rows = [(kind, row["id"]) for row in (data if isinstance(data, list) else [data])]
        rows += [("user", row["id"]) for row in included.get("users", [])]
        seen, cost = self.charged.setdefault(day, set()), 0
        for what, native_id in rows:
            if (name := f"{what} {native_id}") not in seen:
                seen.add(name)
                cost += OWN if own else PRICES[what]
                self.posts_read[day] = self.posts_read.get(day, 0) + (what == "post")
        return cost

    def _written(self, endpoint: str, request: Request) -> int:
        if endpoint == "dm_send":
            return MESSAGE
        if endpoint != "create":
            return 0
        body = request.payload if isinstance(request.payload, dict) else {}
        if re.search(r"https?://\S", str(body.get("text", ""))):
            return POST_WITH_LINK
        return ANSWER if body.get("reply") else POST

    def shown(self) -> dict[str, Any]:
        """The bill as JSON types."""
        return {"micros": dict(self.micros), "posts_read": dict(self.posts_read), "total_micros": sum(self.micros.values())}
