"""`manage.py triage` as it is called: start, one by one, in batch, memory. `python -m bench.triage [--quick]`.

One by one: a line is written, its answer is read, the next follows. In batch: a file is read to its end, the clock starting with
the first answer. Texts are those of bench/make_items and our own posts (bench/texts), mixed. Memory is the most that the
command's processes held together during the batch, what they share counted once. Exit 1 where an aim is missed.
"""

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench import texts
from bench.make_items import Voices
from bench.tables import table

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "manage.py", "triage"]
MANY, SOME = (60_000, 12_000), (12_000, 3_000)  # in batch, one by one
AIMS = {"one by one, a second": 2_000, "in batch, a second": 8_000, "p99 ms": 2.0, "memory MB": 300, "start s": 2.0}


def lines(count: int) -> list[bytes]:
    """`count` lines of the protocol: made-up voices, and every third one of our own posts."""
    voices = Voices(11)
    own = itertools.cycle(line["text"] for which in ("dev", "test") for line in texts.routing(which))
    said = (next(own) if number % 3 == 0 else voices.text() for number in range(count))
    return [json.dumps({"id": number, "text": text}, ensure_ascii=False).encode() + b"\n" for number, text in enumerate(said)]


@contextmanager
def watched(process: subprocess.Popen[bytes]) -> Iterator[list[int]]:
    """The most bytes that the process and its children held together, shared ones once; in a list of one.

    It looks four times a second: a look takes 8 ms, and one every 50 ms takes a sixth of a core from what is measured.
    """
    most, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.25):
            try:
                whole = psutil.Process(process.pid)
                most[0] = max(most[0], sum(one.memory_full_info().pss for one in (whole, *whole.children(recursive=True))))
            except psutil.Error:
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        done.set()
        watcher.join()


def one_by_one(given: list[bytes]) -> tuple[float, list[float]]:
    """Seconds from the call to the first answer, and seconds of each answer after it. Both pipes are buffered, as a caller's are:
    without that a line is read sign by sign, which takes longer than the pipe does."""
    called = time.perf_counter()
    with subprocess.Popen(COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        took, first = [], 0.0
        for line in given:
            before = time.perf_counter()
            process.stdin.write(line)
            process.stdin.flush()
            process.stdout.readline()
            took.append(time.perf_counter() - before)
            first = first or time.perf_counter() - called
        process.stdin.close()
    assert process.returncode == 0
    return first, took[1:]


def in_batch(given: list[bytes]) -> tuple[float, int]:
    """Lines a second after the first answer, and bytes held at most."""
    with tempfile.TemporaryFile() as file:
        file.writelines(given)
        file.seek(0)
        with subprocess.Popen(COMMAND, cwd=ROOT, stdin=file, stdout=subprocess.PIPE) as process, watched(process) as most:
            assert process.stdout
            process.stdout.readline()
            start = time.perf_counter()
            answered = sum(1 for _ in process.stdout)
            took = time.perf_counter() - start
        assert process.returncode == 0
    assert answered == len(given) - 1, "lines were lost"
    return answered / took, most[0]


def main() -> int:
    """Measure, print, compare with the aims."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="a fifth of the texts")
    quick = options.parse_args().quick
    many, some = SOME if quick else MANY
    given = lines(many)
    start, took = one_by_one(given[:some])
    rate, held = in_batch(given)
    percentiles = statistics.quantiles(took, n=100)
    found = {
        "start s": start,
        "one by one, a second": len(took) / sum(took),
        "p50 ms": percentiles[49] * 1000,
        "p99 ms": percentiles[98] * 1000,
        "in batch, a second": rate,
        "memory MB": held / 1e6,
    }
    rows = [[name, f"{value:,.2f}", f"{AIMS[name]:,}" if name in AIMS else ""] for name, value in found.items()]
    table("manage.py triage", ["what", "measured", "aim"], rows)
    missed = [name for name, aim in AIMS.items() if (found[name] < aim if name.endswith("a second") else found[name] > aim)]
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nevery aim is reached")
    return bool(missed)


if __name__ == "__main__":
    raise SystemExit(main())
