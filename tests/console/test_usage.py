"""What can't be used is refused with 2 and one line that names the option or variable."""

import os
import socket
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

import manage
from tests.console.conftest import Door

#: more than any database holds in one number
HUGE = "9" * 30


@pytest.fixture
def taken() -> Iterator[str]:
    """A port somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield str(listener.getsockname()[1])


@pytest.mark.parametrize("process", ["portal", "desk", "sandbox"])
def test_a_port_that_is_taken_is_named(process: str, taken: str, door: Door) -> None:
    done = door.run(process, "--port", taken)
    assert (done.returncode, done.stdout) == (2, "")
    english, arabic = done.stderr.strip().splitlines()
    for line in (english, arabic):
        assert "--port" in line
        assert taken in line


@pytest.mark.parametrize(("process", "variable"), [("portal", "MAJLIS_PORTAL_PORT"), ("desk", "MAJLIS_DESK_PORT")])
def test_the_port_of_a_setting_is_named_by_its_variable(process: str, variable: str, taken: str, door: Door) -> None:
    done = door.run(process, **{variable: taken})
    assert done.returncode == 2
    assert all(variable in line for line in done.stderr.strip().splitlines())


@pytest.mark.parametrize("process", ["portal", "desk", "sandbox"])
@pytest.mark.parametrize("port", ["0", "99999", "-1"])
def test_what_is_no_port_is_a_wrong_use(process: str, port: str, door: Door) -> None:
    done = door.run(process, "--port", port)
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert "unexpected" not in done.stderr


def test_a_name_nobody_can_sign_in_with_is_not_added(door: Door) -> None:
    for name in ("", " noura ", "nou\x1bra"):
        done = door.run("adduser", "--role", "agent", "--password-stdin", "--", name, given="a-long-password\n")
        assert done.returncode == 1, done.stderr
        english, arabic = done.stderr.strip().splitlines()
        assert "letters" in english
        assert "حروف" in arabic


@pytest.mark.parametrize(
    "command",
    [
        ("post", "show", HUGE),
        ("post", "list", "--limit", HUGE),
        ("post", "diff", "1", HUGE),
        ("post", "approve", "1", "--seen", HUGE),
        ("post", "draft", "--poll-minutes", HUGE),
        ("post", "draft", "--grace", HUGE),
        ("event", "change", HUGE),
        ("event", "remind", HUGE, "2d"),
        ("pause", "press", "r", "--for", "9999999999"),
        ("pause", "press", "r", "--after", HUGE),
        ("pause", "lift", "--after", "9999999999"),
        ("pause", "confirm", HUGE),
        ("pause", "confirm", "1", "--every", HUGE),
        ("delivery", "show", HUGE),
        ("delivery", "again", HUGE),
        ("delivery", "show", "--", "-" + HUGE),
        ("post", "show", "--", "-" + HUGE),
        ("saved", "retire", "--", "-" + HUGE),
        ("post", "draft", "--grace", "10081"),
    ],
    ids=" ".join,
)
def test_a_number_beyond_what_can_be_kept_is_a_wrong_use(command: tuple[str, ...]) -> None:
    done = CliRunner().invoke(manage.app, command)
    assert (done.exit_code, type(done.exception)) == (2, SystemExit)
    assert "Invalid value for" in done.output


def test_what_is_not_text_is_a_wrong_use(door: Door) -> None:
    done = door.run("saved", "list", "--text", os.fsdecode(b"caf\xe9"))
    assert (done.returncode, done.stdout) == (2, "")
    english, arabic = done.stderr.strip().splitlines()
    assert all("UTF-8" in line and "caf" in line for line in (english, arabic))
