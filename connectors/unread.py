"""Answers of a shape that nobody foresaw: one record stops no other and is kept raw; a whole answer is a fault with a name."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from connectors.contract import Page, Unread
from core.errors import PlatformError, Unavailable
from core.log import logger

LONGEST = 300

R = TypeVar("R")
T = TypeVar("T")
log = logger("connectors")


class Unexpected(Unavailable):
    """Reading failed in a way nobody foresaw; `detail` names the exception. Nothing was changed, and a person should look."""


class Sieve:
    """Makes the records of one account's answers ours, one by one. One connector, one sieve."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._left: list[Unread] = []

    def each(self, rows: Iterable[T], build: Callable[[T], R]) -> list[R]:
        """What `build` makes of each row. A row it fails at is left in the sieve."""
        made: list[R] = []
        for row in rows:
            try:
                made.append(build(row))
            except PlatformError:
                raise
            except Exception as error:  # noqa: BLE001 (whatever shape the record has; it is kept raw with its problem)
                self.leave(row, type(error).__name__)
        return made

    def leave(self, raw: object, why: str) -> None:
        """Keep what could not be read."""
        log.warning("record not read", account=self._account, detail=why)
        self._left.append(Unread(raw, why))

    @property
    def left(self) -> tuple[Unread, ...]:
        """What could not be read since the sieve was cleared."""
        return tuple(self._left)

    def clear(self) -> None:
        self._left.clear()

    def page(self, read: Callable[[], Page]) -> Page:
        """The page that `read` gives, with what was left on the way. Unexpected where the answer as a whole can't be read."""
        self.clear()
        try:
            page = read()
        except PlatformError:
            raise
        except Exception as error:
            log.exception("answer not read", account=self._account)
            problem = unexpected(self._account, error)
        else:
            return replace(page, unread=self.left)
        raise problem


def unexpected(account: str, error: Exception) -> Unexpected:
    """The error to tell of `error`, without its words: parsers quote in them what somebody wrote."""
    return Unexpected(account=account, detail=f"unexpected:{type(error).__name__}")


def id_of(value: object) -> str:
    """An id as text. ValueError for what is no id of any platform: it could be asked for in no call."""
    said = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not said or len(said) > LONGEST or not said.isascii() or not said.isprintable() or " " in said:
        raise ValueError("no id")
    return said


def onward(value: object, account: str) -> str | None:
    """Where the next page begins; None at the end. Unexpected for what is no such place: it must not be kept as a cursor."""
    if value in (None, "", False):
        return None
    if isinstance(value, str | int) and (said := str(value)).isascii() and said.isprintable():
        return said
    raise Unexpected(account=account, detail="unexpected:cursor")
