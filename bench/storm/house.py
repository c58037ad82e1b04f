"""A ministry with three simulated platforms on a socket, and two clocks: the true one, and ours, which may be wrong."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from PIL import Image
from sqlmodel import col, select

from bench.staff import Staff, hired
from bench.storm.blows import REFUSING, Doom
from bench.storm.desk import Desk
from connectors.contract import Known, Message, Surface
from core import clock
from core.db import Database
from core.models import Account
from core.settings import Settings, load
from core.vault import Vault, open_vault
from outbox.accounts import Connections, from_environment
from outbox.models import Delivery
from sandbox import acts, faults, seed, server
from sandbox.clock import Clock
from sandbox.entries import Entry, Platform

START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
LETTERS = "bcdfghjklmnprstvz"
#: what a citizen says who is answered, hidden or deleted, and what opens a case, of which a receipt goes out
ASKS, COMPLAINS = "متى الموعد؟", "راتبي متأخر ولم يصلني منذ شهرين"


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
    """One ministry over `db`. `wanted` by delivery id."""

    db: Database
    settings: Settings
    platforms: server.Running
    times: Times
    vault: Vault
    accounts: dict[str, Account]
    staff: Staff
    pictures: list[Path]
    #: by which it is read what citizens say
    reading: Connections
    chance: random.Random
    #: the settings by variable name, for processes of their own
    given: dict[str, str]
    wanted: dict[int, Wanted] = field(default_factory=dict)
    count: int = 0

    def connections(self) -> Connections:
        """What a worker begins with."""
        return Connections(self.settings, self.vault)

    def queue(self, doom: Doom, at: datetime | None = None) -> int:
        """What it is about, said and agreed to; its delivery's id. A post is due at once or `at`."""
        self.count += 1
        said = word(self.count)
        target = self._target(doom) if doom.kind != "post" else None
        heard = self._heard(doom, target) if target is not None and not target.own else None
        with self.db.write() as session:
            account = session.get_one(Account, self.accounts[doom.platform].id)
            desk = Desk(session, self.staff, account, self.settings, self.vault, self.chance)
            if target is None:
                made = desk.post(said, self.pictures[: doom.pictures], at)
            elif heard is None:
                made = desk.removal(target, said)
            else:
                made = desk.about(doom.kind, heard, f"رد من الوزارة {said}")
            told = [(one.id or 0, one.kind, desk.words(one)) for one in made]
        refusable = any(blow.fault in REFUSING for blow in doom.sends)
        (first, _, words), *also = told
        self.wanted[first] = Wanted(doom, words, target, refusable)
        self.wanted |= {id_: Wanted(Doom(doom.platform, kind), words, target, False) for id_, kind, words in also}
        return first

    def _target(self, doom: Doom) -> Entry:
        """Something of a citizen's own to answer, hide or delete; on X only our own may be deleted."""
        world, platform = self.platforms.world, cast("Platform", doom.platform)
        with world.lock:
            post = acts.post(world, platform, f"خبر {word(self.count)}")
            if platform == "x" and doom.kind == "delete":
                return post
            who = acts.newcomer(world, platform, f"citizen_{word(self.count)}")
            words = COMPLAINS if doom.kind == "receipt" else ASKS
            comment = acts.comment(world, platform, who, f"{words} @{seed.X_USERNAME}" if platform == "x" else words, post.id)
            comment.hidden = doom.kind in ("unhide", "delete")
            return comment

    def _heard(self, doom: Doom, target: Entry) -> Message:
        """The target as its platform shows it to us."""
        said = datetime.fromtimestamp(target.created, UTC)
        known = Known(target.id, Surface.COMMENT, target.parent, target.root, target.text, said, target.author)
        (message,) = self.reading(self.accounts[doom.platform]).lookup([known])
        return message

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
        staff = hired(session)
    pictures = [_picture(folder, n) for n in range(3)]
    reading = Connections(settings, vault)
    return House(db, settings, running, times, vault, accounts, staff, pictures, reading, chance, known)


def _picture(folder: Path, number: int) -> Path:
    path = folder / f"{number}.png"
    Image.new("RGB", (8, 8), (40 * number, 98, 51)).save(path)
    return path
