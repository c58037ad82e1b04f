"""Complaint, suggestion and feedback by a form: read before it is sent, received at once, one however often it is pressed."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from core.actors import OPERATING
from core.clock import Hands, in_dubai
from core.db import Database
from core.i18n import t
from core.models import Account
from core.settings import Settings
from core.throttle import Throttle
from core.vault import Vault
from inbox import post, priority, uploads
from inbox.models import Case, Item, Upload
from outbox import accounts
from policies.edition import current
from portal import forms
from portal.times import day_words
from tests.inbox.test_uploads import PDF, photograph
from tests.portal.forms_wall import WORDS, Citizen


@pytest.fixture
def citizen(db: Database, door: TestClient, door_settings: Settings, vault: Vault, hands: Hands) -> Citizen:
    """Somebody in front of a portal whose forms are open."""
    with db.write() as session:
        accounts.from_environment(session, door_settings, vault)
    return Citizen(door)


def only_case(db: Database) -> Case:
    with db.read() as session:
        return session.exec(select(Case)).one()


def test_a_complaint_is_read_once_more_sent_and_its_receipt_shown_at_once(db: Database, citizen: Citizen) -> None:
    preview = citizen.preview(topic="wages")
    assert "لم يُرسل شيء بعد" in preview.text
    assert "&lt;b&gt;والكفيل&lt;/b&gt;" in preview.text
    with db.read() as session:
        assert session.exec(select(Item)).all() == []
    receipt = citizen.press("/complaint", step="send")
    case = only_case(db)
    assert (case.kind, case.topic, case.lang, case.edition) == ("complaint", "wages", "ar", current().ref)
    number, secret = citizen.receipt()
    assert number == case.number
    assert case.first_due_at is not None
    promised = day_words(in_dubai(case.first_due_at).date(), "ar")
    for shown in (case.number, secret, promised, current().ref, current().disclaimer("ar")):
        assert shown in receipt.text
    assert receipt.headers["cache-control"] == "no-store"
    with db.read() as session:
        assert session.exec(select(Item)).one().text == WORDS


def test_the_link_of_the_receipt_opens_the_case(citizen: Citizen) -> None:
    number, secret = citizen.file()
    page = citizen.open(f"/track/{number}/{secret}")
    assert page.status_code == 200
    assert "والكفيل" in page.text


def test_two_presses_are_one_case_and_the_same_receipt(db: Database, citizen: Citizen) -> None:
    citizen.preview()
    before = citizen.page
    first = citizen.press("/complaint", step="send")
    citizen.page = before
    assert citizen.press("/complaint", step="send").text == first.text
    assert only_case(db).number in first.text


def test_letters_are_promised_only_where_they_are_sent(db: Database, citizen: Citizen) -> None:
    assert "لا تخرج من هنا رسائل" in citizen.open("/complaint").text
    with db.write() as session:
        session.add(Account(platform="email", native_id="majlis@example.test"))
    assert "نرسل إليه الإشعار" in citizen.open("/complaint").text
    assert "نرسل إليه الإشعار" in citizen.preview(text="").text


@pytest.mark.parametrize("nothing", ["", " ", "\u200f\u200b\u2060"])
def test_words_that_nobody_can_see_are_asked_for(db: Database, citizen: Citizen, nothing: str) -> None:
    assert citizen.preview(text=nothing).status_code == 422
    assert citizen.problems() == ["text"]


@pytest.mark.parametrize(
    ("form", "typed", "kind"),
    [("/suggestion", {}, "suggestion"), ("/feedback", {"kind": "praise"}, "praise"), ("/feedback", {"kind": "inquiry"}, "inquiry")],
)
def test_a_form_opens_the_kind_of_case_it_says(db: Database, citizen: Citizen, form: str, typed: dict[str, Any], kind: str) -> None:
    citizen.file(form, **typed)
    assert only_case(db).kind == kind


def test_who_he_is_is_sealed_and_never_shown_on_the_page_of_the_case(db: Database, citizen: Citizen, vault: Vault) -> None:
    given: dict[str, Any] = {"name": "  سالم   علي ", "email": "salem@example.org", "phone": "٠٥٠ 123-4567"}
    number, secret = citizen.file(**given)
    case = only_case(db)
    assert post.contact_of(case, vault) == {"name": "سالم علي", "email": "salem@example.org", "phone": "0501234567"}
    page = citizen.open(f"/track/{number}/{secret}").text
    assert [word for word in ("سالم", "salem", "123-4567", "0501234567") if word in page] == []


@pytest.mark.parametrize("address", ["salem@وزارة.امارات", "salem@xn--mgbexc3i.xn--mgbaam7a8h", "\u200fsalem@وزارة.امارات\u200e"])
def test_an_address_may_have_an_arabic_domain(db: Database, citizen: Citizen, vault: Vault, address: str) -> None:
    citizen.file(email=address)
    assert post.contact_of(only_case(db), vault)["email"] == address.strip("\u200e\u200f")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("سالم@وزارة.امارات", "أحرفه قبل علامة @"),
        ("salem@stra\u00dfe.example", "ما كُتب بعد علامة @"),
        ("salem@وزارة", "ما كُتب بعد علامة @"),
        ("salem@10.0.0.12", "اكتب البريد كاملًا"),
    ],
)
def test_an_address_that_can_not_be_written_to_is_refused_with_its_reason(citizen: Citizen, address: str, said: str) -> None:
    answer = citizen.preview(email=address)
    assert (answer.status_code, citizen.problems()) == (422, ["email"])
    assert said in answer.text


def test_he_is_written_to_in_the_language_he_chose_and_may_ask_for_secrecy(db: Database, citizen: Citizen) -> None:
    citizen.file(lang="ur", confidential="1")
    case = only_case(db)
    assert (case.lang, case.grade, priority.confides(case)) == ("ur", "urgent", True)
    assert 'lang="ur" dir="rtl"' in citizen.page
    assert f"/ur/track/{case.number}/" in citizen.page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": " \n "}, "text"),
        ({"text": "ن" * 5001}, "text"),
        ({"email": "salem@"}, "email"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "email"),
        ({"phone": "اتصلوا بي"}, "phone"),
        ({"name": "س" * 101}, "name"),
        ({"website": "http://spam.example"}, "website"),
    ],
)
def test_what_is_wrong_is_named_at_the_top_and_at_its_field_and_nothing_typed_is_lost(
    db: Database, citizen: Citizen, typed: dict[str, Any], field: str
) -> None:
    answer = citizen.preview(**{"name": "سالم", **typed})
    assert answer.status_code == 422
    assert citizen.problems() == [field]
    assert f'id="{field}"' in answer.text
    assert 'value="سالم"' in answer.text or "name" in typed
    with db.read() as session:
        assert session.exec(select(Item)).all() == []


def test_feedback_asks_what_it_is(citizen: Citizen) -> None:
    citizen.preview("/feedback")
    assert citizen.problems() == ["kind"]


def test_one_may_change_it_after_reading_it(db: Database, citizen: Citizen) -> None:
    citizen.preview(name="سالم", files=[("a.pdf", PDF)])
    changing = citizen.press("/complaint", step="change")
    assert changing.status_code == 200
    assert WORDS.partition(" <")[0] in changing.text
    assert 'value="سالم"' in changing.text
    citizen.press("/complaint", step="preview", text="كلام آخر", name="")
    citizen.press("/complaint", step="send")
    with db.read() as session:
        assert session.exec(select(Item)).one().text == "كلام آخر"
        assert session.exec(select(Upload)).one().name == "a.pdf"


def test_files_go_along_cleaned_and_belong_to_the_words(db: Database, citizen: Citizen, door_settings: Settings) -> None:
    preview = citizen.preview(files=[("عقد.pdf", PDF), ("صورة.png", photograph())])
    assert "عقد.pdf" in preview.text
    citizen.press("/complaint", step="send")
    with db.read() as session:
        kept = session.exec(select(Upload).order_by(Upload.id)).all()  # type: ignore[arg-type]  # SQLModel's column
        item = session.exec(select(Item)).one()
    assert [(one.name, one.item_id) for one in kept] == [("عقد.pdf", item.id), ("صورة.jpg", item.id)]
    assert b"canary" not in uploads.path_of(kept[1], door_settings).read_bytes()
    assert list((uploads.folder(door_settings) / "waiting").iterdir()) == []


def test_a_file_may_be_left_out_again(db: Database, citizen: Citizen) -> None:
    citizen.preview(files=[("a.pdf", PDF), ("b.pdf", PDF)])
    citizen.press("/complaint", step="change")
    kept = citizen.hidden()["kept"][:1]
    citizen.page = citizen.door.post("/complaint", data={**citizen.hidden(), "text": WORDS, "kept": kept, "step": "preview"}).text
    citizen.press("/complaint", step="send")
    with db.read() as session:
        assert [one.name for one in session.exec(select(Upload))] == ["a.pdf"]


@pytest.mark.parametrize(
    "files", [[("a.exe", b"MZ\x90\x00")], [("a.jpg", b"<svg onload=alert(1)>")], [(f"{n}.pdf", PDF) for n in range(4)]]
)
def test_a_file_we_do_not_take_is_refused_with_a_reason(
    db: Database, citizen: Citizen, files: list[tuple[str, bytes]], door_settings: Settings
) -> None:
    assert citizen.preview(files=files).status_code == 422
    assert citizen.problems() == ["files"]
    assert [path for path in uploads.folder(door_settings).rglob("*") if path.is_file()] == []


def test_a_file_that_waited_too_long_is_asked_for_again(citizen: Citizen, door_settings: Settings) -> None:
    citizen.preview(files=[("a.pdf", PDF)])
    for path in (uploads.folder(door_settings) / "waiting").iterdir():
        path.unlink()
    assert citizen.press("/complaint", step="send").status_code == 422
    assert citizen.problems() == ["files"]


def test_a_file_nobody_looked_at_is_not_believed(db: Database, citizen: Citizen) -> None:
    citizen.preview(files=[("a.pdf", PDF)])
    (pledged,) = citizen.hidden()["kept"]
    forged = [pledged[:-2] + "xx", "../../key", "WyIuLi8uLi9rZXkiXQ.x"]
    citizen.page = citizen.door.post("/complaint", data={**citizen.hidden(), "kept": forged, "step": "send"}).text
    citizen.receipt()
    with db.read() as session:
        assert session.exec(select(Upload)).all() == []


def test_a_policy_that_changed_meanwhile_is_read_before_it_is_accepted(
    db: Database, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen.preview()
    citizen.page = citizen.page.replace(f'name="edition" value="{current().ref}"', 'name="edition" value="mohre@2020-01"')
    again = citizen.press("/complaint", step="send")
    assert "تغيّرت السياسة" in again.text
    with db.read() as session:
        assert session.exec(select(Item)).all() == []
    citizen.press("/complaint", step="send")
    assert only_case(db).edition == current().ref


def test_personal_data_in_the_words_is_pointed_out_before_it_is_sent(citizen: Citizen) -> None:
    assert "رقم أو عنوان شخصي" in citizen.preview(text="رقمي 0501234567").text
    assert "رقم أو عنوان شخصي" not in citizen.preview(text="لم يصل جواب").text


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_disclaimer_and_what_one_accepts_stand_on_form_preview_and_receipt(citizen: Citizen, lang: str) -> None:
    form = citizen.open(f"/{lang}/complaint").text
    preview = citizen.press(f"/{lang}/complaint", text=WORDS, step="preview").text
    receipt = citizen.press(f"/{lang}/complaint", step="send").text
    for page in (form, preview, receipt):
        main = re.search("<main.*</main>", page, re.DOTALL)
        assert main is not None
        assert current().ref in main[0]
        assert current().disclaimer("ar" if lang == "ar" else "en").replace("'", "&#39;") in main[0]


def test_closed_forms_say_where_else_to_write(db: Database, citizen: Citizen) -> None:
    citizen.preview()
    with db.write() as session:
        accounts.disable(session, OPERATING, session.exec(select(Account)).one())
    sent = citizen.press("/complaint", step="send")
    assert (sent.status_code, citizen.problems(), "&lt;b&gt;والكفيل&lt;/b&gt;" in sent.text) == (503, ["text"], True)
    assert "اكتب إلينا في إحدى قنواتنا" in sent.text
    assert citizen.open("/en/complaint").status_code == 503
    assert "social channels" in citizen.page


def test_who_wrote_far_too_much_has_all_of_it_back(citizen: Citizen) -> None:
    citizen.open("/complaint")
    long = citizen.press("/complaint", files=[("a.pdf", PDF)], text="ا" * 60_000, step="preview")
    assert (long.status_code, citizen.problems(), "ا" * 60_000 in long.text) == (422, ["text"], True)


def test_the_other_language_keeps_what_was_typed_and_says_nothing_of_what_is_missing(citizen: Citizen) -> None:
    citizen.open("/complaint")
    switch = re.search(r'<button class="pill switch" form="(\w+)" formaction="([^"]+)" name="step" value="(\w+)"', citizen.page)
    assert switch is not None
    assert f'id="{switch[1]}"' in citizen.page
    turned = citizen.press(switch[2], [("a.pdf", PDF)], text="", name="سالم", email="no", lang="ar", step=switch[3])
    assert (turned.status_code, citizen.problems(), turned.headers["content-language"]) == (200, [], "en")
    for kept in ('value="سالم"', 'value="no"', "<bdi>a.pdf</bdi>", '<option value="en" lang="en" dir="ltr" selected>'):
        assert kept in turned.text
    assert '"ur" lang="ur" dir="rtl" selected' in citizen.press("/complaint?lang=ar", lang="ur", step="switch").text


def test_preview_and_receipt_are_read_in_the_other_language_too(db: Database, citizen: Citizen) -> None:
    citizen.preview(files=[("a.pdf", PDF)])
    for step, heading in (("preview", "Read it before you send it"), ("send", "We have what you sent")):
        if step == "send":
            citizen.press("/complaint?lang=ar", step=step)
        assert f'formaction="/complaint?lang=en" name="step" value="{step}"' in citizen.page
        assert heading in citizen.press("/complaint?lang=en", step=step).text
        assert "a.pdf" in citizen.page or step == "send"
    assert citizen.receipt()[0] == only_case(db).number


@pytest.mark.parametrize("meanwhile", ["closed", "busy", "too_long", "no_cookie", "edition"])
def test_the_receipt_is_read_in_the_other_language_whatever_keeps_a_form_from_being_sent_by_then(
    db: Database, citizen: Citizen, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    number, secret = citizen.file()
    state = citizen.door.app.state  # type: ignore[attr-defined]  # the portal is an app of FastAPI
    if meanwhile == "closed":
        with db.write() as session:
            accounts.disable(session, OPERATING, session.exec(select(Account)).one())
    elif meanwhile == "busy":
        state.portal = replace(state.portal, forms=Throttle(burst=0, per_second=1))
    elif meanwhile == "too_long":
        monkeypatch.setattr(forms, "OPEN_S", -1)
    elif meanwhile == "no_cookie":
        citizen.door.cookies.clear()
    else:
        citizen.page = citizen.page.replace(f'name="edition" value="{current().ref}"', 'name="edition" value="mohre@2020-01"')
    for lang, heading in (("en", "We have what you sent"), ("ar", "وصلنا ما أرسلته")):
        turned = citizen.press(f"/complaint?lang={lang}", step="send")
        assert (turned.status_code, citizen.receipt()) == (200, (number, secret))
        assert heading in turned.text
    assert only_case(db).number == number


def test_a_form_found_open_after_a_day_says_that_it_came_and_neither_number_nor_secret(
    db: Database, citizen: Citizen, hands: Hands
) -> None:
    number, secret = citizen.file()
    sent = citizen.page
    hands.forward(days=1)
    assert number in citizen.press("/complaint", step="send").text
    hands.forward(minutes=1)
    for lang, told in (("ar", "وصلنا هذا النموذج من قبل"), ("en", "We received this form before")):
        citizen.page = sent
        answer = citizen.press(f"/complaint?lang={lang}", step="send")
        assert (answer.status_code, told in answer.text, answer.headers["cache-control"]) == (200, True, "no-store")
        assert [one for one in (number, secret) if one in answer.text] == []
        assert 'href="/track"' in answer.text
        sent = answer.text  # its own page knows no more, and can be read in the other language too
    assert only_case(db).number == number


def test_another_site_sees_no_receipt_by_a_form_it_holds(citizen: Citizen) -> None:
    number, _ = citizen.file()
    citizen.door.headers["sec-fetch-site"] = "cross-site"
    refused = citizen.press("/complaint", step="send")
    assert (refused.status_code, number in refused.text) == (403, False)


def test_no_file_of_a_form_can_be_had_by_an_address(citizen: Citizen, door_settings: Settings) -> None:
    citizen.file(files=[("a.pdf", PDF)])
    (kept,) = [path for path in uploads.folder(door_settings).rglob("*") if path.is_file()]
    inside = kept.relative_to(Path(door_settings.var_dir))
    for path in (f"/{inside}", f"/media/{kept.name}", f"/static/{kept.name}", f"/uploads/{kept.name}", f"/fonts/../{inside}"):
        assert citizen.door.get(path).status_code == 404


@pytest.mark.parametrize(
    ("n", "wait"), [(1, "انتظر ثانية واحدة،"), (2, "انتظر ثانيتين،"), (5, "انتظر 5 ثوانٍ،"), (11, "انتظر 11 ثانية،")]
)
@pytest.mark.parametrize("key", ["portal.form.busy", "portal.deed.busy"])
def test_how_long_to_wait_is_told_in_the_number_that_arabic_wants(key: str, n: int, wait: str) -> None:
    assert wait in t(key, "ar", n=n)


@pytest.mark.parametrize(("n", "letters"), [(5001, "5001 حرف،"), (5003, "5003 أحرف،"), (5011, "5011 حرفًا،")])
def test_how_long_a_text_is_is_told_in_the_number_that_arabic_wants(n: int, letters: str) -> None:
    assert letters in t("portal.form.text_long", "ar", n=n, most=5000)
