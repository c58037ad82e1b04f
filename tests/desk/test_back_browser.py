"""Back and Forward in a real browser: they go through what was opened and the views, and out of the page as one came."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from core.i18n import t

Seating = Callable[[], Any]


def row(desk: Any, item: int) -> Any:
    return desk.page.locator(f'.row[data-id="{item}"]')


def opened(desk: Any, item: int) -> None:
    """That message is the one in the list, in the thread and in the address."""
    expect(row(desk, item)).to_have_attribute("aria-current", "true")
    desk.page.wait_for_url(f"**item={item}*")
    desk.rest()


def view(desk: Any, name: str) -> Any:
    return desk.page.locator(".views button").filter(has_text=t(f"view.{name}", "ar")).first


def viewing(desk: Any, name: str) -> None:
    expect(view(desk, name)).to_have_attribute("aria-pressed", "true")


def test_back_and_forward_go_through_what_was_opened(running: Any, seat: Seating) -> None:
    desk, items = seat().sign_in("agent"), running.house.items
    for name in ("wages", "question"):
        row(desk, items[name]).click()
        opened(desk, items[name])
    desk.page.go_back()
    opened(desk, items["wages"])
    desk.page.go_back()
    desk.page.wait_for_url(f"{desk.url}/inbox")
    desk.rest()
    expect(row(desk, items["wages"])).not_to_have_attribute("aria-current", "true")
    assert desk.page.url == f"{desk.url}/inbox", "nothing is written into it again"
    for name in ("wages", "question"):
        desk.page.go_forward()
        opened(desk, items[name])


def test_back_and_forward_go_through_the_views(running: Any, seat: Seating) -> None:
    desk = seat().sign_in("agent")
    row(desk, running.house.items["wages"]).click()
    opened(desk, running.house.items["wages"])
    view(desk, "all").click()
    viewing(desk, "all")
    desk.page.wait_for_url("**view=all*")
    desk.rest()
    desk.page.go_back()
    opened(desk, running.house.items["wages"])
    viewing(desk, "open")
    desk.page.go_back()
    desk.page.wait_for_url(f"{desk.url}/inbox")
    viewing(desk, "open")
    desk.page.go_forward()
    opened(desk, running.house.items["wages"])
    desk.page.go_forward()
    desk.page.wait_for_url("**view=all*")
    viewing(desk, "all")


def test_whoever_comes_back_by_the_side_bar_finds_what_he_left_and_back_leads_where_he_came_from(
    running: Any, seat: Seating
) -> None:
    desk, item = seat().sign_in("agent"), running.house.items["wages"]
    row(desk, item).click()
    opened(desk, item)
    side = desk.page.get_by_test_id("stSidebarNav")
    side.get_by_role("link", name=t("desk.cases.nav", "ar")).click()
    desk.page.wait_for_url("**/cases*")
    desk.rest()
    side.get_by_role("link", name=t("desk.inbox.nav", "ar")).click()
    opened(desk, item)
    desk.page.go_back()
    desk.page.wait_for_url("**/cases*")
    expect(desk.page.get_by_role("heading", name=t("desk.cases.title", "ar"))).to_be_visible()
    desk.rest()
    desk.page.go_back()
    opened(desk, item)
