"""Pictures on the screen while a post is written: small copies inside the page, so that nothing is fetched from elsewhere."""

import base64
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

WIDEST = 900
#: so many small copies are held ready
READY = 64


def small(source: bytes | Path) -> str:
    """A `data:` address of a copy at most 900 pixels wide; "" for what is no picture."""
    try:
        with Image.open(BytesIO(source) if isinstance(source, bytes) else source) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return ""
    picture.thumbnail((WIDEST, WIDEST))
    into = BytesIO()
    picture.save(into, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(into.getvalue()).decode()}"


@lru_cache(READY)
def kept(path: Path) -> str:
    """`small` of a stored file: its name is the hash of what is in it, so it never changes."""
    return small(path)
