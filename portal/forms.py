"""What every form of a browser passes: proof that the form was ours, its fields and files, and how often one may send.

The proof is a token that was signed for this browser's cookie: a page elsewhere has neither. It names the one form it stands in,
so that a form sent twice is one. Where the browser itself says that another site sends, it is not even looked at.
"""

import hmac
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from secrets import token_hex
from unicodedata import decimal

from fastapi import HTTPException, Request
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from core.display import strip_nul
from inbox.uploads import MOST_FILES
from portal.state import Portal, portal_of

#: how long a form may stay open before it is sent, and a browser is remembered for it: somebody writes, is called away, comes back
OPEN_S = 12 * 3600
MOST_FIELDS = 60
#: far more than a field takes: who writes too much has his words back with what is wrong
FIELD_BYTES = 256 * 1024
#: a number or a secret is no longer, however it was copied
LONGEST = 200
_MARK = re.compile("[0-9a-f]{32}")
#: what browsers say of a form that stands on a page of ours, or was typed in
_HERE = frozenset({"same-origin", "none"})


class Stale(HTTPException):
    """The form is not one of ours, was open for too long, or the browser keeps no cookies: it has to be sent once more.

    `nonce` is its name where we made it: whoever holds the page of a form that was sent has its receipt already.
    """

    def __init__(self, nonce: str = "") -> None:
        super().__init__(403)
        self.nonce = nonce


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was sent: `fields` by name (the last of each), all `kept` files of an earlier step, and those sent now."""

    fields: Mapping[str, str]
    kept: tuple[str, ...] = ()
    files: tuple[UploadFile, ...] = ()

    def get(self, name: str) -> str:
        """What was typed there, without blanks around it; "" for nothing."""
        return self.fields.get(name, "").strip()


async def filled(request: Request) -> AsyncIterator[Filled]:
    """What was sent, read whole; 400 for what is no form."""
    try:
        form = await request.form(max_files=3 * MOST_FILES, max_fields=MOST_FIELDS, max_part_size=FIELD_BYTES)
    except UnicodeError:  # it names a way of writing letters in which these are none
        raise HTTPException(400) from None
    try:
        yield _read(form)
    finally:
        await form.close()


def _read(form: FormData) -> Filled:
    words = [(name, _lines(value)) for name, value in form.multi_items() if isinstance(value, str)]
    files = tuple(one for one in form.getlist("files") if isinstance(one, UploadFile) and (one.filename or one.size))
    return Filled(dict(words), tuple(value for name, value in words if name == "kept"), files)


def _lines(value: str) -> str:
    """Browsers end lines as mail does."""
    return strip_nul(value).replace("\r\n", "\n")


def token(request: Request) -> str:
    """The value of a form's hidden field `token`, for this browser and this one form."""
    mark = _mark(request)
    if not mark:
        mark = request.state.mark = getattr(request.state, "mark", "") or token_hex(16)
    return _signer(portal_of(request)).sign(f"{mark}.{token_hex(16)}").decode()


def checked(request: Request, fields: Mapping[str, str]) -> str:
    """The name of the one form that was sent, when its `token` is good for this browser; Stale otherwise."""
    if request.headers.get("sec-fetch-site", "same-origin") not in _HERE:
        raise Stale
    try:
        signed = _signer(portal_of(request)).unsign(fields.get("token", "")[:200], max_age=OPEN_S).decode()
    except SignatureExpired as e:
        raise Stale((e.payload or b"").decode().partition(".")[2]) from None
    except BadSignature:
        raise Stale from None
    mark, _, nonce = signed.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(request).encode()):
        raise Stale(nonce)
    return nonce


def remember(request: Request, response: Response) -> None:
    """Let the browser keep the mark that a token on this page was made for."""
    if mark := getattr(request.state, "mark", ""):
        secure = portal_of(request).secure()
        response.set_cookie(_cookie(request), mark, max_age=OPEN_S, path="/", secure=secure, httponly=True, samesite="lax")


def our_digits(typed: str) -> str:
    """The same with the digits of any keyboard as ours."""
    return "".join(str(decimal(c)) if c.isdecimal() else c for c in typed)


def plain(typed: str) -> str:
    """A number or a secret as a person typed or copied it, as far as it can be one of ours: its letters and digits.

    Dashes, white space and the invisible marks of a copied Arabic message are left out.
    """
    return "".join(c for c in our_digits(typed) if c.isascii() and c.isalnum()) if len(typed) <= LONGEST else ""


def address(request: Request) -> str:
    """Where a request comes from, as far as the proxies we trust tell it."""
    return request.client.host if request.client else ""


def wait_to_send(request: Request, form: str) -> int:
    """0 when this address may send this form now; else the seconds after which it may. All addresses together have a limit too."""
    portal = portal_of(request)
    return portal.senders.wait(address(request)) or portal.forms.wait(form)


def _mark(request: Request) -> str:
    found = request.cookies.get(_cookie(request), "")
    return found if _MARK.fullmatch(found) else ""


def _cookie(request: Request) -> str:
    """Over https no other host of our domain can set it."""
    return "__Host-form" if portal_of(request).secure() else "form"


def _signer(portal: Portal) -> TimestampSigner:
    return TimestampSigner(portal.vault.derive("portal-form"), salt="majlis.form")
