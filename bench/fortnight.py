"""A ministry's fortnight in a minute: simulated platforms, citizens, staff and worker, all moved by one clock. For pictures.

Everything passes through the doors of every day: citizens write in the sandbox, `sync` hears them, staff act by the same verbs as
at the desk, `publish` sends. Only the clock is ours.
"""

import os
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlmodel import Session, col, select

import console.passes as passes
from bench.fortnight_posts import POSTS, Written, card
from console.staff import Staff
from core.actors import Actor
from core.auth import actor_of
from core.clock import Hands, in_dubai, now, running
from core.models import User
from core.settings import settings
from inbox import cases, work
from inbox.models import Case, Item
from outbox import accounts, late
from sandbox import faults, seed, server
from sandbox.clock import Clock
from scheduler import metrics, posts
from scheduler.events import EventFacts
from scheduler.models import Post

DAYS = 14
#: Dubai hours at which the house is looked at; what citizens said before is then heard
ROUNDS = (9, 12, 15)
#: why these posts go in one language, as their author would say it
ALONE = "النسخة الأخرى في حساب آخر"
#: how a case ends, by whether it is a suggestion
ENDS = {
    False: ("solved", "اطّلعنا على عقد العمل وكشف الأجور، ودُفع المتأخر كاملًا."),
    True: ("accepted", "اقتراح نافع، ونبدأ العمل به مع بداية العام."),
}


@contextmanager
def lived(folder: Path, portal: str) -> Iterator[tuple[Staff, server.Running]]:
    """The house after its fortnight, over a new SQLite database in `folder`; the sandbox answers until the end.

    Sets the environment of this process, so that desk and portal started from it find the house. `portal`: its address.
    """
    begin = now() - timedelta(days=DAYS)
    simulated = server.start(seed.demo(clock=Clock(frozen_at=begin.timestamp())))
    os.environ.update(environment(folder, simulated.url, portal))
    settings.cache_clear()
    try:
        staff = Staff()
        hands, hours = Hands(begin), _hours(begin)
        with running(hands):
            for hour in hours:
                hands.at = hour
                simulated.world.clock.set(hour.timestamp())
                Round(staff, simulated, hands).live()
            Round(staff, simulated, hands).trouble()
        simulated.world.clock.release()
        simulated.world.clock.set(now().timestamp())
        Round(staff, simulated, None).today()
        yield staff, simulated
    finally:
        simulated.stop()


def environment(folder: Path, platforms: str, portal: str) -> Mapping[str, str]:
    """What desk, portal and worker need to open this house and no other."""
    return {
        **seed.ENVIRONMENT,
        "MAJLIS_PLATFORM_URL": platforms,
        "MAJLIS_PUBLIC_URL": portal,
        "MAJLIS_DATABASE_URL": f"sqlite:///{folder / 'majlis.db'}",
        "MAJLIS_VAR_DIR": str(folder),
        "MAJLIS_LOG_LEVEL": "error",
        "INSTAGRAM_BACKEND": "graph",
    }


def _hours(begin: datetime) -> list[datetime]:
    first = in_dubai(begin).replace(minute=0, second=0, microsecond=0)
    all_hours = [first.replace(hour=hour) + timedelta(days=day) for day in range(DAYS + 1) for hour in ROUNDS]
    return [hour for hour in all_hours if begin < hour < now() - timedelta(hours=3)]


class Round:
    """One look at the house: what citizens said is heard, some of it answered, hidden or worked on, what is due is sent."""

    def __init__(self, staff: Staff, simulated: server.Running, hands: Hands | None) -> None:
        self.staff, self.simulated, self.hands = staff, simulated, hands
        self.choice = random.Random(int(now().timestamp()) // 3600)

    def live(self) -> None:
        """A round of a day that is over."""
        for _ in range(self.choice.randint(5, 14)):
            self.simulated.citizens.step()
        passes.sync(self.staff.house)
        self._do(self.staff.hide)
        for _ in range(self.choice.randint(5, 9)):
            self._wait(minutes=self.choice.randint(3, 14))
            self._do(self.staff.answer)
        self._do(self._close)
        self._do(self._advance)
        if in_dubai(now()).hour >= ROUNDS[-1]:
            self._do(self._news)
        self._send()

    def trouble(self) -> None:
        """Two hours in which one post gets no answer from X and another misses its hour: both wait for a person's decision."""
        lost = {"kind": "drop_before", "family": "x", "method": "POST", "path_regex": "/2/tweets$"}
        self.simulated.world.faults.waiting.append(faults.fault(lost))
        self._do(partial(self._on_one, platform="x", number=3))
        self._send()
        for _ in range(6):
            self._wait(minutes=4)
            passes.reconcile(self.staff.house)
        self._do(partial(self._on_one, platform="facebook", number=2))
        self._wait(minutes=80)
        late.sweep(self.staff.house.db)

    def _on_one(self, session: Session, *, platform: str, number: int) -> None:
        """An approved post for one platform, due in a minute."""
        salem, maryam = self._person(session, "salem"), self._person(session, "maryam")
        account = next(account for account in accounts.active(session) if account.platform == platform)
        texts, at = {account.id or 0: POSTS[number].text}, now() + timedelta(minutes=1)
        post = posts.draft(session, salem, kind="news", title=POSTS[number].title, texts=texts, at=at, pair_why=ALONE)
        posts.submit(session, salem, post)
        posts.approve(session, maryam, post)
        self._wait(minutes=1)

    def today(self) -> None:
        """The last hours, as they stand when the pictures are taken."""
        for _ in range(40):
            self.simulated.citizens.step()
        passes.sync(self.staff.house)
        self._do(self.staff.hide)
        for _ in range(4):
            self._do(self.staff.answer)
        self._do(self._advance)
        self._do(self._ahead)
        self._send()
        passes.sync(self.staff.house)

    def _wait(self, **step: float) -> None:
        if self.hands is not None:
            self.simulated.world.clock.set(self.hands.forward(**step).timestamp())

    def _do(self, act: Callable[[Session], object]) -> None:
        with self.staff.house.db.write() as session:
            act(session)

    def _send(self) -> None:
        house = self.staff.house
        passes.publish(house)
        passes.reconcile(house)
        self._wait(minutes=2)
        metrics.read(house.db, house.connect)

    def _person(self, session: Session, username: str) -> Actor:
        return actor_of(session.exec(select(User).where(User.username == username)).one())

    def _advance(self, session: Session) -> bool:
        """Two cases go a step: taken, then resolved."""
        noura = self._person(session, "noura")
        for case in session.exec(select(Case).where(col(Case.state) == "in_progress").order_by(col(Case.id)).limit(1)).all():
            outcome, why = ENDS[case.kind == "suggestion"]
            cases.resolve(session, noura, case, outcome, why)
        for case in session.exec(select(Case).where(col(Case.state) == "received").order_by(col(Case.id)).limit(2)).all():
            cases.assign(session, noura, case, noura.user_id)
            cases.move(session, noura, case, "in_progress", "اتصلنا بصاحب العمل وطلبنا كشف الأجور.")
        return True

    def _close(self, session: Session) -> bool:
        """What needs no answer is closed: thanks, asides, and all of it that is older than three days."""
        noura, old = self._person(session, "noura"), now() - timedelta(days=3)
        aside = col(Item.kind).in_(("praise", "other")) | (col(Item.created_at) < old)
        for item in session.exec(select(Item).where(Item.state == "open", aside)).all():
            work.mark(session, noura, item, "closed")
        return True

    def _news(self, session: Session) -> bool:
        """A post of the day, approved and sent at once."""
        written = POSTS[in_dubai(now()).toordinal() % len(POSTS)]
        post = self._write(session, written, now() + timedelta(minutes=1))
        posts.submit(session, self._person(session, "salem"), post)
        posts.approve(session, self._person(session, "maryam"), post)
        self._wait(minutes=2)
        return True

    def _write(self, session: Session, written: Written, at: datetime) -> Post:
        salem = self._person(session, "salem")
        texts = {account.id or 0: written.text for account in accounts.active(session)}
        event = EventFacts(written.title, at + timedelta(days=2), at + timedelta(days=2, hours=3), written.place)
        kind = "event" if written.place else "news"
        post = posts.draft(
            session,
            salem,
            kind=kind,
            title=written.title,
            texts=texts,
            pair_why=ALONE,
            at=at,
            event=event if written.place else None,
        )
        posts.add_media(session, salem, post, card(self.staff.house.settings.var_dir, POSTS.index(written)), written.alt)
        return post

    def _ahead(self, session: Session) -> bool:
        """The days to come: scheduled, waiting for approval, sent back, being written. And noura's morning at the inbox."""
        salem, maryam, noura = (self._person(session, name) for name in ("salem", "maryam", "noura"))
        nine = in_dubai(now()).replace(hour=9, minute=0, second=0, microsecond=0)
        for place, written in enumerate(POSTS):
            post = self._write(session, written, nine + timedelta(days=place + 1, hours=(place * 3) % 8))
            if place == 5:
                continue
            posts.submit(session, salem, post)
            if place == 4:
                posts.send_back(session, maryam, post, "أضف رابط التسجيل، ووضّح أن الحضور مجاني.")
            elif place not in (1, 3):
                posts.approve(session, maryam, post)
        for item in session.exec(select(Item).where(Item.state == "open").order_by(col(Item.said).desc()).limit(3)).all():
            work.assign(session, noura, item, noura.user_id)
        return True
