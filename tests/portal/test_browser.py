"""The public door in a browser: on a small phone, without JavaScript, readable, and fetching nothing from elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.portal.eyes import pale
from tests.portal.open_door import Shown, standing

PATHS = [
    "/",
    "/write",
    "/complaint",
    "/feedback",
    "/track",
    "/why",
    "/policy",
    "/commitments",
    "/accessibility",
    "/results",
    "/corrections",
    "/events",
    "/open-data",
    "/no-such-page",
    "case",
]


@pytest.fixture(scope="module")
def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with standing(sqlite_template, tmp_path_factory.mktemp("browser")) as portal:
        yield portal


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    """A small phone; scripts may look at the page."""
    context = browser.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A phone whose browser runs no JavaScript."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_a_small_phone_is_readable_and_fetches_nothing_from_elsewhere(
    phone: Page, shown: Shown, path: str, lang: str
) -> None:
    fetched: list[str] = []
    complaints: list[str] = []

    def note(request: Any) -> None:
        fetched.append(request.url)

    def hear(message: Any) -> None:
        if "404" not in message.text or path != "/no-such-page":
            complaints.append(message.text)

    phone.on("request", note)
    phone.on("console", hear)
    phone.goto(shown.address(path, lang), wait_until="load")
    phone.remove_listener("request", note)
    phone.remove_listener("console", hear)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    assert pale(phone) == []
    assert [url for url in fetched if not url.startswith(shown.home)] == []
    assert complaints == []


def test_pale_text_would_be_noticed(phone: Page) -> None:
    phone.goto("about:blank")  # elsewhere the portal's own policy forbids an inline style
    phone.set_content('<p style="color:#8a9a94;background:#fff">pale</p><p>dark</p>')
    assert [words for words, _ in pale(phone)] == ["pale"]


def test_one_finds_a_case_reads_why_it_is_hidden_and_objects_by_keyboard_without_javascript(plain: Page, shown: Shown) -> None:
    plain.goto(shown.home)
    plain.focus("#number")
    plain.keyboard.type(f" {shown.number.lower()} ")
    plain.keyboard.press("Tab")
    plain.keyboard.type(shown.secret)
    plain.keyboard.press("Enter")
    expect(plain.get_by_role("heading", name="ما كتبته محجوب عن العموم")).to_be_visible()
    expect(plain.get_by_text("#privacy")).to_be_visible()
    plain.focus("#words")
    plain.keyboard.type("لم أنشر رقم أحد سواي")
    plain.keyboard.press("Tab")
    plain.keyboard.press("Enter")
    expect(plain.get_by_text("ينظر في اعتراضك موظف غير الذي اتخذ القرار")).to_be_visible()
    assert plain.locator("#words").count() == 0
    plain.get_by_role("button", name="English").click()
    expect(plain.locator("html")).to_have_attribute("dir", "ltr")
    expect(plain.get_by_text("You objected to the decision")).to_be_visible()
    assert shown.secret not in plain.url
