"""Structured logs on stderr, one JSON object a line, without personal data.

Only the fields named in KNOWN are written; anything else is dropped and its name listed under `dropped`, so that a text, a
name or a token can't slip into a log by being passed along.
"""

import logging
import sys
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


def set_up(level: str = "info") -> None:
    """Configure logging for a door's process. stdout stays free for data."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _only_known,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # libraries speak through the standard module; their debug lines hold URLs with tokens
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    for chatty in ("urllib3", "requests_oauthlib", "oauthlib", "tweepy", "instagrapi", "private_request", "httpx"):
        logging.getLogger(chatty).setLevel(logging.ERROR)


def logger(room: str) -> Any:
    """The logger of a room: `log = logger("inbox")`, `log.info("received", account=…, count=…)`."""
    return structlog.get_logger(room)
