"""Loopback only: who may listen, who may be called."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from core.i18n import ROOT
from sandbox import seed, server, webhooks
from sandbox.clock import Clock


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "192.168.1.1", "8.8.8.8", "example.com", "", "169.254.169.254"])  # noqa: S104  # must be refused
def test_no_address_but_loopback_is_listened_on(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        server.listen(host, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost"])
def test_loopback_is_listened_on(host: str) -> None:
    listener = server.listen(host, 0)
    assert listener.getsockname()[0].startswith("127.")
    listener.close()


def test_a_port_that_is_taken_is_an_error_and_not_another_port() -> None:
    with server.start(seed.bare()) as running:
        port = int(running.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            server.start(port=port)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "http://10.0.0.1/",
        "http://127.0.0.1.example.com/",
        "ftp://127.0.0.1/",
        "http://169.254.169.254/",
        "http://[::2]/",
    ],
)
def test_no_webhook_leaves_the_machine(url: str) -> None:
    assert not webhooks.is_loopback(url)
    with pytest.raises(ValueError, match="loopback"):
        webhooks.call("POST", url)


def test_from_the_command_line_it_refuses_a_public_address() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "--host", "0.0.0.0", "--port", "0"],  # noqa: S104  # must be refused
        cwd=ROOT, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 2
    assert "loopback" in done.stderr


def test_a_dumped_state_is_served_again_from_a_file(tmp_path: Path) -> None:
    world = seed.demo(clock=Clock(frozen_at=1_795_507_200.0))
    path = tmp_path / "demo.json"
    path.write_text(json.dumps(world.dump()), encoding="utf-8")
    again = seed.bare()
    again.load(json.loads(path.read_text("utf-8")))
    with server.start(again) as running:
        shown = requests.get(f"{running.url}/__sandbox/state", timeout=5).json()
    assert shown == json.loads(json.dumps(world.dump()))


def test_stopping_frees_the_port() -> None:
    with server.start(seed.bare()) as running:
        port = int(running.url.rpartition(":")[2])
    server.listen("127.0.0.1", port).close()
