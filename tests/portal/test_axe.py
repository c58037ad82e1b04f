"""axe finds nothing on any page of the public door: both languages, light and dark, high contrast; the case's page in all seven."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from inbox.tongues import TONGUES
from tests.axe import findings
from tests.portal.open_door import Shown, standing

LOOKS = {
    "light": {},
    "dark": {"theme": "dark"},
    "contrast": {"contrast": "more"},
    "dark contrast": {"theme": "dark", "contrast": "more"},
}
#: pages no link leads to
BESIDE = ["/no-such-page", "/why", "reasons", "case"]
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.href)"


@pytest.fixture(scope="module")
def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with standing(sqlite_template, tmp_path_factory.mktemp("axe")) as portal:
        yield portal


def looking(browser: Browser, look: dict[str, str]) -> Page:
    """A page of a reader who chose this look before."""
    page = browser.new_page()
    page.add_init_script(";".join(f"localStorage.setItem('majlis.{name}', '{value}')" for name, value in look.items()))
    return page


def walked(page: Page, shown: Shown, lang: str) -> Iterator[str]:
    """Opens every page that a link leads to from home, in one language; yields its path."""
    waiting, seen = [f"{shown.home}{lang}/".rstrip("/"), *(shown.address(path, lang) for path in BESIDE)], set()
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        if path in seen:
            continue
        seen.add(path)
        page.goto(address, wait_until="load")
        yield path
        if shown.number in path or path.endswith(shown.reasons):
            continue  # what hangs on one case has tests of its own
        found = [link for link in page.evaluate(LINKS) if link.startswith(f"{shown.home}{lang}/")]
        waiting += [link for link in found if "." not in urlsplit(link).path and "lang=" not in link]
    assert len(seen) > 8


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("lang", ["/ar", "/en"])
def test_axe_finds_nothing_on_any_page(browser: Browser, shown: Shown, lang: str, look: str) -> None:
    page = looking(browser, LOOKS[look])
    found = [f"{path}: {finding}" for path in walked(page, shown, lang) for finding in findings(page)]
    page.close()
    assert found == []


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_a_form_its_problems_its_preview_and_its_receipt(browser: Browser, shown: Shown, look: str) -> None:
    page = looking(browser, LOOKS[look])
    page.goto(f"{shown.home}/feedback", wait_until="load")
    onward, found = page.locator("main form button[name=step]"), []
    onward.click()
    page.locator("#problems").wait_for()
    found += findings(page)
    page.locator("#kind").check()
    page.locator("#text").fill("متى يُصرف راتبي؟ هاتفي 0501234567")
    page.locator("#email").fill("salem@example.ae")
    page.locator("#lang").select_option("ur")
    onward.click()
    page.get_by_role("button", name="أرسل").wait_for()
    found += findings(page)
    page.get_by_role("button", name="أرسل").click()
    page.locator("main a.address").wait_for(timeout=60_000)  # the first verdict of a process reads its lists
    found += findings(page)
    page.close()
    assert found == []


@pytest.mark.parametrize("lang", TONGUES)
def test_axe_finds_nothing_on_the_pages_of_a_case_in_any_of_seven_languages(browser: Browser, shown: Shown, lang: str) -> None:
    page = looking(browser, {})
    found = []
    for path in ("/track", "case", "/why", "reasons"):
        page.goto(shown.address(path, f"/{lang}"), wait_until="load")
        page.locator(".opener").click()
        found += findings(page)
    page.close()
    assert found == []


def test_axe_would_find_a_picture_without_words_and_pale_text(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        '<html lang="en"><title>x</title><main><h1>x</h1><img src="x.png"><p style="color:#aaa">pale</p></main></html>'
    )
    assert {finding.partition(":")[0] for finding in findings(page)} == {"image-alt", "color-contrast"}
    page.close()
