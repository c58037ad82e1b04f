"""Why was my comment hidden: the reasons behind number and secret, an objection that another person decides, and nothing else."""

import html
import io
import json
import re
import zipfile

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import col, select

from core.actors import WORKER, Actor, abilities_of
from core.clock import Hands, now
from core.db import Database
from core.models import Account, AuditEntry
from core.settings import Settings
from core.vault import Vault
from inbox import appeal, moderate, notices
from inbox.models import Case, Decision, Item, Notice
from outbox.guards import settled
from outbox.models import Delivery
from policies.edition import current
from tests.portal.open_door import refused

MODERATOR = Actor("user:7", abilities_of(["moderator"]), None, "Noura")
REVIEWER = Actor("user:9", abilities_of(["appeal_reviewer"]), None, "Hessa")
WORDS = "كلام حُجب <script>alert(1)</script>"
OBJECTION = "لم أشتم أحدًا <b>أبدًا</b>"


def carry_out(db: Database, kind: str) -> None:
    with db.write() as session:
        delivery = session.exec(select(Delivery).where(Delivery.kind == kind)).one()
        delivery.state, delivery.published_at = "published", now()
        session.flush()
        settled(session, delivery)


@pytest.fixture
def holder(db: Database, vault: Vault, door_settings: Settings, hands: Hands) -> dict[str, str]:
    """Number and secret of the notice about a hidden comment."""
    with db.write() as session:
        account = Account(platform="facebook", native_id="1")
        session.add(account)
        session.flush()
        item = Item(
            account_id=account.id or 0,
            platform="facebook",
            native_id="1_2",
            surface="comment",
            text=WORDS,
            created_at=now(),
            can={"hide": True, "delete": True},
        )
        session.add(item)
        session.flush()
        moderate.hide(session, MODERATOR, item, "abuse", "inner-remark")
    carry_out(db, "hide")
    with db.read() as session:
        notice = session.exec(select(Notice)).one()
    link = notices.link(notice, vault, door_settings)
    return {"number": notice.number, "secret": link.rpartition("/")[2]}


def follow(door: TestClient, holder: dict[str, str], lang: str = "/en") -> str:
    answer = door.get(f"{lang}/why/{holder['number']}/{holder['secret']}", headers={"Sec-Fetch-Dest": "document"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


def send(door: TestClient, holder: dict[str, str], words: str, token: str | None = None) -> tuple[int, str]:
    if token is None:
        found = re.search(r'name="token" value="([^"]+)"', follow(door, holder))
        token = found[1] if found else ""
    answer = door.post("/en/why/appeal", data={**holder, "words": words, "token": token})
    return answer.status_code, answer.text


def test_the_page_says_what_why_under_which_clause_of_which_edition_and_who_decided(
    door: TestClient, holder: dict[str, str]
) -> None:
    clause = current().clause("abuse")
    page = follow(door, holder)
    for words in (clause.text("en"), clause.notice("en"), current().clause_ref("abuse"), "A member of staff", "Facebook", "We hid"):
        assert words.replace("'", "&#39;") in page
    assert "&lt;script&gt;" in page
    for secret in ("<script>alert", "inner-remark", "user:7", "Noura"):
        assert secret not in page
    assert clause.notice("ar") in follow(door, holder, "/ar")


def test_it_opens_from_the_form_too_and_the_secret_stands_in_no_address(door: TestClient, holder: dict[str, str]) -> None:
    assert 'action="/en/why"' in door.get("/en/why").text
    answer = door.post("/en/why", data=holder)
    assert answer.status_code == 200
    assert f"/why/{holder['number']}" not in answer.text
    typed = {"number": f" {holder['number'].lower()} ", "secret": holder["secret"].lower()}
    assert door.post("/en/why", data=typed).status_code == 200


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९"])
def test_digits_of_any_keyboard_and_the_marks_of_a_copied_message_are_understood(
    door: TestClient, holder: dict[str, str], digits: str
) -> None:
    typed = {name: f"\u2067{value.translate(str.maketrans('0123456789', digits))}\u2069" for name, value in holder.items()}
    assert door.post("/en/why", data=typed).status_code == 200


def test_a_wrong_number_and_a_wrong_secret_look_the_same(door: TestClient, holder: dict[str, str]) -> None:
    wrong = door.post("/why", data={**holder, "secret": "0" * 26})
    unknown = door.post("/why", data={**holder, "number": "M-00000-00000"})
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert wrong.text == unknown.text
    assert door.get(f"/why/{holder['number']}/{'0' * 26}").status_code == 404


def test_one_address_may_try_only_so_often(door: TestClient) -> None:
    statuses = [door.post("/why", data={"number": "M-00000-00000", "secret": "x"}).status_code for _ in range(40)]
    assert statuses[-1] == 429


def test_an_objection_opens_a_case_of_that_number_once_and_another_person_restores_the_words(
    db: Database, door: TestClient, holder: dict[str, str], hands: Hands
) -> None:
    hands.forward(minutes=1)
    for _ in range(2):
        status, page = send(door, holder, OBJECTION)
        assert (status, 'id="problems"' in page) == (200, False)  # the second time there is no form any more, and nothing to mend
    page = follow(door, holder)
    assert "Somebody other than the one who decided looks at it now" in page
    assert "Your objection is decided by" in page
    assert "How was this date counted?" in page
    assert "&lt;b&gt;" in page
    assert "/why/appeal" not in page
    with db.read() as session:
        ((case, step),) = appeal.waiting(session)
        assert (case.number, step.note, step.actor) == (holder["number"], OBJECTION, "citizen")
    hands.forward(minutes=1)
    with db.write() as session:
        appeal.decide(session, REVIEWER, session.exec(select(Case)).one(), "We were wrong.", uphold=True)
    carry_out(db, "unhide")
    page = follow(door, holder)
    for words in ("This decision was overturned", "We were wrong.", "Shown again on"):
        assert words in page
    with db.read() as session:
        assert not session.exec(select(Item)).one().hidden
        assert session.exec(select(Notice)).one().overturned_at is not None


def test_its_case_opens_from_there(door: TestClient, holder: dict[str, str], hands: Hands) -> None:
    hands.forward(minutes=1)
    send(door, holder, OBJECTION)
    found = re.search(r'href="/en(/track/[^"]+)"', follow(door, holder))
    assert found is not None
    assert door.get(f"/en{found[1]}").status_code == 200


def test_an_objection_without_words_is_asked_for_them(db: Database, door: TestClient, holder: dict[str, str]) -> None:
    status, page = send(door, holder, " ")
    assert status == 422
    assert 'aria-describedby="words-wrong"' in page
    with db.read() as session:
        assert session.exec(select(Case)).all() == []


def test_an_objection_too_long_to_be_kept_is_told_so_and_stays_to_be_shortened(
    db: Database, door: TestClient, holder: dict[str, str]
) -> None:
    status, page = send(door, holder, "م" * 2001)
    assert status == 422
    assert "م" * 2001 in page
    assert page.count("write 1 to 2000 characters") == 2
    with db.read() as session:
        assert session.exec(select(Case)).first() is None


@pytest.mark.parametrize("token", ["", "made.up.token"])
def test_an_objection_from_elsewhere_is_not_taken_and_its_words_are_kept(
    db: Database, door: TestClient, holder: dict[str, str], token: str
) -> None:
    status, page = send(door, holder, "words to keep", token)
    assert status == 403
    assert "words to keep" in page
    with db.read() as session:
        assert session.exec(select(Case)).all() == []


def test_without_the_secret_nothing_is_taken(db: Database, door: TestClient, holder: dict[str, str]) -> None:
    (token,) = set(re.findall(r'name="token" value="([^"]+)', follow(door, holder)))
    status, page = send(door, {**holder, "secret": "0" * 26}, OBJECTION, token)
    assert status == 404
    assert OBJECTION not in page
    with db.read() as session:
        assert appeal.waiting(session) == []


def test_that_it_was_opened_is_kept_as_proof_and_a_preview_is_no_reading(
    db: Database, door: TestClient, holder: dict[str, str]
) -> None:
    def read() -> Notice:
        with db.read() as session:
            return session.exec(select(Notice)).one()

    address, opened = f"/why/{holder['number']}/{holder['secret']}", {"Sec-Fetch-Dest": "document"}
    door.head(address, headers=opened)
    assert door.get(address).status_code == 200  # a platform that shows what stands behind a link, a mail server that looks it up
    door.get(address, headers={**opened, "Sec-Purpose": "prefetch;prerender"})
    assert (read().read_at, read().owed) == (None, "no_private")
    follow(door, holder)
    assert read().owed == ""
    assert read().read_at == now()


def test_opened_by_the_form_it_was_opened_too(db: Database, door: TestClient, holder: dict[str, str]) -> None:
    door.post("/why", data=holder)
    with db.read() as session:
        assert session.exec(select(Notice)).one().read_at == now()


def test_the_page_of_his_case_gives_him_all_the_reasons_and_keeps_that_he_read_them(
    db: Database, door: TestClient, vault: Vault, hands: Hands
) -> None:
    with db.write() as session:
        session.add(Account(platform="facebook", native_id="1"))
        session.flush()
        number, secret, _ = refused(session, vault, "1_2")
        first = session.exec(select(Item)).one()
        more = Item(**first.model_dump(exclude={"id", "native_id", "hidden"}), native_id="1_3")
        session.add(more)
        session.flush()
        decision = moderate.hide(session, MODERATOR, more, "abuse", "inner-remark")
        notices.give(session, WORKER, decision, more)
        more.hidden = True
    address, opened = f"/en/track/{number}/{secret}", {"Sec-Fetch-Dest": "document"}

    def stands() -> list[tuple[object, str]]:
        with db.read() as session:
            assert (session.exec(select(Case)).one().told_owed != "") == any(one.owed for one in session.exec(select(Notice)))
            return [(one.read_at, one.owed) for one in session.exec(select(Notice).order_by(col(Notice.id)))]

    door.head(address, headers=opened)
    door.get(address)
    door.get(address, headers={**opened, "Sec-Purpose": "prefetch"})
    assert stands() == [(None, "no_private")] * 2
    page = door.get(address, headers=opened).text
    for clause in ("privacy", "abuse"):
        assert current().clause(clause).notice("en") in html.unescape(page)
    assert "inner-remark" not in page
    assert stands() == [(now(), "")] * 2


def test_a_deletion_is_told_on_the_page_of_the_hiding_too(db: Database, door: TestClient, holder: dict[str, str]) -> None:
    with db.write() as session:
        moderate.delete(session, REVIEWER, session.exec(select(Item)).one(), "abuse", "twice")
    carry_out(db, "delete")
    assert "Deleted on" in follow(door, holder)


def test_erased_words_are_said_to_be_erased(db: Database, door: TestClient, holder: dict[str, str]) -> None:
    with db.write() as session:
        session.exec(select(Decision).where(Decision.action == "hide")).one().evidence = {}
    assert "The text was erased" in follow(door, holder)


def test_it_speaks_the_readers_language_where_pages_do(door: TestClient, holder: dict[str, str]) -> None:
    page = follow(door, holder, "/ur")
    assert '<html lang="ur" dir="rtl">' in page


def test_opened_by_the_form_it_changes_its_language_there_and_not_at_the_cases(door: TestClient, holder: dict[str, str]) -> None:
    page = door.post("/en/why", data=holder).text
    assert 'formaction="/why?lang=ur"' in page
    assert "/track?lang=" not in page
    assert '<html lang="ur" dir="rtl">' in door.post("/why?lang=ur", data=holder).text


def take(door: TestClient, holder: dict[str, str]) -> Response:
    found = re.search(r'name="token" value="([^"]+)"', follow(door, holder))
    return door.post("/why/data", data={**holder, "token": found[1] if found else ""})


def test_whose_hidden_words_stand_in_no_case_takes_away_all_that_is_held_about_him(
    db: Database, door: TestClient, holder: dict[str, str]
) -> None:
    answer = take(door, holder)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"] == f'attachment; filename="{holder["number"]}.zip"'
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    told = json.loads(packed.read("data.json"))
    assert (told["notice"]["number"], [said["text"] for said in told["said"]]) == (holder["number"], [WORDS])
    assert [(one["action"], one["kept_as_evidence"]) for one in told["decisions"]] == [("hide", WORDS)]
    assert holder["number"] in packed.read("README.txt").decode()
    for kept_within in ("inner-remark", "user:7", "Noura"):
        assert kept_within not in json.dumps(told)
    with db.read() as session:
        assert session.exec(select(AuditEntry).where(col(AuditEntry.action) == "notice.take_data")).one().actor == "citizen"


def test_where_they_stand_in_a_case_its_page_gives_his_data(door: TestClient, holder: dict[str, str]) -> None:
    assert 'action="/en/why/data"' in follow(door, holder)
    assert send(door, holder, OBJECTION)[0] == 200
    assert "/why/data" not in follow(door, holder)


def test_nobody_elses_secret_and_no_form_of_another_takes_them(door: TestClient, holder: dict[str, str]) -> None:
    assert door.post("/why/data", data={**holder, "secret": "0" * 26}).status_code == 404
    assert door.post("/why/data", data=holder).status_code == 403


def test_reloading_the_answer_by_its_address_leads_to_the_form(lite_door: TestClient) -> None:
    assert 'name="secret"' in lite_door.get("/why/appeal").text


def test_the_worker_gives_no_notice_twice(db: Database, door: TestClient, holder: dict[str, str]) -> None:
    with db.write() as session:
        notice = session.exec(select(Notice)).one()
        decision = session.get_one(Decision, notice.decision_id)
        assert notices.give(session, WORKER, decision, session.exec(select(Item)).one()) == notice
