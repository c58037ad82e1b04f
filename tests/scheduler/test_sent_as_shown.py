"""The preview is what is sent: for each platform and each kind of post, what was shown before approval is held against what the
simulated platform received, word by word and file by file; what was said to be impossible is refused before anything is sent."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from connectors.contract import Poll
from core.actors import OPERATING, Actor
from core.clock import Hands, now
from core.db import Database
from core.errors import Invalid
from core.settings import Settings, load
from core.vault import open_vault
from outbox import media
from outbox.accounts import Connections, add_account
from outbox.send import send_due
from sandbox import seed, server
from sandbox.clock import Clock
from sandbox.recorder import Record
from scheduler import posts
from scheduler.models import Post
from scheduler.preview import Preview
from tests.outbox import mp4
from tests.outbox.platforms import emptied
from tests.scheduler.conftest import person
from tests.secrets_of import SECRETS

AR, EN = "افتتاح مركز خدمة في العين", "A service centre opens in Al Ain"
LINK = "https://www.mohre.gov.ae/ar/news/1"
ASK = Poll(("نعم / Yes", "لا / No", "ربما / Maybe"), 1440)
BACKENDS = ("facebook", "x", "instagram", "instagram:private")
#: kind of post -> the backends that take it
KINDS: dict[str, tuple[str, ...]] = {
    "text": ("facebook", "x"),
    "link": ("facebook", "x"),
    "photo": BACKENDS,
    "clear png": BACKENDS,
    "webp": BACKENDS,
    "three photos": ("facebook", "x", "instagram"),
    "five photos": ("facebook", "instagram"),
    "film": ("facebook", "x", "instagram"),
    "photo and film": ("instagram",),
    "poll": ("x",),
    "photo without words": BACKENDS,
    "narrow photo": ("facebook", "x"),
    "long film": ("facebook", "instagram"),
}


@dataclass(frozen=True)
class Said:
    """One post, as shown or received. `files`: hash of the bytes ("" where the client makes them anew) and the words for them."""

    text: str
    files: tuple[tuple[str, str], ...]
    poll: Poll | None
    link: str


@dataclass
class Press:
    """An office with one account on the simulated platforms."""

    db: Database
    hands: Hands
    settings: Settings
    running: server.Running
    backend: str
    account_id: int
    connect: Connections
    author: Actor
    approver: Actor

    def written(self, kind: str, folder: Path) -> int:
        """A post of that kind, not yet submitted."""
        ar = f"{AR}\n{LINK}" if kind == "link" else AR
        with self.db.write() as session:
            poll = ASK if kind == "poll" else None
            texts = {self.account_id: ""}
            post = posts.draft(session, self.author, kind="news", title="خبر", ar=ar, en=EN, texts=texts, poll=poll)
            for n, path in enumerate(files(kind, folder)):
                silent = kind == "photo without words"
                alt, why = ("", "زخرفة بلا معنى") if silent else (f"مبنى الوزارة {n}", "")
                posts.add_media(session, self.author, post, path, alt, alt_why=why, settings=self.settings)
            return post.id or 0

    def shown(self, post_id: int) -> Preview:
        with self.db.read() as session:
            (preview,) = posts.preview(session, session.get_one(Post, post_id), self.connect, self.settings)
        return preview

    def submit(self, post_id: int) -> None:
        with self.db.write() as session:
            post = session.get_one(Post, post_id)
            posts.submit(session, self.author, post, connect=self.connect, settings=self.settings)

    def publish(self, post_id: int) -> str:
        """Approve and send; the state of the post at the end."""
        with self.db.write() as session:
            posts.approve(session, self.approver, session.get_one(Post, post_id), settings=self.settings)
        for _ in range(3):
            send_due(self.db, self.connect, "w1", settings=self.settings)
            self.hands.forward(minutes=1)
        with self.db.read() as session:
            return session.get_one(Post, post_id).state

    def as_shown(self, preview: Preview) -> Said:
        there = media.folder(self.settings.var_dir)
        exact = "post_made_anew" not in [note.code for note in preview.notes]
        sent = tuple((digest((there / one.path).read_bytes()) if exact else "", one.alt) for one in preview.media)
        return Said(preview.text, sent, preview.poll, preview.link)

    def received(self) -> Said:
        """What the platform was sent, from its own record of the requests."""
        with self.running.world.lock:
            writes = [r for r in self.running.world.recorder.records if r.method == "POST"]
            return {"facebook": self._facebook, "x": self._x, "instagram": self._instagram}.get(self.backend, self._mobile)(writes)

    def _brought(self, ids: list[str]) -> tuple[tuple[str, str], ...]:
        return tuple((self.running.world.media[i].sha256, self.running.world.media[i].alt) for i in ids)

    def _x(self, writes: list[Record]) -> Said:
        (body,) = [r.body for r in writes if r.path == "/2/tweets"]
        asked = body.get("poll")
        poll = Poll(tuple(asked["options"]), asked["duration_minutes"]) if asked else None
        return Said(body["text"], self._brought(body.get("media", {}).get("media_ids", [])), poll, "")

    def _facebook(self, writes: list[Record]) -> Said:
        films = [r.body for r in writes if r.path.endswith("/videos")]
        if films:
            (film,) = films
            (entry,) = [e for e in self.running.world.entries["facebook"].values() if e.own]
            assert film["description"] == entry.text
            return Said(entry.text, self._brought(entry.media), None, "")
        (body,) = [r.body for r in writes if r.path.endswith("/feed")]
        (entry,) = [e for e in self.running.world.entries["facebook"].values() if e.own]
        return Said(body["message"], self._brought(entry.media), None, body.get("link", ""))

    def _instagram(self, writes: list[Record]) -> Said:
        made = [r.body for r in writes if r.path.endswith("/media")]
        parts = [body for body in made if "image_url" in body or "video_url" in body]
        return Said(made[-1]["caption"], tuple(self._fetched(body) for body in parts), None, "")

    def _fetched(self, body: dict[str, Any]) -> tuple[str, str]:
        """The file behind the link as the portal would give it."""
        token = (body.get("image_url") or body["video_url"]).rpartition("/media/")[2]
        path = media.open_link(token, self.settings, open_vault(self.settings))
        assert ("image_url" in body) == (path.suffix == ".jpg"), "Instagram takes no picture but a JPEG"
        return digest(path.read_bytes()), body.get("alt_text", "")

    def _mobile(self, writes: list[Record]) -> Said:
        entries = {id(e): e for e in self.running.world.entries["instagram"].values() if e.own}
        (entry,) = entries.values()
        return Said(entry.text, tuple(("", alt) for _, alt in self._brought(entry.media)), None, "")


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def files(kind: str, folder: Path) -> list[Path]:
    """The files of a post of that kind."""
    drawn = []
    shapes = {"clear png": "png", "webp": "webp"}
    count = {"three photos": 3, "five photos": 5}.get(kind, int("photo" in kind or kind in shapes))
    size = (300, 900) if kind == "narrow photo" else (1080, 1080)
    for n in range(count):
        path = folder / f"{n}.{shapes.get(kind, 'jpg')}"
        Image.new("RGBA" if kind == "clear png" else "RGB", size, (0, 98, 51 + 20 * n)).save(path)
        drawn.append(path)
    if "film" in kind:
        drawn.append(mp4.written(folder / "film.mp4", mp4.user_data(), seconds=200 if kind == "long film" else 10))
    return drawn


@pytest.fixture(scope="module")
def sandbox() -> Iterator[server.Running]:
    with server.start(seed.bare(clock=Clock(source=lambda: now().timestamp()))) as running:
        yield running


@pytest.fixture
def press(db: Database, hands: Hands, sandbox: server.Running, tmp_path: Path) -> Callable[[str], Press]:
    def open_one(backend: str) -> Press:
        running = emptied(sandbox)
        given = {"MAJLIS_VAR_DIR": str(tmp_path / "var"), "MAJLIS_PLATFORM_URL": running.url}
        settings = load(INSTAGRAM_BACKEND=backend.partition(":")[2] or "graph", I_ACCEPT_PRIVATE_API_RISK="1", **given)
        vault = open_vault(settings)
        native_id, secrets = SECRETS[backend]
        platform, _, name = backend.partition(":")
        with db.write() as session:
            account = add_account(session, OPERATING, platform, native_id, secrets, backend=name, vault=vault)
            author, approver = person(session, "noura", "author"), person(session, "khalid", "approver")
        connect = Connections(settings, vault)
        return Press(db, hands, settings, running, backend, account.id or 0, connect, author, approver)

    return open_one


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_sent_is_what_was_shown_or_it_is_refused_before_approval(
    press: Callable[[str], Press], tmp_path: Path, backend: str, kind: str
) -> None:
    office = press(backend)
    post = office.written(kind, tmp_path)
    preview = office.shown(post)
    if backend not in KINDS[kind]:
        assert preview.whys
        with pytest.raises(Invalid):
            office.submit(post)
        assert office.running.world.recorder.count == 0 or not list(office.running.world.recorder.records)
        return
    assert preview.whys == ()
    office.submit(post)
    shown = office.as_shown(preview)
    assert office.publish(post) == "published"
    assert office.received() == shown
    assert office.as_shown(office.shown(post)) == shown, "the preview of a published post is still what was sent"


#: what the preview of that kind calls itself, where it can go
SHAPES = {
    ("facebook", "text"): "text",
    ("facebook", "link"): "link",
    ("x", "link"): "text",
    ("facebook", "photo"): "photo",
    ("x", "three photos"): "photos",
    ("instagram", "three photos"): "carousel",
    ("instagram", "photo and film"): "carousel",
    ("instagram", "film"): "film",
    ("x", "poll"): "poll",
}


@pytest.mark.parametrize(("backend", "kind"), SHAPES)
def test_the_preview_says_what_becomes_of_it_there(press: Callable[[str], Press], tmp_path: Path, backend: str, kind: str) -> None:
    office = press(backend)
    assert office.shown(office.written(kind, tmp_path)).shape == SHAPES[backend, kind]


def test_a_file_that_left_the_store_is_noticed_before_approval(press: Callable[[str], Press], tmp_path: Path) -> None:
    office = press("facebook")
    post = office.written("photo", tmp_path)
    for stored in media.folder(office.settings.var_dir).iterdir():
        stored.unlink()
    assert office.shown(post).problems == ("file_gone",)
