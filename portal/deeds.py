"""What the author of a case may do on its page: each is the verb that every other door calls too, done as CITIZEN."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request
from sqlmodel import Session

from core.actors import CITIZEN, DOOR
from core.clock import in_dubai
from core.errors import Invalid, MajlisError, NotPossible
from core.why import Why
from inbox import acknowledge, appeal, removal, retention, speaking, uploads
from inbox.models import Case
from inbox.tongues import Tongue, say
from inbox.uploads import Waiting
from portal.fields import look_at, marked_why
from portal.forms import Filled
from portal.pages import tongue_of_request
from portal.state import Portal, portal_of
from portal.times import day_words

#: what a page says of something done: keys of words, with their values
Told = Sequence[tuple[str, Mapping[str, str]]]
#: a legal hold keeps for now what was to go
HELD: Told = (("case.event.removal_kept", {}),)


@dataclass(frozen=True, slots=True)
class Doing:
    """One press: what was sent, the name of the one form it was, the language of its page, and the files that came with it."""

    portal: Portal
    sent: Filled
    nonce: str
    tongue: Tongue
    files: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do, and what is told of it where that is not `portal.deed.done.<name>`. `field`: where on the page stands what
    is wrong; `takes`: the fields it is done with: what was typed into others stays."""

    field: str
    do: Callable[[Session, Case, Doing], Told | None]
    takes: tuple[str, ...] = ()


def _answer(session: Session, case: Case, doing: Doing) -> None:
    """The same words of one form are one answer; whoever goes back in his browser and sends others adds those too."""
    settings, words = doing.portal.settings, doing.sent.get("answer")
    nonce = f"answer-{doing.nonce}-{hashlib.sha256(words.encode()).hexdigest()[:16]}"
    said = speaking.answer(session, CITIZEN, case, words, nonce=nonce, settings=settings)
    if doing.files and not uploads.of_items(session, [said.id or 0]):  # pressed twice, they came twice
        uploads.keep(session, DOOR, said, doing.files, settings)


def _rate(session: Session, case: Case, doing: Doing) -> None:
    chosen = doing.sent.get("rating")
    speaking.rate(session, CITIZEN, case, int(chosen) if chosen in ("1", "2", "3", "4", "5") else 0, doing.sent.get("note"))


def _reopen(session: Session, case: Case, doing: Doing) -> None:
    speaking.reopen(session, CITIZEN, case, doing.sent.get("why"))


def _appeal(session: Session, case: Case, doing: Doing) -> None:
    appeal.lodge(session, CITIZEN, case, doing.sent.get("words"))


def _withdraw(session: Session, case: Case, doing: Doing) -> None:
    if not doing.sent.get("sure"):
        raise Invalid(field="sure", why="")
    speaking.withdraw(session, CITIZEN, case, doing.sent.get("reason"))


def _receipt(session: Session, case: Case, doing: Doing) -> None:
    acknowledge.resend(session, CITIZEN, case, doing.portal.settings)


def _remove(session: Session, case: Case, doing: Doing) -> Told:
    sort, _, number = doing.sent.get("item").rpartition("-")
    if not doing.sent.get("certain") or not number.isdecimal():
        raise Invalid(field="certain", why="")
    personal, everywhere = bool(doing.sent.get("personal")), bool(doing.sent.get("everywhere"))
    id_, settings, gone = int(number[:15]), doing.portal.settings, "numbers" if personal else "remove"
    if sort == "step":
        erased = removal.take_back(session, CITIZEN, case, id_, settings, personal=personal)
    else:
        erased = removal.remove(session, CITIZEN, case, id_, settings, personal=personal, everywhere=everywhere)
    proof = () if sort == "step" else _proof(session, id_, doing)
    return ((f"portal.deed.done.{gone}", {}), *proof) if erased else HELD


def _proof(session: Session, item_id: int, doing: Doing) -> Told:
    """Where the words are evidence of a decision: that they stay so, and until when."""
    at, days = retention.proven(session, item_id), retention.rules(doing.portal.settings)["evidence"]
    if at is None or days is None:
        return () if at is None else (("portal.deed.done.proof", {}),)
    return (("portal.deed.done.proof_until", {"day": day_words(in_dubai(at + timedelta(days=days)), doing.tongue)}),)


def _forget(session: Session, case: Case, doing: Doing) -> Told | None:
    return None if removal.forget_contact(session, CITIZEN, case) else HELD


DEEDS: Mapping[str, Deed] = {
    "answer": Deed("answer", _answer, ("answer",)),
    "rate": Deed("rating", _rate, ("rating", "note")),
    "reopen": Deed("why", _reopen, ("why",)),
    "appeal": Deed("words", _appeal, ("words",)),
    "withdraw": Deed("sure", _withdraw, ("reason",)),
    "receipt": Deed("receipt", _receipt),
    "remove": Deed("certain", _remove),
    "forget": Deed("forget", _forget),
}


def doing(request: Request, sent: Filled, nonce: str) -> Doing:
    """A press with its files looked at. Invalid for one that can't be taken."""
    return Doing(portal_of(request), sent, nonce, tongue_of_request(request), look_at(request, sent.files))


def wrong(name: str, refused: MajlisError, tongue: Tongue) -> dict[str, str]:
    """What to say of a deed that could not be done, by the field it stands at; what nobody can mend at a form is raised."""
    field = DEEDS[name].field
    if isinstance(refused, Invalid):
        what, why = refused.details["field"], refused.details["why"]
        if what in ("files", "receipt") or (isinstance(why, Why) and why.code == "length"):
            return {"files" if what == "files" else field: marked_why(refused, tongue)}
        return {field: say("portal.case.object_empty" if name == "appeal" else f"portal.deed.{name}.missing", tongue)}
    if isinstance(refused, NotPossible):
        return {field: say("portal.deed.no_way", tongue)}
    raise refused
