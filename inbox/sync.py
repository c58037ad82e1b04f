"""`manage.py sync`: every account to its end, judged and routed, receipts queued, nothing sent (DESIGN §3)."""

from collections.abc import Callable
from typing import Any

from connectors.contract import Connector
from core.clock import rfc3339
from core.db import Database
from core.errors import Disconnected, MajlisError, TokenExpired
from core.log import logger
from core.models import Account
from core.settings import Settings
from inbox import webhooks
from inbox.ingest import Pulled, pull
from outbox import accounts

log = logger("inbox")


def sync(db: Database, connect: Callable[[Account], Connector], settings: Settings, worker: str) -> dict[str, Any]:
    """One full pass over all active accounts: `{"accounts": [line…], "complete": bool}`.

    A line: account, new, edited, deleted, shown (numbers), complete, error (code or null), detail (English words or null),
    retry_at (RFC 3339 or null), problems (stream -> code), variables (the settings to look at when the platform refused the
    credentials). An account that fails leaves the others working.
    """
    with db.read() as session:
        connected = accounts.active(session)
    webhooks.digest(db, settings)
    lines = [_line(account, settings, *_pulled(db, account, connect, settings, worker)) for account in connected]
    return {"accounts": lines, "complete": all(line["complete"] for line in lines)}


def _pulled(
    db: Database, account: Account, connect: Callable[[Account], Connector], settings: Settings, worker: str
) -> tuple[Pulled, MajlisError | None]:
    try:
        result = pull(db, account.id or 0, connect, settings, worker, full=True)
    except MajlisError as e:
        return Pulled(), e
    except Exception:  # a fault in one platform's client must not silence the others; it is told in full in the log
        log.exception("account failed", account=account.key)
        return Pulled(), MajlisError()
    return result, result.error


def _line(account: Account, settings: Settings, result: Pulled, error: MajlisError | None) -> dict[str, Any]:
    refused = isinstance(error, TokenExpired | Disconnected)
    return {
        "account": account.key,
        "new": result.new,
        "edited": result.edited,
        "deleted": result.deleted,
        "shown": result.shown,
        "complete": result.complete,
        "error": error.code if error else None,
        "detail": error.words("en") if error else None,
        "retry_at": rfc3339(result.retry_at) if result.retry_at else None,
        "problems": result.problems,
        "variables": accounts.variables_of(account, settings) if refused else [],
    }
