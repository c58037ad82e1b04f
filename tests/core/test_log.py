"""Logs carry identifiers, counts and codes; whatever else is passed along is dropped and only its name is kept."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from core.bulk import insert_all
from core.clock import now
from core.db import Database
from core.errors import NotFound
from core.log import logger, set_up
from core.models import Account

CANARIES = {
    "text": "راتبي متأخر منذ ثلاثة أشهر",
    "token": "EAAcanary-token-7f3a",
    "author_name": "سعيد",
    "email": "someone@example.ae",
    "phone": "+971501234567",
    "secret": "s3cr3t-canary",
}


@pytest.fixture(autouse=True)
def fresh_configuration() -> Iterator[None]:
    root = logging.getLogger()
    before, configured = list(root.handlers), structlog.get_config()
    root.handlers.clear()  # basicConfig does nothing where somebody else was first
    yield
    root.handlers[:] = before
    structlog.configure(**configured)


def test_a_field_nobody_allowed_is_dropped_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logger("inbox").info("received", account="facebook:1", count=3, **CANARIES)
    line = capsys.readouterr().err
    entry = json.loads(line)
    assert entry["account"] == "facebook:1"
    assert entry["count"] == 3
    assert entry["dropped"] == sorted(CANARIES)
    assert not [value for value in CANARIES.values() if value in line]


def test_logs_leave_stdout_to_data(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logger("inbox").warning("late", seconds=4)
    said = capsys.readouterr()
    assert said.out == ""
    assert json.loads(said.err)["level"] == "warning"


def test_the_level_decides_what_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("error")
    logger("inbox").info("received", count=1)
    assert capsys.readouterr().err == ""


def test_of_an_exception_its_kind_and_place_are_told_and_never_its_words(
    capsys: pytest.CaptureFixture[str], db: Database, tmp_path: Path
) -> None:
    set_up()
    private = "راتبي متأخر 784-1990-1234567-1"
    with db.write() as session:
        session.add(Account(platform="x", native_id=private))
    for fail in (
        lambda session: session.add(Account(platform="x", native_id=private)),
        lambda session: insert_all(session, Account.__table__, [{"platform": "x", "native_id": private, "created_at": now()}]),  # type: ignore[attr-defined]  # SQLModel sets it
        lambda _session: int(private),
        lambda _session: (tmp_path / "absent" / private).read_text(),
    ):
        for logged in (logger("inbox"), logging.getLogger("somebody.else")):
            try:
                with db.write() as session:
                    fail(session)
            except Exception:
                logged.exception("page failed")
    said = capsys.readouterr().err
    assert private not in said
    assert "1990" not in said
    assert said.count("IntegrityError") + said.count("UniqueViolation") >= 4
    assert "test_log.py" in said
    assert "ValueError" in said


def test_an_exception_is_told_with_what_led_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    try:
        try:
            raise KeyError("secret")
        except KeyError as first:
            raise NotFound(thing="item", id="7") from first
    except NotFound:
        logger("inbox").exception("page failed")
    told = json.loads(capsys.readouterr().err)["exception"].splitlines()
    assert [line for line in told if not line.startswith(" ")] == ["core.errors.NotFound not_found", "builtins.KeyError"]
