"""The transport under all clients: timeouts, one try, no success on trust, no strange hosts, no secrets in errors and logs."""

import contextlib
import gzip
import logging
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors import errors, gauge, transport
from connectors.contract import Media, Outgoing
from connectors.line import Line
from connectors.transport import Adapter, Cut, NotSent, Wire
from core.errors import PlatformError, Unavailable, Uncertain
from sandbox import seed
from tests.connectors.conftest import BACKENDS, Build, House, Kept
from tests.connectors.wire import bare, plainly
from tests.secrets_of import SECRETS

HOST = "graph.facebook.com"
URL = f"https://{HOST}/v25.0/me?access_token=very-secret-token&fields=id"


def session_at(home: str, read_s: float = 1.0, whole_s: float = 5.0) -> tuple[requests.Session, Adapter]:
    adapter = Adapter(Wire(home, 1.0, read_s, whole_s), ["very-secret-token"])
    session = requests.Session()
    adapter.mount_on(session, HOST)
    return session, adapter


def test_an_answer_is_read_whole_and_its_status_headers_and_body_are_kept() -> None:
    with bare(plainly(b'{"id": "1"}', "200 OK", "X-App-Usage: {}", "X-Rate-Limit-Remaining: 7")) as server:
        session, adapter = session_at(server.url)
        assert session.get(URL).json() == {"id": "1"}
    assert adapter.last is not None
    assert (adapter.last.status, adapter.last.body) == (200, {"id": "1"})
    assert adapter.last.headers["x-rate-limit-remaining"] == "7"


def test_a_call_goes_home_under_the_platforms_own_name() -> None:
    with bare(plainly(b"{}")) as server:
        session, _ = session_at(server.url)
        answer = session.get(URL)
    head = server.heard[0].decode()
    assert head.startswith("GET /v25.0/me?")
    assert f"Host: {HOST}\r\n" in head
    assert answer.url == URL


@pytest.mark.parametrize("name", BACKENDS)
def test_every_client_speaks_to_its_own_host_through_the_new_home(build: Build, steps: Kept, name: str) -> None:
    house = build(name)
    house.connector.send(house.reply_to(house.comment(house.post(), "سؤال"), "جواب"), steps)
    house.hear()
    hosts = {r.host for r in house.world.recorder.records}
    assert hosts == {{"x": "api.twitter.com", "instagram:private": "i.instagram.com"}.get(name, HOST)}


def test_the_signature_of_x_stays_that_of_the_real_address(build: Build) -> None:
    house = build("x")  # the sandbox reckons the signature over https://api.twitter.com and refuses any other
    house.connector.fetch("posts", None)
    assert {r.auth for r in house.world.recorder.records} == {"oauth1"}


def test_nobody_is_waited_for_longer_than_the_reading_time() -> None:
    with bare(lambda peer: None) as server:
        session, _ = session_at(server.url, read_s=0.2)
        begun = time.monotonic()
        with pytest.raises(Cut):
            session.get(URL)
    assert time.monotonic() - begun < 2


def test_an_answer_that_drips_is_cut_after_its_whole_time() -> None:
    def drip(peer: object) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")  # type: ignore[attr-defined]  # a socket
        over = threading.Event()
        while not over.wait(0.02):
            peer.sendall(b" ")  # type: ignore[attr-defined]  # raises once the client has hung up

    with bare(drip) as server:
        session, _ = session_at(server.url, read_s=5, whole_s=0.3)
        begun = time.monotonic()
        with pytest.raises(Cut):
            session.get(URL)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("name", BACKENDS)
def test_each_client_gives_up_in_time_though_it_knows_no_timeout_itself(build: Build, steps: Kept, name: str) -> None:
    house = build(name)
    out = house.reply_to(house.comment(house.post(), "سؤال"), "جواب")
    connector = house.open(read_s=0.2)
    house.fault("slow_after:1.5", "POST")
    begun = time.monotonic()
    with pytest.raises(Uncertain):
        connector.send(out, steps)
    assert time.monotonic() - begun < 1.4


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b'"ok"', b"null", b'{"id": "19', b"<html></html>", b"\xff\xfe"])
def test_a_success_without_a_json_object_is_no_success(body: bytes) -> None:
    with bare(plainly(body)) as server:
        session, _ = session_at(server.url)
        with pytest.raises(Cut):
            session.post(URL, data={"message": "x"})
    assert server.connections == 1


def test_an_empty_204_is_a_success() -> None:
    with bare(plainly(b"", "204 No Content")) as server:
        assert session_at(server.url)[0].delete(URL).status_code == 204


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_a_redirect_is_not_followed_and_carries_no_token_elsewhere(method: str, status: str) -> None:
    with bare(plainly(b'{"id": "1"}')) as trap, bare(plainly(b'{"title": "moved"}', status, f"Location: {trap.url}/x")) as server:
        session, _ = session_at(server.url)
        with pytest.raises(Cut):
            session.request(method, URL)
    assert (server.connections, trap.connections) == (1, 0)


@pytest.mark.parametrize("home", ["", "http://127.0.0.1:9"])
@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "http://169.254.169.254/latest", "https://graph.facebook.com.evil.example/", f"http://{HOST}/"],
)
def test_no_other_host_is_reached(home: str, address: str) -> None:
    session, _ = session_at(home)
    with pytest.raises(NotSent):
        session.get(address)


@pytest.mark.parametrize("name", BACKENDS)
def test_no_client_has_a_way_around_the_transport(build: Build, name: str) -> None:
    sessions = list(_sessions(build(name).connector, 4))
    assert sessions
    for session in sessions:
        for scheme in ("https", "http"):
            assert isinstance(session.get_adapter(f"{scheme}://elsewhere.example/"), transport.Closed)


def _sessions(thing: object, depth: int) -> list[requests.Session]:
    if isinstance(thing, requests.Session):
        return [thing]
    inside = list(vars(thing).values()) if depth and hasattr(thing, "__dict__") else []
    return [found for part in inside for found in _sessions(part, depth - 1)]


def test_a_picture_is_never_fetched_by_us(build: Build, steps: Kept) -> None:
    house = build("instagram")
    with bare(plainly(b"jpg")) as trap:
        media = Media(house.picture, "صورة", "image/png", f"{trap.url}/private.jpg")
        house.connector.send(Outgoing("خبر", media=(media,)), steps)
    assert trap.connections == 0


def test_a_proxy_of_the_machine_does_not_see_calls_meant_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    with bare(plainly(b"{}")) as proxy, bare(plainly(b"{}")) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        session, _ = session_at(server.url)
        session.get(URL)
    assert (proxy.connections, server.connections) == (0, 1)


def test_a_netrc_of_the_machine_gives_nobody_a_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login clerk password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with bare(plainly(b"{}")) as server:
        session_at(server.url)[0].get(URL)
    assert b"Authorization" not in server.heard[0]


def test_a_write_never_goes_over_a_connection_that_may_have_died() -> None:
    with bare(plainly(b"{}")) as server:
        session, _ = session_at(server.url)
        session.get(URL)
        session.get(URL)
        assert server.connections == 1
        session.post(URL)
        assert server.connections == 2


def test_an_answer_too_large_to_be_one_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 100_000)
    packed = gzip.compress(b" " * 50_000_000)
    with bare(plainly(packed, "200 OK", "Content-Encoding: gzip")) as server, pytest.raises(Cut):
        session_at(server.url)[0].get(URL)


def test_a_packed_and_a_chunked_answer_are_read() -> None:
    with bare(plainly(gzip.compress(b'{"id": "1"}'), "200 OK", "Content-Encoding: gzip")) as server:
        assert session_at(server.url)[0].get(URL).json() == {"id": "1"}
    parts = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"id\r\n7\r\n": "1"}\r\n0\r\n\r\n'
    with bare(lambda peer: peer.sendall(parts)) as server:
        assert session_at(server.url)[0].get(URL).json() == {"id": "1"}


@pytest.mark.parametrize("parts", [b"Content-Length: 90\r\n\r\n{}", b'Transfer-Encoding: chunked\r\n\r\n4\r\n{"id'])
def test_a_body_cut_short_is_an_error_though_it_may_look_whole(parts: bytes) -> None:
    def answer(peer: object) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n" + parts)  # type: ignore[attr-defined]  # a socket
        peer.close()  # type: ignore[attr-defined]  # as above

    with bare(answer) as server, pytest.raises(Cut):
        session_at(server.url)[0].get(URL)
    assert server.connections == 1


def test_nobody_listening_means_certainly_not_sent() -> None:
    with bare(plainly(b"{}")) as server:
        address = server.url
    with pytest.raises(NotSent):
        session_at(address)[0].post(URL)


def test_a_certificate_nobody_vouches_for_ends_the_call_before_anything_is_said(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_unknown(tmp_path / "server.pem"))
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            peer, _ = listener.accept()
            with contextlib.suppress(OSError), context.wrap_socket(peer, server_side=True) as inside:
                heard.append(inside.recv(65536))

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(NotSent):
            session_at(f"https://127.0.0.1:{listener.getsockname()[1]}")[0].post(URL)
        thread.join()
    assert heard == []


def _unknown(path: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, begins, begins + timedelta(days=3650)).sign(
        key, hashes.SHA256()
    )
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize("home", ["nobody", "hangs up"])
def test_no_error_and_none_behind_it_holds_a_secret(home: str) -> None:
    with bare(lambda peer: peer.close()) as server:
        session, _ = session_at(server.url if home == "hangs up" else "http://127.0.0.1:9")
        with pytest.raises(requests.ConnectionError) as caught:
            session.get(URL)
    told, error = [], caught.value.__cause__ or caught.value
    chain: BaseException | None = error
    while chain is not None:
        told.append(f"{chain!r} {chain.args}")
        chain = chain.__cause__ or chain.__context__
    assert "very-secret-token" not in " ".join(told)


@pytest.mark.parametrize("name", BACKENDS)
def test_no_log_line_holds_a_secret_or_what_people_wrote(build: Build, caplog: pytest.LogCaptureFixture, name: str) -> None:
    house = build(name)
    house.comment(house.post(), "كلام سري جدا")
    with caplog.at_level(logging.DEBUG):
        house.hear()
        house.fault("5xx", "GET")
        with pytest.raises(PlatformError):
            house.connector.fetch("posts", None)
    ours = [record for record in caplog.records if not record.name.startswith("uvicorn")]  # that is the platform's own log
    assert ours
    lines = " ".join(record.getMessage() for record in ours)
    secrets = [*SECRETS[name][1].values(), seed.INSTAGRAM_SESSION_ID.replace("%3A", ":")]
    assert not [secret for secret in secrets if secret in lines and not secret.endswith("api-key")]
    assert "كلام سري" not in lines


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ('"GET /v25.0/me?access_token=EAAB%7Cx&fields=id HTTP/1.1" 200', "EAAB"),
        ('"GET /v25.0/debug_token?input_token=EAAB1&appsecret_proof=0123abc HTTP/1.1" 200', "0123abc"),
        ("Headers: {'Authorization': 'Bearer AAAAsecret'}", "AAAAsecret"),
        ('OAuth oauth_token="123-abc", oauth_signature="x"', "123-abc"),
        ("Authorization: Bearer IGT:2:eyJkc191c2Vy", "eyJkc191c2Vy"),
    ],
)
def test_a_log_line_is_cleaned_of_every_kind_of_token(caplog: pytest.LogCaptureFixture, line: str, gone: str) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("urllib3.connectionpool").debug("%s", line)
    assert gone not in caplog.text
    assert "***" in caplog.text


def test_one_account_makes_one_call_at_a_time() -> None:
    line = Line("x:1", Wire("http://127.0.0.1:9"), {}, errors.x, gauge.x)
    inside = threading.Event()

    def second() -> None:
        with line.call():
            inside.set()

    with line.call():
        other = threading.Thread(target=second)
        other.start()
        assert not inside.wait(0.1)
    assert inside.wait(5)
    other.join()


def test_a_mistake_of_ours_before_anything_was_sent_is_not_taken_for_an_answer() -> None:
    line = Line("x:1", Wire("http://127.0.0.1:9"), {}, errors.x, gauge.x)
    with pytest.raises(TypeError), line.call(writing=True):
        raise TypeError("a wrong argument")


def test_an_answer_of_an_earlier_call_explains_no_later_error(build: Build) -> None:
    house: House = build("x")
    house.fault("401", "GET")
    with pytest.raises(PlatformError):
        house.connector.fetch("posts", None)
    house.fault("drop_before", "GET")
    with pytest.raises(Unavailable):
        house.connector.fetch("posts", None)
