"""The public door in a browser: on a small phone, without JavaScript, readable, and fetching nothing from elsewhere."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from core.actors import WORKER, Actor, abilities_of
from core.clock import now
from core.db import Database
from core.models import Account
from core.settings import load
from core.vault import open_vault
from inbox import cases, moderate
from inbox.models import Item
from tests.portal.conftest import SECRETS, served
from tests.portal.corrections_wall import corrected, withdrawn
from tests.portal.events_wall import ahead, announced

WORDS = "راتبي متأخر، رقمي 0501234567 https://example.ae/a/very/long/address/that/has/no/place/to/break/anywhere?x=1234567890123"
PATHS = ["/", "/track", "/policy", "/commitments", "/corrections", "/events", "/open-data", "/no-such-page", "case"]

#: [text, ratio] of every visible text whose contrast with its own background is under 4.5 (WCAG 2.2, 1.4.3)
PALE = """() => {
  const part = v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 };
  const read = c => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
  const painted = e => { const c = read(getComputedStyle(e).backgroundColor); return c[3] === 0 ? null : c };
  const behind = e => e ? painted(e) ?? behind(e.parentElement) : [255, 255, 255];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), pale = [];
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, words = walk.currentNode.data.trim();
    if (!words || !e.checkVisibility()) continue;
    const [a, b] = [light(read(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) pale.push([words, ratio]);
  }
  return pale;
}"""


@dataclass(frozen=True)
class Shown:
    """A running portal with one case on it, whose words were hidden."""

    home: str
    number: str
    secret: str

    def address(self, path: str, lang: str) -> str:
        return f"{self.home}{lang}" + (f"/track/{self.number}/{self.secret}" if path == "case" else path)


@pytest.fixture(scope="module")
def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("browser")
    shutil.copy(sqlite_template, folder / "majlis.db")
    settings, db = load(MAJLIS_VAR_DIR=str(folder), **SECRETS), Database(f"sqlite:///{folder / 'majlis.db'}")
    vault = open_vault(settings)
    with db.write() as session:
        account = Account(platform="facebook", native_id="1", name="وزارة الموارد البشرية والتوطين")
        session.add(account)
        session.flush()
        item = Item(
            account_id=account.id or 0,
            platform="facebook",
            native_id="2",
            surface="comment",
            text=WORDS,
            created_at=now(),
            can={"hide": True},
        )
        session.add(item)
        session.flush()
        case = cases.open_case(session, WORKER, item, "complaint", "wages", key_id=vault.current)
        moderate.hide(session, Actor("user:7", abilities_of(["moderator"])), item, "privacy", "رقم هاتف")
        item.hidden = True
        number, secret = case.number, cases.secret_of(case, vault)
        announced(
            session, ahead(3, place="https://example.ae/a/very/long/address/that/has/no/place/to/break/anywhere?x=1234567890123")
        )
        announced(session, ahead(-3, zone="Asia/Riyadh"))
        corrected(session, (f"الصواب هنا: {WORDS}", f"Correction: {WORDS}"))
        withdrawn(session)
    with served(settings, db) as port:
        yield Shown(f"http://127.0.0.1:{port}", number, secret)
    db.dispose()


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
    assert phone.evaluate(PALE) == []
    assert [url for url in fetched if not url.startswith(shown.home)] == []
    assert complaints == []


def test_pale_text_would_be_noticed(phone: Page) -> None:
    phone.goto("about:blank")  # elsewhere the portal's own policy forbids an inline style
    phone.set_content('<p style="color:#8a9a94;background:#fff">pale</p><p>dark</p>')
    assert [words for words, _ in phone.evaluate(PALE)] == ["pale"]


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
