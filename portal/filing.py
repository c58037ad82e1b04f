"""Complaint, suggestion and feedback by a form: filled in, read once more as it will be read, sent, and the receipt shown at once.

Every step is a page of its own, so that it works without a script; what was typed goes from one to the next in the form itself, and
into the other language. Nothing is stored before it is sent but files, which wait (inbox.uploads).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from core.actors import DOOR
from core.clock import now
from core.errors import Invalid
from core.i18n import LANGS, t
from inbox import cases, forms, post, receipts, uploads
from inbox.models import Case
from inbox.tongues import NAMES, say
from policies.verdict import TOPICS
from portal.fields import FORMS, Entry, empty, entered, personal, pledge, said_why, turned
from portal.forms import Filled, Stale, checked, filled, token, wait_to_send
from portal.pages import PRIVATE, lang_of_request, page
from portal.state import portal_of

router = APIRouter(include_in_schema=False)
Sent = Annotated[Filled, Depends(filled)]
#: the step by which a form that is not filled in yet goes into the other language
SWITCH = "switch"
#: so long a form that was sent shows its receipt again: to whoever reloads it or whose line broke, not to who finds it open later
SHOWN_FOR = timedelta(days=1)


@router.api_route("/write", methods=["GET", "HEAD"])
def choose(request: Request) -> HTMLResponse:
    """Which of the forms it is to be."""
    return page(request, "write.html", forms=FORMS)


def showing(form: str) -> Callable[[Request], HTMLResponse]:
    """The handler that shows an empty form."""

    def show(request: Request) -> HTMLResponse:
        with portal_of(request).db.read() as session:
            if not forms.open_now(session):
                return page(request, "closed.html", status=503)
        return _form(request, empty(request, form))

    return show


def taking(form: str) -> Callable[[Request, Filled], HTMLResponse]:
    """The handler that takes a form from step to step: preview, change, send."""

    def take(request: Request, sent: Sent) -> HTMLResponse:
        stale, step = None, sent.get("step")
        try:
            nonce = checked(request, sent.fields)
        except Stale as e:
            stale, nonce = e, e.nonce
        if step == "send" and nonce and (case := _sent_before(request, nonce)) is not None:
            kept, signed = entered(request, form, replace(sent, files=())), sent.get("token")
            return (_receipt if now() - case.opened_at <= SHOWN_FOR else _received)(request, case, kept, signed)
        if stale is not None:
            kept = entered(request, form, replace(sent, files=()))
            return _form(request, replace(kept, problems={"text": _say(request, "stale")}), status=stale.status_code)
        if (step == "send" or sent.files) and (wait := wait_to_send(request, form)):
            kept = entered(request, form, replace(sent, files=()))
            busy = replace(kept, problems={"text": _say(request, "busy", n=wait)})
            return _form(request, busy, status=429, headers={"retry-after": str(wait)})
        entry = entered(request, form, sent)
        if step == SWITCH:
            return _form(request, turned(request, entry))
        if entry.problems or step == "change":
            return _form(request, entry, status=422 if entry.problems else 200)
        if step != "send" or entry.edition != portal_of(request).edition.ref:
            return _preview(request, entry)
        return _send(request, entry, nonce, sent.get("token"))

    return take


for _name in FORMS:
    router.add_api_route(f"/{_name}", showing(_name), methods=["GET", "HEAD"])
    router.add_api_route(f"/{_name}", taking(_name), methods=["POST"])


def _form(request: Request, entry: Entry, *, status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    with portal_of(request).db.read() as session:
        letters = post.account_of(session) is not None
    values: dict[str, Any] = {"entry": entry, "problems": entry.problems, "pledges": _pledges(request, entry), "letters": letters}
    topics = [code for code in TOPICS if code != "none"]
    private = {**(PRIVATE if request.method == "POST" else {}), **(headers or {})}
    return page(
        request,
        "form.html",
        status=status,
        headers=private,
        kinds=FORMS[entry.form],
        topics=topics,
        spoken=list(NAMES.items()),
        token=token(request),
        keeps=SWITCH,
        **values,
    )


def _preview(request: Request, entry: Entry) -> HTMLResponse:
    """How it reads, before it is sent. The edition of the policy it is sent under is the one shown here."""
    portal = portal_of(request)
    shown = replace(entry, edition=portal.edition.ref)
    values: dict[str, Any] = {"entry": shown, "pledges": _pledges(request, shown), "personal": personal(shown, portal)}
    values |= {"token": token(request), "keeps": "preview"}
    changed = bool(entry.edition) and entry.edition != shown.edition
    return page(request, "preview.html", headers=PRIVATE, changed=changed, names=NAMES, **values)


def _send(request: Request, entry: Entry, nonce: str, signed: str) -> HTMLResponse:
    portal = portal_of(request)
    filed, edition = entry.filed(nonce), portal.edition
    verdicts = forms.judged(filed, edition)
    case = None
    try:
        with portal.db.write() as session:
            if forms.open_now(session):
                case = forms.file(session, DOOR, filed, edition, verdicts, settings=portal.settings, vault=portal.vault)
    except Invalid as e:  # a file waited too long
        wrong = {str(e.details["field"]): said_why(e, lang_of_request(request))}
        return _form(request, replace(entry, files=(), problems=wrong), status=422)
    if case is None:  # they were closed since he opened it
        return _form(request, replace(entry, problems={"text": _say(request, "closed")}), status=503)
    uploads.sent(filed.files, portal.settings)
    return _receipt(request, case, entry, signed)


def _sent_before(request: Request, nonce: str) -> Case | None:
    with portal_of(request).db.read() as session:
        return forms.case_of(session, nonce)


def _receipt(request: Request, case: Case, entry: Entry, signed: str) -> HTMLResponse:
    """Number, secret and dates, at once. Sent a second time within SHOWN_FOR, also to read it in the other language, the same form
    shows the same receipt, whatever keeps others from sending theirs by then."""
    portal = portal_of(request)
    with portal.db.read() as session:
        mailed = any(one.kind == "mail" for one in receipts.proof(session, case))
    secret = cases.secret_of(case, portal.vault)
    link = f"{portal.settings.public_url}/{case.lang}/track/{case.number}/{secret}"
    also = "" if case.lang in LANGS else case.lang
    values: dict[str, Any] = {"entry": entry, "pledges": _pledges(request, entry), "token": signed, "keeps": "send"}
    values |= {"case": case, "secret": secret, "case_link": link, "mailed": mailed, "also": also, "say": say}
    return page(request, "receipt.html", headers=PRIVATE, **values)


def _received(request: Request, case: Case, entry: Entry, signed: str) -> HTMLResponse:
    """That this form was received before, and where its case is followed: no number, no secret."""
    values: dict[str, Any] = {"entry": entry, "pledges": _pledges(request, entry), "token": signed, "keeps": "send"}
    return page(request, "received.html", headers=PRIVATE, since=case.opened_at, **values)


def _pledges(request: Request, entry: Entry) -> list[tuple[str, str, int]]:
    """(what the page says of it, name, bytes) of each waiting file."""
    return [(pledge(file, portal_of(request)), file.name, file.bytes) for file in entry.files]


def _say(request: Request, key: str, **values: object) -> str:
    return t(f"portal.form.{key}", lang_of_request(request), **values)
