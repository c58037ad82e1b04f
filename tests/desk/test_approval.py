"""What an approver sees of a post, and what he may press, on both databases without a browser."""

import html
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import Session, col, select
from streamlit.testing.v1 import AppTest

from core import calendar
from core.actors import WORKER, Actor
from core.auth import actor_of
from core.clock import now
from core.errors import WrongState
from core.i18n import Lang, t
from core.models import User
from desk import store
from outbox.models import Delivery
from outbox.states import move
from scheduler import doubting, history, posts, queueing
from scheduler.accessible import Finding
from scheduler.events import EventFacts
from scheduler.models import Post, PostComment, PostMedia
from tests.desk.conftest import Ministry, parts
from tests.desk.test_pages import PAGE, Token

AR, EN = "يبدأ التسجيل يوم الأحد 6 ديسمبر.", "Registration begins on Sunday 6 December."


@pytest.fixture
def act(ministry: Ministry) -> Callable[..., Post]:
    """`act("author", posts.draft, …)`: that person does it in a transaction of his own; a post is given by its id."""

    def do(who: str, verb: Callable[..., Any], *given: Any, **named: Any) -> Any:
        with store.write() as session:
            person = actor_of(session.get_one(User, ministry.users[who]))
            return verb(session, person, *(session.get_one(Post, g) if isinstance(g, int) else g for g in given), **named)

    return do


@pytest.fixture
def pair(ministry: Ministry) -> dict[str, Any]:
    """What a post in both languages for two accounts is drafted with."""
    texts = [posts.Version(ministry.accounts["facebook"], "both"), posts.Version(ministry.accounts["x"], "ar")]
    return {
        "kind": "news",
        "title": "التسجيل",
        "ar": AR,
        "en": EN,
        "texts": texts,
        "pair_why": "خبر",
        "at": now() + timedelta(days=2),
    }


def opened(post: int, token: str, lang: Lang = "ar") -> AppTest:
    app = AppTest.from_string(PAGE.format(path="compose"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, lang
    app.query_params["post"] = str(post)
    app.run()
    assert not app.exception, [e.value for e in app.exception]
    return app


def read(app: AppTest) -> str:
    """All that our own pieces of the page say."""
    return html.unescape("\n".join(block.proto.body for block in app.get("html")))


def pressed(app: AppTest, key: str) -> AppTest:
    """After the button whose key begins so."""
    next(button for button in app.button if (button.key or "").startswith(key)).click().run()
    assert not app.exception, [e.value for e in app.exception]
    return app


def keys(app: AppTest) -> set[str]:
    return {(button.key or "").split(":")[0] for button in app.button}


def state(post: int) -> str:
    with store.read() as session:
        return session.get_one(Post, post).state


@pytest.fixture
def waiting(act: Callable[..., Any], pair: dict[str, Any]) -> int:
    """A post that was submitted, approved, changed and submitted again; it asks people for their phone numbers."""
    post = act("author", posts.draft, **pair).id
    act("author", posts.submit, post)
    act("approver", posts.approve, post)
    act("author", posts.edit, post, title="التسجيل الآن")
    act("author", posts.edit, post, en=EN + " Call 0501234567!!!!!!", title="التسجيل")
    act("author", posts.submit, post)
    act("author", posts.comment, post, "أضفت رقم الهاتف")
    return int(post)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_an_approver_sees_versions_findings_steps_comments_and_what_changed_since_the_last_yes(
    waiting: int, lang: Lang, token: Token
) -> None:
    app = opened(waiting, token("approver"), lang)
    said = read(app)
    assert said.count("<article") == 2
    assert t("desk.form.both", lang) in said
    assert "<mark" in said
    assert t("desk.approve.look", lang) in said
    assert t("desk.approve.step_any", lang, number=1) in said
    assert "موظف approver" in said
    assert "أضفت رقم الهاتف" in said
    compared = next(box for box in app.selectbox if box.label == t("desk.approve.compare", lang, version=3))
    assert t("desk.approve.last_approved", lang) in compared.options[compared.index or 0]
    assert "<ins> Call 0501234567!!!!!!</ins>" in said


def test_the_version_before_can_be_compared_as_well(waiting: int, token: Token) -> None:
    app = opened(waiting, token("approver"))
    box = next(box for box in app.selectbox if box.label == t("desk.approve.compare", "ar", version=3))
    box.select_index(0).run()
    assert "<del>الآن</del>" in read(app).replace(" الآن", "الآن")


def test_files_that_went_came_and_are_described_anew_are_seen(
    act: Callable[..., Any], pair: dict[str, Any], tmp_path: Path, token: Token
) -> None:
    def hang(session: Session, person: Actor, post: Post, colour: str, alt: str) -> None:
        Image.new("RGB", (40, 30), colour).save(tmp_path / "it.png")
        posts.add_media(session, person, post, tmp_path / "it.png", alt)

    def swap(session: Session, person: Actor, post: Post) -> None:
        door, hall = session.exec(select(PostMedia).where(PostMedia.post_id == post.id).order_by(col(PostMedia.place)))
        posts.remove_media(session, person, post, door)
        posts.describe_media(session, person, post, hall, "قاعة كبيرة")
        hang(session, person, post, "blue", "الساحة")

    post = act("author", posts.draft, **pair).id
    act("author", hang, post, "red", "الباب")
    act("author", hang, post, "green", "قاعة")
    submitted = act("author", posts.submit, post).version
    act("author", swap, post)
    app = opened(post, token("approver"))
    next(box for box in app.selectbox if (box.key or "").startswith("compare:")).select(submitted).run()
    described, swapped, *_ = read(app).partition("mj-changes")[2].split("</dl>")
    assert "<ins> كبيرة</ins>" in described
    assert described.count("data:image/jpeg") == 1
    went, _, came = swapped.partition(t("desk.approve.files.added", "ar"))
    assert ["الباب" in went, "الساحة" in went, went.count("data:image/jpeg")] == [True, False, 1]
    assert ["الباب" in came, "الساحة" in came, came.count("data:image/jpeg")] == [False, True, 1]


def test_a_yes_with_a_word_schedules_what_was_seen(waiting: int, token: Token) -> None:
    app = opened(waiting, token("approver"))
    next(area for area in app.text_area if (area.key or "").startswith("yes:")).input("موافق بعد التحقق")
    pressed(app, "do_yes:")
    assert state(waiting) == "scheduled"
    said = read(app)
    assert t("desk.done.approved", "ar") in said
    assert said.count("موافق بعد التحقق") >= 1


def test_in_doubt_by_a_later_edition_it_says_so_and_the_same_approver_may_say_yes_anew(
    waiting: int, act: Callable[..., Any], token: Token
) -> None:
    version = act("approver", posts.approve, waiting).version
    with store.write() as session:
        post = session.get_one(Post, waiting)
        found = [Finding("policy", "warning", values={"clause": "spam", "edition": "mohre@next", "quote": "الآن"})]
        assert doubting.read_again(session, WORKER, post, "mohre@next", version, found)
    app = opened(waiting, token("approver"))
    assert t("desk.approve.doubted", "ar") in read(app)
    pressed(app, "do_yes:")
    with store.read() as session:
        post = session.get_one(Post, waiting)
        assert post.doubted_at is None
        assert {(one.state, one.reason) for one in queueing.deliveries(session, post)} == {("scheduled", "")}


def test_the_author_reads_why_his_own_yes_is_not_asked_for(waiting: int, act: Callable[..., Any], token: Token) -> None:
    act("approver", posts.edit, waiting, title="بيد المعتمد")
    act("author", posts.submit, waiting)
    app = opened(waiting, token("approver"))
    assert any(caption.value == t("desk.compose.own", "ar") for caption in app.caption)
    assert t("error.own_act", "ar") in read(pressed(app, "do_yes:"))
    assert state(waiting) == "submitted"


def test_an_author_has_no_button_to_approve_by(waiting: int, token: Token) -> None:
    assert {"do_yes", "back"} & keys(opened(waiting, token("author"))) == set()


def test_sent_back_with_a_word_it_is_a_draft_that_says_so(waiting: int, token: Token) -> None:
    app = opened(waiting, token("approver"))
    next(area for area in app.text_area if (area.key or "").startswith("comment:")).input("احذف الرقم")
    pressed(app, "back:")
    assert state(waiting) == "draft"
    assert "احذف الرقم" in read(app)


def test_a_comment_is_kept_with_its_version_and_shown(waiting: int, token: Token) -> None:
    app = opened(waiting, token("author"))
    next(area for area in app.text_area if (area.key or "").startswith("say:")).input("من تحقق من الرقم؟")
    pressed(app, "do_say:")
    assert "من تحقق من الرقم؟" in read(app)
    with store.read() as session:
        assert session.exec(select(PostComment.version).order_by(PostComment.id.desc())).first() == 3  # type: ignore[union-attr]  # a column


def test_mourning_and_a_neighbour_are_told_before_the_yes(
    waiting: int, act: Callable[..., Any], pair: dict[str, Any], token: Token
) -> None:
    act("author", posts.draft, **pair | {"title": "منشور آخر"})
    with store.write() as session:
        manager = Actor("user:1", frozenset({"calendar.keep"}), 1)
        day = (now() + timedelta(days=2)).date()
        calendar.keep(
            session, manager, kind="mourning", first=day, last=day + timedelta(days=1), name_ar="حداد رسمي", name_en="Mourning"
        )
    other = act("author", posts.draft, **pair | {"title": "منشور قريب"}).id
    act("author", posts.submit, other)
    said = read(opened(waiting, token("approver")))
    assert "حداد رسمي" in said
    assert "منشور قريب" in said
    assert 'class="mj-panel bad"' in said


def test_what_went_late_says_by_how_much(waiting: int, act: Callable[..., Any], token: Token) -> None:
    act("approver", posts.approve, waiting)
    with store.write() as session:
        for delivery in queueing.deliveries(session, session.get_one(Post, waiting)):
            row = session.get_one(Delivery, delivery.id)
            row.state, row.published_at = "published", row.scheduled_at + timedelta(minutes=12, seconds=5)
            session.add(row)
    assert t("post.late_by", "ar", n=12) in read(opened(waiting, token("author")))


def test_the_approver_of_an_event_reads_its_reminders_whole(act: Callable[..., Any], pair: dict[str, Any], token: Token) -> None:
    starts = now() + timedelta(days=9)
    facts = EventFacts("ورشة", starts, starts + timedelta(hours=2), "دبي", "Workshop", "Dubai")
    event = act("author", posts.draft, **pair | {"kind": "event", "event": facts, "ar": "", "en": ""}).id
    act("author", posts.remind, event, [86_400, 7200])
    act("author", posts.submit, event)
    app = opened(event, token("approver"))
    assert len(app.expander) == 2
    assert read(app).count("<article") == 6


def test_the_days_of_a_row_are_listed_and_one_is_skipped(act: Callable[..., Any], pair: dict[str, Any], token: Token) -> None:
    until = (now() + timedelta(days=31)).date().isoformat()
    post = act("author", posts.draft, **pair | {"repeat": {"every": "week", "step": 1, "until": until}}).id
    act("author", posts.submit, post)
    assert read(opened(post, token("approver"))).count("<tr") == 5
    act("approver", posts.approve, post)
    with store.read() as session:
        second = next(day.post_id for day in posts.days(session, session.get_one(Post, post)) if day.post_id != post)
    app = opened(second or 0, token("author"))
    assert t("desk.role.occurrence", "ar") in read(app)
    pressed(app, "skip:")
    assert (state(second or 0), state(post)) == ("cancelled", "scheduled")
    app = pressed(opened(post, token("author")), "take_up:")
    assert state(post) == "draft"


def test_a_cancelled_post_keeps_the_reason(waiting: int, token: Token) -> None:
    app = opened(waiting, token("author"))
    pressed(app, "cancel:")
    assert state(waiting) == "cancelled"
    assert t("desk.done.cancel", "ar") in read(app)


def test_of_a_cancelled_post_it_is_told_what_may_stand_and_what_stands(waiting: int, act: Callable[..., Any], token: Token) -> None:
    act("approver", posts.approve, waiting)
    with store.write() as session:
        first, second = (delivery.id or 0 for delivery in queueing.deliveries(session, session.get_one(Post, waiting)))
        tried = session.get_one(Delivery, first)
        tried.state, tried.first_sent_at, tried.cleared_at = "held", now() - timedelta(hours=1), now()
        session.add(tried)
    app = opened(waiting, token("author"))
    pressed(app, "cancel:")
    assert t("desk.done.sought", "ar") in read(app)
    with store.write() as session:
        move(session, WORKER, first, ("uncertain",), "published", external_id="1", published_at=now())
        waits = session.get_one(Delivery, second)
        waits.state = "scheduled"
        session.get_one(Post, waiting).state = "scheduled"
        session.add(waits)
    app = opened(waiting, token("author"))
    pressed(app, "cancel:")
    assert t("desk.done.rest_cancelled", "ar") in read(app)


def test_versions_are_kept_apart_by_their_language_form(
    act: Callable[..., Any], pair: dict[str, Any], ministry: Ministry, token: Token
) -> None:
    """One account, both languages in posts of their own: what was found in one is lit up in that one."""
    x = ministry.accounts["x"]
    texts = [posts.Version(x, "ar"), posts.Version(x, "en")]
    post = act("author", posts.draft, **pair | {"texts": texts, "en": EN + " THIS IS VERY IMPORTANT NEWS"}).id
    act("author", posts.submit, post)
    cards = read(opened(post, token("approver"))).split("<article")[1:]
    assert ["THIS IS VERY" in card and "<mark" in card for card in cards[:2]] == [False, True]
    assert "<mark" not in cards[0]


def test_no_version_was_approved_before_the_first_yes(act: Callable[..., Any], pair: dict[str, Any]) -> None:
    from scheduler import approved

    post = act("author", posts.draft, **pair).id
    with store.read() as session:
        assert approved.before(session, session.get_one(Post, post)) is None
        assert [one.number for one in history.versions(session, session.get_one(Post, post))] == [1]


def test_whoever_decides_on_deliveries_sends_again_what_a_platform_refused(
    waiting: int, act: Callable[..., Any], ministry: Ministry, token: Token
) -> None:
    act("approver", posts.approve, waiting)
    with store.write() as session:
        session.get_one(User, ministry.users["author"]).roles = ["author", "manager"]
        first, second = (delivery.id or 0 for delivery in queueing.deliveries(session, session.get_one(Post, waiting)))
        move(session, WORKER, first, ("scheduled",), "refused", reason="spam")
        move(session, WORKER, second, ("scheduled",), "sending")
        move(session, WORKER, second, ("sending",), "published", external_id="1", published_at=now())
    assert state(waiting) == "partly"
    pressed(opened(waiting, token("author")), "retry:")
    assert state(waiting) == "scheduled"
    assert "retry" not in keys(opened(waiting, token("author")))


def test_a_change_is_offered_only_while_nothing_of_it_may_stand(waiting: int, act: Callable[..., Any], token: Token) -> None:
    act("approver", posts.approve, waiting)
    with store.read() as session:
        one, other = (delivery.id or 0 for delivery in queueing.deliveries(session, session.get_one(Post, waiting)))
    with store.write() as session:
        move(session, WORKER, other, ("scheduled",), "cancelled", reason="enough")
    assert "edit" in keys(opened(waiting, token("author")))
    with store.write() as session:
        tried = session.get_one(Delivery, one)
        tried.state, tried.first_sent_at, tried.cleared_at = "held", now() - timedelta(hours=1), now()
        session.add(tried)
    assert "edit" not in keys(opened(waiting, token("author")))
    with pytest.raises(WrongState):
        act("author", posts.edit, waiting, title="خبر آخر")


def test_an_approver_lists_what_waits_for_his_yes(waiting: int, act: Callable[..., Any], token: Token) -> None:
    act("approver", posts.edit, waiting, title="بيد المعتمد")
    act("author", posts.submit, waiting)
    app = AppTest.from_string(PAGE.format(path="compose"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token("approver"), "ar"
    app.query_params["state"] = "asked"
    app.run()
    listed = str(parts(app))
    assert "انطلاق التسجيل" in listed
    assert " هـ" in listed.partition("'beside'")[2][:40], "its Hijri date stands beside its hour"
    assert "بيد المعتمد" not in listed, "his own hand is in it"
