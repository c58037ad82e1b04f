"""Pages of the inbox: every filter answers from its own index, in pages that miss nothing and repeat nothing."""

import random
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from bench.make_items import STAFF, connect, fill
from core.actors import Actor
from core.clock import Hands, now, running
from core.db import Database
from core.errors import Invalid
from inbox import hits, search, snooze, work
from inbox.models import Item
from inbox.search import Filter, Key, page
from inbox.views import PERSONAL, VIEWS
from tests.conftest import START, fresh_on

COUNT = 600
ONE_OF_EACH: dict[str, Any] = {
    "platform": "x",
    "account_id": 2,
    "kind": "praise",
    "topic": "wages",
    "language": "hi",
    "clause": "religion",
    "action": "review",
    "sentiment": "mixed",
    "state": "open",
    "surface": "reply",
    "assignee_id": 3,
    "assigned": True,
    "private": True,
    "hidden": True,
    "own": True,
}
SELECTIVE = [Filter(**{name: value}) for name, value in ONE_OF_EACH.items()]
VIEWED = [Filter(view=view, assignee_id=3 if view == "mine" else None) for view in VIEWS]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stocked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """COUNT items of three years on three platforms, on each store in turn."""
    for url in fresh_on(request.param, request, tmp_path_factory.mktemp("stocked")):
        db = Database(url)
        with running(Hands(START)):
            fill(db, connect(db), COUNT)
        yield db
        db.dispose()


@pytest.fixture
def filled(stocked: Database, hands: Hands) -> Database:
    """The same; tests that take it only read."""
    return stocked


def everything(db: Database, wanted: Filter, limit: int, *, worst_first: bool = False) -> list[int]:
    """Ids of all pages, one after the other."""
    found: list[int] = []
    after: Key | None = None
    while True:
        with db.read() as session:
            shown = page(session, wanted, after, limit, worst_first=worst_first)
        found += [item.id or 0 for item in shown.items]
        if shown.next is None:
            return found
        assert len(shown.items) == limit
        after = Key.parse(str(shown.next))


def by_scan(db: Database, wanted: Filter) -> list[int]:
    """The same by looking at every item."""
    conditions = wanted.wanted() if wanted.view not in PERSONAL else None
    with db.read() as session:
        items = session.exec(select(Item).order_by(col(Item.said).desc(), col(Item.id).desc())).all()
    return [item.id or 0 for item in items if conditions is not None and search._fits(item, conditions, wanted)]


def test_every_filter_of_the_inbox_is_tried_here() -> None:
    assert {f.name for f in fields(Filter)} == {*ONE_OF_EACH, "view", "text", "due", "tag", "named_id", "since", "until"}


@pytest.mark.parametrize("wanted", [*SELECTIVE, *VIEWED], ids=str)
def test_pages_of_any_filter_show_each_item_once_newest_first(filled: Database, wanted: Filter) -> None:
    assert everything(filled, wanted, 7) == by_scan(filled, wanted)


def test_pages_of_combined_filters_show_what_fits_all(filled: Database) -> None:
    chance = random.Random(3)
    for _ in range(60):
        names = chance.sample(sorted(ONE_OF_EACH), chance.randint(2, 3))
        wanted = Filter(view=chance.choice(list(VIEWS)), **{name: ONE_OF_EACH[name] for name in names})
        assert everything(filled, wanted, 5) == by_scan(filled, wanted), wanted


@pytest.mark.parametrize("more", [{}, {"platform": "x"}, {"clause": "abuse", "private": False}, {"assignee_id": 3}], ids=str)
def test_the_review_queue_is_paged_worst_first(filled: Database, more: dict[str, Any]) -> None:
    wanted = Filter(view="review", **more)
    with filled.read() as session:
        harm = {item.id or 0: item.harm for item in session.exec(select(Item))}
    expected = sorted(by_scan(filled, wanted), key=lambda id: (harm[id], id), reverse=True)
    assert everything(filled, wanted, 3, worst_first=True) == expected
    assert expected


def test_the_review_queue_is_walked_in_its_own_index(filled: Database) -> None:
    asked: list[Any] = []
    with filled.read() as session:
        if filled.dialect == "postgresql":
            session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
        event.listen(
            session.connection(), "before_cursor_execute", lambda _c, _u, statement, *rest: asked.append((statement, rest[0]))
        )
        page(session, Filter(view="review"), Key(500, 10), worst_first=True)
        statement, values = next(pair for pair in asked if "harm" in pair[0])
        explain = "EXPLAIN QUERY PLAN " if filled.dialect == "sqlite" else "EXPLAIN "
        plan = str(session.connection().exec_driver_sql(explain + statement, values).all())
    assert "ix_items_harm" in plan
    assert "TEMP B-TREE" not in plan


def test_no_other_view_and_no_search_is_ordered_so(filled: Database) -> None:
    for wanted in (Filter(), Filter(view="review", text="رواتب")):
        with filled.read() as session, pytest.raises(Invalid):
            page(session, wanted, worst_first=True)


def test_items_of_the_same_millisecond_are_neither_missed_nor_repeated(db: Database, desk: Any, say: Any, hands: Hands) -> None:
    desk.take(*(say(f"c{n}", created_at=hands()) for n in range(9)))
    for limit in (1, 2, 4, 9):
        found = everything(db, Filter(), limit)
        assert sorted(found) == sorted(set(found))
        assert len(found) == 9


def test_dates_include_their_first_instant_and_exclude_their_last(db: Database, desk: Any, say: Any, hands: Hands) -> None:
    first, last = hands() - timedelta(hours=2), hands() - timedelta(hours=1)
    desk.take(say("at-first", created_at=first), say("at-last", created_at=last))
    with db.read() as session:
        assert [i.native_id for i in page(session, Filter(since=first, until=last)).items] == ["at-first"]


#: the condition that leads each filter -> the index it must be read from
INDEX = {"assignee_id": "assignee", "account_id": "account", "action": "flagged", "assigned": "said"}


@pytest.mark.parametrize("name", sorted(ONE_OF_EACH))
def test_each_filter_is_read_from_its_own_index(filled: Database, name: str) -> None:
    plan = plan_of(filled, Filter(**{name: ONE_OF_EACH[name]}))
    assert f"ix_items_{INDEX.get(name, name)}" in plan
    assert "TEMP B-TREE" not in plan, "it sorts"
    assert "Sort" not in plan


def plan_of(db: Database, wanted: Filter) -> str:
    """How the database finds the keys of the first page. PostgreSQL is forbidden to scan, as it would not at any real size."""
    asked: list[tuple[str, Any]] = []
    listener = lambda _c, _cursor, statement, given, *_: asked.append((statement, given))  # noqa: E731  # an event wants a callable
    with db.read() as session:
        event.listen(db.engine, "before_cursor_execute", listener)
        page(session, wanted)
        event.remove(db.engine, "before_cursor_execute", listener)
        statement, given = next((s, g) for s, g in asked if s.startswith("SELECT items.said, items.id"))
        connection = session.connection()
        if db.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
        explain = "EXPLAIN QUERY PLAN " if db.dialect == "sqlite" else "EXPLAIN "
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, given))


def test_a_word_is_found_newest_first_within_a_filter(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", "متى يصرف الراتب؟"), say("c2", "الرواتب تأخرت، أشتكي من الشركة لم أستلم راتبي"), say("c3", "شكرا لكم"))
    with db.read() as session:
        assert [i.native_id for i in page(session, Filter(text="راتب")).items] == ["c2", "c1"]
        assert [i.native_id for i in page(session, Filter(text="راتب", kind="complaint")).items] == ["c2"]
        assert page(session, Filter(text="راتب", kind="praise")).items == ()


def test_pages_of_a_search_show_each_item_once(filled: Database) -> None:
    for text, state in product(("شكرا", "العمل"), (None, "open")):
        wanted = Filter(text=text, state=state)
        found = everything(filled, wanted, 3)
        with filled.read() as session:
            whole = [item.id for item in page(session, wanted, limit=COUNT).items]
        assert found == whole
        assert found == sorted(set(found), reverse=True)
        assert len(found) > 3


@pytest.mark.parametrize(
    "typed", ['"', "'", "a OR b", "NOT", "ab*", "x:y", "(", "_kind_complaint", "\x00", "🙂", "& | !", "\\", "‏"]
)
def test_what_a_person_types_is_words_and_no_query_language(db: Database, desk: Any, say: Any, typed: str) -> None:
    desk.take(say("c1", "كلام"))
    with db.read() as session:
        assert page(session, Filter(text=typed)).items in ((), page(session, Filter()).items)


def test_filters_that_exclude_each_other_show_nothing(filled: Database) -> None:
    with filled.read() as session:
        assert page(session, Filter(view="answered", state="open")).items == ()


def test_what_waits_is_open_or_put_off_and_has_an_index_of_its_own(
    db: Database, filled: Database, desk: Any, say: Any, agent: Actor
) -> None:
    first, second, third = desk.take(say("c1"), say("c2"), say("c3")).new_ids
    with db.write() as session:
        snooze.snooze(session, agent, session.get_one(Item, second), now() + timedelta(hours=1))
        work.mark(session, agent, session.get_one(Item, third), "closed")
    assert set(everything(db, Filter(state="waits"), 5)) == {first, second}
    assert everything(db, Filter(view="snoozed", state="waits"), 5) == [second]
    assert everything(db, Filter(view="answered", state="waits"), 5) == []
    plan = plan_of(filled, Filter(state="waits"))
    assert "ix_items_waits" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_an_unknown_view_is_refused(db: Database) -> None:
    with db.read() as session, pytest.raises(Invalid):
        page(session, Filter(view="secret"))


@pytest.mark.parametrize("text", ["", "x", "1", "1.", ".2", "1.2.3", "١.٢", "1.-2", "--1.2", "1.2\n", f"1.{2**64}", "9" * 5000])
def test_a_key_that_is_none_is_none(text: str) -> None:
    assert Key.parse(text) is None


def test_the_bench_fills_with_people_who_work() -> None:
    assert ONE_OF_EACH["assignee_id"] <= STAFF


@pytest.mark.parametrize("cheaper", [True, False], ids=["walking", "fetching"])
def test_whichever_way_the_index_is_read_a_search_finds_the_same(
    filled: Database, monkeypatch: pytest.MonkeyPatch, cheaper: bool
) -> None:
    wanted = [Filter(text=text) for text in ("الخدمة", "شكرا", "قسطنطينية")]
    as_usual = [everything(filled, one, 3) for one in wanted]
    monkeypatch.setattr(hits, "NEAR", 5)
    monkeypatch.setattr(hits, "walking_is_cheaper", lambda *_: cheaper)
    assert [everything(filled, one, 3) for one in wanted] == as_usual
    assert [bool(found) for found in as_usual] == [True, True, False]


@pytest.mark.parametrize(
    ("share", "items", "walks"), [(0.0, 10**6, False), (0.0005, 10**6, False), (0.01, 10**6, True), (0.001, 20_000, False)]
)
def test_a_common_word_is_walked_to_and_a_rare_one_fetched(share: float, items: int, walks: bool) -> None:
    assert hits.walking_is_cheaper(share, items, 51) is walks
