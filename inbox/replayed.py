"""What a replay found: how many items would be decided otherwise, and which (inbox.backtest)."""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from core.settings import settings
from inbox.rows import judged
from policies.clauses import Edition
from policies.masking import masked
from policies.verdict import Verdict

#: so much of a listed text is shown
LONGEST = 200

Moves = dict[str, int]


@dataclass(frozen=True, slots=True)
class Listed:
    """An item that would be decided otherwise. `was` and `becomes` are outcomes: allow, review, hide, automatic_hide.

    `text` is cut, its personal data masked; None for a direct message, which is nobody's to read here.
    """

    account: str
    native_id: str
    permalink: str
    said: datetime
    language: str
    kind: str
    was: str
    becomes: str
    old_clause: str
    new_clause: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Backtest:
    """The replay of `edition` over `items` stored items, each compared with what is stored of it.

    Moves are `was -> becomes` with how many; `clauses` has them by the clause that decides now (before, where none does any more),
    `languages` by the item's language, `complaints` those of complaints alone. `other_clause` counts items with the same outcome
    under another clause. `listed` has examples of every kind of move, the newest of each.
    """

    edition: str
    sha256: str
    items: int
    changed: int
    moves: Moves
    clauses: dict[str, Moves]
    languages: dict[str, Moves]
    complaints: Moves
    other_clause: int
    listed: tuple[Listed, ...]

    def plain(self) -> dict[str, Any]:
        """The same as JSON values (times are datetimes)."""
        return asdict(self)


@dataclass(slots=True)
class Found:
    """What was counted so far; of each move `limit` items are kept."""

    limit: int
    items: int = 0
    other_clause: int = 0
    moves: Counter[str] = field(default_factory=Counter)
    complaints: Counter[str] = field(default_factory=Counter)
    clauses: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    languages: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    kept: defaultdict[str, list[Listed]] = field(default_factory=lambda: defaultdict(list))

    def compare(self, row: Any, account: str, verdict: Verdict) -> None:
        """Count one item of `account`: `row` has what is stored of it (inbox.backtest), `verdict` is the new one."""
        self.items += 1
        now = judged(verdict, row.text, row.attachments)
        was, becomes = _outcome(row.action, alone=bool(row.alone)), _outcome(now["action"], alone=verdict.automatic)
        clause = now["clause"]
        if was == becomes:
            self.other_clause += was != "allow" and row.clause != clause
            return
        move = f"{was} -> {becomes}"
        self.moves[move] += 1
        self.clauses[clause or row.clause][move] += 1
        self.languages[row.language][move] += 1
        self.complaints[move] += row.kind == "complaint"
        if len(self.kept[move]) < self.limit:
            text = None if row.private else masked(row.text, settings().office_contacts)[:LONGEST]
            named = (account, row.native_id, row.permalink, row.created_at, row.language, row.kind)
            self.kept[move].append(Listed(*named, was, becomes, row.clause, clause, text))

    def told(self, edition: Edition) -> Backtest:
        """The result; of the items kept one of each move comes after the other, until `limit` are listed."""
        turns = [[kept[turn] for kept in self.kept.values() if turn < len(kept)] for turn in range(self.limit)]
        return Backtest(
            edition.ref,
            edition.sha256,
            self.items,
            self.moves.total(),
            dict(self.moves.most_common()),
            {name: dict(moves.most_common()) for name, moves in sorted(self.clauses.items())},
            {name: dict(moves.most_common()) for name, moves in sorted(self.languages.items())},
            dict((+self.complaints).most_common()),
            self.other_clause,
            tuple([listed for turn in turns for listed in turn][: self.limit]),
        )


def _outcome(action: str, *, alone: bool) -> str:
    return "automatic_hide" if action == "hide" and alone else action
