"""`manage.py` in a process of its own, its clock ahead of the machine's by the seconds of the first argument.

Rate windows last minutes; nobody waits for them in a test. The sandbox's clock is put forward by as much.
"""

import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import manage
from core import clock

if __name__ == "__main__":
    ahead = timedelta(seconds=float(sys.argv.pop(1)))
    with clock.running(lambda: clock._system() + ahead):
        manage.run()
