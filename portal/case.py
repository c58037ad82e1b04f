"""One case as its author may see it, found by number and secret, and what he does with it.

A wrong number and a wrong secret get the same answer after the same work (inbox.cases.find), and one address may try only so often.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlmodel import Session

from core.actors import CITIZEN
from core.errors import MajlisError, NotFound, WrongState
from inbox import acknowledge, appeal, cases, caseview, due, forms, post, speaking, statement
from inbox.due import Explained
from inbox.editions import clause_of
from inbox.models import Case, Decision, Notice, Upload
from policies.clauses import Clause
from portal.deeds import DEEDS, Told, doing, wrong
from portal.forms import Filled, address, checked, plain, wait_to_send
from portal.pages import lang_of_request, tongue_of_request
from portal.state import portal_of


@dataclass(frozen=True, slots=True)
class Reason:
    """A decision that hides something of his. `clause`: None where its edition is not known any more."""

    clause: Clause | None
    ref: str
    automatic: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as its page shows it. `reasons`: for what its words are hidden, oldest first, none where no decision of ours hides
    them; `unread`: the ids of the notices among them that he was not seen to read.

    `parted`: by number the secret of what was split off from it; `owed`: the ids of those whose link he was not given yet.
    `objection`: by when the one that waits is decided. `may`: what its author may do now; `known`: whether he left a name or an
    address; `files`: those that came with his words.
    """

    case: cases.CaseView
    standing: appeal.Standing
    reasons: tuple[Reason, ...]
    unread: tuple[int, ...]
    parted: Mapping[str, str]
    owed: tuple[int, ...]
    objection: Explained | None
    may: speaking.May
    known: bool
    files: tuple[Upload, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a press: what is `told` of it once it is done, or `problems` by field, or the case had `changed`."""

    told: Told = ()
    changed: bool = False
    problems: dict[str, str] | None = None


def offered(shown: Shown, name: str) -> bool:
    """Whether the page of the case has the form of this deed: what is wrong with it can be mended there."""
    words = any(not one.ours for one in shown.case.talk) or any(one.his and one.note for one in shown.case.steps)
    may = shown.may
    forms_of = {"answer": may.answer, "rate": may.rate, "reopen": may.reopen, "withdraw": may.withdraw}
    return {**forms_of, "appeal": shown.standing.may, "remove": words, "forget": shown.known}.get(name, True)


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
    nonce, told = checked(request, sent.fields), None
    if wait := wait_to_send(request, "track"):
        raise Tried(wait)
    try:
        this = doing(request, sent, nonce)
        with portal_of(request).db.write() as session:
            if (case := held(request, session, sent.get("number"), sent.get("secret"))) is not None:
                told = DEEDS[name].do(session, case, this)
    except (WrongState, NotFound):
        return Outcome(changed=True)
    except MajlisError as e:
        return Outcome(problems=wrong(name, e, tongue_of_request(request)))
    return Outcome(told or ((f"portal.deed.done.{name}", {}),))


def _shown(request: Request, session: Session, case: Case) -> Shown:
    standing = appeal.standing(session, case)
    given = statement.standing(session, case) if standing.hidden else []
    known = [notice for notice, one in given if clause_of(session, one.edition, one.clause) is not None]
    view, vault = cases.public_view(session, case, lang_of_request(request)), portal_of(request).vault
    parted = [one for one in caseview.parted(session, case, view.steps) if one.key_id in ("", *vault.key_ids)]
    against = [decision for _, decision in given] or ([standing.hiding] if standing.hiding is not None else [])
    return Shown(
        view,
        standing,
        tuple(_reason(session, one) for one in against),
        tuple(notice.id or 0 for notice in known if notice.read_at is None),
        {one.number: cases.secret_of(one, vault) for one in parted},
        tuple(one.id or 0 for one in parted if one.receipt_owed),
        due.objection(session, cases.live(session, case)),
        speaking.may(session, case),
        post.known(session, cases.live(session, case), vault),
        tuple(forms.files_of(session, case)),
    )


def _reason(session: Session, one: Decision) -> Reason:
    return Reason(clause_of(session, one.edition, one.clause), f"{one.edition}#{one.clause}", one.automatic, one.at)


def read(request: Request, shown: Shown) -> None:
    """He has the reasons before him, or a link that he is owed: kept once, as proof that it reached him."""
    with portal_of(request).db.write() as session:
        for id_ in shown.unread:
            statement.seen(session, CITIZEN, session.get_one(Notice, id_))
        for id_ in shown.owed:
            acknowledge.found(session, CITIZEN, session.get_one(Case, id_))
