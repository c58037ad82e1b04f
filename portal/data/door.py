"""`/open-data`: every table as CSV and JSON, the data package, its README and catalogue, and each release as it was published."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import func, select
from sqlmodel import col

from core.clock import now, rfc3339
from inbox.data import files, package
from inbox.data.package import LICENCE, Cover
from inbox.data.shelf import DESCRIPTOR, Shelf
from inbox.data.suppress import LEAST
from inbox.data.tables import TABLES
from inbox.models import Release
from portal import etag
from portal.data import current
from portal.data.catalogue import catalogue
from portal.pages import page
from portal.state import portal_of

router = APIRouter(tags=["open data"])

#: anybody's page may read the data, from anywhere
OPEN = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
DAYS_KEPT = {"cache-control": "public, max-age=31536000, immutable"}


def _shelf(request: Request) -> Shelf:
    portal = portal_of(request)
    return portal.data.shelf(portal.db, portal.settings)


def _tables(request: Request) -> tuple[Cover, Mapping[str, bytes]]:
    """What stands on the package, and every table in it."""
    portal, known = portal_of(request), _shelf(request)
    with portal.db.read() as session:
        tables = current.tables(session, known)
    return Cover(portal.edition, portal.settings.public_url, known.at or now(), known.chain), tables


def _answer(request: Request, content: bytes, media: str, *, name: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """The file, or 304 for whoever has it already. `name`: what it is saved as."""
    saved = {"content-disposition": f'attachment; filename="{name}"'} if name else {}
    return etag.answer(request, content, media, {**OPEN, **saved, **(headers or {})})


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


@router.api_route("/open-data", methods=["GET", "HEAD"], include_in_schema=False)
def about(request: Request) -> HTMLResponse:
    """What is offered, for people."""
    return page(request, "open_data.html", least=LEAST, tables=list(TABLES.values()), licence=LICENCE, shelf=_shelf(request))


@router.api_route("/open-data/datapackage.json", methods=["GET", "HEAD"])
def datapackage(request: Request) -> Response:
    """The Frictionless data package: tables, columns in both languages, licence, checksums, its place in the chain."""
    return _answer(request, _json(package.described(*_tables(request))), "application/json")


@router.api_route("/open-data/catalog.jsonld", methods=["GET", "HEAD"])
def dcat(request: Request) -> Response:
    """The DCAT catalogue."""
    return _answer(request, _json(catalogue(*_tables(request))), "application/ld+json")


@router.api_route("/open-data/README.md", methods=["GET", "HEAD"])
def readme(request: Request) -> Response:
    """The same for people, in both languages."""
    return _answer(request, package.readme(_tables(request)[0]), "text/markdown; charset=utf-8")


@router.api_route("/open-data/package.zip", methods=["GET", "HEAD"])
def whole(request: Request) -> Response:
    """Everything in one file."""
    cover, tables = _tables(request)
    keep = portal_of(request).data
    inside = {DESCRIPTOR: _json(package.described(cover, tables)), "README.md": package.readme(cover)}
    for name, written in tables.items():
        inside |= {f"{name}.csv": written, f"{name}.json": keep.json(name, written)}
    day = _shelf(request).day or now().date()
    return _answer(request, files.zipped(inside, day), "application/zip", name=f"open-data-{day}.zip")


@router.api_route("/open-data/releases.json", methods=["GET", "HEAD"])
def releases(request: Request) -> Response:
    """Every release, the oldest first, with its hash, that of the one before, and the head of the audit."""
    _shelf(request)
    named = (col(Release.day), col(Release.sha256), col(Release.before), col(Release.seal_no), col(Release.seal), col(Release.at))
    query = select(*named, func.length(col(Release.package))).order_by(col(Release.day))
    with portal_of(request).db.read() as session:
        rows = [
            {
                "day": day.isoformat(),
                "path": f"releases/{day.isoformat()}.zip",
                "bytes": size,
                "sha256": sha256,
                "before": before,
                "seal_no": seal_no,
                "seal": seal,
                "published": rfc3339(at),
            }
            for day, sha256, before, seal_no, seal, at, size in session.execute(query)
        ]
    return _answer(request, _json(rows), "application/json")


@router.api_route("/open-data/releases/{day}.zip", methods=["GET", "HEAD"])
def release(request: Request, day: str) -> Response:
    """One release as it was published: the lines that were new on that day."""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise HTTPException(404) from None
    with portal_of(request).db.read() as session:
        found = session.get(Release, asked)
    if found is None:
        raise HTTPException(404)
    return _answer(request, found.package, "application/zip", name=f"open-data-{asked}-new.zip", headers=DAYS_KEPT)


@router.api_route("/open-data/{table}.csv", methods=["GET", "HEAD"])
def table(request: Request, table: str) -> Response:
    """A table as CSV: UTF-8 with its mark, so that Excel reads the Arabic."""
    return _answer(request, _written(request, table), "text/csv; charset=utf-8", name=f"{table}.csv")


@router.api_route("/open-data/{table}.json", methods=["GET", "HEAD"])
def records(request: Request, table: str) -> Response:
    """The same table as JSON."""
    return _answer(request, portal_of(request).data.json(table, _written(request, table)), "application/json")


def _written(request: Request, name: str) -> bytes:
    if name not in TABLES:
        raise HTTPException(404)
    if TABLES[name].frozen:
        return _shelf(request).tables[name]
    return _tables(request)[1][name]
