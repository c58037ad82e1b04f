"""Following a case: shown to whoever has both number and secret, and to nobody else."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from core import calendar
from core.actors import WORKER, Actor, abilities_of
from core.clock import Hands
from core.db import Database
from core.vault import Vault
from inbox import cases, rounds
from inbox.models import Case
from inbox.tongues import say
from tests.portal.conftest import opened_case

MANAGER = Actor("user:9", abilities_of(["manager"]), 9)
WORDS = "راتبي متأخر <script>alert(1)</script> ![x](http://127.0.0.1:1/t)"


@pytest.fixture
def opened(db: Database, vault: Vault, hands: Hands) -> tuple[str, str]:
    """Number and secret of an open complaint."""
    return opened_case(db, vault, "wages", text=WORDS)


def test_the_form_shows_the_case(door: TestClient, opened: tuple[str, str]) -> None:
    answer = door.post("/track", data={"number": opened[0], "secret": opened[1]})
    assert answer.status_code == 200
    assert opened[0] in answer.text
    assert "الأجور" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_the_link_of_the_receipt_shows_the_case_in_either_language(door: TestClient, opened: tuple[str, str]) -> None:
    assert "Wages" in door.get(f"/en/track/{opened[0]}/{opened[1]}").text
    arabic = door.get(f"/track/{opened[0]}/{opened[1]}")
    assert "الأجور" in arabic.text
    assert arabic.headers["referrer-policy"] == "no-referrer"
    assert arabic.headers["x-robots-tag"] == "noindex"


def test_a_date_that_moved_is_told_with_its_reason_in_the_language_of_the_page(
    db: Database, door: TestClient, opened: tuple[str, str]
) -> None:
    with db.write() as session:
        case = session.exec(select(Case)).one()
        off: dict[str, Any] = {"kind": "holiday", "first": date(2026, 11, 26), "last": date(2026, 11, 27)}
        calendar.keep(session, MANAGER, **off, name_ar="عطلة", name_en="Off")
        assert rounds.redate(session, WORKER, case, "calendar")
    for lang, answer, before in (
        ("ar", "نجيبك قبل", "سابقًا"),
        ("en", "We answer by", "before"),
        ("ur", "ہم اس تاریخ تک", "پہلے یہ تھی"),
    ):
        page = door.get(f"/{lang}/track/{opened[0]}/{opened[1]}").text
        history = page[page.index('id="history"') :]
        assert answer in history
        assert before in history
        assert say("case.moved.calendar", lang) in history
        assert "2026-11-27 12:00 &gt;" not in history


def test_what_a_person_types_loosely_is_understood(door: TestClient, opened: tuple[str, str]) -> None:
    number, secret = opened
    assert (
        door.post("/track", data={"number": f"  {number.lower().replace('-', ' ')} ", "secret": secret.lower()}).status_code == 200
    )


def test_an_arabic_keyboard_and_a_copied_message_are_understood(door: TestClient, opened: tuple[str, str]) -> None:
    number, secret = (value.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) for value in opened)
    assert door.post("/track", data={"number": f"\u2068{number}\u2069", "secret": f"\u200f{secret}\u200e."}).status_code == 200
    assert door.post("/track", data={"number": opened[0].replace("-", " – "), "secret": opened[1]}).status_code == 200


def test_words_of_the_public_are_shown_as_words(door: TestClient, opened: tuple[str, str]) -> None:
    page = door.get(f"/track/{opened[0]}/{opened[1]}").text
    assert "<script>" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ![x]" in page


def test_a_wrong_number_and_a_wrong_secret_get_the_same_answer(door: TestClient, opened: tuple[str, str]) -> None:
    number, secret = opened
    other = "M-00000-00000" if number != "M-00000-00000" else "M-11111-11111"
    tries = [(number, "0" * 26), (other, secret), (other, "0" * 26), ("", ""), ("\x00", "\x00"), ("م" * 5000, secret), (number, "")]
    answers = [door.post("/track", data={"number": n, "secret": s}) for n, s in tries]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert len({str(sorted((k, v) for k, v in a.headers.items() if k != "date")) for a in answers}) == 1


def test_a_wrong_link_gets_that_answer_too(door: TestClient, opened: tuple[str, str]) -> None:
    wrong_secret = door.get(f"/track/{opened[0]}/{'0' * 26}")
    wrong_number = door.get(f"/track/M-00000-00000/{opened[1]}")
    assert (wrong_secret.status_code, wrong_number.status_code) == (404, 404)
    assert wrong_secret.text.replace(f"/track/{opened[0]}/{'0' * 26}", "") == wrong_number.text.replace(
        f"/track/M-00000-00000/{opened[1]}", ""
    )


def test_no_number_is_shown_without_its_secret_anywhere(door: TestClient, opened: tuple[str, str]) -> None:
    for path in ("/", "/track", "/commitments", "/open-data/participation.json", f"/open311/v2/requests/{opened[0]}.json"):
        assert WORDS[:12] not in door.get(path).text
    assert door.get(f"/open311/v2/requests/{opened[0]}.json").status_code == 404


def test_one_address_may_try_only_so_often_and_then_again(door: TestClient, opened: tuple[str, str], hands: Hands) -> None:
    statuses = [door.post("/track", data={"number": "M-00000-00000", "secret": "x"}).status_code for _ in range(200)]
    allowed = statuses.count(404)
    assert 20 <= allowed <= 60
    assert statuses == [404] * allowed + [429] * (200 - allowed)
    refused = door.post("/track", data={"number": opened[0], "secret": opened[1]})
    assert refused.status_code == 429
    hands.forward(seconds=int(refused.headers["retry-after"]))
    assert door.post("/track", data={"number": opened[0], "secret": opened[1]}).status_code == 200


def test_a_forged_forwarding_header_gives_no_new_tries(door: TestClient, opened: tuple[str, str]) -> None:
    forged = [
        door.post(
            "/track",
            data={"number": "M-00000-00000", "secret": "x"},
            headers={"X-Forwarded-For": f"10.0.0.{n}", "Forwarded": f"for=10.0.0.{n}"},
        )
        for n in range(60)
    ]
    assert forged[-1].status_code == 429


def test_open311_shares_the_limit_on_tries(door: TestClient, opened: tuple[str, str]) -> None:
    for _ in range(60):
        last = door.get(f"/open311/v2/requests/{opened[0]}.json?token=wrong")
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) > 0


def test_the_other_language_of_a_case_from_the_form_needs_no_secret_in_an_address(
    door: TestClient, opened: tuple[str, str]
) -> None:
    page = door.post("/track", data={"number": opened[0], "secret": opened[1]}).text
    assert 'formaction="/track?lang=en"' in page
    assert f"/track/{opened[0]}" not in page


def test_a_resolved_case_shows_outcome_and_reason(db: Database, door: TestClient, opened: tuple[str, str]) -> None:
    with db.write() as session:
        case = session.exec(select(Case)).one()
        cases.resolve(session, WORKER, case, "solved", "صُرف الراتب يوم 20 نوفمبر.")
    page = door.get(f"/track/{opened[0]}/{opened[1]}").text
    assert "حُلّ الأمر" in page
    assert page.count("صُرف الراتب يوم 20 نوفمبر.") == 1
