"""What goes wrong on order: what the caller sees, and what was stored all the same."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox import acts, seed
from sandbox.entries import Entry
from sandbox.world import World

ME = f"/2/users/{seed.X_USER_ID}"


def posts(world: World) -> int:
    return len(world.shelf("x", "posts"))


def send(x: Any) -> requests.Response:
    answer: requests.Response = x("POST", "/2/tweets", json={"text": "خبر"})
    return answer


@pytest.fixture
def bare_x(x: Any) -> Any:
    x.check = None  # answers spoiled on purpose keep no contract
    return x


@pytest.mark.parametrize(
    ("kind", "status"), [("429", 429), ("5xx", 503), ("401", 401), ("html_502", 502), ("429_no_headers", 429), ("rate_window", 429)]
)
def test_a_refusal_before_the_act_stores_nothing(bare_x: Any, world: World, kind: str, status: int) -> None:
    world.faults.add(kind, family="x")
    assert send(bare_x).status_code == status
    assert posts(world) == 0
    assert send(bare_x).status_code == 201


def test_a_429_tells_when_to_come_back_unless_told_not_to(bare_x: Any, world: World) -> None:
    world.faults.add("429")
    assert int(send(bare_x).headers["x-rate-limit-reset"]) > world.clock.now()
    world.faults.add("429_no_headers")
    assert "x-rate-limit-reset" not in send(bare_x).headers


def test_an_answer_takes_as_long_as_it_was_told_to_take(bare_x: Any, world: World) -> None:
    world.config.answer_delay_s = 0.05
    assert send(bare_x).elapsed.total_seconds() >= 0.05
    assert posts(world) == 1


@pytest.mark.parametrize(("kind", "stored"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_gives_no_answer(bare_x: Any, world: World, kind: str, stored: int) -> None:
    world.faults.add(kind, family="x", method="POST")
    with pytest.raises(requests.ConnectionError):
        send(bare_x)
    assert posts(world) == stored


def test_half_an_answer_is_cut_after_the_act(bare_x: Any, world: World) -> None:
    world.faults.add("half_after", family="x")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        send(bare_x)
    assert posts(world) == 1


def test_a_late_answer_comes_after_the_act(bare_x: Any, world: World) -> None:
    world.faults.add("slow_after:0.6", family="x")
    with pytest.raises(requests.ReadTimeout):
        bare_x.session.post(
            bare_x.url + "/2/tweets", json={"text": "خبر"}, headers={"host": bare_x.host, **bare_x.headers}, timeout=(2, 0.2)
        )
    assert posts(world) == 1


def test_a_500_can_follow_a_stored_act(bare_x: Any, world: World) -> None:
    world.faults.add("commit_then_500", family="x")
    assert send(bare_x).status_code == 500
    assert posts(world) == 1


@pytest.mark.parametrize(("committed", "stored"), [(False, 0), (True, 1)])
@pytest.mark.parametrize("kind", ["bad_json", "empty_200", "html_502"])
def test_a_spoiled_answer_stores_or_not_as_ordered(bare_x: Any, world: World, kind: str, committed: bool, stored: int) -> None:
    world.faults.add(kind, family="x", committed=committed)
    with pytest.raises(ValueError):
        send(bare_x).json()
    assert posts(world) == stored


def test_a_fault_lets_the_first_calls_pass_and_strikes_so_many_times(bare_x: Any, world: World) -> None:
    world.faults.add("5xx", family="x", after_n=1, times=2)
    assert [bare_x("GET", "/2/users/me").status_code for _ in range(4)] == [200, 503, 503, 200]


def test_a_fault_strikes_only_what_it_names(bare_x: Any, graph: Any, world: World) -> None:
    world.faults.add("5xx", family="x", method="GET", path_regex="/mentions$", times=9)
    assert bare_x("GET", "/2/users/me").status_code == 200
    assert graph("GET", "/v25.0/me").status_code == 200
    assert bare_x("GET", f"{ME}/mentions").status_code == 503


@pytest.mark.parametrize(
    ("kind", "status", "code"), [("429", 400, 32), ("5xx", 503, 2), ("401", 401, 190), ("commit_then_500", 500, 2)]
)
def test_graph_says_it_in_its_own_envelope(graph: Any, world: World, kind: str, status: int, code: int) -> None:
    world.faults.add(kind, family="graph")
    answer = graph("GET", "/v25.0/me")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def listed(x: Any, **params: str) -> Any:
    return x.get(f"{ME}/mentions", max_results="5", **params)


@pytest.fixture
def crowd(world: World) -> list[Entry]:
    sara = acts.newcomer(world, "x", "sara_q")
    return [acts.mention(world, "x", sara, f"@MinistryDemo {n}") for n in range(20)]


def test_a_stale_read_misses_the_newest(x: Any, world: World, crowd: list[Entry]) -> None:
    world.clock.advance(60)
    late = acts.mention(world, "x", world.people["x", crowd[0].author], "@MinistryDemo متأخر")
    world.faults.add("stale_read", seconds=30, family="x")
    assert listed(x)["data"][0]["id"] == crowd[-1].id
    assert listed(x)["data"][0]["id"] == late.id


def test_a_cursor_can_expire_on_order(x: Any, world: World, crowd: list[Entry]) -> None:
    token = listed(x)["meta"]["next_token"]
    world.faults.add("expired_cursor", family="x")
    assert x("GET", f"{ME}/mentions", params={"pagination_token": token}).status_code == 400
    assert listed(x, pagination_token=token)["data"]


def test_a_disordered_page_holds_the_same_items(x: Any, world: World, crowd: list[Entry]) -> None:
    world.faults.add("disorder", family="x")
    mixed, straight = listed(x)["data"], listed(x)["data"]
    assert mixed != straight
    assert sorted(p["id"] for p in mixed) == sorted(p["id"] for p in straight)


def test_repeated_items_come_again_and_none_is_lost(x: Any, world: World, crowd: list[Entry]) -> None:
    world.config.repeat_rate = 0.3
    seen: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = listed(x, **token)
        seen += [p["id"] for p in page["data"]]
        if "next_token" not in page["meta"]:
            break
        token = {"pagination_token": page["meta"]["next_token"]}
    assert set(seen) == {entry.id for entry in crowd}
    assert len(seen) > len(crowd)


@pytest.mark.parametrize(
    "order",
    [{"kind": "earthquake"}, {"kind": "429", "family": "tv"}, {"kind": "429", "path_regex": "("}, {"kind": "429", "how": 1}],
)
def test_a_fault_nobody_knows_is_refused(control: Any, order: dict[str, Any]) -> None:
    answer = control("POST", "/__sandbox/fault", json=order)
    assert answer.status_code == 400
    assert answer.json()["error"]
