"""Running the public door: `run(settings, port)`. Its own process; a balancer may start several."""

import uvicorn

from core.log import set_up
from core.settings import Settings
from portal.app import create


def run(settings: Settings, port: int | None = None, *, host: str = "127.0.0.1") -> None:
    """Serve until SIGINT or SIGTERM. Forwarded addresses are believed only from MAJLIS_TRUSTED_PROXIES.

    There is no access log: the addresses of tracking links hold secrets.
    """
    set_up(settings.log_level)
    uvicorn.run(
        create(settings),
        host=host,
        port=port or settings.portal_port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=32 * 1024,
    )
