"""An answer that had to wait is looked at once more as it leaves: its saved answer, its second look, its words, its reader's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from core.actors import OPERATING, Actor
from core.auth import actor_of, add_user, dismiss
from core.clock import Hands
from core.db import Database
from inbox import approving, erase, reply, saved, secondlook
from inbox.models import Item, Reply
from outbox import decide
from outbox.models import Delivery
from outbox.problems import board
from outbox.send import send_due
from policies.edition import parse
from tests.inbox.small_edition import written
from tests.outbox.conftest import MANAGER
from tests.outbox.outbox_wall import Wall, WallConnector

Go = Callable[[], list[str]]


@pytest.fixture
def boss(db: Database) -> Actor:
    with db.write() as session:
        return actor_of(add_user(session, OPERATING, "mariam", "long-enough-1", ["approver", "agent", "manager"], "Mariam"))


@pytest.fixture
def go(db: Database, desk: Any, tmp_path: Path, hands: Hands) -> Go:
    """Sends what is due a day later; all that was said so far."""
    wall = Wall(tmp_path / "wall.jsonl")

    def later() -> list[str]:
        hands.forward(hours=25)
        send_due(db, lambda _: WallConnector(wall, desk.account.key), "w1", settings=desk.settings)
        return wall.texts()

    return later


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """The edition in force wants a second look at every item of the kinds named from now on."""

    def wanted(kinds: str) -> None:
        edition = parse(written("1", "2026-01-01", more=f"reply.approval.kinds = [{kinds}]"))
        monkeypatch.setattr(secondlook, "in_force", lambda _session: edition)

    wanted("")
    return wanted


def send(db: Database, actor: Actor, text: str = "أهلا بك", **more: Any) -> Reply:
    with db.write() as session:
        seen = reply.thread_version(session, session.get_one(Item, 1))
        return reply.send(session, actor, 1, text, seen_version=seen, nonce="n1", **more)


def approve(db: Database, boss: Actor, waiting: int) -> None:
    with db.write() as session:
        seen = reply.thread_version(session, session.get_one(Item, 1))
        approving.approve(session, boss, waiting, seen_version=seen)


def ledger(db: Database) -> list[tuple[str | None, str, str]]:
    with db.read() as session:
        return [(one.ref, one.state, one.reason) for one in session.exec(select(Delivery).order_by(col(Delivery.id)))]


def state(db: Database) -> str:
    with db.read() as session:
        return session.exec(select(Reply)).one().state


def keep(db: Database, boss: Actor, day: Any, saved_id: int | None = None) -> int:
    with db.write() as session:
        content = saved.Content(name="رد", ar="أهلا بك", en="", source="الموقع", review_by=day)
        return saved.keep(session, boss, content, saved_id=saved_id).id or 0


def test_an_answer_whose_saved_answer_holds_leaves_a_day_later_too(
    db: Database, desk: Any, say: Any, agent: Actor, boss: Actor, go: Go, hands: Hands
) -> None:
    desk.take(say("c1"))
    send(db, agent, saved_id=keep(db, boss, hands.at.date().replace(day=30)))
    assert (go(), state(db)) == (["أهلا بك"], "sent")


def test_one_whose_saved_answer_is_over_is_held_until_that_is_reviewed(
    db: Database, desk: Any, say: Any, agent: Actor, boss: Actor, go: Go, hands: Hands
) -> None:
    desk.take(say("c1"))
    kept = keep(db, boss, hands.at.date())
    sent = send(db, agent, saved_id=kept)
    assert (go(), ledger(db)) == ([], [(f"reply:{sent.id}", "held", "saved_over")])
    with db.read() as session:
        (trouble,) = board(session).rows
        assert (trouble.may, trouble.about) == (("release", "give_up"), "item:1")
        assert "الرد الجاهز" in trouble.why("ar")
    with db.write() as session, pytest.raises(decide.StillHeld) as refused:
        decide.release(session, MANAGER, session.exec(select(Delivery)).one())
    assert "يُراجَع الرد الجاهز" in refused.value.words("ar")
    assert "is reviewed" in refused.value.words("en")
    assert ledger(db)[0][1:] == ("held", "saved_over")
    keep(db, boss, hands.at.date().replace(day=30), kept)
    with db.write() as session:
        decide.release(session, MANAGER, session.exec(select(Delivery)).one())
    assert go() == ["أهلا بك"]


def test_its_writer_takes_back_what_is_held_and_writes_it_anew(
    db: Database, desk: Any, say: Any, agent: Actor, boss: Actor, go: Go, hands: Hands
) -> None:
    desk.take(say("c1"))
    kept = keep(db, boss, hands.at.date().replace(day=30))
    sent = send(db, agent, saved_id=kept)
    with db.write() as session:
        saved.use(session, boss, kept, active=False)
    assert (go(), ledger(db)[0][1:]) == ([], ("held", "saved_over"))
    with db.write() as session:
        assert reply.take_back(session, agent, sent.id or 0).state == "draft"
        seen = reply.thread_version(session, session.get_one(Item, 1))
        reply.send(session, agent, 1, "من عندي", seen_version=seen, nonce="n2")
    assert go() == ["من عندي"]


def test_where_a_second_look_is_wanted_by_now_it_waits_for_one(
    db: Database, desk: Any, say: Any, agent: Actor, boss: Actor, go: Go, asking: Any
) -> None:
    desk.take(say("c1"))
    sent = send(db, agent)
    asking('"inquiry", "other"')
    assert (go(), state(db)) == ([], "asked")
    assert ledger(db) == [(f"reply:{sent.id}", "cancelled", "second_look")]
    with db.read() as session:
        assert [one.reply.id for one in approving.waiting_at(session, session.get_one(Item, 1))] == [sent.id]
    approve(db, boss, sent.id or 0)
    assert (go(), state(db)) == (["أهلا بك"], "sent")
    assert [ref for ref, *_ in ledger(db)] == [f"reply:{sent.id}", f"reply:{sent.id}.2"]


def test_a_yes_counts_as_long_as_its_giver_may_give_it(
    db: Database, desk: Any, say: Any, agent: Actor, boss: Actor, go: Go, asking: Any
) -> None:
    asking('"inquiry", "other"')
    desk.take(say("c1"))
    sent = send(db, agent)
    approve(db, boss, sent.id or 0)
    with db.write() as session:
        other = actor_of(add_user(session, OPERATING, "huda", "long-enough-1", ["approver"], "Huda"))
        dismiss(session, OPERATING, "mariam")
    assert (go(), state(db)) == ([], "asked")
    approve(db, other, sent.id or 0)
    assert go() == ["أهلا بك"]


def test_what_somebody_wrote_who_may_answer_no_more_waits_for_a_colleagues_yes(
    db: Database, desk: Any, say: Any, agent: Actor, boss: Actor, go: Go
) -> None:
    desk.take(say("c1"))
    sent = send(db, agent)
    with db.write() as session:
        dismiss(session, OPERATING, "noura")
    assert (go(), state(db)) == ([], "asked")
    assert ledger(db) == [(f"reply:{sent.id}", "cancelled", "writer_gone")]
    approve(db, boss, sent.id or 0)
    assert (go(), state(db)) == (["أهلا بك"], "sent")


def test_words_of_the_house_are_asked_about_by_nobody(db: Database, desk: Any, say: Any, agent: Actor, go: Go, asking: Any) -> None:
    asking('"inquiry", "other"')
    desk.take(say("c1"))
    send(db, agent, fixed=True)
    assert go() == ["أهلا بك"]


def test_other_words_than_were_queued_do_not_leave(db: Database, desk: Any, say: Any, agent: Actor, go: Go) -> None:
    desk.take(say("c1"))
    sent = send(db, agent)
    with db.write() as session:
        session.get_one(Reply, sent.id).text = "كلام آخر"
    assert (go(), ledger(db)[0][1:]) == ([], ("cancelled", "taken_back"))


def test_what_was_erased_with_its_item_does_not_leave_empty(db: Database, desk: Any, say: Any, agent: Actor, go: Go) -> None:
    desk.take(say("c1"))
    send(db, agent, private=True)
    with db.write() as session:
        erase.item(session, OPERATING, session.get_one(Item, 1), "own_wish", desk.settings)
    assert (go(), ledger(db)[0][1:]) == ([], ("cancelled", "item_gone"))
