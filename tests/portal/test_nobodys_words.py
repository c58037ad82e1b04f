"""What anybody may ask for holds nobody's words and numbers; who holds a case's secret reads his own, and not another's."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.actors import WORKER
from core.clock import Hands, now
from core.db import Database
from core.models import Account
from core.vault import Vault
from inbox import cases
from inbox.data.tables import TABLES
from inbox.models import CaseEvent, Item
from inbox.tally import add, today
from portal.app import PUBLIC

OWN, ANOTHERS = "0501234567", "0559876543"
WORD = "كلمة-لا-تتكرر"
#: addresses with a place in them that anybody can fill
FILLED = {"{form}": ("json", "xml"), "{table}": tuple(TABLES)}


@pytest.fixture
def case(db: Database, vault: Vault, hands: Hands) -> tuple[str, str]:
    """A complaint with the writer's number, and a clerk's note with another's; a day on which many wrote."""
    with db.write() as session:
        account = Account(platform="facebook", native_id="1")
        session.add(account)
        session.flush()
        item = Item(
            account_id=account.id or 0, platform="facebook", native_id="1_2", surface="comment", text=f"{WORD} {OWN}",
            author_name=WORD, created_at=now(),
        )  # fmt: skip
        session.add(item)
        session.flush()
        opened = cases.open_case(session, WORKER, item, "complaint", "wages", key_id=vault.current)
        session.add(CaseEvent(case_id=opened.id or 0, actor="user:1", what="in_progress", note=f"هاتف الكفيل {ANOTHERS}"))
        opened.outcome_reason, opened.outcome, opened.state = f"كلمنا {ANOTHERS}", "solved", "resolved"
        add(session, {(today(), account.id or 0, "public", "complaint"): 9})
        secret = cases.secret_of(opened, vault)
    hands.forward(days=1)
    return opened.number, secret


def _addresses() -> Iterator[str]:
    for path in sorted(PUBLIC - {"/openapi.json"}):  # made from the program alone
        filled = [path]
        for place, values in FILLED.items():
            filled = [one.replace(place, value) for one in filled for value in (values if place in one else ("",))]
        for one in filled:
            if "{" not in one:
                yield one
                yield f"/en{one}".rstrip("/")


@pytest.mark.usefixtures("case")
def test_nothing_that_anybody_may_ask_for_holds_the_publics_words(door: TestClient) -> None:
    answers = {path: door.get(path) for path in _addresses()}
    assert "complaint,10" in answers["/open-data/participation.csv"].text
    assert [path for path, answer in answers.items() if WORD in answer.text or OWN in answer.text or ANOTHERS in answer.text] == []


def test_the_owner_of_a_case_reads_his_own_number_and_not_anothers(door: TestClient, case: Any) -> None:
    page = door.get(f"/track/{case[0]}/{case[1]}").text
    assert OWN in page
    assert ANOTHERS not in page
    assert page.count("xxxxxxxx43") == 2
