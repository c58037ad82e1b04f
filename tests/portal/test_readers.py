"""Whoever reads by keyboard, by ear, with large letters, in strong contrast, or without scripts gets the whole of every page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from inbox.tongues import NAMES
from tests.portal.axe import findings
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

#: a device that speaks: notes what it is told to say and what is marked meanwhile, and ends a sentence when it is told to
VOICE = """
window.heard = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } };
const marked = () => [...(CSS.highlights.get("aloud") ?? [])].map(range => range.toString().trim().replace(/\\s+/g, " ")).join();
let now = null;
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => VOICES.map(lang => ({ lang })),
  speak(one) { now = one; heard.push({ text: one.text, lang: one.lang, marked: marked() }); one.onstart?.() },
  cancel() { now = null },
} });
window.next = () => { const one = now; now = null; one?.onend?.(); return now !== null };
"""

#: a browser that takes dictation: notes that it was told to listen and in which language; `say` is what somebody speaks
EAR = """
window.listening = null;
window.SpeechRecognition = class {
  start() { window.listening = this; this.onstart?.() }
  stop() { window.listening = null; this.onend?.() }
};
window.say = words => listening.onresult({ resultIndex: 0, results: [Object.assign([{ transcript: words }], { isFinal: true })] });
"""


@pytest.fixture(scope="module")
def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with standing(sqlite_template, tmp_path_factory.mktemp("readers")) as portal:
        yield portal


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def speaking(page: Page, *voices: str) -> None:
    page.add_init_script(f"const VOICES = {json.dumps(voices)};{VOICE}")


def heard(page: Page) -> list[dict[str, str]]:
    """All that is said from the press of the button to the end of the page."""
    page.locator(".opener").click()
    page.locator("[data-aloud=read]").click()
    while page.evaluate("next()"):
        pass
    said: list[dict[str, str]] = page.evaluate("heard")
    return said


def plain(text: str) -> str:
    return "".join(text.split())


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


@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize("path", ["/policy", "/"])
def test_the_page_is_read_aloud_whole_and_the_sentence_that_is_read_is_marked(
    page: Page, shown: Shown, path: str, lang: str
) -> None:
    speaking(page, "ar-AE", "en-GB", "ur-PK", "hi-IN", "bn-BD", "ml-IN", "fil-PH")
    page.goto(shown.address(path, lang), wait_until="load")
    said = heard(page)
    assert len(said) > 15
    assert [one for one in said if one["text"] != one["marked"]] == []
    assert plain("".join(one["text"] for one in said)) == plain(page.locator("main").inner_text())
    expect(page.locator("[data-aloud=stop]")).to_be_hidden()


def test_words_in_another_language_are_read_in_that_language(page: Page, shown: Shown) -> None:
    speaking(page, "ar-AE", "en-GB")
    page.goto(shown.address("case", "/en"), wait_until="load")
    said = heard(page)
    assert {one["lang"] for one in said if one["text"].startswith("راتبي")} == {"ar-AE"}
    assert {one["lang"] for one in said if one["text"].startswith("Decided")} == {"en-GB"}


def test_what_the_device_has_no_voice_for_is_passed_over_and_the_rest_is_read(page: Page, shown: Shown) -> None:
    speaking(page, "en-GB")
    page.goto(f"{shown.home}/en", wait_until="load")
    said = heard(page)
    assert [one for one in said if one["text"] in NAMES.values() and one["text"] != "Tagalog"] == []
    assert plain(said[-1]["text"]) in plain(page.locator("main").inner_text())[-200:]
    expect(page.locator("#aids .heard")).to_contain_text("no voice for this language")


def test_reading_pauses_goes_on_with_the_same_sentence_and_ends_with_escape(page: Page, shown: Shown) -> None:
    speaking(page, "en-GB")
    page.goto(f"{shown.home}/en/policy", wait_until="load")
    page.locator(".opener").click()
    page.get_by_role("button", name="Read this page aloud").click()
    page.evaluate("next()")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Go on reading").click()
    said = page.evaluate("heard.map(one => one.text)")
    assert len(said) == 3
    assert said[1] == said[2]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Read this page aloud")).to_be_visible()
    assert page.evaluate("CSS.highlights.has('aloud')") is False


def test_whose_device_has_no_voice_for_the_language_is_told_so(page: Page, shown: Shown) -> None:
    speaking(page, "de-DE")
    page.goto(f"{shown.home}/en", wait_until="load")
    assert heard(page) == []
    expect(page.locator("#aids .heard")).to_contain_text("no voice for this language")


def test_nothing_is_heard_before_the_notice_was_read_and_what_is_spoken_is_written_where_one_stands(
    page: Page, shown: Shown
) -> None:
    page.add_init_script(EAR)
    page.goto(f"{shown.home}/en/complaint", wait_until="load")
    area = page.locator("#text")
    area.fill("My salary  is late")
    area.evaluate("area => area.setSelectionRange(10, 10)")
    page.get_by_role("button", name="Write by voice").click()
    expect(page.get_by_text("may send it to its maker")).to_be_visible()
    assert page.evaluate("listening") is None
    page.get_by_label("Which language will you speak?").select_option("ur-PK")
    page.get_by_role("button", name="Begin listening").click()
    assert page.evaluate("listening.lang") == "ur-PK"
    page.evaluate("say('of October')")
    expect(area).to_have_value("My salary of October is late")
    expect(page.locator(".dictation .heard")).to_have_text("Written: of October")
    page.get_by_role("button", name="Stop listening").click()
    assert page.evaluate("listening") is None


def test_who_does_not_allow_the_microphone_is_told_what_to_do(page: Page, shown: Shown) -> None:
    page.add_init_script(EAR)
    page.goto(f"{shown.home}/complaint", wait_until="load")
    page.get_by_role("button", name="اكتب بصوتك").click()
    page.get_by_role("button", name="ابدأ الاستماع").click()
    page.evaluate("listening.onerror({ error: 'not-allowed' }); listening.onend()")
    expect(page.locator(".dictation .heard")).to_contain_text("لم يُسمح باستعمال الميكروفون")


def test_a_browser_that_takes_no_dictation_offers_none(page: Page, shown: Shown) -> None:
    page.add_init_script("delete window.SpeechRecognition; delete window.webkitSpeechRecognition")
    page.goto(f"{shown.home}/complaint", wait_until="load")
    expect(page.locator(".dictation")).to_have_count(0)


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
