"""What hangs from a message is kept with it and goes with it; what has no words goes before a person and is answered for."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from connectors.attached import Attachment, Kind
from connectors.contract import Surface
from core.actors import CITIZEN, OPERATING, Actor
from core.db import Database
from core.vault import open_vault
from inbox import acknowledge, backtest, cases, erase, mine, moderate, removal, tally
from inbox.ingest import pull
from inbox.models import Case, Decision, Item
from inbox.search import Filter
from inbox.search import page as page_of
from outbox.models import Delivery
from policies import edition as editions
from sandbox import acts
from sandbox.entries import Hung
from tests.inbox.test_webhooks import feed, items, take
from tests.outbox.platforms import Open

PICTURE = (Attachment(Kind.IMAGE, "55", "لافتة، هاتف 0501234567"),)
HELD = [{"kind": "image", "id": "55", "alt": "لافتة، هاتف 0501234567"}]


def one(db: Database, native_id: str = "c1") -> Item:
    return items(db)[native_id]


def reviewed(db: Database) -> list[str]:
    with db.read() as session:
        return [item.native_id for item in page_of(session, Filter(view="review")).items]


def reasons(db: Database, item: Item) -> list[tuple[str, str]]:
    with db.read() as session:
        made = session.exec(select(Decision).where(Decision.item_id == item.id).order_by(col(Decision.id)))
        return [(decision.action, decision.reason) for decision in made]


def test_a_picture_alone_waits_for_a_person_and_says_why(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", "", attachments=PICTURE), say("c2", "شكرا", attachments=PICTURE), say("c3", "شكرا"))
    item = one(db)
    assert (item.attachments, item.state, item.action, item.kind, item.case_id) == (HELD, "open", "review", "other", None)
    assert reviewed(db) == ["c1"]
    assert reasons(db, item) == [("review", "wordless")]
    assert (one(db, "c2").attachments, one(db, "c2").action, one(db, "c3").attachments) == (HELD, "allow", [])


@pytest.mark.parametrize(
    ("text", "attachments", "action"),
    [
        ("", (), "review"),  # what stands there its platform did not tell
        (" \n", (), "review"),
        ("@MinistryDemo", PICTURE, "review"),
        ("@MinistryDemo @sara.q ؟؟", PICTURE, "review"),
        ("🙏🙏", PICTURE, "review"),
        ("@MinistryDemo", (), "allow"),
        ("🙏🙏", (), "allow"),
        ("انظروا", PICTURE, "allow"),
    ],
)
def test_names_and_signs_beside_a_picture_are_no_words(
    db: Database, desk: Any, say: Any, text: str, attachments: tuple[Attachment, ...], action: str
) -> None:
    desk.take(say("c1", text, attachments=attachments))
    assert one(db).action == action


def test_our_own_pictures_and_bare_shares_are_no_work(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("p1", "", own=True, attachments=PICTURE), say("s1", "", surface=Surface.SHARE, attachments=PICTURE))
    assert reviewed(db) == []
    assert one(db, "p1").action == "allow"


def test_what_violates_stays_what_it_is_beside_a_picture(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", "موظفينكم حمير وما يفهمون", attachments=PICTURE))
    assert (one(db).clause, reasons(db, one(db))[0][1]) == ("abuse", "")


# -- told again -----------------------------------------------------------------------------------------------------------


def test_every_telling_adds_what_it_knows_and_takes_nothing_away(db: Database, desk: Any, say: Any) -> None:
    said = say("c1", "", attachments=(Attachment(Kind.IMAGE),))
    desk.take(said)
    assert desk.take(replace(said, attachments=PICTURE)).edited == 0
    for told in ((), (Attachment(Kind.IMAGE),), PICTURE):
        desk.take(replace(said, attachments=told))
        assert one(db).attachments == HELD
    assert reasons(db, one(db)) == [("review", "wordless")]


def test_a_picture_that_is_told_later_is_looked_at(db: Database, desk: Any, say: Any) -> None:
    said = say("c1", "@MinistryDemo")
    desk.take(said)
    assert reviewed(db) == []
    desk.take(replace(said, attachments=PICTURE))
    assert (one(db).attachments, reviewed(db)) == (HELD, ["c1"])
    assert reasons(db, one(db)) == [("allow", ""), ("review", "wordless")]
    with db.read() as session:
        counts = tally.counts(session, ["action"])
        assert {value: n for (_, value), n in counts.items() if n} == {"review": 1}


def test_words_that_come_to_a_picture_are_judged_as_words(db: Database, desk: Any, say: Any) -> None:
    said = say("c1", "", attachments=PICTURE)
    desk.take(said)
    desk.take(replace(said, text="متى موعد التسجيل؟", edited=True))
    assert (one(db).action, one(db).kind, one(db).attachments) == ("allow", "inquiry", HELD)


def test_what_hangs_from_our_own_answer_is_told_by_the_platform(db: Database, desk: Any, say: Any) -> None:
    said = say("c9", "جوابنا", own=True)
    desk.take(said)
    desk.take(replace(said, attachments=PICTURE))
    assert (one(db, "c9").attachments, one(db, "c9").action) == (HELD, "allow")


def test_more_than_anybody_looks_at_and_what_no_database_takes_is_cut(db: Database, desk: Any, say: Any) -> None:
    strange = Attachment(Kind.FILE, "\x00" + "9" * 500, "\ud800" + "a" * 5000)
    desk.take(say("c1", "ملف", attachments=(strange,) * 50))
    held = one(db).attachments
    assert (len(held), len(held[0]["id"]), len(held[0]["alt"])) == (20, 120, 1000)


# -- webhooks -------------------------------------------------------------------------------------------------------------


def test_a_webhook_of_a_picture_alone_is_an_item(desk: Any, db: Database) -> None:
    pictured = feed("100_1_1", None, photo="https://cdn.test/1.jpg?oe=6A", photo_id="55")
    del pictured["value"]["message"]
    entry = {"id": "100", "time": 1795496400, "changes": [pictured]}
    said = {"sender": {"id": "7"}, "timestamp": 1795496400000}
    sticker = {"mid": "m_1", "attachments": [{"type": "sticker", "payload": {"sticker_id": 369, "url": "https://cdn.test/s"}}]}
    voice = {"mid": "m_2", "attachments": [{"type": "audio", "payload": {"url": "https://cdn.test/v"}}]}
    talk = {"id": "100", "time": 1795496400000, "messaging": [{**said, "message": sticker}, {**said, "message": voice}]}
    take(desk, body := json_of(entry, talk), body)
    assert {name: item.attachments for name, item in items(db).items()} == {
        "100_1_1": [{"kind": "image", "id": "55", "alt": ""}],
        "m_1": [{"kind": "sticker", "id": "369", "alt": ""}],
        "m_2": [{"kind": "audio", "id": "", "alt": ""}],
    }
    assert sorted(reviewed(db)) == ["100_1_1", "m_1", "m_2"]


def json_of(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"object": "page", "entry": list(entries)}).encode()


# -- erased, taken away, kept as evidence ---------------------------------------------------------------------------------


@pytest.fixture
def case_id(db: Database, desk: Any, say: Any, agent: Actor) -> int:
    """A picture alone, of which a clerk made a complaint; its author was sent his receipt."""
    desk.take(say("c1", "", attachments=PICTURE))
    with db.write() as session:
        item = session.exec(select(Item)).one()
        case = cases.open_case(session, agent, item, "complaint", key_id=open_vault(desk.settings).current)
        acknowledge.received(session, agent, case, item, desk.settings)
        return case.id or 0


def test_a_clerk_makes_a_case_of_it_and_its_author_has_his_receipt(db: Database, desk: Any, case_id: int) -> None:
    with db.read() as session:
        case = session.get_one(Case, case_id)
        assert (case.kind, case.receipt_owed, case.lang) == ("complaint", "", "ar")
        assert session.get_one(Delivery, case.receipt_delivery_id).target_id == "c1"
        assert mine.mine(session, case, open_vault(desk.settings))["said"][0]["attachments"] == HELD


def test_his_page_shows_that_he_sent_a_picture(db: Database, case_id: int) -> None:
    with db.read() as session:
        view = cases.public_view(session, session.get_one(Case, case_id), "ar")
    assert [(said.text, said.attachments) for said in view.talk] == [("", HELD)]


def test_it_is_erased_with_the_words_and_comes_back_by_no_reading(db: Database, desk: Any, say: Any, case_id: int) -> None:
    with db.write() as session:
        assert removal.remove(session, CITIZEN, session.get_one(Case, case_id), 1, desk.settings, personal=True)
    assert one(db).attachments[0]["kind"] == "image"
    assert "0501234567" not in one(db).attachments[0]["alt"]
    with db.write() as session:
        assert removal.remove(session, CITIZEN, session.get_one(Case, case_id), 1, desk.settings)
    assert one(db).attachments == []
    desk.take(say("c1", "", attachments=PICTURE))
    assert one(db).attachments == []


def test_a_sweep_erases_it_too(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", "شكرا", attachments=PICTURE))
    with db.write() as session:
        erase.items(session, replace(OPERATING, abilities=OPERATING.abilities | {"words.erase"}), [1], "retention", desk.settings)
    assert one(db).attachments == []


def test_what_is_hidden_keeps_as_evidence_that_it_was_a_picture(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", "", attachments=PICTURE))
    with db.write() as session:
        decision = moderate.hide(session, agent, session.exec(select(Item)).one(), "abuse", "صورة مسيئة")
        assert decision.evidence["attachments"] == HELD


def test_replaying_the_same_edition_changes_nothing_about_it(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", "", attachments=PICTURE), say("c2", "متى موعد التسجيل؟"))
    found = backtest.backtest(db, OPERATING, editions.current())
    assert (found.items, found.changed) == (2, 0)


# -- from the platforms themselves ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["facebook", "x", "instagram"])
def test_a_picture_sent_in_private_joins_the_case_its_author_has(db: Database, opened: Open, platform: str) -> None:
    there = opened(platform)
    world = there.running.world

    def hear() -> None:
        pull(db, there.account.id or 0, there.connect, there.settings, "w1", full=True)
        there.hands.forward(minutes=1)

    with world.lock:
        sara = acts.newcomer(world, there.platform, "sara_q")
        acts.message(world, there.platform, sara, "أشتكي من الشركة، لم أستلم راتبي منذ شهرين")
    hear()
    kinds: tuple[Hung, ...] = ("photo", "video")
    with world.lock:
        for kind in kinds:
            acts.message(world, there.platform, sara, "", media=[acts.bring(world, there.platform, kind)])
    hear()
    with db.read() as session:
        said = session.exec(select(Item).where(Item.surface == Surface.DIRECT, ~col(Item.own)).order_by(col(Item.said))).all()
        assert len(session.exec(select(Case)).all()) == 1
    assert len({item.case_id for item in said}) == 1
    assert sorted(part["kind"] for item in said for part in item.attachments) == ["image", "video"]
    assert [item.action for item in said][1:] == ["review", "review"]
