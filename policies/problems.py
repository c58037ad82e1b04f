"""What can be wrong with an edition, in words for the person who writes it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.errors import MajlisError
from core.i18n import Lang, t


@dataclass(frozen=True, slots=True)
class Problem:
    """`clause` (or "" for the edition itself), a `code` (words: `problem.<code>`) and the example, key or value meant.

    `why` is what the machine that read it says. `line` of the file it was read from is counted from 1; 0 where there is no file or
    the place can't be told.
    """

    clause: str
    code: str
    text: str
    why: str = ""
    line: int = 0

    def words(self, lang: Lang) -> str:
        """One sentence that names the line, the clause and what to correct."""
        said = t(f"problem.{self.code}", lang, clause=self.clause or "–", text=": ".join(filter(None, (self.text, self.why))))
        return t("problem_at", lang, line=self.line, problem=said) if self.line else said


def located(problems: Iterable[Problem], source: str) -> list[Problem]:
    """The problems with their line in `source`, the TOML text of the edition."""
    lines = source.splitlines()
    return [replace(problem, line=_line(problem, lines)) for problem in problems]


def _line(problem: Problem, lines: list[str]) -> int:
    if problem.code == "not_toml":
        place = re.search(r"at line (\d+)", problem.why)
        return int(place[1]) if place else len(lines)
    head = re.compile(rf"""\s*id\s*=\s*["']{re.escape(problem.clause)}["']""")
    begins = next((number for number, line in enumerate(lines) if problem.clause and head.match(line)), -1)
    for number, line in enumerate(lines[max(0, begins) :], start=max(0, begins) + 1):
        if problem.text and problem.text in line:
            return number
    return begins + 1


class EditionRefused(MajlisError):
    """An edition that can't be read or fails its own examples. `edition` names it; `problems` holds every fault found."""

    code = "edition_refused"

    def __init__(self, *, edition: str, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(edition=edition)

    def words(self, lang: Lang) -> str:
        """The refusal, then every problem on its own line."""
        return "\n".join([super().words(lang), *(problem.words(lang) for problem in self.problems)])
