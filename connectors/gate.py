"""The gate before every write: whoever keeps the ledger may stop a call between two requests (crisis pause, a lost lease).

A connector shows nothing before its last write, so that one that was stopped has published nothing, however many steps it made.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Keeper = Callable[[], None]

_keeper: ContextVar[Keeper | None] = ContextVar("keeper", default=None)


@contextmanager
def guarded(keeper: Keeper) -> Iterator[None]:
    """Let `keeper` be asked before each write of this thread for the duration; what it raises ends the call unchanged."""
    before = _keeper.set(keeper)
    try:
        yield
    finally:
        _keeper.reset(before)


def pass_through() -> None:
    """Asked by a connector right before a write leaves; returns at once where nobody keeps the gate."""
    keeper = _keeper.get()
    if keeper is not None:
        keeper()
