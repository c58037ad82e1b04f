"""A mail server as one address, and what an e-mail address is."""

import pytest

from core.errors import ConfigurationError
from core.settings import load
from core.smtp import Server, mailbox, server_of


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("mail.example", 587, "starttls")),
        ("smtp://mail.example:25?starttls=0", Server("mail.example", 25, "none")),
        ("smtps://u%40x:p%2Fw@mail.example", Server("mail.example", 465, "whole", "u@x", "p/w")),
        (
            "smtp://u:p@mail.example:2525?starttls=1&ca=/etc/ca.pem",
            Server("mail.example", 2525, "starttls", "u", "p", "/etc/ca.pem"),
        ),
        ("smtp://u:p@127.0.0.1:25?starttls=0", Server("127.0.0.1", 25, "none", "u", "p")),
        ("smtp://u:p@localhost:25?starttls=0", Server("localhost", 25, "none", "u", "p")),
    ],
)
def test_an_address_names_server_encryption_and_sign_in(url: str, server: Server) -> None:
    assert server_of(url) == server


@pytest.mark.parametrize(
    "url",
    ["http://x", "smtp://", "smtp://h:port", "smtp://h/path", "smtp://h?startls=1", "smtp://h?starttls=yes", "smtps://u:ü@h"],
)
def test_what_is_no_address_of_a_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError) as told:
        load(MAJLIS_SMTP_URL=url)
    assert "MAJLIS_SMTP_URL" in told.value.words("ar")
    assert "smtp://user:pass@host" in told.value.words("en")


def test_no_password_crosses_a_network_in_the_clear() -> None:
    with pytest.raises(ConfigurationError) as told:
        load(MAJLIS_SMTP_URL="smtp://u:secret@mail.example:25?starttls=0")
    assert "in the clear" in told.value.words("en")
    assert "secret" not in told.value.words("en") + repr(told.value.details)


def test_the_password_is_in_no_text_of_the_server() -> None:
    assert "hush" not in repr(server_of("smtps://u:hush@mail.example"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Worker+1@People.Example ", "Worker+1@people.example"),
        ("o'neil@people.example", "o'neil@people.example"),
        ("worker@وزارة.امارات", "worker@xn--mgbexc3i.xn--mgbaam7a8h"),
        ("worker@xn--mgbexc3i.xn--mgbaam7a8h", "worker@xn--mgbexc3i.xn--mgbaam7a8h"),
        ("worker@بريد.الشركة.إمارات", "worker@xn--ngbof4h.xn--mgbexl0fd.xn--kgbeam7a8h"),
        ("a@stra\u00dfe.example", ""),
        ("a@نام\u200cه.example", ""),
        ("a@10.0.0.12", ""),
        ("worker", ""),
        ("worker@localhost", ""),
        ("@people.example", ""),
        ("a..b@people.example", ""),
        ("a b@people.example", ""),
        ("a@b@people.example", ""),
        ("عامل@people.example", ""),
        ("a@people.example\nBcc: b@people.example", ""),
        ("a@-people.example", ""),
        (f"{'a' * 65}@people.example", ""),
    ],
)
def test_an_address_is_kept_as_mail_is_sent_to_it(typed: str, kept: str) -> None:
    assert mailbox(typed) == kept


@pytest.mark.parametrize("sender", ["cases", "a b@ministry.example", "o'neil@ministry.example"])
def test_letters_come_from_one_plain_address(sender: str) -> None:
    with pytest.raises(ConfigurationError):
        load(MAJLIS_SMTP_FROM=sender)
