"""Open311 GeoReport v2: discovery, services, requests sent in and shown to their senders, in JSON and in XML."""

from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from sqlmodel import func, select

from core.actors import WORKER
from core.clock import Hands, now
from core.db import Database
from core.models import Account
from core.settings import Settings
from core.vault import Vault
from inbox import cases, priority
from inbox.models import Case, Item
from outbox import accounts
from policies.edition import current
from policies.verdict import KINDS, TOPICS


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


def test_whatever_was_written_is_still_xml(db: Database, door: TestClient, opened: tuple[str, str]) -> None:
    with db.write() as session:
        session.exec(select(Item)).one().text = "فكرة \ufffe\uffff\x0b"
    answer = door.get(f"/open311/v2/requests/{opened[0]}.xml?token={opened[1]}")
    assert ElementTree.fromstring(answer.content).findtext("request/description") == "فكرة "  # noqa: S314 (our own answer)


def test_what_we_said_says_whether_it_is_an_answer(db: Database, door: TestClient, opened: tuple[str, str], hands: Hands) -> None:
    with db.write() as session:
        case = session.exec(select(Case)).one()
        for verb, how in ((cases.interim, {}), (cases.question, {}), (cases.note, {"public": True})):
            verb(session, WORKER, case, "نراجعها", **how)
            hands.forward(minutes=1)
    (request,) = door.get(f"/open311/v2/requests/{opened[0]}.json?token={opened[1]}").json()
    assert [one["what"] for one in request["extended_attributes"]["answer"]] == ["interim", "question", "answer"]


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


REQUESTS = "/open311/v2/requests"
SENT = {"service_code": "complaint", "description": "لم أستلم راتبي منذ شهرين", "attribute[topic]": "wages"}


@pytest.fixture
def taking(db: Database, door: TestClient, door_settings: Settings, vault: Vault, hands: Hands) -> TestClient:
    """A portal that takes requests in."""
    with db.write() as session:
        accounts.from_environment(session, door_settings, vault)
    return door


def number_of_cases(db: Database) -> int:
    with db.read() as session:
        return session.exec(select(func.count()).select_from(Case)).one()


def sent(door: TestClient, **headers: str) -> Any:
    answer = door.post(f"{REQUESTS}.json", data=SENT, headers=headers)
    assert answer.status_code == 201, answer.text
    (receipt,) = answer.json()
    return receipt


def test_each_service_says_what_may_be_told_and_what_taking_part_means(lite_door: TestClient) -> None:
    for kind in KINDS:
        told = lite_door.get(f"/en/open311/v2/services/{kind}.json").json()
        assert told["service_code"] == kind
        attributes = {one["code"]: one for one in told["attributes"]}
        assert [one["key"] for one in attributes["topic"]["values"]] == [topic for topic in TOPICS if topic != "none"]
        assert current().ref in attributes["terms"]["description"]
        assert current().disclaimer("en") in attributes["terms"]["description"]
        assert not attributes["terms"]["variable"]
        assert not any(one["required"] for one in attributes.values())


def test_a_service_definition_in_xml_says_the_same(lite_door: TestClient) -> None:
    told = lite_door.get("/en/open311/v2/services/complaint.json").json()
    tree = ElementTree.fromstring(lite_door.get("/en/open311/v2/services/complaint.xml").content)  # noqa: S314 (our own answer)
    assert [one.text for one in tree.findall("attributes/attribute/code")] == [one["code"] for one in told["attributes"]]
    keys = [one.text for one in tree.findall("attributes/attribute[1]/values/value/key")]
    assert keys == [one["key"] for one in told["attributes"][0]["values"]]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_there_is_no_other_service(lite_door: TestClient, form: str) -> None:
    assert lite_door.get(f"/open311/v2/services/pothole.{form}").status_code == 404
    assert lite_door.post(f"{REQUESTS}.{form}", data={"service_code": "pothole", "description": "."}).status_code == 404


def test_a_request_that_is_sent_in_is_a_case_with_number_token_and_date(taking: TestClient, db: Database) -> None:
    receipt = sent(taking)
    with db.read() as session:
        case = session.exec(select(Case)).one()
        item = session.get_one(Item, case.item_id)
    assert (case.kind, case.topic, case.lang, case.edition) == ("complaint", "wages", "ar", current().ref)
    assert (item.text, item.private) == (SENT["description"], True)
    assert receipt["service_request_id"] == case.number
    assert receipt["expected_datetime"].endswith("Z")
    assert current().ref in receipt["service_notice"]
    assert current().disclaimer("ar") in receipt["service_notice"]


def test_its_token_opens_it_and_tells_its_number(taking: TestClient) -> None:
    receipt = sent(taking)
    token, number = receipt["token"], receipt["service_request_id"]
    (told,) = taking.get(f"/open311/v2/tokens/{token}.json").json()
    assert told == {"service_request_id": number, "token": token}
    (shown,) = taking.get(f"{REQUESTS}/{number}.json?token={token}").json()
    assert (shown["status"], shown["description"]) == ("open", SENT["description"])
    assert taking.get(f"{REQUESTS}/{number}.json?token={token.rpartition('.')[2]}").json() == [shown]
    assert taking.get(f"{REQUESTS}.json?token={token}").json() == [shown]
    assert taking.get(f"/track/{number}/{token.rpartition('.')[2]}").status_code == 200


def test_whom_we_asked_reads_that_his_answer_is_waited_for(taking: TestClient, db: Database) -> None:
    token = sent(taking)["token"]
    with db.write() as session:
        cases.question(session, WORKER, session.exec(select(Case)).one(), "ما اسم الشركة؟")
    (shown,) = taking.get(f"/en{REQUESTS}.json?token={token}").json()
    assert (shown["status"], shown["status_notes"]) == ("open", "Waiting for your answer")


@pytest.mark.parametrize("token", ["", ".", "M-00000-00000.AAAAAAAAAAAAAAAAAAAAAAAAAA", "x" * 400])
def test_a_token_that_opens_nothing_lists_nothing(taking: TestClient, token: str) -> None:
    sent(taking)
    assert taking.get(f"{REQUESTS}.json", params={"token": token}).json() == []
    if token:
        assert taking.get(f"/open311/v2/tokens/{token}.json").status_code == 404


def test_the_holder_of_several_tokens_lists_and_narrows_his_requests(taking: TestClient, hands: Hands) -> None:
    first = sent(taking)
    hands.forward(days=1)
    (second,) = taking.post(f"{REQUESTS}.json", data={**SENT, "service_code": "suggestion"}).json()
    tokens = f"{first['token']},{second['token']},{first['token']}"

    def listed(**more: str) -> list[str]:
        answer = taking.get(f"{REQUESTS}.json", params={"token": tokens, **more})
        assert answer.headers["cache-control"] == "no-store"
        return [one["service_request_id"] for one in answer.json()]

    newest_first = [second["service_request_id"], first["service_request_id"]]
    assert listed() == newest_first
    assert listed(service_code="complaint") == newest_first[1:]
    assert listed(service_request_id=newest_first[0]) == newest_first[:1]
    assert listed(status="closed") == []
    assert listed(start_date="2026-11-25T00:00:00Z") == newest_first[:1]
    assert listed(start_date="0001-01-01T00:00:00+14:00", end_date="9999-12-31T23:59:59-14:00") == newest_first
    assert listed(end_date="2026-11-25T00:00:00") == newest_first[1:]


def test_in_xml_a_request_is_sent_in_too(taking: TestClient) -> None:
    answer = taking.post(f"{REQUESTS}.xml", data=SENT)
    tree = ElementTree.fromstring(answer.content)  # noqa: S314 (our own answer)
    token = tree.findtext("request/token")
    shown = ElementTree.fromstring(taking.get(f"{REQUESTS}.xml?token={token}").content)  # noqa: S314 (our own answer)
    assert shown.findtext("request/description") == SENT["description"]
    assert shown.findtext("request/extended_attributes/state") == "received"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"description": ""}, 400),
        ({"description": "x" * 5001}, 400),
        ({"service_code": ""}, 400),
        ({"email": "nobody"}, 400),
        ({"phone": "12"}, 400),
    ],
)
def test_what_can_not_be_taken_is_told_and_nothing_is_stored(
    taking: TestClient, db: Database, changed: dict[str, str], status: int
) -> None:
    answer = taking.post(f"{REQUESTS}.json", data={**SENT, **changed})
    assert answer.status_code == status
    assert [set(one) for one in answer.json()] == [{"code", "description"}]
    assert number_of_cases(db) == 0


def test_the_same_key_with_the_same_words_is_one_request(taking: TestClient, db: Database) -> None:
    key = {"Idempotency-Key": "b7d2"}
    assert sent(taking, **key) == sent(taking, **key)
    assert number_of_cases(db) == 1


def test_the_same_key_with_other_words_opens_nobodys_request(taking: TestClient, db: Database) -> None:
    first = sent(taking, **{"Idempotency-Key": "1"})
    other = taking.post(f"{REQUESTS}.json", data={**SENT, "description": "غيره"}, headers={"Idempotency-Key": "1"}).json()[0]
    assert other["service_request_id"] != first["service_request_id"]
    assert number_of_cases(db) == 2


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_elsewhere_can_not_send_for_its_reader(taking: TestClient, db: Database, site: str) -> None:
    assert taking.post(f"{REQUESTS}.json", data=SENT, headers={"Sec-Fetch-Site": site}).status_code == 403
    assert number_of_cases(db) == 0


def test_whoever_sends_too_often_waits(taking: TestClient, db: Database) -> None:
    senders = taking.app.state.portal.senders  # type: ignore[attr-defined]  # the application has it
    while not senders.wait("testclient"):
        pass
    answer = taking.post(f"{REQUESTS}.json", data=SENT)
    assert (answer.status_code, answer.json()) == (429, [{"code": 429, "description": "too many requests"}])
    assert int(answer.headers["retry-after"]) > 0
    assert number_of_cases(db) == 0


def test_where_no_forms_are_taken_it_is_told_so(door: TestClient, hands: Hands) -> None:
    assert door.post(f"{REQUESTS}.json", data=SENT).status_code == 503


def test_a_request_in_confidence_is_one(taking: TestClient, db: Database) -> None:
    taking.post(f"{REQUESTS}.json", data={**SENT, "attribute[confidential]": "yes", "attribute[lang]": "ur"})
    with db.read() as session:
        case = session.exec(select(Case)).one()
    assert (case.grade, priority.confides(case), case.lang) == ("urgent", True, "ur")
