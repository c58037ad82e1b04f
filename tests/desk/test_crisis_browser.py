"""The crisis pause in a real browser: pressed by one, seen by another who touches nothing, and gone when it is lifted."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlmodel import Session

from core.actors import Actor
from core.auth import actor_of
from core.i18n import LANGS, Lang, t
from core.models import User
from outbox import pause
from tests.desk.walk import foreign_words

Seating = Callable[[], Any]

REASON = "حادث في موقع عمل"


@pytest.fixture
def calm(running: Any) -> Iterator[None]:
    """The desk serves other tests too: no pause outlives this one."""
    yield
    with running.db.write() as session:
        if pause.in_force(session) is not None:
            pause.lift(session, manager(running, session))


def manager(running: Any, session: Session) -> Actor:
    return actor_of(session.get_one(User, running.house.users["manager"]))


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("lang", LANGS)
def test_what_one_presses_another_sees_without_touching_anything_until_it_is_lifted(
    running: Any, seat: Seating, lang: Lang
) -> None:
    colleague = seat().sign_in("staff", lang=lang)
    banner = colleague.page.locator(".mj-stop").filter(has_text=REASON)
    expect(banner).to_have_count(0)
    desk = seat().sign_in("approver", "/plan", lang)
    desk.page.get_by_role("button", name=t("desk.pause.press", lang)).click()
    desk.page.get_by_role("textbox", name=t("desk.pause.reason", lang)).fill(REASON)
    desk.page.get_by_role("button", name=t("desk.pause.do_press", lang)).click()
    expect(desk.page.locator(".mj-stop").filter(has_text=REASON)).to_be_in_viewport()
    expect(banner).to_be_in_viewport(timeout=90_000)
    expect(colleague.page.get_by_role("button", name=t("desk.pause.lift", lang))).to_have_count(0)
    bottom = "() => { const main = document.querySelector('[data-testid=stMain]'); main.scrollTo(0, main.scrollHeight) }"
    desk.page.evaluate(bottom)
    expect(desk.page.locator(".mj-stop")).to_be_in_viewport(ratio=1)
    with running.db.read() as session:
        assert (held := pause.in_force(session)) is not None
        assert held.reason == REASON
    colleague.page.set_viewport_size({"width": 390, "height": 844})
    colleague.rest()
    expect(banner).to_be_in_viewport()
    assert colleague.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    desk.page.get_by_role("button", name=t("desk.pause.lift", lang)).click()
    desk.page.get_by_role("button", name=t("desk.pause.do_lift", lang)).click()
    expect(desk.page.locator(".mj-stop").filter(has_text=REASON)).to_have_count(0)
    expect(desk.page.get_by_role("button", name=t("desk.pause.press", lang))).to_be_visible(timeout=90_000)
    expect(banner).to_have_count(0, timeout=90_000)
    assert desk.broken == colleague.broken == []


@pytest.mark.usefixtures("calm")
def test_no_latin_word_is_left_in_the_board_while_publishing_is_paused(running: Any, seat: Seating) -> None:
    with running.db.write() as session:
        agent = running.house.users["agent"]
        pause.press(session, manager(running, session), REASON, allow=("receipt", f"user:{agent}"))
    desk = seat().sign_in("manager", "/problems")
    expect(desk.page.locator(".mj-stop").filter(has_text=REASON)).to_be_in_viewport()
    assert foreign_words(desk.page) == set()
