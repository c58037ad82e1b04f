"""Structured logs on stderr, one JSON object a line, without personal data.

Only the fields named in KNOWN are written; anything else is dropped and its name listed under `dropped`, so that a text, a
name or a token can't slip into a log by being passed along. Of an exception its kind and where it came from are written, never its
message: databases and parsers quote in it what somebody wrote.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

#: Fields a log line may carry: identifiers, counts, codes, times. Never text, names, handles, tokens, addresses.
KNOWN = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "exception",
        "account",
        "platform",
        "stream",
        "delivery",
        "item",
        "case",
        "post",
        "job",
        "worker",
        "code",
        "detail",
        "count",
        "new",
        "edited",
        "deleted",
        "seconds",
        "state",
        "kind",
        "attempt",
        "status",
        "method",
        "path",
        "retry_at",
        "version",
        "url",
        "port",
        "rule",
        "clause",
        "pid",
        "database",
        "step",
        "setting",
        "webhook",
        "host",
    }
)


def _only_known(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    strange = event.keys() - KNOWN
    for key in strange:
        del event[key]
    if strange:
        event["dropped"] = sorted(strange)
    return event


def told(error: BaseException) -> str:
    """An exception and what led to it, one kind a line with its code or number where it has one, and under it the calls."""
    lines: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        origin = getattr(one, "orig", None) or one  # SQLAlchemy wraps what the driver said
        code = next((str(found) for name in ("code", "sqlstate", "errno") if (found := getattr(origin, name, None))), "")
        lines.append(f"{type(origin).__module__}.{type(origin).__qualname__}{f' {code}' if code else ''}")
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(one.__traceback__)]
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n".join(lines)


def _exception(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = told(error)
    return event


class _Plain(logging.Formatter):
    """Libraries' lines; their exceptions are told like ours."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 (the standard library's name)
        return told(ei[1]) if ei[1] is not None else ""


def set_up(level: str = "info") -> None:
    """Configure logging for a door's process. stdout stays free for data."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception,
            _only_known,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # libraries speak through the standard module; their debug lines hold URLs with tokens
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Plain("%(name)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for chatty in ("urllib3", "requests_oauthlib", "oauthlib", "tweepy", "instagrapi", "private_request", "httpx"):
        logging.getLogger(chatty).setLevel(logging.ERROR)


def logger(room: str) -> Any:
    """The logger of a room: `log = logger("inbox")`, `log.info("received", account=…, count=…)`."""
    return structlog.get_logger(room)
