"""Cases at the desk in a browser: read by keyboard, nothing that axe finds, in both languages, and on a telephone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from core.i18n import LANGS, Lang, t
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


def test_a_view_that_is_chosen_ends_the_search(seat: Callable[[], Seat]) -> None:
    desk = seat().sign_in("agent", "/cases?q=M-AAAAA-AAAAA")
    box = desk.page.get_by_label(t("desk.cases.search", "ar"))
    expect(box).to_have_value("M-AAAAA-AAAAA")
    desk.page.get_by_role("button", name=t("desk.cases.view.all", "ar")).click()
    expect(box).to_have_value("")
    expect(desk.page.locator(".row").first).to_be_visible()
