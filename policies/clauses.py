"""An edition and its clauses as frozen data: what a policy owner writes and everybody else only reads."""

from dataclasses import dataclass
from datetime import date

from core.i18n import Lang
from policies.verdict import Action


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    ar: str
    en: str

    def __call__(self, lang: Lang) -> str:
        return self.ar if lang == "ar" else self.en


@dataclass(frozen=True, slots=True)
class Legal:
    """Advisory only: the law a clause leans on, as its `source` stated it when `checked`. Nothing is referred to anybody.

    `doubtful` means that the article or the law itself was not confirmed; a screen must say so.
    """

    law: Words
    year: int
    article: str
    source: str
    checked: date
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a clause, as written. `score` 0…1; see policies/terms.py for how it is matched."""

    text: str
    language: str
    score: float


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment of the ministry or a right of the public."""

    id: str
    text: Words


#: The heads of policies/heads that may speak for a clause: what insults somebody, and what else breaks a rule.
SPEAKING = (
    "offence", "state_security", "incitement", "defamation", "privacy", "religion", "national_symbols", "confidential", "illegal",
    "spam",
)  # fmt: skip
#: All heads with one answer, how likely it is: that a text breaks a rule in this way, and that it can't wait.
CHANCES = (*SPEAKING, "urgent")


@dataclass(frozen=True, slots=True)
class Model:
    """A head (of SPEAKING) that speaks for a clause: from the chance `review` on it asks for a look, never for more.

    From `automatic` on it is the second key of what may act alone; without that it never is. Where a text names those of whom the
    clause's `named` speaks, it asks from the chance `named` on.
    """

    head: str
    review: float
    automatic: float | None
    named: float | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that may not be said. From `threshold` on a finding proposes `action`, below it review (never more).

    `rules` names the rules of policies/rules.py that speak for this clause beside its own terms and patterns. `automatic` lets it
    act alone where two keys turn: one of its own words or patterns and its `model`, or a number whose checksum holds. `named` are
    the groups of people whom the model is to mind.
    """

    id: str
    text: Words
    severity: int
    action: Action
    automatic: bool
    threshold: float
    notice: Words
    legal: Legal | None
    terms: tuple[Term, ...]
    patterns: tuple[str, ...]
    allow: tuple[str, ...]
    rules: tuple[str, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    model: Model | None = None
    named: tuple[Term, ...] = ()


#: what a case can be classed as
GRADES = ("ordinary", "urgent", "confidential")


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Answers to which another person must say yes before they leave: to what is flagged under one of `clauses`, to what is said in
    a case of one of `grades`, to what is of one of `kinds`. Empty: none."""

    clauses: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """A dated policy. `canonical` is its whole content as sorted JSON and `sha256` the hash of that in hexadecimal.

    `backdated`: it may be put in force after its own day.
    """

    policy: str
    edition: str
    title: Words
    effective_from: date
    source: str
    preamble: Words
    disclaimer: Words
    clauses: tuple[Clause, ...]
    commitments: tuple[Promise, ...]
    rights: tuple[Promise, ...]
    canonical: str
    sha256: str
    backdated: bool = False
    second_look: SecondLook = SecondLook()

    @property
    def ref(self) -> str:
        """`policy@edition`, as decisions, notices and exports carry it."""
        return f"{self.policy}@{self.edition}"

    def clause(self, id: str) -> Clause:
        """The clause of that id; KeyError where the edition has none."""
        for clause in self.clauses:
            if clause.id == id:
                return clause
        raise KeyError(id)

    def clause_ref(self, id: str) -> str:
        """`policy@edition#clause`."""
        return f"{self.ref}#{self.clause(id).id}"
