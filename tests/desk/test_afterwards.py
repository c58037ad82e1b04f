"""What a writer may do with a post that stands on the platforms: draft what puts it right, draft its withdrawal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.auth import actor_of
from core.clock import now
from core.i18n import Lang, t
from core.models import User
from desk import store
from scheduler import posts, queueing
from scheduler.models import Post
from scheduler.posts import Version

PAGE = """
from desk import afterwards, chrome, session, store
from desk.address import Place
from scheduler.models import Post
chrome.flashed()
with store.read() as reading:
    afterwards.deeds(reading, session.actor(), reading.get_one(Post, {post}), Place("compose", ("post", "edit")))
"""
WORDS = {"ar": "نُشر قبل أوانه.", "en": "It went out too early."}

Token = Callable[[str], str]


@pytest.fixture
def published(ministry: Any) -> int:
    """A post that stands on Facebook and, in two posts, on X."""
    page, x = ministry.accounts["facebook"], ministry.accounts["x"]
    with store.write() as writing:
        author, approver = (actor_of(writing.get_one(User, ministry.users[who])) for who in ("author", "approver"))
        texts = [Version(page), Version(x, "ar"), Version(x, "en")]
        bodies: dict[str, Any] = {"ar": "ينطلق التسجيل يوم الأحد.", "en": "Registration opens on Sunday."}
        at = now() + timedelta(hours=1)
        post = posts.draft(writing, author, kind="news", title="خرج", texts=texts, at=at, **bodies)
        posts.submit(writing, author, post)
        posts.approve(writing, approver, post, seen_version=post.version)
        for number, delivery in enumerate(queueing.deliveries(writing, post)):
            delivery.state, delivery.external_id = "published", f"n{number}"
            delivery.permalink, delivery.published_at = f"https://platform.test/n{number}", now()
            writing.add(delivery)
        post.state = "published"
        writing.add(post)
        return post.id or 0


def opened(post: int, token: Token, lang: Lang = "ar", who: str = "author") -> AppTest:
    app = AppTest.from_string(PAGE.format(post=post), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token(who), lang
    app.run()
    assert not app.exception
    return app


def say(app: AppTest, deed: str, **words: str) -> None:
    for lang, text in words.items():
        next(one for one in app.text_area if one.label == t(f"desk.after.{deed}_{lang}", "ar")).input(text)
    next(one for one in app.button if one.label == t(f"desk.after.do_{deed}", "ar")).click().run()
    assert not app.exception


def child(role: str) -> Post | None:
    with store.read() as reading:
        return reading.exec(select(Post).where(Post.role == role)).first()


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_it_is_told_where_the_post_stands_and_where_somebody_must_take_it_down(published: int, token: Token, lang: Lang) -> None:
    app = opened(published, token, lang)
    told = "\n".join(block.proto.body for block in app.get("html"))
    assert told.count("https://platform.test/n0") == 2  # to be corrected, to be withdrawn
    assert t("desk.after.by_hand", lang) not in told


def test_a_correction_is_drafted_and_opened_for_writing(published: int, token: Token) -> None:
    app = opened(published, token)
    say(app, "correct", **WORDS)
    made = child("correction")
    assert made is not None
    assert (made.about_id, made.state, made.ar, made.en) == (published, "draft", WORDS["ar"], WORDS["en"])
    assert app.session_state["at:compose"] == {"post": str(made.id), "edit": "1"}


def test_a_withdrawal_without_a_reason_is_not_drafted(published: int, token: Token) -> None:
    app = opened(published, token)
    say(app, "withdraw")
    assert child("withdrawal") is None
    assert "mj-panel bad" in "\n".join(block.proto.body for block in app.get("html"))


def test_a_withdrawal_is_drafted_once(published: int, token: Token) -> None:
    app = opened(published, token)
    say(app, "withdraw", **WORDS)
    made = child("withdrawal")
    assert made is not None
    assert (made.about_id, made.state, made.ar, made.en) == (published, "draft", WORDS["ar"], WORDS["en"])
    again = [one.label for one in opened(published, token).button]
    assert again == [t("desk.after.do_correct", "ar")]


def test_whoever_does_not_write_is_offered_neither(published: int, token: Token) -> None:
    assert not opened(published, token, who="auditor").button


def test_a_post_that_stands_nowhere_is_offered_neither(published: int, token: Token) -> None:
    with store.read() as reading:
        draft = reading.exec(select(Post).where(Post.state == "draft")).first()
    assert draft is not None
    assert not opened(draft.id or 0, token).button


def test_of_a_row_the_days_that_still_go_are_told_and_end_when_that_is_wanted(ministry: Any, token: Token) -> None:
    until = f"{now() + timedelta(days=22):%Y-%m-%d}"
    with store.write() as writing:
        author, approver = (actor_of(writing.get_one(User, ministry.users[who])) for who in ("author", "approver"))
        given: dict[str, Any] = {
            "ar": "درهم وقاية.",
            "en": "A word of care.",
            "repeat": {"every": "week", "step": 1, "until": until},
        }
        at, texts = now() + timedelta(hours=1), [Version(ministry.accounts["facebook"])]
        post = posts.draft(writing, author, kind="news", title="أسبوعي", texts=texts, at=at, **given)
        posts.submit(writing, author, post)
        posts.approve(writing, approver, post, seen_version=post.version)
        (delivery,) = queueing.deliveries(writing, post)
        delivery.state, delivery.external_id, delivery.published_at = "published", "n0", now()
        post.state = "published"
        writing.add_all([delivery, post])
        first = post.id or 0
    app = opened(first, token)
    told = "\n".join(block.proto.body for block in app.get("html"))
    assert told.count(t("desk.after.other_days", "ar", n=3)) == 2  # to be corrected, to be withdrawn
    (days,) = (box for box in app.checkbox if box.label == t("desk.after.all_days", "ar"))
    days.check()
    say(app, "withdraw", **WORDS)
    with store.read() as reading:
        row = reading.exec(select(Post.state).where(Post.role == "occurrence")).all()
    assert (row, child("withdrawal") is not None) == (["cancelled"] * 3, True)
