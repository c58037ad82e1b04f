"""The edition in force, and every one that was ever cited: read from the database, else from the shipped files (DESIGN §2.5).

What is stored is an edition's canonical text under its `policy@edition`, once and for ever: another text is another edition. So
every decision that cites an edition can be read again in its own words, and every worker on every host judges from the same one.
How an edition comes to be stored and activated stands in inbox/enact.py.
"""

from datetime import date
from functools import cache
from threading import Lock
from typing import Any

from sqlalchemy import Table, bindparam, or_, select
from sqlmodel import Session, col

from core.clock import in_dubai, now
from core.errors import MajlisError, NotFound
from core.settings import settings
from inbox.models import PolicyVersion
from policies import edition as shipped
from policies.clauses import Clause, Edition

VERSIONS: Table = PolicyVersion.__table__  # type: ignore[attr-defined]  # SQLModel sets it
#: the activated editions, the one that counts first; of them those whose day has come. Made once: all that judges asks it
_ACTIVATED = (
    select(VERSIONS.c.ref, VERSIONS.c.sha256)
    .where(VERSIONS.c.activated_at.is_not(None))
    .order_by(VERSIONS.c.effective_from.desc(), VERSIONS.c.activated_at.desc(), VERSIONS.c.id.desc())
    .limit(1)
)
_COME = _ACTIVATED.where(VERSIONS.c.effective_from <= bindparam("today"))
#: parsed editions kept in memory, by the hash of their text
MOST = 8


class EditionChanged(MajlisError):
    """The stored text of `edition` is not the one that was proposed: somebody wrote into the database."""

    code = "edition_changed"


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
    edition = read_as(session, row.ref, row.sha256) if row else shipped_as(ref)
    if edition is None:
        raise NotFound(thing="edition", id=ref)
    return edition


def clause_of(session: Session, ref: str, id: str) -> Clause | None:
    """A clause as a decision cites it, also of an edition no longer in force; None for what nobody knows any more."""
    try:
        return find(session, ref).clause(id)
    except (NotFound, KeyError):
        return None


def published(session: Session) -> list[Edition]:
    """The editions by which something was or will be decided, in the order in which they take effect: all that were activated, and
    the shipped ones of the same policy whose day has come."""
    c = VERSIONS.c
    activated = select(c.ref, c.sha256).where(c.activated_at.is_not(None)).order_by(c.effective_from, c.activated_at, c.id)
    found = {row.ref: read_as(session, row.ref, row.sha256) for row in session.connection().execute(activated).all()}
    policy = in_force(session).policy
    found |= {e.ref: e for e in ours().values() if e.ref not in found and e.policy == policy and e.effective_from <= today()}
    return sorted(found.values(), key=lambda edition: edition.effective_from)


def in_force(session: Session) -> Edition:
    """What is judged by now: the activated edition with the latest day that has come in Dubai (of one day: the one activated last),
    else the shipped one. MAJLIS_EDITION, where it names an activated or a shipped one, goes before all.

    One small query: an edition is parsed once a process and is the same object ever after.
    """
    if name := settings().edition:
        c = VERSIONS.c
        named = _ACTIVATED.where(or_(c.ref == name, c.ref.endswith(f"@{name}", autoescape=True)))
        row = session.connection().execute(named).first()
    else:
        row = session.connection().execute(_COME, {"today": today()}).first()
    return read_as(session, row.ref, row.sha256) if row else shipped.current()


_kept: dict[str, Edition] = {}
_keeping = Lock()


def read_as(session: Session, ref: str, sha256: str) -> Edition:
    """The stored edition of that hash; EditionChanged when its text has another by now."""
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


def shipped_as(ref: str) -> Edition | None:
    """The shipped edition of that name."""
    return ours().get(ref)


@cache
def ours() -> dict[str, Edition]:
    """The shipped editions by `policy@edition`."""
    return {ref: shipped.parse(path.read_text("utf-8")) for ref, path in shipped.known().items()}
