"""The outbox over the simulated platforms themselves, by socket: what stands there afterwards is the truth.

A `Street` is one account of ours on one platform: what is queued for it, the faults it meets, what a citizen sees there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select

from core.actors import OPERATING, WORKER
from core.clock import Hands, now
from core.db import Database
from core.models import Account
from core.settings import Settings, load
from core.vault import open_vault
from outbox import media
from outbox.accounts import Connections, add_account
from outbox.body import Body, MediaFile
from outbox.enqueue import enqueue
from outbox.models import Delivery
from outbox.reconcile import reconcile_due
from outbox.send import send_due
from outbox.states import FINAL
from sandbox import acts, seed, server
from sandbox.clock import Clock
from sandbox.entries import Entry, Platform
from tests.secrets_of import SECRETS

WORDS = "إعلان من الوزارة"
ALT = "مبنى الوزارة عند الغروب"
#: the request that makes it public, by what it is
LAST_STEP = {
    ("facebook", "post"): r"/v[\d.]+/\d+_\d+$",
    ("x", "post"): r"/2/tweets$",
    ("instagram", "post"): r"/media_publish$",
    ("facebook", "reply"): r"/comments$",
    ("x", "reply"): r"/2/tweets$",
    ("instagram", "reply"): r"/replies$",
}
FAMILY = {"facebook": "graph", "instagram": "graph", "x": "x"}


@dataclass
class Street:
    """One account of ours on one platform of the sandbox."""

    db: Database
    hands: Hands
    settings: Settings
    running: server.Running
    platform: Platform
    account: Account
    connect: Connections
    picture: MediaFile
    #: the citizen's comment the newest delivery is about
    comment: Entry = field(init=False)

    def citizens_comment(self, text: str = "متى الموعد؟") -> Entry:
        with self.running.world.lock:
            post = acts.post(self.running.world, self.platform, "خبر قديم")
            words = f"{text} @{seed.X_USERNAME}" if self.platform == "x" else text
            who = acts.newcomer(self.running.world, self.platform, "sara_q")
            return acts.comment(self.running.world, self.platform, who, words, post.id)

    def queue(self, kind: str, *, pictures: int = 0, text: str = WORDS, **more: Any) -> int:
        """A post, or something about a fresh comment of a citizen; returns the delivery's id."""
        body, target = Body(text, (self.picture,) * pictures), ""
        if kind != "post":
            comment = self.citizens_comment()
            self.comment, target = comment, comment.id
            acting = kind in ("hide", "unhide", "delete")
            body = Body() if acting else Body(text, root_id=comment.root, to_author=comment.author, private=kind == "private_reply")
        with self.db.write() as session:
            account = session.get_one(Account, self.account.id)
            return enqueue(session, WORKER, kind=kind, account=account, body=body, target_id=target, grace_s=10**7, **more).id or 0

    def fault(self, name: str, path: str = "", method: str = "POST", **more: Any) -> None:
        kind, _, committed = name.partition("+")
        with self.running.world.lock:
            self.running.world.faults.add(
                kind, family=FAMILY[self.platform], method=method, path_regex=path, committed=bool(committed), **more
            )

    def send(self) -> None:
        send_due(self.db, self.connect, "w1", settings=self.settings)

    def reconcile(self) -> None:
        reconcile_due(self.db, self.connect, "w1", settings=self.settings)

    def settle(self, minutes: int = 20) -> None:
        """As the worker would, minute after minute; once all is settled, one more look at the end finds it so."""
        left = minutes // 2
        while left:
            self.send()
            self.reconcile()
            idle = 1 if left == 1 or self.moves() else left - 1
            self.hands.forward(minutes=2 * idle)
            left -= idle

    def moves(self) -> bool:
        """True while a worker has anything to do yet."""
        with self.db.read() as session:
            rows = session.exec(select(Delivery.state, Delivery.look_at)).all()
        return any(state not in FINAL and (state != "needs_decision" or look_at is not None) for state, look_at in rows)

    def get(self, delivery_id: int) -> Delivery:
        with self.db.read() as session:
            return session.get_one(Delivery, delivery_id)

    def public(self, text: str = WORDS) -> list[Entry]:
        """What everybody can see there of ours with these words."""
        with self.running.world.lock:
            every = {id(e): e for e in self.running.world.entries[self.platform].values()}
            ours = [e for e in every.values() if e.own and e.published and not e.deleted]
        return [e for e in ours if text in (e.text, e.text[e.prefix :])]

    def private(self) -> list[str]:
        """What we told people there in private."""
        with self.running.world.lock:
            talks = self.running.world.conversations[self.platform].values()
            return [message.text for talk in talks for message in talk.messages if message.own]

    def alts(self) -> list[str]:
        return [self.running.world.media[m].alt for entry in self.public() for m in entry.media]

    def calls(self, path: str) -> int:
        """How many writes to an address ending so were received."""
        with self.running.world.lock:
            return sum(r.method == "POST" and r.path.endswith(path) for r in self.running.world.recorder.records)


Open = Callable[[str], Street]


def emptied(running: server.Running) -> server.Running:
    """The sandbox with nothing said, nothing recorded and no fault to come."""
    with running.world.lock:
        running.world.clear()
        seed.furnish(running.world)
    return running


def street(db: Database, hands: Hands, running: server.Running, platform: Platform, folder: Path) -> Street:
    """Our account on one platform. `running`: see `emptied`."""
    given = {"MAJLIS_READ_TIMEOUT_S": "0.5", "MAJLIS_LEASE_S": "60"}
    settings = load(MAJLIS_VAR_DIR=str(folder / "var"), MAJLIS_PLATFORM_URL=running.url, **given)
    vault = open_vault(settings)
    native_id, secrets = SECRETS[platform]
    backend = "graph" if platform == "instagram" else ""
    with db.write() as session:
        account = add_account(session, OPERATING, platform, native_id, secrets, backend=backend, vault=vault)
    photo = folder / "photo.png"
    Image.new("RGB", (8, 8), (0, 98, 51)).save(photo)
    picture = media.store(photo, settings.var_dir, ALT)
    return Street(db, hands, settings, running, platform, account, Connections(settings, vault), picture)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[server.Running]:
    """The simulated platforms, once for the tests of a file, on the process's clock."""
    with server.start(seed.bare(clock=Clock(source=lambda: now().timestamp()))) as running:
        yield running


@pytest.fixture
def opened(db: Database, hands: Hands, sandbox: server.Running, tmp_path: Path) -> Open:
    """`opened("x")`: our account there, in a sandbox in which nothing was said yet."""
    return lambda platform: street(db, hands, emptied(sandbox), platform, tmp_path)  # type: ignore[arg-type] # tests name real platforms
