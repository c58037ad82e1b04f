"""Which handler answers a method and a path."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.http import Reply, Request
from sandbox.world import World

Handler = Callable[[World, Request], Reply]


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler


def route(method: str, path: str, handler: Handler) -> Route:
    """`/2/users/{id}/mentions`: each {name} takes one path segment."""
    return Route(method, re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$"), handler)


def find(routes: Iterable[Route], method: str, path: str) -> tuple[Handler, dict[str, str]] | None:
    for candidate in routes:
        if candidate.method == method and (match := candidate.pattern.match(path)):
            return candidate.handler, match.groupdict()
    return None
