"""When a post goes: its hour on a wall and the zone of that wall, the row it recurs in, how late it may be."""

from collections.abc import Mapping
from typing import Any

from core.clock import aware
from core.errors import Invalid
from core.why import Why
from scheduler import row, wall
from scheduler.grace import GRACE_LEAST_S
from scheduler.models import Post

#: what a draft or an edit may say about it
FIELDS = frozenset({"at", "wall", "zone", "repeat", "grace_s"})
GRACE_MOST_S = 7 * 86_400


def choose(post: Post, given: Mapping[str, Any]) -> None:
    """Set what is given of FIELDS; what is not given stays. Invalid names the field that can't be.

    `wall` (`2026-11-24T10:00`) is what a clock in `zone` shows, and `at` follows it; `at` given alone is an instant whose wall is
    kept. A zone given alone keeps the wall. Neither hour (None): as soon as it is approved. Where clocks show a wall twice, whoever
    says the same one again means the hour it has.
    """
    if given.get("zone"):
        post.zone = str(wall.zone_of(given["zone"]))
    if given.get("wall"):
        chosen = wall.read(given["wall"])
        if post.at not in wall.instants(chosen, post.zone):
            post.at = wall.instant(chosen, post.zone)
        post.wall = wall.kept(post.at, post.zone)
    elif given.get("at"):
        post.at = aware(wall.in_years(given["at"]))
        post.wall = wall.kept(post.at, post.zone)
    elif "at" in given or "wall" in given:
        post.at, post.wall = None, ""
    elif given.get("zone") and post.wall:
        post.at = wall.instant(wall.read(post.wall), post.zone)
    if "grace_s" in given:
        post.grace_s = _grace(given["grace_s"])
    if "repeat" in given:
        post.repeat = row.rule(given["repeat"])
    if post.repeat is not None:
        row.tidy(post, moved=bool(given.keys() & {"at", "wall"}) and "repeat" not in given)


def _grace(given: object) -> int | None:
    if given is not None and (not isinstance(given, int) or isinstance(given, bool) or not GRACE_LEAST_S <= given <= GRACE_MOST_S):
        raise Invalid(field="grace_s", why=Why("grace_between", least=GRACE_LEAST_S, most=GRACE_MOST_S))
    return given
