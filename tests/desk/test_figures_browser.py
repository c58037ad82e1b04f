"""A manager in a real browser: from a surge to the very message, and figures that print and can be read by everybody."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from core.i18n import Lang, t
from desk.pages.figures import PARTS
from inbox import tally
from inbox.models import Item
from tests.desk.walk import held, on_a_phone

Seating = Callable[[], Any]


@pytest.fixture(scope="module")
def surge(running: Any) -> Item:
    """The wages message of this morning is one of many, as it never was on this weekday."""
    with running.db.read() as session:
        item: Item = session.get_one(Item, running.house.items["wages"])
    day = tally.day_of(item.created_at)
    marks = {(day - timedelta(weeks=week), item.account_id, "topic", item.topic): 2 for week in range(1, 9)}
    with running.db.write() as session:
        tally.add(session, {**marks, (day, item.account_id, "topic", item.topic): 40})
    return item


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_manager_goes_from_a_surge_to_the_message(running: Any, seat: Seating, surge: Item, lang: Lang) -> None:
    desk = seat().sign_in("manager", "/figures", lang)
    desk.page.get_by_role("button", name=t("desk.figures.part.topics", lang)).click()
    told = (
        desk.rest()
        .page.locator(".mj-surges section")
        .filter(has=desk.page.locator("h3", has_text=t(f"desk.topic.{surge.topic}", lang)))
    )
    expect(told.locator(".mj-chip.warn")).to_contain_text("×")
    told.get_by_role("link", name=t("desk.fig.surge.open", lang)).click()
    day = tally.day_of(surge.created_at)
    expect(desk.page).to_have_url(re.compile(re.escape(f"topic={surge.topic}&since={day}&until={day}")))
    desk.rest()
    row = desk.page.locator(f'[data-id="{surge.id}"]')
    row.click()
    expect(desk.page.locator(".mj-said.now")).to_contain_text(surge.text[:20])
    assert (desk.foreign, desk.broken) == ([], [])


def test_every_part_can_be_used_by_everybody(seat: Seating, surge: Item) -> None:
    desk = seat().sign_in("manager", "/figures", "ar")
    wrong = {}
    for part in PARTS:
        desk.open(f"/figures?part={part}")
        expect(desk.page.locator(".st-key-figures")).to_be_visible()
        wrong[part] = held(desk.page, "ar") + on_a_phone(desk.page)
    assert {part: found for part, found in wrong.items() if found} == {}
    assert desk.broken == []


def test_on_paper_the_tables_stand_open_and_nothing_is_there_to_press(seat: Seating, surge: Item) -> None:
    desk = seat().sign_in("manager", "/figures?part=summary", "en")
    page = desk.page
    expect(page.locator(".st-key-plate_by_hour")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator('[data-testid="stSidebar"]')).to_be_hidden()
    expect(page.locator('[data-testid="stDownloadButton"]').first).to_be_hidden()
    assert page.locator(".st-key-plate_by_hour table").evaluate("table => table.getBoundingClientRect().height") > 200
    assert len(page.pdf()) > 20_000
