"""Rows are taken by one worker alone, whatever the number of processes, on both databases."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import col, select

from core.claim import claim, still_mine
from core.clock import Hands, now
from core.db import Database
from core.i18n import ROOT
from core.models import Account
from outbox.models import Delivery

ROWS = 120
WORKERS = 4

CLAIMER = """
import sys
from datetime import timedelta
from core.claim import claim
from core.db import Database
from core.i18n import ROOT
from outbox.models import Delivery
url, worker = sys.argv[1:]
table, db = Delivery.__table__, Database(url)
sys.stdin.readline()  # all begin together
while True:
    with db.write() as session:
        ids = claim(session, table, table.c.state == "scheduled", worker=worker, lease=timedelta(minutes=2),
                    order_by=[table.c.id], limit=3, state="sending")
    if not ids:
        break
    print(*ids, flush=True)
db.dispose()
"""


@pytest.fixture
def waiting(db: Database) -> list[int]:
    """Ids of ROWS deliveries that are due."""
    with db.write() as session:
        account = Account(platform="facebook", native_id="1")
        session.add(account)
        session.flush()
        rows = [Delivery(kind="post", account_id=account.id or 0) for _ in range(ROWS)]
        session.add_all(rows)
        session.flush()
        return [row.id or 0 for row in rows]


def take(db: Database, worker: str, limit: int = 1, lease: timedelta = timedelta(minutes=2)) -> list[int]:
    table = Delivery.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    with db.write() as session:
        free = (table.c.state == "scheduled") | (table.c.lease_until < now())
        return claim(session, table, free, worker=worker, lease=lease, order_by=[table.c.id], limit=limit, state="sending")


def test_many_processes_take_each_row_exactly_once(db: Database, database_url: str, waiting: list[int]) -> None:
    command = [sys.executable, "-c", CLAIMER, database_url]
    processes = [
        subprocess.Popen([*command, f"worker-{n}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for n in range(WORKERS)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    taken = {f"worker-{n}": process.communicate(timeout=60)[0].split() for n, process in enumerate(processes)}
    assert [process.returncode for process in processes] == [0] * WORKERS
    assert Counter(int(i) for ids in taken.values() for i in ids) == Counter(waiting)
    with db.read() as session:
        holders = {row.id: row.worker for row in session.exec(select(Delivery).where(col(Delivery.state) == "sending"))}
    assert holders == {int(i): worker for worker, ids in taken.items() for i in ids}


def test_rows_are_taken_in_the_order_asked_for(db: Database, waiting: list[int]) -> None:
    assert take(db, "first", limit=5) == waiting[:5]
    assert take(db, "second", limit=5) == waiting[5:10]


def held(db: Database, row: int, worker: str) -> bool:
    """Whether `worker` still holds it now."""
    with db.read() as session:
        return still_mine(session.get_one(Delivery, row), worker, now())


def test_a_row_is_mine_until_the_lease_runs_out(db: Database, waiting: list[int], hands: Hands) -> None:
    (mine,) = take(db, "first")
    assert held(db, mine, "first")
    assert not held(db, mine, "second")
    hands.forward(minutes=2)
    assert not held(db, mine, "first")


def test_after_its_lease_a_row_goes_to_another_and_is_lost_to_the_first(db: Database, waiting: list[int], hands: Hands) -> None:
    (row,) = take(db, "first")
    hands.forward(minutes=3)
    assert take(db, "second") == [row]
    assert not held(db, row, "first")
    assert held(db, row, "second")


@pytest.mark.usefixtures("waiting")
def test_what_is_taken_and_rolled_back_is_free_again_and_a_limit_is_kept(db: Database) -> None:
    table = Delivery.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    due = table.c.state == "scheduled"
    with db.read() as session:  # reading sessions never commit
        first = claim(session, table, due, worker="a", lease=timedelta(minutes=1), order_by=[table.c.id], state="sending")
    assert len(first) == 1
    assert take(db, "b") == first
