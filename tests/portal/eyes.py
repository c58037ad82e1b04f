"""What can be seen of a page in a browser, and what can't."""

from playwright.sync_api import Page

PALE = """least => {
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
    if (ratio < least) pale.push([words, ratio]);
  }
  return pale;
}"""


def pale(page: Page, least: float = 4.5) -> list[tuple[str, float]]:
    """Every visible text whose contrast with its own background is under `least` (1.4.3 asks 4.5, 1.4.6 asks 7), and its ratio."""
    return [(words, ratio) for words, ratio in page.evaluate(PALE, least)]


def too_wide(page: Page) -> list[str]:
    """What makes a page scroll sideways; [] where nothing does (1.4.10)."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
          .filter(e => { const box = e.getBoundingClientRect(); return box.width && (box.right > innerWidth + 1 || box.left < -1) })
          .map(e => e.outerHTML.slice(0, 100)).concat("the page")"""
    )
    return found
