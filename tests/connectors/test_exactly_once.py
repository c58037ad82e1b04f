"""The fault experiment of PLATFORMS 6 over our own rules: what naive sending doubled stands once, or a person is asked."""

from datetime import datetime

import pytest

from connectors.contract import Connector, Finding, Outgoing, Steps
from core.clock import Hands, now
from core.errors import PlatformError, RateLimited, Unavailable, Uncertain
from tests.connectors.conftest import BACKENDS, Build, House, Kept

FAULTS = ("", "429", "5xx", "drop_before", "drop_after", "half_after", "slow_after:0.4", "commit_then_500")
ROUNDS = 3
LOOKS = (5, 20, 60, 180, 600)


def deliver(connector: Connector, out: Outgoing, steps: Steps, hands: Hands) -> str:
    """As the ledger does it: `sent:<id>`, or `ask` where only a person may decide. Sends again only what certainly is not there."""
    sent_at = now()
    for _ in range(6):
        try:
            return f"sent:{connector.send(out, steps).native_id}"
        except RateLimited as error:
            hands.at = error.retry_at
        except Unavailable:
            hands.forward(seconds=5)
        except Uncertain:
            verdict = look(connector, out, steps, sent_at, hands)
            if verdict != "again":
                return verdict
    return "ask"


def look(connector: Connector, out: Outgoing, steps: Steps, sent_at: datetime, hands: Hands) -> str:
    for wait in LOOKS:
        hands.forward(seconds=wait)
        try:
            evidence = connector.find_existing(out, steps, sent_at=sent_at)
        except PlatformError:
            continue  # an unhealthy reading is no evidence
        if evidence.sent is not None:
            return f"sent:{evidence.sent.native_id}"
        if evidence.finding is Finding.RESUMABLE:
            return "again"
    return "ask"


def publish(house: House, hands: Hands, kind: str) -> dict[str, str]:
    """Every fault in turn, some rounds of them; what became of each text."""
    connector = house.open(read_s=0.2)
    connector.fetch("posts", None)
    comment = house.comment(house.post(), "شكوى")
    outcomes: dict[str, str] = {}
    for n in range(len(FAULTS) * ROUNDS):
        text = f"إعلان رقم {n}"
        media = () if kind == "reply" or connector.capabilities.post_text else (house.image(),)
        out = Outgoing(text, media=media) if kind == "post" else house.reply_to(comment, text)
        fault = FAULTS[n % len(FAULTS)]
        if fault:
            house.fault(fault, "POST", after_n=n % 2 if kind == "post" and house.platform != "x" else 0)
        outcomes[text] = deliver(connector, out, Kept(), hands)
        house.world.faults.clear()
        hands.forward(minutes=1)
    return outcomes


@pytest.mark.parametrize("kind", ["post", "reply"])
@pytest.mark.parametrize("name", BACKENDS)
def test_nothing_stands_twice_and_nothing_that_counts_as_sent_is_missing(build: Build, hands: Hands, name: str, kind: str) -> None:
    house = build(name)
    outcomes = publish(house, hands, kind)
    for text, outcome in outcomes.items():
        standing = [house.id_of(e) for e in house.own_entries(text)]
        assert standing == ([] if outcome == "ask" else [outcome.removeprefix("sent:")]), text
    asked = [text for text, outcome in outcomes.items() if outcome == "ask"]
    idempotent = kind == "post" and name in ("facebook", "instagram")
    assert len(asked) <= (0 if idempotent else 2 * ROUNDS)  # what was cut before it was stored, and the 5xx


@pytest.mark.parametrize("twins_refused", [True, False])
def test_x_that_shows_a_post_later_than_we_look_asks_a_person_and_never_doubles(
    build: Build, hands: Hands, twins_refused: bool
) -> None:
    house = build("x")
    house.world.config.visible_delay_s = 3600
    house.world.config.x_duplicate_filter = twins_refused
    for text in publish(house, hands, "post"):
        assert len(house.own_entries(text)) <= 1, text
