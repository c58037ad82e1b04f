"""Reading X: who I am, mentions, timelines, search, look-ups, who liked or quoted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sandbox import paging
from sandbox.entries import Entry
from sandbox.http import Reply, Request
from sandbox.ids import snowflake_at
from sandbox.shelf import Key, Shelf
from sandbox.world import World
from sandbox.x import errors, params, search
from sandbox.x.render import View

CURSORED = frozenset({"since_id", "until_id", "start_time", "end_time", "max_results"})


def me(world: World, request: Request) -> Reply:
    params.check(request, params.USERS, params.USER_EXPANSIONS)
    return Reply(200, {"data": View(world, request).person(world.own("x"))})


def user(world: World, request: Request) -> Reply:
    params.check(request, params.USERS, params.USER_EXPANSIONS)
    person = world.people.get(("x", request.args["id"]))
    if person is None:
        return Reply(200, {"errors": [errors.missing("user", "id", request.args["id"])]})
    return Reply(200, {"data": View(world, request).person(person)})


def users_by_name(world: World, request: Request) -> Reply:
    params.check(request, params.USERS, params.USER_EXPANSIONS)
    person = world.named("x", request.args["username"])
    if person is None:
        return Reply(200, {"errors": [errors.missing("user", "username", request.args["username"])]})
    return Reply(200, {"data": View(world, request).person(person)})


def mentions(world: World, request: Request) -> Reply:
    """The newest 800 posts that name the user, newest first."""
    params.check(request, params.TWEETS | CURSORED | {"pagination_token"})
    shelf = world.shelf("x", "mentions", request.args["id"])
    return _timeline(world, request, shelf, lambda entry: not entry.reposted, cap=world.config.x_mentions_cap)


def own_posts(world: World, request: Request) -> Reply:
    """The newest 3,200 posts of the user, replies and reposts among them unless excluded."""
    params.check(request, params.TWEETS | CURSORED | {"pagination_token", "exclude"})
    excluded = params.listed(request, "exclude")
    if excluded - {"replies", "retweets"}:
        raise errors.invalid("exclude", sorted(excluded), "The `exclude` query parameter takes [replies,retweets]")
    shelf = world.shelf("x", "by", request.args["id"])

    def wanted(entry: Entry) -> bool:
        return not (("replies" in excluded and entry.parent) or ("retweets" in excluded and entry.reposted))

    return _timeline(world, request, shelf, wanted, cap=3200)


def recent_search(world: World, request: Request) -> Reply:
    """The last seven days, by query; 400 for a beginning before them."""
    allowed = params.TWEETS | CURSORED | {"query", "next_token", "pagination_token", "sort_order"}
    params.check(request, allowed)
    query = request.query.get("query", "")
    if not query:
        raise errors.invalid("query", "", "The `query` query parameter can not be empty")
    shelf, wanted = search.compile_query(world, query)
    oldest = snowflake_at(world.clock.now() - 7 * 86_400)
    since, start = params.post_id(request, "since_id"), params.instant(request, "start_time")
    if since is not None and since < oldest:
        raise errors.invalid(
            "since_id", since, f"'since_id' must be a tweet id created after the last 7 days began; use one larger than {oldest}"
        )
    if start is not None and snowflake_at(start) < oldest:
        raise errors.invalid("start_time", request.query["start_time"], "Invalid 'start_time': it must be within the last 7 days")
    token = "next_token" if "next_token" in request.query else "pagination_token"
    return _timeline(
        world, request, shelf, lambda e: int(e.current_id) > oldest and wanted(e), token_name=token, low=10, default=10
    )


def quote_posts(world: World, request: Request) -> Reply:
    params.check(request, params.TWEETS | {"max_results", "pagination_token", "exclude"})
    shelf = world.shelf("x", "quotes", _first_id(world, request.args["id"]))
    reply = _timeline(world, request, shelf, lambda entry: True, low=10, default=10)
    for bound in ("newest_id", "oldest_id"):
        reply.body["meta"].pop(bound, None)
    return reply


def _timeline(
    world: World,
    request: Request,
    shelf: Shelf,
    wanted: Callable[[Entry], bool],
    *,
    cap: int | None = None,
    token_name: str = "pagination_token",  # noqa: S107  # the name of a parameter, not a secret
    low: int = 5,
    default: int = 10,
) -> Reply:
    size = params.number(request, "max_results", default, low, 100)
    newest, oldest = _bounds(request)
    seen = paging.visible(world, request)

    def walk(place: Key | None) -> Iterator[tuple[Key, Entry]]:
        before = min(k for k in (place, newest) if k is not None) if place or newest else None
        return shelf.newest_first(before=before, after=oldest)

    token = request.query.get(token_name)
    try:
        page = paging.cut(world, request, walk, lambda e: seen(e) and wanted(e), size, token, cap)
    except paging.CursorRefused:
        message = f"The `{token_name}` query parameter value [{token}] is not valid"
        raise errors.invalid(token_name, token, message) from None
    view = View(world, request)
    data = [view.post(entry) for entry in page.items]
    meta: dict[str, str | int] = {"result_count": len(data)}
    if not data:
        return Reply(200, {"meta": meta})
    ids = [int(post["id"]) for post in data]
    meta |= {"newest_id": str(max(ids)), "oldest_id": str(min(ids))}
    if page.next:
        meta["next_token"] = page.next
    if token and token_name != "next_token" and page.here:  # noqa: S105  # the name of a parameter
        meta["previous_token"] = page.here
    body = {"data": data, "meta": meta}
    if included := view.includes():
        body["includes"] = included
    return Reply(200, body)


def _bounds(request: Request) -> tuple[Key | None, Key | None]:
    until, since = params.post_id(request, "until_id"), params.post_id(request, "since_id")
    end, start = params.instant(request, "end_time"), params.instant(request, "start_time")
    highs = [until] if until is not None else []
    highs += [snowflake_at(end)] if end is not None else []
    lows = [since] if since is not None else []
    lows += [snowflake_at(start) - 1] if start is not None else []
    return ((min(highs), 0) if highs else None), ((max(lows), 0) if lows else None)


def _first_id(world: World, post_id: str) -> str:
    entry = world.find("x", post_id)
    return entry.id if entry else post_id


def look_up(world: World, request: Request) -> Reply:
    """Up to 100 posts by id; those gone or never there stand in `errors`."""
    params.check(request, params.TWEETS | {"ids"})
    ids = [i for i in request.query.get("ids", "").split(",") if i]
    if not ids:
        raise errors.invalid("ids", "", "The `ids` query parameter can not be empty")
    if len(ids) > 100:
        raise errors.invalid(
            "ids", ids, f"The number of values in the `ids` query parameter list [{len(ids)}] is not between 1 and 100"
        )
    return _found(world, request, ids, "ids")


def look_up_one(world: World, request: Request) -> Reply:
    params.check(request, params.TWEETS)
    reply = _found(world, request, [request.args["id"]], "id")
    if "data" in reply.body:
        reply.body["data"] = reply.body["data"][0]
    return reply


def _found(world: World, request: Request, ids: list[str], parameter: str) -> Reply:
    view = View(world, request)
    data, gone = [], []
    for post_id in ids:
        entry = world.find("x", post_id)
        if entry is None or entry.deleted:
            gone.append(errors.missing("tweet", parameter, post_id))
            continue
        data.append(view.post(entry, next(v for v in entry.versions if v.id == post_id)))
    body: dict[str, object] = {}
    if data:
        body["data"] = data
    if included := view.includes():
        body["includes"] = included
    if gone:
        body["errors"] = gone
    return Reply(200, body)


def liking_users(world: World, request: Request) -> Reply:
    params.check(request, params.USERS | {"max_results", "pagination_token"}, params.USER_EXPANSIONS)
    entry = world.find("x", request.args["id"])
    return _people(world, request, entry.likes if entry else [])


def reposted_by(world: World, request: Request) -> Reply:
    params.check(request, params.USERS | {"max_results", "pagination_token"}, params.USER_EXPANSIONS)
    shelf = world.shelf("x", "reposts", _first_id(world, request.args["id"]))
    return _people(world, request, [entry.author for entry in shelf])


def _people(world: World, request: Request, ids: list[str]) -> Reply:
    size = params.number(request, "max_results", 100, 1, 100)
    view = View(world, request)
    data = [view.person(world.person("x", i)) for i in ids[:size]]
    return Reply(200, {"data": data, "meta": {"result_count": len(data)}} if data else {"meta": {"result_count": 0}})
