"""What every Graph handler is given, and how an object or a list is put into an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sandbox import paging
from sandbox.entries import Entry
from sandbox.graph import errors
from sandbox.graph.fields import Field
from sandbox.http import Json, Request
from sandbox.shelf import Key
from sandbox.world import Token, World

Getter = Callable[["Context", Any], Any]
Edge = Callable[["Context", Any, "Ask"], Json]


@dataclass(frozen=True)
class Context:
    world: World
    request: Request
    token: Token
    version: str


@dataclass(frozen=True)
class Ask:
    """One list asked for: parameters (of the call or of `.limit()` and its like), fields of its items, its address."""

    params: dict[str, str]
    fields: tuple[Field, ...] | None
    path: str

    def number(self, name: str, default: int, most: int) -> int:
        text = self.params.get(name)
        if text is None:
            return default
        if not text.isdigit():
            raise errors.bad_parameter(f"Param {name} must be an integer")
        return min(int(text), most)


@dataclass(frozen=True)
class NodeKind:
    """A type of object: what it is called, what a bare request gets, its fields and the edges that may be expanded."""

    name: str
    default: tuple[str, ...]
    fields: dict[str, Getter]
    edges: dict[str, Edge]


def known(kind: NodeKind, wanted: tuple[Field, ...] | None) -> None:
    """(#100) for a field this kind does not have, also where there is nothing to show it of."""
    for one in wanted or ():
        if one.name not in kind.fields and one.name not in kind.edges:
            raise errors.unknown_field(one.name, kind.name)


def render(ctx: Context, kind: NodeKind, thing: Any, wanted: tuple[Field, ...] | None) -> Json:
    """The object with the fields asked for (and its id); empty fields are left out, unknown ones are (#100)."""
    known(kind, wanted)
    asked = wanted if wanted is not None else tuple(Field(name) for name in kind.default)
    shown: Json = {}
    for one in asked:
        if one.name in kind.fields:
            value = kind.fields[one.name](ctx, thing)
            if value is not None:
                shown[one.name] = _trimmed(kind, one, value)
        else:
            path = f"{kind.fields['id'](ctx, thing)}/{one.name}"
            shown[one.name] = kind.edges[one.name](ctx, thing, Ask(one.args, one.sub, path))
    shown.setdefault("id", kind.fields["id"](ctx, thing))
    return shown


def _trimmed(kind: NodeKind, one: Field, value: Any) -> Any:
    if one.sub is None or not isinstance(value, dict):
        return value
    for sub in one.sub:
        if sub.name not in value and sub.name not in OPTIONAL:
            raise errors.unknown_field(sub.name, one.name)
    return {sub.name: value[sub.name] for sub in one.sub if sub.name in value}


OPTIONAL = frozenset({"id", "name", "username", "url", "target", "media", "title", "description", "type"})
"""Names that objects inside objects may lack without that being the caller's mistake."""


def entries(
    ctx: Context,
    ask: Ask,
    walk: paging.Walk,
    kind: NodeKind,
    *,
    shown: Callable[[Entry], bool] = lambda entry: True,
    default: int = 25,
    most: int = 100,
) -> Json:
    """A page of entries: {data, paging{cursors, next?}}; `next` carries the token as Meta's does."""
    known(kind, ask.fields)
    seen = paging.visible(ctx.world, ctx.request)
    size = ask.number("limit", default, most)
    after = ask.params.get("after")
    if size == 0:
        return {"data": []}
    if 0 < ctx.world.config.graph_rows_most < size:
        raise errors.refusal(1, "Please reduce the amount of data you're asking for, then retry your request", status=500)
    try:
        page = paging.cut(ctx.world, ctx.request, walk, lambda e: seen(e) and shown(e), size, after)
    except paging.CursorRefused:
        raise errors.bad_cursor() from None
    for entry in page.items:
        entry.serve()
    data = [render(ctx, kind, entry, ask.fields) for entry in page.items]
    return {"data": data, **links(ctx, ask, page.here, page.next)}


def links(ctx: Context, ask: Ask, here: str | None, following: str | None) -> Json:
    if here is None:
        return {}
    made: Json = {"cursors": {"before": here, "after": following or here}}
    if following:
        kept = {k: v for k, v in ask.params.items() if k not in ("access_token", "after", "before", "fields")}
        if ask.fields is not None:
            kept["fields"] = write_fields(ask.fields)
        query = urlencode({**kept, "access_token": ctx.token.value, "after": following})
        made["next"] = f"https://{ctx.request.host}/{ctx.version}/{ask.path}?{query}"
    return {"paging": made}


def write_fields(fields: tuple[Field, ...]) -> str:
    def one(f: Field) -> str:
        args = "".join(f".{k}({v})" for k, v in f.args.items())
        return f.name + args + (f"{{{write_fields(f.sub)}}}" if f.sub is not None else "")

    return ",".join(one(f) for f in fields)


def newest(world: World, *shelf: str) -> paging.Walk:
    def walk(place: Key | None) -> Iterator[tuple[Key, Entry]]:
        return world.shelf(*shelf).newest_first(before=place)

    return walk


def oldest(world: World, *shelf: str) -> paging.Walk:
    def walk(place: Key | None) -> Iterator[tuple[Key, Entry]]:
        return world.shelf(*shelf).oldest_first(after=place)

    return walk
