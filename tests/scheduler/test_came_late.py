"""What turns out to stand after its withdrawal was agreed to is taken down too."""

from datetime import timedelta

from outbox.reconcile import reconcile_due
from tests.scheduler.conftest import Office
from tests.scheduler.test_correcting import SAID, approved, carried, stands, withdrawn


def looked(office: Office, times: int = 1) -> None:
    for _ in range(times):
        office.hands.forward(minutes=5)
        reconcile_due(office.db, office.connect, "w1", settings=office.settings)


def test_what_comes_late_is_taken_down_also_where_all_else_of_the_withdrawal_was_refused(office: Office) -> None:
    post_id = office.scheduled("facebook", "x", at=office.hands.at, **SAID)
    office.connectors["x"].faults.append("cut_after")
    office.connectors["x"].lag = timedelta(days=1)
    office.send()
    looked(office, 5)
    child = withdrawn(office, post_id)
    approved(office, child)
    office.connectors["facebook"].faults.append("not_possible")
    office.send()
    assert office.post(child).state == "refused"
    office.connectors["x"].lag = timedelta(0)
    office.hands.forward(hours=2)
    looked(office)
    office.send()
    assert {p: d.state for p, d in carried(office, child).items()} == {"facebook": "refused", "x": "published"}
    assert (office.post(child).state, stands(office, post_id)) == ("partly", ["facebook"])
