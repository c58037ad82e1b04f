"""What axe finds wrong with a page as it stands in a browser: rules of WCAG 2.2 A and AA, and good practice.

A clean page is no proof that everybody can use it; a page with findings is proof that somebody can't.
"""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
#: A colour on its way is none, nor is the paleness of what Streamlit draws anew at this moment (the head of an expander and a row
#: of tabs pale without saying so in `data-stale`).
STILL = """() => {
  if (window.still) return
  window.still = new CSSStyleSheet()
  window.still.replaceSync(`* { transition: none !important; animation: none !important }
    [data-stale=true], [data-testid=stExpander] summary *, [role=tablist] { opacity: 1 !important }`)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, window.still]
}"""


def findings(page: Page, within: str | None = None, only: str = "") -> list[str]:
    """One line for each thing axe finds: the rule, the element, and what is wrong with it. [] for a clean page.

    `within` is a selector: look at that part alone; `only`: by these rules, with blanks between them. A page gets the half
    megabyte of axe once, however often it is looked at."""
    options = {**RULES, "runOnly": only.split()} if only else RULES
    page.evaluate(STILL)
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("([part, options]) => axe.run(part || document, options)", [within, options])["violations"]
    return [f"{one['id']}: {node['html'][:160]} ({node['failureSummary']})" for one in found for node in one["nodes"]]
