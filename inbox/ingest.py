"""Reading an account to the end of all its streams, without loss (DESIGN §1: cursors are committed with the rows they cover).

Every step may be lost or run twice: a page is received in transactions of at most reading.CHUNK messages, the last of which also
stores the cursor, so a process that dies in between reads that page again and changes nothing by it. No transaction is open while
the platform answers, and nothing waits: a rate window is reported, a failed page is asked for once more and then reported.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from connectors.contract import Connector, Page
from connectors.unread import Unexpected, unexpected
from core.clock import now
from core.db import Database, away
from core.errors import (
    BudgetReached,
    CursorExpired,
    Disconnected,
    MajlisError,
    PlatformError,
    RateLimited,
    SpendCapReached,
    TokenExpired,
    Unavailable,
)
from core.log import logger
from core.models import Account
from core.settings import Settings
from core.vault import open_vault
from inbox import aside, streams
from inbox.editions import in_force
from inbox.reading import Reading, take, twice
from inbox.recheck import ask, recheck
from outbox import budget, windows
from outbox.accounts import note_health
from outbox.channels import block_of, free
from outbox.known import check
from outbox.spending import spend

log = logger("inbox")

#: after one of these no other stream of the account can answer either
HOPELESS = (TokenExpired, SpendCapReached, BudgetReached)
#: after one of these the account is unwell, whatever else of it could be read
GRAVE = (*HOPELESS, Unexpected)
#: how often a cursor may expire in one reading of a stream before we leave it for the next time
REWINDS = 3
#: an account without credit is asked again after this
NO_CREDIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pulled:
    """One reading of one account. `complete`: every stream was read to its end and recent items were looked up.

    `error` is the first thing that went wrong (None: nothing), `problems` stream -> code of all of them, `retry_at` when a rate
    window ends (UTC).
    """

    new: int = 0
    edited: int = 0
    deleted: int = 0
    shown: int = 0
    complete: bool = False
    error: PlatformError | None = None
    problems: dict[str, str] = field(default_factory=dict)
    retry_at: datetime | None = None


def pull(
    db: Database,
    account_id: int,
    connect: Callable[[Account], Connector],
    settings: Settings,
    worker: str,
    *,
    full: bool = False,
) -> Pulled:
    """Read all streams of the account to their end, then look recent items up; all is judged by the edition now in force.

    `full` (a person asked): streams another reader holds are read too, and all recent items are looked up at once. Raises no
    PlatformError: it is in the result, on the account's health and on the stream's row.
    """
    with db.read() as session:
        account, edition = session.get_one(Account, account_id), in_force(session)
        until, no_credit = windows.reading_rests(session, account), windows.CREDIT in windows.known(session, account)
    if until is not None and not (full and no_credit):
        limited = SpendCapReached(account=account.key) if no_credit else RateLimited(retry_at=until, account=account.key)
        return Pulled(error=limited, problems={"": limited.code}, retry_at=until)
    pace = budget.watch(db, account_id, settings)
    if pace.state == "stop":
        spent = budget.reached(account)
        return Pulled(error=spent, problems={"": spent.code}, retry_at=spent.retry_at)
    reading = Reading(
        db, account, _opened(db, account, connect), settings, worker, edition, open_vault(settings).current, pace.poor
    )
    with db.read() as session:
        windows.heed(session, account, reading.connector)
    errors: dict[str, PlatformError] = {}
    if account.health == "unknown":
        _introduce(reading)
    busy = _read_all(reading, errors, full)
    if not any(isinstance(error, HOPELESS) for error in errors.values()):
        _attempt(reading, "recheck:told", errors, lambda: ask(reading))
    if not errors and not busy:
        _attempt(reading, "recheck", errors, lambda: recheck(reading, full=full))
    return _report(reading, errors, busy)


def _introduce(reading: Reading) -> None:
    """Ask an account with new credentials its name and its token's end. What it refuses, reading tells in its turn."""
    try:
        check(reading.db, reading.account, reading.connector)
    except Exception as e:  # told by its name; the streams are read all the same
        if away(e):
            raise
        log.warning("check failed", account=reading.account.key, detail=type(e).__name__)


def _opened(db: Database, account: Account, connect: Callable[[Account], Connector]) -> Connector:
    """The account's connector. What stands in the way of opening it is noted on the account and raised."""
    try:
        return connect(account)
    except Exception as e:
        if away(e):
            raise
        error = Disconnected(account=account.key, detail=e.code) if isinstance(e, MajlisError) else unexpected(account.key, e)
        with db.write() as session:
            note_health(session, account, e if isinstance(e, PlatformError) else error)
        raise


def _read_all(reading: Reading, errors: dict[str, PlatformError], full: bool) -> bool:
    """Read stream after stream; True when one was held by another reader. Two rate limits in a row, or a hopeless error, end it."""
    busy, last = False, None
    for name in reading.connector.streams():
        with reading.db.write() as session:
            stream = streams.begin(session, reading.account, name, reading.worker, _lease(reading), take_over=full)
        if stream is None:
            busy = True
            continue
        if stream.retry_at is not None and stream.retry_at > now():
            error: PlatformError | None = errors.setdefault(
                name, RateLimited(retry_at=stream.retry_at, account=reading.account.key)
            )
        else:
            cursor = stream.cursor
            error = _attempt(reading, name, errors, lambda name=name, cursor=cursor: _read(reading, name, cursor))  # type: ignore[misc]  # mypy infers no lambda with defaults
        if isinstance(error, HOPELESS) or (isinstance(error, RateLimited) and isinstance(last, RateLimited)):
            break
        last = error
    return busy


def _attempt(reading: Reading, name: str, errors: dict[str, PlatformError], call: Callable[[], None]) -> PlatformError | None:
    """Run one part of the reading; what went wrong is kept under `name`, so that the other parts go on."""
    error: PlatformError | None = None
    try:
        call()
    except Exception as e:
        if away(e):
            raise
        if not isinstance(e, PlatformError):
            log.exception("stream failed", account=reading.account.key, stream=name)
        error = errors[name] = e if isinstance(e, PlatformError) else unexpected(reading.account.key, e)
    if error is not None:
        detail = str(error.details.get("detail", ""))
        log.warning("stream stopped", account=reading.account.key, stream=name, code=error.code, detail=detail)
    with reading.db.write() as session:
        streams.finish(session, reading.account, name, error)
        spend(session, reading.account, reading.connector.bill())  # of what ended in an error
    return error


def _read(reading: Reading, name: str, cursor: str | None) -> None:
    """One stream from `cursor` to its end."""
    back = reading.settings.backfill_days
    not_before = now() - timedelta(days=back) if cursor is None and back is not None else None
    rewinds = 0
    while True:
        try:
            reading.afford()
            page = twice(lambda: reading.connector.fetch(name, cursor, not_before=not_before))  # noqa: B023 (called at once)
        except CursorExpired:
            rewinds += 1
            if rewinds > REWINDS or cursor is None:
                raise
            cursor = reading.connector.rewind(name, cursor)
            continue
        _keep(reading, name, page)
        if not page.more:
            return
        if page.cursor == cursor:
            raise Unavailable(account=reading.account.key, detail="cursor_stands_still")
        cursor = page.cursor


def _keep(reading: Reading, name: str, page: Page) -> None:
    """The page's messages, what of it could not be read, and its cursor, together."""

    def finish(session: Session) -> None:
        for record in page.unread:
            aside.put(session, reading.account, record, record.why)
        streams.keep(session, reading.account, name, page.cursor, len(page.messages), _lease(reading))

    take(reading, page.messages, bill=reading.connector.bill(), finish=finish)
    reading.listed.update(page.complete_under)


def _lease(reading: Reading) -> timedelta:
    return timedelta(seconds=reading.settings.lease_s)


def _report(reading: Reading, errors: dict[str, PlatformError], busy: bool) -> Pulled:
    """What came of it, noted on the account too: it is unwell when its token is at fault, when something failed in a way nobody
    foresaw, or when no stream at all could be read."""
    account, first = reading.account, next(iter(errors.values()), None)
    grave = next((e for e in errors.values() if isinstance(e, GRAVE)), None)
    heard_nothing = errors.keys() >= set(reading.connector.streams())
    with reading.db.write() as session:
        note_health(session, account, grave or (first if heard_nothing else None))
        if isinstance(grave, SpendCapReached):  # a person must raise it: until then we ask once an hour, not at every reading
            windows.keep(session, account, {windows.CREDIT: now() + NO_CREDIT})
        elif (
            not (grave or heard_nothing or busy)
            and windows.paid(session, account)
            and block_of(session, account.id or 0) == SpendCapReached.code
        ):  # the money that writing wants is there too
            free(session, account)
            note_health(session, account, None)
    ends = [e.retry_at for e in errors.values() if isinstance(e, RateLimited | BudgetReached)]
    return Pulled(
        new=reading.new,
        edited=reading.edited,
        deleted=reading.deleted,
        shown=reading.shown,
        complete=not errors and not busy,
        error=first,
        problems={name: error.code for name, error in errors.items()},
        retry_at=max(ends) if ends else None,
    )
