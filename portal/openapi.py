"""The door's OpenAPI document as it truly answers: what FastAPI finds of the routes, with our own errors, media types and shapes.

Only what machines ask for is in it; pages for people are not. HEAD answers as GET does and is left out.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

#: how a path ends -> what it answers with
MEDIA = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown",
    ".zip": "application/zip",
}
XML = "text/xml"
ERROR = {"type": "object", "properties": {"error": {"type": "integer"}}, "required": ["error"]}
#: Open311's own errors
ERRORS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"code": {"type": "integer"}, "description": {"type": "string"}},
        "required": ["code", "description"],
    },
}
#: shapes of answers that no route declares itself
SHAPES: dict[str, dict[str, Any]] = {
    "/health": {"type": "object", "required": ["status", "at"]},
    "/open-data/datapackage.json": {"type": "object", "required": ["name", "resources", "licenses"]},
    "/open-data/releases.json": {"type": "array", "items": {"type": "object", "required": ["day", "sha256", "before", "seal"]}},
    "/open-data/{table}.json": {"type": "array", "items": {"type": "object"}},
    "/open311/v2": {"type": "object", "required": ["endpoints"]},
    "/open311/v2/requests.{form}": {"type": "array", "items": {"type": "object", "required": ["service_request_id"]}},
    "/open311/v2/requests/{number}.{form}": {
        "type": "array",
        "items": {"type": "object", "required": ["service_request_id", "status"]},
    },
    "/open311/v2/services.{form}": {"type": "array", "items": {"type": "object", "required": ["service_code", "service_name"]}},
}
SAID = {
    "304": "Nothing new since the etag given",
    "400": "Not understood",
    "403": "Sent by a page of another site",
    "404": "No such thing, or the wrong secret: both look the same",
    "429": "Too many tries; retry-after says when",
    "503": "The database is away or behind, or nothing is taken in here now",
}


def described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """What `app.openapi` is to be: the document, made once when it is first asked for."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # HEAD and GET of one route have one name; HEAD is left out below
                found = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            for path, operations in found["paths"].items():
                operations.pop("head", None)
                for operation in operations.values():
                    operation["responses"] = dict(_answers(path, operation))
            app.openapi_schema = found
        return app.openapi_schema

    return document


def _answers(path: str, operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every answer of one operation: what its route declares, and what any may come to."""
    for status, answer in operation["responses"].items():
        if status != "422":  # what does not fit is answered with 400 (portal.app)
            good = status.startswith("2")
            yield status, {**answer, "content": _content(path, answer.get("content", {}))} if good else answer
    declared = set(operation["responses"])
    for status, said in SAID.items():
        if status not in declared and _may(path, status, operation, sends="201" in declared):
            yield status, {"description": said, **({} if status == "304" else {"content": _faults(path)})}


def _may(path: str, status: str, operation: dict[str, Any], *, sends: bool) -> bool:
    """Whether that path may answer so. `sends`: something is sent in there."""
    open311, data = path.startswith("/open311/"), path.startswith("/open-data/")
    asked = bool(operation.get("parameters") or operation.get("requestBody"))
    return {
        "304": data,
        "400": asked,
        "403": sends,
        "404": "{" in path,
        "429": open311 and ("request" in path or "token" in path),
        "503": sends or path == "/health",
    }[status]


def _content(path: str, declared: dict[str, Any]) -> dict[str, Any]:
    """Media types and shapes of a good answer; those a route declares itself stand."""
    if any(one.get("schema") for one in declared.values()):
        return declared
    shape = SHAPES.get(path, {})
    if path.endswith(".{form}"):
        return {"application/json": {"schema": shape}, XML: {}}
    ending = next((media for end, media in MEDIA.items() if path.endswith(end)), "application/json")
    return {ending: {"schema": shape}} if shape else {ending: {}}


def _faults(path: str) -> dict[str, Any]:
    if path.startswith("/open311/"):
        return {"application/json": {"schema": {"anyOf": [ERROR, ERRORS]}}, XML: {}}
    return {"application/json": {"schema": ERROR}}
