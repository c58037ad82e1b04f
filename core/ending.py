"""Being told to end: SIGTERM and SIGINT set an event, whichever thread the system tells of them and whatever the main one does."""

import os
import signal
from threading import Event, Thread

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def set_on_signal(stopping: Event) -> None:
    """Have SIGTERM and SIGINT set `stopping`; to be called in the main thread, once a process.

    Python runs its own handlers in the main thread alone, when that gets on with its work: a main thread that waits for a lock need
    not hear of a signal for as long as it waits, and a handler that sets the very event it waits for can wait for itself. So what
    the system's handler writes is heard by a thread.
    """
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for number in SIGNALS:
        signal.signal(number, _heard_elsewhere)
    Thread(target=_hear, args=(told, stopping), name="ending", daemon=True).start()


def _heard_elsewhere(*_: object) -> None:
    pass


def _hear(told: int, stopping: Event) -> None:
    while os.read(told, 1)[0] not in SIGNALS:
        continue
    stopping.set()
