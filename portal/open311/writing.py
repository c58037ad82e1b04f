"""How answers are written: a list of records as JSON, or as the XML that GeoReport v2 lays down."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree

from fastapi.responses import JSONResponse, Response

from core.display import for_xml


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
        fill(ElementTree.SubElement(tree, item), row)
    return as_xml(tree, status)


def as_xml(tree: ElementTree.Element, status: int = 200) -> Response:
    """The tree as an answer."""
    return Response(ElementTree.tostring(tree, "utf-8", xml_declaration=True), status, media_type="text/xml; charset=utf-8")


def refused(form: Form, status: int, *words: str, wait_s: int = 0) -> Response:
    """Errors as GeoReport has them: a list of code and description."""
    answer = written(form, "errors", [{"code": status, "description": one} for one in words], "error", status)
    if wait_s:
        answer.headers["retry-after"] = str(wait_s)
    return answer


def fill(element: ElementTree.Element, value: Any) -> None:
    """Put a value into an element: a mapping as elements of its names, a list as one element each."""
    if isinstance(value, Mapping):
        for name, below in value.items():
            for one in below if isinstance(below, list) else [below]:
                fill(ElementTree.SubElement(element, name), one)
    elif value is not None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        element.text = for_xml(text)
