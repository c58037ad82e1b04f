"""`policy check`: light, no database. What needs one stands in console/policy.py."""

from pathlib import Path
from typing import Any

from policies import edition as editions


def check(files: list[Path]) -> tuple[dict[str, Any], bool]:
    """Run the examples of `files` (the shipped editions when empty). Returns the report and whether one failed.

    An edition is `ok`, or the list of what is wrong with it, each with its line.
    """
    report: dict[str, Any] = {}
    failed = False
    for path in files or sorted(editions.SHIPPED.glob("*.toml")):
        problems: list[str] = []
        try:
            editions.load(path)
        except editions.EditionRefused as e:
            problems = [problem.words("en") for problem in e.problems]
        except (OSError, UnicodeDecodeError) as e:
            problems = [f"{type(e).__name__}: {e}"]
        report[str(path)] = problems or "ok"
        failed = failed or bool(problems)
    return report, failed
