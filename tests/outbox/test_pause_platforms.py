"""A press in the middle of a delivery on the simulated platforms: whatever was made by then, nobody sees anything of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import gate
from core.clock import Hands, now
from core.db import Database
from outbox import attempt, decide, pause
from outbox.models import Delivery
from outbox.standing import standing
from sandbox import seed, server
from sandbox.clock import Clock
from tests.outbox.conftest import MANAGER
from tests.outbox.platforms import Open, Street, street

#: writes of one post with a picture: Facebook brings it up, drafts, shows; X brings it up, describes it, posts; Instagram makes
#: a container and publishes it
WRITES = {"facebook": 3, "x": 3, "instagram": 2}


@pytest.fixture
def opened(db: Database, hands: Hands, tmp_path: Path) -> Iterator[Open]:
    with server.start(seed.bare(clock=Clock(source=lambda: now().timestamp()))) as running:
        yield lambda platform: street(db, hands, running, platform, tmp_path)  # type: ignore[arg-type] # tests name real platforms


def press_before(write: int, there: Street, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Press right before the `write`-th request that writes would leave; names every time the gate was asked."""
    asked: list[str] = []
    may_go_on = attempt.may_go_on

    def pressing(*given: object) -> None:
        asked.append("write")
        if len(asked) == write:
            with there.db.write() as session:
                pause.press(session, MANAGER, "mourning")
        may_go_on(*given)  # type: ignore[arg-type] # handed on as it came

    monkeypatch.setattr(attempt, "may_go_on", pressing)
    return asked


def writes(there: Street) -> int:
    with there.running.world.lock:
        return sum(record.method not in ("GET", "HEAD") for record in there.running.world.recorder.records)


@pytest.mark.parametrize(("platform", "write"), [(p, n + 1) for p, many in WRITES.items() for n in range(many)])
def test_before_whichever_write_it_is_pressed_no_further_one_leaves(
    opened: Open, platform: str, write: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = opened(platform)
    delivery = there.queue("post", pictures=1)
    asked = press_before(write, there, monkeypatch)
    there.send()
    there.send()
    there.reconcile()
    assert (len(asked), writes(there), there.public()) == (write, write - 1, [])
    row = there.get(delivery)
    assert (row.state, row.reason) == ("held", "paused")
    with there.db.read() as session:
        assert [(f.delivery, f.fate) for f in standing(session).in_flight] == [(delivery, "stopped")]
    with there.db.write() as session:
        pause.lift(session, MANAGER)
        decide.release(session, MANAGER, session.get_one(Delivery, delivery))
    there.send()
    assert (there.get(delivery).state, len(there.public())) == ("published", 1)
    assert writes(there) == WRITES[platform], "what was made before the press was not made again"


@pytest.mark.parametrize("platform", WRITES)
@pytest.mark.parametrize("kind", ["reply", "private_reply", "hide"])
def test_an_answer_or_a_hide_is_stopped_as_well(opened: Open, platform: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    there = opened(platform)
    delivery = there.queue(kind)
    press_before(1, there, monkeypatch)
    there.send()
    assert (writes(there), there.get(delivery).state) == (0, "held")


def test_where_nobody_keeps_the_gate_a_write_passes() -> None:
    gate.pass_through()
