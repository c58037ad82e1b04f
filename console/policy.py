"""`policy propose | activate | withdraw | list | show | diff | backtest`: the life of an edition, from the command line."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from console.editions import text_of
from console.opening import House
from console.printing import line, report, say
from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.i18n import LANGS
from core.models import Account, User
from inbox import editions, enact
from inbox.backtest import backtest
from inbox.models import PolicyVersion
from inbox.replayed import Backtest
from policies import edition as shipped
from policies.clauses import Edition
from policies.difference import difference

#: seconds between two lines of progress
PACE_S = 2.0


def propose(house: House, actor: Actor, file: Path) -> dict[str, Any]:
    """Store the edition of `file`, which then waits for a second person; EditionRefused names every problem with its line."""
    return _done(house, lambda session: enact.propose(session, actor, text_of(file)))


def activate(house: House, actor: Actor, ref: str) -> dict[str, Any]:
    """Put a proposed edition in force from its day on."""
    with house.db.read() as session:
        shipped.check(editions.find(session, ref))  # its words are made ready before the transaction, so that no writer waits
    return _verb(house, actor, ref, enact.activate)


def withdraw(house: House, actor: Actor, ref: str) -> dict[str, Any]:
    """Take back a proposed edition."""
    return _verb(house, actor, ref, enact.withdraw)


def _verb(house: House, actor: Actor, ref: str, verb: Callable[[Session, Actor, PolicyVersion], None]) -> dict[str, Any]:
    def change(session: Session) -> PolicyVersion:
        version = editions.stored(session, ref)
        verb(session, actor, version)
        return version

    return _done(house, change)


def _done(house: House, change: Callable[[Session], PolicyVersion]) -> dict[str, Any]:
    with house.db.write() as session:
        version = change(session)
        session.flush()
        told = _told(version, _names(session))
    audit.seal(house.db)
    return told


def listing(house: House) -> dict[str, Any]:
    """The edition in force, those stored in the order they were proposed, and those shipped."""
    with house.db.read() as session:
        names = _names(session)
        stored = [_told(version, names) for version in editions.versions(session)]
        return {"in_force": editions.in_force(session).ref, "editions": stored, "shipped": list(shipped.known())}


def show(house: House, ref: str = "") -> dict[str, Any]:
    """An edition's clauses in both languages: the one in force when none is named."""
    with house.db.read() as session:
        edition = editions.find(session, ref) if ref else editions.in_force(session)
    return {
        "edition": edition.ref,
        "sha256": edition.sha256,
        "effective_from": str(edition.effective_from),
        "title": {"ar": edition.title.ar, "en": edition.title.en},
        "clauses": {
            c.id: {"ar": c.text.ar, "en": c.text.en, "action": c.action, "automatic": c.automatic} for c in edition.clauses
        },
    }


def diff(house: Callable[[], House], old: str, new: str, *, as_json: bool) -> None:
    """Print what changed from `old` to `new` (files, or refs). The database is opened only for an edition that is nowhere else."""
    found = difference(_edition(house, old), _edition(house, new))
    if as_json:
        line(found)
    else:
        sys.stdout.write("\n\n".join(found.words(lang) for lang in LANGS) + "\n")


def replay(house: House, actor: Actor, named: str, *, days: int | None, account: str, limit: int, as_json: bool) -> None:
    """Print what the edition (a file, checked first, or a ref) would have said of stored items; progress goes to stderr."""
    edition = shipped.accept(text_of(Path(named))) if Path(named).is_file() else _edition(lambda: house, named)
    account_id = _account(house, account) if account else None
    result = backtest(house.db, actor, edition, days=days, account_id=account_id, limit=limit, tell=_Progress())
    if as_json:
        line(result.plain())
        return
    report({name: value for name, value in result.plain().items() if name != "listed"}, as_json=False)
    _listed(result)


def _listed(result: Backtest) -> None:
    for one in result.listed:
        what = f"{one.was} ({one.old_clause or '–'}) -> {one.becomes} ({one.new_clause or '–'})"
        words = "…" if one.text is None else " ".join(one.text.split())
        sys.stdout.write(f"  {what}  {one.account} {one.native_id} [{one.language}, {one.kind}] {words}\n")


class _Progress:
    """How many items were replayed of how many, every PACE_S."""

    def __init__(self) -> None:
        self._next = time.monotonic() + PACE_S

    def __call__(self, done: int, count: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + PACE_S
            say(f"{done} / {count}")


def _edition(house: Callable[[], House], named: str) -> Edition:
    if Path(named).is_file():
        return shipped.parse(text_of(Path(named)))
    if named in (known := shipped.known()):
        return shipped.parse(known[named].read_text("utf-8"))
    with house().db.read() as session:
        return editions.find(session, named)


def _account(house: House, key: str) -> int:
    platform, _, native_id = key.partition(":")
    with house.db.read() as session:
        where = (col(Account.platform) == platform, col(Account.native_id) == native_id)
        found = session.exec(select(Account.id).where(*where)).first()
    if found is None:
        raise NotFound(thing="account", id=key)
    return found


def _names(session: Session) -> dict[str, str]:
    return {f"user:{id}": name for id, name in session.exec(select(User.id, User.username))}


def _told(version: PolicyVersion, names: dict[str, str]) -> dict[str, Any]:
    """A stored edition without its text; people by their user names."""
    told = {"edition": version.ref, "state": version.state, "sha256": version.sha256, "effective_from": str(version.effective_from)}
    for act in ("proposed", "activated", "withdrawn"):
        who: str = getattr(version, f"{act}_by")
        told |= {f"{act}_by": names.get(who, who), f"{act}_at": getattr(version, f"{act}_at")}
    return told
