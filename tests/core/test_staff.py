"""The people of the house: who may keep them, what they may do afterwards, and that nobody keeps himself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from core import auth, staff
from core.actors import OPERATING, Actor, abilities_of
from core.auth import WrongSignIn, actor_of, sign_in
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden, Invalid, MajlisError, OwnAct, WrongState
from core.models import AuditEntry, User

PASSWORD = "a long password"
ADMIN = Actor("user:99", abilities_of(["admin"]), 99)


@pytest.fixture
def hana(db: Database) -> int:
    """An agent."""
    with db.write() as session:
        return auth.add_user(session, OPERATING, "hana", PASSWORD, ["agent"], "هناء").id or 0


def user(db: Database, user_id: int) -> User:
    with db.read() as session:
        return session.get_one(User, user_id)


def entries(db: Database, action: str) -> list[AuditEntry]:
    with db.read() as session:
        return list(session.exec(select(AuditEntry).where(AuditEntry.action == action).order_by(col(AuditEntry.id))))


def test_roles_change_what_one_may_do_from_the_next_step_on(db: Database, hana: int) -> None:
    token = sign_in(db, "hana", PASSWORD)
    with db.write() as session:
        staff.give_roles(session, ADMIN, hana, ["moderator", "author"])
    with db.read() as session:
        found = auth.who(session, token)
        assert found is not None
        assert actor_of(found).can("item.moderate")
    (kept,) = entries(db, "user.roles")
    assert kept.detail == {"given": ["author", "moderator"], "taken": ["agent"]}


def test_a_role_there_is_not_is_given_to_nobody(db: Database, hana: int) -> None:
    with db.write() as session, pytest.raises(Invalid):
        staff.give_roles(session, ADMIN, hana, ["king"])
    assert user(db, hana).roles == ["agent"]


Deed = Callable[[Session, Actor, int], object]
DEEDS: dict[str, Deed] = {
    "roles": lambda session, actor, id_: staff.give_roles(session, actor, id_, ["admin"]),
    "email": lambda session, actor, id_: staff.write_to(session, actor, id_, "a@b.ae"),
    "reinstate": staff.reinstate,
    "unlock": staff.unlock,
    "reset": staff.reset,
    "unlink": staff.unlink,
    "dismiss": lambda session, actor, id_: auth.dismiss(session, actor, session.get_one(User, id_).username),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_keeps_himself(db: Database, hana: int, deed: str) -> None:
    herself = Actor(f"user:{hana}", abilities_of(["admin"]), hana)
    with db.write() as session, pytest.raises(OwnAct):
        DEEDS[deed](session, herself, hana)


@pytest.mark.parametrize("deed", DEEDS)
def test_whoever_may_not_keep_people_keeps_nobody(db: Database, hana: int, deed: str) -> None:
    manager = Actor("user:98", abilities_of(["manager"]), 98)
    with db.write() as session, pytest.raises(Forbidden):
        DEEDS[deed](session, manager, hana)


def test_who_was_dismissed_comes_back_with_the_roles_he_had(db: Database, hana: int) -> None:
    with db.write() as session:
        auth.dismiss(session, ADMIN, "hana")
    with pytest.raises(WrongSignIn):
        sign_in(db, "hana", PASSWORD)
    with db.write() as session:
        staff.reinstate(session, ADMIN, hana)
    assert sign_in(db, "hana", PASSWORD)
    assert user(db, hana).roles == ["agent"]
    with db.write() as session, pytest.raises(WrongState):
        staff.reinstate(session, ADMIN, hana)


def test_a_lock_is_ended_by_whoever_may(db: Database, hana: int) -> None:
    for _ in range(auth.TRIES):
        with pytest.raises(WrongSignIn):
            sign_in(db, "hana", "wrong wrong wrong")
    assert staff.locked(user(db, hana))
    with db.write() as session:
        staff.unlock(session, ADMIN, hana)
    assert sign_in(db, "hana", PASSWORD)
    with db.write() as session, pytest.raises(WrongState):
        staff.unlock(session, ADMIN, hana)


def test_a_given_password_lets_in_and_does_nothing_until_ones_own_is_chosen(db: Database, hana: int) -> None:
    before = sign_in(db, "hana", PASSWORD)
    with db.write() as session:
        given = staff.reset(session, ADMIN, hana)
    with db.read() as session:
        assert auth.who(session, before) is None
    sign_in(db, "hana", given)
    assert actor_of(user(db, hana)).abilities == frozenset()
    assert [given in str(entry.detail) for entry in entries(db, "user.one_time")] == [False]


def test_a_given_password_is_good_for_a_day(db: Database, hands: Hands, hana: int) -> None:
    with db.write() as session:
        given = staff.reset(session, ADMIN, hana)
    hands.forward(seconds=staff.GIVEN_FOR.total_seconds() + 1)
    with pytest.raises(WrongSignIn):
        sign_in(db, "hana", given)


def test_who_is_invited_gets_a_password_of_that_kind(db: Database) -> None:
    with db.write() as session:
        fresh, given = staff.invite(session, ADMIN, "omar", ["agent"], "عمر", " Omar@Ministry.ae ")
        assert fresh.email == "omar@ministry.ae"
        assert fresh.one_time_until is not None
    assert sign_in(db, "omar", given)


def test_given_passwords_are_long_and_never_twice_the_same() -> None:
    made = {staff.given_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) == 19 and set(one) <= {*staff.LETTERS, "-"} for one in made)


@pytest.mark.parametrize("address", ["nobody", "a@b", "a b@c.ae", "x@y.ae\nbcc: z@y.ae", "م@وزارة.ae"])
def test_what_is_no_address_is_not_kept(db: Database, hana: int, address: str) -> None:
    with db.write() as session, pytest.raises(Invalid):
        staff.write_to(session, ADMIN, hana, address)


def test_two_people_do_not_share_an_address(db: Database, hana: int) -> None:
    with db.write() as session:
        staff.write_to(session, ADMIN, hana, "desk@ministry.ae")
        with pytest.raises(MajlisError):
            staff.invite(session, ADMIN, "omar", ["agent"], "", "DESK@ministry.ae")


def test_who_is_here_is_known_by_an_open_session(db: Database, hands: Hands, hana: int) -> None:
    sign_in(db, "hana", PASSWORD)
    with db.read() as session:
        assert staff.present(session) == {hana}
    hands.forward(seconds=(auth.IDLE + timedelta(seconds=1)).total_seconds())
    with db.read() as session:
        assert staff.present(session) == frozenset()
