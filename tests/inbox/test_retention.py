"""How long words are kept: erased when their time is over, kept under a legal hold, and the audit whole after both."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url
from sqlmodel import col, select

from connectors.contract import Surface
from core import audit
from core.actors import CITIZEN, OPERATING, WORKER, Actor
from core.auth import actor_of, add_user
from core.clock import Hands
from core.db import BUSY_MS, Database
from core.errors import ConfigurationError, Forbidden, Invalid, NotFound, WrongState
from core.settings import Settings, load
from inbox import cases, erase, holds, index, merging, moderate, removal, retention, search, webhooks
from inbox.models import Case, CaseEvent, Decision, Hold, Item, ItemVersion, Webhook
from outbox.guards import settled
from outbox.models import Delivery

WORDS, COMPLAINT = "يوم جميل وطقس معتدل", "راتبي متأخر شهرين وأريد تقديم شكوى رقمي 0501234567"
CLASSES = dict.fromkeys(retention.CLASSES, "never")


@pytest.fixture
def manager(db: Database) -> Actor:
    """Aisha, who may hold what a court asks for."""
    with db.write() as session:
        return actor_of(add_user(session, OPERATING, "aisha", "long-enough-1", ["manager"], "Aisha"))


def sweep(desk: Any, hands: Hands, days: float) -> dict[str, int]:
    hands.forward(days=days)
    return {name: n for name, n in retention.sweep(desk.db, desk.settings).items() if n}


def item(db: Database, id_: int = 1) -> Item:
    with db.read() as session:
        return session.get_one(Item, id_)


def resolved(db: Database, actor: Actor) -> None:
    with db.write() as session:
        cases.resolve(session, actor, session.exec(select(Case)).one(), "solved", "دُفع الراتب")


def whole(db: Database) -> None:
    audit.seal(db)
    with db.read() as session:
        assert audit.verify(session).whole


def test_words_are_kept_for_their_time_and_then_erased(db: Database, desk: Any, say: Any, hands: Hands) -> None:
    desk.take(say("c1", WORDS))
    assert sweep(desk, hands, 729) == {}
    assert item(db).text == WORDS
    assert sweep(desk, hands, 2) == {"message": 1}
    gone = item(db)
    assert (gone.text, gone.author_id, gone.author_name, gone.permalink) == ("", "", "", "")
    assert (gone.native_id, gone.kind, gone.language) == ("c1", "praise", "ar")
    assert sweep(desk, hands, 1) == {}
    whole(db)


def held_on_disk(db: Database, words: str) -> bool:
    """Whether any file of the database holds these words; of a PostgreSQL server we see none."""
    path = make_url(db.url).database or ""
    return db.dialect == "sqlite" and any(words.encode() in file.read_bytes() for file in Path(path).parent.glob("majlis.db*"))


def test_what_was_erased_stands_in_no_file_of_the_database(db: Database, desk: Any, say: Any, hands: Hands) -> None:
    desk.take(say("c1", "zebrafinch Quetzalcoatlus", author_name="Xanthippe"))
    desk.take(say("c2", WORDS))
    assert held_on_disk(db, "zebrafinch") == (db.dialect == "sqlite")
    with db.write() as session:
        erase.items(session, WORKER, [1], "own_wish", desk.settings)
    index.clear(db)
    assert not [
        one for one in ("zebrafinch", "Quetzalcoatlus", "quetzalcoatlus", "Xanthippe", "xanthippe") if held_on_disk(db, one)
    ]
    with db.read() as session:
        assert [one.native_id for one in search.page(session, search.Filter(text="طقس")).items] == ["c2"]


def test_whoever_reads_for_long_keeps_erased_words_in_the_log_until_asked_again(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", "zebrafinch"))
    with db.engine.connect() as reading:
        reading.exec_driver_sql("SELECT count(*) FROM items").all()
        with db.write() as session:
            erase.items(session, WORKER, [1], "own_wish", desk.settings)
        assert index.clear(db) is (db.dialect != "sqlite")
        assert held_on_disk(db, "zebrafinch") is (db.dialect == "sqlite")
    assert index.clear(db) is True
    assert not held_on_disk(db, "zebrafinch")
    if db.dialect == "sqlite":  # the connection waits for others again
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == BUSY_MS


@pytest.mark.parametrize(("secret", "kept"), [(True, 730), (False, 1825)])
def test_an_urgent_case_that_is_to_stay_among_few_is_kept_no_longer_than_a_confidential_one(
    db: Database, desk: Any, say: Any, hands: Hands, agent: Actor, secret: bool, kept: int
) -> None:
    desk.take(say("c1", COMPLAINT))
    resolved(db, agent)
    with db.write() as session:
        case = session.exec(select(Case)).one()
        case.grade, case.priority_why = "urgent", [{"code": "confidential", "weight": 1}] if secret else []
    assert sweep(desk, hands, kept - 1) == {}
    assert sweep(desk, hands, 2) == {"confidential" if secret else "urgent": 1}


def test_what_a_first_reading_brings_from_years_ago_is_kept_from_when_we_heard_it(
    db: Database, desk: Any, say: Any, hands: Hands
) -> None:
    desk.take(say("c1", WORDS, created_at=say("x").created_at - timedelta(days=2000)))
    assert sweep(desk, hands, 729) == {}
    assert sweep(desk, hands, 2) == {"message": 1}


def test_what_was_erased_is_found_by_no_search_and_comes_back_by_no_reading(
    db: Database, desk: Any, say: Any, hands: Hands
) -> None:
    said = say("c1", WORDS)
    desk.take(said)
    sweep(desk, hands, 800)
    desk.take(said)
    assert item(db).text == ""
    with db.read() as session:
        assert search.page(session, search.Filter(text="معتدل")).items == ()
        assert search.page(session, search.Filter(text="سالم")).items == ()


def test_private_messages_and_what_its_author_deleted_go_sooner(db: Database, desk: Any, say: Any, hands: Hands) -> None:
    said = say("c2", WORDS)
    desk.take(say("d1", WORDS, surface=Surface.DIRECT, parent_id=None, root_id="t1"), said)
    desk.take(said.__class__(**{**{f: getattr(said, f) for f in said.__slots__}, "deleted": True}))
    assert sweep(desk, hands, 91) == {"deleted": 1}
    assert sweep(desk, hands, 275) == {"direct": 1}


def test_earlier_versions_go_with_it(db: Database, desk: Any, say: Any, hands: Hands) -> None:
    desk.take(say("c1", WORDS))
    desk.take(say("c1", "يوم جميل جدا وطقس رائع", edited=True))
    sweep(desk, hands, 800)
    with db.read() as session:
        assert session.exec(select(ItemVersion.text)).all() == [""]


def test_what_is_in_a_case_stays_as_long_as_the_case(db: Database, desk: Any, say: Any, hands: Hands, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT))
    assert sweep(desk, hands, 2000) == {}
    resolved(db, agent)
    assert sweep(desk, hands, 1824) == {}
    with db.write() as session:
        session.exec(select(Case)).one().contact = "sealed"
    assert sweep(desk, hands, 2) == {"urgent": 1}
    with db.read() as session:
        case = session.exec(select(Case)).one()
        assert (case.author_id, case.contact, case.outcome_reason, case.outcome) == ("", "", "", "solved")
        assert session.exec(select(CaseEvent.note).where(col(CaseEvent.note) != "")).all() == []
    assert item(db).text == ""
    whole(db)


def test_the_address_goes_before_the_case(db: Database, desk: Any, say: Any, hands: Hands, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        session.exec(select(Case)).one().contact = "sealed"
    resolved(db, agent)
    assert sweep(desk, hands, 366) == {"contact": 1}
    assert item(db).text == COMPLAINT


def test_what_came_with_a_case_that_goes_on_in_another_is_kept_as_long_as_that_one(
    db: Database, desk: Any, say: Any, hands: Hands, agent: Actor
) -> None:
    desk.take(say("c1", COMPLAINT), say("c2", COMPLAINT, author_id="u-c1", parent_id="p2", root_id="p2"))
    with db.write() as session:
        one, into = (session.get_one(Case, id_) for id_ in (1, 2))
        one.contact = "sealed"
        merging.merge(session, agent, one, into, "الموضوع نفسه")
    assert sweep(desk, hands, 2000) == {}
    with db.write() as session:
        assert session.get_one(Case, 1).contact == "sealed"
        cases.resolve(session, agent, session.get_one(Case, 2), "solved", "دُفع الراتب")
    assert sweep(desk, hands, 366) == {"contact": 1}


def test_a_hold_keeps_what_it_names_until_it_is_lifted(db: Database, desk: Any, say: Any, hands: Hands, manager: Actor) -> None:
    desk.take(say("c1", WORDS), say("c2", WORDS))
    with db.write() as session:
        hold = holds.keep(session, manager, "item:1", "قضية 12/2026")
    assert sweep(desk, hands, 800) == {"message": 1}
    assert (item(db, 1).text, item(db, 2).text) == (WORDS, "")
    with db.write() as session:
        holds.lift(session, manager, session.get_one(Hold, hold.id), desk.settings)
    assert sweep(desk, hands, 0) == {"message": 1}
    whole(db)


@pytest.mark.parametrize("named", ["case", "item"])
def test_a_case_is_kept_by_a_hold_on_it_or_on_anything_said_in_it(
    db: Database, desk: Any, say: Any, hands: Hands, manager: Actor, agent: Actor, named: str
) -> None:
    desk.take(say("c1", COMPLAINT))
    resolved(db, agent)
    with db.write() as session:
        holds.keep(session, manager, f"{named}:1", "قضية")
    assert sweep(desk, hands, 4000) == {}
    assert item(db).text == COMPLAINT


def test_evidence_outlives_the_words_and_then_goes_too(db: Database, desk: Any, say: Any, hands: Hands, agent: Actor) -> None:
    desk.take(say("c1", WORDS))
    with db.write() as session:
        moderate.hide(session, agent, session.get_one(Item, 1), "abuse", "سبب")
    with db.write() as session:
        delivery = session.exec(select(Delivery)).one()
        delivery.state = "published"
        session.flush()
        settled(session, delivery)

    def evidence() -> dict[str, Any]:
        with db.read() as session:
            return session.exec(select(Decision).where(Decision.action == "hide")).one().evidence

    assert sweep(desk, hands, 800) == {"message": 1}
    assert evidence()["text"] == WORDS
    assert sweep(desk, hands, 300) == {"evidence": 1}
    assert evidence() == {}
    whole(db)


def test_bodies_of_webhooks_go_but_are_known_when_told_again(db: Database, desk: Any, hands: Hands) -> None:
    body = b'{"object": "page", "entry": []}'
    with db.write() as session:
        webhooks.store(session, "meta", body)
        webhooks.store(session, "meta", b"\xff not json")
    webhooks.digest(db, desk.settings)
    assert sweep(desk, hands, 31) == {"raw": 1}
    with db.write() as session:
        assert not webhooks.store(session, "meta", body)
        assert sorted(session.exec(select(Webhook.body)).all()) == [b"", b"\xff not json"]
    assert sweep(desk, hands, 150) == {"failed": 1}


def test_more_than_fits_one_transaction_is_erased_in_one_sweep(
    db: Database, desk: Any, say: Any, hands: Hands, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    desk.take(*(say(f"c{n}", WORDS, created_at=say("x").created_at - timedelta(hours=1)) for n in range(8)))
    with db.write() as session:
        holds.keep(session, manager, "item:4", "قضية")
    assert sweep(desk, hands, 800) == {"message": 7}


def test_a_hold_is_set_with_a_reason_on_what_is_there_and_by_few(
    db: Database, desk: Any, say: Any, manager: Actor, agent: Actor
) -> None:
    desk.take(say("c1", WORDS))
    for subject, reason, wrong in (("item:9", "x", NotFound), ("thing:1", "x", Invalid), ("item:1", " ", Invalid)):
        with db.write() as session, pytest.raises(wrong):
            holds.keep(session, manager, subject, reason)
    for actor in (agent, WORKER, OPERATING):
        with db.write() as session, pytest.raises(Forbidden):
            holds.keep(session, actor, "item:1", "سبب")


def test_a_hold_is_lifted_once(db: Database, desk: Any, say: Any, manager: Actor) -> None:
    desk.take(say("c1", WORDS))
    with db.write() as session:
        hold = holds.keep(session, manager, "item:1", "سبب")
        assert [one.id for one in holds.listed(session)] == [hold.id]
        holds.lift(session, manager, hold, desk.settings)
        assert list(holds.listed(session)) == []
        with pytest.raises(WrongState):
            holds.lift(session, manager, hold, desk.settings)


def test_what_is_kept_how_long_can_be_read_with_what_is_over_its_time(db: Database, desk: Any, say: Any, hands: Hands) -> None:
    desk.take(say("c1", WORDS), say("c2", WORDS))
    hands.forward(days=800)
    with db.read() as session:
        told = {one.name: (one.days, one.due) for one in retention.kept(session, desk.settings)}
    assert told["message"] == (730, 2)
    assert told["ordinary"] == (1825, 0)
    assert told.keys() == set(retention.CLASSES)


def _file(tmp_path: Path, keep: dict[str, Any]) -> Settings:
    path = tmp_path / "own.toml"
    path.write_text("[keep]\n" + "".join(f"{name} = {value!r}\n" for name, value in keep.items()), "utf-8")
    return load(MAJLIS_VAR_DIR=str(tmp_path / "var"), MAJLIS_RETENTION_FILE=str(path))


def test_a_ministry_may_keep_things_for_ever_by_a_file_of_its_own(
    db: Database, desk: Any, say: Any, hands: Hands, tmp_path: Path
) -> None:
    desk.settings = _file(tmp_path, CLASSES)
    desk.take(say("c1", WORDS))
    assert sweep(desk, hands, 9000) == {}


@pytest.mark.parametrize(
    "wrong",
    [{}, {"message": 1}, {**CLASSES, "mesage": 1}, {**CLASSES, "message": 0}, {**CLASSES, "message": -5}, {**CLASSES, "raw": "x"}],
    ids=["empty", "incomplete", "a slip", "zero", "negative", "no number"],
)
def test_a_file_that_does_not_say_it_of_every_class_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        retention.rules(_file(tmp_path, wrong))
    assert refused.value.details["name"] == "MAJLIS_RETENTION_FILE"


def test_a_hold_goes_on_where_its_case_goes_on(
    db: Database, desk: Any, say: Any, hands: Hands, agent: Actor, manager: Actor
) -> None:
    desk.take(say("c1", COMPLAINT, author_id="salem"), say("c2", COMPLAINT, author_id="salem", parent_id="p2", root_id="p2"))
    with db.write() as session:
        hold = holds.keep(session, manager, "case:1", "قضية")
        merging.merge(session, agent, session.get_one(Case, 1), session.get_one(Case, 2), "الموضوع نفسه")
    with db.write() as session:
        assert not removal.remove(session, CITIZEN, session.get_one(Case, 2), 1, desk.settings)
        cases.resolve(session, agent, session.get_one(Case, 2), "solved", "دُفع الراتب")
    assert sweep(desk, hands, 3000) == {}
    assert item(db).text == COMPLAINT
    with db.write() as session:
        holds.lift(session, manager, session.get_one(Hold, hold.id), desk.settings)
    assert item(db).text == ""
    whole(db)


def test_a_hold_goes_along_with_what_is_taken_out_of_its_case(
    db: Database, desk: Any, say: Any, hands: Hands, agent: Actor, manager: Actor
) -> None:
    desk.take(say("c1", COMPLAINT, author_id="salem"))
    desk.take(say("c2", COMPLAINT, author_id="salem", parent_id="c1"))
    with db.write() as session:
        hold = holds.keep(session, manager, "case:1", "قضية")
        assert not removal.remove(session, CITIZEN, session.get_one(Case, 1), 2, desk.settings)
        other = merging.split(session, agent, session.get_one(Case, 1), [2], "complaint", "موضوع آخر")
        cases.resolve(session, agent, other, "solved", "دُفع الراتب")
    assert sweep(desk, hands, 3000) == {}
    with db.write() as session:
        holds.lift(session, manager, session.get_one(Hold, hold.id), desk.settings)
        (there,) = holds.listed(session)
        assert (there.subject, there.reason) == (f"case:{other.id}", "قضية")
        assert session.get_one(Item, 2).text == COMPLAINT
        holds.lift(session, manager, there, desk.settings)
    assert item(db, 2).text == ""
    whole(db)
