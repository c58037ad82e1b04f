"""Uploads that no post names yet. A platform forgets them after a day, so the step that keeps one says since when."""

from datetime import timedelta

from connectors.contract import Steps
from core.clock import now, parse, rfc3339

KEPT_FOR = timedelta(hours=20)  # X and Facebook name 24


def keep(steps: Steps, name: str, native_id: str) -> None:
    """Note what was brought up a moment ago."""
    steps.keep(name, f"{native_id} {rfc3339(now())}")


def kept(steps: Steps, name: str) -> str | None:
    """What was noted; None where that is nothing, or too long ago to be there still."""
    native_id, _, at = (steps.get(name) or "").partition(" ")
    return native_id if native_id and now() - parse(at) < KEPT_FOR else None
