"""What X charges, in 1/1,000,000 USD (price list of August 2026; before X's daily de-duplication, so an upper bound)."""

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


def reading(body: Mapping[str, Any], *, owned: bool, each: int = POST) -> int:
    """Price of an answer: every resource returned, the writers among `includes` too."""
    data = body.get("data")
    items = len(data) if isinstance(data, list) else int(isinstance(data, dict))
    includes = body.get("includes")
    writers = includes.get("users") if isinstance(includes, dict) else None
    users = len(writers) if isinstance(writers, list) else 0
    return (items + users) * OWNED if owned else items * each + users * USER


def creating(text: str, *, reply: bool) -> int:
    """Price of a post; a link makes it dear, an answer to somebody who summoned us cheap."""
    if has_link(text):
        return CREATE_WITH_LINK
    return CREATE_SUMMONED if reply else CREATE
