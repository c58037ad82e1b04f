"""Wall clock and instant: people choose a time in Dubai, the database keeps the instant in UTC (DESIGN §2.10)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.clock import in_dubai
from core.errors import Invalid

ZONE = "Asia/Dubai"


def instant(wall: datetime, zone: str = ZONE) -> datetime:
    """The instant (UTC) at which clocks in `zone` show `wall`.

    Invalid for a time those clocks skip (a zone with summer time); of a time they show twice the first is meant.
    """
    if wall.tzinfo is not None:
        raise Invalid(field="at", why="a wall time carries no offset")
    moment = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        raise Invalid(field="at", why=f"clocks in {zone} never show {wall:%H:%M} on that day")
    return moment


def shown(moment: datetime) -> str:
    """`2026-11-24 10:00`, on a Dubai wall."""
    return f"{in_dubai(moment):%Y-%m-%d %H:%M}"
