"""Whoever reads by keyboard, with large letters, in strong contrast, or without scripts gets the whole of every page."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.axe import findings
from tests.portal.eyes import pale, too_wide
from tests.portal.open_door import Shown, standing

PATHS = [
    "/",
    "/complaint",
    "/track",
    "/policy",
    "/commitments",
    "/corrections",
    "/open-data",
    "/accessibility",
    "/why",
    "reasons",
    "case",
]

#: what has the focus: where it is, whether it is seen, and whether it lies within the window
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const look = getComputedStyle(e), box = e.getBoundingClientRect();
  const all = [...document.querySelectorAll("*")];
  return {
    place: all.indexOf(e), tag: e.outerHTML.slice(0, 120),
    ring: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight && box.width > 0,
  };
}"""
STOPS = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility()).length"""

#: WCAG 1.4.12: lines, letters and words further apart than we set them
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } " +
    "p { margin-block-end: 2em !important }");
  document.adoptedStyleSheets = [sheet];
}"""


@pytest.fixture(scope="module")
def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with standing(sqlite_template, tmp_path_factory.mktemp("readers")) as portal:
        yield portal


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize("path", PATHS)
def test_everything_is_reached_by_keyboard_in_order_and_seen_when_it_is(page: Page, shown: Shown, path: str, lang: str) -> None:
    page.goto(shown.address(path, lang), wait_until="load")
    stops: list[dict[str, Any]] = []
    page.keyboard.press("Tab")
    while (focus := page.evaluate(FOCUS)) and len(stops) < 200:
        stops.append(focus)
        page.keyboard.press("Tab")
    assert [stop["tag"] for stop in stops if not (stop["ring"] and stop["inside"])] == []
    assert [stop["place"] for stop in stops] == sorted(stop["place"] for stop in stops)
    assert len(stops) == page.evaluate(STOPS)


def test_the_first_key_leads_past_the_navigation(page: Page, shown: Shown) -> None:
    page.goto(f"{shown.home}/policy", wait_until="load")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("width", [320, 1280])
def test_letters_grow_to_twice_their_size_on_every_page_and_nothing_is_cut_off(page: Page, shown: Shown, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(shown.home, wait_until="load")
    small = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")
    page.locator(".opener").click()
    for _ in range(5):
        page.get_by_role("button", name="أكبر").click()
    expect(page.locator("#size")).to_have_text("200%")
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)") == 2 * small
    for path in PATHS:
        page.goto(shown.address(path, "/en"), wait_until="load")
        assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 36
        assert too_wide(page) == [], path


@pytest.mark.parametrize("path", PATHS)
def test_a_page_with_wider_spaces_between_letters_and_lines_still_fits_a_small_phone(page: Page, shown: Shown, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(shown.address(path, "/en"), wait_until="load")
    page.evaluate(SPACED)
    assert too_wide(page) == []


def test_strong_contrast_and_a_dark_ground_are_chosen_once_for_every_page(page: Page, shown: Shown) -> None:
    page.goto(f"{shown.home}/en", wait_until="load")
    page.locator(".opener").click()
    for name in ("High contrast", "Dark background"):
        button = page.get_by_role("button", name=name)
        expect(button).to_have_attribute("aria-pressed", "false")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    for path in PATHS:
        page.goto(shown.address(path, "/en"), wait_until="load")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
        assert pale(page, 7) == [], path


def test_what_the_device_prefers_is_worn_until_the_reader_says_otherwise(browser: Browser, shown: Shown) -> None:
    context = browser.new_context(color_scheme="dark", contrast="more")
    page = context.new_page()
    page.goto(f"{shown.home}/en", wait_until="load")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    page.locator(".opener").click()
    page.get_by_role("button", name="Dark background").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    context.close()


def test_a_first_visit_costs_a_slow_phone_little_and_the_next_page_less(page: Page, shown: Shown) -> None:
    weights: dict[str, int] = {}

    def weigh(request: Request) -> None:
        if (response := request.response()) is not None:
            weights[urlsplit(request.url).path] = len(response.body())

    page.on("requestfinished", weigh)
    page.goto(shown.home, wait_until="networkidle")
    fonts = sum(size for path, size in weights.items() if path.startswith("/fonts/"))
    assert sum(weights.values()) - fonts < 120_000
    assert fonts < 160_000  # shown when they have come: until then the phone's own
    weights.clear()
    page.goto(f"{shown.home}/track", wait_until="networkidle")
    assert [path for path in weights if path.startswith("/fonts/")] == []
    assert weights["/track"] < 20_000


def test_without_scripts_no_aid_is_offered_that_would_do_nothing(browser: Browser, shown: Shown) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(shown.home, wait_until="load")
    expect(page.locator(".opener")).to_be_hidden()
    expect(page.locator("#aids")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    context.close()


def test_the_first_thing_read_on_a_form_that_was_refused_is_what_is_wrong_and_it_leads_there(page: Page, shown: Shown) -> None:
    page.goto(f"{shown.home}/en/complaint", wait_until="load")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#problems")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_attribute("aria-invalid", "true")
    assert findings(page) == []
