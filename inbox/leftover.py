"""Files that no form of ours names: what waited too long, and what a form left behind that came to nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.bulk import among
from core.clock import now
from core.db import Database
from core.log import logger
from core.settings import Settings
from inbox import uploads
from inbox.models import Upload

#: as inbox.uploads.keep names a file; what is called otherwise is none of ours
_OURS = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{30}")
#: how old a file is that nobody names any more
OLD = timedelta(days=1)
#: more of them, and more than are named: this folder may be another database's
MOST = 20

log = logger("uploads")


def sweep(db: Database, actor: Actor, settings: Settings) -> int:
    """Throw away files that are older than a day and that no row names; returns how many. None where they are more than MOST and
    more than the named ones: that is logged, and a person has to look."""
    actor.require("words.erase")
    uploads.tidy(settings)
    # the folder first: what is linked while the rows are read has just been touched (inbox.uploads.keep)
    found = dict(_old(settings))
    if not found:
        return 0
    with db.read() as session:
        lost = found.keys() - _named(session, list(found))
    if len(lost) > max(MOST, len(found) - len(lost)):
        log.error("uploads_unnamed", files=len(lost), named=len(found) - len(lost))
        return 0
    gone = sum(_thrown(found[path]) for path in sorted(lost))
    if gone:
        with db.write(patient=True) as session:
            audit.record(session, actor, "upload.sweep", "upload:none", files=gone)
    return gone


def _old(settings: Settings) -> Iterator[tuple[str, Path]]:
    folder = uploads.folder(settings)
    for path in folder.glob("??/*"):
        name = path.relative_to(folder).as_posix()
        if _OURS.fullmatch(name) and _is_old(path):
            yield name, path


def _named(session: Session, paths: list[str]) -> set[str]:
    return set(session.exec(select(Upload.path).where(among(session, col(Upload.path), paths))))


def _is_old(path: Path) -> bool:
    try:
        return path.stat().st_mtime < (now() - OLD).timestamp()
    except FileNotFoundError:
        return False


def _thrown(path: Path) -> bool:
    """A form may have taken it up again this very moment: it is looked at once more."""
    if old := _is_old(path):
        path.unlink(missing_ok=True)
    return old
