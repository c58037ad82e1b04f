"""Open data: what is published, what is suppressed, and what never gets there."""

import csv
import hashlib
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from core.clock import Hands
from core.db import Database
from core.models import Account
from inbox import tally
from inbox.tally import EVER, Mark
from policies.edition import current

YESTERDAY = date(2026, 11, 23)
Count = Callable[..., None]


@pytest.fixture
def count(db: Database, hands: Hands) -> Count:
    """`count("facebook", "complaint", 7)`: that many stand in public since yesterday."""
    accounts: dict[tuple[str, str], int] = {}

    def add(platform: str, kind: str, times: int, *, day: date = YESTERDAY, native_id: str = "1", name: str = "public") -> None:
        with db.write() as session:
            if (platform, native_id) not in accounts:
                account = Account(platform=platform, native_id=native_id)
                session.add(account)
                session.flush()
                accounts[platform, native_id] = account.id or 0
            mark: Mark = (day, accounts[platform, native_id], name, kind)
            tally.add(session, {mark: times})

    return add


def rows(door: TestClient) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(door.get("/open-data/participation.csv").text)))


def test_counts_are_listed_by_day_platform_and_kind_over_all_accounts(door: TestClient, count: Count) -> None:
    count("facebook", "complaint", 4)
    count("facebook", "complaint", 3, native_id="2")
    count("x", "praise", 12, day=YESTERDAY - timedelta(days=1))
    assert rows(door) == [
        {"day": "2026-11-22", "platform": "x", "kind": "praise", "count": "12", "suppressed": "false"},
        {"day": "2026-11-23", "platform": "facebook", "kind": "complaint", "count": "7", "suppressed": "false"},
    ]


@pytest.mark.parametrize(("times", "shown"), [(1, ""), (4, ""), (5, "5"), (6, "6")])
def test_a_count_under_five_is_suppressed(door: TestClient, count: Count, times: int, shown: str) -> None:
    count("x", "inquiry", times)
    (row,) = rows(door)
    assert (row["count"], row["suppressed"]) == (shown, "true" if shown == "" else "false")


def test_a_kind_that_is_no_longer_there_has_no_row(door: TestClient, count: Count) -> None:
    count("x", "inquiry", 6)
    count("x", "inquiry", -6)
    assert rows(door) == []


def test_neither_the_running_day_nor_a_total_is_published(door: TestClient, count: Count, hands: Hands) -> None:
    count("x", "praise", 9, day=date(2026, 11, 24))
    count("x", "praise", 9, day=EVER)
    assert rows(door) == []
    hands.at = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # midnight in Dubai
    assert [row["day"] for row in rows(door)] == ["2026-11-24"]


def test_only_what_stands_in_public_is_counted(door: TestClient, count: Count) -> None:
    count("x", "complaint", 50, name="kind")
    assert rows(door) == []


def test_private_hidden_and_deleted_items_never_enter_the_published_counter() -> None:
    item = {
        "account_id": 1, "state": "open", "kind": "complaint", "topic": "wages", "language": "ar", "sentiment": "negative",
        "action": "allow", "clause": "", "case_id": None, "answered_at": None, "private": False, "hidden": False, "deleted": False,
    }  # fmt: skip
    published = (YESTERDAY, 1, "public", "complaint")
    assert tally.said(item, YESTERDAY).count(published) == 1
    for away in ("private", "hidden", "deleted"):
        assert published not in tally.said({**item, away: True}, YESTERDAY)


def test_json_holds_the_same_as_csv(door: TestClient, count: Count) -> None:
    count("facebook", "complaint", 7)
    count("x", "praise", 2)
    records = door.get("/open-data/participation.json").json()
    text = [{**record, "count": str(record["count"] or ""), "suppressed": str(record["suppressed"]).lower()} for record in records]
    assert text == rows(door)


def test_the_package_describes_the_file_as_it_is(door: TestClient, count: Count) -> None:
    count("facebook", "complaint", 7)
    package = door.get("/open-data/datapackage.json").json()
    (resource,) = package["resources"]
    content = door.get(f"/open-data/{resource['path']}").content
    assert resource["bytes"] == len(content)
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert [field["name"] for field in resource["schema"]["fields"]] == content.decode().splitlines()[0].split(",")
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert package["policy"] == current().ref
    assert package["disclaimer"] == {"ar": current().disclaimer("ar"), "en": current().disclaimer("en")}


def test_every_field_is_explained_in_both_languages(door: TestClient) -> None:
    (resource,) = door.get("/open-data/datapackage.json").json()["resources"]
    assert [f["name"] for f in resource["schema"]["fields"] if not (f["description"] and f["description_ar"])] == []
    page = door.get("/open-data").text
    assert [f["name"] for f in resource["schema"]["fields"] if f["description_ar"] not in page] == []


def test_every_row_keeps_the_schema(door: TestClient, count: Count) -> None:
    count("facebook", "complaint", 7)
    count("instagram", "other", 3)
    (resource,) = door.get("/open-data/datapackage.json").json()["resources"]
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    for row in rows(door):
        assert date.fromisoformat(row["day"])
        assert row["kind"] in fields["kind"]["constraints"]["enum"]
        assert row["suppressed"] in ("true", "false")
        assert row["count"] in resource["schema"]["missingValues"] or int(row["count"]) >= 5
