"""Why were my words hidden? The statement of reasons of one decision, by number and secret, and objecting to it.

A wrong number and a wrong secret get the same answer after the same work (inbox.notices.find); one address may try only so often.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from connectors import platform_of
from core.actors import CITIZEN
from core.errors import Invalid, WrongState
from core.why import Why
from inbox import cases, mine, notices, statement
from inbox.models import Notice
from inbox.statement import Statement
from inbox.steps import LONGEST
from inbox.tongues import Tongue, say
from portal.fields import marked_why
from portal.forms import Filled, Stale, address, checked, filled, plain, token, wait_to_send
from portal.pages import PRIVATE, lang_of_request, opened, page, taken, tongue_of_request, too_often
from portal.state import portal_of

router = APIRouter(include_in_schema=False)

Sent = Annotated[Filled, Depends(filled)]


@router.api_route("/why", methods=["GET", "HEAD"])
@router.api_route("/why/appeal", methods=["GET", "HEAD"])  # somebody reloads the answer to his objection
@router.api_route("/why/data", methods=["GET", "HEAD"])
def ask(request: Request) -> HTMLResponse:
    """The form that asks for the number and the secret of a notice."""
    return page(request, "why_form.html", unknown=False)


@router.post("/why")
def look(request: Request, sent: Sent) -> HTMLResponse:
    """The reasons, from the form: the secret stands in no address. Also in another language, with what was typed so far."""
    return _answer(request, sent.get("number"), sent.get("secret"), words=sent.get("words"))


@router.api_route("/why/{number}/{secret}", methods=["GET", "HEAD"])
def follow(request: Request, number: str, secret: str) -> HTMLResponse:
    """The reasons, from the link that was sent."""
    return _answer(request, number, secret)


@router.post("/why/appeal")
def object_to(request: Request, sent: Sent) -> HTMLResponse:
    """Take an objection, then show what stands. Sent twice, it is one."""
    number, secret, words = sent.get("number"), sent.get("secret"), sent.get("words")
    try:
        checked(request, sent.fields)
    except Stale:
        return _answer(request, number, secret, words=words, problem="stale")
    return _answer(request, number, secret, words=words, objecting=True)


@router.post("/why/data")
def data(request: Request, sent: Sent) -> Response:
    """All that is held about whoever wrote the words, where they stand in no case: else its page gives it. It needs a token."""
    portal = portal_of(request)
    if wait := portal.tries.wait(address(request)):
        return too_often(request, wait)
    with portal.db.read() as session:
        notice = notices.find(session, plain(sent.get("number")), plain(sent.get("secret")), portal.vault)
    if notice is None:
        return page(request, "why_form.html", status=404, headers=PRIVATE, unknown=True)
    checked(request, sent.fields)
    if wait := wait_to_send(request, "why"):
        return too_often(request, wait)
    with portal.db.write() as session:
        packed = mine.take_by_notice(session, CITIZEN, session.get_one(Notice, notice.id), portal.settings)
    return taken(packed, notice.number)


def _answer(
    request: Request, number: str, secret: str, *, words: str = "", problem: str = "", objecting: bool = False
) -> HTMLResponse:
    portal = portal_of(request)
    if wait := portal.tries.wait(address(request)):
        return too_often(request, wait)
    with portal.db.read() as session:
        notice = notices.find(session, plain(number), plain(secret), portal.vault)
    if notice is None:
        return page(request, "why_form.html", status=404, headers=PRIVATE, unknown=True)
    if objecting or (notice.read_at is None and opened(request)):
        with portal.db.write() as session:
            own = session.get_one(Notice, notice.id)
            statement.seen(session, CITIZEN, own)
            problem = problem or (_lodge(session, own, words, portal.vault.current) if objecting else "")
    with portal.db.read() as session:
        told = statement.statement(session, session.get_one(Notice, notice.id))
    problem = problem if told.may_object else ""  # there is no form any more in which to mend it
    return _page(request, told, secret.strip(), words, problem)


def _lodge(session: Session, notice: Notice, words: str, key_id: str) -> str:
    """ "", or the code of what is wrong with an objection; one made already stays the one it is."""
    try:
        with session.begin_nested():
            statement.lodge(session, CITIZEN, notice, words, key_id=key_id)
    except Invalid as e:
        return "long" if isinstance(why := e.details["why"], Why) and why.code == "length" else "empty"
    except WrongState:
        return ""
    return ""


def _told(problem: str, tongue: Tongue) -> str:
    if problem == "long":
        return marked_why(Invalid(field="words", why=Why("length", most=LONGEST)), tongue)
    return say(f"portal.why.{problem}", tongue)


def _page(request: Request, told: Statement, secret: str, words: str, problem: str) -> HTMLResponse:
    portal, lang = portal_of(request), lang_of_request(request)
    holder = {"number": told.number, "secret": secret}
    case_link = f"/track/{told.case.number}/{cases.secret_of(told.case, portal.vault)}" if told.case else ""
    values: dict[str, Any] = {
        "told": told,
        "where": platform_of(told.platform).named(lang),
        "edition_ref": told.ref.partition("#")[0],
        "holder": holder,
        "keeps": "look",
        "case_link": case_link,
        "token": token(request) if told.may_object or told.case is None else "",
        "words": words,
        "wrong": problem,
        "problems": {"words": _told(problem, tongue_of_request(request))} if problem else {},
    }
    status = {"": 200, "stale": 403}.get(problem, 422)
    return page(request, "why.html", status=status, headers=PRIVATE, **values)
