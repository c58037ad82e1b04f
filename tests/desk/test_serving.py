"""How the desk's process serves: what stands outside every page."""

import socket

import pytest
from streamlit.web.server.starlette import starlette_server

from desk import serve


def test_what_is_written_to_a_browser_leaves_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starlette_server, "_bind_socket", starlette_server._bind_socket)
    serve.send_at_once()
    listening, _ = starlette_server._bind_server_socket(serve.ADDRESS, serve.ADDRESS, 0, 1)
    with listening, socket.create_connection(listening.getsockname()):
        listening.setblocking(True)
        taken, _ = listening.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
