"""`/health`: whether this door can serve (200 or 503), and how the rest of the house is doing. No secrets, no personal data.

The status code speaks of this process alone, so that a balancer doesn't take the door away because a worker sleeps;
`status` in the body (ok, degraded, down) speaks of everything and is what an alarm should read.
"""

from datetime import datetime
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from core.clock import now, rfc3339
from core.i18n import ROOT
from core.models import Account, Heartbeat
from portal.state import portal_of

router = APIRouter()

#: A tick that was not seen for so many seconds is late.
LATE_S = 300


@router.api_route("/health", methods=["GET", "HEAD"], tags=["health"])
def health(request: Request) -> JSONResponse:
    """The state of database, schema, workers and accounts."""
    try:
        with portal_of(request).db.read() as session:
            schema, workers, accounts = _schema(session), _workers(session), _accounts(session)
    except SQLAlchemyError as e:
        return _answer({"status": "down", "database": type(e).__name__}, 503)
    fine = all(not w["late"] for w in workers.values()) and bool(workers) and all(a["health"] == "ok" for a in accounts)
    status = ("ok" if fine else "degraded") if schema["current"] else "down"
    body = {"status": status, "database": "ok", "schema": schema, "workers": workers, "accounts": accounts}
    return _answer(body, 200 if schema["current"] else 503)


def _answer(body: dict[str, Any], status: int) -> JSONResponse:
    return JSONResponse({**body, "at": rfc3339(now())}, status, headers={"cache-control": "no-store"})


def _schema(session: Session) -> dict[str, Any]:
    at = sorted(MigrationContext.configure(session.connection()).get_current_heads())
    heads = sorted(ScriptDirectory(str(ROOT / "migrations")).get_heads())
    return {"at": at, "head": heads, "current": at == heads}


def _workers(session: Session) -> dict[str, Any]:
    rows = session.exec(select(Heartbeat).order_by(col(Heartbeat.name)))
    return {row.name: {"age_s": _age(row.at), "late": _age(row.at) > LATE_S} for row in rows}


def _accounts(session: Session) -> list[dict[str, Any]]:
    rows = session.exec(
        select(Account).where(col(Account.active).is_(True)).order_by(col(Account.platform), col(Account.native_id))
    )
    return [
        {
            "account": row.key,
            "health": row.health,
            "last_heard": row.heard_at and rfc3339(row.heard_at),
            "age_s": row.heard_at and _age(row.heard_at),
        }
        for row in rows
    ]


def _age(moment: datetime) -> int:
    return int((now() - moment).total_seconds())
