"""An OpenID provider of our own on a loopback socket: discovery, keys, code with PKCE, signed identity tokens, a way out."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "majlis-desk", "a client's secret"


@dataclass
class Provider:
    """`persons`: what it says of each by the name he gives. `breaks`: claims that it tells wrongly. `left`: who was signed out."""

    persons: dict[str, dict[str, Any]] = field(default_factory=dict)
    breaks: dict[str, Any] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}))
    issuer: str = ""

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.discovery),
                Route("/jwks", self.jwks),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/logout", self.logout),
            ]
        )

    async def discovery(self, request: Request) -> Response:
        ends = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in (("authorization", "authorize"), ("token", "token"))}
        return JSONResponse(
            {
                "issuer": self.issuer,
                **ends,
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/logout",
                "response_types_supported": ["code"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def jwks(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        """A page that asks who one is; `who` given, back to the client with a code."""
        asked = dict(request.query_params)
        who = asked.pop("who", "")
        if not who:
            links = (f'<p><a href="/authorize?{urlencode({**asked, "who": name})}">{name}</a></p>' for name in self.persons)
            return HTMLResponse(f"<!DOCTYPE html><title>provider</title>{''.join(links)}")
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = (who, asked)
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", status_code=302)

    async def token(self, request: Request) -> Response:
        """One code, once, to the client that proves itself and that it is the one who began."""
        form = await request.form()
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        person, asked = self.codes.pop(str(form.get("code")), ("", {}))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()).rstrip(b"=")
        if request.headers.get("authorization") != f"Basic {expected}" and form.get("client_secret") != SECRET:
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        if not person or asked.get("code_challenge") != challenge.decode() or form.get("redirect_uri") != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": person, "iat": now, "exp": now + 300, "nonce": asked.get("nonce")}
        claims |= self.persons[person] | self.breaks
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return JSONResponse(
            {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 300, "id_token": signed}
        )

    async def logout(self, request: Request) -> Response:
        self.left.append(request.query_params.get("id_token_hint", ""))
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], status_code=302)


@contextmanager
def providing() -> Iterator[Provider]:
    """A provider that answers at its `issuer`."""
    provider = Provider()
    server = uvicorn.Server(uvicorn.Config(provider.app(), host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        provider.issuer = f"http://127.0.0.1:{port}"
        yield provider
    finally:
        server.should_exit = True
        thread.join(10)
