"""Receipts and letters from the command line."""

import socket
from pathlib import Path

from tests import mailroom
from tests.console.conftest import Door
from tests.console.test_case_commands import by, staff


def test_a_clerk_sees_the_proof_of_a_receipt_and_tells_its_author_by_hand(connected: Door) -> None:
    connected.environment["MAJLIS_RECEIPT_BRAKE"] = "10"  # all of them are more than X's window takes
    connected.told("sync")
    staff(connected, "noura", "agent")
    owed = by(connected, "noura", "case", "list", "--view", "owed")["cases"]
    number = owed[0]["number"]
    before = by(connected, "noura", "receipt", "show", number)
    assert (before["number"], before["deliveries"]) == (number, [])
    assert before["owed"]
    assert by(connected, "noura", "receipt", "told", number, "بالهاتف")["receipt_owed"] is None
    assert by(connected, "noura", "receipt", "show", number)["owed"] is None
    told = by(connected, "noura", "case", "list", "--view", "work", "--limit", "1000")["cases"]
    sent = next(one["number"] for one in told if by(connected, "noura", "receipt", "show", one["number"])["deliveries"])
    connected.told("publish", "--due")
    again = by(connected, "noura", "receipt", "again", sent)
    assert again["delivery"] in [one["delivery"] for one in by(connected, "noura", "receipt", "show", sent)["deliveries"]]
    assert connected.run("receipt", "told", number, "x").returncode == 1  # the operator works no case


def test_a_report_of_a_letter_that_is_not_ours_is_refused(connected: Door) -> None:
    refused = connected.run("mail", "bounce", given="Subject: hello\n\nhello\n")
    assert refused.returncode == 1
    assert "report" in refused.stderr


def test_the_doctor_says_whether_letters_can_leave(connected: Door, tmp_path: Path) -> None:
    def mail(code: int = 0, **given: str) -> list[dict[str, str]]:
        found = connected.told("doctor", code=code, **given)["checks"]
        return [one for one in found if one["check"] == "mail" or one["check"].startswith("email:")]

    assert [one["code"] for one in mail()] == ["mail_none"]
    with mailroom.opened() as room:
        sender = "cases@ministry.example"
        (well,) = mail(MAJLIS_SMTP_URL=room.url, MAJLIS_SMTP_FROM=sender)
        assert (well["state"], well["code"]) == ("ok", "mail")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        (ill,) = mail(1, MAJLIS_SMTP_URL=f"smtp://127.0.0.1:{nobody.getsockname()[1]}?starttls=0", MAJLIS_SMTP_FROM=sender)
    assert (ill["state"], ill["code"], "MAJLIS_SMTP_URL" in ill["en"]) == ("bad", "account_failed", True)
