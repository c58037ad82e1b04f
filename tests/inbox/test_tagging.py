"""Tags: a manager keeps them, whoever works puts them on, and their items are found page by page."""

from typing import Any

import pytest
from sqlmodel import Session, select

from core.actors import OPERATING, Actor, abilities_of
from core.db import Database
from core.errors import Forbidden, Invalid, NotFound
from core.models import AuditEntry
from inbox import search, tagging, undo
from inbox.models import Item
from inbox.search import Filter, Key

MANAGER = Actor("user:90", abilities_of(["manager"]), 90)


@pytest.fixture
def tags(db: Database) -> None:
    with db.write() as session:
        tagging.keep(session, OPERATING, "press", "صحافة", "Press")
        tagging.keep(session, MANAGER, "heat", "حظر العمل وقت الظهيرة", "Midday break")


def of(session: Session, item_id: int) -> tuple[str, ...]:
    return tagging.of_items(session, [item_id]).get(item_id, ())


@pytest.mark.usefixtures("tags")
def test_an_item_carries_any_number_of_tags_each_once(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    (item_id,) = desk.take(say("c1")).new_ids
    with db.write() as session:
        item = session.get_one(Item, item_id)
        for code in ("press", "heat", "press"):
            tagging.put(session, agent, item, code)
    with db.read() as session:
        assert of(session, item_id) == ("heat", "press")
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "item.tag")).all()
    assert [entry.detail for entry in entries] == [{"tag": "press"}, {"tag": "heat"}]


@pytest.mark.usefixtures("tags")
def test_tags_chosen_together_are_taken_back_together(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    (item_id,) = desk.take(say("c1")).new_ids
    with db.write() as session:
        tagging.put(session, agent, session.get_one(Item, item_id), "press")
    with db.write() as session:
        tagging.set_all(session, agent, session.get_one(Item, item_id), ["heat"])
        assert of(session, item_id) == ("heat",)
    with db.write() as session:
        deed = undo.latest(session, agent.user_id)
        assert deed is not None
        undo.undo(session, agent, deed.id or 0)
        assert of(session, item_id) == ("press",)


@pytest.mark.usefixtures("tags")
def test_pages_of_a_tag_are_those_of_its_items_newest_first(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    ids = desk.take(*(say(f"c{n}") for n in range(9))).new_ids
    with db.write() as session:
        for item_id in ids[::2]:
            tagging.put(session, agent, session.get_one(Item, item_id), "press")
    found: list[int] = []
    after: Key | None = None
    with db.read() as session:
        while True:
            shown = search.page(session, Filter(tag="press"), after, 2)
            found += [item.id or 0 for item in shown.items]
            if shown.next is None:
                break
            after = shown.next
        assert found == list(reversed(ids[::2]))
        assert search.page(session, Filter(tag="heat")).items == ()
        assert search.page(session, Filter(tag="press", kind="praise")).items == ()
        assert search.page(session, Filter(tag="press", assignee_id=agent.user_id)).items == ()
        assert len(search.page(session, Filter(tag="press", text="التسجيل")).items) == 5


@pytest.mark.usefixtures("tags")
def test_a_tag_no_longer_in_use_is_put_on_nothing_more(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    old, new = desk.take(say("c1"), say("c2")).new_ids
    with db.write() as session:
        tagging.put(session, agent, session.get_one(Item, old), "press")
        tagging.keep(session, MANAGER, "press", "صحافة", "Press", active=False)
    for code in ("press", "unheard_of"):
        with pytest.raises(NotFound), db.write() as session:
            tagging.put(session, agent, session.get_one(Item, new), code)
    with db.read() as session:
        assert of(session, old) == ("press",)
        assert [tag.code for tag in tagging.listed(session)] == ["heat", "press"]


@pytest.mark.parametrize(("code", "ar", "en"), [("Bad code", "ا", "a"), ("good", "", "a"), ("good", "ا", "x" * 81)])
def test_a_tag_has_a_plain_code_and_a_name_in_both_languages(db: Database, code: str, ar: str, en: str) -> None:
    with pytest.raises(Invalid), db.write() as session:
        tagging.keep(session, MANAGER, code, ar, en)


@pytest.mark.usefixtures("tags")
def test_only_who_may_keeps_tags_or_puts_them_on(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    (item_id,) = desk.take(say("c1")).new_ids
    with pytest.raises(Forbidden), db.write() as session:
        tagging.keep(session, agent, "mine", "لي", "Mine")
    for actor in (MANAGER, OPERATING):
        with pytest.raises(Forbidden), db.write() as session:
            tagging.put(session, actor, session.get_one(Item, item_id), "press")
