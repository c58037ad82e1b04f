"""Running the public door: `run(settings, port)`. Its own process; a balancer may start several."""

from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from core.log import set_up
from core.settings import Settings
from portal.app import create


def configured(app: ASGIApp, settings: Settings, *, port: int, host: str = "127.0.0.1") -> uvicorn.Config:
    """How the public door is served. Forwarded addresses are believed only from MAJLIS_TRUSTED_PROXIES.

    There is no access log: the addresses of tracking links hold secrets.
    """
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=32 * 1024,
    )


def run(settings: Settings, port: int | None = None, *, host: str = "127.0.0.1") -> None:
    """Serve until SIGINT or SIGTERM; SystemExit when the port can't be had."""
    set_up(settings.log_level)
    server = uvicorn.Server(configured(create(settings), settings, port=port or settings.portal_port, host=host))
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise SystemExit(1)
