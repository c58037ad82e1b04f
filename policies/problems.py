"""What can be wrong with an edition, in words for the person who writes it."""

from dataclasses import dataclass

from core.errors import MajlisError
from core.i18n import Lang, t


@dataclass(frozen=True, slots=True)
class Problem:
    """`clause` (or "" for the edition itself), a `code` (words: `problem.<code>`) and the example, key or value meant."""

    clause: str
    code: str
    text: str

    def words(self, lang: Lang) -> str:
        """One sentence that names the clause and what to correct."""
        return t(f"problem.{self.code}", lang, clause=self.clause or "–", text=self.text)


class EditionRefused(MajlisError):
    """An edition that can't be read or fails its own examples. `edition` names it; `problems` holds every fault found."""

    code = "edition_refused"

    def __init__(self, *, edition: str, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(edition=edition)

    def words(self, lang: Lang) -> str:
        """The refusal, then every problem on its own line."""
        return "\n".join([super().words(lang), *(problem.words(lang) for problem in self.problems)])
