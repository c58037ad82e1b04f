"""Letting blows fall: product code knows nothing of it, its functions are wrapped from outside while a storm lasts.

A crash is a BaseException raised at the point: no `except Exception` of ours or of a client sees it, transactions roll back, and
what the same worker still does in other threads is stopped at its next step to the database; `bench.storm.child` turns it into a
real SIGKILL. Each wrapper asks what the delivery at hand still has before it, and notes what really struck.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.storm.blows import BEFORE_CLAIM, Blow, Doom, order
from connectors.transport import Adapter
from outbox import attempt, reconcile, send, settle, wave
from outbox.memory import Memory


class Crash(BaseException):
    """The worker is dead at this very point."""


class Platforms(Protocol):
    """How the storm orders a fault for the very next request, and takes it back when it did not strike."""

    def arm(self, order: dict[str, Any]) -> object: ...

    def disarm(self, armed: object) -> bool:
        """True when it struck."""
        ...


def crash() -> None:
    """Die in the way of this process."""
    raise Crash


class Here(threading.local):
    """What this thread is asking a platform about: the delivery, sending or looking, by whom, and how many requests went out."""

    delivery: int = 0
    looking: bool = False
    worker: str = ""
    requests: int = 0


@dataclass
class Injector:
    """`dooms` by delivery id. `die` ends the worker; `passing` is told of every request (it moves the clock); `jump` of a jump."""

    dooms: dict[int, Doom]
    platforms: Platforms
    passing: Callable[[], None] = lambda: None
    jump: Callable[[int], None] = lambda seconds: None
    die: Callable[[], None] = crash
    note: Callable[[int, bool, str], None] = lambda delivery, looking, what: None
    slow_s: float = 0.8
    #: so many workers die before they claim anything
    before_claim: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    #: the most calls that one wave began together
    widest: int = 0
    dead: set[str] = field(default_factory=set)
    here: Here = field(default_factory=Here)
    lock: threading.Lock = field(default_factory=threading.Lock)
    wires: threading.Lock = field(default_factory=threading.Lock)
    killing: threading.Lock = field(default_factory=threading.Lock)
    _met: dict[tuple[int, bool], Blow] = field(default_factory=dict)

    # -- what is before a delivery --------------------------------------------------------------------------------

    def blow(self, delivery: int, *, looking: bool) -> Blow | None:
        doom = self.dooms.get(delivery)
        waiting = (doom.looks if looking else doom.sends) if doom else []
        return waiting[0] if waiting else None

    def meet(self, delivery: int, *, looking: bool) -> None:
        """From here on the delivery has met its blow: it does not come again once this try or look is over."""
        if blow := self.blow(delivery, looking=looking):
            self._met[delivery, looking] = blow

    def over(self, delivery: int, *, looking: bool) -> None:
        met = self._met.pop((delivery, looking), None)
        if met is not None and self.blow(delivery, looking=looking) is met:
            self._use(delivery, looking)

    def _use(self, delivery: int, looking: bool) -> None:
        doom = self.dooms[delivery]
        (doom.looks if looking else doom.sends).pop(0)
        self.note(delivery, looking, "used")

    def fell(self, what: str) -> None:
        with self.lock:
            self.struck[what] += 1
        self.note(0, False, what)

    def at(self, point: str, worker: str, *deliveries: int, looking: bool = False) -> None:
        """Die here if that is what is before one of these deliveries."""
        self.alive(worker)
        for delivery in deliveries:
            blow = self.blow(delivery, looking=looking)
            if blow is not None and blow.at == point:
                with self.killing:
                    self.alive(worker)  # another thread of it may have met its blow a moment before: nobody dies twice
                    self._use(delivery, looking)
                    self._kill(point, worker)

    def alive(self, worker: str) -> None:
        """What another thread of a dead worker was about to do is not done."""
        if worker in self.dead:
            raise Crash

    def _kill(self, what: str, worker: str) -> None:
        self.fell(f"killed {what}")
        self.dead.add(worker)
        self.die()

    # -- the wrapped functions ------------------------------------------------------------------------------------

    def _unborn(self, worker: str) -> None:
        with self.lock:
            dies, self.before_claim = self.before_claim > 0, max(self.before_claim - 1, 0)
        if dies:
            self._kill(BEFORE_CLAIM, worker)

    def take(self, original: Callable[..., Any], db: Any, worker: str, *args: Any) -> Any:
        self._unborn(worker)
        found = original(db, worker, *args)
        self.at("after_claim", worker, *([] if found is None else [found]))
        return found

    def begin_these(
        self, original: Callable[..., Any], session: Any, deliveries: Any, worker: str, *args: Any, **named: Any
    ) -> Any:
        tickets = original(session, deliveries, worker, *args, **named)
        self.at("in_attempt", worker, *(ticket.delivery_id for ticket in tickets))
        return tickets

    def begin(self, original: Callable[..., Any], db: Any, delivery: int, worker: str, *args: Any) -> Any:
        ticket = original(db, delivery, worker, *args)
        self.at("after_attempt", worker, *([] if ticket is None else [delivery]))
        return ticket

    def begin_wave(self, original: Callable[..., Any], lane: wave.Lane, *args: Any) -> Any:
        self._unborn(lane._worker)
        found, tickets = original(lane, *args)
        self.widest = max(self.widest, len(tickets))
        self.at("after_attempt", lane._worker, *(ticket.delivery_id for ticket in tickets))
        return found, tickets

    def call(self, original: Callable[..., Any], db: Any, connector: Any, ticket: Any, worker: str, *args: Any) -> Any:
        here = self.here
        here.delivery, here.looking, here.worker, here.requests = ticket.delivery_id, False, worker, 0
        self.meet(ticket.delivery_id, looking=False)
        try:
            return original(db, connector, ticket, worker, *args)
        finally:
            here.delivery = 0

    def keep(self, original: Callable[..., Any], memory: Memory, *args: Any) -> None:
        self.alive(memory._worker)
        original(memory, *args)
        self.at("step_kept", memory._worker, memory._id)

    def record_one(self, original: Callable[..., Any], session: Any, ticket: Any, worker: str, *args: Any) -> Any:
        done = original(session, ticket, worker, *args)
        self.at("in_commit", worker, ticket.delivery_id)
        return done

    def record(self, original: Callable[..., Any], db: Any, ticket: Any, worker: str, *args: Any) -> Any:
        return self._recorded(worker, [ticket.delivery_id], lambda: original(db, ticket, worker, *args))

    def record_all(self, original: Callable[..., Any], db: Any, told: Any, worker: str, *args: Any) -> Any:
        return self._recorded(worker, [ticket.delivery_id for ticket, *_ in told], lambda: original(db, told, worker, *args))

    def _recorded(self, worker: str, deliveries: list[int], original: Callable[[], Any]) -> Any:
        self.at("before_commit", worker, *deliveries)
        done = original()
        self.at("after_commit", worker, *deliveries)
        for delivery in deliveries:
            self.over(delivery, looking=False)
        return done

    def settle(self, original: Callable[..., Any], db: Any, connect: Any, worker: str, delivery: int, settings: Any) -> None:
        self.at("look_claimed", worker, delivery, looking=True)
        here = self.here
        here.delivery, here.looking, here.worker, here.requests = delivery, True, worker, 0
        self.meet(delivery, looking=True)
        try:
            original(db, connect, worker, delivery, settings)
        finally:
            here.delivery = 0
        self.at("look_kept", worker, delivery, looking=True)
        self.over(delivery, looking=True)

    def seen(self, original: Callable[..., Any], *args: Any) -> None:
        self.at("look_seen", self.here.worker, self.here.delivery, looking=True)
        original(*args)

    def wire(self, original: Callable[..., Any], adapter: Adapter, request: Any, *args: Any, **more: Any) -> Any:
        """One request at a time, as the platforms answer them too: a fault strikes the one it was ordered for."""
        with self.wires:
            return self._wire(original, adapter, request, *args, **more)

    def _wire(self, original: Callable[..., Any], adapter: Adapter, request: Any, *args: Any, **more: Any) -> Any:
        self.passing()
        here = self.here
        counts = bool(here.delivery) and (here.looking or request.method not in ("GET", "HEAD"))
        number, here.requests = here.requests, here.requests + int(counts)
        blow = self.blow(here.delivery, looking=here.looking) if counts else None
        if blow is None or number != blow.nth:
            return original(adapter, request, *args, **more)
        if blow.jump_s and number == blow.nth:
            self.fell("clock jumped")
            self.jump(blow.jump_s)
        self.at("before_wire", here.worker, here.delivery, looking=here.looking)
        armed = self._arm(blow, request)
        try:
            return original(adapter, request, *args, **more)
        finally:
            if armed is not None and self.platforms.disarm(armed):
                self.fell(f"fault {blow.fault}")
            self.at("at_wire", here.worker, here.delivery, looking=here.looking)

    def _arm(self, blow: Blow, request: Any) -> object | None:
        if not blow.fault:
            return None
        family = "x" if "twitter" in request.url or "x.com" in request.url else "graph"
        return self.platforms.arm(order(blow.fault, family, slow_s=self.slow_s))


#: (where, name, the wrapper)
WRAPPED: tuple[tuple[Any, str, str], ...] = (
    (send, "take", "take"),
    (send, "begin", "begin"),
    (wave.Lane, "_begin", "begin_wave"),
    (attempt, "begin_these", "begin_these"),
    (wave, "begin_these", "begin_these"),
    (send, "call", "call"),
    (wave, "call", "call"),
    (send, "record", "record"),
    (wave, "record_all", "record_all"),
    (attempt, "_record", "record_one"),
    (Memory, "keep", "keep"),
    (reconcile, "settle", "settle"),
    (settle, "_seen", "seen"),
    (Adapter, "send", "wire"),
)


@contextmanager
def striking(injector: Injector) -> Iterator[None]:
    """Wrap the functions for the duration."""
    before = [(where, name, getattr(where, name)) for where, name, _ in WRAPPED]
    for (where, name, original), (_, _, wrapper) in zip(before, WRAPPED, strict=True):
        setattr(where, name, _wrapped(getattr(injector, wrapper), original))
    try:
        yield
    finally:
        for where, name, original in before:
            setattr(where, name, original)


def _wrapped(wrapper: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    def called(*args: Any, **more: Any) -> Any:
        return wrapper(original, *args, **more)

    return called
