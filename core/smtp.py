"""A mail server as one address, and what an e-mail address is. Pure text: connectors/email.py speaks to the server."""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

#: where a scheme is spoken when no port is named: submission, and the same inside TLS
PORTS = {"smtp": 587, "smtps": 465}
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]")
#: old and new rules for domains turn these into different names (UTS 46): written to by one, it might be another's mailbox
_AMBIGUOUS = frozenset("\u00df\u03c2\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server: `tls` from the first byte (`whole`), after a word in the clear (`starttls`), or none. `ca`: file of the
    certificates that are trusted, "" for those of the system."""

    host: str
    port: int
    tls: Literal["whole", "starttls", "none"]
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""


def server_of(url: str) -> Server:
    """`smtp://user:pass@host:587?starttls=1`, `smtps://…`, both with `&ca=FILE`; `starttls=0` speaks in the clear.

    ValueError `form` for anything else, `plain` for a password that would cross a network unencrypted.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or options.keys() - {"starttls", "ca"}:
        raise ValueError("form")
    port = parts.port or PORTS[parts.scheme]  # `parts.port` raises ValueError for one that is none
    if options.get("starttls", "1") not in ("0", "1"):
        raise ValueError("form")
    clear: Literal["starttls", "none"] = "starttls" if options.get("starttls", "1") == "1" else "none"
    tls: Literal["whole", "starttls", "none"] = "whole" if parts.scheme == "smtps" else clear
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not f"{user}{password}".isascii():
        raise ValueError("form")  # smtplib signs in with ASCII alone
    if password and tls == "none" and not _here(parts.hostname):
        raise ValueError("plain")
    return Server(parts.hostname, port, tls, user, password, options.get("ca", ""))


def mailbox(typed: str) -> str:
    """The e-mail address a person typed, as mail is sent to it (its domain in ASCII, lower case); "" when it can't be one."""
    local, at, domain = typed.strip().rpartition("@")
    if _AMBIGUOUS & set(domain):
        return ""
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        return ""
    whole = f"{local}@{domain}"
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    fits = at and not dots and len(whole) <= 254 and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)
    return whole if fits else ""


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
