"""Sign-in by the ministry's identity provider: Streamlit speaks OpenID Connect (`st.login`), and we open a session of our own.

What the provider's word opens is a desk session like any other: our cookie, our idle limit, our row asked on every run. Streamlit's
own cookie, good for thirty days, is believed once, within minutes of its making, by a browser that has just asked for it.
"""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes
from streamlit.web.server.starlette.starlette_server_config import TOKENS_COOKIE_NAME, USER_COOKIE_NAME

from core.auth import let_in
from core.clock import now
from core.identity import UnknownIdentity, recognise
from core.settings import Settings, settings
from desk import store

#: the provider as Streamlit knows it, and the cookie that says where somebody wants to go who has gone to it
PROVIDER: Final = "majlis"
ROUND_COOKIE: Final = "majlis_oidc"
#: seconds a journey to the provider may take
ROUND_S: Final = 600
#: Streamlit's cookies; the larger ones come in parts
THEIRS: Final = (USER_COOKIE_NAME, TOKENS_COOKIE_NAME)

_ROUTES: Final[Mapping[str, Callable[[Request], Awaitable[Response]]]] = {
    route.path: route.endpoint for route in create_auth_routes("")
}


def offered() -> bool:
    """True when a provider is set up."""
    return bool(settings().oidc_issuer)


def secrets_of(settings: Settings) -> dict[str, Any] | None:
    """What Streamlit must know of the provider; None without one. Its cookies are signed anew in each process: none outlives it."""
    if not settings.oidc_issuer:
        return None
    provider = {
        "client_id": settings.oidc_client_id,
        "client_secret": settings.oidc_client_secret,
        "server_metadata_url": f"{settings.oidc_issuer}/.well-known/openid-configuration",
    }
    own = {"redirect_uri": f"{settings.desk_url}/oauth2callback", "cookie_secret": secrets.token_hex(32)}
    return {"auth": {**own, PROVIDER: provider}}


async def depart(request: Request) -> Response:
    """Off to the provider, as `st.login` does it."""
    request.scope["query_string"] = f"provider={encode_provider_token(PROVIDER)}".encode()
    return await _ROUTES["/auth/login"](Request(request.scope, request.receive))


async def farewell(request: Request) -> Response | None:
    """Out of the provider too, as `st.logout` does it; None for whoever did not come through it."""
    return await _ROUTES["/auth/logout"](request) if offered() and USER_COOKIE_NAME in request.cookies else None


def arrived(request: Request) -> bool:
    """True for a browser that comes back from the provider."""
    return offered() and ROUND_COOKIE in request.cookies and USER_COOKIE_NAME in request.cookies


def admit(request: Request, device: str) -> str:
    """A desk session for whom the provider vouches; its token. UnknownIdentity, also for a word that is old or not theirs."""
    claims = claims_of(request.cookies.get)
    made = claims.get("iat")
    fresh = isinstance(made, int | float) and abs(now().timestamp() - made) <= ROUND_S
    if not fresh or str(claims.get("iss", "")).rstrip("/") != settings().oidc_issuer:
        raise UnknownIdentity()
    with store.write() as session:
        return let_in(session, recognise(session, claims), "oidc", device=device)


def claims_of(cookie: Callable[[str], str | None]) -> dict[str, Any]:
    """What the provider's token said, from Streamlit's signed cookie; {} for one that is not whole."""

    def part(name: str) -> bytes | None:
        value = cookie(name)
        return None if value is None else decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    try:
        whole = get_cookie_with_chunks(part, USER_COOKIE_NAME)
        claims: dict[str, Any] = json.loads(whole) if whole else {}
    except (ValueError, UnicodeError):
        return {}
    return claims


def on_the_way(response: Response, back: str, *, secure: bool) -> Response:
    """Somebody has set out, and wants to `back` when he is known."""
    response.set_cookie(ROUND_COOKIE, back, max_age=ROUND_S, path="/auth", httponly=True, samesite="lax", secure=secure)
    return response


def back_to(response: Response, *, secure: bool) -> Response:
    """The journey is over: another needs another beginning."""
    response.delete_cookie(ROUND_COOKIE, path="/auth", httponly=True, samesite="lax", secure=secure)
    return response
