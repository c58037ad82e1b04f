"""A mail server on a real loopback socket: it keeps what it is given, and refuses, waits or hangs up where a test says so."""

import asyncio
import datetime
import socket
import ssl
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "cases", "s3cret/@:?"
#: said in place of an answer: the line is cut
CUT = "cut"


class Room:
    """The server's hands: `letters` it took; how often it was greeted (`met`); `says[step]` what it answers there next (`MAIL`,
    `RCPT`, `DATA`), else yes."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, list[str], bytes]] = []
        self.says: dict[str, list[str]] = defaultdict(list)
        self.port = 0
        self.met = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?starttls=0"

    def newest(self) -> EmailMessage:
        """The letter that came last, as its reader sees it."""
        found = message_from_bytes(self.letters[-1][2], policy=default)
        assert isinstance(found, EmailMessage)
        return found

    def words(self) -> str:
        """The plain words of the letter that came last."""
        body = self.newest().get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    async def handle_EHLO(self, server: SMTP, session: Session, _e: Envelope, hostname: str, responses: list[str]) -> list[str]:  # noqa: N802 (aiosmtpd's name)
        session.host_name = hostname
        self.met += 1
        return responses

    async def handle_MAIL(self, server: SMTP, _s: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802 (aiosmtpd's name)
        return self._said("MAIL", server) or self._yes(envelope, address, None)

    async def handle_RCPT(self, server: SMTP, _s: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802 (aiosmtpd's name)
        return self._said("RCPT", server) or self._yes(envelope, None, address)

    async def handle_DATA(self, server: SMTP, _s: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        if (said := self._said("DATA", server)) not in ("", CUT):
            return said
        content = envelope.original_content or b""
        self.letters.append((envelope.mail_from or "", list(envelope.rcpt_tos), content))
        return "250 2.0.0 taken"

    def _said(self, step: str, server: SMTP) -> str:
        said = self.says[step].pop(0) if self.says[step] else ""
        if said == CUT:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()  # nobody will read what we answer
        return said

    def _yes(self, envelope: Envelope, sender: str | None, reader: str | None) -> str:
        if sender is not None:
            envelope.mail_from = sender
        if reader is not None:
            envelope.rcpt_tos.append(reader)
        return "250 OK"


class _OwnPort(Controller):
    """On a port that the system chose."""

    def __init__(self, room: Room, **options: Any) -> None:
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        room.port = self._listening.getsockname()[1]
        super().__init__(room, hostname="127.0.0.1", port=room.port, **options)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._listening, ssl=self.ssl_context)


@contextmanager
def opened(*, signed_in: bool = False, **options: Any) -> Iterator[Room]:
    """A server as long as the test lasts; `signed_in`: it takes letters of USER with PASSWORD alone."""
    room = Room()
    if signed_in:
        options |= {"authenticator": _known, "auth_required": True}
    server = _OwnPort(room, **options)
    server.start()
    try:
        yield room
    finally:
        server.stop()


def _known(_server: SMTP, _s: Session, _e: Envelope, _how: str, given: LoginPassword) -> AuthResult:
    right = given.login == USER.encode() and given.password == PASSWORD.encode()
    return AuthResult(success=right, handled=right)


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """The context of a server that proves to be 127.0.0.1, and the file of who vouches for it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    today = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=3650))
        .not_valid_after(today + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    whole = folder / "mail.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    whole.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    trusted = folder / "ca.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(whole)
    return context, trusted
