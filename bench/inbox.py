"""Pages of the inbox and searches, in the service layer, at a million items. `python -m bench.inbox [--quick]`.

Every value of every filter and every saved view is asked for, its first page and pages deep down by their keys; then combinations
of two to four filters drawn at random, some within dates; then searches. The baseline of the same run is the page a naive list
would show: `ORDER BY said DESC LIMIT 50` without any filter, and the same by OFFSET in the middle.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from bench.make_items import CLAUSES, LANGUAGES, PLATFORMS, STAFF, START, Voices, connect, fill, settle
from bench.marks import TAGS, mark
from bench.stores import STORES, opened
from bench.tables import table
from core.actors import Actor
from core.db import Database
from inbox import presence, seen, tagging
from inbox.models import Item
from inbox.person import earlier
from inbox.pressing import DUE
from inbox.search import Filter, Key, page
from inbox.views import VIEWS
from policies.verdict import ACTIONS, KINDS, SENTIMENTS, TOPICS

MANY, SOME = 1_000_000, 100_000
AIM_MS = {"sqlite": 5.0, "postgresql": 15.0}
TOGETHER_MS, SEARCH_MS = 100.0, 10.0
SEARCHES: dict[str, tuple[str, ...]] = {
    "common word": ("الراتب", "شكرا", "العمل", "التطبيق"),
    "mid word": (),
    "rare word": (),
    "two words": ("تصريح العمل", "مركز الاتصال", "نهاية الخدمة"),
    "absent word": ("قسطنطينية", "zyzzyva", "حوقلة"),
}
#: ranks of the made-up words that stand for mid and rare (see make_items: Zipf's law over 3,500 words)
RANKS = {"mid word": range(40, 60), "rare word": range(3300, 3320)}

Timed = tuple[str, list[float]]


def single(accounts: Sequence[int]) -> Iterator[tuple[str, Filter]]:
    """(what it asks for, filter) for every view and every value of every filter alone."""
    for view in VIEWS:
        mine: dict[str, Any] = {"mine": {"assignee_id": 7}, "mentions": {"named_id": 7}}.get(view, {})
        yield f"view {view}", Filter(view=view, **mine)
    values: dict[str, Sequence[Any]] = {
        "platform": [name for name, _, _ in PLATFORMS],
        "account_id": accounts,
        "kind": KINDS,
        "topic": TOPICS,
        "language": sorted({*LANGUAGES, "fr"}),
        "clause": (*CLAUSES, "state_security"),
        "action": ACTIONS,
        "sentiment": SENTIMENTS,
        "state": ("open", "answered", "closed", "none"),
        "surface": ("comment", "reply", "quote", "direct"),
        "assignee_id": range(1, STAFF + 1),
        "assigned": (True, False),
        "due": DUE,
        "tag": tuple(TAGS),
        "named_id": (3, 7),
        "private": (True, False),
        "hidden": (True, False),
        "own": (True, False),
    }
    assert {f.name for f in fields(Filter)} == {*values, "view", "text", "since", "until"}, "a filter is not measured"
    for name, known in values.items():
        for value in known:
            yield f"{name} {value}", Filter(**{name: value})


def together(accounts: Sequence[int], chance: random.Random, count: int) -> Iterator[Filter]:
    """Combinations of two to four filters, a third of them within a month."""
    alone = [given for _, given in single(accounts)]
    for _ in range(count):
        made = chance.choice(alone)
        for other in chance.sample(alone, chance.randint(1, 3)):
            made = replace(made, **{f.name: getattr(other, f.name) for f in fields(Filter) if getattr(other, f.name) != f.default})
        if chance.random() < 0.33:
            since = START + timedelta(days=chance.randrange(970))
            made = replace(made, since=since, until=since + timedelta(days=30))
        yield made


def timed(call: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def walk(db: Database, given: Filter, times: int, deep: Sequence[Key]) -> list[float]:
    """Milliseconds of the first page, again and again, and of pages far down; each in a session of its own as a request has it."""
    found: list[float] = []
    for after in [*[None] * times, *deep]:
        with db.read() as session:
            found.append(timed(lambda session=session, after=after: page(session, given, after)))  # type: ignore[misc]  # bound now
    return found


def places(db: Database, chance: random.Random, count: int, total: int) -> list[Key]:
    """Keys of items anywhere."""
    with db.read() as session:
        ids = [chance.randint(1, total) for _ in range(count)]
        rows = session.exec(select(Item.said, Item.id).where(col(Item.id).in_(ids))).all()
    return [Key(said, id_ or 0) for said, id_ in rows]


def words(rank: str, voices: Voices) -> tuple[str, ...]:
    """Made-up words of a rank, Arabic and Latin."""
    return tuple(voices.words[alphabet][n] for alphabet in voices.words for n in RANKS[rank])


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def naive(session: Session, offset: int) -> Sequence[Item]:
    return session.exec(select(Item).order_by(col(Item.said).desc(), col(Item.id).desc()).offset(offset).limit(50)).all()


def pages(db: Database, accounts: Sequence[int], deep: Sequence[Key], times: int) -> list[Timed]:
    """Milliseconds by view and filter."""
    return [(name, walk(db, given, times, deep)) for name, given in single(accounts)]


def combined(db: Database, accounts: Sequence[int], chance: random.Random, count: int) -> list[float]:
    return [ms for given in together(accounts, chance, count) for ms in walk(db, given, 1, ())]


def searches(db: Database, times: int) -> list[Timed]:
    """Milliseconds by sort of word: the newest 50."""
    voices = Voices(1)
    asked = {name: typed or words(name, voices) for name, typed in SEARCHES.items()}
    return [(name, [ms for text in typed for ms in walk(db, Filter(text=text), times, ())]) for name, typed in asked.items()]


def beside(db: Database, ids: Sequence[int]) -> list[Timed]:
    """What stands beside an open message: all its author said before; and beside a page of the list: what of it is unread, who is
    at it, and its tags."""
    reader, rows = Actor("user:1", frozenset({"item.read"}), 1), []
    for id_ in ids:
        with db.read() as session:
            item = session.get_one(Item, id_)
            rows.append(timed(lambda session=session, item=item: earlier(session, item)))  # type: ignore[misc]  # bound now
    marks = []
    for _ in ids:
        with db.read() as session:
            shown = page(session, Filter(view="open")).items
            listed = [one.id or 0 for one in shown]
            marks.append(
                timed(
                    lambda session=session, shown=shown, listed=listed: (  # type: ignore[misc]  # bound now
                        seen.unread(session, reader, shown),
                        presence.others(session, reader, listed),
                        tagging.of_items(session, listed),
                    )
                )
            )
    return [("what somebody said before", rows), ("unread, readers and tags of a page", marks)]


def baseline(db: Database, total: int) -> list[Timed]:
    """What a list without keys would cost."""
    rows = []
    for name, offset, times in (("naive first page", 0, 20), ("naive page in the middle, by OFFSET", total // 2, 3)):
        with db.read() as session:
            rows.append((name, [timed(lambda offset=offset: naive(session, offset)) for _ in range(times)]))  # type: ignore[misc]  # called at once
    return rows


def line(name: str, values: Sequence[float], base: float, aim: float) -> tuple[str, ...]:
    p95 = quantile(values, 0.95)
    verdict = "" if not aim else ("yes" if p95 <= aim else "NO")
    figures = (f"{quantile(values, 0.5):.2f}", f"{p95:.2f}", f"{max(values):.2f}", f"{p95 / base:.2f}×")
    return (name, str(len(values)), *figures, f"{aim:.0f}" if aim else "", verdict)


def report(store: str, total: int, times: int) -> bool:
    """Measure one store, print its table; True when every aim is reached."""
    chance, aim = random.Random(7), AIM_MS[store]
    with opened(store) as (db,):
        accounts = connect(db)
        fill(db, accounts, total)
        mark(db)
        settle(db)
        keys = [a.id or 0 for a in accounts]
        with db.read() as session:
            assert session.exec(select(func.count()).select_from(Item)).one() == total
        deep = places(db, chance, times, total)
        walk(db, Filter(), times, deep)  # warm, as a server is after its first minute
        base = baseline(db, total)
        by_filter = pages(db, keys, deep, times)
        around = beside(db, [chance.randint(1, total) for _ in range(4 * times)])
        mixed, found = combined(db, keys, chance, 30 * times), searches(db, times)
        db.dispose()
    first = quantile(base[0][1], 0.95)
    worst = sorted(by_filter, key=lambda row: -quantile(row[1], 0.95))[:6]
    every = [ms for _, values in by_filter for ms in values]
    rows = [line(name, values, first, 0) for name, values in base]
    rows.append(line(f"page of 50, {len(by_filter)} views and single filters", every, first, aim))
    rows += [line(f"  worst: {name}", values, first, aim) for name, values in worst]
    rows += [line(name, values, first, aim) for name, values in around]
    rows.append(line("page of 50, combinations", mixed, first, TOGETHER_MS))
    rows += [line(f"search newest 50: {name}", values, first, SEARCH_MS) for name, values in found]
    head = ("", "n", "p50 ms", "p95 ms", "max ms", "p95 of naive", "aim", "reached")
    table(f"{store}: {total:,} items, service layer, a session a page", head, rows)
    return all(row[-1] != "NO" for row in rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{SOME:,} items instead of {MANY:,}")
    parser.add_argument("--store", choices=STORES, help="only this one")
    given = parser.parse_args()
    total, times = (SOME, 5) if given.quick else (MANY, 15)
    reached = [report(store, total, times) for store in STORES if given.store in (None, store)]
    return 0 if all(reached) or given.quick else 1


if __name__ == "__main__":
    raise SystemExit(main())
