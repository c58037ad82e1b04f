"""What a member of staff may be called, and what nobody can be called is nobody at sign-in, on either database."""

import pytest
from sqlmodel import select

from core import auth
from core.actors import OPERATING
from core.db import Database
from core.errors import Invalid
from core.models import User

PASSWORD = "a-long-enough-password"


@pytest.mark.parametrize("name", ["noura", "نورة", "n.al-suwaidi", "noura_2@mohre", "7"])
def test_a_name_one_can_type_is_taken(name: str, db: Database) -> None:
    with db.write() as session:
        auth.add_user(session, OPERATING, name, PASSWORD, ["agent"])
    assert auth.check_password(db, name, PASSWORD).username == name


@pytest.mark.parametrize("name", ["", " ", " noura ", "nou ra", "nou\x1b[31mra", "\x00", "nou\u202era", "-noura", "_", "n" * 65])
def test_a_name_nobody_could_sign_in_with_is_refused(name: str, db: Database) -> None:
    with db.write() as session, pytest.raises(Invalid) as refused:
        auth.add_user(session, OPERATING, name, PASSWORD, ["agent"])
    assert refused.value.details["field"] == "username"
    assert "64" in refused.value.words("ar")
    with db.read() as session:
        assert session.exec(select(User)).all() == []


@pytest.mark.parametrize("shown", ["Noura\x1b[31m", "a\nb", "n" * 121])
def test_a_name_shown_to_colleagues_holds_nothing_unseen(shown: str, db: Database) -> None:
    with db.write() as session, pytest.raises(Invalid):
        auth.add_user(session, OPERATING, "noura", PASSWORD, ["agent"], shown)


@pytest.mark.parametrize("name", ["a\x00b", "\x00", "a\ud800", "a\x1b"])
def test_a_name_no_database_takes_is_nobody(name: str, db: Database) -> None:
    with pytest.raises(auth.WrongSignIn):
        auth.check_password(db, name, PASSWORD)
