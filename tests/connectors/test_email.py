"""Letters over a real socket: what a mail server answers is understood by its codes, and nothing is called sent that may not be."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from connectors.contract import Credentials, Finding, Media, Outgoing
from connectors.email import Email
from connectors.gate import guarded
from connectors.transport import Wire
from core.clock import Hands, now
from core.errors import (
    Deferred,
    Disconnected,
    NotPossible,
    PlatformError,
    Rejected,
    TokenExpired,
    Unavailable,
    Uncertain,
)
from tests import mailroom
from tests.connectors.conftest import Kept
from tests.mailroom import CUT, PASSWORD, USER, Room

FROM, TO = "cases@ministry.example", "worker@people.example"
LETTER = Outgoing(
    "شكرًا لكم.\n.نقطة في أول السطر\n\nThank you: https://m.example/track/M-1/S",
    to_author=TO,
    private=True,
    subject="سجّلنا طلبكم M-1",
)


@pytest.fixture
def room() -> Iterator[Room]:
    with mailroom.opened() as opened:
        yield opened


def at(url: str, read_s: float = 5.0) -> Email:
    return Email(Credentials(FROM, {"url": url}), Wire(connect_s=2.0, read_s=read_s))


def test_a_letter_arrives_as_it_was_written_in_both_languages(room: Room, steps: Kept, hands: Hands) -> None:
    sent = at(room.url).send(LETTER, steps)
    sender, readers, _ = room.letters[0]
    letter = room.newest()
    assert (sender, readers, letter["subject"], letter["to"]) == (FROM, [TO], LETTER.subject, TO)
    assert room.words().replace("\r\n", "\n").strip() == LETTER.text
    assert letter["message-id"] == f"<{sent.native_id}>"
    assert (letter["date"].datetime, letter["auto-submitted"]) == (hands(), "auto-generated")


def test_it_crosses_servers_that_take_seven_bits_alone(room: Room, steps: Kept) -> None:
    at(room.url).send(replace(LETTER, text="شكرًا"), steps)
    assert room.letters[0][2].isascii()
    assert room.words().strip() == "شكرًا"


def test_on_its_page_each_paragraph_runs_its_own_way_and_nothing_is_taken_for_markup(room: Room, steps: Kept) -> None:
    at(room.url).send(replace(LETTER, text="<b>مرحبا</b>\n\nsee https://m.example/a?b=1&c=2"), steps)
    page = room.newest().get_body(("html",))
    assert page is not None
    words = page.get_content()
    assert words.count('<p dir="auto">') == 2
    assert "&lt;b&gt;" in words
    assert '<a href="https://m.example/a?b=1&amp;c=2">' in words


def test_the_same_letter_sent_again_keeps_its_name_so_that_its_reader_sees_it_once(room: Room, steps: Kept) -> None:
    assert at(room.url).send(LETTER, steps) == at(room.url).send(LETTER, steps)
    assert at(room.url).send(LETTER, steps) != at(room.url).send(LETTER, Kept())


@pytest.mark.parametrize(
    ("step", "answer", "kind", "detail"),
    [
        ("RCPT", "550 5.1.1 no such user", Rejected, "550 5.1.1"),
        ("RCPT", "451 4.7.1 greylisted, come again", Deferred, "451 4.7.1"),
        ("RCPT", "452 4.2.2 mailbox full", Deferred, "452 4.2.2"),
        ("RCPT", "421 closing", Unavailable, "421"),
        ("MAIL", "451 try later", Unavailable, "451"),
        ("MAIL", "550 5.7.1 you may not send as that", Disconnected, "550 5.7.1"),
        ("MAIL", "552 too large", Rejected, "552"),
        ("DATA", "451 4.3.0 spooling failed", Deferred, "451 4.3.0"),
        ("DATA", "554 5.6.0 refused", Rejected, "554 5.6.0"),
    ],
)
def test_a_refusal_is_of_the_account_or_of_the_letter_and_nothing_was_sent(
    room: Room, steps: Kept, step: str, answer: str, kind: type[PlatformError], detail: str
) -> None:
    room.says[step] = [answer]
    with pytest.raises(PlatformError) as told:
        at(room.url).send(LETTER, steps)
    assert (type(told.value), told.value.details["detail"], told.value.certain) == (kind, detail, True)
    assert room.letters == []


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_line_cut_before_the_content_says_certainly_that_nothing_was_sent(room: Room, steps: Kept, step: str) -> None:
    room.says[step] = [CUT]
    with pytest.raises(Unavailable):
        at(room.url).send(LETTER, steps)
    assert at(room.url).find_existing(LETTER, steps, sent_at=now()).finding is Finding.RESUMABLE
    at(room.url).send(LETTER, steps)
    assert len(room.letters) == 1


def test_a_line_cut_after_the_content_leaves_nobody_wiser(room: Room, steps: Kept) -> None:
    room.says["DATA"] = [CUT]
    with pytest.raises(Uncertain):
        at(room.url).send(LETTER, steps)
    assert len(room.letters) == 1
    assert at(room.url).find_existing(LETTER, steps, sent_at=now()).finding is Finding.UNKNOWABLE


def test_a_server_that_is_not_there_was_sent_nothing(steps: Kept) -> None:
    with mailroom.opened() as gone:
        pass
    with pytest.raises(Unavailable):
        at(gone.url).send(LETTER, steps)


def test_it_signs_in_inside_tls_and_only_to_a_server_that_proves_who_it_is(tmp_path: Path, steps: Kept) -> None:
    proof, trusted = mailroom.certified(tmp_path)
    with mailroom.opened(signed_in=True, tls_context=proof, require_starttls=True) as room:
        place = f"127.0.0.1:{room.port}"
        signed = f"smtp://{USER}:{quote(PASSWORD, safe='')}@{place}"
        at(f"{signed}?ca={trusted}").check()
        at(f"{signed}?ca={trusted}").send(LETTER, steps)
        assert len(room.letters) == 1
        with pytest.raises(Disconnected) as stranger:
            at(signed).check()
        assert stranger.value.details["detail"] == "tls"
        with pytest.raises(TokenExpired) as wrong:
            at(f"smtp://{USER}:wrong@{place}?ca={trusted}").check()
        assert (wrong.value.details["detail"], "wrong" in repr(wrong.value.details)) == ("535 5.7.8", False)
        with pytest.raises(Disconnected):
            at(f"smtp://{place}?ca={trusted}").send(LETTER, Kept())  # it wants a sign-in and we have none


def test_tls_from_the_first_byte(tmp_path: Path, steps: Kept) -> None:
    proof, trusted = mailroom.certified(tmp_path)
    with mailroom.opened(ssl_context=proof) as room:
        at(f"smtps://127.0.0.1:{room.port}?ca={trusted}").send(LETTER, steps)
        assert len(room.letters) == 1


def test_a_server_without_encryption_is_not_spoken_to_in_the_clear(room: Room) -> None:
    with pytest.raises(Disconnected) as told:
        at(f"smtp://127.0.0.1:{room.port}").check()
    assert told.value.details["detail"] == "no_starttls"
    with pytest.raises(Disconnected) as other:
        at(f"smtps://127.0.0.1:{room.port}").check()
    assert other.value.details["detail"] == "tls"


def test_a_server_that_offers_no_sign_in_is_told(room: Room) -> None:
    with pytest.raises(Disconnected) as told:
        at(room.url.replace("//", f"//{USER}:x@")).check()
    assert told.value.details["detail"] == "no_auth"


def test_a_server_that_names_no_way_to_sign_in_known_here_is_told() -> None:
    with (
        mailroom.opened(auth_require_tls=False, auth_exclude_mechanism=["PLAIN", "LOGIN"]) as room,
        pytest.raises(Disconnected) as told,
    ):
        at(room.url.replace("//", f"//{USER}:x@")).check()
    assert told.value.details["detail"] == "no_auth"


@pytest.mark.parametrize(
    "to", ["nobody", "a@b", "a b@people.example", "a@people.example\r\nBcc: all@people.example", "a@people.example,b@x.example"]
)
def test_what_is_no_address_is_refused_before_anything_is_called(steps: Kept, to: str) -> None:
    with pytest.raises(Rejected):
        at("smtp://127.0.0.1:1").send(replace(LETTER, to_author=to), steps)


def test_a_domain_of_another_script_is_written_to_in_ascii(room: Room, steps: Kept) -> None:
    at(room.url).send(replace(LETTER, to_author="worker@وزارة.امارات"), steps)
    assert room.letters[0][1] == ["worker@xn--mgbexc3i.xn--mgbaam7a8h"]


def test_a_line_break_in_a_subject_makes_no_second_header(room: Room, steps: Kept) -> None:
    at(room.url).send(replace(LETTER, subject="one\r\nBcc: all@people.example"), steps)
    assert room.newest()["bcc"] is None


@pytest.mark.parametrize(
    "out",
    [
        Outgoing("خبر"),
        replace(LETTER, private=False),
        replace(LETTER, to_author=None),
        replace(LETTER, media=(Media(Path("x.png"), "", "image/png"),)),
    ],
)
def test_it_writes_to_one_person_in_words_and_publishes_nothing(steps: Kept, out: Outgoing) -> None:
    with pytest.raises(NotPossible):
        at("smtp://127.0.0.1:1").send(out, steps)


def test_a_pause_pressed_in_the_middle_stops_it_before_its_content(room: Room, steps: Kept) -> None:
    class Pressed(Exception):
        pass

    def keeper() -> None:
        raise Pressed

    with guarded(keeper), pytest.raises(Pressed):
        at(room.url).send(LETTER, steps)
    assert room.letters == []


def test_an_account_without_a_server_says_which_setting_is_missing(steps: Kept) -> None:
    with pytest.raises(Disconnected) as told:
        Email(Credentials(FROM, {}), Wire()).send(LETTER, steps)
    assert told.value.details["detail"] == "smtp_url"


@pytest.mark.parametrize("written", [None, "no certificate"])
def test_a_file_of_certificates_that_holds_none_is_told_as_a_setting(tmp_path: Path, written: str | None) -> None:
    trusted = tmp_path / "ca.pem"
    if written is not None:
        trusted.write_text(written)
    with pytest.raises(Disconnected) as told:
        at(f"smtps://127.0.0.1:1?ca={trusted}").check()
    assert told.value.details["detail"] == "smtp_url"
