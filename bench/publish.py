"""Publishing under fire, and how late it is: `python -m bench.publish [--full | --quick] [--only PART] [--store NAME] [--seed N]`.

`storm`: crashes and faults against the outbox over the simulated platforms, judged by what stands there afterwards (bench/storm);
10,000 with `--full`, 1,000 without, 200 with `--quick`. It fails when anything stands there twice, is lost or stuck, or was of
unknown outcome for longer than its deadline. `rates`: the ledger beside a bare UPDATE, and claims by several workers. `lateness`:
a thousand posts due in one second, beside APScheduler and procrastinate in the same run. `overdue`: a restart with a thousand
overdue posts. `idle`: what a hundred thousand scheduled posts cost a worker with nothing to do.
"""

import argparse
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.punctual.idle import idle
from bench.punctual.lateness import lateness
from bench.punctual.overdue import overdue
from bench.punctual.rates import claims, rates
from bench.stores import STORES
from bench.storm.whole import RANDOM_POSTS, storm
from core.log import set_up
from core.settings import Settings, load

#: crashes and faults, posts killed at random, rows of a measurement, rounds, planned posts
SIZES: Mapping[str, tuple[int, int, int, int, int]] = {
    "full": (10_500, RANDOM_POSTS, 1000, 3, 100_000),
    "": (1000, 60, 1000, 3, 100_000),
    "quick": (200, 0, 100, 1, 10_000),
}
Measure = Callable[[str, Settings, Path], None]


def measures(size: str) -> dict[str, Sequence[Measure]]:
    _, _, count, rounds, planned = SIZES[size]
    return {
        "rates": (
            lambda store, settings, _: rates(store, count, settings),
            lambda store, settings, _: claims(store, 10 * count, settings),
        ),
        "lateness": (lambda store, settings, _: lateness(store, count, settings, rounds),),
        "overdue": (lambda store, settings, _: overdue(store, count, settings),),
        "idle": (lambda store, _, folder: idle(store, planned, folder),),
    }


def main() -> int:
    """Storm and measure; 1 when the storm found anything wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="10,000 crashes and faults")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, or less")
    parser.add_argument("--only", choices=("storm", *measures("")), help="only this part")
    parser.add_argument("--store", choices=STORES, help="only this database")
    parser.add_argument("--seed", type=int, default=20261124, help="another storm")
    given = parser.parse_args()
    set_up("error")
    logging.disable(logging.CRITICAL)  # every fault would be told
    size = "full" if given.full else "quick" if given.quick else ""
    stores = [store for store in STORES if given.store in (None, store)]
    strikes, posts, *_ = SIZES[size]
    clean = True
    if given.only in (None, "storm"):
        clean = storm(stores, given.seed, strikes, posts).clean
    with TemporaryDirectory(prefix="majlis-bench-var-") as folder:
        settings = load(MAJLIS_VAR_DIR=folder, MAJLIS_LEASE_S="3600")  # no lease ends while ten thousand claims are measured
        for name, parts in measures(size).items():
            for store in stores if given.only in (None, name) else ():
                for measure in parts:
                    measure(store, settings, Path(folder))
    return 0 if clean else 1


if __name__ == "__main__":
    raise SystemExit(main())
