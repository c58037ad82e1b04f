"""`make demo` as a newcomer sees it: one command, and within two minutes of READY a ministry's day stands before him."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.request import urlopen

import psutil
import pytest
from sqlmodel import select

from core.db import Database
from inbox.models import Case, Decision, Item
from outbox.models import Delivery
from tests.conftest import ROOT

READY = re.compile(r"READY desk=(\S+) portal=(\S+) sandbox=(\S+)")
#: seconds from READY within which the day must stand (the issue's own bar)
WITHIN = 120


@dataclass
class Day:
    """A running demo: where its doors are, its database, and all it printed for people."""

    process: "subprocess.Popen[str]"
    desk: str
    portal: str
    sandbox: str
    db: Database
    ready: float
    said: list[str] = field(default_factory=list)

    def until(self, seen: Callable[[], bool], what: str) -> None:
        """Watch until `seen`, at most WITHIN seconds after READY."""
        while not seen():
            assert self.process.poll() is None, self.tail()
            assert time.monotonic() < self.ready + WITHIN, f"{what}: not within {WITHIN} s\n" + self.tail()
            threading.Event().wait(0.5)

    def tail(self) -> str:
        """The last it said, each line cut short."""
        return "\n".join(text[:300] for text in self.said[-20:])

    def read(self, address: str) -> str:
        with urlopen(address, timeout=20) as answer:  # noqa: S310 (loopback, http)
            return str(answer.read().decode("utf-8"))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("demo")
    environment = {**os.environ, "MAJLIS_VAR_DIR": str(folder), "HOME": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT, env=environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    said: list[str] = []
    thread = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
    thread.start()
    try:
        found = READY.search(process.stdout.readline())
        assert found, "".join(said)
        db = Database(f"sqlite:///{folder / 'demo' / 'majlis.db'}")
        yield Day(process, found[1], found[2], found[3], db, time.monotonic(), said)
        db.dispose()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        thread.join(10)
        process.stdout.close()
        process.stderr.close()


def test_desk_and_portal_answer_at_ready(day: Day) -> None:
    assert json.loads(day.read(day.portal + "/health"))["status"] in ("ok", "degraded")
    assert "<title>" in day.read(day.desk + "/")


def test_citizens_of_all_three_platforms_stand_in_the_inbox_each_with_a_decision(day: Day) -> None:
    def heard() -> bool:
        with day.db.read() as session:
            items = session.exec(select(Item).where(Item.own == False)).all()  # noqa: E712 (SQL, not Python)
            judged = set(session.exec(select(Decision.item_id)))
            return {i.platform for i in items} == {"facebook", "x", "instagram"} and {i.id for i in items} <= judged

    day.until(heard, "items of three platforms")


def test_the_moderator_hides_one_under_its_clause_and_the_platform_hid_it(day: Day) -> None:
    def hidden() -> bool:
        with day.db.read() as session:
            done = session.exec(select(Delivery).where(Delivery.kind == "hide", Delivery.state == "published")).first()
            why = session.exec(select(Decision).where(Decision.action == "hide", Decision.automatic == False)).first()  # noqa: E712 (a condition in SQL)
            return done is not None and why is not None and why.clause != "" and why.actor.startswith("user:")

    day.until(hidden, "a hidden comment")


def test_cases_are_opened_and_their_receipts_hang_on_the_walls(day: Day) -> None:
    def acknowledged() -> bool:
        with day.db.read() as session:
            numbers = session.exec(
                select(Case.number, Item.platform)
                .join(Delivery, Case.receipt_delivery_id == Delivery.id)  # type: ignore[arg-type] # a comparison of columns
                .join(Item, Case.item_id == Item.id)  # type: ignore[arg-type] # a comparison of columns
                .where(Delivery.state == "published", Item.private == False)  # noqa: E712 (SQL, not Python)
            ).all()
        shown = {p: day.read(f"{day.sandbox}/__sandbox/wall/{p}") for p in {platform for _, platform in numbers}}
        return {p for number, p in numbers if number in shown[p]} == {"facebook", "x", "instagram"}

    day.until(acknowledged, "receipts on three walls")


def test_a_clerk_answers_and_an_approved_post_goes_out_on_every_account(day: Day) -> None:
    def sent() -> bool:
        with day.db.read() as session:
            out = session.exec(select(Delivery).where(Delivery.state == "published")).all()
        return any(d.kind == "reply" for d in out) and len([d for d in out if d.kind == "post"]) == 3

    day.until(sent, "a reply and a post")


def test_ctrl_c_leaves_no_process(day: Day) -> None:
    family = [psutil.Process(day.process.pid), *psutil.Process(day.process.pid).children(recursive=True)]
    os.killpg(day.process.pid, signal.SIGINT)  # as a terminal does: the whole group hears it
    assert day.process.wait(30) == 0
    _, alive = psutil.wait_procs(family, timeout=15)
    assert alive == []
    assert not [text for text in day.said if "Traceback" in text]
