"""What a person at the desk waits for, seen in a real browser: the click until the thread is painted, the first load."""

import time
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page, sync_playwright

from desk.session import COOKIE
from tools.browser import FLAGS, find_browser

#: from a press on row `n` of the list to the frame after the thread has changed; -1 when it did not within ten seconds
PRESS = """
n => new Promise(done => {
  const find = root => [root, ...[...root.querySelectorAll('*')].flatMap(e => e.shadowRoot ? [e.shadowRoot] : [])]
  const rows = find(document).flatMap(root => [...root.querySelectorAll('.list .row')])
  const shown = () => document.querySelector('.mj-said.now')?.textContent ?? ''
  const before = shown(), begun = performance.now()
  const late = setTimeout(() => { watching.disconnect(); done(-1) }, 10000)
  const watching = new MutationObserver(() => {
    if (shown() === before || !shown()) return
    watching.disconnect()
    clearTimeout(late)
    requestAnimationFrame(() => { const way = new MessageChannel(); way.port1.onmessage = () => done(performance.now() - begun)
      way.port2.postMessage(0) })
  })
  watching.observe(document.body, { childList: true, subtree: true, characterData: true })
  rows[n % rows.length].click()
})
"""


@dataclass
class Painted:
    """Milliseconds: of each click, of the first load with nothing kept, of a load with everything kept."""

    clicks: list[float] = field(default_factory=list)
    first: float = 0.0
    again: float = 0.0


def _loaded(page: Page, address: str) -> float:
    """Milliseconds until the list and a thread are there."""
    begun = time.perf_counter()
    page.goto(address)
    page.locator(".row").first.wait_for()
    page.locator(".mj-said.now").wait_for()
    return (time.perf_counter() - begun) * 1000


def _still(page: Page) -> None:
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def _signed_in(context: BrowserContext, address: str, token: str) -> Page:
    context.add_cookies([{"name": COOKIE, "value": token, "url": address, "httpOnly": True}])
    return context.new_page()


def painted(address: str, token: str, clicks: int) -> Painted:
    """Load the inbox twice and open one row after the other."""
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=str(find_browser()), args=list(FLAGS))
        page = _signed_in(browser.new_context(viewport={"width": 1440, "height": 900}), address, token)
        told = Painted(first=_loaded(page, address), again=_loaded(page, address))
        for n in range(1, clicks + 4):
            _still(page)
            took = float(page.evaluate(PRESS, n))
            assert took >= 0, "a row was pressed and its thread never came"
            if n > 3:
                told.clicks.append(took)
        browser.close()
    return told
