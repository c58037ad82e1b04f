"""How the desk's process serves: what stands outside every page."""

import socket

import pytest
from streamlit import config
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


def test_the_theme_is_looked_up_once_and_not_for_each_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "get_options_for_section", config.get_options_for_section)
    before = config.get_options_for_section("theme")
    serve.look_up_once()
    once = config.get_options_for_section("theme")
    assert once == before
    assert config.get_options_for_section("theme") is once
