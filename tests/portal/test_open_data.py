"""The open data as the public downloads it: every table in every form, whole, described, and never another than was published."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient

from core.clock import Hands, now
from core.db import Database
from inbox.data.release import make
from inbox.data.tables import FROZEN, TABLES
from inbox.models import Result
from policies.edition import current
from tests.inbox.data.conftest import YESTERDAY, Office

MARK = "\ufeff"
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def office(db: Database, hands: Hands) -> Office:
    """Some months of work, of which some is too little to be told."""
    made = Office(db)
    made.public("facebook", "complaint", 40)
    made.public("facebook", "inquiry", 2)
    made.public("x", "praise", 12, day=YESTERDAY - timedelta(days=1))
    made.cases(12)
    made.cases(3, topic="leave")
    made.cases(7, kind="suggestion", platform="x", outcome="accepted", resolved_at=now() - timedelta(days=30))
    made.decisions(9)
    made.decisions(2, clause="spam", automatic=False)
    with db.write() as session:
        session.add(result("first"))
    return made


def result(uid: str, **columns: Any) -> Result:
    words: dict[str, Any] = {f"{part}_{lang}": f"{part} {lang}" for part in ("said", "decided", "because") for lang in ("ar", "en")}
    return Result(uid=uid, topic="wages", outcome="accepted", by="user:7", **(words | columns))


def rows(door: TestClient, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(door.get(f"/open-data/{table}.csv").content.decode("utf-8-sig"))))


@pytest.fixture
def unpacked(door: TestClient, office: Office, tmp_path: Path) -> Path:
    """The package as somebody who downloaded it has it."""
    with ZipFile(io.BytesIO(door.get("/open-data/package.zip").content)) as archive:
        archive.extractall(tmp_path / "package")
    return tmp_path / "package"


def frictionless(descriptor: Path) -> dict[str, object]:
    """What the library says of a package, in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "frictionless", "validate", descriptor.name, "--json"]
    done = subprocess.run(command, cwd=descriptor.parent, capture_output=True, text=True, check=False, timeout=120)
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_frictionless_finds_nothing_wrong_with_the_package(unpacked: Path) -> None:
    told = frictionless(unpacked / "datapackage.json")
    assert told["valid"], told["errors"]
    assert len(told["tasks"]) == len(TABLES)  # type: ignore[arg-type]  # a list, in what it prints


def test_frictionless_finds_nothing_wrong_with_a_release(door: TestClient, office: Office, tmp_path: Path) -> None:
    (one,) = door.get("/open-data/releases.json").json()
    with ZipFile(io.BytesIO(door.get(f"/open-data/{one['path']}").content)) as archive:
        archive.extractall(tmp_path / "release")
    assert frictionless(tmp_path / "release" / "datapackage.json")["valid"]


def test_frictionless_would_notice_a_number_that_was_changed(unpacked: Path) -> None:
    table = unpacked / "cases.csv"
    table.write_bytes(table.read_bytes().replace(b",15,", b",25,"))
    assert not frictionless(unpacked / "datapackage.json")["valid"]


def test_the_package_describes_every_file_as_it_is(door: TestClient, office: Office) -> None:
    package = door.get("/open-data/datapackage.json").json()
    assert [resource["name"] for resource in package["resources"]] == list(TABLES)
    for resource in package["resources"]:
        content = door.get(f"/open-data/{resource['path']}").content
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        head = content.decode("utf-8-sig").splitlines()[0].split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == head
        assert all(field["description"] and field["description_ar"] for field in resource["schema"]["fields"])
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert package["policy"] == current().ref
    assert package["disclaimer"] == {"ar": current().disclaimer("ar"), "en": current().disclaimer("en")}


def test_a_spreadsheet_reads_the_arabic_and_finds_no_formula(door: TestClient, db: Database, office: Office) -> None:
    with db.write() as session:
        session.add(result("second", said_ar="=رابط", said_en=FORMULA))
    written = door.get("/open-data/results.csv").content.decode()
    assert written.startswith(MARK)
    assert f",'{FORMULA}," in written
    assert ",'=رابط," in written
    told = door.get("/open-data/codes.csv").content
    assert "شكوى" in told.decode("utf-8-sig")
    second = door.get("/open-data/results.json").json()[1]
    assert (second["said_ar"], second["said_en"]) == ("=رابط", FORMULA), "JSON has the words themselves"


def test_json_holds_the_same_as_csv(door: TestClient, office: Office) -> None:
    for name in TABLES:
        given = door.get(f"/open-data/{name}.json").json()
        plain = [
            {
                key: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
                for key, value in row.items()
            }
            for row in given
        ]
        assert plain == rows(door, name), name


def test_no_number_under_five_is_in_any_table(door: TestClient, office: Office) -> None:
    for table in FROZEN:
        told = rows(door, table.name)
        assert not [row for row in told if row["count"] and 0 < int(row["count"]) < 5], table.name
        assert {row["suppressed"] for row in told} <= {"true", "false"}
        assert not [row for row in told if (row["count"] == "") != (row["suppressed"] == "true")]
    assert {(row["topic"], row["count"]) for row in rows(door, "case_topics") if row["suppressed"] == "true"} >= {("leave", "")}


def test_whoever_asks_first_has_the_release_of_the_day_made_and_later_ones_read_the_same(
    door: TestClient, office: Office, hands: Hands
) -> None:
    before = door.get("/open-data/participation.csv").content
    office.public("facebook", "complaint", 9)
    office.public("facebook", "complaint", 30, day=YESTERDAY + timedelta(days=1))
    hands.forward(minutes=5)
    assert door.get("/open-data/participation.csv").content == before
    hands.forward(days=1)
    after = door.get("/open-data/participation.csv").content
    assert after.startswith(before)
    assert b"2026-11-24,facebook,complaint,30,false" in after[len(before) :]


def test_while_one_has_the_release_made_another_reads_what_was_published_before(
    door: TestClient, office: Office, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, meanwhile = door.get("/open-data/participation.csv").content, list[bytes]()

    def slow(*given: Any) -> Any:
        meanwhile.append(door.get("/open-data/participation.csv").content)
        return make(*given)

    monkeypatch.setattr("portal.data.current.make", slow)
    office.public("facebook", "complaint", 30, day=YESTERDAY + timedelta(days=1))
    hands.forward(days=1)
    assert door.get("/open-data/participation.csv").content != before
    assert meanwhile == [before]


def test_two_doors_show_one_release(db: Database, door: TestClient, bare_door: TestClient, office: Office) -> None:
    first = door.get("/open-data/platforms.csv").content
    office.public("facebook", "complaint", 9)
    assert bare_door.get("/open-data/platforms.csv").content == first
    assert len(bare_door.get("/open-data/releases.json").json()) == 1


def test_the_descriptor_names_its_release_and_the_checksums_stand_in_it(door: TestClient, office: Office) -> None:
    package = door.get("/open-data/datapackage.json").json()
    (listed,) = door.get("/open-data/releases.json").json()
    assert package["release"]["sha256"] == listed["sha256"]
    assert package["release"]["seal"] == listed["seal"]
    chained = {resource["name"]: resource["hash"] for resource in package["resources"] if resource["frozen"]}
    assert package["release"]["tables"] == chained
    assert hashlib.sha256(door.get(f"/open-data/{listed['path']}").content).hexdigest() == listed["sha256"]


def test_a_result_that_was_withdrawn_is_gone_at_once(door: TestClient, db: Database, office: Office) -> None:
    assert [row["uid"] for row in rows(door, "results")] == ["first"]
    with db.write() as session:
        one = session.get_one(Result, 1)
        one.withdrawn_at = now()
        session.add(one)
    assert rows(door, "results") == []
    assert "said en" not in door.get("/open-data/package.zip").content.decode("latin-1")


def test_no_name_of_the_staff_and_no_case_is_in_the_results(door: TestClient, office: Office) -> None:
    (row,) = rows(door, "results")
    assert not {"by", "case_id", "id"} & set(row)
    assert "user:7" not in door.get("/open-data/results.json").text


def test_the_catalogue_names_every_table_in_both_languages_with_its_files(door: TestClient, office: Office) -> None:
    answer = door.get("/open-data/catalog.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    sets = answer.json()["dcat:dataset"]
    assert [one["dct:identifier"] for one in sets] == ["package", *TABLES]
    for one in sets:
        assert {title["@language"] for title in one["dct:title"]} == {"ar", "en"}
        for distribution in one["dcat:distribution"]:
            path = distribution["dcat:downloadURL"]["@id"].removeprefix("http://127.0.0.1:8000")
            assert door.get(path).status_code == 200
    (first,) = (part for part in sets[1]["dcat:distribution"] if "spdx:checksum" in part)
    content = door.get("/open-data/platforms.csv").content
    assert first["spdx:checksum"]["spdx:checksumValue"] == hashlib.sha256(content).hexdigest()


def test_the_readme_and_the_dictionary_name_every_column_of_every_table(door: TestClient, office: Office) -> None:
    readme = door.get("/open-data/README.md").text
    listed = {(row["table"], row["field"]) for row in rows(door, "dictionary")}
    assert listed == {(table.name, column) for table in TABLES.values() for column in table.columns}
    for table in TABLES.values():
        assert readme.count(f"`{table.name}`\n") == 2
        assert [column for column in table.columns if f"- `{column}`:" not in readme] == []
    assert current().disclaimer("ar") in readme


def test_every_code_that_is_used_is_explained(door: TestClient, office: Office) -> None:
    known = {(row["list"], row["code"]) for row in rows(door, "codes")}
    for table in FROZEN:
        for row in rows(door, table.name):
            used = {(name if name != "platform" else "channel", row[name]) for name in table.keys}
            assert {(name, code) for name, code in used if name not in ("day", "month", "clause", "rating")} <= known


def test_the_page_offers_every_table_in_both_languages(door: TestClient, office: Office) -> None:
    for lang in ("ar", "en"):
        page = door.get(f"/{lang}/open-data").text
        assert [name for name in TABLES if f'href="/open-data/{name}.csv"' not in page] == []
        assert all(table.about("ar" if lang == "ar" else "en") in page for table in TABLES.values())
        assert re.search(r"[0-9a-f]{64}", page)


@pytest.mark.parametrize("path", ["nothing.csv", "nothing.json", "releases/2026-01-01.zip", "releases/yesterday.zip"])
def test_what_is_not_there_is_told_so(lite_door: TestClient, path: str) -> None:
    assert lite_door.get(f"/open-data/{path}").json() == {"error": 404}


@pytest.fixture
def paths() -> Iterator[str]:
    return iter(["datapackage.json", "catalog.jsonld", "README.md", "package.zip", "releases.json", "cases.csv", "cases.json"])


def test_anybodys_page_may_read_it_and_whoever_has_it_is_told_so(door: TestClient, office: Office, paths: Iterator[str]) -> None:
    for path in paths:
        answer = door.get(f"/open-data/{path}")
        assert answer.headers["access-control-allow-origin"] == "*"
        again = door.get(f"/open-data/{path}", headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path


def test_a_release_may_be_kept_for_ever(door: TestClient, office: Office) -> None:
    (one,) = door.get("/open-data/releases.json").json()
    assert date.fromisoformat(one["day"]) == date(2026, 11, 24)
    assert "immutable" in door.get(f"/open-data/{one['path']}").headers["cache-control"]
