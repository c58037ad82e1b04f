"""A form of the portal is one case from the first moment, private, once, with what its author accepted and gave of himself."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import pytest
from cryptography.fernet import Fernet
from sqlmodel import func, select

from core.actors import CITIZEN, DOOR, NOBODY, OPERATING, Actor
from core.clock import Hands, now
from core.db import Database
from core.errors import Forbidden, Invalid, NotFound
from core.models import Account, AuditEntry
from core.settings import Settings
from core.settings import settings as current_settings
from core.vault import Vault, open_vault
from inbox import acknowledge, cases, forms, merging, post, priority, reply, search, speaking, tally
from inbox.forms import Filed
from inbox.models import Case, CaseEvent, Item, Reply
from outbox import accounts
from outbox.send import send_due
from policies.edition import current

FILED = Filed("complaint", "لم يُصرف راتبي منذ شهرين", "n1", current().ref, lang="ur", name="سالم", email="salem@example.org")


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return open_vault(settings)


@pytest.fixture
def portal(db: Database, settings: Settings, vault: Vault, hands: Hands) -> Account:
    """The account that `migrate` makes."""
    with db.write() as session:
        accounts.from_environment(session, settings, vault)
    with db.read() as session:
        return speaking.forms(session)


class Counter:
    """Where forms are taken in."""

    def __init__(self, db: Database, settings: Settings, vault: Vault) -> None:
        self.db, self.settings, self.vault = db, settings, vault

    def take(self, filed: Filed, actor: Actor = DOOR) -> Case:
        verdicts = forms.judged(filed, current())
        with self.db.write() as session:
            return forms.file(session, actor, filed, current(), verdicts, settings=self.settings, vault=self.vault)


@pytest.fixture
def counter(db: Database, settings: Settings, vault: Vault, portal: Account) -> Counter:
    return Counter(db, settings, vault)


@pytest.mark.parametrize(("phone", "why"), [("", "form"), ("0501234567", "phone")])
def test_whose_form_without_an_address_is_split_is_owed_its_number_by_a_clerk(
    db: Database, counter: Counter, agent: Actor, settings: Settings, phone: str, why: str
) -> None:
    filed = counter.take(replace(FILED, name="", email="", lang="ar"))
    with db.write() as session:
        case = session.get_one(Case, filed.id)
        case.contact = post.contact(open_vault(current_settings()), phone=phone)
        second = speaking.answer(session, CITIZEN, case, "والتطبيق لا يفتح", nonce="a1", settings=settings)
        other = merging.split(session, agent, case, [second.id or 0], "complaint", "موضوع آخر")
        assert (case.receipt_owed, other.receipt_owed) == ("", why)
        assert other.number in acknowledge.words_to_give(session, agent, other, settings)
        merging.merge(session, agent, acknowledge.hand_over(session, agent, other, "بالهاتف"), case, "واحد")
        again = merging.split(session, agent, case, [second.id or 0], "complaint", "موضوع آخر")
        assert (again.id, again.receipt_owed) == (other.id, "")  # he holds its number


def test_migrate_makes_the_account_of_the_forms_once_and_it_is_well(db: Database, settings: Settings, vault: Vault) -> None:
    for _ in range(2):
        with db.write() as session:
            accounts.from_environment(session, settings, vault)
    with db.read() as session:
        (portal,) = session.exec(select(Account)).all()
        assert (portal.key, portal.health, portal.active) == ("portal:forms", "ok", True)
        assert accounts.active(session) == []
        assert forms.open_now(session)


def test_the_portal_has_one_account_and_no_second(db: Database, vault: Vault) -> None:
    with db.write() as session, pytest.raises(Invalid):
        accounts.add_account(session, OPERATING, "portal", "other", {}, vault=vault)


@pytest.mark.parametrize("nothing", ["", " \n", "\u200f\u200b"])
def test_a_form_says_something(db: Database, counter: Counter, nothing: str) -> None:
    with pytest.raises(Invalid):
        counter.take(replace(FILED, text=nothing))


def test_it_is_a_private_item_and_a_case_with_what_its_author_chose_gave_and_accepted(
    db: Database, counter: Counter, vault: Vault
) -> None:
    taken = counter.take(replace(FILED, kind="praise", topic="wages"))
    with db.read() as session:
        case = session.get_one(Case, taken.id)
        item = session.get_one(Item, case.item_id)
        assert (case.kind, case.topic, case.lang, case.edition, case.state) == ("praise", "wages", "ur", current().ref, "received")
        assert (item.kind, item.surface, item.private, item.platform, item.state) == ("praise", "form", True, "portal", "open")
        assert item.author_name == ""
        assert "salem" not in case.contact
        assert post.contact_of(case, vault) == {"name": "سالم", "email": "salem@example.org"}
        assert cases.find(session, case.number, cases.secret_of(case, vault), vault) == case
        assert {step.what for step in session.exec(select(CaseEvent))} == {"received", "receipt_sent"}
        assert case.receipt_owed == ""


def test_the_forms_were_last_heard_when_somebody_sent_one(db: Database, counter: Counter) -> None:
    counter.take(FILED)
    with db.read() as session:
        portal = speaking.forms(session)
        assert (portal.heard_at, portal.health) == (now(), "ok")


def test_it_never_enters_what_the_public_is_told(db: Database, counter: Counter) -> None:
    counter.take(FILED)
    with db.read() as session:
        assert tally.count(session, "public", "complaint", day=tally.today()) == 0
        assert tally.count(session, "received", day=tally.today()) == 1


def test_sent_twice_it_is_one_and_the_first_words_stand(db: Database, counter: Counter) -> None:
    first = counter.take(FILED)
    again = counter.take(replace(FILED, text="كلام آخر"))
    other = counter.take(replace(FILED, nonce="n2"))
    assert first.id == again.id != other.id
    with db.read() as session:
        assert session.exec(select(func.count()).select_from(Item)).one() == 2
        assert session.get_one(Item, first.item_id).text == FILED.text


def test_presses_at_the_same_moment_are_one_case(db: Database, counter: Counter) -> None:
    with ThreadPoolExecutor(4) as many:
        taken = list(many.map(lambda _: counter.take(FILED).id, range(8)))
    assert len(set(taken)) == 1
    with db.read() as session:
        assert session.exec(select(func.count()).select_from(Item)).one() == 1


def test_words_that_a_rule_would_hide_are_a_case_all_the_same(db: Database, counter: Counter) -> None:
    taken = counter.take(replace(FILED, text="سأقتلكم جميعا إن لم تعيدوا راتبي"))
    with db.read() as session:
        item = session.get_one(Item, session.get_one(Case, taken.id).item_id)
        assert not item.hidden
        assert item.case_id == taken.id


def test_whoever_asks_for_it_is_confidential(db: Database, counter: Counter) -> None:
    case = counter.take(replace(FILED, text="تأخر الموظف في الرد على طلبي", grade="confidential"))
    assert (case.grade, priority.confides(case)) == ("confidential", True)


def test_what_is_urgent_is_no_later_for_whoever_asks_that_it_stay_among_few(db: Database, counter: Counter) -> None:
    danger = replace(FILED, text="صاحب العمل يحتجزني في السكن ويهددني بالقتل ولا يعطيني طعامًا")
    open_, secret = counter.take(danger), counter.take(replace(danger, nonce="n2", grade="confidential"))
    assert (open_.grade, priority.confides(open_)) == ("urgent", False)
    assert (secret.grade, priority.confides(secret), secret.first_due_at) == ("urgent", True, open_.first_due_at)
    assert [why["code"] for why in secret.priority_why] == ["urgent", "confidential", "complaint"]


@pytest.mark.parametrize(
    ("field", "bad"), [("kind", "threat"), ("topic", "weather"), ("lang", "fr"), ("text", " \n"), ("text", "ن" * 5001)]
)
def test_what_no_form_of_ours_says_is_refused(db: Database, counter: Counter, field: str, bad: str) -> None:
    with pytest.raises(Invalid) as refused:
        counter.take(Filed(**{**asdict(FILED), field: bad}))
    assert refused.value.details["field"] == field
    with db.read() as session:
        assert session.exec(select(func.count()).select_from(Item)).one() == 0


@pytest.mark.parametrize("actor", [CITIZEN, NOBODY])
def test_only_the_door_takes_forms_in(counter: Counter, actor: Actor) -> None:
    with pytest.raises(Forbidden):
        counter.take(FILED, actor)


def test_a_form_leaves_a_trace_without_what_it_says(db: Database, counter: Counter) -> None:
    taken = counter.take(FILED)
    with db.read() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "form.file")).one()
        assert (entry.actor, entry.subject) == ("portal", f"case:{taken.id}")
        told = str([one.detail for one in session.exec(select(AuditEntry))])
        assert "salem" not in told
        assert FILED.text not in told


def test_where_forms_are_closed_none_is_taken(db: Database, counter: Counter, portal: Account) -> None:
    with db.write() as session:
        accounts.disable(session, OPERATING, session.get_one(Account, portal.id))
    with db.read() as session:
        assert not forms.open_now(session)


def test_without_its_account_nothing_is_taken(db: Database, settings: Settings, vault: Vault) -> None:
    with pytest.raises(NotFound):
        Counter(db, settings, vault).take(FILED)


def test_an_answer_of_a_clerk_is_out_with_the_next_sending_and_its_author_reads_it(
    db: Database, counter: Counter, settings: Settings, vault: Vault, agent: Actor, hands: Hands
) -> None:
    taken = counter.take(FILED)
    with db.write() as session:
        item = session.get_one(Item, taken.item_id)
        seen = reply.thread_version(session, item)
        reply.send(session, agent, item.id or 0, "نعمل على طلبك", seen_version=seen, nonce="a")
    hands.forward(seconds=settings.undo_s)  # until then it could be taken back
    assert not send_due(db, accounts.Connections(settings, vault), "w1", settings=settings).failed
    with db.read() as session:
        assert session.exec(select(Reply)).one().state == "sent"
        view = cases.public_view(session, session.get_one(Case, taken.id), "ar")
        assert [one.text for one in view.talk] == [FILED.text, "نعمل على طلبك"]


def test_an_addition_stands_in_the_same_thread(db: Database, counter: Counter) -> None:
    taken = counter.take(FILED)
    with db.write() as session:
        added = speaking.answer(session, CITIZEN, session.get_one(Case, taken.id), "وهذا رقم العقد", nonce="x")
        first = session.get_one(Item, taken.item_id)
        assert (added.thread_key, added.case_id) == (first.thread_key, taken.id)
        assert session.exec(select(func.count()).select_from(Case)).one() == 1


def test_it_is_found_by_staff_in_their_search(db: Database, counter: Counter) -> None:
    counter.take(FILED)
    with db.read() as session:
        found = search.page(session, search.Filter(platform="portal"))
        assert [item.surface for item in found.items] == ["form"]


def test_what_people_gave_is_sealed_anew_when_the_key_is_rotated(db: Database, counter: Counter, vault: Vault) -> None:
    for n in range(3):
        counter.take(replace(FILED, nonce=f"r{n}"))
    fresh, old = Fernet.generate_key().decode(), vault._raw[vault.current].decode()
    rotated, alone = Vault((fresh, old)), Vault((fresh,))
    after, sealed, steps = 0, 0, 0
    while steps == 0 or after:
        with db.write() as session:
            some, after = post.reseal(session, OPERATING, rotated, after, most=2)
        sealed, steps = sealed + some, steps + 1
    assert (sealed, steps) == (3, 2)
    with db.read() as session:
        for case in session.exec(select(Case)):
            assert post.contact_of(case, alone)["email"] == "salem@example.org"
    with db.write() as session:
        assert post.reseal(session, OPERATING, rotated) == (0, 0)
    with db.write() as session, pytest.raises(Forbidden):
        post.reseal(session, DOOR, rotated)
