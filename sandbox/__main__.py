"""python -m sandbox --port 8099 [--seed FILE.json] [--citizens]"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sandbox import seed, server


def main() -> None:
    parser = argparse.ArgumentParser(prog="sandbox", description="The three platforms, simulated on loopback.")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--host", default=server.LOOPBACK, help="a loopback address")
    parser.add_argument("--seed", type=Path, help="a dumped state to start from (GET /__sandbox/state)")
    parser.add_argument("--bare", action="store_true", help="start with nothing said")
    parser.add_argument("--citizens", action="store_true", help="citizens act while you watch")
    parser.add_argument("--every", type=float, default=4.0, metavar="SECONDS", help="how often a citizen acts")
    given = parser.parse_args()
    world = seed.bare() if given.bare or given.seed else None
    if given.seed and world:
        world.load(json.loads(given.seed.read_text(encoding="utf-8")))
    try:
        server.run(given.port, host=given.host, world=world, citizens=given.citizens, every_s=given.every)
    except (ValueError, OSError) as problem:
        parser.error(str(problem))


if __name__ == "__main__":
    main()
