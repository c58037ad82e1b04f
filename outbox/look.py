"""When to read back again, and when reading back has said enough: pure functions over times and counts (PLATFORMS §6.4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: so many healthy readings without a match are evidence (all steps, where fewer are set)
ENOUGH = 3
#: so many readings that could not be done, once twice the last step is over, and a person must look
BLIND = 3
#: clocks of two hosts may differ by so much
APART = timedelta(minutes=2)
#: longer than this after the send its outcome does not stay unknown for want of a reading: a person is asked
UNKNOWN_MOST = timedelta(hours=2)
#: put before a person, it is still looked for: every hour for a week
LATER, LONGEST = timedelta(hours=1), timedelta(days=7)
#: what waits for a person and is never decided ends after this long; before it does, it is looked for once more
PATIENCE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Next:
    """The state after a look that settled nothing, its reason, and when to look again."""

    state: str
    reason: str
    look_at: datetime


def next_step(sent_at: datetime, moment: datetime, steps_s: tuple[int, ...]) -> datetime:
    """The first step after `moment`; past the last one, the first step's own length from now (at least a second)."""
    for seconds in steps_s:
        if sent_at + timedelta(seconds=seconds) > moment:
            return sent_at + timedelta(seconds=seconds)
    return moment + timedelta(seconds=max(steps_s[0], 1))


def not_found(sent_at: datetime, moment: datetime, steps_s: tuple[int, ...], looks: int) -> Next:
    """After the `looks`-th healthy reading without a match.

    A person is asked when the last step is over and there were three healthy readings (or as many as there are steps, when fewer
    are set). Steps that nobody was there to take are made up for by readings one first-step apart.
    """
    if moment >= sent_at + timedelta(seconds=steps_s[-1]) and looks >= min(ENOUGH, len(steps_s)):
        return Next("needs_decision", "not_found", moment + LATER)
    return Next("uncertain", "not_found_yet", next_step(sent_at, moment, steps_s))


def unreadable(
    sent_at: datetime, moment: datetime, steps_s: tuple[int, ...], blind: int, retry_at: datetime | None, code: str
) -> Next:
    """After the `blind`-th reading that could not be done. It is no evidence, but it does not go on for ever.

    A rate window is waited for (`retry_at`); where it ends later than UNKNOWN_MOST after the send, a person is asked at once.
    """
    upcoming = next_step(sent_at, moment, steps_s)
    again = max(upcoming, retry_at) if retry_at else upcoming
    enough = moment >= sent_at + 2 * timedelta(seconds=steps_s[-1]) and blind >= BLIND
    if enough or (retry_at is not None and again > sent_at + UNKNOWN_MOST):
        return Next("needs_decision", f"unreadable:{code}", max(moment + LATER, again))
    return Next("uncertain", f"unreadable:{code}", again)


def still_asked(sent_at: datetime, moment: datetime, retry_at: datetime | None = None) -> datetime:
    """The next look for what waits for a person: hourly for a week after the send, then the last one when nobody decided.

    Not before `retry_at`, the end of a rate window.
    """
    upcoming = moment + LATER if moment < sent_at + LONGEST else last_look(sent_at)
    return max(upcoming, retry_at) if retry_at else upcoming


def last_look(sent_at: datetime) -> datetime:
    """When asking ends: what is not found then is cancelled."""
    return sent_at + PATIENCE
