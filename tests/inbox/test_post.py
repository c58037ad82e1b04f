"""Letters to the author of a case, over a real mail server; neither the link nor the address stands in the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from core.actors import OPERATING, WORKER, Actor, abilities_of
from core.clock import Hands, now
from core.db import Database
from core.errors import Invalid
from core.models import Account
from core.settings import Settings, load
from core.vault import open_vault
from inbox import cases, editions, numbers, post
from inbox.models import Case, CaseEvent
from outbox import accounts, decide
from outbox.accounts import Connections
from outbox.models import Attempt, Delivery
from outbox.reconcile import reconcile_due
from outbox.recover import recover
from outbox.send import send_due
from scheduler.timetable import Shift, drain
from tests import mailroom
from tests.mailroom import CUT, Room

FROM, TO = "cases@ministry.example", "worker@people.example"
MANAGER = Actor("user:5", abilities_of(["manager"]), 5, "Maryam")


@dataclass
class Office:
    """Our house with a mail server of its own, and one case whose author gave his address."""

    db: Database
    settings: Settings
    room: Room
    hands: Hands
    case_id: int

    @property
    def connect(self) -> Connections:
        return Connections(self.settings, open_vault(self.settings))

    def write(self, about: str = "receipt", key: str = "", *, anew: bool = False) -> int | None:
        with self.db.write() as session:
            queued = post.mail(session, WORKER, session.get_one(Case, self.case_id), about, key=key, anew=anew)
            return queued.id if queued else None

    def send(self) -> Delivery:
        send_due(self.db, self.connect, "w1", settings=self.settings)
        return self.newest()

    def newest(self) -> Delivery:
        with self.db.read() as session:
            return session.exec(select(Delivery).order_by(col(Delivery.id).desc()).limit(1)).one()

    def health(self) -> str:
        with self.db.read() as session:
            return session.exec(select(Account.health).where(Account.platform == "email")).one()

    def steps(self) -> list[str]:
        with self.db.read() as session:
            return list(session.exec(select(CaseEvent.what).where(CaseEvent.case_id == self.case_id).order_by(col(CaseEvent.id))))


@pytest.fixture
def room() -> Iterator[Room]:
    with mailroom.opened() as opened:
        yield opened


@pytest.fixture
def office(db: Database, hands: Hands, room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    settings = load(
        MAJLIS_VAR_DIR=str(tmp_path / "var"),
        MAJLIS_SMTP_URL=room.url,
        MAJLIS_SMTP_FROM=FROM,
        MAJLIS_PUBLIC_URL="https://m.example",
    )
    monkeypatch.setattr(post, "current", lambda: settings)
    vault = open_vault(settings)
    with db.write() as session:
        accounts.from_environment(session, settings, vault)
        case = Case(
            number=numbers.new_number(),
            key_id=vault.current,
            kind="complaint",
            lang="ar",
            contact=post.contact(vault, name="سالم", email=TO),
        )
        session.add(case)
        session.flush()
        return Office(db, settings, room, hands, case.id or 0)


def test_a_letter_arrives_with_the_link_that_opens_the_case(office: Office) -> None:
    office.write()
    sent = office.send()
    with office.db.read() as session:
        case = session.get_one(Case, office.case_id)
        secret = cases.secret_of(case, open_vault(office.settings))
    link = f"https://m.example/ar/track/{case.number}/{secret}"
    assert (sent.state, office.room.letters[0][:2]) == ("published", (FROM, [TO]))
    assert link in office.room.words()
    assert case.number in office.room.newest()["subject"]
    assert office.steps() == ["mail_sent"]


def test_neither_address_nor_secret_stands_in_the_ledger_or_the_audit(office: Office) -> None:
    office.write()
    sent = office.send()
    with office.db.read() as session:
        secret = cases.secret_of(session.get_one(Case, office.case_id), open_vault(office.settings))
        attempts = session.exec(select(Attempt)).all()
    written = f"{sent.model_dump()} {[one.model_dump() for one in attempts]}"
    assert TO not in written
    assert secret not in written
    assert "سالم" not in written


def test_it_is_written_in_the_language_of_the_case(office: Office) -> None:
    with office.db.write() as session:
        session.get_one(Case, office.case_id).lang = "en"
    office.write("answered")
    office.send()
    assert "Read the answer" in office.room.words()


def test_a_receipt_names_date_and_edition_and_carries_the_disclaimer(office: Office) -> None:
    with office.db.write() as session:
        case, edition = session.get_one(Case, office.case_id), editions.in_force(session)
        case.edition, case.lang = edition.ref, "ur"
        case.waiting_since, case.next_due_at = now(), now() + timedelta(days=3)
    office.write()
    office.send()
    words = office.room.words()
    assert edition.ref in words
    assert "27 نومبر 2026" in words
    assert edition.disclaimer("en") in words  # the policy itself speaks Arabic and English


def test_whoever_fills_in_anothers_address_is_no_nuisance_to_him(office: Office) -> None:
    queued = []
    for n in range(5):
        with office.db.write() as session:
            first = session.get_one(Case, office.case_id)
            case = Case(number=f"M-00000-0000{n}", key_id=first.key_id, kind="complaint", contact=first.contact)
            session.add(case)
            session.flush()
            queued.append(post.mail(session, WORKER, case, "receipt"))
            assert post.mail(session, WORKER, case, "answered") is not None  # what staff write goes out all the same
    assert [one is not None for one in queued] == [True, True, True, False, False]
    assert len({one.target_id for one in queued if one is not None}) == 1
    office.hands.forward(days=1, seconds=1)
    assert office.write() is not None


def test_asked_for_again_a_receipt_is_no_nuisance_either(office: Office) -> None:
    assert None not in [office.write(), *(office.write(key=f"again:{n}", anew=True) for n in (1, 2))]
    with pytest.raises(Invalid) as refused:
        office.write(key="again:3", anew=True)
    assert "tomorrow" in refused.value.words("en")
    office.hands.forward(days=1, seconds=1)
    assert office.write(key="again:3", anew=True) is not None


def test_one_mailbox_is_one_reader_however_its_domain_was_typed(office: Office) -> None:
    readers = set()
    for n, address in enumerate(("a@وزارة.امارات", "a@xn--mgbexc3i.xn--mgbaam7a8h", "a@XN--MGBEXC3I.xn--mgbaam7a8h")):
        with office.db.write() as session:
            contact = post.contact(open_vault(office.settings), email=address)
            case = Case(
                number=f"M-00000-0000{n}", key_id=session.get_one(Case, office.case_id).key_id, kind="complaint", contact=contact
            )
            session.add(case)
            session.flush()
            queued = post.mail(session, WORKER, case, "receipt")
            readers.add(queued and queued.target_id)
    assert (len(readers), office.send().state) == (1, "published")
    assert {to for _, [to], *_ in office.room.letters} == {"a@xn--mgbexc3i.xn--mgbaam7a8h"}


def test_receipts_by_letter_keep_to_the_brake(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    braked = load(MAJLIS_VAR_DIR=str(tmp_path / "var"), MAJLIS_RECEIPT_BRAKE="0")
    monkeypatch.setattr(post, "current", lambda: braked)
    assert office.write() is None
    with pytest.raises(Invalid):
        office.write(anew=True)


def test_the_same_letter_asked_for_twice_is_one_and_another_is_another(office: Office) -> None:
    assert office.write() == office.write()
    assert office.write("answered", "reply:1") != office.write("answered", "reply:2")


def test_without_an_address_or_a_mail_server_nothing_is_queued(office: Office) -> None:
    with office.db.write() as session:
        case, other = session.get_one(Case, office.case_id), Case(number="M-00000-00000", kind="complaint")
        session.add(other)
        session.flush()
        assert post.mail(session, WORKER, other, "receipt") is None
        accounts.disable(session, OPERATING, session.exec(select(Account).where(Account.platform == "email")).one())
        assert post.mail(session, WORKER, case, "receipt") is None


def test_an_address_that_was_erased_meanwhile_gets_no_letter(office: Office) -> None:
    office.write()
    with office.db.write() as session:
        session.get_one(Case, office.case_id).contact = ""
    sent = office.send()
    assert (sent.state, sent.reason, office.room.letters) == ("cancelled", "no_address", [])


def test_greylisting_is_waited_out_and_the_account_is_not_blamed(office: Office) -> None:
    office.room.says["RCPT"] = ["451 4.7.1 greylisted"]
    office.write()
    held = office.send()
    assert (held.state, held.reason) == ("scheduled", "deferred:451 4.7.1")
    assert held.not_before == now() + timedelta(minutes=1)
    assert office.health() == "ok"
    office.hands.forward(minutes=1)
    assert office.send().state == "published"
    assert len(office.room.letters) == 1


def test_a_mailbox_full_for_two_days_is_tried_hourly_and_then_a_person_is_asked(office: Office) -> None:
    office.room.says["RCPT"] = ["452 4.2.2 full"] * 200
    office.write()
    tries = 0
    for _ in range(49):
        office.send()
        tries += 1
        office.hands.forward(hours=1)
    ended = office.send()
    assert ended.state == "missed"
    assert ended.attempts <= tries


def test_a_hard_bounce_is_final_the_case_says_so_and_no_other_letter_follows(office: Office) -> None:
    office.room.says["RCPT"] = ["550 5.1.1 no such user"]
    office.write()
    refused = office.send()
    assert (refused.state, refused.reason) == ("refused", "rejected:550 5.1.1")
    assert office.steps() == ["mail_refused"]
    assert office.write("answered") is None
    assert office.write("receipt", "again:1", anew=True) is not None


def test_a_cut_after_the_content_is_uncertain_and_ends_before_a_person_at_once(office: Office) -> None:
    office.room.says["DATA"] = [CUT]
    office.write()
    assert office.send().state == "uncertain"
    office.hands.forward(seconds=6)
    reconcile_due(office.db, office.connect, "w1", settings=office.settings)
    asked = office.newest()
    assert (asked.state, asked.reason, len(office.room.letters)) == ("needs_decision", "unknowable", 1)
    with office.db.write() as session:
        decide.publish_again(session, MANAGER, session.get_one(Delivery, asked.id))
    assert office.send().state == "published"
    first, second = (letter[2].split(b"Message-ID: ")[1].splitlines()[0] for letter in office.room.letters)
    assert first == second  # whoever has the first sees no second


def test_a_worker_sends_many_side_by_side_and_each_once(office: Office) -> None:
    vault = open_vault(office.settings)
    office.room.says["RCPT"] = ["550 5.1.1 no such user"]
    with office.db.write() as session:
        account = post.account_of(session)
        for n in range(12):
            contact = post.contact(vault, email=f"worker{n}@people.example")
            case = Case(number=f"M-00000-000{n:02}", key_id=vault.current, kind="complaint", contact=contact)
            session.add(case)
            session.flush()
            post.mail(session, WORKER, case, "receipt")
    assert account is not None
    assert drain(Shift(office.settings, office.db, office.connect, "w1"), account.id or 0) == 12
    readers = [reader for _, (reader,), _ in office.room.letters]
    assert len(readers) == len(set(readers)) == 11
    with office.db.read() as session:
        states = [one.state for one in session.exec(select(Delivery))]
    assert (states.count("published"), states.count("refused")) == (11, 1)


def test_what_nobody_decides_about_ends_by_itself(office: Office) -> None:
    office.room.says["DATA"] = [CUT]
    office.write()
    office.send()
    for ahead in (timedelta(seconds=6), timedelta(days=30, hours=1)):
        office.hands.forward(seconds=ahead.total_seconds())
        reconcile_due(office.db, office.connect, "w1", settings=office.settings)
    assert (office.newest().state, office.newest().reason) == ("cancelled", "undecided")


def test_a_server_that_can_not_be_reached_is_tried_again_and_is_well_once_it_took_a_letter(office: Office) -> None:
    def at(url: str) -> None:
        with office.db.write() as session:
            accounts.add_account(session, OPERATING, "email", FROM, {"url": url}, vault=open_vault(office.settings))

    at("smtp://127.0.0.1:1?starttls=0")
    office.write()
    assert office.send().reason == "unavailable:not_sent"
    assert office.health() == "unavailable"
    at(office.room.url)
    office.hands.forward(minutes=1)
    assert (office.send().state, office.health()) == ("published", "ok")


def test_nobody_reads_it_so_it_is_asked_how_it_is(office: Office) -> None:
    assert office.health() == "unknown"
    recover(office.db, office.connect)
    assert (office.health(), office.room.letters) == ("ok", [])
    asked = office.room.met
    office.hands.forward(minutes=14)
    recover(office.db, office.connect)
    assert office.room.met == asked
    office.hands.forward(minutes=2)
    recover(office.db, office.connect)
    assert office.room.met == asked + 1
    office.hands.forward(days=-1)
    recover(office.db, office.connect)
    assert office.room.met == asked + 2, "what a clock noted that stood ahead keeps nobody from asking"


def test_one_that_refuses_us_is_blocked_before_a_letter_is_tried(office: Office) -> None:
    with office.db.write() as session:
        accounts.add_account(
            session, OPERATING, "email", FROM, {"url": office.room.url.replace("//", "//u:p@")}, vault=open_vault(office.settings)
        )
    office.write()
    recover(office.db, office.connect)
    assert office.health() == "disconnected"
    held = office.send()
    assert (held.state, held.reason, held.attempts) == ("held", "disconnected", 0)


def test_a_refused_sign_in_holds_the_queue_until_the_server_takes_it(office: Office) -> None:
    office.room.says["MAIL"] = ["550 5.7.1 not yours"]
    office.write()
    assert (office.send().state, office.newest().reason, office.health()) == ("held", "disconnected", "disconnected")
    office.hands.forward(minutes=2)
    assert (office.send().state, office.health()) == ("published", "ok")


def test_what_a_person_gave_is_sealed_and_read_back_by_the_key_alone(settings: Settings) -> None:
    vault = open_vault(settings)
    sealed = post.contact(vault, name=" سالم ", email=TO, phone="")
    assert TO not in sealed
    assert post.contact_of(Case(number="x", kind="complaint", contact=sealed), vault) == {"name": "سالم", "email": TO}
    assert post.contact(vault) == ""
    assert post.contact_of(Case(number="x", kind="complaint", contact="gone:x"), vault) == {}
