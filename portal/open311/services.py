"""What one may ask for: discovery, the kinds of case as services, and what to say for each."""

from typing import Any
from xml.etree import ElementTree

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from core.i18n import Lang, t
from inbox.forms import LONGEST
from inbox.tongues import NAMES
from policies.verdict import KINDS, TOPICS
from portal.open311.writing import Form, as_xml, fill, refused, written
from portal.pages import lang_of_request
from portal.state import portal_of

router = APIRouter()

CHANGED = "2026-11-28T00:00:00Z"
YES = "yes"


def discovered(request: Request) -> dict[str, Any]:
    """The discovery document."""
    home = portal_of(request).settings.public_url
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": f"{home}/open311/v2",
        "changeset": CHANGED,
        "type": "production",
        "formats": [{"format": "application/json"}, {"format": "text/xml"}],
    }
    return {"changeset": CHANGED, "contact": f"{home}/", "key_service": "", "endpoints": [{"endpoint": endpoint}]}


@router.api_route("/discovery.{form}", methods=["GET", "HEAD"])
def discovery(request: Request, form: Form) -> Response:
    """The discovery document in the form asked for."""
    if form is Form.JSON:
        return JSONResponse(discovered(request))
    tree = ElementTree.Element("discovery")
    fill(tree, discovered(request))
    return as_xml(tree)


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
            "metadata": True,
            "type": "realtime",
            "keywords": kind,
            "group": t("portal.service.group", lang),
        }
        for kind in KINDS
    ]
    return written(form, "services", rows, "service")


@router.api_route("/services/{code}.{form}", methods=["GET", "HEAD"])
def definition(request: Request, code: str, form: Form) -> Response:
    """What may be said beside the description, and what taking part means."""
    if code not in KINDS:
        return refused(form, 404, "no service with this service_code")
    attributes = _attributes(request, lang_of_request(request))
    if form is Form.JSON:
        return JSONResponse({"service_code": code, "attributes": attributes})
    tree = ElementTree.Element("service_definition")
    fill(tree, {"service_code": code, "attributes": {"attribute": [_in_xml(one) for one in attributes]}})
    return as_xml(tree)


def _attributes(request: Request, lang: Lang) -> list[dict[str, Any]]:
    edition = portal_of(request).edition
    topics = [(topic, t(f"data.code.topic.{topic}", lang)) for topic in TOPICS if topic != "none"]
    listed: tuple[tuple[str, list[tuple[str, str]]], ...] = (
        ("topic", topics),
        ("lang", [(tongue, name) for tongue, name in NAMES.items()]),
        ("confidential", [(YES, t("portal.open311.yes", lang))]),
    )
    terms = f"{t('portal.open311.accepts', lang, edition=edition.ref)} {edition.disclaimer(lang)}"
    told = (("limits", t("portal.open311.limits", lang, most=LONGEST)), ("terms", terms))
    asked = [
        _attribute(order, code, "singlevaluelist", t(f"portal.open311.{code}", lang), values)
        for order, (code, values) in enumerate(listed, 1)
    ]
    return asked + [_attribute(order, code, "string", text) for order, (code, text) in enumerate(told, len(asked) + 1)]


def _attribute(
    order: int, code: str, datatype: str, description: str, values: list[tuple[str, str]] | None = None
) -> dict[str, Any]:
    """One attribute; without values to choose from it only tells something."""
    told = {
        "variable": values is not None,
        "code": code,
        "datatype": datatype,
        "required": False,
        "datatype_description": "",
        "order": order,
        "description": description,
    }
    return {**told, "values": [{"key": key, "name": name} for key, name in values]} if values else told


def _in_xml(attribute: dict[str, Any]) -> dict[str, Any]:
    values = attribute.get("values")
    return {**attribute, "values": {"value": values}} if values else attribute
