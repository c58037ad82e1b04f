"""Pictures and films in our own store: named by their content, checked by what they are, without the data cameras hide in them."""

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256 as digest
from pathlib import Path
from secrets import token_hex
from shutil import copyfile
from typing import BinaryIO

from itsdangerous import BadSignature, TimestampSigner
from PIL import Image, UnidentifiedImageError

from core.clock import now
from core.errors import Invalid, NotFound
from core.settings import Settings
from core.vault import Vault
from core.why import Why, of_system
from outbox import film, pixels
from outbox.body import MediaFile
from outbox.look import APART

#: what Pillow found -> (ending, mime). Re-encoded as found, but anything else than these is refused.
FORMATS = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "WEBP": ("webp", "image/webp")}
#: a JPEG of several pictures, as some telephones take: of it the first
ALSO = {"MPO": "JPEG"}
ENDINGS = {mime: ending for ending, mime in FORMATS.values()} | {film.MIME: "mp4"}
#: pictures of telephones that begin as films do (HEIC, AVIF); no platform takes them
PICTURE_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})
NAME = re.compile(r"[0-9a-f]{64}\.(?:jpg|png|webp|mp4)")
#: what we keep at all; each platform's own limits are checked before approval (scheduler.fitting)
MOST_BYTES = 10 * 1024 * 1024
MOST_FILM_BYTES = 100 * 1024 * 1024
MOST_PIXELS = 50_000_000
#: how long a platform may fetch a file by its link
LINK = timedelta(hours=1)
MB = 1024 * 1024


def folder(var_dir: Path) -> Path:
    """Where stored media stand."""
    return var_dir / "media"


def name_of(sha256: str, mime: str) -> str:
    """The file's name under the folder. KeyError for a type we do not keep."""
    return f"{sha256}.{ENDINGS[mime]}"


def store(path: Path | str, var_dir: Path, alt: str = "", alt_why: str = "") -> MediaFile:
    """Keep a picture or a film under its hash; the same one twice is one file. Its type is read from its content, not its name.

    Of a picture the orientation and the colour profile are applied, then EXIF, GPS, comments and profile are dropped; of a film
    everything that says where, when and with what it was taken. Invalid when it is neither, too large, or unreadable.
    """
    source = Path(path)
    try:
        if not source.is_file():  # a pipe or a device would keep us waiting for ever
            raise Invalid(field="media", why=Why("media_bad", name=source.name, why=Why("media_no_file")))
        with source.open("rb") as opened:
            head = opened.read(12)
        looks_like_film = head[4:8] == b"ftyp" and head[8:] not in PICTURE_BRANDS
        return _film(source, var_dir, alt, alt_why) if looks_like_film else _picture(source, var_dir, alt, alt_why)
    except Invalid as e:
        if isinstance(e.details["why"], Why) and e.details["why"].code == "media_bad":
            raise
        raise Invalid(field="media", why=Why("media_bad", name=source.name, why=e.details["why"])) from None
    except UnidentifiedImageError:
        raise Invalid(field="media", why=Why("media_bad", name=source.name, why=Why("media_type"))) from None
    except (OSError, ValueError, Image.DecompressionBombError) as e:
        why = of_system(e) if isinstance(e, OSError) and e.errno else Why("media_unreadable")
        raise Invalid(field="media", why=Why("media_bad", name=source.name, why=why)) from e


def cleaned(source: Path | BinaryIO, longest: int = 0) -> tuple[bytes, str, tuple[int, int]]:
    """A picture turned upright, in sRGB and without EXIF, GPS and comments, its type, its width and height; sides longer than
    `longest` are made smaller. Invalid for what is not one of FORMATS or has too many pixels; whatever Pillow raises when it can't
    be read."""
    with Image.open(source, formats=tuple(FORMATS)) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise Invalid(field="media", why=Why("media_pixels", most=MOST_PIXELS // 1_000_000))
        kind = ALSO.get(opened.format or "", opened.format or "")
        clean = pixels.meant(opened, longest)
        return pixels.encoded(clean, kind), FORMATS[kind][1], clean.size


def _picture(source: Path, var_dir: Path, alt: str, alt_why: str) -> MediaFile:
    _must_be_small(source, MOST_BYTES)
    data, mime, (width, height) = cleaned(source)
    name = digest(data).hexdigest()
    target = folder(var_dir) / name_of(name, mime)
    _place(target, lambda half: half.write_bytes(data))
    return MediaFile(target.name, alt, mime, name, width, height, len(data), alt_why=alt_why)


def _film(source: Path, var_dir: Path, alt: str, alt_why: str) -> MediaFile:
    _must_be_small(source, MOST_FILM_BYTES)
    folder(var_dir).mkdir(parents=True, exist_ok=True)
    half = folder(var_dir) / f"{token_hex(8)}.part"
    try:
        copyfile(source, half)
        with half.open("r+b") as file:
            facts = film.inspect(file)
            film.clean(file)
            file.seek(0)
            hashed = digest()
            while part := file.read(MB):
                hashed.update(part)
        name, size = hashed.hexdigest(), half.stat().st_size
        target = folder(var_dir) / name_of(name, film.MIME)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return MediaFile(target.name, alt, film.MIME, name, facts.width, facts.height, size, facts.duration_ms, alt_why)


def _must_be_small(source: Path, most: int) -> None:
    if source.stat().st_size > most:
        raise Invalid(field="media", why=Why("media_large", most=most // MB))


def _place(target: Path, write: Callable[[Path], object]) -> None:
    """Make a file whole or not at all; another process may be making the same one."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(f".{token_hex(4)}.part")
    write(half)
    half.replace(target)


def as_jpeg(kept: MediaFile, var_dir: Path) -> MediaFile:
    """The same picture as a JPEG, for platforms that take no other: on white where it was transparent. Made once, then found.

    A picture that is not there any more, and a film, are given back as they are.
    """
    there = folder(var_dir)
    source, target = there / kept.path, there / name_of(kept.sha256, "image/jpeg")
    if kept.film or kept.mime == "image/jpeg" or not source.is_file():
        return kept

    def write(half: Path) -> None:
        with Image.open(source) as opened:
            flat = Image.new("RGB", opened.size, "white")
            shown = opened.convert("RGBA")
            flat.paste(shown, mask=shown)
        half.write_bytes(pixels.encoded(flat, "JPEG"))

    _place(target, write)
    size = target.stat().st_size
    return MediaFile(target.name, kept.alt, "image/jpeg", kept.sha256, kept.width, kept.height, size, alt_why=kept.alt_why)


def public_link(name: str, settings: Settings, vault: Vault) -> str:
    """An address of the portal where a platform may fetch the file `name` for an hour; signed, so that no other is reachable."""
    return f"{settings.public_url}/media/{_signer(vault).sign(name).decode()}"


def open_link(token: str, settings: Settings, vault: Vault) -> Path:
    """The file behind a link's token, which another host may have signed. NotFound when it is forged, over an hour old, or gone."""
    try:
        signed, at = _signer(vault).unsign(token, return_timestamp=True)
    except BadSignature:
        raise NotFound(thing="media", id=token[:12]) from None
    name = signed.decode()
    found = folder(settings.var_dir) / name
    if not -APART <= now() - at <= LINK or not NAME.fullmatch(name) or not found.is_file():
        raise NotFound(thing="media", id=name[:12])
    return found


def _signer(vault: Vault) -> TimestampSigner:
    return _Signer(vault.derive("media-link"), salt="majlis.media")


class _Signer(TimestampSigner):
    """By our clock."""

    def get_timestamp(self) -> int:
        return int(now().timestamp())
