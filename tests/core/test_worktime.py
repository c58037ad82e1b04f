"""The clock: terms counted over the working calendar, against a table computed by hand and against what must always hold."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import in_dubai
from core.errors import Invalid
from core.i18n import LANGS
from core.weeks import Hours, Week, Weeks
from core.workdays import Calendar, Days
from core.worktime import Step, Term, count, due, term, worked

RAMADAN = Days("ramadan", date(2027, 2, 8), date(2027, 3, 8), "رمضان", "Ramadan", "estimated")
EID = Days("holiday", date(2027, 3, 9), date(2027, 3, 11), "عيد الفطر", "Eid Al Fitr", "estimated")
UNION = Days("holiday", date(2026, 12, 2), date(2026, 12, 3), "عيد الاتحاد", "Eid Al Etihad")
YEAR = Calendar((UNION, RAMADAN, EID))


def at(text: str) -> datetime:
    """An instant by a wall in Dubai."""
    return datetime.fromisoformat(f"{text}+04:00").astimezone(UTC)


# Reckoned by hand on a printed calendar; all hours are those of a wall in Dubai.
BY_HAND = [
    # Friday closes at 12:00. 10 minutes are left of Friday 27 November; 3:50 of 4:00 remain; Monday 07:30 + 3:50 = 11:20.
    ("2026-11-27T11:50", "4h", "2026-11-30T11:20"),
    # Friday itself is the day it came in. Monday 1, Tuesday 2; Wednesday and Thursday are Eid Al Etihad; Friday 3 ends at 12:00.
    ("2026-11-27T11:50", "3d", "2026-12-04T12:00"),
    # One minute of Thursday (15:29 to 15:30); 3:59 remain; Friday 07:30 + 3:59 = 11:29.
    ("2026-11-26T15:29", "4h", "2026-11-27T11:29"),
    # One minute of Thursday, all 4:30 of Friday: 4:31 of 5:00; 29 minutes remain; the weekend; Monday 07:30 + 0:29.
    ("2026-11-26T15:29", "5h", "2026-11-30T07:59"),
    # One minute of Thursday and four hours twenty-nine of Friday would be 4:30; Friday has 4:30, of which the last minute is free.
    ("2026-11-26T15:29", "4h30m", "2026-11-27T11:59"),
    # 4:31 is one minute of Thursday and all of Friday: it ends as Friday ends, not when Monday begins.
    ("2026-11-26T15:29", "4h31m", "2026-11-27T12:00"),
    # At 15:30 Thursday is over. Friday 07:30 + 4:00 = 11:30.
    ("2026-11-26T15:30", "4h", "2026-11-27T11:30"),
    # Friday 27 is 1, Monday 2, Tuesday 3 (Wednesday, Thursday off), Friday 4 is 4; 7 to 11 are 5 to 9, 14 to 18 are 10 to 14;
    # Monday 21 is 15.
    ("2026-11-26T15:29", "15d", "2026-12-21T15:30"),
    # Friday noon is closed; Monday 07:30 + 1:00.
    ("2026-11-27T12:00", "1h", "2026-11-30T08:30"),
    # A Saturday night: nothing runs before Monday 07:30; + 1:30.
    ("2026-11-28T03:00", "90m", "2026-11-30T09:00"),
    # The last minute of Sunday belongs to Sunday; Monday 07:30 + 0:01, and as days: Monday is the first whole one.
    ("2026-11-29T23:59", "1m", "2026-11-30T07:31"),
    ("2026-11-29T23:59", "1d", "2026-11-30T15:30"),
    # Half past midnight on Friday in Dubai is still Thursday in UTC: it came in on Friday, so Monday is the first day.
    ("2026-11-27T00:30", "1d", "2026-11-30T15:30"),
    # Before the door opens: Tuesday 06:00 counts from 07:30.
    ("2026-11-24T06:00", "1h", "2026-11-24T08:30"),
    # Friday before Ramadan: 10 minutes; Monday 8 February is Ramadan's first day and opens at 09:00; + 3:50.
    ("2027-02-05T11:50", "4h", "2027-02-08T12:50"),
    # In Ramadan Tuesday closes at 14:30: 30 minutes; Wednesday 09:00 + 3:30.
    ("2027-02-09T14:00", "4h", "2027-02-10T12:30"),
    # One minute of Thursday, 3:00 of Ramadan's Friday (09:00 to 12:00): 3:01; 59 minutes remain; Monday 09:00 + 0:59.
    ("2027-02-11T14:29", "4h", "2027-02-15T09:59"),
    # Eve of Eid, the last day of Ramadan: Monday 8 March 14:00 to 14:30 is 0:30; Tuesday to Thursday are Eid; Friday 12 March
    # has the usual hours again: 07:30 + 3:30 = 11:00.
    ("2027-03-08T14:00", "4h", "2027-03-12T11:00"),
    # The same as days: Friday 12 is 1, Monday 15 is 2, Tuesday 16 is 3 and ends at 15:30.
    ("2027-03-08T14:00", "3d", "2027-03-16T15:30"),
    # In the night of Eid's second day nothing runs until Friday 07:30.
    ("2027-03-10T01:00", "30m", "2027-03-12T08:00"),
]


@pytest.mark.parametrize(("start", "span", "expected"), BY_HAND)
def test_a_term_ends_at_the_minute_reckoned_by_hand(start: str, span: str, expected: str) -> None:
    assert in_dubai(due(YEAR, at(start), term(span))).strftime("%Y-%m-%dT%H:%M") == expected


# A complaint of Friday 5 March 2027, 11:50, to be answered within 4:00; ten minutes run on that Friday whatever is announced.
ANNOUNCED = [
    # as estimated: Monday 8 March is Ramadan's last day, 09:00 + 3:50
    ([RAMADAN, EID], "2027-03-08T12:50"),
    # announced: Eid begins on Monday 8 already and ends on Thursday 11; Friday 12 has usual hours, 07:30 + 3:50
    ([RAMADAN, Days("holiday", date(2027, 3, 8), date(2027, 3, 11), "عيد الفطر", "Eid Al Fitr", "announced")], "2027-03-12T11:20"),
    # moved: until Friday 12; the weekend follows; Monday 15, 07:30 + 3:50
    ([RAMADAN, Days("holiday", date(2027, 3, 8), date(2027, 3, 12), "عيد الفطر", "Eid Al Fitr", "moved")], "2027-03-15T11:20"),
]


@pytest.mark.parametrize(("days", "expected"), ANNOUNCED)
def test_a_holiday_announced_and_then_moved_takes_the_end_along(days: list[Days], expected: str) -> None:
    assert due(Calendar(days), at("2027-03-05T11:50"), Term(240)) == at(expected)


def test_each_step_says_what_it_counts_and_why() -> None:
    counted = count(YEAR, at("2027-03-05T11:50"), Term(600))
    assert [step.words("en") for step in counted.steps] == [
        "Fri 5 Mar 2027: 11:50 to 12:00 = 0:10 h: Ramadan (estimated, not announced yet)",
        "Sat 6 Mar 2027 to Sun 7 Mar 2027: weekend",
        "Mon 8 Mar 2027: 09:00 to 14:30 = 5:30 h: Ramadan (estimated, not announced yet)",
        "Tue 9 Mar 2027 to Thu 11 Mar 2027: holiday: Eid Al Fitr (estimated, not announced yet)",
        "Fri 12 Mar 2027: 07:30 to 11:50 = 4:20 h",
    ]
    eid = "من الثلاثاء 9 مارس 2027 إلى الخميس 11 مارس 2027: عطلة — عيد الفطر (موعد تقديري لم يُعلن بعد)"
    assert counted.steps[3].words("ar") == eid


def test_days_are_told_as_days_and_what_came_in_after_hours_says_so() -> None:
    counted = count(YEAR, at("2026-11-27T13:00"), Term(days=2))
    assert [(step.what, step.days) for step in counted.steps] == [("start", 0), ("weekend", 0), ("whole", 2)]
    assert [step.what for step in count(YEAR, at("2026-11-27T13:00"), Term(60)).steps] == ["shut", "weekend", "worked"]


# The clock stands still from Thursday 26 November 10:00 to Tuesday 1 December 09:00.
PAUSED = [
    # Thursday 07:30 to 10:00 is 2:30 of 4:00; Tuesday 09:00 + 1:30
    ("2026-11-26T07:30", "4h", "2026-12-01T10:30"),
    # it came in during the pause: nothing runs before Tuesday 09:00
    ("2026-11-30T11:00", "4h", "2026-12-01T13:00"),
    # it was due before the pause
    ("2026-11-25T07:30", "8h", "2026-11-25T15:30"),
    # Wednesday is 1; Thursday's work was not over; Tuesday ends the pause; Wednesday, Thursday off; Friday 4 is 2 and Monday 7 is 3
    ("2026-11-24T09:00", "3d", "2026-12-07T15:30"),
]


@pytest.mark.parametrize(("start", "span", "expected"), PAUSED)
def test_in_a_pause_the_clock_stands_still(start: str, span: str, expected: str) -> None:
    counted = count(YEAR, at(start), term(span), [(at("2026-11-26T10:00"), at("2026-12-01T09:00"))])
    assert counted.due == at(expected)
    assert Term(sum(step.minutes for step in counted.steps), sum(step.days for step in counted.steps)) == term(span)


@pytest.mark.parametrize(
    ("text", "expected"), [("3d", Term(days=3)), ("4h", Term(240)), ("90m", Term(90)), (" 1h30m ", Term(90)), ("120h", Term(7200))]
)
def test_a_term_is_read_as_people_write_it(text: str, expected: Term) -> None:
    assert term(text) == expected


@pytest.mark.parametrize("text", ["", "0d", "0m", "soon", "3", "3 days", "-1h", "1.5h", "1d4h", "4h4h", "1234d"])
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        term(text)


@pytest.mark.parametrize(
    ("span", "ar", "en"),
    [
        (Term(days=3), "3 أيام عمل", "3 working days"),
        (Term(240), "4 ساعات عمل", "4 working hours"),
        (Term(90), "90 دقيقة عمل", "90 working minutes"),
        (Term(days=2), "يوما عمل", "2 working days"),
    ],
)
def test_a_term_is_said_in_both_languages(span: Term, ar: str, en: str) -> None:
    assert (span.words("ar"), span.words("en")) == (ar, en)


def test_a_calendar_without_work_ends_the_count_and_does_not_hang() -> None:
    never = Calendar([Days("holiday", date(2026, 1, 1), date(2035, 1, 1), "عطلة", "Off")])
    for span in (Term(60), Term(days=1)):
        with pytest.raises(Invalid):
            due(never, at("2026-11-27T11:50"), span)
    with pytest.raises(Invalid):
        due(YEAR, at("2026-11-27T11:50"), Term())


# ---- what must hold on any calendar, at any instant

CLOCK = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))


@st.composite
def parts(draw: st.DrawFn) -> tuple[Hours, ...]:
    """The hours of a day: none, one or several parts."""
    edges = sorted(draw(st.sets(CLOCK, max_size=6)))
    return tuple(Hours(opens, closes) for opens, closes in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def week(draw: st.DrawFn) -> Week:
    hours = draw(st.dictionaries(st.integers(0, 6), parts(), min_size=1).filter(lambda one: any(one.values())))
    return Week(hours)


@st.composite
def special(draw: st.DrawFn) -> Days:
    first = date(2026, 11, 1) + timedelta(days=draw(st.integers(0, 60)))
    last = first + timedelta(days=draw(st.integers(0, 12)))
    return Days(draw(st.sampled_from(("holiday", "ramadan", "mourning"))), first, last, "س", "x")


CALENDARS = st.builds(
    lambda days, usual, ramadan: Calendar(days, Weeks((usual,), (ramadan,))), st.lists(special(), max_size=6), week(), week()
)
MOMENTS = st.integers(0, 60 * 24 * 3600 - 1).map(lambda n: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=n))
MINUTES = st.integers(1, 3000).map(lambda n: Term(minutes=n))
TERMS = MINUTES | st.integers(1, 20).map(lambda n: Term(days=n))
thorough = settings(max_examples=60, deadline=None)


@thorough
@given(CALENDARS, MOMENTS, TERMS)
def test_the_steps_add_up_to_the_term_exactly(calendar: Calendar, start: datetime, span: Term) -> None:
    counted = count(calendar, start, span)
    assert counted.due == due(calendar, start, span)
    assert Term(sum(s.minutes for s in counted.steps), sum(s.days for s in counted.steps)) == span
    assert all(step.minutes >= 0 and step.days >= 0 for step in counted.steps)
    assert all(step.words(lang) for step in counted.steps for lang in LANGS)


@thorough
@given(CALENDARS, MOMENTS, TERMS)
def test_the_steps_cover_every_day_once_and_the_last_one_ends_at_the_end(calendar: Calendar, start: datetime, span: Term) -> None:
    counted = count(calendar, start, span)
    covered = {step.first + timedelta(days=n) for step in counted.steps for n in range((step.last - step.first).days + 1)}
    first, last = in_dubai(start).date(), in_dubai(counted.due).date()
    assert covered == {first + timedelta(days=n) for n in range((last - first).days + 1)}
    end: Step = counted.steps[-1]
    assert (end.what, end.last) == ("whole" if span.days else "worked", last)
    assert span.days or end.closes == in_dubai(counted.due).time()


@thorough
@given(CALENDARS, MOMENTS, TERMS)
def test_the_end_comes_after_the_start_within_hours_that_are_worked(calendar: Calendar, start: datetime, span: Term) -> None:
    end = due(calendar, start, span)
    assert end > start.replace(second=0, microsecond=0)
    assert calendar.open_at(end - timedelta(minutes=1))


@thorough
@given(CALENDARS, MOMENTS, st.integers(0, 20000), TERMS)
def test_what_comes_in_later_is_never_due_earlier(calendar: Calendar, start: datetime, later: int, span: Term) -> None:
    assert due(calendar, start, span) <= due(calendar, start + timedelta(minutes=later), span)


@thorough
@given(CALENDARS, MOMENTS, MINUTES, st.integers(1, 500))
def test_more_time_is_never_less_and_two_terms_one_after_the_other_are_their_sum(
    calendar: Calendar, start: datetime, span: Term, more: int
) -> None:
    end, longer = due(calendar, start, span), due(calendar, start, Term(span.minutes + more))
    assert end < longer
    assert due(calendar, end, Term(more)) == longer


@thorough
@given(CALENDARS, MOMENTS, MINUTES)
def test_between_start_and_end_exactly_the_term_is_worked(calendar: Calendar, start: datetime, span: Term) -> None:
    end = due(calendar, start, span)
    assert worked(calendar, start, end) == span.minutes
    assert worked(calendar, end, start) == 0


@thorough
@given(CALENDARS, MOMENTS, st.integers(1, 300))
def test_it_is_what_counting_minute_by_minute_gives(calendar: Calendar, start: datetime, minutes: int) -> None:
    moment, left = start.replace(second=0, microsecond=0), minutes
    for _ in range(60 * 24 * 4):
        left -= calendar.open_at(moment)
        moment += timedelta(minutes=1)
        if not left:
            break
    else:
        return  # work so thin that four days do not hold it: the other properties cover it
    assert due(calendar, start, Term(minutes)) == moment


@thorough
@given(CALENDARS, MOMENTS, TERMS, st.integers(0, 9000), st.integers(1, 9000))
def test_a_pause_never_brings_an_end_nearer_and_the_sum_stays(
    calendar: Calendar, start: datetime, span: Term, after: int, length: int
) -> None:
    begins = start + timedelta(minutes=after)
    counted = count(calendar, start, span, [(begins, begins + timedelta(minutes=length))])
    assert counted.due >= due(calendar, start, span)
    assert Term(sum(s.minutes for s in counted.steps), sum(s.days for s in counted.steps)) == span


@thorough
@given(MOMENTS, TERMS, special().filter(lambda one: one.kind == "holiday"))
def test_a_holiday_never_brings_an_end_nearer(start: datetime, span: Term, holiday: Days) -> None:
    assert due(Calendar(), start, span) <= due(Calendar([holiday]), start, span)
