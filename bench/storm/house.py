"""The outbox with its three simulated platforms on a socket, and two clocks: the true one, and ours, which may be wrong."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from PIL import Image
from sqlmodel import col, select

from bench.storm.blows import ACTS, REFUSING, Doom
from core import clock
from core.actors import WORKER, Actor, abilities_of
from core.db import Database
from core.models import Account
from core.settings import Settings, load
from core.vault import Vault, open_vault
from outbox import media
from outbox.accounts import Connections, from_environment
from outbox.body import Body, MediaFile
from outbox.enqueue import enqueue
from outbox.models import Delivery
from sandbox import acts, faults, seed, server
from sandbox.clock import Clock
from sandbox.entries import Entry, Platform

START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
LETTERS = "bcdfghjklmnprstvz"
#: whoever stands before the desk in a storm
PERSON = Actor("user:5", abilities_of(["manager"]), 5, "Maryam")
#: a post may be late as long as the storm lasts: nobody is asked for that reason
GRACE_S = 10**7


@dataclass
class Times:
    """The true time, which the platforms share, and how far our clock is off."""

    true: datetime = START
    skew: timedelta = timedelta(0)

    def at(self) -> datetime:
        """The true instant."""
        return self.true

    def ours(self) -> datetime:
        """What our clock shows."""
        return self.at() + self.skew

    def forward(self, seconds: float) -> None:
        self.true += timedelta(seconds=seconds)

    def jump(self, seconds: int) -> None:
        """Our clock jumps; jumping again brings it back."""
        self.skew = timedelta(0) if self.skew else timedelta(seconds=seconds)


@dataclass
class Real(Times):
    """The machine's own clock, put forward together with that of the platforms: other processes can share it."""

    ahead_s: float = 0.0

    def at(self) -> datetime:
        return clock._system() + timedelta(seconds=self.ahead_s)

    def forward(self, seconds: float) -> None:
        self.ahead_s += seconds


def word(number: int) -> str:
    """A word of its own for each number, without digits: nothing in it looks like personal data."""
    out = ""
    while True:
        number, rest = divmod(number, len(LETTERS))
        out = LETTERS[rest] + out
        if not number:
            return out.rjust(4, LETTERS[0])


@dataclass
class Wanted:
    """What one delivery is to bring about on its platform."""

    doom: Doom
    text: str
    target: Entry | None
    #: the platform will rightly refuse it at some try
    refusable: bool


@dataclass
class House:
    """One outbox over `db`. `wanted` by delivery id."""

    db: Database
    settings: Settings
    platforms: server.Running
    times: Times
    vault: Vault
    accounts: dict[str, Account]
    pictures: list[MediaFile]
    chance: random.Random
    #: the settings by variable name, for processes of their own
    given: dict[str, str]
    wanted: dict[int, Wanted] = field(default_factory=dict)
    count: int = 0

    def connections(self) -> Connections:
        """What a worker begins with."""
        return Connections(self.settings, self.vault)

    def queue(self, doom: Doom, at: datetime | None = None) -> int:
        """A delivery for it, due at once or `at`; its id."""
        self.count += 1
        text = f"إعلان من الوزارة {word(self.count)}"
        target = self._target(doom) if doom.kind != "post" else None
        with self.db.write() as session:
            account = session.get_one(Account, self.accounts[doom.platform].id)
            given: dict[str, Any] = {"kind": doom.kind, "account": account, "grace_s": GRACE_S, "at": at}
            body = self._body(doom, text, target)
            made = enqueue(session, WORKER, body=body, target_id=target.id if target else "", **given)
        refusable = any(blow.fault in REFUSING for blow in doom.sends)
        self.wanted[made.id or 0] = Wanted(doom, text, target, refusable)
        return made.id or 0

    def _body(self, doom: Doom, text: str, target: Entry | None) -> Body:
        if doom.kind in ACTS:
            return Body()
        if target is None:
            return Body(text, tuple(self.pictures[: doom.pictures]))
        return Body(text, root_id=target.root, to_author=target.author, private=doom.kind == "private_reply")

    def _target(self, doom: Doom) -> Entry:
        """Something of a citizen's own to answer, hide or delete; on X only our own may be deleted."""
        world, platform = self.platforms.world, cast("Platform", doom.platform)
        with world.lock:
            post = acts.post(world, platform, f"خبر {word(self.count)}")
            if platform == "x" and doom.kind == "delete":
                return post
            who = acts.newcomer(world, platform, f"citizen_{word(self.count)}")
            words = f"متى الموعد؟ @{seed.X_USERNAME}" if platform == "x" else "متى الموعد؟"
            comment = acts.comment(world, platform, who, words, post.id)
            comment.hidden = doom.kind == "unhide"
            return comment

    def rows(self) -> list[Delivery]:
        with self.db.read() as session:
            return list(session.exec(select(Delivery).where(col(Delivery.id).in_(self.wanted)).order_by(col(Delivery.id))))

    # -- bench.storm.strike.Platforms ---------------------------------------------------------------------------

    def arm(self, order: dict[str, Any]) -> faults.Fault:
        armed = faults.fault(order)
        with self.platforms.world.lock:
            self.platforms.world.faults.waiting.append(armed)
        return armed

    def disarm(self, armed: object) -> bool:
        with self.platforms.world.lock:
            waiting = self.platforms.world.faults.waiting
            left = [one for one in waiting if one is not armed]
            struck = len(left) == len(waiting)
            waiting[:] = left
            return struck


@contextmanager
def platforms(times: Times) -> Iterator[server.Running]:
    """The sandbox on the true time, nothing said; it refuses no second copy and counts no windows."""
    world = seed.bare(clock=Clock(source=lambda: times.at().timestamp()))
    world.config.x_duplicate_filter = world.config.graph_duplicate_filter = False  # a copy must be seen, not refused for us
    world.config.rate_windows, world.config.instagram_quota = False, 10**6
    world.recorder.limit = 1000
    with server.start(world) as running:
        yield running


def house(db: Database, running: server.Running, times: Times, folder: Path, *, chance: random.Random, **given: str) -> House:
    """An empty outbox with the three accounts. `given`: settings by variable name."""
    known = {
        **seed.ENVIRONMENT,
        "MAJLIS_VAR_DIR": str(folder / "var"),
        "MAJLIS_PLATFORM_URL": running.url,
        "MAJLIS_READ_TIMEOUT_S": "0.6",
        "MAJLIS_LEASE_S": "60",
        "INSTAGRAM_BACKEND": "graph",
        **given,
    }
    settings = load(**known)
    vault = open_vault(settings)
    with clock.running(times.ours), db.write() as session:
        accounts = {account.platform: account for account in from_environment(session, settings, vault)}
    pictures = [_picture(folder, n, settings) for n in range(3)]
    return House(db, settings, running, times, vault, accounts, pictures, chance, known)


def _picture(folder: Path, number: int, settings: Settings) -> MediaFile:
    path = folder / f"{number}.png"
    Image.new("RGB", (8, 8), (40 * number, 98, 51)).save(path)
    return media.store(path, settings.var_dir, "مبنى الوزارة")
