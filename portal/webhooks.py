"""Meta's and X's webhooks: verified on the raw bytes, stored and committed, then answered 200. Digesting comes later.

A body is looked into by nobody before its signature held (`inbox.webhooks` digests what was stored; the poller stays the truth).
"""

import hmac
import re
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool

from connectors import webhooks
from core.log import logger
from inbox.webhooks import store
from portal.state import Portal, portal_of

router = APIRouter(include_in_schema=False)
log = logger("portal")

#: letters, digits and the signs of base64: neither a brace nor a quotation mark, so never JSON that says anything
_CRC_TOKEN = re.compile(r"[A-Za-z0-9_=+/.-]{1,200}")


async def signed_by_meta(request: Request, signature: Annotated[str, Header(alias="X-Hub-Signature-256")] = "") -> bytes:
    """The raw body, when its HMAC-SHA256 with an app secret of ours is right; 401 otherwise."""
    raw = await _body(request, signature, "meta")
    secrets = await run_in_threadpool(portal_of(request).secrets_of, "meta")
    if not any(webhooks.meta_signed(raw, signature, secret) for secret in secrets):
        raise _refused("meta", configured=bool(secrets))
    return raw


async def signed_by_x(request: Request, signature: Annotated[str, Header(alias="x-twitter-webhooks-signature")] = "") -> bytes:
    """The raw body, when its HMAC-SHA256 with a consumer secret of ours is right; 401 otherwise.

    What could be a token was perhaps signed by our own answer to the CRC, so that signature proves nothing.
    """
    raw = await _body(request, signature, "x")
    if _CRC_TOKEN.fullmatch(raw.decode("latin-1")):
        raise _refused("x", configured=True)
    secrets = await run_in_threadpool(portal_of(request).secrets_of, "x")
    if not any(webhooks.x_signed(raw, signature, secret) for secret in secrets):
        raise _refused("x", configured=bool(secrets))
    return raw


async def _body(request: Request, signature: str, family: str) -> bytes:
    """The raw body; refused unread where no signature comes with it, so that noise costs neither reading nor a query."""
    if not signature.strip().startswith("sha256="):
        raise _refused(family, configured=True)
    return await request.body()


def _refused(family: str, *, configured: bool) -> HTTPException:
    log.warning("webhook refused", webhook=family, code="bad_signature" if configured else "no_secret_set")
    return HTTPException(401)


@router.get("/webhooks/meta")
def challenge(
    request: Request,
    mode: Annotated[str, Query(alias="hub.mode")] = "",
    token: Annotated[str, Query(alias="hub.verify_token")] = "",
    challenge: Annotated[str, Query(alias="hub.challenge", max_length=1000)] = "",
) -> PlainTextResponse:
    """Meta's subscription check: the bare challenge, when the word is the one we agreed on."""
    ours = portal_of(request).settings.meta_verify_token
    if mode != "subscribe" or not ours or not hmac.compare_digest(token.encode(), ours.encode()):
        raise HTTPException(403)
    return PlainTextResponse(challenge)


@router.post("/webhooks/meta")
async def from_meta(request: Request, raw: Annotated[bytes, Depends(signed_by_meta)]) -> JSONResponse:
    """Store what Meta tells us. A repeated body is one row and the same answer."""
    await run_in_threadpool(_keep, portal_of(request), "meta", raw)
    return JSONResponse({"stored": True})


@router.get("/webhooks/x")
def crc(request: Request, crc_token: Annotated[str, Query(max_length=1000)] = "") -> JSONResponse:
    """X's hourly check that we know the consumer secret.

    The answer is a signature over what was sent, made with the very secret that webhooks are signed with: only what can be a token
    of X is answered, and no webhook's body can look like one.
    """
    secrets = portal_of(request).secrets_of("x")
    if not _CRC_TOKEN.fullmatch(crc_token) or not secrets:
        raise HTTPException(403)
    return JSONResponse({"response_token": webhooks.x_crc(crc_token, secrets[0])})


@router.post("/webhooks/x")
async def from_x(request: Request, raw: Annotated[bytes, Depends(signed_by_x)]) -> JSONResponse:
    """Store what X tells us."""
    await run_in_threadpool(_keep, portal_of(request), "x", raw)
    return JSONResponse({"stored": True})


def _keep(portal: Portal, family: str, raw: bytes) -> None:
    with portal.db.write() as session:
        store(session, family, raw)
