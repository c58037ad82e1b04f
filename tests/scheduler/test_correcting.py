"""After it has left: a correction hangs on what it corrects, a withdrawal takes it down, each after another person's yes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from core.actors import WORKER, Actor
from core.errors import Forbidden, Invalid, OwnAct, WrongState
from outbox import decide
from outbox.models import Delivery
from outbox.reconcile import reconcile_due
from scheduler import accuracy, engagement, figures, metrics, posts, public_log, queueing
from scheduler.correcting import StandsAlone
from scheduler.models import Post, Watched
from scheduler.public_log import Entry
from scheduler.standing import standing
from tests.scheduler.conftest import Office

RIGHT = {"ar": "الصواب: الموعد يوم الأحد.", "en": "Correction: it is on Sunday."}
WHY = {"ar": "نُشر قبل اعتماده.", "en": "It was published before it was approved."}
SAID = {"ar": "الموعد يوم السبت.", "en": "It is on Saturday.", "text": "", "pair_why": ""}
EVERYWHERE = ("facebook", "x", "instagram")


def published(office: Office, *platforms: str, **more: Any) -> int:
    post_id = office.scheduled(*platforms or EVERYWHERE, at=office.hands.at, **{**SAID, **more})
    office.send()
    office.hands.forward(minutes=1)
    return post_id


def child_of(office: Office, verb: Any, post_id: int, **given: Any) -> int:
    with office.db.write() as session:
        child: Post = verb(session, office.author, session.get_one(Post, post_id), **given)
        return child.id or 0


def corrected(office: Office, post_id: int, **more: Any) -> int:
    return child_of(office, posts.correct, post_id, **{**RIGHT, **more})


def withdrawn(office: Office, post_id: int, **more: Any) -> int:
    return child_of(office, posts.withdraw, post_id, **{**WHY, **more})


def approved(office: Office, child: int) -> None:
    office.do(posts.submit, child)
    office.approve(child)


def carried(office: Office, child: int) -> dict[str, Delivery]:
    keys = {account.id: platform for platform, account in office.accounts.items()}
    with office.db.read() as session:
        rows = queueing.deliveries(session, session.get_one(Post, child))
    return {keys[row.account_id]: row for row in rows}


def log(office: Office) -> list[Entry]:
    with office.db.read() as session:
        return public_log.entries(session)[0]


def stands(office: Office, post_id: int) -> list[str]:
    with office.db.read() as session:
        return [one.account.platform for one in standing(session, session.get_one(Post, post_id))]


def test_a_correction_goes_where_the_original_stands_and_hangs_on_it(office: Office) -> None:
    post_id = published(office)
    originals = carried(office, post_id)
    child = corrected(office, post_id)
    post = office.post(child)
    assert (post.role, post.about_id, post.state, post.title) == ("correction", post_id, "draft", "خبر")
    approved(office, child)
    office.send()
    sent = carried(office, child)
    words = f"{RIGHT['ar']}\n\n{RIGHT['en']}"
    assert {p: (d.target_id, d.body["text"]) for p, d in sent.items()} == {
        "x": (originals["x"].external_id, words),
        "instagram": (originals["instagram"].external_id, words),
        "facebook": ("", f"{words}\n{originals['facebook'].permalink}"),
    }
    assert office.post(child).state == "published"
    assert office.audit(f"post:{post_id}")[-1] == "post.correct"


def test_what_is_shown_before_the_yes_is_what_goes(office: Office) -> None:
    post_id = published(office)
    child = corrected(office, post_id)
    with office.db.read() as session:
        shown = {p.account: p.text for p in posts.preview(session, session.get_one(Post, child), office.connect)}
    approved(office, child)
    assert shown == {f"{p}:1": d.body["text"] for p, d in carried(office, child).items()}


def test_a_correction_follows_when_its_words_are_edited(office: Office) -> None:
    post_id = published(office, "facebook")
    child = corrected(office, post_id)
    office.do(posts.edit, child, en="Correction: Monday.")
    approved(office, child)
    assert "Monday" in carried(office, child)["facebook"].body["text"]


def test_where_the_original_did_not_get_to_there_is_nothing_to_correct(office: Office) -> None:
    office.connectors["x"].faults.append("rejected")
    post_id = published(office, "facebook", "x")
    child = corrected(office, post_id)
    approved(office, child)
    assert set(carried(office, child)) == {"facebook"}


def test_nothing_is_corrected_or_withdrawn_that_has_not_left(office: Office) -> None:
    post_id = office.scheduled()
    for verb, given in ((posts.correct, RIGHT), (posts.withdraw, WHY)):
        with pytest.raises(WrongState):
            child_of(office, verb, post_id, **given)


def test_both_need_words_an_author_and_another_persons_yes(office: Office) -> None:
    post_id = published(office)
    verbs: tuple[Any, ...] = (posts.correct, posts.withdraw)
    for verb in verbs:
        with pytest.raises(Invalid):
            child_of(office, verb, post_id, ar=" ", en="")
        with pytest.raises(Forbidden), office.db.write() as session:
            verb(session, WORKER, session.get_one(Post, post_id), **RIGHT)
        child = child_of(office, verb, post_id, **RIGHT)
        office.do(posts.submit, child)
        with pytest.raises((OwnAct, Forbidden)):
            office.do(posts.approve, child, settings=office.settings)
    assert [d.kind for d in office.everything()] == ["post"] * 3


def test_where_the_original_went_in_one_language_for_a_reason_its_correction_may_too(office: Office) -> None:
    post_id = published(office, "x", ar="", en="", text="خبر", pair_why="حساب عربي")
    child = corrected(office, post_id)
    approved(office, child)
    assert carried(office, child)["x"].body["text"] == RIGHT["ar"]


def test_in_one_language_only_for_a_reason(office: Office) -> None:
    post_id = published(office)
    child = withdrawn(office, post_id, en="")
    with pytest.raises(Invalid):
        office.do(posts.submit, child)


def test_a_withdrawal_takes_down_what_stands_once_it_is_approved(office: Office) -> None:
    post_id = published(office)
    ids = {p: d.external_id for p, d in carried(office, post_id).items()}
    child = withdrawn(office, post_id)
    office.send()
    assert [c for p in EVERYWHERE for c in office.connectors[p].calls if c.startswith("delete")] == []
    approved(office, child)
    assert stands(office, post_id) == list(EVERYWHERE)
    office.send()
    assert {p: office.connectors[p].calls[-1] for p in EVERYWHERE} == {p: f"delete {ids[p]}" for p in EVERYWHERE}
    assert (office.post(child).state, stands(office, post_id)) == ("published", [])
    assert {(d.kind, d.state) for d in carried(office, child).values()} == {("delete", "published")}
    with pytest.raises(WrongState):
        withdrawn(office, post_id)


def test_what_was_withdrawn_is_read_no_more_and_the_figures_say_so(office: Office) -> None:
    post_id = published(office, "x")
    metrics.read(office.db, office.connect)
    approved(office, withdrawn(office, post_id))
    office.send()
    gone_at = office.hands.at
    office.hands.forward(days=1)
    before = office.connectors["x"].calls.count("metrics")
    assert (before, metrics.read(office.db, office.connect), office.connectors["x"].calls.count("metrics")) == (1, 0, 1)
    with office.db.read() as session:
        (one,) = figures.newest(session)
        (platform,) = engagement.grouped(engagement.made(session, gone_at.date(), gone_at.date()), lambda post: post.platform)
        assert session.exec(select(Watched.next_at)).one() is None
    assert (one.withdrawn_at, one.values, platform.withdrawn) == (gone_at, {"likes": 3, "views": 70}, 1)


def test_a_notice_goes_to_those_who_had_it_and_take_words_alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    post_id = published(office)
    needs_media = office.connectors["instagram"].capabilities.__class__(post_text=False)
    monkeypatch.setattr(office.connectors["instagram"], "capabilities", needs_media)
    child = withdrawn(office, post_id, notice=True, connect=office.connect)
    approved(office, child)
    office.send()
    with office.db.read() as session:
        rows = queueing.deliveries(session, session.get_one(Post, child))
    assert sorted((d.kind, d.account_id) for d in rows) == sorted(
        [("delete", i) for i in office.ids()] + [("post", i) for i in office.ids("facebook", "x")]
    )
    assert office.post(child).state == "published"


def test_a_platform_that_will_not_take_it_down_is_named(office: Office) -> None:
    post_id = published(office)
    child = withdrawn(office, post_id)
    approved(office, child)
    office.connectors["instagram"].faults.append("not_possible")
    office.send()
    assert office.post(child).state == "partly"
    assert stands(office, post_id) == ["instagram"]
    (entry,) = log(office)
    assert {place.platform: place.state for place in entry.places} == {"facebook": "gone", "x": "gone", "instagram": "kept"}
    again = withdrawn(office, post_id)
    approved(office, again)
    office.send()
    assert stands(office, post_id) == []


def test_what_no_platform_would_take_down_is_on_the_public_log_as_that(office: Office) -> None:
    post_id = published(office, "x")
    approved(office, withdrawn(office, post_id))
    assert log(office) == []
    office.connectors["x"].faults.append("not_possible")
    office.send()
    (entry,) = log(office)
    assert (entry.what, entry.words.en, entry.original.en, entry.at) == ("not_withdrawn", WHY["en"], "", office.hands.at)
    assert [place.state for place in entry.places] == ["kept"]
    with office.db.read() as session:
        assert accuracy.published(session, office.hands.at - timedelta(days=1))[1] == 0
    approved(office, withdrawn(office, post_id))
    office.send()
    assert [(one.what, one.places[0].state) for one in log(office)] == [("withdrawal", "gone")] * 2


def test_a_withdrawal_nobody_approved_in_time_is_on_no_log_and_counts_against_nothing(office: Office) -> None:
    post_id = published(office, "x")
    child = withdrawn(office, post_id, at=office.hands.at + timedelta(hours=1))
    office.do(posts.submit, child)
    office.hands.forward(hours=2)
    posts.expire_unapproved(office.db, WORKER)
    assert (office.post(child).state, log(office)) == ("expired", [])
    with office.db.read() as session:
        assert accuracy.published(session, office.hands.at - timedelta(days=1)) == (1, 1)


def test_what_has_not_gone_stops_at_once_and_what_comes_late_is_taken_down_too(office: Office) -> None:
    post_id = office.scheduled(*EVERYWHERE, at=office.hands.at, **SAID)
    office.connectors["x"].faults.append("cut_after")
    office.connectors["instagram"].faults.append("limited")
    office.send()
    child = withdrawn(office, post_id)
    assert carried(office, post_id)["instagram"].state == "cancelled"
    approved(office, child)
    office.send()
    assert set(carried(office, child)) == {"facebook"}
    office.hands.forward(seconds=10)
    reconcile_due(office.db, office.connect, "w1", settings=office.settings)
    office.send()
    assert set(carried(office, child)) == {"facebook", "x"}
    assert office.connectors["x"].calls[-1].startswith("delete ")


def test_an_edit_voids_the_approval_and_nothing_is_taken_down(office: Office) -> None:
    post_id = published(office, "x")
    child = withdrawn(office, post_id, at=office.hands.at + timedelta(hours=1))
    approved(office, child)
    office.do(posts.edit, child, en="Another reason.")
    office.hands.forward(hours=2)
    office.send()
    assert stands(office, post_id) == ["x"]
    office.do(posts.edit, child, at=None)
    approved(office, child)
    office.send()
    assert stands(office, post_id) == []


def test_a_withdrawal_that_was_thought_better_of_is_cancelled(office: Office) -> None:
    post_id = published(office, "x")
    child = withdrawn(office, post_id, at=office.hands.at + timedelta(hours=1))
    with pytest.raises(WrongState):
        withdrawn(office, post_id)
    approved(office, child)
    office.do(posts.cancel, child)
    office.hands.forward(hours=2)
    office.send()
    assert (office.post(child).state, stands(office, post_id)) == ("cancelled", ["x"])
    withdrawn(office, post_id)


def test_no_correction_goes_out_alone_after_the_withdrawal_of_what_it_corrects(office: Office) -> None:
    post_id = published(office, "x")
    waiting, draft = corrected(office, post_id, at=office.hands.at + timedelta(hours=1)), corrected(office, post_id)
    approved(office, waiting)
    read = corrected(office, post_id)
    office.do(posts.submit, read)
    withdrawal = withdrawn(office, post_id)
    approved(office, withdrawal)
    assert office.post(waiting).state == "cancelled"
    assert [(d.state, d.reason) for d in carried(office, waiting).values()] == [("cancelled", "original_withdrawn")]
    for _ in range(2):  # on its way, and then done
        with pytest.raises(StandsAlone) as refused:
            office.do(posts.submit, draft)
        assert refused.value.words("ar") != refused.value.words("en")
        with pytest.raises(StandsAlone):
            office.approve(read)
        office.send()
        office.hands.forward(hours=2)
    assert stands(office, post_id) == []
    assert len(office.wall.posts()) == 1


def test_where_a_platform_would_not_take_it_down_it_may_be_corrected(office: Office) -> None:
    post_id = published(office, "facebook", "x")
    child = corrected(office, post_id)
    approved(office, withdrawn(office, post_id))
    office.connectors["x"].faults.append("not_possible")
    office.send()
    with pytest.raises(StandsAlone):
        office.do(posts.submit, child)
    office.do(posts.edit, child, texts=dict.fromkeys(office.ids("x"), ""))
    approved(office, child)
    office.send()
    assert {p: d.state for p, d in carried(office, child).items()} == {"x": "published"}


def test_the_public_log_shows_what_was_said_and_what_is_right_and_never_a_draft(office: Office) -> None:
    post_id = published(office, "x")
    child = corrected(office, post_id)
    assert log(office) == []
    approved(office, child)
    assert log(office) == [], "approved, but not yet to be read by anybody"
    office.send()
    (entry,) = log(office)
    assert (entry.role, entry.original.ar, entry.original.en) == ("correction", "الموعد يوم السبت.", "It is on Saturday.")
    assert (entry.words.ar, entry.words.en, entry.at) == (RIGHT["ar"], RIGHT["en"], office.hands.at)
    assert [(p.platform, p.state) for p in (*entry.places, *entry.seen)] == [("x", "there"), ("x", "still")]


def test_words_that_were_withdrawn_are_not_repeated_in_public(office: Office) -> None:
    post_id = published(office, "x", ar="كلام خاطئ.", en="Wrong words.")
    child = corrected(office, post_id)
    approved(office, child)
    office.send()
    approved(office, withdrawn(office, post_id))
    office.send()
    approved(office, withdrawn(office, child, ar="والتصويب أيضًا.", en="The correction too."))
    office.send()
    shown = log(office)
    assert [(e.role, e.original.en, e.words.en) for e in shown] == [
        ("withdrawal", "", "The correction too."),
        ("withdrawal", "", WHY["en"]),
        ("correction", "", ""),
    ]
    assert shown[2].places == ()


def test_the_log_goes_on_page_after_page(office: Office) -> None:
    post_id = published(office, "x")
    for n in range(3):
        approved(office, corrected(office, post_id, en=f"Correction {n}."))
        office.hands.forward(minutes=1)
        office.send()
    with office.db.read() as session:
        first, onward = public_log.entries(session, limit=2)
        last, end = public_log.entries(session, limit=2, before=onward)
    assert [e.words.en for e in (*first, *last)] == ["Correction 2.", "Correction 1.", "Correction 0."]
    assert end is None


def test_where_it_can_be_taken_down_is_said_before_it_is_asked_for(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    post_id = published(office, "x", "instagram")
    able = office.connectors["instagram"].capabilities.__class__(delete=False)
    monkeypatch.setattr(office.connectors["instagram"], "capabilities", able)
    with office.db.read() as session:
        told = posts.removable(session, session.get_one(Post, post_id), office.connect)
    assert {one.account.platform: can for one, can in told} == {"x": True, "instagram": False}


def test_a_comment_of_ours_is_known_to_stand_but_not_measured(office: Office) -> None:
    post_id = published(office, "instagram")
    approved(office, corrected(office, post_id))
    office.send()
    with office.db.read() as session:
        rows = session.exec(select(Watched).order_by(col(Watched.id))).all()
    assert [row.next_at is None for row in rows] == [False, True]


def test_what_a_person_would_send_again_of_a_withdrawn_post_does_not_go(office: Office) -> None:
    post_id = office.scheduled(*EVERYWHERE, at=office.hands.at, **SAID)
    office.connectors["x"].faults.append("cut_before")
    office.send()
    approved(office, withdrawn(office, post_id))
    for _ in range(20):
        office.hands.forward(minutes=1)
        reconcile_due(office.db, office.connect, "w1", settings=office.settings)
    asked = carried(office, post_id)["x"]
    assert asked.state == "needs_decision"
    manager = Actor("user:9", frozenset({"delivery.decide"}), 9)
    with pytest.raises(WrongState), office.db.write() as session:
        decide.publish_again(session, manager, session.get_one(Delivery, asked.id))
    office.send()
    assert (carried(office, post_id)["x"].state, office.connectors["x"].calls.count("send")) == ("needs_decision", 1)
