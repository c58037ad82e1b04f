"""How late a post still goes: by what it is; it then says so, and later it asks."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from core.errors import ConfigurationError, Invalid
from core.models import AuditEntry
from core.settings import load
from outbox.enqueue import GRACE_S
from scheduler import posts
from scheduler.events import EventFacts
from scheduler.grace import GRACE_LEAST_S, OCCURRENCE_S, grace_of
from scheduler.models import Post
from tests.scheduler.conftest import Office

HOUR = 3600


@pytest.mark.parametrize(
    ("post", "setting", "expected"),
    [
        (Post(), HOUR, HOUR),
        (Post(kind="event"), HOUR, HOUR),
        (Post(grace_s=60), HOUR, 60),
        (Post(role="reminder", before_s=24 * HOUR), HOUR, HOUR),
        (Post(role="reminder", before_s=HOUR), HOUR, HOUR // 4),
        (Post(role="notice"), HOUR, GRACE_S),
        (Post(role="correction"), HOUR, GRACE_S),
        (Post(role="withdrawal"), 7 * 24 * HOUR, 7 * 24 * HOUR),
        (Post(role="occurrence"), HOUR, HOUR),
        (Post(role="occurrence"), 48 * HOUR, OCCURRENCE_S),
    ],
)
def test_each_kind_has_its_own_grace(post: Post, setting: int, expected: int) -> None:
    assert grace_of(post, load(MAJLIS_GRACE_S=setting)) == expected


def late(office: Office, minutes: int) -> list[int]:
    """What each delivery says of its lateness, and the same in the audit."""
    office.hands.forward(hours=1, minutes=minutes)
    office.send()
    said = [d.late_minutes for d in office.everything()]
    with office.db.read() as session:
        entries = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "delivery.published")).all()
    assert [e.detail["late_minutes"] for e in entries if "late_minutes" in e.detail] == [n for n in said if n]
    return said


def test_in_time_it_says_nothing_of_being_late(office: Office) -> None:
    office.scheduled("x")
    assert late(office, 0) == [0]


def test_within_the_grace_it_goes_and_says_by_how_many_minutes_it_is_late(office: Office) -> None:
    post = office.scheduled("x")
    assert late(office, 17) == [17]
    assert office.post(post).state == "published"


def test_beyond_the_grace_it_is_missed_and_says_nothing_until_a_person_decides(office: Office) -> None:
    post = office.scheduled("x")
    assert late(office, 61) == [0]
    assert office.deliveries(post) == [("missed", "missed")]


def test_a_post_of_its_own_grace_is_missed_by_it(office: Office) -> None:
    post = office.scheduled("x", grace_s=300)
    late(office, 6)
    assert office.deliveries(post) == [("missed", "missed")]
    with pytest.raises(Invalid):
        office.draft("x", grace_s=8 * 24 * HOUR)


def test_no_grace_at_all_is_refused_because_nothing_would_ever_go(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        office.draft("x", grace_s=GRACE_LEAST_S - 1)
    assert "60" in refused.value.words("en")
    assert "60" in refused.value.words("ar")
    with pytest.raises(ConfigurationError, match="MAJLIS_GRACE_S"):
        load(MAJLIS_GRACE_S=GRACE_LEAST_S - 1)
    office.scheduled("x", grace_s=GRACE_LEAST_S)
    office.hands.forward(seconds=30)
    assert late(office, 0) == [0]


def test_an_announcement_within_its_grace_does_not_go_once_its_event_has_begun(office: Office) -> None:
    begins = office.hands.at + timedelta(hours=1, minutes=30)
    facts = EventFacts("ورشة", begins, begins + timedelta(hours=2))
    post = office.scheduled("x", kind="event", event=facts, grace_s=24 * HOUR)
    late(office, 30)
    assert office.post(post).state == "expired"
    assert office.wall.posts() == []


def test_an_edit_gives_another_grace(office: Office) -> None:
    post = office.scheduled("x")
    office.do(posts.edit, post, grace_s=None)
    office.do(posts.edit, post, grace_s=7200)
    office.do(posts.submit, post)
    office.approve(post)
    late(office, 110)
    assert office.post(post).state == "published"
