"""Webhooks as the sandbox sends them: signed, challenged, in order or not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox import acts, seed, truth, webhooks
from sandbox.server import Running
from sandbox.world import World


class Listener(HTTPServer):
    """Answers challenges rightly unless `deaf`; keeps what it was sent."""

    deaf = False
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Answer(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        query = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
        if "crc_token" in query:
            token = webhooks.sign("x", seed.X_API_SECRET, query["crc_token"].encode())
            body = json.dumps({"response_token": "sha256=wrong" if self.server.deaf else token}).encode()
        else:
            right = query["hub.verify_token"] == seed.META_VERIFY_TOKEN and not self.server.deaf
            body = query["hub.challenge"].encode() if right else b"no"
        self._say(200, body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self._say(self.server.status, b"{}")

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on the terminal."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def told(control: Any, listener: Listener) -> Listener:
    """A listener to whom both platforms tell everything."""
    answer = control("POST", "/__sandbox/webhooks", json={"meta": f"{listener.url}/m", "x": f"{listener.url}/x"})
    assert answer.json() == {"verified": {"meta": True, "x": True}}
    return listener


def bodies(running: Running, listener: Listener) -> list[Any]:
    running.webhooks.flush()
    return [json.loads(body) for _, body in listener.heard]


def test_a_listener_that_fails_its_challenge_is_told_of(control: Any, listener: Listener) -> None:
    listener.deaf = True
    answer = control("POST", "/__sandbox/webhooks", json={"meta": listener.url, "x": listener.url})
    assert answer.json() == {"verified": {"meta": False, "x": False}}


def test_every_body_is_signed_over_its_bytes(told: Listener, running: Running, world: World) -> None:
    person = acts.newcomer(world, "facebook", "sara_q", "سارة")
    acts.comment(world, "facebook", person, "سؤال 🇦🇪", acts.post(world, "facebook", "خبر").id)
    acts.mention(world, "x", acts.newcomer(world, "x", "sara_q"), "@MinistryDemo سؤال")
    bodies(running, told)
    for headers, body in told.heard:
        assert body.isascii()
        meta = headers.get("x-hub-signature-256")
        family, secret = ("meta", seed.FACEBOOK_APP_SECRET) if meta else ("x", seed.X_API_SECRET)
        assert (meta or headers["x-twitter-webhooks-signature"]) == webhooks.sign(family, secret, body)
    assert len(told.heard) == 3


def test_what_a_citizen_does_is_told_in_the_platforms_verbs(told: Listener, running: Running, world: World) -> None:
    person = acts.newcomer(world, "facebook", "sara_q", "سارة")
    comment = acts.comment(world, "facebook", person, "قبل", acts.post(world, "facebook", "خبر").id)
    acts.edit(world, comment, "بعد")
    acts.hide(world, comment, True)
    acts.like(world, comment, person)
    acts.delete(world, comment)
    values = [b["entry"][0]["changes"][0]["value"] for b in bodies(running, told)]
    verbs = ["status add", "comment add", "comment edited", "comment hide", "reaction add", "comment remove"]
    assert [f"{v['item']} {v['verb']}" for v in values] == verbs


@pytest.mark.parametrize("flavour", ["facebook_login", "instagram_login"])
def test_both_instagram_logins_have_their_shape(told: Listener, running: Running, world: World, flavour: Any) -> None:
    world.config.instagram_webhook_flavour = flavour
    person = acts.newcomer(world, "instagram", "sara_q", "سارة")
    acts.comment(world, "instagram", person, "سؤال", acts.post(world, "instagram", "صورة").id)
    entry = bodies(running, told)[-1]["entry"][0]
    assert ("changes" in entry) is (flavour == "facebook_login")
    assert (entry.get("field") == "comments") is (flavour == "instagram_login")


@pytest.mark.parametrize(
    ("kind", "order"), [("duplicate_delivery", [0, 0, 1]), ("out_of_order", [1, 0]), ("bad_signature", [0, 1])]
)
def test_webhooks_go_wrong_as_ordered(told: Listener, running: Running, world: World, kind: str, order: list[int]) -> None:
    world.faults.add(kind, family="webhook")
    for n in range(2):
        acts.post(world, "facebook", f"{n}")
    said = [int(b["entry"][0]["changes"][0]["value"]["message"]) for b in bodies(running, told)]
    assert said == order
    forged = [h["x-hub-signature-256"] != webhooks.sign("meta", seed.FACEBOOK_APP_SECRET, b) for h, b in told.heard]
    assert forged.count(True) == (1 if kind == "bad_signature" else 0)


def test_only_what_was_heard_counts_as_shown(told: Listener, running: Running, world: World) -> None:
    told.status = 500
    person = acts.newcomer(world, "facebook", "sara_q", "سارة")
    comment = acts.comment(world, "facebook", person, "سؤال", acts.post(world, "facebook", "خبر").id)
    bodies(running, told)
    assert [comment.first_served] == [None]
    told.status = 200
    acts.edit(world, comment, "بعد")
    bodies(running, told)
    assert (comment.first_served, comment.last_served) == (0, 1)


def test_a_webhook_without_words_shows_none(told: Listener, running: Running, world: World) -> None:
    person = acts.newcomer(world, "facebook", "sara_q", "سارة")
    tagged = acts.mention(world, "facebook", person, "شكرا للوزارة", edge="tagged")
    told.status = 500
    comment = acts.comment(world, "facebook", person, "سؤال", acts.post(world, "facebook", "خبر").id)
    bodies(running, told)
    told.status = 200
    acts.delete(world, tagged)
    acts.delete(world, comment)
    assert bodies(running, told)[-1]["entry"][0]["changes"][0]["value"]["verb"] == "remove"
    assert (tagged.first_served, comment.first_served) == (None, None)
    assert not {tagged.id, comment.id} & {row["native_id"] for row in truth.rows(world)}


def test_an_x_subscription_is_told_only_of_its_events(x: Any, listener: Listener, running: Running, world: World) -> None:
    x.check = None
    hook = x("POST", "/2/webhooks", json={"url": f"{listener.url}/x"}).json()
    order = {"event_type": "post.mention.create", "filter": {"user_id": seed.X_USER_ID}, "tag": "m", "webhook_id": hook["id"]}
    assert x("POST", "/2/activity/subscriptions", json=order).status_code == 200
    sara = acts.newcomer(world, "x", "sara_q")
    own = acts.post(world, "x", "خبر")
    acts.comment(world, "x", sara, "رد بلا نداء", own.id)
    acts.mention(world, "x", sara, "@MinistryDemo نداء")
    (only,) = bodies(running, listener)
    assert (only["data"]["event_type"], only["data"]["tag"]) == ("post.mention.create", "m")


def test_nobody_listening_stops_nothing(running: Running, world: World) -> None:
    running.webhooks.meta_url = "http://127.0.0.1:9/"
    acts.post(world, "facebook", "خبر")
    running.webhooks.flush()
    assert [d.status for d in running.webhooks.log] == [None]
