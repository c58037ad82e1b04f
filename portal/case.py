"""One case as its author may see it, found by number and secret, and what he does with it.

A wrong number and a wrong secret get the same answer after the same work (inbox.cases.find), and one address may try only so often.
"""

from dataclasses import dataclass

from fastapi import Request
from sqlmodel import Session

from core.errors import MajlisError, NotFound, WrongState
from inbox import appeal, cases, due, editions, forms, post, speaking
from inbox.due import Explained
from inbox.models import Case, Upload
from policies.clauses import Clause, Edition
from portal.deeds import DEEDS, doing, wrong
from portal.forms import Filled, address, checked, plain, wait_to_send
from portal.pages import lang_of_request, tongue_of_request
from portal.state import portal_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as its page shows it. `clause` and `clause_ref` say under what its words are hidden (None: by no decision of ours).

    `objection`: by when the one that waits is decided. `may`: what its author may do now; `known`: whether he left a name or an
    address; `files`: those that came with his words.
    """

    case: cases.CaseView
    standing: appeal.Standing
    clause: Clause | None
    clause_ref: str
    objection: Explained | None
    may: speaking.May
    known: bool
    files: tuple[Upload, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a press: `done` (`kept`: as far as a legal hold lets us), or `problems` by field, or the case had `changed`."""

    done: bool = False
    kept: bool = False
    changed: bool = False
    problems: dict[str, str] | None = None


class Tried(Exception):
    """Too many look-ups from one address; the next may come after `wait_s` seconds."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


def find_case(request: Request, number: str, secret: str, *, again: bool = False) -> Shown | None:
    """The case as its owner may see it, or None; Tried when this address must wait first. `again`: it was just found."""
    portal = portal_of(request)
    if not again and (wait := portal.tries.wait(address(request))):
        raise Tried(wait)
    with portal.db.read() as session:
        case = held(request, session, number, secret)
        return _shown(request, session, case) if case is not None else None


def held(request: Request, session: Session, number: str, secret: str) -> Case | None:
    """The case that this number and secret open, however they were typed; None for any other pair."""
    return cases.find(session, plain(number), plain(secret), portal_of(request).vault)


def press(request: Request, name: str, sent: Filled) -> Outcome:
    """Do one of DEEDS with the case, which `find_case` has found. Stale for a form that is not one of ours; Tried when this address
    must wait first."""
    nonce, kept = checked(request, sent.fields), False
    if wait := wait_to_send(request, "track"):
        raise Tried(wait)
    try:
        this = doing(request, sent, nonce)
        with portal_of(request).db.write() as session:
            if (case := held(request, session, sent.get("number"), sent.get("secret"))) is not None:
                kept = DEEDS[name].do(session, case, this) is False
    except (WrongState, NotFound):
        return Outcome(changed=True)
    except MajlisError as e:
        return Outcome(problems=wrong(name, e, tongue_of_request(request)))
    return Outcome(done=True, kept=kept)


def _shown(request: Request, session: Session, case: Case) -> Shown:
    standing = appeal.standing(session, case)
    clause, ref = None, ""
    if standing.hiding is not None:
        edition = _edition_of(session, standing.hiding.edition)
        clause = edition.clause(standing.hiding.clause) if edition else None
        ref = f"{standing.hiding.edition}#{standing.hiding.clause}"
    return Shown(
        cases.public_view(session, case, lang_of_request(request)),
        standing,
        clause,
        ref,
        due.objection(session, cases.live(session, case)),
        speaking.may(session, case),
        post.known(session, cases.live(session, case), portal_of(request).vault),
        tuple(forms.files_of(session, case)),
    )


def _edition_of(session: Session, ref: str) -> Edition | None:
    """The edition `policy@edition`, also when another is in force by now; None for one that nobody knows any more."""
    try:
        return editions.find(session, ref)
    except NotFound:
        return None
