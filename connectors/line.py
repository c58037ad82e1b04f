"""One account's line to its platform: a lock, a hardened adapter, and the translation of whatever a client raises."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from connectors.transport import Adapter, Answer, Cut, NotSent, Wire
from core.errors import PlatformError, Unavailable, Uncertain

Explain = Callable[[Answer, bool, str], PlatformError]


class Line:
    """One call at a time. `explain(answer, writing, account)` is the platform's table of errors (connectors/errors.py)."""

    def __init__(self, account: str, wire: Wire, secrets: Mapping[str, str], explain: Explain) -> None:
        self.account = account
        self.adapter = Adapter(wire, secrets.values())
        self._explain = explain
        self._lock = threading.RLock()

    @property
    def answer(self) -> Answer | None:
        """The newest answer, with its headers; None when the newest call had none."""
        return self.adapter.last

    @contextmanager
    def call(self, *, writing: bool = False) -> Iterator[None]:
        """Around one call of a client: any exception leaves as a PlatformError; only a write can be Uncertain.

        What was raised before anything was sent (a mistake of ours in building the call) is passed on unchanged.
        """
        with self._lock:
            self.adapter.last = None
            problem: PlatformError
            try:
                yield
                return
            except PlatformError:
                raise
            except Exception as error:  # the three clients raise anything, AttributeError and TypeError included
                known = self._known(error, writing)
                if known is None:
                    raise
                problem = known
            raise problem

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
