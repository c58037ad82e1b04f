"""`policy check`: light, no database. What needs one stands in console/policy.py."""

from pathlib import Path
from typing import Any

from core.errors import Invalid, MajlisError
from core.i18n import LANGS
from core.why import Why, of_system
from policies import edition as editions


def check(files: list[Path]) -> tuple[dict[str, Any], bool]:
    """Run the examples of `files` (the shipped editions when empty). Returns the report and whether one failed.

    An edition is `ok`, or what is wrong with it in both languages (`en` and `ar`: a line each, with its place in the file).
    """
    report: dict[str, Any] = {}
    for path in files or sorted(editions.SHIPPED.glob("*.toml")):
        try:
            editions.accept(text_of(path))
            report[str(path)] = "ok"
        except MajlisError as refused:
            report[str(path)] = {lang: refused.words(lang).splitlines() for lang in LANGS}
    return report, any(found != "ok" for found in report.values())


def spoken(report: dict[str, Any]) -> dict[str, str]:
    """The report of `check` as a person reads it: what is wrong line by line, in English and in Arabic."""
    return {path: found if found == "ok" else "\n".join((*found["en"], *found["ar"])) for path, found in report.items()}


def text_of(file: Path) -> str:
    """What stands in an edition's file; Invalid where it can't be read."""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise Invalid(field=str(file), why=of_system(e) if isinstance(e, OSError) else Why("not_utf8")) from e
