"""Figures: which metrics exist today, and their values."""

from __future__ import annotations

from typing import Any

from sandbox import metrics
from sandbox.clock import graph_time
from sandbox.entries import Entry, Person
from sandbox.graph import errors
from sandbox.graph.context import Ask, Context
from sandbox.http import Json, names

PAGE_METRICS = names(
    "page_media_view page_total_media_view_unique page_post_engagements page_daily_follows "
    "page_follows page_daily_unfollows_unique page_views_total page_actions_post_reactions_total "
    "page_video_views"
)
POST_METRICS = names(
    "post_media_view post_total_media_view_unique post_reactions_by_type_total post_clicks "
    "post_clicks_by_type post_reactions_like_total post_video_views"
)
INSTAGRAM_METRICS = names(
    "reach views total_interactions accounts_engaged likes comments saves shares replies "
    "follows_and_unfollows profile_links_taps follower_count online_followers"
)
MEDIA_METRICS = names(
    "views reach saved likes comments shares total_interactions follows profile_visits "
    "ig_reels_avg_watch_time ig_reels_video_view_total_time"
)


def _metrics(ask: Ask, known: frozenset[str]) -> list[str]:
    names = [n for n in ask.params.get("metric", "").split(",") if n]
    if not names:
        raise errors.bad_parameter("The parameter metric is required")
    for name in names:
        if name not in known:
            raise errors.bad_parameter(f"The value must be a valid insights metric: {name}")
    return names


def _row(ctx: Context, owner: str, name: str, period: str, value: Any) -> Json:
    return {
        "name": name,
        "period": period,
        "values": [{"value": value, "end_time": graph_time(ctx.world.clock.now())}],
        "title": name.replace("_", " ").title(),
        "description": "",
        "id": f"{owner}/insights/{name}/{period}",
    }


def _sum(ctx: Context, platform: str, count: Any) -> int:
    shelf = ctx.world.shelf(platform, "posts")
    return sum(count(ctx.world, e) for e in shelf if not e.deleted and e.published)


def of_page(ctx: Context, page: Person, ask: Ask) -> Json:
    names = _metrics(ask, PAGE_METRICS)
    period = ask.params.get("period", "day")
    if period not in ("day", "week", "days_28", "lifetime", "total_over_range"):
        raise errors.bad_parameter("Param period must be one of day, week, days_28, lifetime, total_over_range")
    figures = {
        "page_media_view": _sum(ctx, "facebook", metrics.views),
        "page_total_media_view_unique": _sum(ctx, "facebook", metrics.reach),
        "page_post_engagements": _sum(ctx, "facebook", metrics.likes) + _sum(ctx, "facebook", metrics.clicks),
        "page_actions_post_reactions_total": {"like": _sum(ctx, "facebook", metrics.likes)},
        "page_follows": 331_050,
    }
    return {"data": [_row(ctx, page.id, n, period, figures.get(n, 0)) for n in names]}


def of_post(ctx: Context, entry: Entry, ask: Ask) -> Json:
    names = _metrics(ask, POST_METRICS)
    figures = {
        "post_media_view": metrics.views(ctx.world, entry),
        "post_total_media_view_unique": metrics.reach(ctx.world, entry),
        "post_reactions_by_type_total": {"like": metrics.likes(ctx.world, entry)},
        "post_reactions_like_total": metrics.likes(ctx.world, entry),
        "post_clicks": metrics.clicks(ctx.world, entry),
        "post_clicks_by_type": {"link clicks": metrics.clicks(ctx.world, entry)},
    }
    return {"data": [_row(ctx, entry.id, n, "lifetime", figures.get(n, 0)) for n in names]}


def of_instagram(ctx: Context, account: Person, ask: Ask) -> Json:
    """With metric_type=total_value one total each, else a series of values."""
    names = _metrics(ask, INSTAGRAM_METRICS)
    period = ask.params.get("period", "day")
    figures = {
        "reach": _sum(ctx, "instagram", metrics.reach),
        "views": _sum(ctx, "instagram", metrics.views),
        "likes": _sum(ctx, "instagram", metrics.likes),
        "comments": _sum(ctx, "instagram", metrics.answers),
        "saves": _sum(ctx, "instagram", metrics.saved),
        "shares": _sum(ctx, "instagram", metrics.shares),
        "total_interactions": _sum(ctx, "instagram", interactions),
        "accounts_engaged": int(_sum(ctx, "instagram", interactions) * 0.7),
    }
    rows = [_row(ctx, account.id, n, period, figures.get(n, 0)) for n in names]
    if ask.params.get("metric_type") == "total_value":
        for row in rows:
            row["total_value"] = {"value": row.pop("values")[0]["value"]}
    return {"data": rows}


def interactions(world: Any, entry: Entry) -> int:
    return sum(f(world, entry) for f in (metrics.likes, metrics.answers, metrics.saved, metrics.shares))


def of_media(ctx: Context, entry: Entry, ask: Ask) -> Json:
    names = _metrics(ask, MEDIA_METRICS)
    figures = {
        "views": metrics.views(ctx.world, entry),
        "reach": metrics.reach(ctx.world, entry),
        "saved": metrics.saved(ctx.world, entry),
        "likes": metrics.likes(ctx.world, entry),
        "comments": metrics.answers(ctx.world, entry),
        "shares": metrics.shares(ctx.world, entry),
        "total_interactions": interactions(ctx.world, entry),
    }
    rows = [_row(ctx, entry.id, n, "lifetime", figures.get(n, 0)) for n in names]
    for row in rows:
        row["values"] = [{"value": row["values"][0]["value"]}]
    return {"data": rows}
