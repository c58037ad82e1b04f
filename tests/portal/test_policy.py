"""The policy's editions before the public: the one in force, those before and after it, and what each changed."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from core.actors import OPERATING, Actor
from core.clock import in_dubai, now
from core.db import Database
from inbox import editions, enact
from policies.edition import current
from tests.inbox.small_edition import clause, written

OWNER = Actor("user:77", frozenset({"policy.activate"}), 77)


def store(db: Database, source: str, *, activated: bool = True) -> None:
    with db.write() as session:
        version = enact.propose(session, OPERATING, source)
        if activated:
            enact.activate(session, OWNER, version)


@pytest.fixture
def today() -> str:
    return str(in_dubai(now()).date())


@pytest.fixture
def tomorrow() -> str:
    return str(in_dubai(now()).date() + timedelta(days=1))


def test_the_page_shows_the_activated_edition_without_a_restart(door: TestClient, db: Database, today: str) -> None:
    assert current().ref in door.get("/en/policy").text
    store(db, written("1", today))
    page = door.get("/en/policy").text
    assert "m@1#abuse" in page
    assert current().ref not in page


def test_an_edition_that_is_to_come_can_be_read_and_a_proposal_can_not(
    door: TestClient, db: Database, today: str, tomorrow: str
) -> None:
    store(db, written("1", today))
    store(db, written("2", tomorrow))
    store(db, written("3", tomorrow, clause("abuse", "evil")), activated=False)
    page = door.get("/en/policy")
    assert "m@1#abuse" in page.text
    assert "edition=m%402" in page.text
    assert "m@3" not in page.text
    coming = door.get("/en/policy?edition=m@2").text
    assert "m@2#abuse" in coming
    assert "This is not the edition in force today" in coming
    for ref in ("m@3", "m@9", "%00", "é"):
        assert door.get(f"/policy?edition={ref}").status_code == 404


def test_what_changed_is_told_without_the_words_a_machine_looks_for(
    door: TestClient, db: Database, today: str, tomorrow: str
) -> None:
    store(db, written("1", today))
    store(db, written("2", tomorrow, clause("abuse", "villainous", action="hide")))
    for path, said in (
        ("/en/policy", "proposed action: from review to hide"),
        ("/policy", "الإجراء المقترح: كان المراجعة وصار الإخفاء"),
    ):
        page = door.get(path).text
        assert said in page
        assert "villainous" not in page


def test_editions_are_listed_by_their_day(db: Database, today: str, tomorrow: str) -> None:
    store(db, written("later", tomorrow))
    store(db, written("now", today))
    with db.read() as session:
        assert [edition.ref for edition in editions.published(session)] == ["m@now", "m@later"]


def test_without_activated_ones_the_shipped_edition_is_listed(door: TestClient) -> None:
    assert "edition=mohre%40" in door.get("/en/policy").text
