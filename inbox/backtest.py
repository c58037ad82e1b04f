"""What an edition would have said of what the public said already: replayed before anybody activates it. Nothing is written."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import col

from core.actors import Actor
from core.clock import now
from core.db import Database
from core.models import Account
from core.settings import settings
from inbox.index import ITEMS
from inbox.rows import judged
from policies.clauses import Edition
from policies.judge import judge_many
from policies.masking import masked
from policies.verdict import Context

AT_ONCE = 500
#: so much of a listed text is shown
LONGEST = 200

Moves = dict[str, int]
Tell = Callable[[int, int], None]


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


def backtest(
    db: Database,
    actor: Actor,
    edition: Edition,
    *,
    days: int | None = None,
    account_id: int | None = None,
    limit: int = 20,
    tell: Tell = lambda _done, _all: None,
) -> Backtest:
    """Judge by `edition` all that the public said (in the last `days`, on one account, where given); at most `limit` are listed.

    Memory stays constant however much is stored, and no transaction stays open while texts are judged. `tell(done, all)` is called
    after every page.
    """
    actor.require("policy.propose")
    where = _scope(days, account_id)
    with db.read() as session:
        count = session.connection().execute(select(func.count()).select_from(ITEMS).where(*where)).scalar_one()
        accounts = {a.id: a.key for a in session.execute(select(Account).order_by(col(Account.id))).scalars()}
    found, detector = _Found(limit), settings().language_detector
    for rows in _pages(db, where):
        contexts = [Context(row.platform, None if row.language == "und" else row.language) for row in rows]
        texts = (row.text for row in rows)
        verdicts = judge_many(texts, edition=edition, contexts=contexts, detector=detector, explain=False)
        for row, verdict in zip(rows, verdicts, strict=True):
            said = judged(verdict)
            found.compare(row, accounts[row.account_id], _outcome(verdict.action, alone=verdict.automatic), said["clause"])
        tell(found.items, count)
    return found.told(edition)


def _outcome(action: str, *, alone: bool) -> str:
    return "automatic_hide" if action == "hide" and alone else action


def _scope(days: int | None, account_id: int | None) -> list[ColumnElement[bool]]:
    where = [ITEMS.c.own.is_(False), ITEMS.c.edition != ""]
    if days is not None:
        where.append(ITEMS.c.said >= int((now() - timedelta(days=days)).timestamp() * 1000))
    if account_id is not None:
        where.append(ITEMS.c.account_id == account_id)
    return where


def _pages(db: Database, where: Sequence[ColumnElement[bool]]) -> Iterator[Sequence[Any]]:
    """The items, newest first, in pages of AT_ONCE; each page is a transaction of its own."""
    c = ITEMS.c
    columns = (
        c.id, c.account_id, c.platform, c.native_id, c.permalink, c.created_at, c.said, c.private, c.language, c.kind, c.action,
        c.clause, c.text, c.verdict["automatic"].as_boolean().label("alone"),
    )  # fmt: skip
    place: list[ColumnElement[bool]] = []
    while True:
        step = select(*columns).where(*where, *place).order_by(c.said.desc(), c.id.desc()).limit(AT_ONCE)
        with db.read() as session:
            rows = session.connection().execute(step).all()
        if not rows:
            return
        yield rows
        place = [c.said <= rows[-1].said, or_(c.said < rows[-1].said, c.id < rows[-1].id)]


@dataclass(slots=True)
class _Found:
    """What was counted so far; of each move `limit` items are kept."""

    limit: int
    items: int = 0
    other_clause: int = 0
    moves: Counter[str] = field(default_factory=Counter)
    complaints: Counter[str] = field(default_factory=Counter)
    clauses: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    languages: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    kept: defaultdict[str, list[Listed]] = field(default_factory=lambda: defaultdict(list))

    def compare(self, row: Any, account: str, becomes: str, clause: str) -> None:
        """Count one item, whose stored verdict is in `row`."""
        self.items += 1
        was = _outcome(row.action, alone=bool(row.alone))
        if was == becomes:
            self.other_clause += was != "allow" and row.clause != clause
            return
        move = f"{was} -> {becomes}"
        self.moves[move] += 1
        self.clauses[clause or row.clause][move] += 1
        self.languages[row.language][move] += 1
        self.complaints[move] += row.kind == "complaint"
        if len(self.kept[move]) < self.limit:
            text = None if row.private else masked(row.text)[:LONGEST]
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
