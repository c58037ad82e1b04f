"""Run every bench: `python -m bench [--quick] [NAME …]`. Each is a command of its own too: `python -m bench.ingest --help`."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
#: takes pictures, or is what another one measures beside its own
NOT_MEASURING = {"__init__", "__main__", "screenshots", "bare"}


def commands() -> list[str]:
    """Names of the benches: the modules here that have a `main`."""
    return sorted(p.stem for p in HERE.glob("*.py") if p.stem not in NOT_MEASURING and "def main(" in p.read_text("utf-8"))


def main() -> int:
    chosen = [a for a in sys.argv[1:] if not a.startswith("-")] or commands()
    options = [a for a in sys.argv[1:] if a.startswith("-")]
    failed = []
    for name in chosen:
        print(f"\n== bench/{name} {' '.join(options)}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}", *options], cwd=HERE.parent, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
