"""What a Meta token is good for."""

from collections.abc import Sequence
from datetime import UTC, datetime

from connectors.contract import Health
from connectors.meta.graph import Json


def health(native_id: str, name: str, facts: Json, wanted: Sequence[str], handle: str = "") -> Health:
    """What debug_token says of the token, against the scopes we need."""
    granted = facts.get("scopes")
    scopes = tuple(str(s) for s in granted) if isinstance(granted, list) else ()
    missing = tuple(s for s in wanted if s not in scopes) if scopes else ()
    ends = facts.get("expires_at")
    expires = datetime.fromtimestamp(ends, UTC) if isinstance(ends, int) and ends > 0 else None
    return Health(native_id, name, handle, scopes, missing, expires)
