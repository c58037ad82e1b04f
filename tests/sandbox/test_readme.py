"""The examples of sandbox/README.md work as they stand."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from core.i18n import ROOT
from sandbox import faults

README = (ROOT / "sandbox" / "README.md").read_text("utf-8")
EXAMPLES = [line.partition("  #")[0].strip() for line in README.splitlines() if line.startswith("curl ")]


def test_there_are_examples_to_run() -> None:
    assert len(EXAMPLES) > 20


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_answered(control: Any, example: str) -> None:
    words = shlex.split(example)
    body = words[words.index("--json") + 1] if "--json" in words else None
    path = next(word for word in words if word.startswith("$S")).removeprefix("$S")
    method = "DELETE" if "DELETE" in words else "GET" if body is None else "POST"
    kind = {"content-type": "application/json"} if body else {}
    answer = control(method, path, data=body.encode() if body else None, headers=kind)
    assert answer.status_code == 200, answer.text
    assert answer.text or "truth" in path


def test_every_kind_of_fault_is_named() -> None:
    assert not [kind for kind in faults.KINDS if f"`{kind}`" not in README]


def test_an_order_that_a_strange_web_page_could_send_unasked_is_refused(control: Any) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert control("POST", "/__sandbox/reset", data=b'{"seed": 1}', headers={"content-type": kind}).status_code == 400
