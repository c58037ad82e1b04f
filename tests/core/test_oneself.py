"""What one may change of one's own: how the desk looks, one's mail, one's password, where one is signed in."""

import pytest
from sqlmodel import select

from core import auth, oneself, staff
from core.actors import OPERATING, WORKER, Actor
from core.auth import WrongSignIn, actor_of, sign_in
from core.db import Database
from core.errors import Forbidden, Invalid
from core.models import AuditEntry, User

PASSWORD, OWN = "a long password", "another long one"


@pytest.fixture
def hana(db: Database) -> Actor:
    """An agent."""
    with db.write() as session:
        return actor_of(auth.add_user(session, OPERATING, "hana", PASSWORD, ["agent"], "هناء"))


def row(db: Database) -> User:
    with db.read() as session:
        return session.exec(select(User).where(User.username == "hana")).one()


def test_how_the_desk_looks_is_ones_own_choice(db: Database, hana: Actor) -> None:
    with db.write() as session:
        oneself.prefer(session, hana, lang="en", text_size=150, contrast="high")
        oneself.prefer(session, hana, text_size=160)
    kept = row(db)
    assert (kept.lang, kept.text_size, kept.contrast) == ("en", 160, "high")
    with db.read() as session:
        told = [e.detail for e in session.exec(select(AuditEntry).where(AuditEntry.action == "user.prefer"))]
    assert told == [{"changed": ["contrast", "lang", "text_size"]}, {"changed": ["text_size"]}]


@pytest.mark.parametrize("wanted", [{"text_size": 80}, {"text_size": 210}, {"text_size": 95}, {"contrast": "x"}, {"lang": "fr"}])
def test_a_look_there_is_not_is_refused(db: Database, hana: Actor, wanted: dict[str, object]) -> None:
    with db.write() as session, pytest.raises(Invalid):
        oneself.prefer(session, hana, **wanted)  # type: ignore[arg-type]  # each is of its field's type
    assert row(db).text_size == 100


def test_a_report_needs_an_address_and_the_audit_does_not_hold_it(db: Database, hana: Actor) -> None:
    with db.write() as session, pytest.raises(Invalid):
        oneself.prefer(session, hana, report=True)
    with db.write() as session:
        oneself.prefer(session, hana, report=True, email="Hana@ministry.ae")
    assert (row(db).report, row(db).email) == (True, "hana@ministry.ae")
    with db.read() as session:
        assert "ministry" not in str([e.detail for e in session.exec(select(AuditEntry))])


def test_a_new_password_ends_every_other_session_and_no_ability_is_needed(db: Database, hana: Actor) -> None:
    with db.write() as session:
        given = staff.reset(session, Actor("user:9", frozenset({"user.admin"}), 9), hana.user_id or 0)
    here, there = sign_in(db, "hana", given), sign_in(db, "hana", given)
    nobody_yet = actor_of(row(db))
    assert not nobody_yet.abilities
    oneself.choose_password(db, nobody_yet, here, given, OWN)
    assert actor_of(row(db)).can("reply.write")
    with db.read() as session:
        assert auth.who(session, here) is not None
        assert auth.who(session, there) is None
    assert sign_in(db, "hana", OWN)
    with pytest.raises(WrongSignIn):
        sign_in(db, "hana", given)


@pytest.mark.parametrize(
    ("old", "new", "refusal"), [(PASSWORD, "short", Invalid), (PASSWORD, PASSWORD, Invalid), ("no", OWN, WrongSignIn)]
)
def test_a_password_is_not_changed_without_the_one_before(
    db: Database, hana: Actor, old: str, new: str, refusal: type[Exception]
) -> None:
    token = sign_in(db, "hana", PASSWORD)
    with pytest.raises(refusal):
        oneself.choose_password(db, hana, token, old, new)
    assert sign_in(db, "hana", PASSWORD)


def test_one_sees_where_one_is_signed_in_and_leaves_elsewhere(db: Database, hana: Actor) -> None:
    there = sign_in(db, "hana", PASSWORD, device="Firefox · Windows")
    here = sign_in(db, "hana", PASSWORD, device="Chrome · Android")
    with db.read() as session:
        opened = oneself.sessions(session, hana)
        assert [(one.device, oneself.this_one(one, here)) for one in opened] == [
            ("Chrome · Android", True),
            ("Firefox · Windows", False),
        ]
        assert oneself.ends_at(opened[0]) == opened[0].seen_at + auth.IDLE
    with db.write() as session:
        assert oneself.leave_elsewhere(session, hana, here) == 1
    with db.read() as session:
        assert auth.who(session, there) is None
        assert len(oneself.sessions(session, hana)) == 1


def test_the_machine_has_nothing_of_its_own(db: Database) -> None:
    with db.write() as session, pytest.raises(Forbidden):
        oneself.prefer(session, WORKER, text_size=120)


def test_who_was_dismissed_changes_nothing_of_his(db: Database, hana: Actor) -> None:
    with db.write() as session:
        auth.dismiss(session, OPERATING, "hana")
    with db.write() as session, pytest.raises(Forbidden):
        oneself.prefer(session, hana, text_size=120)
