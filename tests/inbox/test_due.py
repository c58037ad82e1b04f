"""By when a case is answered: dates that follow its life on the working calendar, and say why."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from core import weekfile
from core.actors import CITIZEN, WORKER, Actor
from core.clock import Hands, in_dubai
from core.db import Database
from core.errors import ConfigurationError
from core.i18n import LANGS
from core.models import Account, Period
from core.workdays import Calendar, Days
from core.worktime import Term
from inbox import case_figures, cases, due, rounds, speaking, targets
from inbox.case_figures import Kept
from inbox.models import Case, Item
from inbox.steps import answered

COMPLAINT = "أشتكي من تطبيق الوزارة، بطيء ولا يفتح منذ أسبوع"
UNION = Days("holiday", date(2026, 12, 2), date(2026, 12, 3), "عيد الاتحاد", "Eid Al Etihad", "announced")
ALL = '[[target]]\nfirst = "3d"\nnext = "3d"\nresolve = "15d"\nobjection = "15d"\nwarn = "8h"\nsource_ar = "س"\nsource_en = "x"\n'


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+04:00").astimezone(UTC)


def wall(moment: datetime | None) -> str:
    return in_dubai(moment).strftime("%a %d %b %H:%M") if moment else ""


# The sandbox's day is Tuesday 24 November 2026, 10:00; Eid Al Etihad is Wednesday 2 and Thursday 3 December. All by hand:
# ordinary: the answer on the third whole day after Tuesday: Wednesday 25, Thursday 26, Friday 27, which ends at 12:00;
#   the outcome on the fifteenth: Wed 25 to Fri 27 (3), Mon 30, Tue 1 (5), Fri 4 (6), 7 to 11 (11), 14 to 17 (15): Thursday.
# confidential: two days, Thursday 26, 15:30; ten: … 11 December is the eleventh, so Thursday 10, 15:30.
# urgent: 10:00 + 4:00 = 14:00 the same day; three days, Friday 27, 12:00.
# an inquiry: three days; five: Wed, Thu, Fri, Mon, Tuesday 1 December, 15:30.
BY_HAND = [
    ("complaint", "ordinary", "Fri 27 Nov 12:00", "Thu 17 Dec 15:30"),
    ("complaint", "confidential", "Thu 26 Nov 15:30", "Thu 10 Dec 15:30"),
    ("complaint", "urgent", "Tue 24 Nov 14:00", "Fri 27 Nov 12:00"),
    ("inquiry", "ordinary", "Fri 27 Nov 12:00", "Tue 01 Dec 15:30"),
    ("inquiry", "urgent", "Tue 24 Nov 14:00", "Fri 27 Nov 12:00"),
]


@pytest.mark.parametrize(("kind", "grade", "first", "resolve"), BY_HAND)
def test_a_case_is_promised_what_its_class_and_kind_say(kind: str, grade: str, first: str, resolve: str) -> None:
    found = due.dates(kind, grade, "facebook", at("2026-11-24T10:00"), Calendar([UNION]))
    assert (wall(found.first), wall(found.next), wall(found.resolve)) == (first, first, resolve)


@pytest.fixture
def holiday(db: Database) -> int:
    with db.write() as session:
        period = Period(kind="holiday", first=UNION.first, last=UNION.last, name_ar="ع", name_en="Eid Al Etihad")
        session.add(period)
        session.flush()
        return period.id or 0


@pytest.fixture
def case(db: Database, desk: Any, say: Any, holiday: int) -> Callable[[Session], Case]:
    """A complaint that came in on Tuesday 24 November 2026 at 10:00; asked for in a session."""
    desk.take(say("c1", COMPLAINT))
    return lambda session: session.exec(select(Case)).one()


@pytest.fixture
def portal(db: Database) -> None:
    """The account of our own forms, by which answers come in."""
    with db.write() as session:
        session.add(Account(platform=speaking.PORTAL, native_id=speaking.FORMS))


Asked = Callable[[Session], Case]


def dates_of(db: Database, case: Asked) -> tuple[str, str, str]:
    with db.read() as session:
        one = case(session)
        return wall(one.first_due_at), wall(one.next_due_at), wall(one.due_at)


def test_what_comes_in_is_promised_an_answer_and_an_outcome_at_once(db: Database, case: Asked) -> None:
    assert dates_of(db, case) == ("Fri 27 Nov 12:00", "Fri 27 Nov 12:00", "Thu 17 Dec 15:30")
    with db.read() as session:
        assert case(session).waiting_since == case(session).opened_at


def test_what_a_clerk_opens_is_promised_the_same(db: Database, desk: Any, say: Any, agent: Actor, holiday: int) -> None:
    desk.take(say("c1", "متى موعد التسجيل؟"))
    with db.write() as session:
        made = cases.open_case(session, agent, session.exec(select(Item)).one(), "inquiry")
        assert (wall(made.first_due_at), wall(made.due_at)) == ("Fri 27 Nov 12:00", "Tue 01 Dec 15:30")


def test_once_answered_its_outcome_is_what_is_owed_next(db: Database, case: Asked, agent: Actor, hands: Hands) -> None:
    hands.forward(hours=1)
    with db.write() as session:
        answered(session, case(session), agent.label, hands.at)
    assert dates_of(db, case) == ("Fri 27 Nov 12:00", "Thu 17 Dec 15:30", "Thu 17 Dec 15:30")


def test_who_writes_again_is_promised_another_answer(db: Database, case: Asked, agent: Actor, hands: Hands, portal: None) -> None:
    with db.write() as session:
        answered(session, case(session), agent.label, hands.forward(hours=1))
    hands.forward(hours=1)
    with db.write() as session:
        speaking.answer(session, CITIZEN, case(session), "وهل من جديد؟", nonce="n1")
    assert dates_of(db, case)[1] == "Fri 27 Nov 12:00"  # Tuesday 12:00 is the day it came in; three whole days end on Friday


def test_another_class_is_another_promise_and_its_author_is_told(db: Database, case: Asked, agent: Actor) -> None:
    with db.write() as session:
        cases.classify(session, agent, case(session), "urgent", "طلب مستعجل")
    assert dates_of(db, case) == ("Tue 24 Nov 14:00", "Tue 24 Nov 14:00", "Fri 27 Nov 12:00")
    with db.read() as session:
        step = cases.public_view(session, case(session), "ar").steps[-1]
    assert (step.what, step.note) == ("due_moved", "")
    assert step.moved is not None
    assert step.moved.because == "case.event.classed"
    assert [(what, wall(was), wall(to)) for what, was, to in step.moved.dates] == [
        ("answer", "Fri 27 Nov 12:00", "Tue 24 Nov 14:00"),
        ("resolve", "Thu 17 Dec 15:30", "Fri 27 Nov 12:00"),
    ]


def test_the_clock_stands_still_while_its_author_is_asked(
    db: Database, case: Asked, agent: Actor, hands: Hands, portal: None
) -> None:
    hands.forward(hours=1)  # Tuesday 11:00: no day of the fifteen has run
    with db.write() as session:
        cases.question(session, agent, case(session), "ما رقم العقد؟")
    with db.read() as session:
        assert case(session).next_due_at is None
        assert any("stands still" in line for one in due.explain(session, case(session)) for line in one.words("en"))
    hands.forward(days=6)  # Monday 30 November 11:00
    with db.write() as session:
        speaking.answer(session, CITIZEN, case(session), "رقمه عندكم", nonce="n1")
    # by hand: Monday is the day his answer came in. Tue 1 (1), Fri 4 (2), 7 to 11 (7), 14 to 18 (12), Mon 21, Tue 22, Wed 23 (15)
    assert dates_of(db, case)[2] == "Wed 23 Dec 15:30"
    with db.read() as session:
        outcome = next(one for one in due.explain(session, case(session)) if one.promise.what == "resolve")
        assert [step.what for step in outcome.promise.steps][:2] == ["paused", "whole"]
        assert sum(step.days for step in outcome.promise.steps) == 15


def test_a_case_that_ended_owes_nothing_and_taken_up_again_it_begins_anew(
    db: Database, case: Asked, agent: Actor, hands: Hands
) -> None:
    with db.write() as session:
        cases.resolve(session, agent, case(session), "solved", "دُفع الراتب")
    assert dates_of(db, case)[1:] == ("", "Thu 17 Dec 15:30")
    hands.forward(days=20)  # Monday 14 December 10:00
    with db.write() as session:
        speaking.reopen(session, CITIZEN, case(session), "لم يُدفع")
    # by hand: 15 to 18 (4), 21 to 25 (9), 28 to 31 (13), Friday 1 January (14; no holiday is entered here), Monday 4 (15)
    assert dates_of(db, case)[2] == "Mon 04 Jan 15:30"


@pytest.mark.parametrize("end", ["resolved", "withdrawn"])
def test_a_case_that_ended_before_any_answer_and_is_taken_up_again_is_promised_one_from_that_day(
    db: Database, case: Asked, agent: Actor, hands: Hands, end: str
) -> None:
    with db.write() as session:
        if end == "resolved":
            cases.resolve(session, agent, case(session), "declined", "ليس من اختصاصنا")
        else:
            speaking.withdraw(session, CITIZEN, case(session))
    first = dates_of(db, case)[0]
    hands.forward(days=20)
    with db.write() as session:
        speaking.reopen(session, CITIZEN, case(session), "لم يُدفع")
    assert dates_of(db, case)[:2] == (first, "Thu 17 Dec 15:30")  # three days after Monday 14: 15, 16, 17
    assert rounds.work(db) == 0  # nobody is told that it takes longer
    if end == "resolved":  # an outcome with its reason was an answer, and stays one
        with db.read() as session:
            assert case_figures.first_answers(session, case(session).opened_at) == Kept(1, 1)


def test_an_interim_reply_names_a_later_date_and_the_first_one_stays_to_be_measured(
    db: Database, case: Asked, hands: Hands
) -> None:
    hands.at = at("2026-11-30T09:00")
    with db.write() as session:
        cases.interim(session, WORKER, case(session))
    # by hand, three days after Monday 30: Tue 1 (1), Fri 4 (2), Mon 7 (3)
    assert dates_of(db, case) == ("Fri 27 Nov 12:00", "Mon 07 Dec 15:30", "Thu 17 Dec 15:30")
    hands.at = at("2026-12-08T09:00")
    with db.write() as session:
        cases.interim(session, WORKER, case(session))
    # the second time twice as far: Wed 9, Thu 10, Fri 11, Mon 14, Tue 15, Wed 16
    assert dates_of(db, case)[1] == "Wed 16 Dec 15:30"
    with db.read() as session:
        lines = [line for one in due.explain(session, case(session)) for line in one.words("en")]
    assert "He was told that it takes longer, until Wed 16 Dec 2026, 15:30" in lines


def test_a_date_that_a_clerk_named_stands(db: Database, case: Asked, agent: Actor, hands: Hands) -> None:
    hands.forward(days=1)
    with db.write() as session:
        cases.interim(session, agent, case(session), "ننتظر البنك", until=at("2026-12-24T11:00"))
    assert dates_of(db, case)[1] == "Thu 24 Dec 11:00"
    with db.read() as session:
        assert wall(cases.public_view(session, case(session), "en").due_at) == "Thu 24 Dec 11:00"


def test_every_date_is_explained_line_by_line_in_both_languages(db: Database, case: Asked, agent: Actor, hands: Hands) -> None:
    with db.write() as session:
        answered(session, case(session), agent.label, hands.forward(days=1))
    with db.read() as session:
        first, outcome = due.explain(session, case(session))
    assert first.words("en") == [
        "First answer by Fri 27 Nov 2026, 12:00",
        f"3 working days from Tue 24 Nov 2026, 10:00. Source: {targets.kept().all[0].source_en}",
        "Tue 24 Nov 2026: the day it came in, not counted",
        "Wed 25 Nov 2026 to Fri 27 Nov 2026: 3 working days",
        "Done Wed 25 Nov 2026, 10:00: in time",
    ]
    assert "Wed 2 Dec 2026 to Thu 3 Dec 2026: holiday: Eid Al Etihad (announced)" in outcome.words("en")
    assert all(len(first.words(lang)) == 5 for lang in LANGS)


def test_what_was_kept_is_measured_by_the_date_of_then(db: Database, case: Asked, agent: Actor, hands: Hands) -> None:
    with db.write() as session:
        answered(session, case(session), agent.label, hands.forward(days=1))
        session.add(Period(kind="holiday", first=date(2026, 11, 26), last=date(2026, 11, 26), name_ar="ع", name_en="Off"))
        session.flush()
        due.follow(session, case(session))
    assert dates_of(db, case)[0] == "Fri 27 Nov 12:00"
    with db.read() as session:
        lines = due.explain(session, case(session))[0].words("en")
    assert "The date stands as it was promised then; on today's calendar it would be Mon 30 Nov 2026, 15:30" in lines


def test_an_emptied_calendar_keeps_nothing_out_and_stops_no_verb(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    with db.write() as session:
        session.add(Period(kind="holiday", first=date(2026, 1, 1), last=date(2040, 1, 1), name_ar="ع", name_en="Off"))
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        one = session.exec(select(Case)).one()
        assert (one.due_at, one.waiting_since) == (None, one.opened_at)
        cases.move(session, agent, one, "in_progress")


# ---- the file of targets


def read(tmp_path: Path, text: str) -> targets.Targets:
    (tmp_path / "targets.toml").write_text(text, "utf-8")
    return targets.read(tmp_path / "targets.toml", weekfile.kept())


def test_the_target_that_says_most_goes_before_class_kind_channel(tmp_path: Path) -> None:
    def one(head: str, first: str) -> str:
        return ALL.replace("[[target]]\n", f"[[target]]\n{head}\n").replace('first = "3d"', f'first = "{first}"')

    found = read(
        tmp_path,
        ALL
        + one('channel = "x"', "4d")
        + one('kind = "inquiry"', "5d")
        + one('grade = "urgent"', "6d")
        + one('kind = "inquiry"\nchannel = "x"', "7d"),
    )
    asked = [("complaint", "ordinary", "facebook"), ("complaint", "ordinary", "x"), ("inquiry", "ordinary", "facebook")]
    asked += [("inquiry", "ordinary", "x"), ("inquiry", "urgent", "x")]
    assert [found.of(*one).first.days for one in asked] == [3, 4, 5, 7, 6]


@pytest.mark.parametrize(
    "text",
    [
        "",
        ALL.replace("[[target]]", '[[target]]\nkind = "complaint"'),
        ALL + ALL,
        ALL.replace('source_ar = "س"', ""),
        ALL.replace('warn = "8h"', ""),
        ALL.replace('first = "3d"', 'first = "16d"'),
        ALL.replace('next = "3d"', 'next = "46h"').replace("15d", "10d"),
        ALL.replace('first = "3d"', 'first = "1d"').replace("15d", "15h"),
        ALL.replace('warn = "8h"', 'warn = "1d"'),
        ALL.replace('objection = "15d"', ""),
        ALL.replace('objection = "15d"', 'objection = "7h"'),
        ALL.replace('warn = "8h"', 'warn = "10h"'),
        ALL.replace('first = "3d"', 'first = "0d"'),
        ALL.replace('first = "3d"', 'first = "-3d"'),
        ALL.replace("[[target]]", '[[target]]\nkind = "complain"') + ALL,
        ALL.replace("[[target]]", '[[target]]\ngrade = "high"') + ALL,
        ALL.replace("[[target]]", '[[target]]\nfirts = "3d"'),
        ALL.replace("[[target]]", "[target]"),
        "no toml",
    ],
)
def test_targets_that_are_empty_reversed_or_unclear_are_refused_by_their_setting(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        read(tmp_path, text)
    assert refusal.value.details["name"] == "MAJLIS_TARGETS_FILE"
    assert len({refusal.value.words(lang) for lang in LANGS}) == len(LANGS)


def test_hours_before_days_are_taken_where_no_week_can_reverse_them(tmp_path: Path) -> None:
    found = read(tmp_path, ALL.replace('first = "3d"', 'first = "9h"'))
    assert found.of("complaint", "ordinary", "x").first == Term(540)
