"""What one person said before is counted, told by kind and paged, at any size, and never mixed with another's."""

from typing import Any

import pytest
from sqlalchemy import event

from core.actors import Actor
from core.db import Database
from inbox import cases, person
from inbox.models import Item
from inbox.person import PAGE, earlier
from inbox.search import Key


@pytest.fixture
def said(desk: Any, say: Any) -> tuple[int, ...]:
    """Two dozen things `u` said, two complaints among them, and one of somebody else."""
    texts = ["راتبي متأخر شهرين والشركة لا ترد على أحد"] * 2 + ["متى موعد التسجيل؟"] * 22
    mine = [say(f"c{n}", text, author_id="u") for n, text in enumerate(texts)]
    ids = desk.take(*mine, say("other", author_id="v")).new_ids
    return tuple(ids[:-1])


def test_all_but_the_one_asked_about_is_counted_and_told_by_kind(db: Database, said: tuple[int, ...]) -> None:
    with db.read() as session:
        found = earlier(session, session.get_one(Item, said[-1]))
    assert (found.count, found.more) == (23, False)
    assert found.kinds == {"inquiry": 21, "complaint": 2}
    assert [item.id for item in found.items] == list(reversed(said))[1 : PAGE + 1]


def test_pages_go_on_to_the_first_word(db: Database, said: tuple[int, ...]) -> None:
    shown: list[int] = []
    after: Key | None = None
    with db.read() as session:
        asked = session.get_one(Item, said[5])
        while True:
            items, after = person.page(session, asked, after)
            shown += [item.id or 0 for item in items]
            if after is None:
                break
    assert shown == [id_ for id_ in reversed(said) if id_ != said[5]]


def test_beyond_so_many_it_is_only_said_that_there_are_more(
    db: Database, said: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person, "COUNTED", 10)
    with db.read() as session:
        found = earlier(session, session.get_one(Item, said[0]))
    assert (found.count, found.more) == (10, True)


def test_the_cases_are_his_the_newest_first(db: Database, desk: Any, say: Any, agent: Actor, hands: Any) -> None:
    first, second = desk.take(say("c1", "شكرًا لكم", author_id="u"), say("c2", "شكرًا", author_id="u")).new_ids
    with db.write() as session:
        one = cases.open_case(session, agent, session.get_one(Item, first), "praise").number
        hands.forward(minutes=1)
        other = cases.open_case(session, agent, session.get_one(Item, second), "praise").number
    with db.read() as session:
        assert [case.number for case in earlier(session, session.get_one(Item, first)).cases] == [other, one]


def test_our_own_words_and_those_of_nobody_have_no_past(db: Database, desk: Any, say: Any) -> None:
    ids = desk.take(
        say("own", own=True, author_id="100"),
        say("o2", own=True, author_id="100"),
        say("n1", author_id=""),
        say("n2", author_id=""),
    ).new_ids
    with db.read() as session:
        assert [earlier(session, session.get_one(Item, id_)).count for id_ in ids] == [0, 0, 0, 0]


def test_it_is_read_in_an_index_of_its_own(db: Database, said: tuple[int, ...]) -> None:
    asked: list[tuple[str, Any]] = []
    with db.read() as session:
        item = session.get_one(Item, said[0])
        if db.dialect == "postgresql":
            # of two dozen rows any index and a sort cost alike: what is asked is whether this one gives them in their order
            session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
            session.connection().exec_driver_sql("SET LOCAL enable_sort = off")
        event.listen(
            session.connection(), "before_cursor_execute", lambda _c, _u, statement, *rest: asked.append((statement, rest[0]))
        )
        person.page(session, item, Key(2**50, 2**50))
        statement, values = next(pair for pair in asked if "said" in pair[0])
        explain = "EXPLAIN QUERY PLAN " if db.dialect == "sqlite" else "EXPLAIN "
        plan = str(session.connection().exec_driver_sql(explain + statement, values).all())
    assert "ix_items_author" in plan
    assert "TEMP B-TREE" not in plan
