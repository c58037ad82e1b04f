"""By when a case is answered and ended, on the working calendar, and why (DESIGN §2.10).

A case is promised a first answer (`first_due_at`), while its author waits again another one, and its outcome (`due_at`).
`next_due_at` is the earliest of these that is still to come to pass: what lists are ordered by. An interim reply puts off what was
missed until the date it names; what was promised before stays on the case, to be measured by. An objection has a date of its own
(`objection_due_at`) in a case of any state: nothing puts it off, and no question stops its clock. A case that took others in
(inbox.together) keeps every promise that was given in any of them: the earliest counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from core import calendar as almanac
from core.actors import WORKER
from core.clock import in_dubai, now, parse
from core.errors import Invalid
from core.i18n import Lang, t
from core.log import logger
from core.models import Account
from core.workdays import Calendar
from core.worktime import Step, Term, count, due, instant
from inbox import targets, together
from inbox.models import Case
from inbox.past import Past, and_since, waited
from inbox.past import past as history
from inbox.targets import Target
from inbox.together import Part

log = logger("cases")

OPEN = ("received", "in_progress", "waiting")


@dataclass(frozen=True, slots=True)
class Dates:
    """What a case is promised as it comes in: `first` answer, `next` answer (the first, as long as there is none), its outcome."""

    first: datetime
    next: datetime
    resolve: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """One date of a case. `what`: first, next (an answer to what he wrote since), resolve, interim (told with an interim reply),
    objection (it is decided; `told`: by when, as its author was told, once it is).

    `span` of `target` counted from `since` is `due`; None where a person set the date. `met`: when it came to pass. `still`: since
    when the clock stands still, because the author was asked something. `of`: the number of the case it was given in, where that
    goes on in this one.
    """

    what: str
    since: datetime
    due: datetime
    span: Term | None = None
    target: Target | None = None
    met: datetime | None = None
    steps: tuple[Step, ...] = ()
    still: datetime | None = None
    told: datetime | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """A promise as the case keeps it (`kept`: the date its author was given), and how it is counted on the calendar of today."""

    promise: Promise
    kept: datetime

    def words(self, lang: Lang) -> list[str]:
        """Line by line: what, by when, how it was counted, what came of it."""
        one = self.promise
        lines = [t(f"clock.promise.{one.what}", lang, due=instant(self.kept, lang))]
        lines += [t("clock.of_merged", lang, number=one.of)] if one.of else []
        if one.span is not None and one.target is not None:
            told = {"term": one.span.words(lang), "since": instant(one.since, lang), "source": one.target.source(lang)}
            lines.append(t("clock.counted", lang, **told))
        lines += [step.words(lang) for step in one.steps]
        if self.kept != one.due:
            lines.append(t("clock.other_today", lang, due=instant(one.due, lang)))
        if one.still is not None:
            lines.append(t("clock.still", lang, since=instant(one.still, lang)))
        if one.met is not None:
            lines.append(t("clock.in_time" if one.met <= self.kept else "clock.too_late", lang, at=instant(one.met, lang)))
        return lines


def calendar_from(session: Session, moment: datetime) -> Calendar:
    """The working calendar from that day on; read it once for many cases."""
    return almanac.onward(session, in_dubai(moment).date())


def dates(kind: str, grade: str, channel: str, opened_at: datetime, calendar: Calendar) -> Dates:
    """What a case that came in at `opened_at` is promised. `channel` is the platform it came by (`portal` for a form).

    Invalid when the calendar holds no work ahead.
    """
    target = targets.kept().of(kind, grade, channel)
    first = due(calendar, opened_at, target.first)
    return Dates(first, first, due(calendar, opened_at, target.resolve))


def columns(kind: str, grade: str, channel: str, opened_at: datetime, calendar: Calendar) -> Mapping[str, Any]:
    """The dates as the columns of a case that comes in; none of them where the calendar holds no work ahead."""
    try:
        given = dates(kind, grade, channel, opened_at, calendar)
    except Invalid:
        log.warning("no_work_ahead", case=0)
        return {"first_due_at": None, "next_due_at": None, "due_at": None, "waiting_since": opened_at}
    return {"first_due_at": given.first, "next_due_at": given.next, "due_at": given.resolve, "waiting_since": opened_at}


def target_of(session: Session, case: Case, grade: str = "") -> Target:
    """The target that holds for the case: by its kind, its class (or another `grade`), and the channel it came by."""
    account = session.get(Account, case.account_id) if case.account_id is not None else None
    return targets.kept().of(case.kind, grade or case.grade, account.platform if account else "")


def follow(session: Session, case: Case, calendar: Calendar | None = None) -> bool:
    """Put on the case, and on all that go on in it, the dates that follow from what it is now: call it when kind, class, state, an
    answer or a word of its author changed. A step of the calling verb. What came to pass keeps the date it was promised for.
    Returns whether any date moved."""
    every = together.parts(session, case)
    try:
        groups = _groups(session, case, every, calendar)
    except Invalid:  # somebody emptied the calendar: what was promised stands, and no verb fails for it
        log.warning("no_work_ahead", case=case.id)
        return False
    was = _columns(case)
    moved = [together.redate(part, _earliest(group)) for part, group in zip(every, groups, strict=True)]
    session.add_all(part.row for part in every)
    given = [one for group in groups for one in group]
    owed = [one for one in given if one.met is None]
    for column, earliest in _earliest(given).items():
        setattr(case, column, earliest)
    nexts = [at for group in groups if (at := upcoming(one for one in group if one.met is None)) is not None]
    before, case.next_due_at = case.next_due_at, min(nexts, default=None)
    if case.next_due_at != before:
        case.warned_at = None
    waits = next((one.due for one in owed if one.what == "objection"), None)
    if case.objection_due_at != waits:
        case.objection_due_at, case.objection_warned_at = waits, None
    return any(moved) or _columns(case) != was


def _columns(case: Case) -> tuple[datetime | None, ...]:
    return (case.first_due_at, case.next_due_at, case.due_at, case.objection_due_at)


def _earliest(given: Sequence[Promise]) -> dict[str, datetime]:
    """By column, the earliest dates of these promises, where any of that sort is still owed."""
    found = {}
    for what, column in (("first", "first_due_at"), ("resolve", "due_at")):
        some = [one for one in given if one.what == what]
        if any(one.met is None for one in some):
            found[column] = min(one.told or one.due for one in some)
    return found


def until(session: Session, case: Case) -> datetime:
    """The date to name to somebody who is told now that it takes longer."""
    times = len(history(session, case, case.opened_at).interims) + 1
    return due(calendar_from(session, now()), now(), further(target_of(session, case), times))


def explain(session: Session, case: Case) -> tuple[Explained, ...]:
    """Every date of the case and how it is counted, step by step."""
    every = together.parts(session, case)
    kept = {"objection": case.objection_due_at}
    if len(every) == 1:
        kept |= {"first": case.first_due_at, "resolve": case.due_at}
    groups = _groups(session, case, every)
    given = list(dict.fromkeys(one for group in groups for one in group))  # what all were told since is said once
    return tuple(Explained(one, one.told or kept.get(one.what) or one.due) for one in given)


def objection(session: Session, case: Case) -> Explained | None:
    """By when the objection that waits in the case is decided, and how that is counted; None where none waits that has a date."""
    if case.objection_due_at is None:
        return None
    try:
        return next((one for one in explain(session, case) if one.promise.what == "objection"), None)
    except Invalid:  # somebody emptied the calendar
        return None


def _groups(session: Session, case: Case, every: Sequence[Part], calendar: Calendar | None = None) -> list[list[Promise]]:
    """What the case is promised, part by part, in the order in which it was given; what it still owes has not `met` yet."""
    calendar = calendar or calendar_from(session, min(part.opened_at for part in every))
    past = history(session, case, every[0].opened_at)
    return [_promises(session, case, part, every, past, calendar) for part in every]


def _promises(session: Session, case: Case, part: Part, every: Sequence[Part], now_in: Past, calendar: Calendar) -> list[Promise]:
    whole, past = target_of(session, case), now_in
    target = target_of(session, part.row, part.grade)
    again = target_of(session, part.row, _since_reopened(case, part, every, now_in.begun))
    if part.number:
        merged_at = part.row.closed_at or part.opened_at
        if now_in.begun > merged_at:  # it ended since with the case, which was taken up again
            return []
        before = history(session, part.row, part.opened_at)
        # what he was asked elsewhere before it came there stops no clock of this one, unless it waited for him itself
        since = now_in if waited(before, merged_at) else history(session, case, part.opened_at, part.came)
        past = and_since(before, since, merged_at, part.came)
    waits = case.waiting_since if case.state in OPEN else None

    def promise(
        what: str, since: datetime, by: Target, span: Term, met: datetime | None = None, told: datetime | None = None
    ) -> Promise:
        counted = count(calendar, since, span, past.pauses)
        told = told if met is not None and len(every) > 1 else None
        still = None if met else past.still
        return Promise(what, since, counted.due, span, by, met, counted.steps, still, told=told, of=part.number)

    found, heard = [], _heard(part, now_in.begun)
    if part.first_reply_at is not None or (waits is not None and not heard):
        found.append(promise("first", part.opened_at, target, target.first, part.first_reply_at, part.first_due_at))
    unanswered = min((one.opened_at for one in every if not _heard(one, now_in.begun)), default=None)
    if waits is not None and heard and (unanswered is None or waits < unanswered):
        found.append(promise("next", max(waits, past.begun), again, again.next))
    found.append(promise("resolve", past.begun, again, again.resolve, case.resolved_at, part.due_at))
    told = past.interims[-1] if past.interims and case.state in OPEN else None
    if told is not None:
        named = None if told.actor == WORKER.label else told.data.get("until")
        by_hand = Promise("interim", told.at, parse(str(named))) if named else None
        by = whole if (told.id or 0) > part.came else target  # `until` named it by the class of all that go on in one
        found.append(by_hand or promise("interim", told.at, by, further(by, len(past.interims))))
    if past.lodged is not None:
        counted, decided = count(calendar, past.lodged.at, whole.objection), past.decided
        was = parse(str(decided.data["due"])) if decided is not None and "due" in decided.data else None
        met = decided.at if decided is not None else None
        found.append(Promise("objection", past.lodged.at, counted.due, whole.objection, whole, met, counted.steps, told=was))
    return found


def _heard(part: Part, begun: datetime) -> bool:
    """Whether the part is owed no first answer any more: it had one, or it ended before all was taken up again at `begun`."""
    merged_at = part.row.closed_at if part.number else None
    return part.first_reply_at is not None or begun > (merged_at or part.opened_at)


def _since_reopened(case: Case, part: Part, every: Sequence[Part], begun: datetime) -> str:
    """The class by which the part is worked on: its own; of the case itself the heaviest of all that ended with it before it was
    taken up again at `begun`, unless somebody gave it another."""
    ended = [one.grade for one in every if one.number and begun > (one.row.closed_at or one.opened_at)]
    if part.number or not ended:
        return part.grade
    return min(case.grade, max((part.grade, *ended), key=together.HEAVIER.index), key=together.HEAVIER.index)


def further(target: Target, times: int) -> Term:
    """How far the date is put off when somebody is told for the nth time that it takes longer: each time further."""
    return Term(target.next.minutes * times, target.next.days * times)


def upcoming(owed: Iterable[Promise]) -> datetime | None:
    """The earliest date still owed, an objection's left out; of what an interim reply put off, the date that it named. None while
    the clock stands still."""
    known = {one.what: one.due for one in owed if one.still is None and one.what != "objection"}
    put_off = known.pop("interim", None)
    if "resolve" not in known:
        return None
    first = min(known.values())
    return max(first, put_off) if put_off else first


def owed_by(case: Case) -> datetime | None:
    """The earliest date still owed in the case: of an open one the next, and in any state that of an objection."""
    return min((at for at in (case.next_due_at if case.state in OPEN else None, case.objection_due_at) if at), default=None)


def answer_by(case: Case) -> datetime | None:
    """By when its author was told that he is answered; None where he waits for no answer, or we for him."""
    return case.next_due_at if case.state in OPEN and case.waiting_since is not None else None


def promised(case: Case) -> datetime | None:
    """The date for its outcome that its author was told last: the first one, or a later one of an interim reply."""
    if case.due_at is None or case.interim_at is None or case.next_due_at is None:
        return case.due_at
    return max(case.due_at, case.next_due_at)
