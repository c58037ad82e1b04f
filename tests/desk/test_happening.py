"""At the desk an event that was announced changes or is cancelled, and what that means for its posts is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.actors import WORKER
from core.clock import now
from core.i18n import t
from desk import store
from outbox.states import move
from scheduler import posts, queueing
from scheduler.events import EventFacts
from scheduler.models import Event, Post
from tests.desk.conftest import Ministry
from tests.desk.test_approval import act, opened, pressed, read
from tests.desk.test_pages import PAGE, Token

__all__ = ["act"]


@pytest.fixture
def announced(ministry: Ministry, act: Callable[..., Any]) -> int:
    """An event whose announcement is out, with a reminder to come."""
    starts = (now() + timedelta(days=9)).replace(second=0, microsecond=0)
    facts = EventFacts("ورشة", starts, starts + timedelta(hours=2), "دبي", "Workshop", "Dubai")
    texts = [posts.Version(ministry.accounts["facebook"], "both")]
    post = act("author", posts.draft, kind="event", title="الورشة", event=facts, texts=texts, at=now() + timedelta(days=1)).id
    act("author", posts.remind, post, [86_400])
    act("author", posts.submit, post)
    act("approver", posts.approve, post)
    with store.write() as session:
        for delivery in queueing.deliveries(session, session.get_one(Post, post)):
            move(session, WORKER, delivery.id or 0, ("scheduled",), "sending")
            move(session, WORKER, delivery.id or 0, ("sending",), "published", external_id="1", published_at=now())
    return int(post)


def child(role: str, about: int) -> Post:
    with store.read() as session:
        return session.exec(select(Post).where(Post.about_id == about, Post.role == role)).one()


def test_another_place_proposes_a_notice_and_asks_for_the_reminder_again(announced: int, token: Token) -> None:
    app = opened(announced, token("author"))
    next(field for field in app.text_input if (field.key or "").startswith("place:happening")).input("أبوظبي")
    pressed(app, "change_happening")
    assert child("notice", announced).state == "draft"
    assert child("reminder", announced).state == "draft"
    said = read(app)
    assert t("desk.happening.notice", "ar") in said
    assert t("desk.happening.rewritten", "ar", n=1) in said


def test_a_cancelled_event_ends_its_reminder_and_proposes_a_notice(announced: int, token: Token) -> None:
    app = opened(announced, token("author"))
    next(field for field in app.text_input if (field.key or "").startswith("off:")).input("لم تتوفر القاعة")
    pressed(app, "off_happening")
    assert child("notice", announced).state == "draft"
    assert child("reminder", announced).state == "cancelled"
    with store.read() as session:
        assert session.get_one(Event, announced).cancel_why == "لم تتوفر القاعة"
    said = read(opened(announced, token("approver")))
    assert "لم تتوفر القاعة" in said
    assert t("desk.role.notice", "ar") in said


def test_what_the_public_does_not_know_yet_is_on_the_board_and_can_be_told_anew(
    announced: int, act: Callable[..., Any], token: Token
) -> None:
    first = act("author", posts.cancel_event, announced, "لم تتوفر القاعة").notice
    act("author", posts.cancel, first, "سهوًا")
    board = AppTest.from_string(PAGE.format(path="problems"), default_timeout=120)
    board.session_state["token"], board.session_state["lang"] = token("manager"), "ar"
    said = read(board.run())
    assert not board.exception
    for key in ("outbox.reason.event_cancelled_untold", "desk.delivery.untold", "outbox.owner.post.write", "outbox.may.tell_anew"):
        assert t(key, "ar") in said, key
    app = opened(announced, token("author"))
    assert t("desk.happening.silent", "ar") in read(app)
    pressed(app, "tell_happening")
    with store.read() as session:
        again = session.exec(select(Post).where(Post.about_id == announced, Post.role == "notice", Post.state == "draft")).one()
    assert again.id != first


def test_a_cancellation_without_a_reason_is_refused(announced: int, token: Token) -> None:
    app = pressed(opened(announced, token("author")), "off_happening")
    assert t("error.why.say_why", "ar") in read(app) or t("desk.invalid.reason", "ar") in read(app)
    with store.read() as session:
        assert session.get_one(Event, announced).cancelled_at is None
