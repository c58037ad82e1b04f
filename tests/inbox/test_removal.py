"""What the author of a case takes back of his own, and what he takes away: nothing of staff in it, and the audit whole."""

import io
import json
import zipfile
from typing import Any

import pytest
from sqlmodel import col, select

from connectors.contract import Surface
from core import audit
from core.actors import CITIZEN, OPERATING, Actor
from core.auth import actor_of, add_user
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden, NotFound
from core.settings import Settings
from core.vault import Vault, open_vault
from inbox import appeal, cases, holds, merging, mine, moderate, post, removal, reply, speaking, uploads, webhooks
from inbox.models import Case, CaseEvent, Decision, Hold, Item, ItemVersion, Notice, Upload, Webhook
from outbox.guards import settled
from outbox.models import Delivery

COMPLAINT = "راتبي متأخر شهرين وأريد تقديم شكوى، رقمي 0501234567"


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return open_vault(settings)


@pytest.fixture
def case_id(db: Database, desk: Any, say: Any) -> int:
    """A complaint with a telephone number in it, posted in public."""
    desk.take(say("c1", COMPLAINT))
    with db.read() as session:
        return session.exec(select(Case.id)).one() or 0


@pytest.fixture
def manager(db: Database) -> Actor:
    """Aisha, who may hold what a court asks for."""
    with db.write() as session:
        return actor_of(add_user(session, OPERATING, "aisha", "long-enough-1", ["manager"], "Aisha"))


def remove(desk: Any, case_id: int, item_id: int = 1, **how: bool) -> bool:
    with desk.db.write() as session:
        return removal.remove(session, CITIZEN, session.get_one(Case, case_id), item_id, desk.settings, **how)


def take_back(desk: Any, case_id: int, step_id: int, **how: bool) -> bool:
    with desk.db.write() as session:
        return removal.take_back(session, CITIZEN, session.get_one(Case, case_id), step_id, desk.settings, **how)


def seen(db: Database, case_id: int) -> cases.CaseView:
    with db.read() as session:
        return cases.public_view(session, session.get_one(Case, case_id), "ar")


def item(db: Database) -> Item:
    with db.read() as session:
        return session.get_one(Item, 1)


def steps(db: Database, case_id: int) -> list[str]:
    with db.read() as session:
        return list(session.exec(select(CaseEvent.what).where(CaseEvent.case_id == case_id).order_by(col(CaseEvent.id))))


def test_words_posted_by_mistake_are_gone_and_their_case_goes_on(db: Database, desk: Any, case_id: int) -> None:
    assert remove(desk, case_id)
    gone = item(db)
    assert (gone.text, gone.author_id, gone.author_name) == ("", "", "")
    with db.read() as session:
        assert session.get_one(Case, case_id).state == "received"
    assert steps(db, case_id)[-1] == "removed"
    audit.seal(db)
    with db.read() as session:
        assert audit.verify(session).whole


def test_numbers_alone_can_go_and_the_rest_stays(db: Database, desk: Any, case_id: int) -> None:
    assert remove(desk, case_id, personal=True)
    assert item(db).text == COMPLAINT.replace("0501234567", "xxxxxxxx67")
    assert remove(desk, case_id)
    assert item(db).text == ""


def test_earlier_versions_and_the_body_of_the_webhook_go_too(db: Database, desk: Any, say: Any, case_id: int) -> None:
    change = {"item": "comment", "verb": "edited", "comment_id": "c1", "post_id": "p1", "message": f"{COMPLAINT} وأكثر"}
    body = {"object": "page", "entry": [{"id": "100", "time": 1795496400, "changes": [{"field": "feed", "value": change}]}]}
    with db.write() as session:
        webhooks.store(session, "meta", json.dumps(body).encode())
        webhooks.store(session, "meta", b'{"object": "page", "entry": []}')
    webhooks.digest(db, desk.settings)
    remove(desk, case_id)
    with db.read() as session:
        assert set(session.exec(select(ItemVersion.text)).all()) == {""}
        assert sorted(session.exec(select(Webhook.body)).all()) == [b"", b'{"object": "page", "entry": []}']


def test_what_is_gone_stays_gone_however_often_the_platform_shows_it(db: Database, desk: Any, say: Any, case_id: int) -> None:
    remove(desk, case_id)
    desk.take(say("c1", COMPLAINT), say("c1", f"{COMPLAINT}!", edited=True))
    assert item(db).text == ""
    assert remove(desk, case_id)
    assert steps(db, case_id).count("removed") == 1


def test_the_platform_deletes_its_copy_where_he_wants_it_and_gives_him_no_notice(db: Database, desk: Any, case_id: int) -> None:
    remove(desk, case_id, everywhere=True)
    with db.write() as session:
        delivery = session.exec(select(Delivery).where(Delivery.kind == "delete")).one()
        assert (delivery.target_id, delivery.ref) == ("c1", "wish:1")
        delivery.state = "published"
        session.flush()
        settled(session, delivery)
    assert item(db).deleted
    with db.read() as session:
        assert session.exec(select(Notice)).all() == []
        decision = session.exec(select(Decision).where(Decision.action == "delete")).one()
        assert (decision.clause, decision.actor, decision.evidence) == ("", "citizen", {})


def test_a_hold_keeps_it_and_his_wish_is_met_when_the_hold_ends(db: Database, desk: Any, case_id: int, manager: Actor) -> None:
    with db.write() as session:
        first = holds.keep(session, manager, f"case:{case_id}", "قضية")
        second = holds.keep(session, manager, "item:1", "قضية أخرى")
    assert not remove(desk, case_id)
    assert (item(db).text, steps(db, case_id)[-1]) == (COMPLAINT, "removal_kept")
    with db.write() as session:
        holds.lift(session, manager, session.get_one(Hold, first.id), desk.settings)
    assert item(db).text == COMPLAINT
    with db.write() as session:
        holds.lift(session, manager, session.get_one(Hold, second.id), desk.settings)
    assert (item(db).text, steps(db, case_id)[-1]) == ("", "removed")


def test_what_was_to_go_on_the_platform_too_goes_there_when_the_hold_ends(
    db: Database, desk: Any, case_id: int, manager: Actor
) -> None:
    with db.write() as session:
        hold = holds.keep(session, manager, f"case:{case_id}", "قضية").id
    assert not remove(desk, case_id)
    assert not remove(desk, case_id, everywhere=True)
    with db.write() as session:
        assert session.exec(select(Delivery).where(Delivery.kind == "delete")).all() == []
        holds.lift(session, manager, session.get_one(Hold, hold), desk.settings)
    with db.read() as session:
        assert session.exec(select(Delivery.target_id, Delivery.ref).where(Delivery.kind == "delete")).all() == [("c1", "wish:1")]
        assert session.exec(select(Decision.actor).where(Decision.action == "delete")).all() == ["citizen"]
    assert item(db).text == ""


@pytest.mark.parametrize("held_first", [True, False])
def test_all_of_it_goes_when_the_hold_ends_though_its_numbers_went_before(
    db: Database, desk: Any, case_id: int, manager: Actor, held_first: bool
) -> None:
    def hold() -> int | None:
        with db.write() as session:
            return holds.keep(session, manager, f"case:{case_id}", "قضية").id

    kept = hold() if held_first else None
    remove(desk, case_id, personal=True)
    kept = kept or hold()
    assert not remove(desk, case_id)
    with db.write() as session:
        holds.lift(session, manager, session.get_one(Hold, kept), desk.settings)
    assert item(db).text == ""


def test_evidence_of_a_decision_stays_for_its_own_time(db: Database, desk: Any, case_id: int, agent: Actor) -> None:
    with db.write() as session:
        moderate.hide(session, agent, session.get_one(Item, 1), "privacy", "رقم هاتف")
    remove(desk, case_id)
    with db.read() as session:
        assert session.exec(select(Decision).where(Decision.action == "hide")).one().evidence["text"] == COMPLAINT


def test_nobody_removes_what_is_not_his_in_this_case(db: Database, desk: Any, say: Any, case_id: int, agent: Actor) -> None:
    desk.take(say("c2", "يوم جميل وطقس معتدل", author_id="other"))
    for other in (2, 99):
        with pytest.raises(NotFound):
            remove(desk, case_id, other)
    with db.write() as session, pytest.raises(Forbidden):
        removal.remove(session, agent, session.get_one(Case, case_id), 1, desk.settings)


def test_the_address_can_be_taken_back(db: Database, desk: Any, case_id: int, vault: Vault, manager: Actor) -> None:
    with db.write() as session:
        case = session.get_one(Case, case_id)
        case.contact = post.contact(vault, name="سالم", email="salem@example.test")
        hold = holds.keep(session, manager, f"case:{case_id}", "قضية")
        assert not removal.forget_contact(session, CITIZEN, case)
        assert post.contact_of(case, vault) != {}
        holds.lift(session, manager, hold, desk.settings)
        assert post.contact_of(case, vault) == {}
        assert removal.forget_contact(session, CITIZEN, case)
    assert steps(db, case_id)[-3:] == ["removal_kept", "contact_removed", "contact_removed"]


def test_what_he_wrote_with_a_step_goes_too(db: Database, desk: Any, case_id: int, agent: Actor, manager: Actor) -> None:
    with db.write() as session:
        case = session.get_one(Case, case_id)
        cases.resolve(session, agent, case, "declined", "ليس من حقك")
        speaking.rate(session, CITIZEN, case, 1, f"سيئ، {COMPLAINT}")
        appeal.lodge(session, CITIZEN, case, f"أعترض، {COMPLAINT}")
        speaking.reopen(session, CITIZEN, case, COMPLAINT)
    view = seen(db, case_id)
    his = {step.what: step.id for step in view.steps if step.his and step.note}
    assert set(his) == {"rated", "appealed", "reopened"}
    take_back(desk, case_id, his["rated"])
    take_back(desk, case_id, his["appealed"], personal=True)
    with db.write() as session:
        hold = holds.keep(session, manager, f"case:{case_id}", "قضية")
    assert not take_back(desk, case_id, his["reopened"])
    notes = {step.what: step.note for step in seen(db, case_id).steps if step.his}
    assert (notes["rated"], notes["appealed"] != "", "0501234567" in notes["appealed"]) == ("", True, False)
    with db.write() as session:
        assert session.get_one(Case, case_id).rating_note == ""
        assert session.get_one(CaseEvent, his["reopened"]).note == COMPLAINT
        holds.lift(session, manager, session.get_one(Hold, hold.id), desk.settings)
        assert session.get_one(CaseEvent, his["reopened"]).note == ""
    audit.seal(db)
    with db.read() as session:
        assert audit.verify(session).whole


def test_a_step_of_staff_is_not_his_to_take_back(db: Database, desk: Any, case_id: int, agent: Actor) -> None:
    with db.write() as session:
        cases.note(session, agent, session.get_one(Case, case_id), "نتابع", public=True)
        told = session.exec(select(CaseEvent.id).where(CaseEvent.what == "told")).one() or 0
    for step_id in (told, 9999):
        with pytest.raises(NotFound):
            take_back(desk, case_id, step_id)


def test_the_address_is_taken_back_from_the_cases_that_go_on_in_his_too(
    db: Database, desk: Any, say: Any, case_id: int, vault: Vault, agent: Actor
) -> None:
    desk.take(say("c2", COMPLAINT, author_id="u-c1", parent_id="p2", root_id="p2"))
    with db.write() as session:
        case, other = session.get_one(Case, case_id), session.get_one(Case, case_id + 1)
        case.contact = post.contact(vault, name="سالم", email="salem@example.test")
        merging.merge(session, agent, case, other, "الموضوع نفسه")
        assert removal.forget_contact(session, CITIZEN, case)
        assert (case.contact, other.contact) == ("", "")


def test_what_came_with_a_case_that_goes_on_in_another_is_told_with_either_number(
    db: Database, desk: Any, say: Any, case_id: int, vault: Vault, agent: Actor
) -> None:
    desk.take(say("c2", COMPLAINT, author_id="u-c1", parent_id="p2", root_id="p2"))
    with db.write() as session:
        case, other = session.get_one(Case, case_id), session.get_one(Case, case_id + 1)
        cases.note(session, agent, case, "خاطبنا الشركة", public=True)
        case.contact = post.contact(vault, email="salem@example.test")
        merging.merge(session, agent, case, other, "الموضوع نفسه")
        assert post.known(session, other, vault)
        for one in (case, other):
            told = mine.mine(session, one, vault)
            assert told["contacts"] == [{"email": "salem@example.test"}]
            assert "خاطبنا الشركة" in [step["note"] for step in told["steps"]]


def test_files_of_what_is_removed_leave_the_disk(db: Database, desk: Any, case_id: int, settings: Settings) -> None:
    path = uploads.folder(settings) / "ab" / "abc"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"scan")
    with db.write() as session:
        session.add(Upload(item_id=1, name="scan.png", path="ab/abc", mime="image/png", bytes=4, sha256="0" * 64))
    remove(desk, case_id)
    assert not path.exists()
    with db.read() as session:
        kept = session.exec(select(Upload)).one()
    assert (kept.name, kept.path, kept.erased_at is not None) == ("", "", True)


def taken(db: Database, case_id: int, settings: Settings, vault: Vault) -> tuple[dict[str, Any], dict[str, bytes]]:
    with db.write() as session:
        packed = mine.take(session, CITIZEN, session.get_one(Case, case_id), settings, vault)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files["data.json"]), files


def test_he_takes_away_all_that_is_held_about_him_in_his_case(
    db: Database, desk: Any, say: Any, case_id: int, agent: Actor, settings: Settings, vault: Vault, hands: Hands
) -> None:
    desk.take(say("c2", "كلام غيره", author_id="other", author_name="غريب"))
    with db.write() as session:
        case, words = session.get_one(Case, case_id), session.get_one(Item, 1)
        case.contact = post.contact(vault, name="سالم", email="salem@example.test")
        cases.move(session, agent, case, "in_progress", "ندرسها")
        sent = reply.send(
            session, agent, 1, "سنتواصل معكم", seen_version=reply.thread_version(session, words), nonce="n", private=True
        )
        delivery = session.get_one(Delivery, sent.delivery_id)
        delivery.state = "published"
        session.flush()
        settled(session, delivery)
        moderate.hide(session, agent, words, "privacy", "ملاحظة داخلية")
        session.add(Upload(item_id=1, name="scan.png", path="ab/abc", mime="image/png", bytes=4, sha256="0" * 64))
    path = uploads.folder(settings) / "ab" / "abc"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"scan")
    data, files = taken(db, case_id, settings, vault)
    assert [one["text"] for one in data["said"]] == [COMPLAINT]
    assert data["contacts"] == [{"name": "سالم", "email": "salem@example.test"}]
    assert [one["text"] for one in data["answers"]] == ["سنتواصل معكم"]
    assert [(one["action"], one["kept_as_evidence"]) for one in data["decisions"] if one["action"] == "hide"] == [
        ("hide", COMPLAINT)
    ]
    assert "ندرسها" in [one["note"] for one in data["steps"]]
    assert {one["by"] for one in data["steps"]} <= {"you", "machine", "staff"}
    assert files["files/1-scan.png"] == b"scan"
    assert "كل ما نحفظه" in files["README.txt"].decode()
    for other in ("ملاحظة داخلية", agent.label, "noura", "Noura", "غريب", "كلام غيره"):
        assert other not in files["data.json"].decode()


def test_what_he_takes_is_the_same_bytes_as_long_as_nothing_changed(
    db: Database, case_id: int, settings: Settings, vault: Vault, hands: Hands
) -> None:
    assert taken(db, case_id, settings, vault) == taken(db, case_id, settings, vault)


def test_a_private_message_of_his_is_in_it_and_another_case_is_not(
    db: Database, desk: Any, say: Any, case_id: int, settings: Settings, vault: Vault
) -> None:
    direct = {"surface": Surface.DIRECT, "parent_id": None, "root_id": "t1"}
    desk.take(say("d1", "هذه تفاصيلي", author_id="u-c1", **direct), say("d2", COMPLAINT, author_id="u-x", **direct))
    with db.write() as session:
        said = session.exec(select(Item).where(Item.native_id == "d1")).one()
        said.case_id = case_id
    data, _ = taken(db, case_id, settings, vault)
    assert [one["text"] for one in data["said"]] == [COMPLAINT, "هذه تفاصيلي"]
