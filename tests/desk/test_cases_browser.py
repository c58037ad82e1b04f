"""Cases at the desk in a browser: read by keyboard, nothing that axe finds, in both languages, and on a telephone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from core.i18n import LANGS, Lang, t
from inbox.models import Unsaid
from tests.axe import findings
from tests.desk.conftest import Seat


@pytest.mark.parametrize("lang", LANGS)
def test_axe_finds_nothing_on_the_page_of_cases(lang: Lang, seat: Callable[[], Seat]) -> None:
    desk = seat().sign_in("agent", "/cases", lang)
    expect(desk.page.get_by_text(t("desk.case.due.why", lang))).to_be_visible()
    desk.page.get_by_text(t("desk.case.due.why", lang)).click()
    assert findings(desk.page) == []
    assert desk.foreign == []


def test_the_arrow_keys_open_the_next_case(seat: Callable[[], Seat]) -> None:
    desk = seat().sign_in("agent", "/cases")
    first = desk.page.locator("h2.mj-h2").first.inner_text()
    desk.page.locator(".row").first.focus()
    desk.page.keyboard.press("ArrowDown")
    expect(desk.page.locator("h2.mj-h2").first).not_to_have_text(first)


def test_nothing_is_wider_than_a_small_telephone(seat: Callable[[], Seat]) -> None:
    desk = seat().sign_in("agent", "/cases")
    desk.page.set_viewport_size({"width": 320, "height": 720})
    desk.rest()
    assert desk.page.evaluate("document.documentElement.scrollWidth <= 320")


def test_words_to_an_author_are_kept_while_they_are_written(running: Any, seat: Callable[[], Seat]) -> None:
    desk = seat().sign_in("agent", "/cases")
    button = desk.page.get_by_role("button", name=t("desk.case.tell.title", "ar"))
    box = desk.page.get_by_role("textbox", name=t("desk.case.tell.words", "ar"))

    def kept() -> list[Any]:
        with running.db.read() as session:
            return list(session.exec(select(Unsaid.content)))

    button.click()
    box.press_sequentially("اتصلنا بصاحب العمل")
    expect(desk.page.get_by_text(t("desk.unsaid.begun", "ar"))).to_be_visible()
    assert kept() == [{"text": "اتصلنا بصاحب العمل"}]
    expect(box).to_be_focused()
    box.press_sequentially(" وننتظر")
    expect(box).to_have_value("اتصلنا بصاحب العمل وننتظر")
    desk.page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    desk.rest()
    desk.page.reload()
    desk.rest()
    button.click()
    expect(box).to_have_value("اتصلنا بصاحب العمل وننتظر")


def test_a_view_that_is_chosen_ends_the_search(seat: Callable[[], Seat]) -> None:
    desk = seat().sign_in("agent", "/cases?q=M-AAAAA-AAAAA")
    box = desk.page.get_by_label(t("desk.cases.search", "ar"))
    expect(box).to_have_value("M-AAAAA-AAAAA")
    desk.page.get_by_role("button", name=t("desk.cases.view.all", "ar")).click()
    expect(box).to_have_value("")
    expect(desk.page.locator(".row").first).to_be_visible()


def test_a_form_at_the_foot_of_the_window_opens_upwards_and_whole(seat: Callable[[], Seat]) -> None:
    desk = seat().sign_in("agent", "/cases")
    button = desk.page.get_by_role("button", name=t("desk.case.tell.title", "ar"))
    desk.page.set_viewport_size({"width": 1280, "height": 1200})
    desk.rest()
    foot: Any = button.bounding_box()
    desk.page.set_viewport_size({"width": 1280, "height": round(foot["y"] + foot["height"]) + 80})
    button.click()
    form = desk.page.get_by_test_id("stPopoverBody")
    expect(form.get_by_role("textbox")).to_be_in_viewport(ratio=1)
    expect(form.get_by_test_id("stBaseButton-primary")).to_be_in_viewport(ratio=1)
