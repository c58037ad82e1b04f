"""What X charges, in 1/1,000,000 USD (price list of August 2026)."""

from collections.abc import Mapping
from typing import Any

from connectors.x.text import has_link

OWNED = 1_000  # each resource of a reading of our own timeline or mentions, as the app's own user
POST = 5_000
USER = 10_000
DIRECT = 10_000
CREATE = 15_000
CREATE_WITH_LINK = 200_000
CREATE_SUMMONED = 10_000
CREATE_DIRECT = 15_000


def reading(body: Mapping[str, Any], *, owned: bool, kind: str = "post") -> dict[str, int]:
    """What an answer is charged for, by name, and the price of each: every resource returned (posts, or `kind`), the writers among
    `includes` too. X charges each of them once a day of UTC, whatever it was asked for by."""
    data = body.get("data")
    rows = data if isinstance(data, list) else [data] if isinstance(data, dict) else []
    includes = body.get("includes")
    writers = includes.get("users") if isinstance(includes, dict) else None
    each, writer = (OWNED, OWNED) if owned else ({"post": POST, "direct": DIRECT, "user": USER}[kind], USER)
    charged = {f"{kind}:{_id(row)}": each for row in rows}
    return charged | {f"user:{_id(row)}": writer for row in (writers if isinstance(writers, list) else [])}


def _id(row: Any) -> str:
    """Its id as a name in the meter: of an id that is none, its readable part."""
    return str(row.get("id")).encode("ascii", "replace").decode().replace("\0", "?")[:64] if isinstance(row, dict) else "?"


def creating(text: str, *, reply: bool) -> int:
    """Price of a post; a link makes it dear, an answer to somebody who summoned us cheap."""
    if has_link(text):
        return CREATE_WITH_LINK
    return CREATE_SUMMONED if reply else CREATE
