"""Threads for what takes long: at most one work at a time for each key, so that a slow account holds up nobody but itself."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from threading import Lock

from core.log import logger

log = logger("scheduler")


class Lanes:
    """`start(key, work)` runs `work` in a thread unless `key` is busy. What `work` raises is logged; the lane is free again."""

    def __init__(self, name: str, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._threads = threads
        self._busy: dict[int, Future[None]] = {}
        self._lock = Lock()
        self._closed = False
        self._name = name

    def start(self, key: int, work: Callable[[], object]) -> Future[None] | None:
        """What tells when it has ended; None when the lane is busy or all are closed."""
        with self._lock:
            if self._closed:
                return None
            running = self._busy.get(key)
            if running is not None and not running.done():
                return None
            begun = self._busy[key] = self._pool.submit(self._run, work)
            return begun

    def full(self) -> bool:
        """True while every thread is taken: what else there is waits for one of them."""
        with self._lock:
            return sum(not work.done() for work in self._busy.values()) >= self._threads

    def _run(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            log.exception("lane_failed", job=self._name)

    def close(self, within_s: float) -> bool:
        """Take no more work and wait for what is running; False when something still runs after `within_s` seconds."""
        with self._lock:
            self._closed = True
            running = [work for work in self._busy.values() if not work.cancel()]  # what has not begun never will
        self._pool.shutdown(wait=False, cancel_futures=True)
        return not wait(running, timeout=within_s).not_done


class Seats:
    """A few threads for each key, which stay: what a thread opened for its account serves the next call too."""

    def __init__(self, name: str, each: int) -> None:
        self._name, self._each, self._lock = name, each, Lock()
        self._pools: dict[int, ThreadPoolExecutor] = {}

    def of(self, key: int) -> Executor:
        """The threads of this key."""
        with self._lock:
            pool = self._pools.get(key)
            if pool is None:
                pool = self._pools[key] = ThreadPoolExecutor(self._each, thread_name_prefix=f"{self._name}-{key}")
            return pool

    def close(self, within_s: float) -> bool:
        """Take no more work; what runs is waited for by whoever gave it. Always True."""
        for pool in self._pools.values():
            pool.shutdown(wait=False)
        return True
