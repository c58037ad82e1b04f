"""What every page of the desk is held to in a browser: axe, words of the other language, small screens, both directions.

`everyone` has all roles, so that every room is open to him with everything that can be done in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect
from sqlmodel import Session, col, select

from core import auth
from core.actors import OPERATING, ROLES
from core.db import Database
from core.models import User
from desk.rooms import ROOMS
from inbox.models import Case
from scheduler.models import Post
from tests.axe import findings

EVERYONE = "everyone"
PHONE, NARROW = 320, 1280
#: Latin words that belong on an Arabic page: keys of the keyboard, names of formats, X's own letter, the other language, cases
ALLOWED = re.compile(
    r"^(Enter|Ctrl|Esc|[A-Za-z]|English|UTC|M-[0-9A-Z]{5}-[0-9A-Z]{5}"
    r"|PNG|JPG|WEBP|MP4|CSV|JSONL|PDF|TOML|OIDC|bearer)$"
)
#: every word and label that can be seen on the page or is read aloud, but for what people wrote
LATIN = """
() => {
  const said = '.mj-words, bdi, .mj-ltr, .name, .text, .mj-coming, [lang=en]'
  const silent = `${said}, script, style, code, svg, [data-testid=stIconMaterial]`
  const found = []
  const look = root => {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
      const node = walk.currentNode
      if (node.nodeType === Node.TEXT_NODE) {
        const parent = node.parentElement
        if (parent && !parent.closest(`${silent}, textarea, input`) && parent.checkVisibility()) found.push(node.data)
      } else {
        if (node.shadowRoot) look(node.shadowRoot)
        if (node.closest(silent) || !node.checkVisibility()) continue
        for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.push(node.getAttribute(name) ?? '')
      }
    }
  }
  look(document.body)
  found.push(document.title)
  return found
}
"""
#: what juts out of the window and stands in nothing that scrolls sideways on its own
JUTTING = """
() => {
  const scrolls = e => /auto|scroll/.test(getComputedStyle(e).overflowX) && e.dataset.testid !== 'stMain'
  const held = e => {
    for (let up = e.parentElement; up; up = up.parentElement) if (scrolls(up)) return true
    return false
  }
  return [...document.querySelectorAll('[data-testid=stMain] *')].filter(e => {
    const box = e.getBoundingClientRect()
    return box.width > 1 && e.checkVisibility() && (box.right > innerWidth + 1 || box.left < -1) && !held(e)
  }).map(e => e.outerHTML.slice(0, 120)).slice(0, 3)
    .concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [])
}
"""
#: how far the page can be scrolled beyond what stands on it
EMPTINESS = """
() => {
  const main = document.querySelector('[data-testid=stMain]'), body = main.querySelector('[data-testid=stMainBlockContainer]')
  const end = main.getBoundingClientRect().top - main.scrollTop + main.scrollHeight
  return Math.round(end - Math.max(body.getBoundingClientRect().bottom, main.getBoundingClientRect().bottom))
}
"""
#: where the pillars of the page stand: [test id, left, right]
PILLARS = """
() => ['stSidebar', 'stMain', 'stColumn'].flatMap(id => [...document.querySelectorAll(`[data-testid=${id}]`)]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().width > 1)
  .map(e => [id, Math.round(e.getBoundingClientRect().left), Math.round(e.getBoundingClientRect().right)]))
"""
#: what is wrong with a row of views: more lines than one, nothing that tells of those out of sight, one that a focus leaves there
ROW = """
async row => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))  // the window has just become another
  const edge = () => row.getBoundingClientRect(), views = [...row.children]
  const tops = new Set(views.map(view => Math.round(view.getBoundingClientRect().top)))
  const wrong = tops.size === 1 ? [] : [`the views stand in ${tops.size} rows`]
  const arrows = [...row.parentElement.querySelectorAll('.push')].filter(one => one.checkVisibility())
  if (row.scrollWidth > row.clientWidth + 2 && !arrows.length) wrong.push('nothing tells of the views that are out of sight')
  for (const view of [...views].reverse()) {
    view.focus()
    const box = view.getBoundingClientRect()
    if (box.left < edge().left - 1 || box.right > edge().right + 1) wrong.push(`${view.textContent} is focused and out of sight`)
  }
  return wrong
}
"""
UNFOLD = "() => document.querySelectorAll('details:not([open]) > summary').forEach(one => one.click())"
SHARP = "to => { to ? document.documentElement.dataset.contrast = 'high' : delete document.documentElement.dataset.contrast }"


def hire_everyone(db: Database, password: str) -> None:
    """A person with all roles, unless he is here already."""
    with db.write() as session:
        if session.exec(select(User).where(User.username == EVERYONE)).first() is None:
            auth.add_user(session, OPERATING, EVERYONE, password, list(ROLES), "هند السويدي")


@dataclass(frozen=True)
class Sight:
    """A page as it is met: the room and what is open in it."""

    room: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        return f"/{self.room}" + ("?" + "&".join(f"{name}={value}" for name, value in self.query) if self.query else "")


def sights(session: Session, items: dict[str, int]) -> list[Sight]:
    """Every room as one enters it, then with each thing open that it can open."""
    found = [Sight(room.path) for room in ROOMS]
    found += [Sight("inbox", (("view", "all"), ("item", str(id_)))) for name, id_ in items.items() if name != "post"]
    found += [Sight("inbox", (("view", view),)) for view in ("review", "mine")]
    found += [Sight("inbox", (("view", "all"), ("q", "راتب")))]
    found += [Sight("cases", (("view", "all"), ("case", str(id_)))) for id_ in session.exec(select(Case.id).limit(4))]
    for post in session.exec(select(Post).order_by(col(Post.id))):
        found += [Sight("compose", (("post", str(post.id)),)), Sight("compose", (("post", str(post.id)), ("edit", "1")))]
    return found


def foreign_words(page: Page) -> set[str]:
    """Latin words among ours on an Arabic page."""
    ours = (
        re.sub(r"موظف \w+|(\b[a-z]+ أو )?\b[a-z]+:\d+", "", text) for text in page.evaluate(LATIN)
    )  # people of the tests; a thing as the audit names it
    words = {word for text in ours for word in re.findall(r"[A-Za-z][\w-]*", text)}
    return {word for word in words if not ALLOWED.match(word)}


CALM = """() => {
    const calm = document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")
        && !document.querySelector("[data-stale=true]");
    window.calmSince = calm ? window.calmSince || performance.now() : 0;
    return calm && performance.now() - window.calmSince > 250;
}"""


def _opened(page: Page) -> Iterator[tuple[str, str | None]]:
    """Opens, one after the other, what folds out of the page: (what it is called, where it stands)."""
    yield "", None
    for tab in page.get_by_role("tab").all()[1:]:
        if tab.is_visible():
            tab.click()
            _rest(page)
            page.evaluate(UNFOLD)
            _rest(page)
            yield f"tab {tab.inner_text()}", '[data-testid="stTabs"]'
    for button in page.get_by_test_id("stPopoverButton").all():
        if button.is_visible() and button.is_enabled():
            name = button.inner_text().replace("\n", " ")
            button.click()
            _sheet(page).wait_for()
            _rest(page)
            yield f"popover {name}", '[data-testid="stPopoverBody"]' if _sheet(page).count() else None
            page.keyboard.press("Escape")
            expect(_sheet(page)).to_have_count(0)
            _rest(page)


def _sheet(page: Page) -> Locator:
    return page.get_by_test_id("stPopoverBody")


def _rest(page: Page) -> None:
    """Until nothing runs and nothing is dimmed because it is drawn anew, for a quarter of a second on end: a form that opens or
    shuts has the page run a moment later."""
    page.evaluate("() => { window.calmSince = 0 }")
    page.wait_for_function(CALM, timeout=90_000)


def held(page: Page, lang: str) -> list[str]:
    """What is wrong with the page that is shown, with everything folded out; [] for nothing."""
    wrong, told = [], set[str]()
    if (beyond := page.evaluate(EMPTINESS)) > 8:
        wrong.append(f"the page goes on for {beyond} points with nothing on them")
    page.evaluate(UNFOLD)
    _rest(page)
    for name, within in _opened(page):
        wrong += [f"{name} axe: {finding}" for finding in findings(page, within)]
        if not name:
            page.evaluate(SHARP, True)
            wrong += [f"in high contrast, axe: {finding}" for finding in findings(page, only="color-contrast")]
            page.evaluate(SHARP, False)
        known = foreign_words(page) if lang == "ar" else set()
        if words := known - told:
            wrong.append(f"{name} Latin: {sorted(words)}")
        told |= known
    return wrong


def on_a_phone(page: Page) -> list[str]:
    """What is too wide for a window of 320 points; the window is as it was afterwards."""
    before: Any = page.viewport_size
    page.set_viewport_size({"width": PHONE, "height": 720})
    _rest(page)
    wrong = [f"at {PHONE}: {one}" for one in page.evaluate(JUTTING)]
    page.set_viewport_size(before)
    _rest(page)
    return wrong


def in_one_row(page: Page) -> list[str]:
    """What is wrong with the rows of views in a window of 1280 points; the window is as it was afterwards."""
    before: Any = page.viewport_size
    page.set_viewport_size({"width": NARROW, "height": 800})
    wrong = [f"at {NARROW}: {one}" for row in page.locator(".views").all() for one in row.evaluate(ROW)]
    page.set_viewport_size(before)
    return wrong


def mirrored(arabic: list[list[Any]], english: list[list[Any]], width: int) -> list[str]:
    """What does not stand at the same place seen in a mirror; pillars as PILLARS tells them."""
    if [one[0] for one in arabic] != [one[0] for one in english]:
        return [f"not the same pillars: {len(arabic)} and {len(english)}"]
    return [
        f"{name}: {left}..{right} is not the mirror of {other_left}..{other_right}"
        for (name, left, right), (_, other_left, other_right) in zip(arabic, english, strict=True)
        if abs(width - right - other_left) > 2 or abs(width - left - other_right) > 2
    ]
