"""The control door: everything a test or a watcher may order, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox import acts, seed
from sandbox.citizens import Citizens
from sandbox.entries import PLATFORMS
from sandbox.world import World

DOOR = "/__sandbox"


def order(control: Any, name: str, **parts: Any) -> Any:
    answer = control("POST", f"{DOOR}/{name}", json=parts)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_it_says_that_it_is_well_and_what_time_it_is(control: Any) -> None:
    assert control.get(f"{DOOR}/health") == {"status": "ok", "time": "2026-11-24T08:00:00Z"}


@pytest.mark.parametrize("host", ["localhost", "api.twitter.com", "graph.facebook.com", "i.instagram.com", "anything.example"])
def test_the_door_stands_at_every_host(control: Any, host: str) -> None:
    control.host = host
    assert control.get(f"{DOOR}/health")["status"] == "ok"


def test_a_host_that_is_no_platform_is_told_so(control: Any) -> None:
    control.host = "bank.example"
    assert control("GET", "/v25.0/me").status_code == 421


def test_a_reset_forgets_what_was_said_and_keeps_the_accounts(control: Any, world: World) -> None:
    acts.post(world, "x", "خبر")
    world.config.page_size = 3
    assert order(control, "reset")["entries"] == dict.fromkeys(PLATFORMS, 0)
    assert world.config.page_size == 0
    assert set(world.accounts) == set(PLATFORMS)


def test_the_same_seed_gives_the_same_day(control: Any) -> None:
    first = order(control, "seed", seed=5)
    truth = control("GET", f"{DOOR}/truth").text
    assert order(control, "seed", seed=5) == first
    assert control("GET", f"{DOOR}/truth").text == truth
    order(control, "seed", seed=6)
    assert control("GET", f"{DOOR}/truth").text != truth


def test_the_clock_goes_on_stands_and_is_set(control: Any) -> None:
    assert order(control, "clock", advance_s=90)["time"] == "2026-11-24T08:01:30Z"
    assert order(control, "clock", set="2026-12-02T00:00:00Z")["time"] == "2026-12-02T00:00:00Z"
    assert order(control, "clock", freeze=False)["frozen"] is False
    assert order(control, "clock", freeze="2027-01-01T00:00:00Z") == {"time": "2027-01-01T00:00:00Z", "frozen": True}


def test_a_fault_is_ordered_listed_and_taken_back(control: Any, x: Any) -> None:
    order(control, "fault", kind="5xx", family="x", status=500, times=3)
    assert [f["kind"] for f in control.get(f"{DOOR}/faults")] == ["5xx"]
    assert x("GET", "/2/users/me").status_code == 500
    assert control("DELETE", f"{DOOR}/fault").json() == {"faults": 0}
    assert x("GET", "/2/users/me").status_code == 200


@pytest.mark.parametrize("action", ["mention", "comment", "reply", "quote", "repost", "like", "dm"])
def test_a_citizen_does_what_he_is_told_on_x(control: Any, action: str) -> None:
    done = order(control, "citizen", platform="x", action=action, author="sara_q", text="سؤال @MinistryDemo")
    assert done["id"]


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_a_citizen_comments_answers_edits_and_takes_back(control: Any, world: World, platform: str) -> None:
    said = order(control, "citizen", platform=platform, action="comment", author="sara_q", text="سؤال")
    answer = order(control, "citizen", platform=platform, action="reply", author="omar", text="رد", target=said["id"])
    assert answer["parent_id"] == said["id"]
    if platform == "facebook":
        assert order(control, "citizen", platform=platform, action="edit", text="بعد", target=said["id"])["text"] == "بعد"
    assert order(control, "citizen", platform=platform, action="delete", target=said["id"])["deleted"] is True


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("citizen", {"platform": "tv", "action": "comment"}),
        ("citizen", {"platform": "x", "action": "shout"}),
        ("citizen", {"platform": "x", "action": "reply", "target": "404"}),
        ("citizen", {"platform": "instagram", "action": "edit", "target": "404"}),
        ("token", {"token": seed.X_ACCESS_TOKEN, "state": "tired"}),
        ("token", {"token": "nobody's", "state": "ok"}),
        ("config", {"x_dialect": "toot"}),
        ("config", {"page_size": "many"}),
        ("config", {"invented": 1}),
        ("clock", {"advance_s": "soon"}),
        ("storm", {"rain": 1}),
        ("webhooks", {"meta": "https://elsewhere.example/"}),
        ("webhooks", {"x": "http://169.254.169.254/"}),
        ("state", {"people": []}),
    ],
)
def test_a_wrong_order_is_refused_with_its_reason(control: Any, name: str, parts: dict[str, Any]) -> None:
    answer = control("POST", f"{DOOR}/{name}", json=parts)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b"null"])
def test_an_order_is_a_json_object_or_nothing(control: Any, body: bytes) -> None:
    answer = control("POST", f"{DOOR}/config", data=body, headers={"content-type": "application/json"})
    assert answer.status_code == (200 if not body else 400)


def test_what_it_does_not_know_it_answers_with_what_it_knows(control: Any) -> None:
    answer = control("GET", f"{DOOR}/invented")
    assert answer.status_code == 404
    assert {"seed", "fault", "citizen", "truth", "requests"} <= set(answer.json()["known"])


@pytest.mark.parametrize("state", ["expired", "revoked", "no_permission", "user_token"])
def test_a_token_is_put_into_each_state_and_back(control: Any, x: Any, state: str) -> None:
    x.check = None
    order(control, "token", token=seed.X_USER_BEARER_TOKEN, state=state)
    refused = x("GET", "/2/users/me").status_code
    assert refused == {"no_permission": 403, "user_token": 200}.get(state, 401)
    order(control, "token", token=seed.X_USER_BEARER_TOKEN, state="ok")
    assert x("GET", "/2/users/me").status_code == 200


def test_a_dumped_state_is_the_same_world_again(control: Any, world: World) -> None:
    order(control, "seed")
    world.faults.add("5xx", family="x")
    dumped = control.get(f"{DOOR}/state")
    truth = control("GET", f"{DOOR}/truth").text
    order(control, "reset", seed=9)
    order(control, "state", **json.loads(json.dumps(dumped)))
    assert control.get(f"{DOOR}/state") == dumped
    assert control("GET", f"{DOOR}/truth").text == truth


def test_citizens_act_so_many_times_from_their_seed(control: Any, world: World) -> None:
    order(control, "citizens", seed=3, steps=12)
    said = control("GET", f"{DOOR}/truth").text
    order(control, "reset")
    assert order(control, "citizens", seed=3, steps=12)["acted"] == 24
    assert control("GET", f"{DOOR}/truth").text == said


def test_citizens_run_and_stop(control: Any) -> None:
    assert order(control, "citizens", running=True, every_s=30)["running"] is True
    assert order(control, "citizens", running=False)["running"] is False


def test_a_citizen_who_was_answered_answers_back(world: World) -> None:
    citizens = Citizens(world)
    world.listeners.append(citizens.hear)
    acts.post(world, "facebook", "خبر")
    while not (theirs := [e for e in world.shelf("facebook", "all") if not e.own and e.kind == "comment"]):
        citizens.step()
    reply = acts.comment(world, "facebook", world.own("facebook"), "نعتذر، أرسل رقم المعاملة", theirs[0].id)
    assert citizens.promises
    world.clock.advance(60)
    citizens.step()
    beneath = [e for e in world.shelf("facebook", "all") if e.author == theirs[0].author and e.created > reply.created]
    assert beneath
