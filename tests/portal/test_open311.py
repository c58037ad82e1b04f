"""Open311 GeoReport v2: discovery, services and one request, in JSON and in XML."""

from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from core.actors import WORKER
from core.clock import Hands, now
from core.db import Database
from core.models import Account
from core.vault import Vault
from inbox import cases
from inbox.models import Item


@pytest.fixture
def opened(db: Database, vault: Vault, hands: Hands) -> tuple[str, str]:
    """Number and secret of an open suggestion."""
    with db.write() as session:
        account = Account(platform="x", native_id="1")
        session.add(account)
        session.flush()
        item = Item(account_id=account.id or 0, platform="x", native_id="2", surface="mention", text="فكرة", created_at=now())
        session.add(item)
        session.flush()
        case = cases.open_case(session, WORKER, item, "suggestion", key_id=vault.current)
        return case.number, cases.secret_of(case, vault)


def test_discovery_leads_to_the_services(lite_door: TestClient) -> None:
    document = lite_door.get("/open311/v2/").json()
    (entry,) = document["endpoints"]
    assert entry["endpoint"]["specification"] == "http://wiki.open311.org/GeoReport_v2"
    path = entry["endpoint"]["url"].removeprefix("http://127.0.0.1:8000")
    assert lite_door.get(f"{path}/services.json").status_code == 200
    assert lite_door.get(f"{path}/discovery.json").json() == document


def test_discovery_in_xml_says_the_same(lite_door: TestClient) -> None:
    tree = ElementTree.fromstring(lite_door.get("/open311/v2/discovery.xml").content)  # noqa: S314 (our own answer)
    assert tree.findtext("endpoints/endpoint/specification") == "http://wiki.open311.org/GeoReport_v2"
    assert [f.text for f in tree.findall("endpoints/endpoint/formats/format")] == ["application/json", "text/xml"]


def test_services_are_the_kinds_of_case_in_both_languages(lite_door: TestClient) -> None:
    arabic, english = lite_door.get("/open311/v2/services.json").json(), lite_door.get("/en/open311/v2/services.json").json()
    assert [s["service_code"] for s in arabic] == ["complaint", "suggestion", "inquiry", "praise", "other"]
    assert (arabic[0]["service_name"], english[0]["service_name"], english[0]["service_name_ar"]) == ("شكوى", "Complaint", "شكوى")


def test_services_in_xml_are_the_same_services(lite_door: TestClient) -> None:
    answer = lite_door.get("/open311/v2/services.xml")
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    tree = ElementTree.fromstring(answer.content)  # noqa: S314 (our own answer)
    listed = [{field.tag: field.text for field in service} for service in tree.findall("service")]
    plain = [
        {k: str(v).lower() if isinstance(v, bool) else v for k, v in row.items()}
        for row in lite_door.get("/open311/v2/services.json").json()
    ]
    assert listed == plain


def test_a_request_is_shown_to_whoever_holds_its_secret(door: TestClient, opened: tuple[str, str]) -> None:
    number, secret = opened
    answer = door.get(f"/en/open311/v2/requests/{number}.json?token={secret}")
    (request,) = answer.json()
    assert request["service_request_id"] == number
    assert (request["status"], request["service_code"]) == ("open", "suggestion")
    assert request["requested_datetime"] == "2026-11-24T06:00:00Z"
    assert answer.headers["cache-control"] == "no-store"


def test_a_request_in_xml(door: TestClient, opened: tuple[str, str]) -> None:
    number, secret = opened
    tree = ElementTree.fromstring(door.get(f"/open311/v2/requests/{number}.xml?token={secret}").content)  # noqa: S314 (our own answer)
    assert tree.findtext("request/service_request_id") == number


@pytest.mark.parametrize("form", ["json", "xml"])
def test_without_the_secret_a_request_does_not_exist(door: TestClient, opened: tuple[str, str], form: str) -> None:
    number, secret = opened
    answers = [
        door.get(f"/open311/v2/requests/{number}.{form}"),
        door.get(f"/open311/v2/requests/{number}.{form}?token={'0' * 26}"),
        door.get(f"/open311/v2/requests/M-00000-00000.{form}?token={secret}"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
