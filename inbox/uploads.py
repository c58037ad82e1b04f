"""Files that come with a form: judged by their content, cleaned, and kept where no web server looks.

A file is looked at when it arrives and then waits, under a name nobody can guess, until its form is sent; what nobody sends is gone
after a day. Pictures lose what cameras hide in them. Staff and whoever holds the secret of the case may have it, nobody else.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from threading import BoundedSemaphore

from PIL import Image, UnidentifiedImageError
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.bulk import among
from core.clock import now
from core.display import clean_name
from core.errors import Invalid, NotFound
from core.settings import Settings
from core.why import Why
from inbox import papers, pictures
from inbox.models import Item, Upload
from outbox import media

MB = 1024 * 1024
#: of one form, of one file, and of all files that wait for their forms together
MOST_FILES, MOST_BYTES, MOST_WAITING = 3, 10 * MB, 1024 * MB
#: the longer side of a picture is kept up to so many pixels: enough to read a page photographed by telephone
LONGEST = 3000
#: how long a file waits for its form; where there is no room left, only so long
WAITS, PRESSED = timedelta(days=1), timedelta(hours=1)
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", papers.MIME: "pdf"}
NAME_MOST = 120

#: pictures being unpacked in this process at once: each takes up to 150 MB meanwhile
_few = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that was looked at and waits for its form. `token` names it in our store."""

    token: str
    name: str
    mime: str
    bytes: int
    sha256: str


def look(name: str, given: bytes, settings: Settings) -> Waiting:
    """Look at a file, clean it and let it wait. Invalid for anything but a picture or a harmless PDF, whatever its name says."""
    if not given or len(given) > MOST_BYTES:
        raise _bad(name, Why("upload_large", most=MOST_BYTES // MB) if given else Why("upload_empty"))
    data, mime = (given, papers.MIME) if papers.is_paper(given) else _picture(name, given)
    if mime == papers.MIME and papers.is_active(given):
        raise _bad(name, Why("upload_active"))
    waiting = _waiting(settings)
    waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
    room = MOST_WAITING - len(data)
    if _size(waiting, WAITS) > room and _size(waiting, PRESSED) > room:
        raise _bad(name, Why("upload_full"))
    token = token_hex(16)
    with os.fdopen(os.open(waiting / token, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
    return Waiting(token, _called(name, mime), mime, len(data), sha256(data).hexdigest())


def _picture(name: str, given: bytes) -> tuple[bytes, str]:
    if pictures.is_heavy(given):
        raise _bad(name, Why("media_unreadable"))
    try:
        with _few:
            data, mime, _ = media.cleaned(BytesIO(given), LONGEST)
    except Invalid as e:
        raise _bad(name, e.details["why"]) from None
    except UnidentifiedImageError:
        raise _bad(name, Why("upload_type")) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _bad(name, Why("media_pixels", most=media.MOST_PIXELS // 1_000_000)) from None
    except (OSError, ValueError, SyntaxError):  # SyntaxError: so Pillow calls a broken PNG
        raise _bad(name, Why("media_unreadable")) from None
    return data, mime


def keep(session: Session, actor: Actor, item: Item, files: Sequence[Waiting], settings: Settings) -> list[Upload]:
    """Give an item the files that waited for it. Invalid when one waited too long: it has to be sent anew."""
    actor.require("system.receive")
    rows = []
    for file in files:
        path = f"{file.token[:2]}/{file.token}"
        target = folder(settings) / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in (target, _waiting(settings) / file.token):  # touched before it is linked: inbox.leftover leaves it alone
            with suppress(FileNotFoundError):
                os.utime(name, (now().timestamp(), now().timestamp()))
        try:
            if not target.exists():
                target.hardlink_to(_waiting(settings) / file.token)
        except FileNotFoundError:
            raise _bad(file.name, Why("upload_gone")) from None
        row = Upload(item_id=item.id or 0, name=file.name, path=path, mime=file.mime, bytes=file.bytes, sha256=file.sha256)
        session.add(row)
        rows.append(row)
    session.flush()
    audit.record(session, actor, "upload.keep", f"item:{item.id}", files=[row.sha256 for row in rows])
    return rows


def sent(files: Sequence[Waiting], settings: Settings) -> None:
    """These wait no more: their form was sent, and that is committed."""
    for file in files:
        (_waiting(settings) / file.token).unlink(missing_ok=True)


def tidy(settings: Settings) -> None:
    """What waited a day for its form waits no more."""
    if _waiting(settings).is_dir():
        _size(_waiting(settings), WAITS)


def of_items(session: Session, item_ids: Sequence[int]) -> list[Upload]:
    """The files of these items that are still there, in the order they came."""
    there = (among(session, col(Upload.item_id), list(item_ids)), col(Upload.erased_at).is_(None))
    return list(session.exec(select(Upload).where(*there).order_by(col(Upload.id))))


def path_of(upload: Upload, settings: Settings) -> Path:
    """Where the file stands. NotFound when it was erased, or isn't on this server."""
    path = folder(settings) / upload.path
    if not upload.path or upload.erased_at is not None or not path.is_file():
        raise NotFound(thing="upload", id=upload.id)
    return path


def erase(session: Session, actor: Actor, upload: Upload, settings: Settings) -> None:
    """Take the file away; that it was there, and its hash, stay. The calling verb has asked whether it may go."""
    if upload.erased_at is not None:
        return
    if upload.path:
        (folder(settings) / upload.path).unlink(missing_ok=True)
    upload.path, upload.name, upload.erased_at = "", "", now()
    session.add(upload)
    audit.record(session, actor, "upload.erase", f"item:{upload.item_id}", upload=upload.id, sha256=upload.sha256)


def folder(settings: Settings) -> Path:
    """Where files of forms stand."""
    return settings.var_dir / "uploads"


def _waiting(settings: Settings) -> Path:
    return folder(settings) / "waiting"


def _size(waiting: Path, most: timedelta) -> int:
    """Bytes of what only waits (what was sent already has a second name); what waited longer than `most` is thrown away."""
    oldest, size = (now() - most).timestamp(), 0
    for entry in os.scandir(waiting):
        with suppress(FileNotFoundError):  # its form was sent this very moment
            found = entry.stat()
            if found.st_mtime < oldest:
                Path(entry.path).unlink()
            elif found.st_nlink == 1:
                size += found.st_size
    return size


def _called(name: str, mime: str) -> str:
    """The file's name as people may read it, with the ending its content deserves."""
    stem = clean_name(name.replace("\\", "/").rpartition("/")[2]).rpartition(".")
    bare = (stem[0] or stem[2]).strip(" .")[: NAME_MOST - 5] or "file"
    return f"{bare}.{ENDINGS[mime]}"


def _bad(name: str, why: object) -> Invalid:
    return Invalid(field="files", why=Why("media_bad", name=clean_name(name)[:NAME_MOST] or "?", why=why))
