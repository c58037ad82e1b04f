"""Being told to end: whichever thread of a process the system tells, it ends."""

import signal
import subprocess
import sys

import pytest

from core.ending import SIGNALS
from tests.conftest import ROOT

#: its main thread waits for a lock that is never free, and another one is told
TOLD_ELSEWHERE = """
import os, signal, sys, threading
from core.ending import set_on_signal

def wait(never):
    never.acquire()

def elsewhere(main, stopping):
    waiting = wait.__code__
    while (now := sys._current_frames()[main]).f_code is not waiting or now.f_lineno == waiting.co_firstlineno:
        pass
    signal.pthread_kill(threading.get_ident(), int(sys.argv[1]))
    os._exit(0 if stopping.wait(10) else 1)

stopping, never = threading.Event(), threading.Lock()
set_on_signal(stopping)
threading.Thread(target=elsewhere, args=(threading.get_ident(), stopping), daemon=True).start()
never.acquire()
wait(never)
"""


@pytest.mark.parametrize("number", SIGNALS)
def test_it_ends_although_its_main_thread_waits_and_another_was_told(number: signal.Signals) -> None:
    ended = subprocess.run([sys.executable, "-c", TOLD_ELSEWHERE, str(int(number))], cwd=ROOT, timeout=60, check=False)
    assert ended.returncode == 0
