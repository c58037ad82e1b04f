"""What people did with our posts is summed by platform, kind, hour and language; nothing of other days is in it."""

from datetime import timedelta

from core.clock import in_dubai
from scheduler import engagement, metrics, queueing
from scheduler.engagement import Made, grouped
from tests.scheduler.conftest import Office


def found(office: Office) -> list[Made]:
    day = in_dubai(office.hands.at).date()
    with office.db.read() as session:
        return engagement.made(session, day, day)


def test_engagement_is_what_people_did_by_platform_kind_hour_and_language(office: Office) -> None:
    for platforms in (("facebook", "x"), ("x",)):
        office.scheduled(*platforms, at=office.hands.at)
        office.send()
    office.hands.forward(minutes=1)
    metrics.read(office.db, office.connect)
    posts = found(office)
    by_platform = {one.value: (one.posts, one.engagement, one.seen, one.each) for one in grouped(posts, lambda post: post.platform)}
    assert by_platform == {"facebook": (1, 3, 70, 3.0), "x": (2, 6, 140, 3.0)}
    assert {(post.kind, post.lang, post.hour) for post in posts} == {("news", "ar", 10)}
    office.hands.forward(days=1)
    assert found(office) == []


def test_what_was_written_on_the_platform_itself_has_no_kind_and_no_language(office: Office) -> None:
    with office.db.write() as session:
        metrics.watch(session, [(office.accounts["x"].id or 0, "10", office.hands.at - timedelta(minutes=5))])
    assert [(post.kind, post.lang, post.engagement) for post in found(office)] == [("", "", 0)]


def test_what_no_platform_has_told_is_not_nought_and_lowers_no_average() -> None:
    unread, read = Made("x", "", "", 10, {}), Made("x", "news", "ar", 10, {"likes": 4, "views": 70})
    mixed = grouped([unread, read, unread], lambda post: post.platform)
    assert [(one.posts, one.read, one.engagement, one.seen, one.each) for one in mixed] == [(3, 1, 4, 70, 4.0)]
    split = grouped([unread, read], lambda post: post.kind)
    assert [(one.value, one.engagement, one.seen, one.each) for one in split] == [("news", 4, 70, 4.0), ("", None, None, None)]


def test_a_ref_of_ours_names_its_post_and_language_and_no_other_does() -> None:
    assert queueing.post_of(queueing.ref_of(7, 3, "ar", 2)) == (7, "ar")
    assert [queueing.post_of(ref) for ref in ("", "reply:7", "import:post:7:3:ar:2", "post:7:3:ar:2x")] == [(0, "")] * 4
