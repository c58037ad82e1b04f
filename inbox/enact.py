"""The life of a policy edition: proposed by one person, activated by another, withdrawn before that (DESIGN §2.5)."""

from sqlmodel import Session

from core import audit
from core.actors import Actor
from core.bulk import insert_new
from core.clock import now
from core.errors import MajlisError, OwnAct, WrongState
from inbox.editions import VERSIONS, read_as, shipped_as, stored, today
from inbox.models import PolicyVersion
from policies import edition as shipped
from policies.problems import EditionRefused


class EditionTaken(MajlisError):
    """Another text stands under this `edition` already; what was once proposed or shipped is never changed."""

    code = "edition_taken"


class EditionLate(MajlisError):
    """The edition's day (`effective_from`) is past on the day of activation (`today`), and it does not say that it may be."""

    code = "edition_late"


def propose(session: Session, actor: Actor, source: str) -> PolicyVersion:
    """Store the edition of this TOML text, which then waits for a second person. Nothing is judged by it yet.

    EditionRefused names every problem; EditionTaken when its ref has another text already. The same text again changes nothing, but
    a withdrawn one then waits anew, as the proposal of whoever proposed it last.
    """
    actor.require("policy.propose")
    edition = shipped.accept(source)
    ours = shipped_as(edition.ref)
    if ours is not None and ours.sha256 != edition.sha256:
        raise EditionTaken(edition=edition.ref)
    row = {
        "ref": edition.ref,
        "sha256": edition.sha256,
        "canonical": edition.canonical,
        "effective_from": edition.effective_from,
        "proposed_by": actor.label,
        "proposed_at": now(),
        "activated_by": "",
        "withdrawn_by": "",
    }
    new = insert_new(session, VERSIONS, [row], unique=("ref",))
    version = stored(session, edition.ref, lock=True)
    if version.sha256 != edition.sha256:
        raise EditionTaken(edition=edition.ref)
    if version.state == "withdrawn":
        version.proposed_by, version.proposed_at, version.withdrawn_by, version.withdrawn_at = actor.label, now(), "", None
        session.add(version)
    elif not new:
        return version
    detail = {"sha256": edition.sha256, "effective_from": str(edition.effective_from)}
    audit.record(session, actor, "policy.propose", f"edition:{edition.ref}", **detail)
    return version


def activate(session: Session, actor: Actor, version: PolicyVersion) -> None:
    """Put a proposed edition in force, from its own day on. Its examples are run again first: the judge may have changed since.

    OwnAct for whoever proposed it; WrongState for one withdrawn or activated; EditionLate when its day is past (one that says
    `backdated = true` may be late); EditionRefused when it no longer keeps its examples.
    """
    actor.require("policy.activate")
    version = stored(session, version.ref, lock=True)
    _waiting(version, "activated")
    if version.proposed_by == actor.label:
        raise OwnAct(ability="policy.activate", actor=actor.label)
    edition = read_as(session, version.ref, version.sha256)
    if version.effective_from < today() and not edition.backdated:
        raise EditionLate(edition=version.ref, effective_from=version.effective_from, today=today())
    if problems := shipped.check(edition):
        raise EditionRefused(edition=version.ref, problems=problems)
    version.activated_by, version.activated_at = actor.label, now()
    session.add(version)
    detail = {"sha256": version.sha256, "effective_from": str(version.effective_from), "proposed_by": version.proposed_by}
    audit.record(session, actor, "policy.activate", f"edition:{version.ref}", **detail)


def withdraw(session: Session, actor: Actor, version: PolicyVersion) -> None:
    """Take back what is proposed and not activated. WrongState otherwise: what was in force is followed by another edition."""
    actor.require("policy.propose")
    version = stored(session, version.ref, lock=True)
    _waiting(version, "withdrawn")
    version.withdrawn_by, version.withdrawn_at = actor.label, now()
    session.add(version)
    audit.record(session, actor, "policy.withdraw", f"edition:{version.ref}", sha256=version.sha256)


def _waiting(version: PolicyVersion, wanted: str) -> None:
    if version.state != "proposed":
        raise WrongState(thing="edition", state=version.state, wanted=wanted)
