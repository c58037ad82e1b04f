"""What may be turned on the sandbox while it runs (POST /__sandbox/config)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

Dialect = Literal["tweet", "post"]
Tier = Literal["self_serve", "enterprise"]


@dataclass
class Config:
    """Every knob, with the platform's own habit as its default.

    page_size: most items an answer may hold, whatever was asked (0: no limit of our own).
    visible_delay_s: how long a new entry is missing from lists. cursor_ttl_s: how long a paging cursor lives.
    repeat_rate: share of items that lists deliver again on the next page. disorder: pages are shuffled inside.
    rate_limits: requests per 15 minutes by X endpoint name, over the built-in figures.
    graph_calls_per_hour: Graph's throttle. graph_rows_most: more rows than these at once are too much data for it (0: none are).
    media_delay_s: how long a picture or film takes to be ready.
    answer_delay_s: how long each call takes, from its arrival to its answer.
    """

    x_dialect: Dialect = "tweet"
    x_tier: Tier = "self_serve"
    x_duplicate_filter: bool = True
    x_v1_upload: bool = True
    x_mentions_cap: int = 800
    x_dm_closed: list[str] = field(default_factory=list)
    rate_windows: bool = True
    rate_limits: dict[str, int] = field(default_factory=dict)
    graph_calls_per_hour: int = 48_000
    graph_rows_most: int = 0
    graph_duplicate_filter: bool = True
    oldest_graph_version: float = 22.0
    newest_graph_version: float = 26.0
    visible_delay_s: float = 0.0
    page_size: int = 0
    cursor_ttl_s: float = 86_400.0
    repeat_rate: float = 0.0
    disorder: bool = False
    media_delay_s: float = 0.0
    answer_delay_s: float = 0.0
    instagram_webhook_flavour: Literal["facebook_login", "instagram_login"] = "facebook_login"
    instagram_quota: int = 100


def changed(config: Config, changes: dict[str, Any]) -> Config:
    """A copy with `changes`; ValueError names an unknown knob or a value of the wrong kind."""
    known = {f.name: f for f in fields(Config)}
    for name, value in changes.items():
        if name not in known:
            raise ValueError(f"no such setting: {name}")
        current = getattr(config, name)
        number = isinstance(current, float | int) and not isinstance(current, bool)
        fits = isinstance(value, int | float) and not isinstance(value, bool) if number else isinstance(value, type(current))
        if not fits:
            raise ValueError(f"{name} takes {type(current).__name__}, not {type(value).__name__}")
    allowed = {
        "x_dialect": get_args(Dialect),
        "x_tier": get_args(Tier),
        "instagram_webhook_flavour": ("facebook_login", "instagram_login"),
    }
    for name, values in allowed.items():
        if name in changes and changes[name] not in values:
            raise ValueError(f"{name} is one of {', '.join(values)}")
    return replace(config, **changes)
