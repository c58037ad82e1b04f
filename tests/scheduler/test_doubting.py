"""Another edition of the policy comes in force before the hour of an approved post: what it newly finds asks for a renewed yes."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from core.actors import OPERATING, WORKER
from core.db import Database
from core.models import AuditEntry
from inbox import editions, enact
from outbox import decide
from outbox.models import Delivery
from outbox.problems import board
from scheduler import doubting, posts, recurring, steps
from scheduler.accessible import Finding
from scheduler.doubting import reread
from scheduler.importing import import_lines
from scheduler.models import Post
from tests.inbox.small_edition import clause, written
from tests.outbox.conftest import MANAGER
from tests.scheduler.conftest import Office, person

#: the first edition finds `wicked`, the second `zorbish` as well
WICKED, STRANGE = clause("abuse", "wicked", action="hide"), clause("spam", "zorbish", action="hide")
TODAY, TOMORROW = "2026-11-24", "2026-11-25"


def enforce(office: Office, edition: str, day: str, *clauses: str) -> None:
    with office.db.write() as session:
        mine, other = (person(session, f"{name}{edition}", "policy_owner") for name in ("reem", "salem"))
        enact.activate(session, other, enact.propose(session, mine, written(edition, day, *clauses, policy="mohre")))


@pytest.fixture
def tomorrow(office: Office) -> None:
    """An edition is in force, and the one of tomorrow finds more."""
    enforce(office, "1", TODAY, WICKED)
    enforce(office, "2", TOMORROW, WICKED, STRANGE)


def planned(office: Office, text: str, **more: Any) -> int:
    return office.scheduled("x", text=text, at=office.hands.at + timedelta(hours=30), **more)


def seen(office: Office, post: int) -> tuple[str, bool]:
    with office.db.read() as session:
        row = session.get_one(Post, post)
        return row.edition, row.doubted_at is not None


def asked(office: Office) -> list[int | None]:
    with office.db.read() as session:
        return [post.id for post in steps.asked_of(session, office.approver.user_id)]


@pytest.mark.usefixtures("tomorrow")
def test_what_the_next_edition_finds_holds_the_post_before_its_hour_until_it_is_approved_anew(office: Office) -> None:
    post = planned(office, "such a zorbish day")
    assert (seen(office, post), reread(office.db), asked(office)) == (("mohre@1", False), 0, [])
    office.hands.forward(hours=20)
    assert (reread(office.db), reread(office.db)) == (1, 0)
    assert (seen(office, post), asked(office)) == (("mohre@2", True), [post])
    with office.db.read() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "post.doubt")).one()
        assert (entry.actor, entry.detail) == ("worker", {"version": 1, "edition": "mohre@2", "clauses": ["spam"]})
        (trouble,) = board(session).rows
        assert (trouble.state, trouble.reason, trouble.owner, trouble.may) == (
            "held",
            "policy_finds",
            "post.approve",
            ("approve", "give_up"),
        )
        assert "اعتماده من جديد" in trouble.why("ar")
        assert "approved anew" in trouble.why("en")
    office.approve(post, seen_version=1)
    assert (asked(office), office.deliveries(post)) == ([], [("scheduled", "")])
    office.send()
    assert office.wall.posts() == []
    office.hands.forward(hours=10)
    office.send()
    assert office.wall.texts() == ["such a zorbish day"]


@pytest.mark.usefixtures("tomorrow")
def test_without_another_yes_it_does_not_leave_at_its_hour_and_a_late_yes_lets_it_go(office: Office) -> None:
    post = planned(office, "such a zorbish day")
    office.hands.forward(hours=20)
    reread(office.db)
    office.hands.forward(hours=10)
    office.send()
    assert (office.wall.posts(), office.deliveries(post)) == ([], [("held", "policy_finds")])
    with office.db.write() as session, pytest.raises(decide.StillHeld):  # nobody else's word takes the place of a yes
        decide.release(session, MANAGER, session.exec(select(Delivery)).one())
    office.send()
    assert (office.wall.posts(), office.deliveries(post)) == ([], [("held", "policy_finds")])
    office.approve(post)
    office.send()
    assert office.post(post).state == "published"


@pytest.mark.usefixtures("tomorrow")
@pytest.mark.parametrize("text", ["a fine day", "such a wicked day"])
def test_where_nothing_new_is_found_it_goes_on_time(office: Office, text: str) -> None:
    post = planned(office, text)
    office.hands.forward(hours=20)
    assert reread(office.db) == 1
    assert (seen(office, post), office.deliveries(post)) == (("mohre@2", False), [("scheduled", "")])
    office.hands.forward(hours=10)
    office.send()
    assert office.post(post).state == "published"


@pytest.mark.usefixtures("tomorrow")
def test_the_last_moment_reads_what_nobody_has_read_since(office: Office) -> None:
    strange, fine = planned(office, "such a zorbish day"), planned(office, "a fine day")
    office.hands.forward(hours=30)
    office.send()
    assert office.wall.texts() == ["a fine day"]
    assert office.deliveries(strange) == [("held", "policy_finds")]
    reread(office.db)
    office.approve(strange)
    office.send()
    assert [office.post(post).state for post in (strange, fine)] == ["published", "published"]


@pytest.mark.usefixtures("tomorrow")
def test_what_was_approved_under_the_edition_in_force_is_not_judged_at_its_hour(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.hands.forward(hours=20)
    post = planned(office, "such a zorbish day")  # its approver was shown it

    def never(*_: object) -> None:
        raise AssertionError("judged")

    monkeypatch.setattr(doubting, "by_policy", never)
    reread(office.db)
    office.hands.forward(hours=30)
    office.send()
    assert office.post(post).state == "published"


@pytest.mark.usefixtures("tomorrow")
def test_an_edit_asks_for_approval_as_ever_and_the_doubt_is_gone_with_the_words(office: Office) -> None:
    post = planned(office, "such a zorbish day")
    office.hands.forward(hours=20)
    reread(office.db)
    office.do(posts.edit, post, texts=dict.fromkeys(office.ids("x"), "a fine day"))
    assert (seen(office, post), office.post(post).state, asked(office)) == (("", False), "draft", [])
    office.do(posts.submit, post)
    office.approve(post)
    office.hands.forward(hours=10)
    office.send()
    assert office.wall.texts() == ["a fine day"]


@pytest.mark.usefixtures("tomorrow")
def test_a_row_is_in_doubt_as_one_and_one_yes_lets_it_go_on(office: Office) -> None:
    with office.db.write() as session:
        repeat = {"every": "day", "until": "2026-11-28"}
        given: dict[str, Any] = {
            "kind": "news",
            "title": "خبر",
            "texts": dict.fromkeys(office.ids("x"), "such a zorbish day"),
            "pair_why": "تجربة",
        }
        head = posts.draft(session, office.author, **given, wall="2026-11-24T11:00", repeat=repeat).id or 0
    office.do(posts.submit, head)
    office.approve(head)
    office.hands.forward(hours=1)
    office.send()
    office.hands.forward(hours=18)
    assert reread(office.db) == 4
    with office.db.read() as session:
        row = [one.post_id or 0 for one in recurring.days(session, session.get_one(Post, head))][1:]
    assert [office.deliveries(one) for one in row] == [[("held", "policy_finds")]] * 4
    assert asked(office) == [row[0]]
    office.approve(row[0])
    assert reread(office.db) == 0
    office.hands.forward(hours=6)
    office.send()
    assert [office.post(one).state for one in row] == ["published", "scheduled", "scheduled", "scheduled"]


@pytest.mark.usefixtures("tomorrow")
def test_an_import_nobody_here_approved_waits_for_a_word_of_whoever_decides(office: Office) -> None:
    line = {"account": "x:1", "kind": "post", "text": "such a zorbish day", "at": "2026-11-25T16:00:00+04:00"}
    import_lines(office.db, OPERATING, [json.dumps(line).encode()], settings=office.settings)
    office.hands.forward(hours=20)
    reread(office.db)
    (held,) = office.everything()
    assert (held.state, held.reason) == ("held", "policy_finds_import")
    office.hands.forward(hours=11)
    with office.db.write() as session:
        decide.release(session, MANAGER, session.get_one(Delivery, held.id))
    office.send()
    assert office.wall.texts() == ["such a zorbish day"]


@pytest.mark.usefixtures("tomorrow")
def test_what_moved_on_while_it_was_read_is_left_alone(office: Office) -> None:
    post = planned(office, "such a zorbish day")
    office.hands.forward(hours=20)
    found = newly(office, post)
    office.do(posts.edit, post, at=office.hands.at + timedelta(hours=2))
    with office.db.write() as session:
        assert not doubting.read_again(session, WORKER, session.get_one(Post, post), "mohre@2", 1, found)
    assert seen(office, post) == ("", False)


@pytest.mark.usefixtures("tomorrow")
def test_while_nothing_changed_reading_again_costs_one_look(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    planned(office, "a fine day")
    reread(office.db)

    def never(_: Database) -> None:
        raise AssertionError("written")

    monkeypatch.setattr(Database, "write", never)
    assert reread(office.db, worker="w1") == 0


def newly(office: Office, post: int) -> list[Finding]:
    with office.db.read() as session:
        row = session.get_one(Post, post)
        return doubting.newly_found(session, row, editions.in_force(session), office.settings)
