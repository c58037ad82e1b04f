"""Objecting on the portal: offered where something was decided, taken once, never without the secret."""

import re
from datetime import date

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from markupsafe import escape
from sqlmodel import select

from core.actors import OPERATING, WORKER, Actor, abilities_of
from core.clock import Hands
from core.db import Database
from core.models import Period
from core.vault import Vault
from inbox import appeal, cases, due, rounds
from inbox.models import Case, Decision, Item
from outbox.models import Delivery
from policies.edition import current
from tests.portal.conftest import opened_case

MODERATOR = Actor("user:7", abilities_of(["moderator"]), None, "Noura")
OBJECTION = "لم أشتم أحدًا <b>أبدًا</b>"


@pytest.fixture
def holder(db: Database, vault: Vault, hands: Hands) -> dict[str, str]:
    """Number and secret of an open complaint."""
    number, secret = opened_case(db, vault, "wages", text="راتبي متأخر")
    return {"number": number, "secret": secret}


def hide(db: Database, *, by_machine: bool = False) -> None:
    """Hidden under the clause on privacy, and the platform has done it."""
    with db.write() as session:
        item = session.exec(select(Item)).one()
        delivery = Delivery(account_id=item.account_id, kind="hide", state="published", target_id=item.native_id)
        session.add(delivery)
        session.flush()
        decision = Decision(
            item_id=item.id or 0,
            actor="worker" if by_machine else MODERATOR.label,
            action="hide",
            automatic=by_machine,
            edition=current().ref,
            clause="privacy",
            reason="inner-remark",
            delivery_id=delivery.id,
        )
        item.hidden = True
        session.add_all([item, decision])


def object_to(door: TestClient, holder: dict[str, str], words: str, lang: str = "/en") -> Response:
    """Open the case, write why, send."""
    found = re.search(r'name="token" value="([^"]+)"', look(door, holder, lang))
    return door.post(f"{lang}/track/appeal", data={**holder, "words": words, "token": found[1] if found else ""})


def look(door: TestClient, holder: dict[str, str], lang: str = "/en") -> str:
    return door.post(f"{lang}/track", data=holder).text


def test_a_case_on_which_nothing_was_decided_offers_no_objection(door: TestClient, holder: dict[str, str]) -> None:
    assert "/track/appeal" not in look(door, holder)


@pytest.mark.parametrize(("by_machine", "said"), [(True, "Hidden automatically"), (False, "Decided by a member of staff")])
def test_hidden_words_are_explained_with_their_clause_and_a_way_to_object(
    db: Database, door: TestClient, holder: dict[str, str], by_machine: bool, said: str
) -> None:
    hide(db, by_machine=by_machine)
    page = look(door, holder)
    clause = current().clause("privacy")
    for words in ("What you wrote is hidden", clause.text("en"), clause.notice("en"), current().clause_ref("privacy"), said):
        assert words.replace("'", "&#39;") in page
    assert 'action="/en/track/appeal"' in page
    assert "inner-remark" not in page
    assert "user:7" not in page
    assert clause.text("ar") in look(door, holder, "")


def test_what_was_hidden_on_the_platform_itself_may_be_objected_to_as_well(
    db: Database, door: TestClient, holder: dict[str, str]
) -> None:
    with db.write() as session:
        session.exec(select(Item)).one().hidden = True
    page = look(door, holder)
    assert "we hold no decision about it" in page
    assert "/track/appeal" in page


def test_an_objection_is_taken_once_and_shown_as_the_next_step(
    db: Database, door: TestClient, holder: dict[str, str], hands: Hands
) -> None:
    hide(db)
    hands.forward(minutes=1)
    for _ in range(3):
        answer = object_to(door, holder, OBJECTION)
        assert answer.status_code == 200
        assert "somebody other than the one who decided looks at your objection" in answer.text
        assert "&lt;b&gt;" in answer.text
        assert 'name="words"' not in answer.text
    with db.read() as session:
        ((case, step),) = appeal.waiting(session)
        assert (case.number, step.note, step.actor) == (holder["number"], OBJECTION, "citizen")


def test_an_objection_without_words_is_asked_for_them(db: Database, door: TestClient, holder: dict[str, str]) -> None:
    hide(db)
    answer = object_to(door, holder, " ", "")
    assert answer.status_code == 422
    assert "اكتب سببًا أولًا" in answer.text
    assert 'aria-describedby="words-wrong"' in answer.text


def test_without_the_secret_nothing_is_taken_and_nothing_is_shown(db: Database, door: TestClient, holder: dict[str, str]) -> None:
    hide(db)
    wrong = door.post("/track/appeal", data={"number": holder["number"], "secret": "0" * 26, "words": OBJECTION})
    unknown = door.post("/track/appeal", data={"number": "M-00000-00000", "secret": holder["secret"], "words": OBJECTION})
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert wrong.text == unknown.text
    with db.read() as session:
        assert appeal.waiting(session) == []


def test_objections_share_the_limit_on_tries(door: TestClient, holder: dict[str, str]) -> None:
    statuses = [door.post("/track/appeal", data={"number": "M-00000-00000", "secret": "x"}).status_code for _ in range(40)]
    assert statuses[-1] == 429


def test_the_answer_to_a_declined_objection_stands_in_the_history(
    db: Database, door: TestClient, holder: dict[str, str], hands: Hands
) -> None:
    with db.write() as session:
        cases.resolve(session, WORKER, session.exec(select(Case)).one(), "declined", "Not covered by the law.")
    hands.forward(minutes=1)
    assert "object below" in look(door, holder)
    object_to(door, holder, OBJECTION)
    with db.write() as session:
        reviewer = Actor("user:9", OPERATING.abilities | abilities_of(["appeal_reviewer"]))
        appeal.decide(session, reviewer, session.exec(select(Case)).one(), "We looked again: article 12.", uphold=False)
    page = look(door, holder)
    assert "We looked again: article 12." in page
    assert "the objection is decided" in page
    assert "/track/appeal" not in page


def test_reloading_the_answer_by_its_address_leads_to_the_form(lite_door: TestClient) -> None:
    answer = lite_door.get("/track/appeal")
    assert answer.status_code == 200
    assert 'name="secret"' in answer.text


def test_changing_the_language_of_the_answer_objects_to_nothing(db: Database, door: TestClient, holder: dict[str, str]) -> None:
    hide(db)
    page = object_to(door, holder, " ").text
    assert 'formaction="/track?lang=ar"' in page


@pytest.mark.parametrize(
    ("lang", "by", "first", "why"),
    [("/en", "Your objection is decided by", "Decision on the objection by", "How was this date counted?"),
     ("", "نبتّ في اعتراضك قبل", "البت في الاعتراض في موعد أقصاه", "كيف حُسب هذا الموعد؟"),
     ("/ur", "آپ کے اعتراض کا فیصلہ", "Decision on the objection by", "یہ تاریخ کیسے طے کی گئی؟")],
)  # fmt: skip
def test_whoever_objected_reads_by_when_it_is_decided_and_how_that_was_counted(
    db: Database, door: TestClient, holder: dict[str, str], hands: Hands, lang: str, by: str, first: str, why: str
) -> None:
    hide(db)
    hands.forward(minutes=1)
    answer = object_to(door, holder, OBJECTION, lang).text
    assert by in answer
    assert why in answer
    assert by in look(door, holder, lang)
    with db.read() as session:
        told = due.objection(session, session.exec(select(Case)).one())
    assert told is not None
    lines = told.words("ar" if lang == "" else "en")
    assert lines[0].startswith(first)
    assert all(f"<li>{escape(line)}</li>" in answer for line in lines)


def test_that_the_date_moved_is_told_as_that_of_the_objection(
    db: Database, door: TestClient, holder: dict[str, str], hands: Hands
) -> None:
    with db.write() as session:
        cases.resolve(session, WORKER, session.exec(select(Case)).one(), "declined", "Not covered by the law.")
    hands.forward(minutes=1)
    object_to(door, holder, OBJECTION)
    with db.write() as session:
        session.add(Period(kind="holiday", first=date(2026, 11, 25), last=date(2026, 11, 25), name_ar="ع", name_en="Off"))
    assert rounds.redate_all(db, "calendar") == 1
    history = look(door, holder).partition('id="history"')[2]
    assert "Your objection is decided by:" in history
    assert "because a holiday was announced" in history
