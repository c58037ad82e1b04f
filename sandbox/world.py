"""The state of all three platforms: one object, in memory, with dump and load."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sandbox.clock import Clock
from sandbox.config import Config
from sandbox.entries import PLATFORMS, Container, Conversation, Entry, Media, Message, Person, Platform, Version
from sandbox.faults import Fault, Faults
from sandbox.ids import Ids
from sandbox.recorder import Recorder
from sandbox.shelf import Key, Shelf
from sandbox.x.billing import Bills

TokenState = Literal["ok", "expired", "revoked", "no_permission", "user_token"]
Verb = Literal["add", "edited", "remove", "hide", "unhide", "like", "message"]


@dataclass
class Token:
    """A credential. `kind` says what it may do: bearer (X, app only), user (X, OAuth1 or OAuth2 user), page, session."""

    value: str
    platform: Platform
    kind: Literal["bearer", "user", "page", "session"]
    state: TokenState = "ok"
    secret: str = ""
    expires_at: float = 0.0
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """Something that happened on a platform; listeners (webhooks, citizens) hear it after it is stored."""

    verb: Verb
    platform: Platform
    entry: Entry | None = None
    message: Message | None = None
    conversation: Conversation | None = None
    person: Person | None = None


@dataclass
class Credentials:
    """What the apps of the house were given: keys that sign, not accounts."""

    x_api_key: str = ""
    x_api_secret: str = ""
    meta_app_id: str = ""
    meta_app_secret: str = ""
    meta_verify_token: str = ""


class World:
    """Everything the platforms know. Handlers run under `lock`; so must whoever reaches in from another thread."""

    def __init__(self, seed: int = 1, clock: Clock | None = None) -> None:
        self.lock = threading.RLock()
        self.clock = clock or Clock()
        self.faults = Faults()
        self.recorder = Recorder()
        self.listeners: list[Callable[[Event], None]] = []
        self.clear(seed)

    def clear(self, seed: int = 1) -> None:
        """Forget all content, tokens, faults and records; keep the clock's source and the listeners."""
        self.ids = Ids(seed)
        self.config = Config()
        self.credentials = Credentials()
        self.tokens: dict[str, Token] = {}
        self.people: dict[tuple[Platform, str], Person] = {}
        self.handles: dict[tuple[Platform, str], Person] = {}
        self.accounts: dict[Platform, Person] = {}
        self.entries: dict[Platform, dict[str, Entry]] = {p: {} for p in PLATFORMS}
        self.shelves: dict[tuple[str, ...], Shelf] = defaultdict(Shelf)
        self.media: dict[str, Media] = {}
        self.containers: dict[str, Container] = {}
        self.conversations: dict[Platform, dict[str, Conversation]] = {p: {} for p in PLATFORMS}
        self.subscribed_fields: set[str] = set()
        self.x_webhooks: dict[str, dict[str, Any]] = {}
        self.x_subscriptions: dict[str, dict[str, Any]] = {}
        self.windows: dict[tuple[str, str], tuple[float, int]] = {}
        self.x_bills = Bills()
        self.calls: dict[str, deque[float]] = defaultdict(deque)
        self.instagram_private_id = ""
        self.faults.clear()
        self.recorder.clear()

    # -- people -------------------------------------------------------------------------------------------------

    def own(self, platform: Platform) -> Person:
        return self.accounts[platform]

    def person(self, platform: Platform, person_id: str) -> Person:
        """The person of that id; KeyError if nobody has it."""
        return self.people[platform, person_id]

    def named(self, platform: Platform, username: str) -> Person | None:
        return self.handles.get((platform, username.lower()))

    def enrol(self, person: Person) -> Person:
        self.people[person.platform, person.id] = person
        self.handles[person.platform, person.username.lower()] = person
        if person.own:
            self.accounts[person.platform] = person
        return person

    # -- entries ------------------------------------------------------------------------------------------------

    def find(self, platform: Platform, entry_id: str) -> Entry | None:
        """The entry with that id (on X also the id of any of its versions), deleted or not."""
        return self.entries[platform].get(entry_id)

    def shelf(self, *key: str) -> Shelf:
        """The shelf of that name; an empty one, not kept, where nothing was ever put."""
        return self.shelves.get(key) or Shelf()

    def add(self, entry: Entry) -> None:
        for version in entry.versions:
            self.entries[entry.platform][version.id] = entry
        if entry.pk:
            self.entries[entry.platform][entry.pk] = entry
        for shelf in self._shelves_of(entry):
            shelf.add(order(entry), entry)

    def move(self, entry: Entry, change: Callable[[], None]) -> None:
        """Apply a change that may move the entry on its shelves (an edited X post gets a newer id)."""
        for shelf in self._shelves_of(entry):
            shelf.remove(order(entry))
        change()
        self.add(entry)

    def _shelves_of(self, entry: Entry) -> list[Shelf]:
        p = entry.platform
        keys: list[tuple[str, ...]] = [(p, "all")]
        if entry.own and entry.kind == "post":
            keys.append((p, "posts"))
        if p == "x":
            keys += [("x", "by", entry.author)]
            keys += [("x", "mentions", person) for person in entry.mentions if person != entry.author]
        elif entry.kind == "mention":
            keys.append((p, entry.edge))
        if entry.parent:
            keys.append((p, "replies", entry.parent))
        if entry.root and entry.root != entry.id:
            keys.append((p, "stream", entry.root))
        if entry.quoted:
            keys.append((p, "quotes", entry.quoted))
        if entry.reposted:
            keys.append((p, "reposts", entry.reposted))
        return [self.shelves[key] for key in keys]

    def tell(self, event: Event) -> None:
        for listener in self.listeners:
            listener(event)

    # -- dump and load ------------------------------------------------------------------------------------------

    def dump(self) -> dict[str, Any]:
        """The whole state as JSON types; pictures' bytes, records of requests and rate windows are left out."""
        seen: dict[int, Entry] = {}
        for shelf in self.entries.values():
            for entry in shelf.values():
                seen[id(entry)] = entry
        return {
            "clock": {"offset": self.clock.offset, "frozen_at": self.clock.frozen_at},
            "ids": asdict(self.ids),
            "config": asdict(self.config),
            "credentials": asdict(self.credentials),
            "tokens": [asdict(t) for t in self.tokens.values()],
            "people": [asdict(p) for p in self.people.values()],
            "entries": [asdict(e) for e in seen.values()],
            "media": [{**asdict(m), "parts": {}} for m in self.media.values()],
            "containers": [asdict(c) for c in self.containers.values()],
            "conversations": [asdict(c) for by_id in self.conversations.values() for c in by_id.values()],
            "subscribed_fields": sorted(self.subscribed_fields),
            "x_webhooks": self.x_webhooks,
            "x_subscriptions": self.x_subscriptions,
            "instagram_private_id": self.instagram_private_id,
            "faults": [asdict(f) for f in self.faults.waiting],
        }

    def load(self, state: dict[str, Any]) -> None:
        """Become the dumped state. KeyError or TypeError where the dump is of another make."""
        self.clear(state["ids"]["seed"])
        self.clock.offset, self.clock.frozen_at = state["clock"]["offset"], state["clock"]["frozen_at"]
        self.ids = Ids(**state["ids"])
        self.config = Config(**state["config"])
        self.credentials = Credentials(**state["credentials"])
        for made in state["tokens"]:
            self.tokens[made["value"]] = Token(**{**made, "scopes": tuple(made["scopes"])})
        for made in state["people"]:
            self.enrol(Person(**made))
        for made in state["media"]:
            self.media[made["id"]] = Media(**made)
        for made in state["containers"]:
            self.containers[made["id"]] = Container(**made)
        for made in state["entries"]:
            self.add(Entry(**{**made, "versions": [Version(**v) for v in made["versions"]]}))
        for made in state["conversations"]:
            talk = Conversation(**{**made, "messages": [Message(**m) for m in made["messages"]]})
            self.conversations[talk.platform][talk.id] = talk
        self.subscribed_fields = set(state["subscribed_fields"])
        self.x_webhooks, self.x_subscriptions = state["x_webhooks"], state["x_subscriptions"]
        self.instagram_private_id = state["instagram_private_id"]
        self.faults.waiting = [Fault(**made) for made in state["faults"]]


def order(entry: Entry) -> Key:
    """Where an entry stands in time: X by its newest id, the others by moment and then by arrival."""
    if entry.platform == "x":
        return int(entry.current_id), 0
    return int(entry.created * 1000), entry.seq
