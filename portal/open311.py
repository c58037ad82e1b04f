"""Open311 GeoReport v2, read only, as a profile for requests without a place (docs/open311.md).

`services` lists the kinds of case; `requests/{number}` shows one case to whoever holds its secret (`?token=`). JSON and XML.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any
from xml.etree import ElementTree

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from core.clock import rfc3339
from core.i18n import t
from policies.verdict import KINDS
from portal.case import Tried, find_case
from portal.pages import lang_of_request
from portal.state import portal_of

router = APIRouter(prefix="/open311/v2", tags=["open311"])

CHANGED = "2026-11-24T00:00:00Z"


class Form(StrEnum):
    """How an answer is written."""

    JSON = "json"
    XML = "xml"


def written(form: Form, root: str, rows: Sequence[Mapping[str, Any]], item: str, status: int = 200) -> Response:
    """`rows` in that form: a JSON list, or `<root><item><name>value</name></item></root>`."""
    if form is Form.JSON:
        return JSONResponse(list(rows), status)
    tree = ElementTree.Element(root)
    for row in rows:
        _fill(ElementTree.SubElement(tree, item), row)
    return Response(ElementTree.tostring(tree, "utf-8", xml_declaration=True), status, media_type="text/xml; charset=utf-8")


def _fill(element: ElementTree.Element, value: Any) -> None:
    if isinstance(value, Mapping):
        for name, below in value.items():
            for one in below if isinstance(below, list) else [below]:
                _fill(ElementTree.SubElement(element, name), one)
    elif value is not None:
        element.text = str(value).lower() if isinstance(value, bool) else str(value)


def _discovery(request: Request) -> dict[str, Any]:
    home = portal_of(request).settings.public_url
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": f"{home}/open311/v2",
        "changeset": CHANGED,
        "type": "production",
        "formats": [{"format": "application/json"}, {"format": "text/xml"}],
    }
    return {"changeset": CHANGED, "contact": f"{home}/", "key_service": "", "endpoints": [{"endpoint": endpoint}]}


@router.api_route("", methods=["GET", "HEAD"])
def root(request: Request) -> JSONResponse:
    """The discovery document."""
    return JSONResponse(_discovery(request))


@router.api_route("/discovery.{form}", methods=["GET", "HEAD"])
def discovery(request: Request, form: Form) -> Response:
    """The discovery document in the form asked for."""
    if form is Form.JSON:
        return JSONResponse(_discovery(request))
    tree = ElementTree.Element("discovery")
    _fill(tree, _discovery(request))
    return Response(ElementTree.tostring(tree, "utf-8", xml_declaration=True), media_type="text/xml; charset=utf-8")


@router.api_route("/services.{form}", methods=["GET", "HEAD"])
def services(request: Request, form: Form) -> Response:
    """The kinds of case, with their names in the reader's language and in Arabic."""
    lang = lang_of_request(request)
    rows = [
        {
            "service_code": kind,
            "service_name": t(f"portal.service.{kind}.name", lang),
            "service_name_ar": t(f"portal.service.{kind}.name", "ar"),
            "description": t(f"portal.service.{kind}.about", lang),
            "metadata": False,
            "type": "realtime",
            "keywords": kind,
            "group": t("portal.service.group", lang),
        }
        for kind in KINDS
    ]
    return written(form, "services", rows, "service")


@router.api_route("/requests/{number}.{form}", methods=["GET", "HEAD"])
def one(request: Request, number: str, form: Form, token: Annotated[str, Query()] = "") -> Response:
    """One case. Without its secret as `token` it does not exist; 429 after too many tries."""
    try:
        shown = find_case(request, number, token)
    except Tried as e:
        answer = written(form, "errors", [{"code": 429, "description": "too many tries"}], "error", 429)
        answer.headers["retry-after"] = str(e.wait_s)
        return answer
    if shown is None:
        return written(form, "errors", [{"code": 404, "description": "no request with this number and token"}], "error", 404)
    view = shown.case
    row = {
        "service_request_id": view.number,
        "status": "closed" if view.state in ("resolved", "closed") else "open",
        "status_notes": view.state_words,
        "service_name": t(f"portal.service.{view.kind}.name", view.lang),
        "service_code": view.kind,
        "requested_datetime": rfc3339(view.opened_at),
        "expected_datetime": view.due_at and rfc3339(view.due_at),
    }
    answer = written(form, "service_requests", [row], "request")
    answer.headers["cache-control"] = "no-store"
    return answer
