"""From what a connector answered to what becomes of the delivery: a pure function over typed errors (DESIGN §2.8).

Three families: it is on the platform; it is certainly not (try later, hold, refuse); nobody can know (`uncertain`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.contract import Sent
from core.errors import Deferred, Gone, PlatformError, RateLimited, Unavailable, Unfetched
from outbox.channels import BLOCKING
from outbox.models import ACTING

#: first wait after a try that did not reach the platform, and the longest; it doubles in between
AGAIN_S, AGAIN_MOST_S = 5, 300
#: the same where its one reader takes nothing now: greylisting asks for minutes, a full mailbox for hours
DEFERRED_S, DEFERRED_MOST_S = 60, 3600
#: the try that is the last one where the platform can't fetch our picture: some five minutes, longer than a restart
UNFETCHED_MOST = 7


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a delivery goes after a try. `not_before` only with `scheduled`; `error` is what teaches us about the account.

    `at`: when that was known, where it is written later."""

    state: str
    reason: str = ""
    sent: Sent | None = None
    not_before: datetime | None = None
    error: PlatformError | None = None
    at: datetime | None = None

    @property
    def attempt(self) -> str:
        """The same in the words of an Attempt."""
        return {"scheduled": "not_sent", "held": "not_sent"}.get(self.state, self.state)


def published(sent: Sent) -> Outcome:
    """The platform confirmed it."""
    return Outcome("published", sent=sent)


def after(error: Exception, kind: str, attempts: int, moment: datetime) -> Outcome:
    """What `error` means for a delivery of this kind at its `attempts`-th try.

    Anything that is not a PlatformError which is certain of having changed nothing counts as uncertain: a defect of ours after
    the request left must not look like a refusal.
    """
    if not isinstance(error, PlatformError) or not error.certain:
        reason = reason_of(error) if isinstance(error, PlatformError) else f"unexpected:{type(error).__name__}"
        return Outcome("uncertain", reason[:120], error=error if isinstance(error, PlatformError) else None)
    if isinstance(error, Gone) and kind in ACTING:
        return Outcome("published", "already_gone", sent=Sent(""))
    if isinstance(error, RateLimited):
        # an hour that is over already must not make us call again at once, and again
        return Outcome("scheduled", error.code, not_before=max(error.retry_at, moment + again(1)), error=error)
    if isinstance(error, Deferred):
        return Outcome("scheduled", reason_of(error), not_before=moment + again(attempts, DEFERRED_S, DEFERRED_MOST_S), error=error)
    if isinstance(error, Unfetched) and attempts >= UNFETCHED_MOST:
        return Outcome("refused", reason_of(error), error=error)
    if isinstance(error, Unavailable):
        return Outcome("scheduled", reason_of(error), not_before=moment + again(attempts), error=error)
    if isinstance(error, BLOCKING):
        return Outcome("held", error.code, error=error)
    return Outcome("refused", reason_of(error), error=error)


def again(attempts: int, first_s: int = AGAIN_S, most_s: int = AGAIN_MOST_S) -> timedelta:
    """How long to wait after the `attempts`-th try: 5 s, 10 s, 20 s … 5 minutes."""
    return timedelta(seconds=min(first_s * 2 ** min(max(attempts - 1, 0), 20), most_s))


def reason_of(error: PlatformError) -> str:
    """`code` or `code:detail`, at most 120 characters; both are codes, never text of a person."""
    detail = str(error.details.get("detail", ""))
    return f"{error.code}:{detail}"[:120] if detail else error.code
