"""Letters that came back after they were taken: believed when they name a letter of ours, kept on its case, and told once."""

from typing import Any

import pytest
from sqlmodel import select

from core.actors import NOBODY, OPERATING, WORKER
from core.clock import now
from core.db import Database
from core.errors import Forbidden, Invalid, NotFound
from core.models import AuditEntry
from core.settings import Settings
from core.settings import settings as current
from core.vault import open_vault
from inbox import bounces, post
from inbox.models import Case, CaseEvent
from outbox.accounts import add_account
from outbox.models import Delivery

TO, NAMED = "worker@people.example", "0123456789abcdef@ministry.example"


def report(named: str = NAMED, *, action: str = "failed", status: str = "5.1.1", whole: bool = True) -> bytes:
    """As a mail server writes it (RFC 3464); `whole`: with the letter itself, else its headers alone."""
    letter = f"From: cases@ministry.example\nTo: {TO}\nSubject: M-1\nMessage-ID: <{named}>\n\nشكرًا\n"
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return (
        "From: MAILER-DAEMON@mx.example\nTo: cases@ministry.example\nSubject: Undelivered Mail Returned to Sender\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b1"\n\n'
        "--b1\nContent-Type: text/plain\n\nI'm sorry.\n"
        "--b1\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {TO}\nAction: {action}\nStatus: {status}\n\n"
        f"--b1\nContent-Type: {kind}\n\n{letter}\n--b1--\n"
    ).encode()


@pytest.fixture
def written(db: Database, settings: Settings, hands: Any) -> Case:
    """A case whose author was sent a letter that a mail server took."""
    vault = open_vault(settings)
    with db.write() as session:
        add_account(session, OPERATING, "email", "cases@ministry.example", {"url": "smtp://mail.example"}, vault=vault)
        case = Case(number="M-00000-00001", kind="complaint", contact=post.contact(vault, email=TO))
        session.add(case)
        session.flush()
        letter = post.mail(session, WORKER, case, "receipt")
        assert letter is not None
        letter.state, letter.external_id, letter.published_at = "published", NAMED, now()
        session.add(letter)
    return case


@pytest.mark.parametrize("whole", [True, False])
def test_a_letter_that_came_back_is_kept_on_its_case_and_no_other_follows(db: Database, written: Case, whole: bool) -> None:
    for _ in range(2):
        with db.write() as session:
            case = bounces.bounced(session, OPERATING, report(whole=whole))
            assert case is not None
            assert case.number == written.number
    with db.write() as session:
        (step,) = session.exec(select(CaseEvent).where(CaseEvent.what == "mail_refused"))
        assert step.data["status"] == "5.1.1"
        assert TO not in str(step.model_dump())
        assert len(session.exec(select(AuditEntry).where(AuditEntry.action == "mail.bounce")).all()) == 1
        assert post.mail(session, WORKER, session.get_one(Case, written.id), "answered") is None
        assert session.exec(select(Delivery)).one().state == "published"  # it was taken: that stays true


def test_what_the_letter_that_came_back_told_of_is_owed(db: Database, written: Case) -> None:
    with db.write() as session:
        case = session.get_one(Case, written.id)
        case.contact = post.contact(open_vault(current()), email=TO, phone="0501234567")
        session.exec(select(Delivery)).one().external_id = "another@ministry.example"
        letter = post.mail(session, WORKER, case, "answered")
        assert letter is not None
        letter.state, letter.external_id = "published", NAMED
    with db.write() as session:
        bounces.bounced(session, OPERATING, report())
        assert session.get_one(Case, written.id).told_owed == "answered:refused"


def test_a_letter_that_is_merely_late_changes_nothing(db: Database, written: Case) -> None:
    with db.write() as session:
        assert bounces.bounced(session, OPERATING, report(action="delayed", status="4.4.1")) is None
        assert session.exec(select(CaseEvent).where(CaseEvent.what == "mail_refused")).all() == []


def test_a_letter_to_staff_that_came_back_is_no_step_of_any_case(db: Database, written: Case) -> None:
    with db.write() as session:
        letter = session.exec(select(Delivery)).one()
        letter.guard_arg = {"week": "2026-11-16", "user": 1}
        session.add(letter)
    with db.write() as session:
        assert bounces.bounced(session, OPERATING, report()) is None
        assert session.exec(select(CaseEvent).where(CaseEvent.what == "mail_refused")).all() == []
        assert session.exec(select(AuditEntry.subject).where(AuditEntry.action == "mail.bounce")).all() == [f"delivery:{letter.id}"]


def test_a_letter_that_is_not_ours_is_told(db: Database, written: Case) -> None:
    with db.write() as session, pytest.raises(NotFound):
        bounces.bounced(session, OPERATING, report("somebody@else.example"))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\x00",
        b"Subject: hello\n\nI am on leave until Sunday.\n",
        report(named=""),
        report(named="a\x00b@x"),
        report(named="é@x"),
    ],
)
def test_what_is_no_report_is_refused(db: Database, written: Case, raw: bytes) -> None:
    with db.write() as session, pytest.raises(Invalid) as told:
        bounces.bounced(session, OPERATING, raw)
    assert "report" in told.value.words("en")


def test_nobody_else_hands_a_report_in(db: Database, written: Case) -> None:
    with db.write() as session, pytest.raises(Forbidden):
        bounces.bounced(session, NOBODY, report())
