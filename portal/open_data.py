"""`/open-data`: how much the public said each day, by platform and kind, as CSV, JSON and a data package.

The counts come from the tally `public`, which private, hidden and deleted messages never enter. A count under LEAST is left out and
marked; no totals are published and the running day is not, so that a suppressed cell can't be worked out from two downloads.
"""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy import func, select
from sqlmodel import Session

from core.clock import now, rfc3339
from core.i18n import t
from core.models import Account
from inbox.models import Tally
from inbox.tally import EVER, today
from policies.clauses import Edition
from policies.verdict import KINDS
from portal.pages import page
from portal.state import portal_of

router = APIRouter(tags=["open data"])

#: Smallest count shown.
LEAST = 5
FIELDS = {"day": "date", "platform": "string", "kind": "string", "count": "integer", "suppressed": "boolean"}
LICENCE = {"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}


@dataclass(frozen=True, slots=True)
class Cell:
    """How often a kind was written on a platform on a day in the Emirates. `count` None: fewer than LEAST, suppressed."""

    day: date
    platform: str
    kind: str
    count: int | None

    def row(self) -> dict[str, Any]:
        """The cell as the fields of the package."""
        named = {"day": self.day.isoformat(), "platform": self.platform, "kind": self.kind}
        return {**named, "count": self.count, "suppressed": self.count is None}


def participation(session: Session, before: date) -> list[Cell]:
    """All cells of days before `before`, oldest first; a day without a message has none."""
    counters, accounts = Tally.__table__.c, Account.__table__.c  # type: ignore[attr-defined]  # SQLModel does not declare them
    total = func.sum(counters.count)
    names = (counters.day, accounts.platform, counters.value)
    query = (
        select(*names, total)
        .join(Account, accounts.id == counters.account_id)
        .where(counters.name == "public", counters.day > EVER, counters.day < before, counters.value.in_(KINDS))
        .group_by(*names)
        .having(total > 0)
        .order_by(*names)
    )
    rows = session.connection().execute(query)
    return [Cell(day, platform, kind, int(n) if n >= LEAST else None) for day, platform, kind, n in rows]


def as_csv(cells: Sequence[Cell]) -> bytes:
    """RFC 4180 in UTF-8. Every cell is a date, a code of ours or a number: nothing a spreadsheet could run."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS)
    writer.writeheader()
    writer.writerows({**cell.row(), "suppressed": str(cell.count is None).lower()} for cell in cells)
    return text.getvalue().encode()


def package(cells: Sequence[Cell], edition: Edition, home: str) -> dict[str, Any]:
    """The Frictionless data package that describes the files. `home` is the public address of the portal."""
    table = as_csv(cells)
    return {
        "profile": "tabular-data-package",
        "name": "participation",
        "title": t("portal.data.title", "en"),
        "title_ar": t("portal.data.title", "ar"),
        "description": t("portal.data.lead", "en", least=LEAST),
        "description_ar": t("portal.data.lead", "ar", least=LEAST),
        "homepage": f"{home}/open-data",
        "created": rfc3339(now().replace(microsecond=0)),
        "licenses": [LICENCE],
        "policy": edition.ref,
        "disclaimer": {"ar": edition.disclaimer("ar"), "en": edition.disclaimer("en")},
        "resources": [
            {
                "name": "participation",
                "path": "participation.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(table),
                "hash": f"sha256:{hashlib.sha256(table).hexdigest()}",
                "schema": {
                    "fields": [_field(name, kind) for name, kind in FIELDS.items()],
                    "primaryKey": ["day", "platform", "kind"],
                    "missingValues": [""],
                },
            }
        ],
    }


def _field(name: str, kind: str) -> dict[str, Any]:
    described = {"description": t(f"portal.data.{name}", "en"), "description_ar": t(f"portal.data.{name}", "ar")}
    limits: dict[str, Any] = {} if name == "count" else {"constraints": {"required": True}}
    if name == "kind":
        limits["constraints"]["enum"] = list(KINDS)
    return {"name": name, "type": kind, **described, **limits}


def _cells(request: Request) -> list[Cell]:
    with portal_of(request).db.read() as session:
        return participation(session, today())


@router.api_route("/open-data", methods=["GET", "HEAD"], include_in_schema=False)
def about(request: Request) -> HTMLResponse:
    """What is offered, for people."""
    return page(request, "open_data.html", least=LEAST, fields=list(FIELDS), licence=LICENCE)


@router.api_route("/open-data/datapackage.json", methods=["GET", "HEAD"])
def datapackage(request: Request) -> JSONResponse:
    """The data package: files, fields, licence, checksum."""
    portal = portal_of(request)
    return JSONResponse(package(_cells(request), portal.edition, portal.settings.public_url))


@router.api_route("/open-data/participation.csv", methods=["GET", "HEAD"])
def table(request: Request) -> Response:
    """The counts as CSV."""
    names = {"content-disposition": 'attachment; filename="participation.csv"'}
    return Response(as_csv(_cells(request)), media_type="text/csv; charset=utf-8", headers=names)


@router.api_route("/open-data/participation.json", methods=["GET", "HEAD"])
def records(request: Request) -> JSONResponse:
    """The same counts as JSON."""
    return JSONResponse([cell.row() for cell in _cells(request)])
