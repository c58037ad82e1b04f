"""One account's line to its platform: a lock, a hardened adapter, and the translation of whatever a client raises."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from connectors import gauge
from connectors.contract import Bill
from connectors.gate import pass_through
from connectors.gauge import EVERY, READ, SPEAK, Gauge
from connectors.transport import Adapter, Answer, Cut, NotSent, Wire
from core.clock import now
from core.errors import PlatformError, RateLimited, Unavailable, Uncertain

Explain = Callable[[Answer, bool, str], PlatformError]


class Line:
    """One call at a time, and none into a rate window that is used up. `explain(answer, writing, account)` is the platform's table
    of errors (connectors/errors.py), `told` what its answers tell of its windows, `apart`: it counts each kind of call by itself.
    """

    def __init__(
        self, account: str, wire: Wire, secrets: Mapping[str, str], explain: Explain, told: Gauge, *, apart: bool = False
    ) -> None:
        self.account = account
        self.adapter = Adapter(wire, secrets.values())
        self._explain, self._told, self._apart = explain, told, apart
        self._shut: dict[str, datetime] = {}
        self._left: dict[str, int] = {}
        self._speaking = False
        self._lock = threading.RLock()

    @property
    def answer(self) -> Answer | None:
        """The newest answer, with its headers; None when the newest call had none."""
        return self.adapter.last

    @contextmanager
    def call(self, *, writing: bool = False, kind: str = "") -> Iterator[None]:
        """Around one call of a client: any exception leaves as a PlatformError; only a write can be Uncertain.

        `kind` names the window it counts in, where kinds are counted apart. RateLimited, with nothing sent, while that is used up.
        What was raised before anything was sent (a mistake of ours in building the call) is passed on unchanged, and so is what
        the gate before a write says (connectors.gate).
        """
        kind = kind or (SPEAK if writing or self._speaking else READ)
        with self._lock:
            self._wait(kind)
            if writing:
                pass_through()
            self.adapter.last = None
            problem: PlatformError | None = None
            try:
                yield
            except PlatformError:
                raise
            except Exception as error:  # the three clients raise anything, AttributeError and TypeError included
                problem = self._known(error, writing)
                if problem is None:
                    raise
            self._learn(kind, problem)
            if problem is not None:
                raise problem

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Around all that belongs to sending, whatever it reads for it: where kinds are counted together, it goes on when reading
        rests."""
        with self._lock:
            self._speaking, before = True, self._speaking
            try:
                yield
            finally:
                self._speaking = before

    def _learn(self, kind: str, problem: PlatformError | None) -> None:
        """Keep what the newest answer tells of the windows."""
        if self.adapter.last is not None:
            self._shut |= self._told(kind, self.adapter.last)
            if (left := gauge.left(self.adapter.last)) is not None:
                self._left[kind] = left
        if isinstance(problem, RateLimited) and "window" not in problem.details:
            self._shut[kind if self._apart else EVERY] = problem.retry_at

    def _wait(self, kind: str) -> None:
        """RateLimited while a window of this kind of call is used up."""
        ends = {name: end for name in (kind, EVERY) if (end := self._shut.get(name)) is not None and end > now()}
        if ends:
            # while listening alone rests, what people wrote still leaves: the account itself is not limited
            alone = {"window": READ} if ends.keys() == {READ} else {}
            raise RateLimited(account=self.account, detail="window", retry_at=max(ends.values()), **alone)

    def heed(self, shut: Mapping[str, datetime]) -> None:
        """These windows are used up, as far as is known, and no others."""
        with self._lock:
            self._shut = dict(shut)

    def bill(self, things: Mapping[str, int] | None = None) -> Bill:
        """What was used since the last bill; `things` it cost are its client's to know."""
        with self._lock:
            reads, writes = self.adapter.reads, self.adapter.writes
            self.adapter.reads = self.adapter.writes = 0
            shut, left = {name: end for name, end in self._shut.items() if end > now()}, dict(self._left)
            self._left.clear()
            return Bill(reads, writes, things or {}, shut, left)

    def _known(self, error: Exception, writing: bool) -> PlatformError | None:
        answer = self.adapter.last
        for link in _chain(error):
            if isinstance(link, NotSent):
                return Unavailable(account=self.account, detail="not_sent")
        if answer is not None and _refused(answer):
            return self._explain(answer, writing, self.account)
        cut = answer is not None or any(isinstance(link, Cut) for link in _chain(error))
        if not cut:
            return None
        detail = f"http_{answer.status}" if answer else "cut"
        return self.unknown(detail, writing)

    def unknown(self, detail: str, writing: bool) -> PlatformError:
        """The error for an answer that can't be read: Uncertain for a write, Unavailable for a read."""
        kind = Uncertain if writing else Unavailable
        return kind(account=self.account, detail=detail)


def _refused(answer: Answer) -> bool:
    """Whether the platform named an error (Graph and the private API sometimes do so with status 200)."""
    if answer.status == 408:
        return False  # it gave up waiting for something: what became of the call nobody says
    if answer.status >= 400:
        return bool(answer.body) or answer.status in (401, 429)
    return bool(answer.body.get("error")) or answer.body.get("status") == "fail"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
