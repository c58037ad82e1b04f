"""What a pause holds until a person confirms it is not passed over in silence: by `publish --due`, nor by the worker."""

from core.actors import Actor, abilities_of
from outbox import pause
from scheduler import unconfirmed
from tests.scheduler.conftest import Office

MANAGER = Actor("user:5", abilities_of(["manager"]), 5, "Maryam")


def lift(office: Office) -> None:
    with office.db.write() as session:
        pause.lift(session, MANAGER)


def test_every_pass_tells_how_many_wait_for_a_persons_word(office: Office) -> None:
    office.scheduled("x", "facebook")
    with office.db.write() as session:
        pause.press(session, MANAGER, "mourning")
    office.hands.forward(hours=1)
    assert (office.send().unconfirmed, office.send().unconfirmed) == (2, 2)
    lift(office)
    after = office.send()
    assert (after.unconfirmed, after.failed, after.to_json()["unconfirmed"]) == (2, False, 2)


def test_a_pass_with_nothing_to_confirm_says_nothing_of_it(office: Office) -> None:
    office.scheduled("x")
    office.hands.forward(hours=1)
    assert "unconfirmed" not in office.send().to_json()


def test_the_worker_says_it_after_the_pause_and_every_hour(office: Office) -> None:
    office.scheduled("x", "facebook")
    with office.db.write() as session:
        pause.press(session, MANAGER, "mourning")
    office.hands.forward(hours=1)
    office.send()
    assert unconfirmed.tell(office.db, "w1") == 0, "while it goes on, everybody knows"
    lift(office)
    assert [unconfirmed.tell(office.db, worker) for worker in ("w1", "w2", "w1")] == [2, 0, 0]
    office.hands.forward(hours=1)
    assert unconfirmed.tell(office.db, "w2") == 2
