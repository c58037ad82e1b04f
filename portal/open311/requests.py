"""Requests: sent in by the same way as every form of ours, and shown to whoever holds their token."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi import Form as Field
from fastapi.responses import Response

from core.actors import DOOR
from core.clock import rfc3339
from core.errors import Invalid
from core.i18n import t
from inbox import cases, forms
from inbox.caseview import CaseView
from inbox.models import Case
from policies.verdict import KINDS
from portal.case import Shown, Tried, find_case
from portal.fields import FORMS, Entry, entered, said_why
from portal.forms import Filled, wait_to_send
from portal.open311.writing import Form, refused, written
from portal.pages import lang_of_request
from portal.state import portal_of

router = APIRouter()

#: tokens looked at in one go
MOST = 10
PRIVATE = {"cache-control": "no-store"}
Text = Annotated[str, Field()]
Named = Annotated[str, Query(max_length=500)]


def _named(name: str) -> Any:
    return Field(alias=f"attribute[{name}]")


@router.post("/requests.{form}", status_code=201)
def send(
    request: Request,
    form: Form,
    service_code: Text = "",
    description: Text = "",
    first_name: Text = "",
    last_name: Text = "",
    email: Text = "",
    phone: Text = "",
    topic: Annotated[str, _named("topic")] = "",
    lang: Annotated[str, _named("lang")] = "",
    confidential: Annotated[str, _named("confidential")] = "",
    key: Annotated[str, Header(alias="Idempotency-Key", max_length=200)] = "",
    site: Annotated[str, Header(alias="Sec-Fetch-Site", include_in_schema=False)] = "none",
) -> Response:
    """Send a request in; the answer holds its number, and the token that opens it. No place, no key, no media.

    With an `Idempotency-Key` the same request sent again is the same one, with the same answer.
    """
    if site not in ("none", "same-origin"):
        return refused(form, 403, "a page of another site may not send for its reader")
    if service_code not in KINDS:
        return refused(
            form, 404 if service_code else 400, "no service with this service_code" if service_code else "service_code is missing"
        )
    said = {
        "kind": service_code, "text": description, "topic": topic, "lang": lang, "confidential": confidential,
        "name": f"{first_name} {last_name}", "email": email, "phone": phone,
    }  # fmt: skip
    name = next(name for name, kinds in FORMS.items() if service_code in kinds)
    if wait := wait_to_send(request, name):
        return refused(form, 429, "too many requests", wait_s=wait)
    entry = entered(request, name, Filled(said))
    if entry.problems:
        return refused(form, 400, *entry.problems.values())
    return _filed(request, form, entry, _nonce(key, said))


def _nonce(key: str, said: dict[str, str]) -> str:
    """The name of this one request: its sender's key with all he says, so that nobody learns of another's by guessing a key."""
    if not key:
        return token_hex(16)
    return hashlib.sha256("\x1f".join(["open311", key, *said.values()]).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _filed(request: Request, form: Form, entry: Entry, nonce: str) -> Response:
    portal, edition = portal_of(request), portal_of(request).edition
    filed = replace(entry, edition=edition.ref).filed(nonce)
    verdicts = forms.judged(filed, edition)
    try:
        with portal.db.write() as session:
            if not forms.open_now(session):
                return refused(form, 503, "requests are not taken here now")
            case = forms.file(session, DOOR, filed, edition, verdicts, settings=portal.settings, vault=portal.vault)
    except Invalid as e:
        return refused(form, 400, said_why(e, lang_of_request(request)))
    answer = written(form, "service_requests", [_receipt(request, case)], "request", 201)
    answer.headers.update(PRIVATE)
    return answer


def _receipt(request: Request, case: Case) -> dict[str, Any]:
    lang, edition = lang_of_request(request), portal_of(request).edition
    terms = t("portal.open311.accepted", lang, edition=case.edition or edition.ref)
    return {
        "service_request_id": case.number,
        "token": f"{case.number}.{cases.secret_of(case, portal_of(request).vault)}",
        "service_notice": f"{terms} {edition.disclaimer(lang)}",
        "expected_datetime": case.first_due_at and rfc3339(case.first_due_at),
        "account_id": None,
    }


@router.api_route("/requests.{form}", methods=["GET", "HEAD"])
def listed(
    request: Request,
    form: Form,
    token: Annotated[str, Query(max_length=1000)] = "",
    service_request_id: Named = "",
    service_code: Named = "",
    status: Named = "",
    start_date: datetime | None = None,
    end_date: datetime | None = None,
) -> Response:
    """The requests whose tokens are given (`token=…,…`, ten at most), newest first, narrowed by the rest; without a token, none."""
    try:
        found = [shown for one in dict.fromkeys(token.split(",")[:MOST]) if one and (shown := _held(request, one))]
    except Tried as e:
        return refused(form, 429, "too many tries", wait_s=e.wait_s)
    rows = [
        _row(shown)
        for shown in sorted(found, key=lambda shown: shown.case.opened_at, reverse=True)
        if _among(shown.case.number, service_request_id)
        and _among(shown.case.kind, service_code)
        and _among(_status(shown.case), status)
        and (start_date is None or shown.case.opened_at >= _instant(start_date))
        and (end_date is None or shown.case.opened_at <= _instant(end_date))
    ]
    return _private(form, rows)


@router.api_route("/requests/{number}.{form}", methods=["GET", "HEAD"])
def one(request: Request, number: str, form: Form, token: Annotated[str, Query()] = "") -> Response:
    """One request. Without its token (or its secret) it does not exist; 429 after too many tries."""
    try:
        shown = find_case(request, number, token.rpartition(".")[2])
    except Tried as e:
        return refused(form, 429, "too many tries", wait_s=e.wait_s)
    if shown is None:
        return refused(form, 404, "no request with this number and token")
    return _private(form, [_row(shown)])


@router.api_route("/tokens/{token}.{form}", methods=["GET", "HEAD"])
def of_token(request: Request, token: str, form: Form) -> Response:
    """The number of the request that a token opens."""
    try:
        shown = _held(request, token)
    except Tried as e:
        return refused(form, 429, "too many tries", wait_s=e.wait_s)
    if shown is None:
        return refused(form, 404, "no request with this token")
    return _private(form, [{"service_request_id": shown.case.number, "token": token}])


def _held(request: Request, token: str) -> Shown | None:
    number, _, secret = token.rpartition(".")
    return find_case(request, number, secret)


def _private(form: Form, rows: list[dict[str, Any]]) -> Response:
    answer = written(form, "service_requests", rows, "request")
    answer.headers.update(PRIVATE)
    return answer


def _row(shown: Shown) -> dict[str, Any]:
    """A request as its author may see it. Our own words for its state, as on its page, and what we said, stand beside what
    GeoReport knows."""
    view = shown.case
    moments = [view.opened_at, *(step.at for step in view.steps)]
    return {
        "service_request_id": view.number,
        "status": _status(view),
        "status_notes": t("portal.case.asked", view.lang) if shown.may.asked else view.state_words,
        "service_name": t(f"portal.service.{view.kind}.name", view.lang),
        "service_code": view.kind,
        "description": view.text,
        "requested_datetime": rfc3339(view.opened_at),
        "updated_datetime": rfc3339(max(moments)),
        "expected_datetime": _moment(view.next_due_at or view.due_at),
        "extended_attributes": {
            "state": view.state,
            "outcome": view.outcome,
            "outcome_reason": view.outcome_reason,
            "edition": view.edition,
            "answer": [{"datetime": rfc3339(one.at), "what": one.what, "text": one.text} for one in view.answers],
        },
    }


def _status(view: CaseView) -> str:
    return "closed" if view.state in ("resolved", "closed") else "open"


def _among(value: str, asked: str) -> bool:
    return not asked or value in asked.split(",")


def _moment(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None


def _instant(given: datetime) -> datetime:
    """A time without a zone is taken for one of UTC, as the specification's examples have it."""
    return given if given.tzinfo else given.replace(tzinfo=UTC)
