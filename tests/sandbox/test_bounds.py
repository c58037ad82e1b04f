"""What the control door is ordered is bounded: no order fills the memory, none breaks the requests that come after it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.entries import PLATFORMS

DOOR = "/__sandbox"


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("storm", {"n": 1e9}),
        ("storm", {"n": -1}),
        ("storm", {"n": "many"}),
        ("storm", {"posts": 10**9}),
        ("storm", {"posts": 0}),
        ("storm", {"crowd": 0}),
        ("storm", {"hours": 1e300}),
        ("storm", {"edits": 2}),
        ("storm", {"n": 1, "faults": "no"}),
        ("citizens", {"steps": 10**9}),
        ("citizens", {"running": True, "every_s": 0}),
        ("clock", {"advance_s": 1e308}),
        ("fault", {"kind": "5xx", "times": "x"}),
        ("fault", {"kind": "5xx", "times": 0}),
        ("fault", {"kind": "5xx", "times": True}),
        ("fault", {"kind": "5xx", "after_n": 1.5}),
        ("fault", {"kind": "5xx", "status": 9999}),
        ("fault", {"kind": "slow_after", "seconds": 1e9}),
        ("fault", {"kind": "slow_after:nan"}),
        ("fault", {"kind": "answer", "headers": 5}),
        ("fault", {"kind": "answer", "headers": {"a": 5}}),
        ("fault", {"kind": "5xx", "method": 5}),
        ("fault", {"kind": "5xx", "path_regex": ["a"]}),
        ("fault", {"kind": "5xx", "committed": "yes"}),
    ],
)
def test_an_order_out_of_bounds_is_refused_by_name(control: Any, name: str, order: dict[str, Any]) -> None:
    before = control.get(f"{DOOR}/state")["entries"]
    answer = control("POST", f"{DOOR}/{name}", json=order)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]
    assert control.get(f"{DOOR}/faults") == []
    assert control.get(f"{DOOR}/state")["entries"] == before


def test_what_is_ordered_within_the_bounds_is_made(control: Any) -> None:
    made = control("POST", f"{DOOR}/storm", json={"n": 30, "posts": 1, "platforms": list(PLATFORMS)}).json()
    assert made["said"] + made["messages"] == 30
