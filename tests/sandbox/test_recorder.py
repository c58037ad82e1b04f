"""What was sent is on record, with nothing secret in it."""

from __future__ import annotations

import json
from typing import Any

from sandbox import seed
from sandbox.world import World

SECRETS = [value for name, value in vars(seed).items() if name.endswith(("TOKEN", "SECRET", "SESSION_ID"))]


def rows(control: Any, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = control.get("/__sandbox/requests", **query)["requests"]
    return found


def test_each_request_is_kept_with_its_way_in_and_its_answer(control: Any, x: Any, graph: Any) -> None:
    x("POST", "/2/tweets", json={"text": "خبر"})
    graph.post(f"/v25.0/{seed.FACEBOOK_PAGE_ID}/feed", message="خبر")
    first, second = rows(control)
    assert (first["family"], first["method"], first["host"], first["path"]) == ("x", "POST", "api.twitter.com", "/2/tweets")
    assert (first["body"], first["auth"], first["status"]) == ({"text": "خبر"}, "bearer", 201)
    assert (second["family"], second["body"]["message"]) == ("graph", "خبر")


def test_the_record_is_asked_by_family_method_and_number(control: Any, x: Any, graph: Any) -> None:
    x("GET", "/2/users/me")
    graph("GET", "/v25.0/me")
    x("POST", "/2/tweets", json={"text": "خبر"})
    assert len(rows(control, family="x")) == 2
    assert len(rows(control, family="x", method="POST")) == 1
    assert [r["path"] for r in rows(control, since="2")] == ["/2/tweets"]


def test_a_fault_stands_beside_the_request_it_struck(control: Any, x: Any, world: World) -> None:
    x.check = None
    world.faults.add("5xx", family="x")
    x("GET", "/2/users/me")
    assert [(r["fault"], r["status"]) for r in rows(control)] == [("5xx", 503)]


def test_no_record_holds_a_secret_however_it_was_sent(control: Any, graph: Any, x: Any, world: World) -> None:
    token = seed.FACEBOOK_PAGE_TOKEN
    graph.check = x.check = None
    graph("GET", f"/v25.0/debug_token?input_token={token}&access_token={token}")
    graph("POST", "/v25.0/me/feed", data={"access_token": token, "message": "خبر", "appsecret_proof": token})
    x("GET", "/2/users/me", headers={"authorization": f'OAuth oauth_token="{seed.X_ACCESS_TOKEN}"'})
    kept = json.dumps(rows(control))
    assert not [secret for secret in SECRETS if secret in kept]
    assert "خبر" in json.dumps(rows(control), ensure_ascii=False)


def test_a_position_in_a_list_is_no_secret(control: Any, x: Any) -> None:
    x("GET", f"/2/users/{seed.X_USER_ID}/mentions", params={"pagination_token": "abc"})
    assert rows(control)[0]["params"]["pagination_token"] == "abc"


def test_the_control_door_itself_is_not_on_record(control: Any) -> None:
    control("POST", "/__sandbox/reset")
    assert rows(control) == []
