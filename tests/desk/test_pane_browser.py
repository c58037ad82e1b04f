"""A talk longer than the window: the message that was opened and the box to answer it are in sight without scrolling."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import select

from connectors.contract import Message, Surface
from core.clock import now
from core.i18n import t
from core.models import Account
from core.settings import load
from inbox.models import Item
from inbox.receive import receive
from policies import edition
from tests.desk.conftest import ABLE, Running, Seat, seating, started

#: where the open message stands in its pane, and the box in the window
PLACES = """
() => {
  const node = document.querySelector('.mj-pane'), pane = node.getBoundingClientRect()
  const now = node.querySelector('.now').getBoundingClientRect()
  return { above: now.top - pane.top, below: pane.bottom - now.bottom, long: node.scrollHeight > pane.height }
}
"""


@pytest.fixture(scope="module")
def talking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A desk on whose page two people wrote again and again under one comment."""
    folder = tmp_path_factory.mktemp("talking")
    for running in started(["desk.serve", "--port"], folder):
        said = [
            Message(
                "facebook:100", f"talk{place}", Surface.COMMENT, "author-1", f"رسالة {place}: " + "لم أستلم راتبي بعد. " * 12,
                now() - timedelta(minutes=60 - place), can=ABLE, parent_id="wages", root_id="p1", author_name="سالم الكتبي",
            )
            for place in range(8)
        ]  # fmt: skip
        with running.db.write() as session:
            page = session.exec(select(Account).where(Account.platform == "facebook")).one()
            receive(session, page, said, edition.current(), settings=load(MAJLIS_VAR_DIR=str(folder)))
            for item in session.exec(select(Item)):
                running.house.items[item.native_id] = item.id or 0
        yield running


@pytest.fixture
def talk(browser: Browser, talking: Running) -> Iterator[Callable[[], Seat]]:
    yield from seating(browser, talking.url)


@pytest.mark.parametrize("name", ["talk0", "talk4", "talk7"])
def test_the_open_message_and_its_box_are_in_sight(talking: Running, talk: Callable[[], Seat], name: str) -> None:
    desk = talk().sign_in("staff").open(f"/inbox?view=all&item={talking.house.items[name]}")
    expect(desk.box).to_be_in_viewport(ratio=1)
    expect(desk.page.locator(".box .btn.main")).to_be_in_viewport()
    places: dict[str, Any] = desk.page.evaluate(PLACES)
    assert places["long"]
    assert places["above"] >= -1
    assert places["below"] >= -1


def test_the_box_and_its_button_fit_into_the_window_of_a_small_laptop(talking: Running, talk: Callable[[], Seat]) -> None:
    desk = talk()
    desk.page.set_viewport_size({"width": 1280, "height": 720})
    desk.sign_in("staff").open(f"/inbox?view=all&item={talking.house.items['talk4']}")
    expect(desk.box).to_be_in_viewport(ratio=1)
    expect(desk.page.locator(".box .btn.main")).to_be_in_viewport(ratio=1)


def test_where_one_has_scrolled_to_stays_while_the_page_draws_itself_anew(talking: Running, talk: Callable[[], Seat]) -> None:
    desk = talk().sign_in("staff").open(f"/inbox?view=all&item={talking.house.items['talk7']}")
    pane = desk.page.locator(".mj-pane")
    pane.evaluate("pane => { pane.scrollTop = 40 }")
    desk.page.keyboard.press("a")
    expect(desk.page.get_by_text(t("desk.done.assigned", "ar"))).to_be_visible()
    desk.rest()
    assert pane.evaluate("pane => pane.scrollTop") == 40


def test_on_a_telephone_opening_a_message_leads_to_it(talking: Running, talk: Callable[[], Seat]) -> None:
    desk = talk().sign_in("staff").open("/inbox?view=all")
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.page.locator(f'.row[data-id="{talking.house.items["talk6"]}"]').click()
    desk.page.wait_for_url(f"**item={talking.house.items['talk6']}*")
    desk.rest()
    expect(desk.page.locator(".mj-thread")).to_be_in_viewport()


def test_on_a_telephone_what_an_address_opens_is_in_sight_and_else_the_list(talking: Running, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    desk = Seat(context.new_page(), talking.url).sign_in("staff", "/inbox?view=all")
    expect(desk.page.locator(".list")).to_be_in_viewport(ratio=0.5)
    desk.open(f"/inbox?view=all&item={talking.house.items['talk6']}")
    expect(desk.page.locator(".mj-thread")).to_be_in_viewport()
    context.close()


def test_by_touch_a_new_post_comes_into_sight_and_the_side_bar_goes_once_a_page_is_chosen(
    talking: Running, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 430}, has_touch=True)
    desk = Seat(context.new_page(), talking.url).sign_in("author", "/compose")
    page = desk.page
    expect(page.get_by_label(t("desk.compose.name", "ar"), exact=True)).not_to_be_in_viewport()
    page.get_by_role("button", name=t("desk.compose.new", "ar")).tap()
    expect(page.get_by_label(t("desk.compose.name", "ar"), exact=True)).to_be_in_viewport()
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    page.get_by_test_id("stExpandSidebarButton").tap()
    page.get_by_test_id("stSidebarNavLink").last.tap()
    expect(page.locator("[data-testid=stSidebar][data-collapsed=true]")).to_have_count(1)
    desk.rest()
    assert desk.broken == []
    context.close()
