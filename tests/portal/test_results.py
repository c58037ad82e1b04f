"""Published results for everybody: in both languages, as a page and as a feed; nobody's name, nothing withdrawn."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from core.clock import Hands, rfc3339
from core.db import Database
from inbox import cases, merging
from inbox.models import Case
from inbox.steps import step
from portal.atom import ATOM
from tests.portal.results_wall import BECAUSE, DECIDED, SAID, result
from tests.portal.walker import CLERK


@pytest.fixture
def publish(db: Database, hands: Hands) -> Any:
    """`publish(outcome="declined")`: a result of now; returns its uid."""
    made: list[str] = []

    def add(**columns: Any) -> str:
        made.append(f"{len(made):016x}")
        with db.write() as session:
            session.add(result(made[-1], **columns))
        return made[-1]

    return add


def entries(door: TestClient, path: str = "/en/results.atom") -> list[dict[str, str]]:
    root = ElementTree.fromstring(door.get(path).content)  # noqa: S314 (it is our own)
    return [{part.tag.removeprefix(f"{{{ATOM}}}"): part.text or "" for part in one} for one in root.findall(f"{{{ATOM}}}entry")]


def test_without_any_the_page_says_so_and_the_feed_is_empty(lite_door: TestClient) -> None:
    assert "لم تُنشر نتائج بعد" in lite_door.get("/results").text
    assert "No results have been published yet" in lite_door.get("/en/results").text
    assert entries(lite_door) == []


def test_a_result_says_what_was_said_decided_and_why_in_the_readers_language(door: TestClient, publish: Any) -> None:
    uid = publish(outcome="partly")
    for lang, n in (("ar", 0), ("en", 1)):
        page = door.get(f"/{lang}/results").text
        assert all(words[n] in page and words[1 - n] not in page for words in (SAID, DECIDED, BECAUSE))
        assert f'id="{uid}"' in page
    assert "Accepted in part · Customer service" in door.get("/en/results").text


def test_a_refusal_is_published_like_anything_else(door: TestClient, publish: Any) -> None:
    publish(outcome="declined")
    assert "Not accepted" in door.get("/en/results").text


def test_who_of_the_staff_published_it_is_not_told(door: TestClient, publish: Any) -> None:
    publish()
    assert [path for path in ("/results", "/en/results", "/results.atom") if "user:7" in door.get(path).text] == []


def test_what_was_withdrawn_is_gone_from_page_and_feed(door: TestClient, publish: Any, hands: Hands) -> None:
    publish(withdrawn_at=hands.at)
    assert SAID[1] not in door.get("/en/results").text
    assert entries(door) == []


def test_whose_case_was_taken_up_again_since_is_told_so_on_page_and_feed(
    db: Database, door: TestClient, publish: Any, hands: Hands
) -> None:
    with db.write() as session:
        case = Case(number="M-00000-00000", kind="suggestion", state="closed")
        session.add(case)
        session.flush()
        cases.move(session, CLERK, case, "in_progress")
    hands.forward(hours=1)
    uid, id_ = publish(case_id=case.id), case.id
    publish()
    assert "taken up again" not in door.get("/en/results").text + str(entries(door))
    hands.forward(hours=1)
    with db.write() as session:
        case = session.get_one(Case, id_)
        cases.resolve(session, CLERK, case, "accepted", "لأنه نافع")
        cases.move(session, CLERK, case, "in_progress")
    assert "أُعيد فتح الطلب" in door.get("/results").text
    assert door.get("/en/results").text.count("taken up again") == 1
    (told,) = [one for one in entries(door) if one["id"].endswith(f"#{uid}")]
    assert ("taken up again" in told["content"], told["updated"]) == (True, rfc3339(hands.at))


@pytest.mark.parametrize("goes_on", ["open", "ended", "taken_up", "taken_up_before", "split"])
def test_whose_case_goes_on_in_another_is_told_so_while_that_one_does(
    db: Database, door: TestClient, publish: Any, hands: Hands, goes_on: str
) -> None:
    with db.write() as session:
        one = Case(number="M-00000-00000", kind="suggestion", state="resolved", outcome="accepted", resolved_at=hands.at)
        into = Case(number="M-00000-00001", kind="suggestion", state="in_progress")
        session.add_all([one, into])
        session.flush()
        ids = (one.id, into.id)
        if goes_on != "open":
            cases.resolve(session, CLERK, into, "declined", "لا يلزم")
    publish(case_id=ids[0])
    began = None

    def deed(do: Callable[[Session, Case, Case], object]) -> datetime:
        hands.forward(hours=1)
        with db.write() as session:
            do(session, *(session.get_one(Case, id_) for id_ in ids))
        return hands.at

    if goes_on == "taken_up_before":
        deed(lambda s, one, into: cases.move(s, CLERK, into, "in_progress"))
        deed(lambda s, one, into: cases.resolve(s, CLERK, into, "declined", "لا يلزم"))
    merged = deed(lambda s, one, into: merging.merge(s, CLERK, one, into, "الطلب نفسه"))
    if goes_on == "open":
        began = merged
        deed(lambda s, one, into: cases.resolve(s, CLERK, into, "declined", "لا يلزم"))
    elif goes_on == "taken_up":
        began = deed(lambda s, one, into: cases.move(s, CLERK, into, "in_progress"))
    elif goes_on == "split":
        began = deed(lambda s, one, into: step(s, one, "split_off", CLERK.label))
    (told,) = entries(door)
    assert ("taken up again" in told["content"], "taken up again" in door.get("/en/results").text) == (bool(began), bool(began))
    assert began is None or told["updated"] == rfc3339(began)


@pytest.mark.parametrize("taken_up", [True, False])
def test_whose_case_went_on_through_another_into_a_third_is_told_what_was_done_in_either(
    db: Database, door: TestClient, publish: Any, hands: Hands, *, taken_up: bool
) -> None:
    with db.write() as session:
        ended: dict[str, Any] = {"kind": "suggestion", "state": "resolved", "outcome": "accepted", "resolved_at": hands.at}
        rows = [Case(number=f"M-00000-0000{n}", **ended) for n in range(3)]
        session.add_all(rows)
        session.flush()
        ids = [one.id for one in rows]
    publish(case_id=ids[0])

    def deed(do: Callable[[Session, Case, Case, Case], object]) -> datetime:
        hands.forward(hours=1)
        with db.write() as session:
            do(session, *(session.get_one(Case, id_) for id_ in ids))
        return hands.at

    deed(lambda s, one, two, three: merging.merge(s, CLERK, one, two, "الطلب نفسه"))
    began = None
    if taken_up:
        began = deed(lambda s, one, two, three: cases.move(s, CLERK, two, "in_progress"))
        deed(lambda s, one, two, three: cases.resolve(s, CLERK, two, "declined", "لا يلزم"))
    deed(lambda s, one, two, three: merging.merge(s, CLERK, two, three, "الطلب نفسه"))
    (told,) = entries(door)
    assert "taken up again" in told["content"] if began else "taken up again" not in told["content"]
    assert began is None or told["updated"] == rfc3339(began)


def test_the_feed_holds_the_same_and_leads_to_the_page(door: TestClient, publish: Any, hands: Hands) -> None:
    first = publish()
    hands.forward(hours=1)
    second = publish(outcome="done")
    told = entries(door)
    assert [(one["title"], one["id"].rpartition("#")[2]) for one in told] == [("Done", second), ("Accepted", first)]
    assert told[0]["content"] == f"You said: {SAID[1]}\n\nWe decided: {DECIDED[1]}\n\nBecause: {BECAUSE[1]}"
    assert SAID[0] in entries(door, "/ar/results.atom")[0]["content"]


def test_whoever_has_the_newest_feed_is_told_so(door: TestClient, publish: Any) -> None:
    publish()
    tag = door.get("/results.atom").headers["etag"]
    assert door.get("/results.atom", headers={"if-none-match": tag}).status_code == 304
    publish()
    assert door.get("/results.atom", headers={"if-none-match": tag}).status_code == 200


def test_what_html_and_xml_can_not_hold_does_no_harm(door: TestClient, publish: Any) -> None:
    publish(said_en="<script>alert(1)</script> \x07]]>")
    assert "<script>alert" not in door.get("/en/results").text
    assert "<script>alert(1)</script> ]]>" in entries(door)[0]["content"]


def test_the_page_goes_on_with_older_ones(door: TestClient, publish: Any) -> None:
    uids = [publish() for _ in range(21)]
    page = door.get("/en/results").text
    assert uids[-1] in page
    assert uids[0] not in page
    onward = page.partition("?before=")[2].partition('"')[0]
    assert uids[0] in door.get(f"/en/results?before={onward}").text
    assert "There is nothing older" in door.get("/en/results?before=1").text


@pytest.mark.parametrize("before", ["0", "-1", "x", str(2**70)])
def test_a_page_that_can_not_be_is_refused(lite_door: TestClient, before: str) -> None:
    assert lite_door.get(f"/results?before={before}").status_code == 400
