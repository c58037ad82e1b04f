"""Logs carry identifiers, counts and codes; whatever else is passed along is dropped and only its name is kept."""

import json
from collections.abc import Iterator

import pytest
import structlog

from core.log import logger, set_up

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
    yield
    structlog.reset_defaults()


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
