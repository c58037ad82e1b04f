"""Wall clock and instant: what a clock shows in a zone is chosen and kept, the instant (UTC) follows from it (DESIGN §2.10)."""

from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.clock import in_dubai
from core.errors import Invalid
from core.why import Why

ZONE = "Asia/Dubai"
#: what a machine keeps beside the zones: the one it stands in itself, and all of them by clocks of another kind
HOST = ("localtime", "posixrules", "posix/", "right/")
#: an hour, or a day
Told = TypeVar("Told", bound=date)
#: what is said and done lies between these: near either end of the calendar an hour has no deadline and no wall in Dubai
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def in_years(told: Told, field: str = "at") -> Told:
    """`told`; Invalid for what lies before FIRST or after LAST."""
    if not FIRST.year <= told.year < LAST.year:
        raise Invalid(field=field, why=Why("out_of_years", first=FIRST.year, last=LAST.year - 1))
    return told


def zone_of(name: str, field: str = "zone") -> ZoneInfo:
    """The zone with this IANA name; Invalid for one nobody knows, and for what means another one on another machine."""
    try:
        if name.startswith(HOST):
            raise ValueError(name)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # it looks for a file of that name
        raise Invalid(field=field, why=Why("zone_unknown", zone=name)) from None


def read(wall: datetime | str) -> datetime:
    """What was chosen on a wall, `2026-11-24T10:00` or a time without an offset, to the second; Invalid when it is neither, or in
    no year in which anything goes."""
    try:
        told = datetime.fromisoformat(wall.strip()) if isinstance(wall, str) else wall
    except ValueError:
        raise Invalid(field="at", why=Why("wall_form")) from None
    if told.tzinfo is not None:
        raise Invalid(field="at", why=Why("wall_with_offset"))
    return in_years(told.replace(microsecond=0))


def instants(wall: datetime, zone: str = ZONE) -> tuple[datetime, ...]:
    """The instants (UTC) at which clocks in `zone` show `wall`, the earlier one first: none where summer time skips it, two where
    it shows it twice."""
    place = zone_of(zone)
    found = {wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(m for m in found if m.astimezone(place).replace(tzinfo=None) == wall))


def instant(wall: datetime, zone: str = ZONE) -> datetime:
    """The instant (UTC) at which clocks in `zone` show `wall`; of a time they show twice the first is meant.

    Invalid for a time those clocks skip; it names the one they show instead.
    """
    if wall.tzinfo is not None:
        raise Invalid(field="at", why=Why("wall_with_offset"))
    if not (found := instants(wall, zone)):
        later = _past_gap(wall, zone)
        skipped = {"zone": zone, "wall": f"{wall:%H:%M}", "day": f"{wall:%Y-%m-%d}", "next": f"{later:%H:%M}"}
        raise Invalid(field="at", why=Why("clocks_skip", **skipped))
    return found[0]


def instant_after(wall: datetime, zone: str = ZONE) -> datetime:
    """The same, but a time that clocks in `zone` skip is as much later as they go forward. Invalid where that is another day."""
    if wall.tzinfo is None and not instants(wall, zone):
        later = _past_gap(wall, zone)
        if later.date() == wall.date():
            return later.astimezone(UTC)
    return instant(wall, zone)


def _past_gap(wall: datetime, zone: str) -> datetime:
    """What those clocks show instead of a time they skip: before the gap they were behind, the same stretch from there ends after
    it."""
    return wall.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC).astimezone(zone_of(zone))


def kept(moment: datetime, zone: str = ZONE) -> str:
    """What a clock in `zone` shows at `moment`, as a post keeps it: `2026-11-24T10:00`."""
    told = moment.astimezone(zone_of(zone)).replace(tzinfo=None, microsecond=0)
    return told.isoformat(timespec="seconds" if told.second else "minutes")


def follows(at: datetime, wall: str, zone: str) -> datetime:
    """Where `at` belongs by today's rules of the zone: itself while clocks there still show `wall` then (or never do), or where the
    zone is known no more."""
    try:
        found = instants(read(wall), zone)
    except Invalid:
        return at
    return at if not found or any(abs(at - m) < timedelta(seconds=1) for m in found) else found[0]


def shown(moment: datetime) -> str:
    """`2026-11-24 10:00`, on a Dubai wall."""
    return f"{in_dubai(moment):%Y-%m-%d %H:%M}"
