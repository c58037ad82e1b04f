"""Pictures in our own store: named by their content, checked by what they are, without the data cameras hide in them."""

from hashlib import sha256 as digest
from io import BytesIO
from pathlib import Path
from secrets import token_hex

from itsdangerous import BadSignature, TimestampSigner
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import Invalid, NotFound
from core.settings import Settings
from core.vault import Vault
from outbox.body import MediaFile

#: what Pillow found -> (ending, mime). Re-encoded as found, but anything else than these is refused.
FORMATS = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "WEBP": ("webp", "image/webp")}
ENDINGS = {mime: ending for ending, mime in FORMATS.values()}
#: Instagram takes JPEG up to 8 MB, X images up to 5 MB: the smallest that fits every platform
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 50_000_000
#: how long a platform may fetch a picture by its link
LINK_S = 3600


def folder(var_dir: Path) -> Path:
    """Where stored media stand."""
    return var_dir / "media"


def name_of(sha256: str, mime: str) -> str:
    """The file's name under the folder. KeyError for a type we do not keep."""
    return f"{sha256}.{ENDINGS[mime]}"


def store(path: Path | str, var_dir: Path, alt: str = "") -> MediaFile:
    """Keep a picture under its hash; the same picture twice is one file. Its type is read from its content, not from its name.

    Orientation is applied, then EXIF, GPS and comments are dropped. Invalid when it is no picture, too large, or unreadable.
    """
    source = Path(path)
    try:
        if not source.is_file():  # a pipe or a device would keep us waiting for ever
            raise Invalid(field="media", why=f"{source.name}: no such file")
        if source.stat().st_size > MOST_BYTES:
            raise Invalid(field="media", why=f"{source.name}: larger than {MOST_BYTES // 1024 // 1024} MB")
        with Image.open(source) as opened:
            kind = opened.format or ""
            if kind not in FORMATS or opened.width * opened.height > MOST_PIXELS:
                raise Invalid(field="media", why=f"{source.name}: JPEG, PNG or WebP up to {MOST_PIXELS // 1_000_000} megapixels")
            clean = ImageOps.exif_transpose(opened)
            data = _encoded(clean, kind)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as e:
        raise Invalid(field="media", why=f"{source.name}: {type(e).__name__}") from e
    ending, mime = FORMATS[kind]
    name = digest(data).hexdigest()
    target = folder(var_dir) / f"{name}.{ending}"
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        half = target.with_suffix(f".{token_hex(4)}.part")  # another process may be storing the same picture
        half.write_bytes(data)
        half.replace(target)
    return MediaFile(target.name, alt, mime, name, clean.width, clean.height)


def _encoded(picture: Image.Image, kind: str) -> bytes:
    picture.info = {}  # EXIF, XMP, ICC comments: nothing is carried over
    into = BytesIO()
    if kind == "JPEG":
        picture.convert("RGB").save(into, kind, quality=92, optimize=True)
    else:
        picture.save(into, kind)
    return into.getvalue()


def public_link(sha256: str, settings: Settings, vault: Vault) -> str:
    """An address of the portal where a platform may fetch this picture for an hour; signed, so that no other is reachable."""
    return f"{settings.public_url}/media/{_signer(vault).sign(sha256).decode()}"


def open_link(token: str, settings: Settings, vault: Vault) -> Path:
    """The file behind a link's token. NotFound when it is forged, over an hour old, or gone."""
    try:
        name = _signer(vault).unsign(token, max_age=LINK_S).decode()
    except BadSignature:
        raise NotFound(thing="media", id=token[:12]) from None
    for ending, _ in FORMATS.values():
        found = folder(settings.var_dir) / f"{name}.{ending}"
        if found.is_file():
            return found
    raise NotFound(thing="media", id=name[:12])


def _signer(vault: Vault) -> TimestampSigner:
    return TimestampSigner(vault.derive("media-link"), salt="majlis.media")
