"""Starts the desk: Streamlit as an ASGI app behind our gate. `python -m desk.serve --port 8501` or `run(settings, port)`."""

import argparse
import gc
import logging
import os
import socket
from functools import cache

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config
from streamlit.web.server.starlette import starlette_server

from core.i18n import ROOT, catalogue
from core.settings import Settings
from core.settings import settings as read_settings
from desk import identity, store, taking, wall
from desk.gate import Gate
from desk.session import DOOR
from desk.signin import ROUTES

#: Only this machine, unless MAJLIS_DESK_ADDRESS-like proxies stand before it: TLS and the outside are the proxy's work.
ADDRESS = "127.0.0.1"


def app() -> st.App:
    """The ASGI app: sign-in, language and static routes first, then Streamlit."""
    DOOR.asgi = True
    return st.App(
        ROOT / "dashboard.py",
        routes=[*ROUTES, *taking.ROUTES],
        middleware=[Middleware(Gate)],
        secrets=identity.secrets_of(read_settings()),
        on_script_error=wall.meet,
    )


def warm() -> None:
    """Import every page with what it needs and freeze it all: no collection of garbage walks what stays for ever."""
    import altair  # noqa: F401 (imported to be frozen)

    from desk import rooms

    catalogue()
    for room in rooms.ROOMS:
        assert callable(room.page)
    gc.collect()
    gc.freeze()


def send_at_once() -> None:
    """What is written to a browser leaves at once from now on. asyncio sees to that only where a listening socket names its
    protocol, and Streamlit's names none: the second message of a run would wait 40 ms until the first was acknowledged."""
    bind = starlette_server._bind_socket

    def bound(address: str, port: int, backlog: int) -> socket.socket:
        made = bind(address, port, backlog)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # those it accepts take it over
        return made

    starlette_server._bind_socket = bound


def look_up_once() -> None:
    """Streamlit looks through all of its options six times for each run, for the theme; they don't change while it serves."""
    config.get_options_for_section = cache(config.get_options_for_section)


def run(settings: Settings, port: int | None = None) -> None:
    """Serve the desk on loopback until stopped. One process: sessions live in its memory."""
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    os.environ.setdefault("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "false")
    desk = app()
    store.database()
    warm()
    send_at_once()
    look_up_once()
    desk.run(config={"server.port": port or settings.desk_port, "server.address": ADDRESS})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m desk.serve", description="The staff desk of Majlis.")
    parser.add_argument("--port", type=int, default=None, help="default: MAJLIS_DESK_PORT")
    run(read_settings(), parser.parse_args().port)
