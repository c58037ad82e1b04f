"""The public door on a real socket: what no client library would send."""

import hmac
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from core.db import Database
from core.settings import load
from inbox.models import Webhook
from portal import shield
from tests.portal.conftest import META_SECRET, SECRETS, served

BODY = b'{"object": "page", "entry": []}'
SIGNED = "sha256=" + hmac.new(META_SECRET.encode(), BODY, "sha256").hexdigest()


@pytest.fixture
def store(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "majlis.db").write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{tmp_path / 'majlis.db'}")
    yield db
    db.dispose()


@pytest.fixture
def port(store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A portal as `portal.serve` runs it, on a free loopback port; a body has half a second to come."""
    monkeypatch.setattr(shield, "PATIENCE_S", 0.5)
    with served(load(MAJLIS_VAR_DIR=str(tmp_path), **SECRETS), store) as at:
        yield at


def talk(port: int, *pieces: bytes, finish: bool = False) -> bytes:
    """Send these bytes as they are and read until the other side has said all; `finish` hangs up the sending half."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        for piece in pieces:
            line.sendall(piece)
        if finish:
            line.shutdown(socket.SHUT_WR)
        heard = b""
        while more := line.recv(65536):
            heard += more
    return heard


def post(path: str, length: int, *headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: portal", "Connection: close", f"Content-Length: {length}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def stored(db: Database) -> list[bytes]:
    with db.read() as session:
        return [row.body for row in session.exec(select(Webhook))]


def test_a_signed_body_in_pieces_is_stored_before_it_is_answered(port: int, store: Database) -> None:
    answer = talk(
        port, post("/webhooks/meta", len(BODY), f"X-Hub-Signature-256: {SIGNED}"), *(BODY[i : i + 5] for i in range(0, 99, 5))
    )
    assert answer.startswith(b"HTTP/1.1 200")
    assert stored(store) == [BODY]


@pytest.mark.parametrize("path", ["/webhooks/meta", "/track"])
def test_whoever_sends_too_slowly_is_shown_the_door(port: int, store: Database, path: str) -> None:
    kind = "Content-Type: application/x-www-form-urlencoded"
    answer = talk(port, post(path, 1000, f"X-Hub-Signature-256: {SIGNED}", kind), b"number=")
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"content-security-policy" in answer
    assert stored(store) == []


def test_files_may_come_slowly_as_long_as_they_come(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shield, "SLOWEST", 1)
    kind = "Content-Type: multipart/form-data; boundary=b"
    begun = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(post("/complaint", len(begun) + 9, kind) + begun)
        line.settimeout(1)
        with pytest.raises(TimeoutError):
            line.recv(1)  # after half a second nobody was shown the door: a hundred bytes have come
        line.settimeout(10)
        line.sendall(b"\r\n--b--\r\n")
        assert line.recv(12).startswith(b"HTTP/1.1 403")  # a form without its token


def test_files_that_stop_coming_are_waited_for_no_longer(port: int) -> None:
    kind = "Content-Type: multipart/form-data; boundary=b"
    assert talk(port, post("/complaint", 5000, kind), b"--b\r\n").startswith(b"HTTP/1.1 408")


def test_a_body_that_breaks_off_is_not_stored(port: int, store: Database) -> None:
    talk(port, post("/webhooks/meta", len(BODY), f"X-Hub-Signature-256: {SIGNED}"), BODY[:-3], finish=True)
    assert stored(store) == []
    assert b" 200 " in talk(port, b"GET /robots.txt HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n\r\n")


def test_an_unsigned_body_is_refused_before_it_has_come(port: int) -> None:
    assert talk(port, post("/webhooks/meta", 8_000_000)).startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize(
    "noise",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: portal\r\n\r\n",
        post("/track", 5, "Transfer-Encoding: chunked") + b"0\r\n\r\n",
        b"POST /track HTTP/1.1\r\nHost: portal\r\nContent-Length: -1\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n\r\n",
    ],
)
def test_noise_is_refused_and_the_door_stays_open(port: int, noise: bytes) -> None:
    assert b" 500 " not in talk(port, noise, finish=True)[:20]
    assert b" 200 " in talk(port, b"GET /robots.txt HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n\r\n")


def tries(port: int, client: str, times: int) -> set[bytes]:
    """The last words of each status line to look-ups that a proxy says came from `client`."""
    body = b"number=M-00000-00000&secret=x"
    head = post("/track", len(body), "Content-Type: application/x-www-form-urlencoded", f"X-Forwarded-For: {client}")
    return {talk(port, head + body).split(b" ")[1] for _ in range(times)}


def test_behind_a_trusted_proxy_each_visitor_has_tries_of_his_own(store: Database, tmp_path: Path) -> None:
    settings = load(MAJLIS_VAR_DIR=str(tmp_path), MAJLIS_TRUSTED_PROXIES="127.0.0.1", **SECRETS)
    with served(settings, store) as port:
        assert tries(port, "198.51.100.1", 40) == {b"404", b"429"}
        assert tries(port, "198.51.100.2", 1) == {b"404"}
        assert tries(port, "198.51.100.99, 198.51.100.1", 1) == {b"429"}  # what he wrote himself before the proxy's word


def test_without_a_trusted_proxy_nobody_is_believed_about_his_address(port: int) -> None:
    assert tries(port, "198.51.100.1", 40) == {b"404", b"429"}
    assert tries(port, "198.51.100.2", 1) == {b"429"}


def test_the_door_does_not_say_what_it_is_made_of(port: int) -> None:
    answer = talk(port, b"GET / HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n\r\n")
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"server:" not in head
    assert b"x-powered-by" not in head
    assert b"uvicorn" not in answer.lower()
