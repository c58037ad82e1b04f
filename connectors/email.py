"""E-mail: letters to one person each, handed to the ministry's own mail server by smtplib over a real socket.

A letter is handed over in steps, and every step before its content says certainly that nothing was sent. A connection that is lost
once the content has begun leaves nobody wiser: the server may have it. That is Uncertain, there is nowhere to read it back, and a
person decides. What a server answers is understood by its codes (RFC 5321, RFC 3463), never by its words.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as LINES
from html import escape
from secrets import token_hex

from connectors.contract import Capabilities, Credentials, Evidence, Finding, Health, Outgoing, Sent, Steps
from connectors.gate import pass_through
from connectors.oneway import OneWay
from connectors.transport import Wire
from core.clock import now
from core.errors import Deferred, Disconnected, NotPossible, PlatformError, Rejected, TokenExpired, Unavailable, Uncertain
from core.smtp import Server, mailbox, server_of

_STATUS = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}")
_LINK = re.compile(r"https?://[^\s<>\"]+")
#: letters of seven bits: not every server takes eight (RFC 6152)
WIRED = LINES.clone(cte_type="7bit")
#: RFC 5321: the service is closing; says nothing of the one reader it was said about
CLOSING = 421
#: the letter is larger than the server takes
TOO_LARGE = 552


class Email(OneWay):
    """One sender's address at one mail server."""

    capabilities = Capabilities(
        post_text=False, image=False, video=False, reply=False, direct=True, delete=False, alt_text=False, media_max=0
    )

    def __init__(self, credentials: Credentials, wire: Wire) -> None:
        super().__init__(f"email:{credentials.native_id}")
        self._from, self._wire, self._url = credentials.native_id, wire, credentials.secrets.get("url", "")

    def check(self) -> Health:
        """Connect, encrypt and sign in, as for a letter; nothing is sent."""
        with self._session():
            return Health(self._from, self._from)

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        """Hand one letter over. Deferred while its reader's server takes nothing (greylisting, a full mailbox)."""
        if not out.private or not out.to_author or out.media or out.poll:
            raise NotPossible(account=self.account, detail="post")
        reader = mailbox(out.to_author)
        if not reader:
            raise Rejected(account=self.account, detail="address")
        if (named := steps.get("message_id")) is None:
            named = f"{token_hex(16)}@{self._from.rpartition('@')[2]}"
            steps.keep("message_id", named)
        letter = letter_of(self._from, reader, out, named)
        with self._session() as server:
            try:
                self._expect("sender", *server.mail(self._from))
                self._expect("reader", *server.rcpt(reader))
                steps.keep("handing_over", "1")
                pass_through()
                self._expect("letter", *server.docmd("DATA"), wanted=354)
            except OSError:  # smtplib's own among them
                raise Unavailable(account=self.account, detail="not_sent") from None
            try:
                server.send(letter)
                code, reply = server.getreply()
            except OSError:
                raise Uncertain(account=self.account, detail="cut_after_data") from None
            if not 200 <= code < 600 or 300 <= code < 400:
                raise Uncertain(account=self.account, detail="unreadable")
            self._expect("letter", code, reply)
        return Sent(named)

    def find_existing(self, out: Outgoing, steps: Steps, *, sent_at: datetime, taken: frozenset[str] = frozenset()) -> Evidence:
        """It may be sent again where no content had left; all else only a person can know."""
        return Evidence(Finding.UNKNOWABLE if steps.get("handing_over") else Finding.RESUMABLE)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A connection that is encrypted and signed in as the address of the server says; never less."""
        try:
            place = server_of(self._url)
            trust = ssl.create_default_context(cafile=place.ca or None)
        except (ValueError, OSError):  # no address, or no certificates in the file it names
            raise Disconnected(account=self.account, detail="smtp_url") from None
        try:
            server = self._connected(place, trust)
        except smtplib.SMTPConnectError as e:
            raise self._refusal("server", e.smtp_code, e.smtp_error) from None
        except OSError as e:
            raise self._unreachable(e) from None
        try:
            self._ready(server, place, trust)
            yield server
        finally:
            with suppress(OSError):
                server.quit()

    def _connected(self, place: Server, trust: ssl.SSLContext) -> smtplib.SMTP:
        ours, most = self._from.rpartition("@")[2], self._wire.connect_s
        if place.tls == "whole":
            server: smtplib.SMTP = smtplib.SMTP_SSL(place.host, place.port, ours, timeout=most, context=trust)
        else:
            server = smtplib.SMTP(place.host, place.port, ours, timeout=most)
        if server.sock is not None:
            server.sock.settimeout(self._wire.read_s)
        return server

    def _ready(self, server: smtplib.SMTP, place: Server, trust: ssl.SSLContext) -> None:
        try:
            self._expect("server", *server.ehlo())
            if place.tls == "starttls":
                server.starttls(context=trust)
                self._expect("server", *server.ehlo())
            if place.user:
                server.login(place.user, place.password)
        except smtplib.SMTPAuthenticationError as e:
            raise self._refusal("login", e.smtp_code, e.smtp_error) from None
        except smtplib.SMTPResponseException as e:
            raise self._refusal("server", e.smtp_code, e.smtp_error) from None
        except smtplib.SMTPNotSupportedError:
            missing = "no_starttls" if place.tls == "starttls" and not server.has_extn("starttls") else "no_auth"
            raise Disconnected(account=self.account, detail=missing) from None
        except OSError as e:  # smtplib's own among them
            if type(e) is smtplib.SMTPException:  # it names no way to sign in that is known here
                raise Disconnected(account=self.account, detail="no_auth") from None
            raise self._unreachable(e) from None

    def _unreachable(self, error: Exception) -> PlatformError:
        """The server was not reached, or is not the one it should be."""
        if isinstance(error, ssl.SSLCertVerificationError) or getattr(error, "reason", "") == "WRONG_VERSION_NUMBER":
            return Disconnected(account=self.account, detail="tls")
        return Unavailable(account=self.account, detail="not_sent")

    def _expect(self, step: str, code: int, reply: bytes | str, *, wanted: int = 0) -> None:
        """Nothing, when the server agreed to this step."""
        if code != wanted if wanted else not 200 <= code < 300:
            raise self._refusal(step, code, reply)

    def _refusal(self, step: str, code: int, reply: bytes | str) -> PlatformError:
        """What a refusal means at this step (server, login, sender, reader, letter): of the account, or of this letter alone."""
        said = _STATUS.match(reply if isinstance(reply, bytes) else reply.encode())
        told = {"account": self.account, "detail": f"{code} {said.group().decode()}" if said else str(code)}
        of_letter = step in ("reader", "letter") or (step == "sender" and code == TOO_LARGE)
        if not 500 <= code < 600:
            return Deferred(**told) if of_letter and code != CLOSING else Unavailable(**told)
        if of_letter:
            return Rejected(**told)
        return TokenExpired(**told) if step == "login" else Disconnected(**told)


def letter_of(sender: str, reader: str, out: Outgoing, message_id: str) -> bytes:
    """The letter as it crosses the wire: its words, and once more as a page on which each paragraph runs its own way."""
    letter = EmailMessage(policy=WIRED)
    letter["From"], letter["To"], letter["Subject"] = sender, reader, " ".join(out.subject.split())
    letter["Date"], letter["Message-ID"] = now(), f"<{message_id}>"
    letter["Auto-Submitted"], letter["X-Auto-Response-Suppress"] = "auto-generated", "All"
    letter.set_content(out.text)
    letter.add_alternative(out.page or _page(out.text), subtype="html")
    dotted = re.sub(rb"(?m)^\.", b"..", letter.as_bytes())
    return (dotted if dotted.endswith(b"\r\n") else dotted + b"\r\n") + b".\r\n"


def _page(text: str) -> str:
    parts = (_LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(part)) for part in text.split("\n\n"))
    body = "".join(f'<p dir="auto">{part.replace(chr(10), "<br>")}</p>' for part in parts)
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'


def connect(credentials: Credentials, wire: Wire) -> Email:
    """The mail server of one sender's address. Makes no call."""
    return Email(credentials, wire)
