"""Nothing that Streamlit's own widgets say is left in English on an Arabic page, and axe finds nothing wrong with them."""

import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from core.i18n import ROOT
from tests.axe import findings
from tests.desk.conftest import Running, Seat, seating, started
from tests.desk.walk import foreign_words

#: calls that draw nothing of Streamlit's own words: state, flow, and what only holds others
SILENT = {
    "App", "Page", "altair_chart", "cache_data", "container", "context", "fragment", "html", "navigation", "query_params", "rerun",
    "session_state", "set_page_config", "sidebar", "stop", "switch_page", "text", "video", "markdown", "empty", "login", "logout",
    "user", "image", "metric", "secrets", "spinner",
}  # fmt: skip
KITCHEN = Path(__file__).with_name("kitchen.py")


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from started(["tests.desk.kitchen", "--port"], tmp_path_factory.mktemp("kitchen"))


@pytest.fixture
def cook(browser: Browser, kitchen: Running) -> Iterator[Callable[[], Seat]]:
    yield from seating(browser, kitchen.url)


def called(path: Path) -> set[str]:
    """`button` for each st.button(…) in a file."""
    calls = (node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    return {
        call.attr
        for call in calls
        if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name) and call.value.id == "st"
    }


def test_the_kitchen_has_every_widget_of_the_desk() -> None:
    used = set[str]().union(*(called(path) for path in (ROOT / "desk").rglob("*.py"))) - SILENT
    assert used - called(KITCHEN) - {"dialog"} == set()


def opened(seat: Seat) -> Iterator[tuple[str, str | None]]:
    """Opens one widget after the other: (what it is, where it stands)."""
    page = seat.page
    yield "page", None
    for role in ("stSelectbox", "stMultiSelect"):
        for box in page.get_by_test_id(role).all():
            box.locator("input").click()
            yield role, None
            page.keyboard.press("Escape")
    for field in page.get_by_test_id("stDateInput").all():
        button = field.get_by_role("button").last
        button.click()
        yield "calendar", None
        page.keyboard.press("Escape")
    page.get_by_test_id("stTimeInput").locator("input, [role=spinbutton]").first.click()
    yield "time", None
    page.keyboard.press("Escape")
    page.get_by_test_id("stPopoverButton").click()
    yield "popover", '[data-testid="stPopoverBody"]'
    page.keyboard.press("Escape")
    page.get_by_test_id("stTooltipIcon").first.hover()
    yield "help", None
    picture: Any = {"name": "a.b", "mimeType": "a/b", "buffer": b"a"}
    page.set_input_files("input[type=file]", picture)
    yield "a file that is not taken", None
    page.get_by_role("button", name="نافذة").click()
    expect(page.get_by_test_id("stDialog")).to_be_visible()
    yield "dialog", '[data-testid="stDialog"]'


def test_nothing_of_streamlits_own_is_english_on_an_arabic_page(cook: Callable[[], Seat]) -> None:
    seat = cook().sign_in("staff")
    seat.page.locator("details > summary").first.click()
    left: Mapping[str, list[str]] = {}
    for name, _ in opened(seat):
        if words := sorted(foreign_words(seat.page)):
            left = {**left, name: words}
    assert not left, left
    assert seat.foreign == []


def test_axe_finds_nothing_wrong_with_the_widgets(cook: Callable[[], Seat]) -> None:
    seat = cook().sign_in("staff")
    found = [
        f"{name}: {finding}"
        for name, within in opened(seat)
        if name in ("page", "popover", "dialog")
        for finding in findings(seat.page, within)
    ]
    assert not found, "\n".join(found)
