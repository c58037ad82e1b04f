"""The weekly report: drawn up on Monday at eight, kept as it was, and sent to whoever asked for it and may read it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlmodel import col, select

from core.actors import OPERATING, WORKER, Actor
from core.auth import add_user
from core.clock import Hands, in_dubai
from core.db import Database
from core.errors import Forbidden, Invalid
from core.models import Account, User
from core.settings import Settings, load
from core.vault import open_vault
from inbox import tally
from outbox.accounts import Connections
from outbox.models import Delivery
from outbox.send import send_due
from scheduler import reporting, weekly, weekly_page
from scheduler.models import Report
from tests.mailroom import Room, opened

MONDAY = date(2026, 11, 16)
#: Monday 23 November 2026, 08:00 in Dubai
EIGHT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture
def house(db: Database, hands: Hands, tmp_path: Path) -> Database:
    """A page that was written to last week, and a manager who wants the report in English."""
    hands.at = EIGHT
    with db.write() as session:
        page = Account(platform="facebook", native_id="100", name="الوزارة")
        session.add(page)
        session.flush()
        day = MONDAY + timedelta(days=2)
        tally.add(
            session, {(day, page.id or 0, name, value): n for name, value, n in (("received", "", 12), ("topic", "wages", 9))}
        )
        add_user(session, OPERATING, "huda", "long-enough-1", ["manager"], "هدى")
    with db.write() as session:
        huda = session.exec(select(User)).one()
        huda.email, huda.report, huda.lang = "huda@ministry.test", True, "en"
        session.add(huda)
    return db


def reports(db: Database) -> list[Report]:
    with db.read() as session:
        return list(session.exec(select(Report).order_by(col(Report.lang))))


def letters(db: Database) -> list[Delivery]:
    with db.read() as session:
        return list(session.exec(select(Delivery).where(col(Delivery.kind) == "mail")))


def test_it_is_drawn_up_on_monday_at_eight_once_whoever_looks(house: Database, hands: Hands, settings: Settings) -> None:
    hands.at = EIGHT - timedelta(seconds=1)
    reporting.keep(house, settings, "w1")
    assert reports(house) == []
    hands.at = EIGHT
    for worker in ("w1", "w2", "w1"):
        reporting.keep(house, settings, worker)
    assert [(one.week, one.lang) for one in reports(house)] == [(MONDAY, "ar"), (MONDAY, "en")]
    assert letters(house) == [], "there is no mail server"


def test_a_worker_that_was_away_on_monday_does_it_later_and_a_silent_week_is_not_told_of(
    house: Database, hands: Hands, settings: Settings
) -> None:
    hands.forward(days=3)
    reporting.keep(house, settings, "w1")
    assert len(reports(house)) == 2
    hands.forward(days=7)
    reporting.keep(house, settings, "w1")
    assert len(reports(house)) == 2


def test_a_report_stays_as_it_was_drawn_up(house: Database, settings: Settings) -> None:
    with house.write() as session:
        before = [one.page for one in reporting.draw_up(session, WORKER, settings, MONDAY)]
        account_id = session.exec(select(Account.id)).one() or 0
        tally.add(session, {(MONDAY, account_id, "received", ""): 500})
    with house.write() as session:
        assert [one.page for one in reporting.draw_up(session, WORKER, settings, MONDAY)] == before


def test_nobody_draws_it_up_or_sends_it_who_may_not(house: Database, settings: Settings) -> None:
    clerk = Actor("user:5", frozenset({"item.read"}))
    with house.read() as session, pytest.raises(Forbidden):
        reporting.draw_up(session, clerk, settings, MONDAY)
    with house.read() as session, pytest.raises(Forbidden):
        reporting.send(session, clerk, MONDAY)


@pytest.mark.parametrize("text", ["", "2026", "2026-W60", "2026-W48", "47", "2026-W47-1"])
def test_a_week_that_is_none_or_not_over_is_refused(text: str, hands: Hands) -> None:
    with pytest.raises(Invalid):
        reporting.week_of(text)
    assert reporting.week_of(" 2026-W47 ") == MONDAY
    assert reporting.last_week(hands.at) == MONDAY


@pytest.fixture
def post_room() -> Iterator[Room]:
    with opened() as room:
        yield room


def mailing(db: Database, room: Room) -> Settings:
    """The house has a mail server."""
    settings = load(MAJLIS_SMTP_URL=room.url, MAJLIS_SMTP_FROM="desk@ministry.test")
    with db.write() as session:
        sealed = open_vault(settings).seal({"url": room.url})
        session.add(Account(platform="email", native_id="desk@ministry.test", sealed=sealed, health="ok"))
    return settings


def test_it_reaches_its_reader_as_a_page_and_as_words_in_his_language(house: Database, post_room: Room) -> None:
    settings = mailing(house, post_room)
    reporting.keep(house, settings, "w1")
    (waiting,) = letters(house)
    assert not [one for one in ("huda", "12") if one in str(waiting.body)], "the ledger holds neither address nor report"
    send_due(house, Connections(settings, open_vault(settings)), "w1", settings=settings)
    letter = post_room.newest()
    assert (letter["To"], letter["Subject"]) == ("huda@ministry.test", "Weekly report, 16 – 22 November 2026")
    page = letter.get_body(("html",))
    assert page is not None
    assert '<html lang="en" dir="ltr">' in page.get_content()
    assert "Facebook: Received 12" in post_room.words()
    assert letters(house)[0].state == "published"


def test_whoever_no_longer_wants_it_gets_none_and_nobody_gets_it_twice(house: Database, post_room: Room) -> None:
    settings = mailing(house, post_room)
    reporting.keep(house, settings, "w1")
    with house.write() as session:
        assert reporting.send(session, WORKER, MONDAY) == 1
        huda = session.exec(select(User)).one()
        huda.active = False
        session.add(huda)
    send_due(house, Connections(settings, open_vault(settings)), "w1", settings=settings)
    assert [(one.state, one.reason) for one in letters(house)] == [("cancelled", "not_wanted")]
    assert post_room.letters == []


class Reader(HTMLParser):
    """Tags in their order, and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_page_can_be_read_aloud_and_loads_nothing(house: Database, settings: Settings, lang: str) -> None:
    with house.write() as session:
        page = {one.lang: one.page for one in reporting.draw_up(session, WORKER, settings, MONDAY)}[lang]
    reader = Reader()
    reader.feed(page)
    names = [tag for tag, _ in reader.tags]
    assert reader.tags[0] == ("html", {"lang": lang, "dir": "rtl" if lang == "ar" else "ltr"})
    assert (names.count("h1"), names.count("main")) == (1, 1)
    assert all(attributes.get("scope") in ("row", "col") for tag, attributes in reader.tags if tag == "th")
    assert not {"img", "script", "link", "iframe"} & set(names)


def test_what_stands_in_a_section_is_text_and_never_markup() -> None:
    part = weekly.Section("<b>", "x", ["a", "b"], [["<script>", "&"]])
    page = weekly_page.page(MONDAY, "en", [part], in_dubai(EIGHT))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<h2>&lt;b&gt;" in page


def test_a_week_across_two_months_and_years_names_both() -> None:
    assert weekly.week_words(date(2026, 11, 30), "en") == "30 November – 6 December 2026"
    assert weekly.week_words(date(2025, 12, 29), "en") == "29 December 2025 – 4 January 2026"


def test_the_newest_weeks_come_first_in_every_language(house: Database, settings: Settings) -> None:
    with house.write() as session:
        for monday in (MONDAY, MONDAY - timedelta(days=7)):
            reporting.draw_up(session, WORKER, settings, monday)
    with house.read() as session:
        assert [(one.week, one.lang) for one in reporting.newest(session, limit=1)] == [(MONDAY, "ar"), (MONDAY, "en")]
