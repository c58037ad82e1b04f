"""The frame in a real browser: letters as large as one likes without a flash, idle time told before it ends, out at once."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update
from sqlmodel import col, select

from core.clock import now
from core.models import SignIn, User
from inbox.models import Reply
from tests.axe import findings
from tests.desk.conftest import Running, Seat, seating, started

Seating = Callable[[], Seat]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A desk of these tests' own: they dismiss people."""
    yield from started(["desk.serve", "--port"], Path(tmp_path_factory.mktemp("frame")))


@pytest.fixture
def seat(browser: Browser, desk: Running) -> Iterator[Seating]:
    yield from seating(browser, desk.url)


def test_letters_and_contrast_change_at_once_and_stand_before_the_page_is_drawn(desk: Running, seat: Seating) -> None:
    person = seat().sign_in("agent", "/me")
    page = person.page
    page.get_by_role("combobox", name="حجم الخط").click()
    page.get_by_role("option", name="150%").click()
    expect(page.locator("html")).to_have_css("font-size", "24px")
    page.get_by_text("تباين عالٍ").click()
    expect(page.locator("html")).to_have_attribute("data-contrast", "high")
    expect(page.get_by_role("status").filter(has_text="حُفظ")).to_be_visible()
    page.goto(f"{desk.url}/inbox", wait_until="commit")
    assert page.locator("html").get_attribute("style") == "font-size: 150%"
    assert page.locator("html").get_attribute("data-contrast") == "high"
    person.rest()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("path", ["/me", "/people?user=1", "/accounts", "/audit"])
def test_these_pages_have_no_fault_that_axe_knows(desk: Running, seat: Seating, path: str, lang: str) -> None:
    person = seat().sign_in("admin", path, lang)
    assert findings(person.page) == []
    assert person.foreign == []
    assert person.broken == []
    person.page.set_viewport_size({"width": 320, "height": 900})
    person.rest()
    assert person.page.evaluate("document.documentElement.scrollWidth <= 320")


#: what is cut off of the names of the pages, and how wide each column beside a list is in letters
ROOM = """() => ({
  cut: [...document.querySelectorAll("[data-testid=stSidebarNavLink] *")]
    .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflow !== "visible").map(one => one.innerText),
  wide: [...document.querySelector("[data-testid=stColumn]:has(.st-key-inbox_list)").parentElement.children]
    .map(one => one.getBoundingClientRect().width / parseFloat(getComputedStyle(document.documentElement).fontSize)),
})"""


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_in_the_largest_letters_no_page_loses_its_name_and_every_column_has_room(desk: Running, seat: Seating, lang: str) -> None:
    with desk.db.write() as session:
        session.execute(update(User).where(col(User.username) == "approver").values(text_size=200))
    page = seat().sign_in("approver", "/inbox", lang).page
    for width in (1440, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("width => innerWidth === width", arg=width)
        room = page.evaluate(ROOM)
        assert room["cut"] == []
        assert min(room["wide"]) >= 9, room["wide"]


def test_idle_time_is_told_before_it_ends_and_touching_keeps_the_session(desk: Running, seat: Seating) -> None:
    person = seat().sign_in("moderator", "/me")
    with desk.db.write() as session:
        user = session.exec(select(User).where(User.username == "moderator")).one()
        opened = session.exec(select(SignIn).where(SignIn.user_id == user.id).order_by(col(SignIn.id).desc())).first()
        assert opened is not None
        opened.seen_at = now() - timedelta(minutes=29)
        session.add(opened)
        number = opened.id
    page = person.page
    page.evaluate("dispatchEvent(new Event('load'))")  # asks how much time is left, as the page does every quarter of a minute
    warning = page.locator(".mj-idle")
    expect(warning).to_contain_text("لعدم النشاط")
    page.wait_for_timeout(2100)
    warning.get_by_role("button", name="أنا هنا").click()
    expect(warning).to_have_count(0)
    with desk.db.read() as session:
        assert session.get_one(SignIn, number).seen_at > now() - timedelta(minutes=1)


def one_form_at_a_time(seat: Seat) -> None:
    """Two forms pressed within a moment, as a busy machine hears them: the second unfolds, and the first is shut."""
    page = seat.page
    page.evaluate("() => [...document.querySelectorAll('[data-testid=stPopoverButton]')].slice(0, 2).forEach(one => one.click())")
    forms = page.get_by_test_id("stPopoverButton")
    expect(forms.nth(1)).to_have_attribute("aria-expanded", "true")
    expect(forms.nth(0)).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(1)
    seat.rest()  # a run that tells of a form as it was a moment ago would open or shut it again
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    seat.rest()


@pytest.mark.parametrize(("lang", "dismiss", "now_"), [("ar", "إخراج من الخدمة", "إخراجه الآن"), ("en", "Dismiss", "Dismiss now")])
def test_somebody_dismissed_is_out_at_once_and_his_draft_is_kept(
    desk: Running, seat: Seating, lang: str, dismiss: str, now_: str
) -> None:
    who: Any = {"ar": "staff", "en": "agent"}[lang]
    item, number = desk.house.items["question"], desk.house.users[who]
    clerk = seat().sign_in(who, "/inbox", lang).open(f"/inbox?view=all&item={item}")
    clerk.box.fill(f"half an answer {lang}")
    with desk.db.read() as session:
        assert session.get_one(User, number).active
    expect(clerk.page.locator(".status")).to_have_text(re.compile("محفوظة|saved|kept"))
    admin = seat().sign_in("admin", f"/people?user={number}", lang)
    one_form_at_a_time(admin)
    admin.page.get_by_test_id("stPopoverButton").filter(has_text=dismiss).click()
    admin.page.get_by_role("button", name=now_).click()
    expect(admin.page.get_by_test_id("stPopoverButton").filter(has_text=dismiss)).to_have_count(0)  # it is done
    admin.rest()
    clerk.page.get_by_test_id("stSidebarNavLink").nth(1).click()
    clerk.page.wait_for_url("**/auth/login**")
    expect(clerk.page.locator("#username")).to_be_visible()
    clerk.page.goto(f"{desk.url}/inbox")
    expect(clerk.page.locator("#username")).to_be_visible()
    with desk.db.read() as session:
        kept = session.exec(select(Reply).where(Reply.author_id == number, Reply.state == "draft")).all()
    assert [draft.text for draft in kept] == [f"half an answer {lang}"]
