"""Figures of our own posts over time."""

from __future__ import annotations

from sandbox import metrics
from sandbox.clock import x_time
from sandbox.http import Json, Reply, Request
from sandbox.world import World
from sandbox.x import errors, params

ALLOWED = frozenset({"ids", "start_time", "end_time", "granularity", "analytics.fields"})
GRANULARITIES = ("hourly", "daily", "weekly", "total")


def by_post(world: World, request: Request) -> Reply:
    """Totals at `end_time` for each post; posts of others stand in `errors`."""
    params.check(request, ALLOWED)
    start, end = params.instant(request, "start_time"), params.instant(request, "end_time")
    granularity = request.query.get("granularity", "")
    if start is None or end is None or end <= start:
        raise errors.invalid("start_time", start, "`start_time` and `end_time` are required, in that order")
    if granularity not in GRANULARITIES:
        raise errors.invalid("granularity", granularity, f"The `granularity` query parameter is one of {list(GRANULARITIES)}")
    wanted = params.listed(request, "analytics.fields")
    data: list[Json] = []
    gone: list[Json] = []
    for post_id in request.query.get("ids", "").split(","):
        entry = world.find("x", post_id)
        if entry is None or entry.deleted or not entry.own:
            gone.append(errors.missing("tweet", "ids", post_id))
            continue
        figures = {
            "impressions": metrics.views(world, entry),
            "likes": metrics.likes(world, entry),
            "replies": sum(1 for child in world.shelf("x", "replies", entry.id) if not child.deleted),
            "retweets": len(world.shelf("x", "reposts", entry.id)) + metrics.shares(world, entry),
            "quote_tweets": len(world.shelf("x", "quotes", entry.id)),
            "bookmarks": metrics.saved(world, entry),
            "url_clicks": metrics.clicks(world, entry),
            "engagements": metrics.likes(world, entry) + metrics.clicks(world, entry) + metrics.shares(world, entry),
        }
        shown = {name: value for name, value in figures.items() if name in wanted}
        data.append({"id": post_id, "timestamped_metrics": [{"timestamp": x_time(end), "metrics": shown}]})
    return Reply(200, {"data": data, **({"errors": gone} if gone else {})})
