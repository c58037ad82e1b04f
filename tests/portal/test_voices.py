"""Whoever reads by ear hears the whole page and sees where he is; whoever writes by voice knows first where his voice goes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from inbox.tongues import NAMES
from tests.portal.open_door import Shown, standing

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
    with standing(sqlite_template, tmp_path_factory.mktemp("voices")) as portal:
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
