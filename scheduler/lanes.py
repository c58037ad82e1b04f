"""Threads for calls to platforms: at most one at a time for each key, so that a slow account holds up nobody but itself."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock

from core.log import logger

log = logger("scheduler")


class Lanes:
    """`start(key, work)` runs `work` in a thread unless `key` is busy. What `work` raises is logged; the lane is free again."""

    def __init__(self, name: str, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
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
