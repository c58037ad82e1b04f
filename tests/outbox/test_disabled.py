"""An account taken out of use: not read, not written to, its queue held, and back again without a loss or a second send."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from core.actors import CITIZEN, OPERATING
from core.clock import Hands
from core.errors import Forbidden, Invalid, NotFound
from core.models import Account
from core.settings import load
from core.vault import Vault
from outbox import accounts
from outbox.accounts import add_account, disable, enable, from_environment, missing_secrets, resolve
from outbox.recover import recover
from tests.outbox.outbox_wall import Desk


def switch(desk: Desk, *, on: bool) -> None:
    with desk.db.write() as session:
        (enable if on else disable)(session, OPERATING, session.get_one(Account, desk.account.id))


def test_its_queue_is_held_says_why_and_goes_on_when_it_is_back(desk: Desk) -> None:
    queued = [desk.queue(f"post {n}") for n in range(2)]
    switch(desk, on=False)
    late = desk.queue("after it")
    assert {desk.state(d) for d in queued} == {("held", "account_inactive")}
    desk.send()
    assert desk.state(late) == ("held", "account_inactive")
    assert desk.connector.calls == []
    switch(desk, on=True)
    desk.send()
    assert [desk.state(d)[0] for d in (*queued, late)] == ["published"] * 3
    assert desk.wall.texts() == ["after it", "post 0", "post 1"], "each once"


def test_what_is_planned_for_next_year_is_still_planned_for_then(desk: Desk, hands: Hands) -> None:
    hour = hands.at + timedelta(days=300)
    planned = desk.queue(at=hour)
    switch(desk, on=False)
    hands.forward(days=90)
    desk.send()
    assert desk.state(planned) == ("held", "account_inactive")
    switch(desk, on=True)
    assert desk.state(planned)[0] == "scheduled"
    assert desk.get(planned).scheduled_at == hour


def test_it_is_in_no_list_of_accounts_in_use_and_keeps_its_name(desk: Desk) -> None:
    switch(desk, on=False)
    with desk.db.read() as session:
        assert accounts.active(session) == []
        assert resolve(session, "x", disabled=True).id == desk.account.id
        with pytest.raises(NotFound):
            resolve(session, "x")


def test_the_variables_of_the_environment_do_not_bring_it_back(desk: Desk) -> None:
    given = load(FACEBOOK_PAGE_ID="77", FACEBOOK_PAGE_TOKEN="a")
    for _ in range(2):
        with desk.db.write() as session:
            page, _ = from_environment(session, given, desk.vault)
            disable(session, OPERATING, page)
    renewed = load(FACEBOOK_PAGE_ID="77", FACEBOOK_PAGE_TOKEN="b")
    with desk.db.write() as session:
        page, _ = from_environment(session, renewed, desk.vault)
        assert not page.active


def test_nobody_asks_its_platform_whether_it_is_well_again(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("token")
    desk.queue()
    desk.send()
    switch(desk, on=False)
    before = list(desk.connector.calls)
    hands.forward(hours=2)
    recover(desk.db, lambda _: desk.connector)
    assert desk.connector.calls == before


def test_both_are_audited_once_and_need_the_ability(desk: Desk) -> None:
    for on in (False, False, True, True):
        switch(desk, on=on)
    assert desk.audit(f"account:{desk.account.id}")[-2:] == ["account.disable", "account.enable"]
    with desk.db.write() as session, pytest.raises(Forbidden):
        disable(session, CITIZEN, session.get_one(Account, desk.account.id))


@pytest.mark.parametrize(("platform", "backend"), [("facebook", "nonsense"), ("x", "graph"), ("instagram", "instagrapi")])
def test_an_unknown_way_to_connect_is_refused(desk: Desk, platform: str, backend: str, vault: Vault) -> None:
    with desk.db.write() as session, pytest.raises(Invalid) as refused:
        _add(session, platform, backend, vault)
    assert refused.value.details["field"] == "backend"


def test_leaving_the_way_out_means_the_official_one(desk: Desk, vault: Vault) -> None:
    with desk.db.write() as session:
        assert _add(session, "instagram", "", vault).backend == "graph"


def _add(session: Session, platform: str, backend: str, vault: Vault) -> Account:
    return add_account(session, OPERATING, platform, "9", {}, backend=backend, vault=vault)


@pytest.mark.parametrize(
    ("platform", "backend", "missing"),
    [
        ("facebook", "", ["token"]),
        ("instagram", "", ["token"]),
        ("instagram", "private", ["session_id"]),
        ("x", "", ["bearer_token", "api_key", "api_secret", "access_token", "access_secret"]),
    ],
)
def test_what_an_account_cannot_work_without_is_named(platform: str, backend: str, missing: list[str]) -> None:
    assert missing_secrets(platform, backend, {"app_secret": "s"}) == missing


def test_what_a_worker_held_in_the_instant_it_came_back_does_not_stay_held(desk: Desk) -> None:
    delivery = desk.queue()
    switch(desk, on=False)
    recover(desk.db, lambda account: desk.connector)
    assert desk.state(delivery) == ("held", "account_inactive")
    with desk.db.write() as session:  # as if the worker, who saw it disabled, committed after it was enabled
        account = session.get_one(Account, desk.account.id)
        account.active = True
        session.add(account)
    desk.send()
    assert desk.state(delivery)[0] == "published"


def test_between_two_steps_nothing_more_leaves_an_account_that_was_disabled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.connector.two_steps = True
    delivery = desk.queue()
    make = desk.connector._make

    def made_then_disabled(steps: Any) -> None:
        make(steps)
        if len(desk.connector.calls) == 2:
            switch(desk, on=False)

    monkeypatch.setattr(desk.connector, "_make", made_then_disabled)
    desk.send()
    assert (desk.wall.posts(), desk.state(delivery)) == ([], ("held", "account_inactive"))
    switch(desk, on=True)
    desk.send()
    assert (desk.wall.texts(), desk.connector.calls.count("make")) == (["Good news"], 1)


def test_between_two_steps_nothing_more_leaves_of_what_nobody_wants_any_more(
    desk: Desk, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.connector.two_steps = True
    delivery = desk.queue("The doors open in a minute", expires_at=hands.at + timedelta(minutes=1))
    make = desk.connector._make

    def made_too_late(steps: Any) -> None:
        make(steps)
        hands.forward(minutes=1)

    monkeypatch.setattr(desk.connector, "_make", made_too_late)
    desk.send()
    assert (desk.wall.posts(), desk.state(delivery)) == ([], ("expired", "too_late"))
