"""Following a case by its number and secret: how it stands, what was said, and all that its author may do with it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from core.actors import CITIZEN
from core.errors import NotFound
from inbox import forms, mine, uploads
from inbox.caseview import TELLING
from inbox.tongues import say
from portal.case import Outcome, Tried, find_case, held, offered, press, read
from portal.deeds import DEEDS, Told
from portal.forms import Filled, Stale, checked, filled, token, wait_to_send
from portal.pages import AWAY, PRIVATE, opened, page, taken, tongue_of_request, too_often
from portal.state import portal_of

router = APIRouter(include_in_schema=False)

#: what is told of a deed where the case was another by then
NOT_NOW: Told = (("portal.deed.not_now", {}),)

Sent = Annotated[Filled, Depends(filled)]


@router.api_route("/track", methods=["GET", "HEAD"])
def form(request: Request) -> HTMLResponse:
    """The form that asks for number and secret; also for whoever reloads the answer to something he did."""
    return page(request, "track.html", unknown=False)


@router.post("/track")
def look(request: Request, sent: Sent) -> HTMLResponse:
    """The case, from the form: its secret never stands in an address. Also in another language, with what was typed so far. It
    changes nothing, so it needs no token."""
    return _answer(request, sent.get("number"), sent.get("secret"), sent=sent)


@router.api_route("/track/{number}/{secret}", methods=["GET", "HEAD"])
def follow(request: Request, number: str, secret: str) -> HTMLResponse:
    """The case, from the link in a receipt."""
    return _answer(request, number, secret)


def pressing(name: str) -> Callable[[Request, Filled], HTMLResponse]:
    """The handler of one of DEEDS: do it, then show the case as it stands."""

    def act(request: Request, sent: Sent) -> HTMLResponse:
        return _answer(request, sent.get("number"), sent.get("secret"), name, sent)

    return act


for _name in DEEDS:
    router.add_api_route(f"/track/{_name}", form, methods=["GET", "HEAD"])
    router.add_api_route(f"/track/{_name}", pressing(_name), methods=["POST"])


@router.api_route("/track/file", methods=["GET", "HEAD"])
@router.api_route("/track/data", methods=["GET", "HEAD"])
def again(request: Request) -> HTMLResponse:
    """The form: a file is had by its button alone, so that no address holds the secret."""
    return form(request)


@router.post("/track/file")
def file(request: Request, sent: Sent) -> Response:
    """One file of the case, for whoever holds its secret."""
    portal = portal_of(request)
    if (refused := _refused(request, sent)) is not None:
        return refused
    with portal.db.read() as session:
        case = held(request, session, sent.get("number"), sent.get("secret"))
        known = forms.files_of(session, case) if case is not None else []
        wanted = next((one for one in known if str(one.id) == sent.get("file")), None)
    try:
        path = uploads.path_of(wanted, portal.settings) if wanted is not None else None
    except NotFound:
        path = None
    if wanted is None or path is None:
        raise HTTPException(404)
    return FileResponse(path, media_type=wanted.mime, filename=wanted.name, headers=AWAY)


@router.post("/track/data")
def data(request: Request, sent: Sent) -> Response:
    """All that is held about the author of the case, as a file; it is audited that he took it, so it needs a token."""
    portal = portal_of(request)
    if (refused := _refused(request, sent)) is not None:
        return refused
    checked(request, sent.fields)
    if wait := wait_to_send(request, "track"):
        return too_often(request, wait)
    with portal.db.write() as session:
        case = held(request, session, sent.get("number"), sent.get("secret"))
        if case is None:
            raise HTTPException(404)
        return taken(mine.take(session, CITIZEN, case, portal.settings, portal.vault), case.number)


def _refused(request: Request, sent: Filled) -> HTMLResponse | None:
    """The answer to whoever does not hold the case; None for whoever does."""
    try:
        shown = find_case(request, sent.get("number"), sent.get("secret"))
    except Tried as e:
        return too_often(request, e.wait_s)
    return None if shown is not None else _unknown(request)


def _answer(request: Request, number: str, secret: str, name: str = "", sent: Filled = Filled({})) -> HTMLResponse:  # noqa: B008 (frozen)
    """The case as it stands; before that, what its author pressed is done."""
    came, status = Outcome(), 200
    try:
        shown = find_case(request, number, secret)
        if shown is not None and name:
            came, status = _pressed(request, name, sent)
            shown = find_case(request, number, secret, again=True)
            if shown is not None and came.problems and not offered(shown, name):
                came, status = Outcome(changed=True), 200 if status == 422 else status
    except Tried as e:
        return too_often(request, e.wait_s)
    if shown is None:
        return _unknown(request)
    if (shown.unread or shown.owed) and opened(request):
        read(request, shown)
    holder = {"number": shown.case.number, "secret": secret.strip()}
    values: dict[str, Any] = {
        "shown": shown,
        "case": shown.case,
        "holder": holder,
        "keeps": "look",
        "problems": came.problems or {},
        "typed": {of: words for of, words in sent.fields.items() if not came.told or of not in DEEDS[name].takes},
        "done": came.told or (NOT_NOW if came.changed else ()),
        "token": token(request),
        "telling": TELLING,
    }
    return page(request, "case.html", status=status, headers=PRIVATE, **values)


def _pressed(request: Request, name: str, sent: Filled) -> tuple[Outcome, int]:
    """What came of it, and the status of the page that tells."""
    tongue, field = tongue_of_request(request), DEEDS[name].field
    try:
        came = press(request, name, sent)
    except Stale as e:
        return Outcome(problems={field: say("portal.deed.stale", tongue)}), e.status_code
    except Tried as e:
        return Outcome(problems={field: say("portal.deed.busy", tongue, n=e.wait_s)}), 429
    return came, 422 if came.problems else 200


def _unknown(request: Request) -> HTMLResponse:
    return page(request, "track.html", status=404, headers=PRIVATE, unknown=True)
