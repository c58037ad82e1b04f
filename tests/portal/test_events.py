"""The public calendar: what was approved and announced, in both languages, as a page and as iCalendar others can read."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from core.clock import Hands, now
from core.db import Database
from scheduler import events, told
from scheduler.events import EventFacts
from scheduler.models import Event, Post
from tests.portal.events_wall import ENDS, STARTS, WORKSHOP, ahead, announced

Announce = Callable[..., str]


@pytest.fixture
def announce(db: Database, hands: Hands) -> Announce:
    """`announce(facts)`: the uid of an event that is approved and announced."""

    def add(facts: EventFacts = WORKSHOP, **how: object) -> str:
        with db.write() as session:
            post = announced(session, facts, **how)  # type: ignore[arg-type] # as announced takes them
            return session.get_one(Event, post.id).uid

    return add


def entries(door: TestClient, path: str) -> list[Any]:
    answer = door.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def test_without_an_event_the_page_says_so_and_the_feed_is_empty(lite_door: TestClient) -> None:
    assert "لا فعاليات معلنة" in lite_door.get("/events").text
    assert "No event is announced" in lite_door.get("/en/events").text
    assert entries(lite_door, "/events.ics") == []


def test_an_event_stands_on_the_page_in_both_languages(door: TestClient, announce: Announce) -> None:
    announce()
    arabic, english = door.get("/events").text, door.get("/en/events").text
    for said in ("ورشة حماية الأجور", "الخميس 3 ديسمبر 2026، من 10:00 صباحًا إلى 12:30 ظهرًا", "القاعة 2", "1448 هـ"):
        assert said in arabic
    for said in ("Wage protection workshop", "Thursday 3 December 2026, 10:00 am to 12:30 pm", "hall 2", "1448 AH"):
        assert said in english
    assert not re.findall("ورشة|القاعة", english)


def test_another_reads_the_feed_as_it_was_meant(door: TestClient, announce: Announce) -> None:
    uid = announce()
    (entry,) = entries(door, "/events.ics")
    assert (entry["uid"], entry["status"], entry["sequence"]) == (uid, "CONFIRMED", 0)
    assert (entry["dtstart"].dt, entry["dtend"].dt) == (STARTS, ENDS)
    assert (entry["summary"], entry["summary"].params["language"]) == ("ورشة حماية الأجور", "ar")
    assert entry["location"] == "مركز دبي التجاري، القاعة 2"
    assert "1448 هـ" in entry["description"]
    (other,) = entries(door, "/en/events.ics")
    assert (other["uid"], other["summary"], other["summary"].params["language"]) == (uid, "Wage protection workshop", "en")


def test_the_feed_is_written_as_the_standard_wants_it(door: TestClient, announce: Announce) -> None:
    announce(replace(WORKSHOP, title="ورشة، مع تمارين; وأسئلة " + "طويلة " * 20, title_en="A, b; c\\d"))
    for path in ("/events.ics", "/en/events.ics"):
        lines = door.get(path).content.split(b"\r\n")
        assert [line for line in lines if len(line) > 75] == []
        assert not any(b"\n" in line for line in lines)
        assert lines[0] == b"BEGIN:VCALENDAR"
        assert (lines[-2], lines[-1]) == (b"END:VCALENDAR", b"")
    assert b"SUMMARY;LANGUAGE=en:A\\, b\\; c\\\\d" in door.get("/en/events.ics").content
    assert b"DTSTART:20261203T060000Z" in door.get("/events.ics").content
    (entry,) = entries(door, "/events.ics")
    assert entry["summary"].endswith("طويلة")


@pytest.mark.parametrize(
    "how", [{"approved": False}, {"state": "scheduled"}, {"state": "held"}, {"state": "uncertain"}], ids=["unapproved", *"abc"]
)
def test_what_is_not_approved_or_not_announced_is_nowhere(door: TestClient, announce: Announce, how: dict[str, object]) -> None:
    uid = announce(**how)
    assert "ورشة" not in door.get("/events").text
    assert entries(door, "/events.ics") == []
    assert door.get(f"/events/{uid}.ics").json() == {"error": 404}


def test_a_change_is_shown_once_it_is_approved_under_the_same_uid_with_a_higher_sequence(
    db: Database, door: TestClient, announce: Announce
) -> None:
    uid = announce()
    with db.write() as session:
        post = session.get_one(Post, session.exec(select(Event.post_id).where(col(Event.uid) == uid)).one())
        events.keep(session, post, replace(WORKSHOP, starts_at=STARTS + timedelta(hours=1)))
    assert [e["dtstart"].dt for e in entries(door, f"/events/{uid}.ics")] == [STARTS]
    with db.write() as session:
        told.tell(session, session.get_one(Post, post.id))
    (entry,) = entries(door, f"/events/{uid}.ics")
    assert (entry["uid"], entry["dtstart"].dt, entry["sequence"]) == (uid, STARTS + timedelta(hours=1), 1)


def test_a_cancelled_event_stays_and_says_so(db: Database, door: TestClient, announce: Announce) -> None:
    uid = announce()
    with db.write() as session:
        event = session.exec(select(Event).where(col(Event.uid) == uid)).one()
        event.cancelled_at, event.sequence = now(), 1
        told.tell(session, session.get_one(Post, event.post_id))
    assert "ملغاة" in door.get("/events").text
    assert "Cancelled" in door.get("/en/events").text
    (entry,) = entries(door, "/en/events.ics")
    assert (entry["status"], entry["sequence"], entry["summary"]) == ("CANCELLED", 1, "Cancelled: Wage protection workshop")


def test_the_next_event_comes_first_and_what_is_over_stands_apart(door: TestClient, announce: Announce) -> None:
    for days in (9, 2, -3, -40, -100):
        announce(ahead(days, title=f"ورشة {days}"))
    page = door.get("/events").text
    shown = re.findall(r"<bdi>ورشة (-?\d+)</bdi>", page)
    assert shown == ["2", "9", "-3", "-40"]
    assert page.index("ورشة 9") < page.index('id="over"') < page.index("ورشة -3")
    assert len(entries(door, "/events.ics")) == 4


def test_hours_are_told_by_the_clocks_of_the_place(door: TestClient, announce: Announce) -> None:
    announce(replace(WORKSHOP, zone="Europe/London"))
    assert "6:00 صباحًا إلى 8:30 صباحًا (بتوقيت لندن)" in door.get("/events").text
    assert "6:00 am to 8:30 am (London time)" in door.get("/en/events").text
    assert entries(door, "/events.ics")[0]["dtstart"].dt == STARTS


def test_whoever_follows_the_feed_fetches_it_only_when_it_changed(door: TestClient, announce: Announce) -> None:
    announce()
    first = door.get("/events.ics")
    assert door.get("/events.ics", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    announce(ahead(3))
    assert door.get("/events.ics", headers={"if-none-match": first.headers["etag"]}).status_code == 200
    assert door.get("/en/events.ics").headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("uid", ["nothing", "%00", "..%2fapp", "a" * 300, "'; drop"])
def test_an_unknown_event_is_a_fault_in_json(door: TestClient, uid: str) -> None:
    answer = door.get(f"/events/{uid}.ics")
    assert (answer.status_code, answer.json()) == (404, {"error": 404})


def test_markup_in_a_name_stays_text(door: TestClient, announce: Announce) -> None:
    announce(replace(WORKSHOP, title="<script>x</script>", place='"><b>'))
    page = door.get("/events").text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page
    assert entries(door, "/events.ics")[0]["summary"] == "<script>x</script>"
