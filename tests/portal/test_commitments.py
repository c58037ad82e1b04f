"""Commitments: kept, at risk or broken by a figure that stands beside it, and an honest gap where there is none."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from core.actors import WORKER
from core.clock import Hands, now
from core.db import Database
from core.i18n import catalogue
from core.models import AuditEntry
from core.settings import Settings
from inbox.data.release import make
from inbox.models import Case
from policies.edition import current
from scheduler import promised
from scheduler.measures import BAD, MEASURES, Bounds, Measure, measured, state
from scheduler.models import Post

PROMISES = [promise.id for promise in (*current().commitments, *current().rights)]
Answered = Callable[[int, int], None]


@pytest.fixture
def answered(db: Database, hands: Hands) -> Answered:
    """`answered(in_time, late)`: so many cases whose first answer fell due last week."""
    made = 0

    def add(in_time: int, late: int) -> None:
        nonlocal made
        with db.write() as session:
            for n in range(in_time + late):
                made += 1
                due = now() - timedelta(days=7)
                replied = due - timedelta(hours=1) if n < in_time else due + timedelta(hours=1)
                session.add(
                    Case(
                        number=f"M-{made:05}-00000",
                        kind="complaint",
                        opened_at=due - timedelta(days=3),
                        first_due_at=due,
                        first_reply_at=replied,
                    )
                )

    return add


def row(door: TestClient, promise: str, lang: str = "en") -> list[str]:
    """The state and the figure as the page shows them."""
    found = re.search(rf'<tr id="{promise}">(.*?)</tr>', door.get(f"/{lang}/commitments").text, re.S)
    assert found is not None
    return [" ".join(re.sub("<[^>]+>", "", cell).split()) for cell in re.findall(r"<td>(.*?)</td>", found[1], re.S)]


def test_every_measure_belongs_to_a_promise_and_has_its_words() -> None:
    assert set(MEASURES) <= set(PROMISES)
    names = [query.name for queries in MEASURES.values() for query in queries]
    assert {name for name in names if f"measure.{name}" not in catalogue()} == set()


@pytest.mark.parametrize("promise", PROMISES)
def test_without_data_no_promise_is_shown_as_kept(lite_door: TestClient, promise: str) -> None:
    assert row(lite_door, promise) == ["not measured yet", "We have no figure, or too few to count"]
    assert row(lite_door, promise, "ar")[0] == "غير مقيس بعد"


@pytest.mark.parametrize(
    ("in_time", "late", "told", "share"),
    [
        (90, 10, "~ Kept in what is measured of it", "90%"),
        (89, 11, "! At risk", "89%"),
        (75, 25, "! At risk", "75%"),
        (74, 26, "✗ Broken", "74%"),
    ],
)
def test_answers_in_time_are_kept_at_risk_or_broken(
    door: TestClient, answered: Answered, in_time: int, late: int, told: str, share: str
) -> None:
    answered(in_time, late)
    shown, figure = row(door, "timely_answers")
    assert shown == told
    assert figure == (
        f"Of the cases opened since 26 August 2026 whose first answer fell due (100 or more), {share} were answered in time. "
        "Kept from 90%, at risk from 75%. Counted on 24 November 2026, 10:00"
    )


def test_objections_decided_late_break_the_same_promise(db: Database, door: TestClient, hands: Hands) -> None:
    with db.write() as session:
        for n in range(5):
            case = Case(number=f"M-{n:05}-00000", kind="complaint", state="closed", objection_due_at=now() - timedelta(days=1))
            session.add(case)
    shown, figure = row(door, "timely_answers")
    assert shown == "✗ Broken"
    assert figure.startswith("Of the objections decided since 26 August 2026, or overdue now (5 or more), 0% were decided in time.")


def test_the_arabic_page_says_the_same(door: TestClient, answered: Answered) -> None:
    answered(9, 3)
    shown, figure = row(door, "timely_answers", "ar")
    assert "معرّض للإخلال" in shown
    assert "عددها 10 أو أكثر" in figure
    assert "75%" in figure


@pytest.mark.parametrize("times", [1, 4])
def test_fewer_than_five_are_no_figure(door: TestClient, answered: Answered, times: int) -> None:
    answered(times, 0)
    assert row(door, "timely_answers")[0] == "not measured yet"


def test_numbers_are_rounded_down_so_that_one_more_case_does_not_show(door: TestClient, answered: Answered, hands: Hands) -> None:
    answered(7, 0)
    before = row(door, "timely_answers")
    answered(2, 0)
    hands.forward(minutes=6)
    assert row(door, "timely_answers") == before


def test_how_one_person_fared_is_told_by_no_two_visits(door: TestClient, answered: Answered, hands: Hands) -> None:
    answered(9, 1)
    before = row(door, "timely_answers")
    hands.forward(days=20)
    for _ in range(4):
        answered(0, 1)
        assert row(door, "timely_answers") == before
        hands.forward(minutes=6)
    answered(0, 1)
    assert row(door, "timely_answers")[0] == "✗ Broken"
    assert "15 or more" in (told := row(door, "timely_answers")[1])
    assert "60%" in told


def test_one_who_is_counted_no_more_changes_no_figure(db: Database, door: TestClient, answered: Answered, hands: Hands) -> None:
    answered(9, 1)
    before = row(door, "timely_answers")
    with db.write() as session:
        late = session.exec(select(Case).where(col(Case.first_reply_at) > col(Case.first_due_at))).one()
        late.outcome = "withdrawn"
    hands.forward(minutes=6)
    assert row(door, "timely_answers") == before


def test_what_was_told_is_told_no_longer_than_the_time_over_which_it_is_measured(
    door: TestClient, answered: Answered, hands: Hands
) -> None:
    answered(9, 1)
    assert row(door, "timely_answers")[0] != "not measured yet"
    hands.forward(days=90, minutes=1)
    assert row(door, "timely_answers")[0] == "not measured yet"


def test_what_is_still_late_goes_on_being_told_as_broken(db: Database, door: TestClient, hands: Hands) -> None:
    due = now() - timedelta(days=1)
    with db.write() as session:
        session.add_all(Case(number=f"M-{n:05}-00000", kind="complaint", state="closed", objection_due_at=due) for n in range(6))
    before = row(door, "timely_answers")
    assert before[0] == "✗ Broken"
    for days in (91, 200):
        hands.forward(days=days)
        assert row(door, "timely_answers") == before
    with db.write() as session:
        for case in session.exec(select(Case).limit(2)):
            case.objection_due_at = None
    hands.forward(minutes=6)
    assert row(door, "timely_answers")[0] == "not measured yet"


def test_what_is_measured_as_things_stand_is_told_for_as_long_as_it_is_so(db: Database, door: TestClient, hands: Hands) -> None:
    with db.write() as session:
        session.add_all(
            Case(number=f"M-{n:05}-00000", kind="complaint", opened_at=now() - timedelta(days=1), state="new") for n in range(6)
        )
    before = row(door, "tracking")
    assert before[0] == "✗ Broken"
    hands.forward(days=91)
    assert row(door, "tracking") == before
    with db.write() as session:
        for case in session.exec(select(Case)):
            case.state = "closed"
    hands.forward(minutes=6)
    assert row(door, "tracking")[0] == "not measured yet"


def test_of_two_doors_that_tell_at_once_the_first_is_heard(db: Database, answered: Answered) -> None:
    answered(9, 1)
    with db.read() as session:
        first = promised.due(session)
    answered(0, 1)
    with db.read() as session:
        second = promised.due(session)
    for found in (first, second):
        with db.write() as session:
            promised.tell(session, WORKER, found)
    with db.read() as session:
        (told,) = promised.told(session)["timely_answers"]
        assert (told.percent, len(session.exec(select(AuditEntry)).all())) == (90, len(first))


def test_a_promise_with_two_figures_is_as_good_as_the_worse_of_them(db: Database) -> None:
    def figure(state: str) -> Measure:
        return Measure("answers", state, 1, 5, None, now(), Bounds(90, 75))

    assert state("timely_answers", [figure("kept"), figure("at_risk")]) == "at_risk"
    assert state("timely_answers", [figure("broken"), figure("at_risk")]) == "broken"
    assert state("timely_answers", [figure("kept"), figure("kept")]) == "kept"
    assert state("receipt", [figure("kept")]) == "kept"
    assert state("receipt", []) == "unmeasured"
    assert {Bounds(90, 75).state(percent) for percent in range(101)} == {"kept", *BAD}


def test_where_only_one_of_two_figures_is_measured_the_promise_is_not_shown_as_kept(db: Database) -> None:
    kept = Measure("answers", "kept", 100, 5, None, now(), Bounds(90, 75))
    assert state("timely_answers", [kept]) == "partly"
    assert state("timely_answers", [replace(kept, state="broken")]) == "broken"


def test_what_had_to_be_put_right_counts_against_what_was_published(db: Database, hands: Hands) -> None:
    with db.write() as session:
        posts = [Post(state="published", at=now() - timedelta(days=3)) for _ in range(10)]
        session.add_all([*posts, Post(state="draft", at=now()), Post(state="published", at=now() - timedelta(days=100))])
        session.flush()
        for _ in range(2):  # a correction of a correction is no second mistake of another post
            session.add(Post(state="published", role="correction", about_id=posts[0].id, at=now()))
        session.add(Post(state="draft", role="withdrawal", about_id=posts[1].id, at=now()))
    (told,) = of(db)["accuracy"]
    assert (told.n, told.percent, told.state) == (10, 90, "broken")


def of(db: Database) -> dict[str, list[Measure]]:
    with db.read() as session:
        return measured(session)


def test_a_day_without_a_release_is_missed(db: Database, settings: Settings, hands: Hands) -> None:
    for day in range(12):
        if day != 5:
            make(db, WORKER, settings)
        hands.forward(days=1)
    (told,) = of(db)["open_data"]
    assert (told.n, told.percent, told.state) == (10, 84, "broken")


def test_figures_are_computed_again_after_five_minutes_not_at_every_visit(
    door: TestClient, answered: Answered, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    due = promised.due

    def count(session: Session) -> list[Measure]:
        asked.append(session)
        return due(session)

    monkeypatch.setattr("scheduler.promised.due", count)
    answered(9, 0)
    for lang in ("ar", "en"):
        row(door, "receipt", lang)
    hands.forward(minutes=5)
    row(door, "receipt")
    assert len(asked) == 1
    hands.forward(seconds=1)
    row(door, "receipt")
    assert len(asked) == 2


def test_the_page_says_when_its_figures_were_computed(door: TestClient, answered: Answered) -> None:
    answered(9, 0)
    assert "24 November 2026, 10:00" in door.get("/en/commitments").text
