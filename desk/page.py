"""The one HTML page Streamlit runs in, made ours: language, direction, style, title, and a policy of what it may load."""

import base64
import hashlib
import html
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import streamlit

from core import oneself
from core.i18n import Lang, t
from core.models import User

STATIC: Final = Path(__file__).parent / "static"
_INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_HOST: Final = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}")


@cache
def stamp(file: str) -> str:
    """A short hash of a static file: its address changes when it does, so it may be cached for ever."""
    return hashlib.sha256((STATIC / file).read_bytes()).hexdigest()[:10]


@cache
def shelf() -> frozenset[str]:
    """The addresses of our static files: nothing else is looked for on the disk."""
    return frozenset(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file())


@dataclass(frozen=True, slots=True)
class Index:
    """The page in one language and the hashes of the inline scripts Streamlit put into it."""

    html: str
    script_hashes: tuple[str, ...]


def _asset(file: str) -> str:
    return f"/desk/{file}?v={stamp(file)}"


@dataclass(frozen=True, slots=True)
class Look:
    """How one person wants the desk: letters in hundredths of their usual size, and `high` contrast or ""."""

    size: int = 100
    contrast: str = ""

    @property
    def attributes(self) -> str:
        """What says so on the page's first element; "" for what is usual."""
        size = f' style="font-size: {self.size}%"' if self.size != 100 else ""
        return size + (f' data-contrast="{self.contrast}"' if self.contrast else "")


def look_of(user: User) -> Look:
    """The look of a person's own row, within what there is."""
    return Look(
        user.text_size if user.text_size in oneself.SIZES else 100, user.contrast if user.contrast in oneself.CONTRASTS else ""
    )


USUAL: Final = Look()


@cache
def index(lang: Lang, look: Look = USUAL) -> Index:
    """Streamlit's own index.html with our language, direction, icon, style and script in its head, as the person wants it."""
    source = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    said = "".join(f' data-{name}="{html.escape(t(f"desk.idle.{name}", lang), quote=True)}"' for name in ("soon", "stay"))
    head = [f'<link rel="stylesheet" href="{_asset("desk.css")}">', f'<script id="desk" src="{_asset("desk.js")}"{said}></script>']
    if lang == "ar":
        head += [f'<link rel="stylesheet" href="{_asset("rtl.css")}">', f'<script src="{_asset("ar.js")}"></script>']
    direction = "rtl" if lang == "ar" else "ltr"
    page = source.replace('<html lang="en">', f'<html lang="{lang}" dir="{direction}"{look.attributes}>', 1)
    page = re.sub(r"<title>.*?</title>", f"<title>{t('desk.name', lang)}</title>", page, count=1)
    page = re.sub(r'<link[^>]*rel="(?:shortcut icon|service-desc)"[^>]*/>', "", page)
    page = re.sub(r'<link\s+rel="preload"[^>]*SourceSans[^>]*/>', "", page)
    head.append(f'<link rel="icon" type="image/png" href="{_asset("icon.png")}">')
    hashes = tuple(base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in _INLINE.findall(page))
    return Index(page.replace("</title>", "</title>" + "".join(head), 1), hashes)


def policy(host: str, script_hashes: tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy: nothing from elsewhere, no eval, nobody may frame us.

    `blob:` lets Streamlit load our components' own inline modules; `host` names the web socket for browsers whose 'self'
    does not cover it.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    scripts = "".join(f" 'sha256-{digest}'" for digest in script_hashes)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob:{scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self'{sockets}",
            "worker-src 'self' blob:",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )
