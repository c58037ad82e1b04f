"""A worker complains on a small phone without JavaScript, by keyboard: reads it again, gets his receipt, follows it, adds to it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.portal.open_door import Shown, refused, standing


@pytest.fixture(scope="module")
def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with standing(sqlite_template, tmp_path_factory.mktemp("forms")) as portal:
        yield portal


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False, locale="ar-AE")
    yield context.new_page()
    context.close()


def typed(page: Page, place: str, words: str) -> None:
    page.focus(place)
    page.keyboard.insert_text(words)


def test_from_the_first_page_to_the_case_and_back_without_a_script(phone: Page, shown: Shown, tmp_path: Path) -> None:
    paper = tmp_path / "قسيمة الراتب.pdf"
    paper.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n")
    phone.goto(f"{shown.home}/ar")
    phone.get_by_role("link", name="تقديم شكوى").first.press("Enter")
    next_step = phone.get_by_role("button", name="التالي: اقرأه قبل الإرسال")
    next_step.press("Enter")
    expect(phone.locator("#problems")).to_be_visible()
    phone.locator("#problems a").press("Enter")
    expect(phone.locator("#text")).to_be_focused()
    typed(phone, "#text", "لم يُصرف راتبي منذ شهرين")
    phone.set_input_files("#files", paper)
    typed(phone, "#email", "salem@example.org")
    next_step.press("Enter")
    expect(phone.get_by_role("heading", name="اقرأه قبل الإرسال")).to_be_visible()
    expect(phone.get_by_text("قسيمة الراتب.pdf")).to_be_visible()
    phone.get_by_role("button", name="عدّله").press("Enter")
    typed(phone, "#name", "سالم")
    next_step.press("Enter")
    phone.get_by_role("button", name="أرسل", exact=True).press("Enter")
    expect(phone.get_by_role("heading", name="وصلنا ما أرسلته")).to_be_visible()
    link = phone.locator("a.address").get_attribute("href") or ""
    phone.goto(shown.home + re.sub("^.*(/ar/track/)", r"\1", link))
    expect(phone.get_by_text("لم يُصرف راتبي منذ شهرين").first).to_be_visible()
    typed(phone, "#answer", "وهذا كشف الحساب")
    phone.get_by_role("button", name="أضف", exact=True).press("Enter")
    expect(phone.get_by_role("status").filter(has_text="وصلت إضافتك")).to_be_visible()
    with phone.expect_download() as fetched:
        phone.get_by_role("button", name="قسيمة الراتب.pdf").press("Enter")
    assert fetched.value.suggested_filename == "قسيمة الراتب.pdf"
    assert Path(fetched.value.path()).read_bytes() == paper.read_bytes()


def test_the_switch_takes_along_what_was_typed_and_enter_in_a_field_is_not_the_switch(phone: Page, shown: Shown) -> None:
    phone.goto(f"{shown.home}/complaint")
    typed(phone, "#text", "لم يُصرف راتبي")
    phone.get_by_role("button", name="English").press("Enter")
    expect(phone.get_by_role("heading", name="Make a complaint")).to_be_visible()
    expect(phone.locator("#text")).to_have_value("لم يُصرف راتبي")
    phone.press("#name", "Enter")
    expect(phone.get_by_role("heading", name="Read it before you send it")).to_be_visible()
    phone.get_by_role("button", name="العربية").press("Enter")
    expect(phone.get_by_role("heading", name="اقرأه قبل الإرسال")).to_be_visible()
    expect(phone.get_by_text("لم يُصرف راتبي")).to_be_visible()


def test_what_is_typed_on_the_page_of_a_case_goes_into_another_language_and_past_other_buttons(phone: Page, shown: Shown) -> None:
    with shown.db.write() as session:
        number, secret, _ = refused(session, shown.vault, "typed")
    phone.goto(f"{shown.home}/ar/track/{number}/{secret}")
    typed(phone, "#answer", "وهذا كشف")
    typed(phone, "#words", "لم أنشر رقم أحد")
    phone.locator("summary", has_text="اسحب الطلب").press("Enter")
    typed(phone, "#reason", "انحل")
    phone.press("#sure", "Enter")
    phone.get_by_role("button", name="English").press("Enter")
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    for field, words in {"#answer": "وهذا كشف", "#words": "لم أنشر رقم أحد", "#reason": "انحل"}.items():
        expect(phone.locator(field)).to_have_value(words)
    expect(phone.locator("#reason")).to_be_visible()
    assert secret not in phone.url
    phone.get_by_role("button", name="Send the objection").press("Enter")
    expect(phone.locator("#words")).to_have_count(0)
    expect(phone.locator("#answer")).to_have_value("وهذا كشف")


def test_an_objection_half_typed_goes_into_another_language(phone: Page, shown: Shown) -> None:
    phone.goto(f"{shown.home}/ar{shown.reasons}")
    typed(phone, "#words", "لم أنشر رقم أحد")
    phone.get_by_role("button", name="English").press("Enter")
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    expect(phone.locator("#words")).to_have_value("لم أنشر رقم أحد")
    assert shown.reasons.split("/")[-1] not in phone.url
