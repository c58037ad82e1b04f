"""Webhooks: what happened, told to the house in each platform's shape and signature, over loopback."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import queue
import threading
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from sandbox.entries import Entry
from sandbox.webhook_bodies import meta_body, tells_words, x_body
from sandbox.world import Event, World

TIMEOUT_S = 5.0


def is_loopback(url: str) -> bool:
    """Whether the address is of this machine by its number: a name that only begins like one may lead anywhere."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme in ("http", "https") and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except ValueError:
        return False


@dataclass
class Delivery:
    """One webhook sent: to whom, what, and how it was received (`status` None: nobody answered).

    `entry`: whose words it told, in their `version`; `edited`: and that there were others before.
    """

    family: str
    url: str
    body: dict[str, Any]
    signature: str
    status: int | None = None
    entry: Entry | None = field(default=None, repr=False)
    version: int = 0
    edited: bool = False


@dataclass
class Webhooks:
    """Listens to a world and posts, in order, from a thread of its own; `flush` waits until all are out.

    meta_url and x_url are where; empty means nobody listens. The answer counts as heard when it is 2xx.
    """

    world: World
    meta_url: str = ""
    x_url: str = ""
    log: deque[Delivery] = field(default_factory=lambda: deque(maxlen=5000))

    def __post_init__(self) -> None:
        self.waiting: queue.Queue[Delivery | None] = queue.Queue()
        self.held: list[Delivery] = []
        self.thread: threading.Thread | None = None

    def __call__(self, event: Event) -> None:
        """Queue what this event means for each listener."""
        if self.meta_url and event.platform != "x":
            body = meta_body(self.world, event)
            if body is not None:
                self._put("meta", self.meta_url, body, event)
        if event.platform == "x":
            for url, body in self._x_targets(event):
                self._put("x", url, body, event)

    def _x_targets(self, event: Event) -> list[tuple[str, dict[str, Any]]]:
        targets = []
        for subscription in self.world.x_subscriptions.values():
            hook = self.world.x_webhooks.get(str(subscription.get("webhook_id", "")))
            url = str(hook["url"]) if hook else self.x_url
            body = x_body(self.world, event, subscription) if url else None
            if body is not None:
                targets.append((url, body))
        if self.x_url and not self.world.x_subscriptions:
            body = x_body(self.world, event, {})
            if body is not None:
                targets.append((self.x_url, body))
        return targets

    def _put(self, family: str, url: str, body: dict[str, Any], event: Event) -> None:
        raw = encoded(body)
        secret = self.world.credentials.meta_app_secret if family == "meta" else self.world.credentials.x_api_secret
        strike = self.world.faults.strike
        forged = strike("webhook", "POST", f"/{family}", ("bad_signature",))
        signature = sign(family, "not-" + secret if forged else secret, raw)
        version = len(event.entry.versions) - 1 if event.entry else 0
        edited = event.verb == "edited"
        entry = event.entry if (edited or event.verb == "add") and tells_words(body) else None
        made = Delivery(family, url, body, signature, entry=entry, version=version, edited=edited)
        if strike("webhook", "POST", f"/{family}", ("out_of_order",)):
            self.held.append(made)
            return
        deliveries = [made]
        if strike("webhook", "POST", f"/{family}", ("duplicate_delivery",)):
            deliveries.append(replace(made))
        for delivery in deliveries + self.held:
            self.waiting.put(delivery)
        self.held.clear()
        if self.thread is None or not self.thread.is_alive():
            self.thread = threading.Thread(target=self._work, name="sandbox-webhooks", daemon=True)
            self.thread.start()

    def _work(self) -> None:
        while True:
            delivery = self.waiting.get()
            try:
                if delivery is None:
                    return
                self._deliver(delivery)
            finally:
                self.waiting.task_done()

    def _deliver(self, delivery: Delivery) -> None:
        name = "x-hub-signature-256" if delivery.family == "meta" else "x-twitter-webhooks-signature"
        delivery.status, _ = call("POST", delivery.url, encoded(delivery.body), {name: delivery.signature})
        if delivery.entry is not None and delivery.status is not None and 200 <= delivery.status < 300:
            with self.world.lock:
                delivery.entry.serve(delivery.version)
                if delivery.edited:
                    delivery.entry.first_served = 0
        self.log.append(delivery)

    def flush(self) -> None:
        """Return when everything queued (and held back) has been sent."""
        for delivery in self.held:
            self.waiting.put(delivery)
        self.held.clear()
        self.waiting.join()

    def close(self) -> None:
        if self.thread is not None and self.thread.is_alive():
            self.waiting.put(None)
            self.thread.join(TIMEOUT_S)
        self.thread = None


def encoded(body: dict[str, Any]) -> bytes:
    """Bytes as Meta signs them: non-ASCII as \\uXXXX in lower case."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()


def sign(family: str, secret: str, raw: bytes) -> str:
    digest = hmac.new(secret.encode(), raw, hashlib.sha256)
    return "sha256=" + (digest.hexdigest() if family == "meta" else base64.b64encode(digest.digest()).decode())


def call(method: str, url: str, raw: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int | None, bytes]:
    """One request to a loopback address; (None, b"") where nobody answers. ValueError for any other address."""
    if not is_loopback(url):
        raise ValueError(f"the sandbox calls loopback addresses only, not {url}")
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=TIMEOUT_S)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, raw, {"content-type": "application/json", **(headers or {})})
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return None, b""
    finally:
        connection.close()


def challenge_x(world: World, url: str) -> bool:
    """The CRC check: the target must answer with the token signed by the app's secret."""
    token = world.ids.opaque("crc")
    status, raw = call("GET", f"{url}?{urlencode({'crc_token': token})}")
    try:
        answered = json.loads(raw).get("response_token", "") if status == 200 else ""
    except (ValueError, AttributeError):
        answered = ""
    return hmac.compare_digest(str(answered), sign("x", world.credentials.x_api_secret, token.encode()))


def challenge_meta(world: World, url: str) -> bool:
    """Meta's verification: the target must echo the challenge it is given with the right token."""
    challenge = str(world.ids.next("meta-challenge") + 1_158_201_443)
    query = {
        "hub.mode": "subscribe",
        "hub.challenge": challenge,
        "hub.verify_token": world.credentials.meta_verify_token,
    }
    status, raw = call("GET", f"{url}?{urlencode(query)}")
    return status == 200 and raw.decode("utf-8", "replace").strip() == challenge
