"""The four backends, each against a sandbox of its own, and a citizen's hand to act there."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import CONNECTORS
from connectors.contract import Connector, Credentials, Media, Message, Outgoing, Page
from connectors.transport import Wire
from core.clock import Hands, now
from core.errors import CursorExpired, RateLimited, Unavailable
from sandbox import acts, seed, server, truth
from sandbox.clock import Clock
from sandbox.entries import Entry, Person, Platform
from sandbox.igprivate.render import media_id
from sandbox.world import World
from tests.secrets_of import SECRETS

#: the platforms; ways to one person alone have a suite of their own (test_oneway)
BACKENDS = ("facebook", "x", "instagram", "instagram:private")
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


class Kept:
    """Steps in memory; `fail_on` breaks off where a crash would."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def keep(self, name: str, value: str) -> None:
        self.values[name] = value


@dataclass
class House:
    """One backend and the platform behind it."""

    name: str
    running: server.Running
    connector: Connector
    world: World
    picture: Path
    open: Callable[..., Connector]
    cursors: dict[str, str | None] = field(default_factory=dict)

    @property
    def platform(self) -> Platform:
        return self.name.partition(":")[0]  # type: ignore[return-value]  # BACKENDS hold nothing else

    @property
    def family(self) -> str:
        return {"x": "x", "instagram:private": "igp"}.get(self.name, "graph")

    def id_of(self, entry: Entry) -> str:
        """How this backend names an entry."""
        if self.name != "instagram:private":
            return entry.id
        return entry.pk if entry.kind == "comment" else media_id(self.world, entry)

    def entry(self, native_id: str) -> Entry:
        found = self.world.find(self.platform, native_id.partition("_")[0] if self.name == "instagram:private" else native_id)
        assert found is not None, native_id
        return found

    def citizen(self, name: str = "citizen.one") -> Person:
        return acts.newcomer(self.world, self.platform, name.replace(".", "_") if self.platform == "x" else name)

    def post(self, text: str = "خبر من الوزارة") -> Entry:
        with self.world.lock:
            return acts.post(self.world, self.platform, text)

    def comment(self, parent: Entry, text: str, who: str = "citizen.one") -> Entry:
        """Words of a citizen beneath one of ours; on X they name us, so that we may answer."""
        with self.world.lock:
            words = f"{text} @{seed.X_USERNAME}" if self.platform == "x" else text
            return acts.comment(self.world, self.platform, self.citizen(who), words, parent.id)

    def own_entries(self, text: str) -> list[Entry]:
        """What stands on the platform of ours with these words."""
        every = {id(e): e for e in self.world.entries[self.platform].values()}
        ours = [e for e in every.values() if e.own and not e.deleted and e.published]
        return [e for e in ours if e.text == text or (self.platform == "x" and e.text[e.prefix :] == text)]

    def fault(self, kind: str, method: str = "", path: str = "", **more: object) -> None:
        with self.world.lock:
            self.world.faults.add(kind, family=self.family, method=method, path_regex=path, **more)

    def fault_webhook(self, kind: str) -> None:
        """The next webhook goes wrong in this way."""
        with self.world.lock:
            self.world.faults.add(kind, family="webhook")

    def read(self, stream: str) -> list[Page]:
        """Every page of a stream from where the last reading ended."""
        pages = []
        while True:
            page = self.connector.fetch(stream, self.cursors.get(stream))
            self.cursors[stream] = page.cursor
            pages.append(page)
            if not page.more:
                return pages

    def hear(self) -> dict[str, Message]:
        """All streams to their end: the newest message by id."""
        return {m.native_id: m for stream in self.connector.streams() for page in self.read(stream) for m in page.messages}

    def persist(self, stream: str, hands: Hands, *, afresh: bool = False) -> list[Page]:
        """Read a stream as inbox does: what fails is asked for again from the stored cursor, a window is waited out, an expired
        cursor is rewound. `afresh`: another process reads each page."""
        pages: list[Page] = []
        for _ in range(2000):
            connector = self.open() if afresh else self.connector
            try:
                page = connector.fetch(stream, self.cursors.get(stream))
            except RateLimited as error:
                hands.at = error.retry_at + timedelta(seconds=1)
            except CursorExpired:
                self.cursors[stream] = connector.rewind(stream, self.cursors.get(stream) or "")
            except Unavailable:
                continue
            else:
                self.cursors[stream] = page.cursor
                pages.append(page)
                if not page.more:
                    return pages
        raise AssertionError(f"{stream} has no end")

    def truth(self) -> dict[str, dict[str, object]]:
        """What an all-hearing listener of this account would hold, tombstones left out, by id."""
        rows = truth.rows(self.world, private=self.name == "instagram:private")
        return {r["native_id"]: r for r in rows if r["platform"] == self.platform and not r["deleted"]}

    def image(self, alt: str = "وزير يفتتح مركزًا") -> Media:
        return Media(self.picture, alt, "image/png", "http://127.0.0.1:8000/media/one")

    def reply_to(self, entry: Entry, text: str) -> Outgoing:
        root = self.entry(entry.root or entry.id)
        return Outgoing(text, parent_id=self.id_of(entry), root_id=self.id_of(root), to_author=entry.author)

    def calls(self) -> list[tuple[str, str]]:
        return [(r.method, r.path) for r in self.world.recorder.records]


Build = Callable[..., House]


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[server.Running]:
    """One sandbox for all tests: its world is emptied before each."""
    with server.start(seed.bare(clock=Clock(source=lambda: now().timestamp()))) as running:
        yield running


@pytest.fixture
def build(hands: Hands, tmp_path: Path, shared_sandbox: server.Running) -> Iterator[Callable[..., House]]:
    """`build("x")`: a backend against an empty sandbox whose clock is the test's; `alone=True` gives it a server of its own."""
    started: list[server.Running] = []
    picture = tmp_path / "picture.png"
    picture.write_bytes(PIXEL)

    def make(name: str, *, alone: bool = False, **options: str) -> House:
        running = shared_sandbox
        if alone:
            running = server.start(seed.bare(clock=Clock(source=lambda: now().timestamp())))
            started.append(running)
        with running.world.lock:
            running.world.clear()
            seed.furnish(running.world)
        native_id, secrets = SECRETS[name]

        def open_one(read_s: float = 5.0, **other: str) -> Connector:
            wire = Wire(home=running.url, connect_s=2.0, read_s=read_s)
            given = Credentials(native_id, {**secrets, **other}, {"accepted": "1", **options})
            return CONNECTORS[name].open(given, wire)

        return House(name, running, open_one(), running.world, picture, open_one)

    yield make
    for one in started:
        one.stop()


@pytest.fixture(params=BACKENDS)
def house(request: pytest.FixtureRequest, build: Callable[..., House]) -> House:
    """Each backend in turn."""
    return build(request.param)


@pytest.fixture
def steps() -> Kept:
    return Kept()
