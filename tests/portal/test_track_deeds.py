"""What the author of a case does on its page: he adds, rates once, reopens, withdraws, objects, fetches and takes back his own."""

import html
import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from core.actors import OPERATING, Actor, abilities_of
from core.clock import Hands, now
from core.db import Database
from core.settings import Settings
from core.vault import Vault
from inbox import cases, holds, merging, post, retention, uploads
from inbox.models import Case, Decision, Item, Upload
from inbox.tongues import TONGUES, say
from outbox import accounts
from outbox.models import Delivery
from portal.times import day_words
from tests.inbox.test_uploads import PDF
from tests.portal.forms_wall import WORDS, Citizen

MANAGER = Actor("user:8", abilities_of(["manager"]), None, "Mona")
CLERK = Actor("user:7", abilities_of(["agent", "moderator"]), None, "Noura")


@pytest.fixture
def citizen(db: Database, door: TestClient, door_settings: Settings, vault: Vault, hands: Hands) -> Citizen:
    """Somebody who complained by a form and looks at his case."""
    with db.write() as session:
        accounts.from_environment(session, door_settings, vault)
    him = Citizen(door)
    number, secret = him.file(name="سالم علي", email="salem@example.org", files=[("عقد.pdf", PDF)])
    him.open(f"/track/{number}/{secret}")
    return him


def resolved(db: Database, outcome: str = "declined") -> None:
    with db.write() as session:
        cases.resolve(session, CLERK, session.exec(select(Case)).one(), outcome, "لا يشملها القرار")


def again(citizen: Citizen) -> str:
    """The page of the case, opened anew."""
    held = citizen.hidden()
    return citizen.open(f"/track/{held['number']}/{held['secret']}").text


def case_of(db: Database) -> Case:
    with db.read() as session:
        return session.exec(select(Case)).one()


def test_what_he_adds_stands_in_the_case_with_its_files_once(db: Database, citizen: Citizen) -> None:
    before = citizen.page
    for _ in range(2):
        citizen.page = before
        page = citizen.press("/track/answer", files=[("ملحق.pdf", PDF)], answer="وهذا كشف الحساب").text
        assert "وصلت إضافتك" in page
        assert "وهذا كشف الحساب" in page
    with db.read() as session:
        assert [item.text for item in session.exec(select(Item).order_by(Item.id))] == [WORDS, "وهذا كشف الحساب"]  # type: ignore[arg-type]  # SQLModel's column
        assert sorted(file.name for file in session.exec(select(Upload))) == ["عقد.pdf", "ملحق.pdf"]
        assert len(session.exec(select(Case)).all()) == 1


def test_who_goes_back_and_sends_other_words_adds_those_too(db: Database, citizen: Citizen) -> None:
    before = citizen.page
    for words in ("الأول", "الثاني", "الأول"):
        citizen.page = before
        assert "وصلت إضافتك" in citizen.press("/track/answer", answer=words).text
    with db.read() as session:
        assert [item.text for item in session.exec(select(Item).order_by(Item.id))] == [WORDS, "الأول", "الثاني"]  # type: ignore[arg-type]  # SQLModel's column


def parted(db: Database, because: str = "موضوع آخر") -> Case:
    """The last of what he wrote is split off from his case."""
    with db.write() as session:
        case = session.exec(select(Case).order_by(col(Case.id))).first()
        last = session.exec(select(Item).order_by(col(Item.id).desc())).first()
        assert case is not None
        assert last is not None
        return merging.split(session, MANAGER, case, [last.id or 0], "complaint", because)


def test_who_holds_the_number_finds_the_link_of_what_was_split_off_and_nobody_owes_it_then(
    db: Database, citizen: Citizen, vault: Vault, hands: Hands
) -> None:
    citizen.press("/track/answer", answer="والتطبيق لا يفتح")
    with db.write() as session:
        session.exec(select(Case)).one().contact = ""
    other = parted(db)
    assert other.receipt_owed == "form"
    link = f'href="/track/{other.number}/{cases.secret_of(other, vault)}"'
    number, secret = citizen.hidden()["number"], citizen.hidden()["secret"]
    assert link in citizen.open(f"/track/{number}/{secret}").text  # a preview: he was not seen to read it
    with db.read() as session:
        assert session.get_one(Case, other.id).receipt_owed == "form"
    assert link in citizen.press("/track", number=number, secret=secret).text
    with db.read() as session:
        assert session.get_one(Case, other.id).receipt_owed == ""
    page = citizen.open(link[6:-1]).text
    assert "والتطبيق لا يفتح" in page
    assert say("case.event.receipt_sent", "ar") in page


def test_the_link_of_what_another_wrote_is_not_shown(db: Database, citizen: Citizen) -> None:
    citizen.press("/track/answer", answer="والتطبيق لا يفتح")
    with db.write() as session:
        session.exec(select(Item).order_by(col(Item.id).desc())).first().author_id = "form-another"  # type: ignore[union-attr]  # two there are
    other = parted(db, "كتبه غيره")
    page = citizen.press("/track").text
    assert other.number in page
    assert f"/track/{other.number}/" not in page


def test_nothing_to_add_is_asked_for(citizen: Citizen) -> None:
    assert citizen.press("/track/answer", answer="  ").status_code == 422
    assert citizen.problems() == ["answer"]


def test_too_much_is_called_too_much_and_stays_to_be_shortened(citizen: Citizen) -> None:
    page = citizen.press("/track/answer", answer="كثير " * 1001)
    assert (page.status_code, citizen.problems()) == (422, ["answer"])
    assert "من حرف واحد إلى 5000" in page.text
    assert "كثير كثير" in page.text


def test_a_bad_file_is_told_and_what_was_typed_stays(db: Database, citizen: Citizen) -> None:
    answer = citizen.press("/track/answer", files=[("a.exe", b"MZ")], answer="كشف الحساب")
    assert answer.status_code == 422
    assert citizen.problems() == ["files"]
    assert "كشف الحساب" in answer.text
    with db.read() as session:
        assert len(session.exec(select(Item)).all()) == 1


def test_he_rates_once_when_it_has_ended(db: Database, citizen: Citizen) -> None:
    assert 'action="/track/rate"' not in citizen.page
    resolved(db)
    again(citizen)
    assert citizen.press("/track/rate").status_code == 422
    assert citizen.problems() == ["rating"]
    page = citizen.press("/track/rate", rating="2", note="تأخر الجواب").text
    assert "شكرًا على تقييمك" in page
    assert "قيّمت خدمتنا: سيئة." in page
    assert 'action="/track/rate"' not in page
    assert (case_of(db).rating, case_of(db).rating_note) == (2, "تأخر الجواب")
    assert citizen.press("/track/rate", rating="5").status_code == 200
    assert case_of(db).rating == 2


def test_he_has_it_reopened_saying_what_is_left(db: Database, citizen: Citizen) -> None:
    resolved(db)
    again(citizen)
    assert citizen.press("/track/reopen", why="").status_code == 422
    page = citizen.press("/track/reopen", why="لم يُصرف شيء").text
    assert "أعدنا فتح طلبك" in page
    assert (case_of(db).state, case_of(db).reopened) == ("in_progress", 1)


def test_he_withdraws_only_when_he_says_that_he_is_sure(db: Database, citizen: Citizen) -> None:
    assert citizen.press("/track/withdraw", reason="انحل الأمر").status_code == 422
    assert citizen.problems() == ["sure"]
    assert '<details class="deed" open>' in citizen.page
    page = citizen.press("/track/withdraw", reason="انحل الأمر", sure="1").text
    assert "أُغلق الطلب" in page
    assert not re.search('id="object"|بُتّ في الاعتراض', page)
    assert (case_of(db).state, case_of(db).outcome) == ("resolved", "withdrawn")


def test_a_page_that_is_older_than_the_case_says_how_it_stands_now(db: Database, citizen: Citizen) -> None:
    resolved(db)
    page = citizen.press("/track/answer", answer="متأخر")
    assert page.status_code == 200
    assert "تغيّرت حالة طلبك" in page.text
    assert re.search(r'<textarea id="why"[^>]*>\s*متأخر</textarea>', page.text)  # what he wrote is not lost
    with db.read() as session:
        assert len(session.exec(select(Item)).all()) == 1


@pytest.mark.parametrize(("typed", "status"), [({"answer": " "}, 200), ({"answer": "متأخر", "token": "stale"}, 403)])
def test_what_is_wrong_with_a_form_that_the_page_has_no_more_is_not_asked_for(
    db: Database, citizen: Citizen, typed: dict[str, Any], status: int
) -> None:
    resolved(db)
    page = citizen.press("/track/answer", **typed)
    assert (page.status_code, citizen.problems()) == (status, [])
    assert "تغيّرت حالة طلبك" in page.text
    assert citizen.press("/track/reopen", why=" ").status_code == 422
    assert citizen.problems() == ["why"]


def test_his_files_are_his_and_nobody_elses(db: Database, citizen: Citizen, door: TestClient) -> None:
    with db.read() as session:
        kept = session.exec(select(Upload)).one()
    held = citizen.hidden()
    answer = door.post("/track/file", data={**held, "file": str(kept.id)})
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
    for wrong in ({**held, "secret": "0" * 26}, {**held, "number": "M-00000-00000"}, {**held, "secret": ""}):
        assert door.post("/track/file", data={**wrong, "file": str(kept.id)}).status_code == 404


def test_no_secret_opens_the_files_of_another_case(db: Database, citizen: Citizen, door: TestClient) -> None:
    held = citizen.hidden()
    citizen.file(files=[("سرّي.pdf", PDF)])
    with db.read() as session:
        other = session.exec(select(Upload).where(Upload.name == "سرّي.pdf")).one()
    assert door.post("/track/file", data={**held, "file": str(other.id)}).status_code == 404
    assert door.post("/track/file", data={**held, "file": "0 OR 1"}).status_code == 404


def test_an_erased_file_is_not_there(db: Database, citizen: Citizen, door: TestClient, door_settings: Settings) -> None:
    with db.write() as session:
        kept = session.exec(select(Upload)).one()
        uploads.erase(session, CLERK, kept, door_settings)
    assert door.post("/track/file", data={**citizen.hidden(), "file": str(kept.id)}).status_code == 404
    assert "عقد.pdf" not in again(citizen)


def test_he_takes_away_all_that_is_held_about_him(citizen: Citizen) -> None:
    answer = citizen.door.post("/track/data", data=citizen.hidden())
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    read = [json.loads(packed.read(name)) for name in packed.namelist() if name.endswith(".json")]
    assert any("salem@example.org" in json.dumps(one) for one in read)


def test_under_a_legal_hold_he_is_not_told_that_something_is_gone(db: Database, citizen: Citizen) -> None:
    with db.write() as session:
        holds.keep(session, MANAGER, f"case:{session.exec(select(Case)).one().id}", "قضية")
        item = session.exec(select(Item)).one()
    for page in (
        citizen.press("/track/remove", item=str(item.id), certain="1").text,
        citizen.press("/track/forget").text,
    ):
        assert "يُلزمنا القانون بحفظها" in page.partition("<h1>")[0]
        assert "حذفنا" not in page


def test_he_takes_back_what_he_wrote_and_who_he_is(db: Database, citizen: Citizen, vault: Vault) -> None:
    with db.read() as session:
        item = session.exec(select(Item)).one()
    assert citizen.press("/track/remove", item=str(item.id)).status_code == 422
    assert citizen.problems() == ["certain"]
    assert "والكفيل" not in citizen.press("/track/remove", item=str(item.id), certain="1").text
    assert "حذفنا اسمك" in citizen.press("/track/forget").text
    assert 'action="/track/forget"' not in citizen.page
    assert post.contact_of(case_of(db), vault) == {}


def told(page: str) -> str:
    """What the page says of what was pressed."""
    found = re.search(r'class="done".*?</div>', page, re.DOTALL)
    return found[0] if found else ""


def test_of_what_goes_he_is_told_no_more_than_went(db: Database, citizen: Citizen) -> None:
    with db.read() as session:
        item = session.exec(select(Item)).one()
    for _ in range(2):
        said = told(citizen.press("/track/remove", item=str(item.id), certain="1", personal="1").text)
        assert ("لم يعد في نسختنا" in said, "حذفنا" in said) == (True, False)
    assert "حذفنا نسختنا" in told(citizen.press("/track/remove", item=str(item.id), certain="1").text)


@pytest.mark.parametrize("days", [1095, None])
def test_of_what_is_kept_as_evidence_he_is_told_until_when(
    db: Database, citizen: Citizen, monkeypatch: pytest.MonkeyPatch, days: int | None
) -> None:
    monkeypatch.setattr(retention, "rules", lambda _settings: {"evidence": days})
    with db.write() as session:
        item = session.exec(select(Item)).one()
        hide: dict[str, Any] = {"item_id": item.id, "actor": CLERK.label, "action": "hide", "automatic": False, "clause": "abuse"}
        session.add(Decision(**hide, edition="mohre@2026-11", evidence={"text": WORDS}))
    said = told(citizen.press("/track/remove", item=str(item.id), certain="1").text)
    until = f"حتى {day_words(now() + timedelta(days=1095), 'ar')}"
    assert ("ونحتفظ بنسخة منه" in said, until in said) == (True, days is not None)


@pytest.mark.parametrize("lang", ["en", "hi"])
def test_his_words_are_told_to_be_in_his_language_wherever_they_stand(db: Database, citizen: Citizen, lang: str) -> None:
    held = citizen.hidden()
    page = citizen.open(f"/{lang}/track/{held['number']}/{held['secret']}").text
    bare = re.sub(r'<(\w+)[^>]* lang="ar" dir="rtl"[^>]*>.*?</\1>|\u2068[^\u2069]*\u2069', "", page, flags=re.DOTALL)
    assert "والكفيل" in page
    assert re.findall("[\u0621-\u064a]{3,}", bare[bare.index("<main") : bare.index("</main")]) == []


def test_what_is_wrong_is_told_in_english_where_his_language_lacks_it_and_says_so(citizen: Citizen) -> None:
    held = citizen.hidden()
    citizen.open(f"/ur/track/{held['number']}/{held['secret']}")
    page = citizen.press("/ur/track/answer", answer="x" * 5001).text
    assert len(re.findall(r'<span lang="en" dir="ltr">[^<]*5,?000', page)) == 2


def test_he_takes_back_what_he_wrote_with_his_objection(db: Database, citizen: Citizen) -> None:
    resolved(db)
    again(citizen)
    citizen.press("/track/appeal", words="هاتف زميلي 0501234567")
    (objected,) = re.findall(r'value="(step-\d+)"', citizen.page)
    assert "زميلي" not in citizen.press("/track/remove", item=objected, certain="1").text
    assert "step-" not in citizen.page
    assert citizen.press("/track/remove", item="step-", certain="1").status_code == 422


def test_the_receipt_is_sent_again_where_there_is_a_way(db: Database, citizen: Citizen, vault: Vault) -> None:
    with db.write() as session:
        accounts.add_account(session, OPERATING, "email", "a@b.example", {}, vault=vault)
    assert "أعدنا إرسال الإشعار" in citizen.press("/track/receipt").text
    with db.read() as session:
        assert [one.kind for one in session.exec(select(Delivery))] == ["mail"]
    assert citizen.press("/track/receipt").status_code == 422
    assert citizen.problems() == ["receipt"]


def test_without_an_address_the_page_itself_is_the_receipt(citizen: Citizen) -> None:
    assert citizen.press("/track/receipt").status_code == 422
    assert "رابط هذه الصفحة هو إشعارك" in citizen.page


def test_what_clerks_say_to_each_other_is_not_on_the_page(db: Database, citizen: Citizen) -> None:
    with db.write() as session:
        case = session.exec(select(Case)).one()
        cases.note(session, CLERK, case, "canary-remark")
        cases.note(session, CLERK, case, "نعمل على طلبك", public=True)
    page = again(citizen)
    assert "canary-remark" not in page
    assert "نعمل على طلبك" in page
    assert [word for word in ("Noura", "user:7") if word in page] == []


def test_a_date_once_promised_is_shown_until_it_is_kept(db: Database, citizen: Citizen, hands: Hands) -> None:
    assert "نجيبك قبل" in again(citizen)
    with db.write() as session:
        cases.note(session, CLERK, session.exec(select(Case)).one(), "صُرف الراتب", public=True)
    hands.at = now() + timedelta(minutes=5)
    assert "نجيبك قبل" not in again(citizen)


def test_whom_we_asked_reads_that_his_answer_is_waited_for(db: Database, citizen: Citizen) -> None:
    with db.write() as session:
        cases.question(session, CLERK, session.exec(select(Case)).one(), "ما اسم الشركة؟")
    page = again(citizen)
    assert "ننتظر جوابك" in page
    assert "جهة أخرى" not in page
    page = citizen.press("/track/answer", answer="شركة الأفق").text
    assert "ننتظر جوابك" not in page
    with db.write() as session:
        cases.move(session, CLERK, session.exec(select(Case)).one(), "waiting")
    assert "ننتظر ردّ جهة أخرى" in again(citizen)


@pytest.mark.parametrize("lang", TONGUES)
def test_a_question_and_an_interim_reply_do_not_stand_as_the_answer(
    db: Database, citizen: Citizen, hands: Hands, lang: str
) -> None:
    with db.write() as session:
        case = session.exec(select(Case)).one()
        for verb, words in ((cases.interim, "نراجع الشركة"), (cases.question, "ما اسم الشركة؟")):
            verb(session, CLERK, case, words)
            hands.forward(minutes=1)
        cases.note(session, CLERK, case, "صُرف الراتب", public=True)
    held = citizen.hidden()
    page = citizen.open(f"/{lang}/track/{held['number']}/{held['secret']}").text
    heads = [html.unescape(one).strip() for one in re.findall(r'<h3 class="ours">(.*?)<span', page)]
    assert heads == [say(key, lang) for key in ("case.event.interim", "case.event.question", "portal.deed.ours")]
    assert len(set(heads)) == 3
