"""One case as its author may see it, found by number and secret.

A wrong number and a wrong secret get the same answer after the same work (inbox.cases.find), and one address may try only so often.
"""

from dataclasses import dataclass
from unicodedata import decimal

from fastapi import Request
from sqlmodel import Session

from core.actors import CITIZEN
from core.errors import Invalid, NotFound, WrongState
from inbox import appeal, cases, editions
from inbox.models import Case
from policies.clauses import Clause, Edition
from portal.pages import lang_of_request
from portal.state import portal_of

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as its page shows it. `clause` and `clause_ref` say under what its words are hidden (None: by no decision of ours)."""

    case: cases.CaseView
    standing: appeal.Standing
    clause: Clause | None
    clause_ref: str


class Tried(Exception):
    """Too many look-ups from one address; the next may come after `wait_s` seconds."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


def find_case(request: Request, number: str, secret: str) -> Shown | None:
    """The case as its owner may see it, or None; Tried when this address must wait first."""
    portal = portal_of(request)
    _wait(request)
    with portal.db.read() as session:
        case = cases.find(session, _typed(number), _typed(secret), portal.vault)
        return _shown(request, session, case) if case is not None else None


def lodge(request: Request, number: str, secret: str, words: str) -> str:
    """Object to what was decided. "", or `empty` when nothing was said; an objection made already stays the one it is.

    Does nothing without the case's secret; Tried when this address must wait first.
    """
    portal = portal_of(request)
    _wait(request)
    with portal.db.write() as session:
        case = cases.find(session, _typed(number), _typed(secret), portal.vault)
        if case is None:
            return ""
        try:
            appeal.lodge(session, CITIZEN, case, words)
        except Invalid:
            return "empty"
        except WrongState:
            return ""
    return ""


def _wait(request: Request) -> None:
    if wait := portal_of(request).tries.wait(request.client.host if request.client else ""):
        raise Tried(wait)


def _shown(request: Request, session: Session, case: Case) -> Shown:
    standing = appeal.standing(session, case)
    clause, ref = None, ""
    if standing.hiding is not None:
        edition = _edition_of(session, standing.hiding.edition)
        clause = edition.clause(standing.hiding.clause) if edition else None
        ref = f"{standing.hiding.edition}#{standing.hiding.clause}"
    return Shown(cases.public_view(session, case, lang_of_request(request)), standing, clause, ref)


def _edition_of(session: Session, ref: str) -> Edition | None:
    """The edition `policy@edition`, also when another is in force by now; None for one that nobody knows any more."""
    try:
        return editions.find(session, ref)
    except NotFound:
        return None


def _typed(value: str) -> str:
    """What a person typed or copied, as far as it can be one of ours: its letters and digits.

    Digits of an Arabic keyboard become ours; dashes, white space and the invisible marks of a copied Arabic message are left out.
    """
    if len(value) > LONGEST:
        return ""
    plain = (str(decimal(c)) if c.isdecimal() else c for c in value)
    return "".join(c for c in plain if c.isascii() and c.isalnum())
