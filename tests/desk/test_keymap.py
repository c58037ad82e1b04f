"""The pure parts of the desk's JavaScript, by node or else Chromium: which key was meant, what a command is found by."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from desk.components import HERE
from desk.palette import ARABIC, CORRECTIONS, DEEDS

SOURCE = (HERE / "keymap.js").read_text("utf-8")


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest) -> Any:
    """told(expression): what it is worth as JSON."""
    if node := shutil.which("node"):

        def run(expression: str) -> Any:
            script = f"{SOURCE}\nconsole.log(JSON.stringify({expression}))"
            return json.loads(subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout)

        return run
    page = request.getfixturevalue("browser").new_page()
    return lambda expression: page.evaluate(f"() => {{ {SOURCE}\nreturn {expression} }}")


def event(key: str, code: str = "", *, shift: bool = False) -> str:
    return f"keyOf({json.dumps({'key': key, 'code': code, 'shiftKey': shift})})"


@pytest.mark.parametrize(
    ("pressed", "meant"),
    [
        (event("j", "KeyJ"), "j"),
        (event("ت", "KeyJ"), "j"),
        (event("J", "KeyJ"), "j"),  # caps lock
        (event("J", "KeyJ", shift=True), "J"),
        (event("ज", "KeyJ"), "j"),
        (event("ظ", "Slash"), "/"),
        (event("؟", "Slash", shift=True), "?"),
        (event("?", "Slash", shift=True), "?"),
        (event("٣", "Digit3"), "3"),
        (event("Enter", "Enter"), "Enter"),
        (event("a", "KeyQ"), "a"),  # a French keyboard
    ],
)
def test_the_key_that_was_meant_is_found_on_any_keyboard(told: Any, pressed: str, meant: str) -> None:
    assert told(pressed) == meant


@pytest.mark.parametrize(
    ("typed", "label", "found"),
    [
        ("اسناد", "إسناد إليّ", True),
        ("إِسْنَـاد", "إسناد إليّ", True),
        ("الملفات", "ملفات", True),
        ("ملفات", "الملفات", True),
        ("شكوي", "الشكوى", True),
        ("خاصه", "الرسائل الخاصة", True),
        ("رسا خا", "الرسائل الخاصة", True),
        ("ASSIGN", "Assign to me", True),
        ("me as", "Assign to me", True),
        ("ssign", "Assign to me", False),
        ("إخفاء", "إسناد إليّ", False),
    ],
)
def test_a_command_is_found_however_its_name_is_spelled(told: Any, typed: str, label: str, found: bool) -> None:
    assert told(f"fits({json.dumps(typed)}, {json.dumps(label)})") is found


def test_the_marked_line_goes_round_at_both_ends(told: Any) -> None:
    assert told("[around(0, -1, 3), around(2, 1, 3), around(0, 1, 0)]") == [2, 0, 0]


def test_no_key_does_two_things_and_each_has_its_arabic_letter() -> None:
    letters = [*DEEDS, *CORRECTIONS.values(), *"jkrx"]
    assert len(letters) == len(set(letters))
    assert set(letters) == set(ARABIC)
    assert len(set(ARABIC.values())) == len(ARABIC)
