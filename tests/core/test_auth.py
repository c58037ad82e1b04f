"""Who may do what, and how one signs in."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from core import auth
from core.actors import ABILITIES, CITIZEN, OPERATING, ROLES, WORKER, Actor, abilities_of
from core.auth import WrongSignIn, actor_of
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden, Invalid
from core.models import AuditEntry, SignIn, User

PASSWORD = "a-long-enough-password"


@pytest.fixture
def mariam(db: Database, hands: Hands) -> User:
    """A moderator."""
    with db.write() as session:
        return auth.add_user(session, OPERATING, "mariam", PASSWORD, ["moderator"], "مريم")


def try_password(db: Database, password: str, name: str = "mariam") -> User:
    return auth.check_password(db, name, password)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_can_what_its_table_says_and_nothing_else(role: str) -> None:
    actor = Actor("user:1", abilities_of([role]))
    for ability in ABILITIES:
        if ability in ROLES[role]:
            actor.require(ability)
        else:
            with pytest.raises(Forbidden):
                actor.require(ability)


@pytest.mark.parametrize("ability", ["post.approve", "reply.approve", "item.moderate", "policy.activate", "appeal.decide"])
def test_neither_operator_nor_machine_nor_citizen_decides_for_people(ability: str) -> None:
    assert not [actor.label for actor in (OPERATING, WORKER, CITIZEN) if actor.can(ability)]


def test_an_unknown_role_gives_no_ability() -> None:
    assert abilities_of(["sultan"]) == frozenset()


def test_the_password_is_kept_as_a_hash(mariam: User) -> None:
    assert mariam.password_hash.startswith("$argon2id$")
    assert PASSWORD not in mariam.password_hash


@pytest.mark.parametrize(
    ("name", "password", "roles"), [("mariam", PASSWORD, ["agent"]), ("ali", "short", ["agent"]), ("ali", PASSWORD, ["sultan"])]
)
@pytest.mark.usefixtures("mariam")
def test_a_taken_name_a_short_password_or_an_unknown_role_is_refused(
    db: Database, name: str, password: str, roles: list[str]
) -> None:
    with pytest.raises(Invalid), db.write() as session:
        auth.add_user(session, OPERATING, name, password, roles)


@pytest.mark.usefixtures("mariam")
def test_a_wrong_name_and_a_wrong_password_read_alike(db: Database) -> None:
    with pytest.raises(WrongSignIn) as wrong_password:
        try_password(db, "not-her-password")
    with pytest.raises(WrongSignIn) as wrong_name:
        try_password(db, PASSWORD, "nobody")
    assert wrong_password.value.words("ar") == wrong_name.value.words("ar")


@pytest.mark.usefixtures("mariam")
def test_five_wrong_passwords_lock_even_the_right_one_for_a_quarter_of_an_hour(db: Database, hands: Hands) -> None:
    for _ in range(5):
        with pytest.raises(WrongSignIn):
            try_password(db, "not-her-password")
    with pytest.raises(WrongSignIn):
        try_password(db, PASSWORD)
    hands.forward(minutes=15, seconds=1)
    assert try_password(db, PASSWORD).username == "mariam"


@pytest.mark.usefixtures("mariam")
def test_many_tries_at_one_instant_are_no_way_round_the_lock(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    together = threading.Barrier(auth.TRIES)

    def compare(known: str, password: str) -> bool:
        if not known.endswith("A" * 43):  # not the hash that unknown and locked names are compared with
            compared.append(password)
            together.wait(30)  # none is told before all are counted
        return False

    monkeypatch.setattr(auth, "_few", contextlib.nullcontext())
    monkeypatch.setattr(auth, "_matches", compare)

    def guess(word: str) -> None:
        with pytest.raises(WrongSignIn):
            try_password(db, word)

    with ThreadPoolExecutor(3 * auth.TRIES) as pool:
        list(pool.map(guess, [f"guess {n}" for n in range(3 * auth.TRIES)]))
    assert len(compared) == auth.TRIES


@pytest.mark.usefixtures("mariam")
def test_nobody_waits_for_the_database_while_a_password_is_compared(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def compare(_known: str, _password: str) -> bool:
        with db.write() as session:  # on SQLite this would wait for a transaction that is still open, and fail
            auth.add_user(session, OPERATING, "meanwhile", PASSWORD, ["agent"])
        return True

    monkeypatch.setattr(auth, "_matches", compare)
    assert try_password(db, PASSWORD).username == "mariam"


@pytest.mark.usefixtures("mariam")
def test_a_right_password_forgets_the_wrong_ones_before(db: Database) -> None:
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(WrongSignIn):
                try_password(db, "not-her-password")
        assert try_password(db, PASSWORD).failed == 0


def open_session(db: Database) -> str:
    return auth.sign_in(db, "mariam", PASSWORD)


def behind(db: Database, token: str | None) -> str | None:
    with db.read() as session:
        user = auth.who(session, token)
        return user.username if user else None


@pytest.mark.usefixtures("mariam")
def test_a_token_is_kept_only_as_its_hash(db: Database) -> None:
    token = open_session(db)
    with db.read() as session:
        kept = session.exec(select(SignIn)).one()
    assert token not in kept.model_dump_json()
    assert behind(db, token) == "mariam"


@pytest.mark.parametrize("token", [None, "", "no-such-token"])
@pytest.mark.usefixtures("mariam")
def test_an_unknown_token_is_nobody(db: Database, token: str | None) -> None:
    assert behind(db, token) is None


def test_a_dismissed_user_is_out_at_once_wherever_he_is_signed_in(db: Database, mariam: User) -> None:
    here, there = open_session(db), open_session(db)
    with db.write() as session:
        auth.dismiss(session, OPERATING, "mariam")
    assert (behind(db, here), behind(db, there)) == (None, None)
    with db.read() as session:
        assert actor_of(session.get_one(User, mariam.id)).abilities == frozenset()
    with pytest.raises(WrongSignIn):
        try_password(db, PASSWORD)


@pytest.mark.usefixtures("mariam")
def test_half_an_hour_without_use_ends_a_session(db: Database, hands: Hands) -> None:
    token = open_session(db)
    hands.forward(minutes=29)
    with db.write() as session:
        auth.keep_awake(session, token)
    hands.forward(minutes=29)
    assert behind(db, token) == "mariam"
    hands.forward(minutes=1)
    assert behind(db, token) is None


@pytest.mark.usefixtures("mariam")
def test_no_session_lasts_longer_than_twelve_hours(db: Database, hands: Hands) -> None:
    token = open_session(db)
    for _ in range(36):
        hands.at += timedelta(minutes=20)
        with db.write() as session:
            auth.keep_awake(session, token)
    assert behind(db, token) is None


@pytest.mark.usefixtures("mariam")
def test_signing_out_ends_this_session_and_no_other(db: Database) -> None:
    here, there = open_session(db), open_session(db)
    with db.write() as session:
        auth.sign_out(session, here)
    assert (behind(db, here), behind(db, there)) == (None, "mariam")


def test_a_new_password_ends_the_old_one_its_lock_and_every_open_session(db: Database, mariam: User) -> None:
    token = open_session(db)
    for _ in range(5):
        with pytest.raises(WrongSignIn):
            try_password(db, "not-her-password")
    with db.write() as session:
        auth.renew_password(session, OPERATING, "mariam", "another-long-password")
    assert behind(db, token) is None
    assert try_password(db, "another-long-password").id == mariam.id
    with pytest.raises(WrongSignIn):
        try_password(db, PASSWORD)


@pytest.mark.usefixtures("mariam")
def test_only_who_administers_users_may_dismiss_or_renew(db: Database) -> None:
    with pytest.raises(Forbidden), db.write() as session:
        auth.dismiss(session, WORKER, "mariam")
    with pytest.raises(Forbidden), db.write() as session:
        auth.renew_password(session, WORKER, "mariam", "another-long-password")
    assert try_password(db, PASSWORD).active


@pytest.mark.usefixtures("mariam")
def test_nobody_is_dismissed_by_a_slip_of_the_pen(db: Database) -> None:
    with pytest.raises(Invalid, match="maryam"), db.write() as session:
        auth.dismiss(session, OPERATING, "maryam")


def test_what_happens_to_a_user_is_audited(db: Database, mariam: User) -> None:
    token = open_session(db)
    with db.write() as session:
        auth.sign_out(session, token)
        auth.sign_out(session, "no-such-token")
    for _ in range(5):
        with pytest.raises(WrongSignIn):
            try_password(db, "not-her-password")
    with db.write() as session:
        auth.renew_password(session, OPERATING, "mariam", PASSWORD)
        auth.dismiss(session, OPERATING, "mariam")
    she = f"user:{mariam.id}"
    with db.read() as session:
        assert actions(session) == [
            ("operator", "user.add"),
            (she, "user.sign_in"),
            (she, "user.sign_out"),
            ("nobody", "user.lock"),
            ("operator", "user.password"),
            ("operator", "user.dismiss"),
        ]


def actions(session: Session) -> list[tuple[str, str]]:
    return [(entry.actor, entry.action) for entry in session.exec(select(AuditEntry).order_by(AuditEntry.id))]  # type: ignore[arg-type]  # SQLModel columns are seen as plain values
