"""How often one address may try."""

import pytest

from core.clock import Hands
from core.throttle import Throttle, network_of


def test_a_burst_then_one_by_one(hands: Hands) -> None:
    throttle = Throttle(burst=3, per_second=0.5)
    assert [throttle.wait("10.0.0.1") for _ in range(4)] == [0, 0, 0, 3]
    hands.forward(seconds=2)
    assert throttle.wait("10.0.0.1") == 0
    assert throttle.wait("10.0.0.1") > 0


def test_the_wait_it_names_is_enough(hands: Hands) -> None:
    throttle = Throttle(burst=2, per_second=0.3)
    throttle.wait("10.0.0.1")
    throttle.wait("10.0.0.1")
    for _ in range(20):
        hands.forward(seconds=throttle.wait("10.0.0.1"))
        assert throttle.wait("10.0.0.1") == 0


def test_tries_that_were_refused_do_not_lengthen_the_wait(hands: Hands) -> None:
    throttle = Throttle(burst=1, per_second=1)
    waits = [throttle.wait("10.0.0.1") for _ in range(50)]
    assert waits == [0] + [2] * 49
    hands.forward(seconds=2)
    assert throttle.wait("10.0.0.1") == 0


def test_one_address_does_not_use_up_the_tries_of_another(hands: Hands) -> None:
    throttle = Throttle(burst=1, per_second=1)
    assert [throttle.wait(f"10.0.0.{n}") for n in range(5)] == [0] * 5


def test_no_more_addresses_are_remembered_than_allowed(hands: Hands) -> None:
    throttle = Throttle(burst=1, per_second=1, most=100)
    for n in range(1000):
        throttle.wait(f"10.0.{n // 250}.{n % 250}")
    assert len(throttle._seen) == 100


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_household_holds_a_whole_ipv6_network(address: str, who: str) -> None:
    assert network_of(address) == who


@pytest.mark.usefixtures("hands")
def test_asking_takes_nothing() -> None:
    throttle = Throttle(burst=1, per_second=0.5)
    assert [throttle.wait("10.0.0.1", take=False) for _ in range(3)] == [0, 0, 0]
    assert throttle.wait("10.0.0.1") == 0
    assert throttle.wait("10.0.0.1", take=False) == 3
