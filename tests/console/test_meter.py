"""What accounts cost and may cost, from the command line and as the doctor tells it."""

import json
from typing import Any

import pytest

from sandbox import seed
from tests.console.conftest import Door

X = f"x:{seed.X_USER_ID}"


def of_x(door: Door, **settings: str) -> dict[str, Any]:
    told = json.loads(door.run("meter", "--json", **settings).stdout)
    return next(one for one in told["accounts"] if one["account"] == X)


def test_the_meter_tells_what_a_sync_cost_and_a_budget_stops_the_next_one(connected: Door) -> None:
    assert connected.platforms is not None
    connected.told("sync")
    meter = of_x(connected)
    with connected.platforms.world.lock:
        billed = connected.platforms.world.x_bills.shown()["total_micros"]
    assert meter["usd"] == billed / 1_000_000 > 0
    assert (meter["budget_usd"], meter["posts_cap"], meter["state"]) == (None, 3_000_000, "")
    assert (meter["forecast"]["days"], meter["forecast"]["usd"] >= meter["usd"]) == (0, True)

    done = connected.run("account", "budget", "x", "0.01")
    assert (done.returncode, done.stdout) == (0, "")
    assert X in done.stderr
    made = connected.platforms.world.recorder.count
    line = next(one for one in connected.told("sync", code=1)["accounts"] if one["account"] == X)
    assert (line["error"], line["complete"], line["retry_at"] is not None) == ("budget", False, True)
    with connected.platforms.world.lock:
        asked = [r for r in connected.platforms.world.recorder.records if r.number > made and r.family == "x"]
    assert asked == []
    check = next(one for one in connected.told("doctor")["checks"] if one["check"] == f"{X} meter")
    assert (check["state"], check["code"]) == ("warn", "budget_stop")

    assert connected.run("account", "budget", "x", "1000").returncode == 0
    assert connected.told("sync")["complete"]
    assert of_x(connected)["state"] == ""
    check = next(one for one in connected.told("doctor")["checks"] if one["check"] == f"{X} meter")
    assert check["code"] in ("budget", "budget_over"), "a backfill makes a dear first day"


def test_the_settings_budget_counts_until_an_account_has_its_own(connected: Door) -> None:
    assert of_x(connected, MAJLIS_X_BUDGET_USD="25")["budget_usd"] == 25
    assert connected.run("account", "budget", X, "7.5").returncode == 0
    assert of_x(connected, MAJLIS_X_BUDGET_USD="25")["budget_usd"] == 7.5
    assert connected.run("account", "budget", X, "none").returncode == 0
    assert of_x(connected, MAJLIS_X_BUDGET_USD="25")["budget_usd"] == 25
    assert of_x(connected)["budget_usd"] is None


@pytest.mark.parametrize(("name", "amount"), [(X, "much"), (X, "nan"), (X, "10000000"), ("x:404", "5")])
def test_what_is_no_budget_or_no_account_is_refused_in_both_languages(connected: Door, name: str, amount: str) -> None:
    done = connected.run("account", "budget", name, amount)
    assert (done.returncode, done.stdout, len(done.stderr.strip().splitlines())) == (1, "", 2)
