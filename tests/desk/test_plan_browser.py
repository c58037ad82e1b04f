"""The plan in a real browser: a post is moved by mouse and by keyboard, and whoever moves an approved one is asked first; the
words of an event that is planned are in sight."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import select

from core.auth import actor_of
from core.clock import in_dubai, now
from core.models import User
from scheduler import posts
from scheduler.events import EventFacts
from scheduler.models import Post
from tests.desk.conftest import Seat

Seating = Callable[[], Any]


def drafted(running: Any, title: str) -> Post:
    """A draft of the author's in ten days, at noon in Dubai."""
    with running.db.write() as session:
        author = actor_of(session.get_one(User, running.house.users["author"]))
        noon = in_dubai(now() + timedelta(days=10)).replace(hour=12, minute=0, second=0, microsecond=0)
        texts = {running.house.accounts["facebook"]: "نص"}
        return posts.draft(session, author, kind="news", title=title, texts=texts, at=noon, pair_why="خبر")


def as_it_is(running: Any, title: str) -> Post:
    with running.db.read() as session:
        found: Post = session.exec(select(Post).where(Post.title == title)).one()
        return found


def day_of(post: Post) -> date:
    assert post.at is not None
    return in_dubai(post.at).date()


def hour_of(post: Post) -> str:
    assert post.at is not None
    return f"{in_dubai(post.at):%H:%M}"


def beside(post: Post) -> date:
    """Another day of its week."""
    day = day_of(post)
    return day + timedelta(days=1 if day.weekday() < 6 else -1)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_post_is_dragged_to_another_day(running: Any, seat: Seating, lang: str) -> None:
    post = drafted(running, f"يُسحب {lang}")
    desk = seat().sign_in("author", lang=lang).open(f"/plan?month={day_of(post):%Y-%m}")
    slot = desk.page.locator(f'.slot[data-key="{post.id}"]')
    slot.drag_to(desk.page.locator(f'.day[data-date="{beside(post)}"]'))
    expect(desk.page.locator(f'.day[data-date="{beside(post)}"] .slot[data-key="{post.id}"]')).to_be_visible()
    moved = as_it_is(running, post.title)
    assert (day_of(moved), hour_of(moved)) == (beside(post), "12:00")
    assert (moved.state, desk.broken) == ("draft", [])
    carried_by_a_finger(running, desk, moved, day_of(post))


class Finger:
    """A finger on the screen, as Chromium's own touch emulation has it."""

    def __init__(self, page: Page) -> None:
        self.line = page.context.new_cdp_session(page)
        self.line.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def _tell(self, kind: str, at: Locator | None = None) -> None:
        box = at.bounding_box() if at else None
        points = [{"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}] if box else []
        self.line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def rest_on(self, at: Locator) -> None:
        self._tell("touchStart", at)

    def slide_to(self, at: Locator) -> None:
        self._tell("touchMove", at)

    def lift(self) -> None:
        self._tell("touchEnd")

    def leave(self) -> None:
        self.line.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
        self.line.detach()


def carried_by_a_finger(running: Any, desk: Seat, post: Post, to: date) -> None:
    """The post is carried to that day; where no day is it is not put down, and what can't be moved any more is not taken up."""
    page, finger = desk.page, Finger(desk.page)
    slot = page.locator(f'.slot[data-key="{post.id}"]:not(.ghost)')
    finger.rest_on(slot)
    expect(page.locator(".slot.ghost")).to_be_visible()
    finger.slide_to(page.locator(f'.day[data-date="{to}"]'))
    expect(page.locator(f'.day.target[data-date="{to}"]')).to_be_visible()
    finger.lift()
    expect(page.locator(f'.day[data-date="{to}"] .slot[data-key="{post.id}"]')).to_be_visible()
    desk.rest()
    moved = as_it_is(running, post.title)
    assert (day_of(moved), hour_of(moved)) == (to, "12:00")
    finger.rest_on(slot)
    expect(page.locator(".slot.ghost")).to_be_visible()
    finger.slide_to(page.locator(".day.head").first)
    finger.lift()
    expect(page.locator(".slot.ghost, .day.target")).to_have_count(0)
    with running.db.write() as session:
        gone = session.get_one(Post, post.id)
        gone.state = "refused"
        session.add(gone)
    desk.open(f"/plan?month={to:%Y-%m}")
    finger.rest_on(slot)
    page.wait_for_timeout(500)  # longer than a finger has to rest
    expect(page.locator(".slot.ghost")).to_have_count(0)
    finger.lift()
    finger.leave()
    assert day_of(as_it_is(running, post.title)) == to
    assert desk.broken == []


@pytest.mark.parametrize(("lang", "on", "back"), [("ar", "ArrowLeft", "ArrowRight"), ("en", "ArrowRight", "ArrowLeft")])
def test_a_post_is_moved_by_the_keyboard_alone_and_keeps_its_focus(
    running: Any, seat: Seating, lang: str, on: str, back: str
) -> None:
    post = drafted(running, f"يُنقل {lang}")
    desk = seat().sign_in("author", lang=lang).open(f"/plan?view=week&week={day_of(post)}")
    slot = desk.page.locator(f'.slot[data-key="{post.id}"]')
    slot.focus()
    slot.press("m")
    slot.press(on if beside(post) > day_of(post) else back)
    slot.press("ArrowDown")
    expect(desk.page.locator(f'.day.target[data-date="{beside(post)}"]')).to_be_visible()
    slot.press("Enter")
    expect(desk.page.locator(f'.day[data-date="{beside(post)}"] .slot[data-key="{post.id}"]')).to_be_focused()
    moved = as_it_is(running, post.title)
    assert (day_of(moved), hour_of(moved)) == (beside(post), "12:15")


def test_what_waits_for_approval_is_moved_after_a_question_and_left_on_escape(running: Any, seat: Seating) -> None:
    post = drafted(running, "يُسأل عنه")
    with running.db.write() as session:
        author = actor_of(session.get_one(User, running.house.users["author"]))
        posts.submit(session, author, session.get_one(Post, post.id))
    desk = seat().sign_in("author").open(f"/plan?month={day_of(post):%Y-%m}")
    slot = desk.page.locator(f'.slot[data-key="{post.id}"]')
    slot.press("m")
    slot.press("ArrowLeft")
    slot.press("Escape")
    expect(desk.page.locator(".day.target")).to_have_count(0)
    slot.drag_to(desk.page.locator(f'.day[data-date="{beside(post)}"]'))
    question = desk.page.get_by_text("هو بانتظار الاعتماد")
    expect(question).to_be_visible()
    desk.page.set_viewport_size({"width": 390, "height": 600})
    desk.page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 900)")
    expect(question).to_be_in_viewport()
    desk.page.set_viewport_size({"width": 1440, "height": 960})
    assert day_of(as_it_is(running, post.title)) == day_of(post)
    desk.page.get_by_role("button", name="نقل", exact=True).click()
    expect(desk.page.get_by_text("وهو بانتظار الاعتماد من جديد")).to_be_visible()
    moved = as_it_is(running, post.title)
    assert (day_of(moved), moved.state) == (beside(post), "submitted")


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_words_of_an_event_are_in_sight_while_it_is_written(running: Any, seat: Seating, lang: str) -> None:
    with running.db.write() as session:
        author = actor_of(session.get_one(User, running.house.users["author"]))
        facts = EventFacts(
            "ورشة نافس", now() + timedelta(days=9), now() + timedelta(days=9, hours=2), "دبي", "Nafis workshop", "Dubai"
        )
        texts = {running.house.accounts["facebook"]: "ندعوكم"}
        post = posts.draft(session, author, kind="event", title="ورشة", texts=texts, event=facts, pair_why="خبر")
    desk = seat().sign_in("author", lang=lang)
    desk.page.set_viewport_size({"width": 1280, "height": 800})
    desk.open(f"/compose?post={post.id}&edit=1")
    for body in ("ar", "en"):
        expect(desk.page.locator(f"#body-{body}")).to_be_in_viewport(ratio=1)
