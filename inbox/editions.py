"""The life of a policy edition: proposed, activated by a second person, in force from its day on (DESIGN §2.5).

What is stored is the edition's canonical text under its `policy@edition`, once and for ever: another text is another edition. So
every decision that cites an edition can be read again in its own words, and every worker on every host judges from the same one.
"""

from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any

from sqlalchemy import Table, or_, select
from sqlmodel import Session, col

from core import audit
from core.actors import Actor
from core.bulk import insert_new
from core.clock import in_dubai, now
from core.errors import MajlisError, NotFound, OwnAct, WrongState
from core.settings import settings
from inbox.models import PolicyVersion
from policies import edition as shipped
from policies.clauses import Edition
from policies.problems import EditionRefused

VERSIONS: Table = PolicyVersion.__table__  # type: ignore[attr-defined]  # SQLModel sets it
#: parsed editions kept in memory, by the hash of their text
MOST = 8


class EditionTaken(MajlisError):
    """Another text stands under this `edition` already; what was once proposed or shipped is never changed."""

    code = "edition_taken"


class EditionLate(MajlisError):
    """The edition's day (`effective_from`) is past on the day of activation (`today`), and it does not say that it may be."""

    code = "edition_late"


class EditionChanged(MajlisError):
    """The stored text of `edition` is not the one that was proposed: somebody wrote into the database."""

    code = "edition_changed"


def propose(session: Session, actor: Actor, source: str) -> PolicyVersion:
    """Store the edition of this TOML text, which then waits for a second person. Nothing is judged by it yet.

    EditionRefused names every problem; EditionTaken when its ref has another text already. The same text again changes nothing, but
    a withdrawn one then waits anew, as the proposal of whoever proposed it last.
    """
    actor.require("policy.propose")
    edition = shipped.accept(source)
    ours = _shipped(edition.ref)
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
    edition = _parsed(session, version.ref, version.sha256)
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


def stored(session: Session, ref: str, *, lock: bool = False) -> PolicyVersion:
    """The stored edition `ref`, as it is now; NotFound where there is none. `lock` keeps others from changing it meanwhile."""
    query = select(PolicyVersion).where(col(PolicyVersion.ref) == ref)
    fresh = (query.with_for_update() if lock else query).execution_options(populate_existing=True)
    found: PolicyVersion | None = session.execute(fresh).scalar()
    if found is None:
        raise NotFound(thing="edition", id=ref)
    return found


def versions(session: Session) -> list[PolicyVersion]:
    """All stored editions, the oldest proposal first."""
    return list(session.execute(select(PolicyVersion).order_by(col(PolicyVersion.id))).scalars())


def today() -> date:
    """The day on a Dubai wall clock: an edition takes effect as it begins."""
    return in_dubai(now()).date()


def find(session: Session, ref: str) -> Edition:
    """The edition `ref`, stored or shipped, whatever its state; NotFound where there is none."""
    row = session.connection().execute(select(VERSIONS.c.ref, VERSIONS.c.sha256).where(VERSIONS.c.ref == ref)).first()
    edition = _parsed(session, row.ref, row.sha256) if row else _shipped(ref)
    if edition is None:
        raise NotFound(thing="edition", id=ref)
    return edition


def in_force(session: Session) -> Edition:
    """What is judged by now: the activated edition with the latest day that has come in Dubai (of one day: the one activated last),
    else the shipped one. MAJLIS_EDITION, where it names an activated or a shipped one, goes before all.

    One small query: an edition is parsed once a process and is the same object ever after.
    """
    c = VERSIONS.c
    activated = select(c.ref, c.sha256).where(c.activated_at.is_not(None))
    if name := settings().edition:
        activated = activated.where(or_(c.ref == name, c.ref.endswith(f"@{name}", autoescape=True)))
    else:
        activated = activated.where(c.effective_from <= today())
    newest = activated.order_by(c.effective_from.desc(), c.activated_at.desc(), c.id.desc()).limit(1)
    row = session.connection().execute(newest).first()
    return _parsed(session, row.ref, row.sha256) if row else shipped.current()


_kept: dict[str, Edition] = {}
_keeping = Lock()


def _parsed(session: Session, ref: str, sha256: str) -> Edition:
    if (known := _kept.get(sha256)) is not None and known.ref == ref:
        return known
    text: Any = session.connection().execute(select(VERSIONS.c.canonical).where(VERSIONS.c.ref == ref)).scalar_one()
    edition = shipped.from_canonical(text)
    if (edition.ref, edition.sha256) != (ref, sha256):
        raise EditionChanged(edition=ref)
    with _keeping:
        while len(_kept) >= MOST:
            del _kept[next(iter(_kept))]
        return _kept.setdefault(sha256, edition)


@lru_cache(MOST)
def _shipped(ref: str) -> Edition | None:
    path = shipped.known().get(ref)
    return shipped.parse(path.read_text("utf-8")) if path else None
