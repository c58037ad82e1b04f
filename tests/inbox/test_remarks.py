"""Notes are words for colleagues: whom they name is told, whoever wrote one may withdraw it, and they go when the message goes."""

import json
from typing import Any

import pytest
from sqlmodel import select

from core.actors import OPERATING, WORKER, Actor
from core.auth import dismiss
from core.db import Database
from core.errors import Forbidden, Invalid, WrongState
from core.models import AuditEntry, User
from core.settings import Settings
from core.vault import open_vault
from inbox import cases, erase, mine, remarks, search
from inbox.models import Item, Mention, Note
from inbox.search import Filter


@pytest.fixture
def asked(desk: Any, say: Any) -> int:
    (item_id,) = desk.take(say("c1")).new_ids
    return int(item_id)


def write(db: Database, actor: Actor, item_id: int, text: str, **options: Any) -> int:
    with db.write() as session:
        return remarks.note(session, actor, session.get_one(Item, item_id), text, **options).id or 0


def named(db: Database) -> set[int]:
    with db.read() as session:
        return set(session.exec(select(Mention.user_id)))


def test_notes_stand_in_the_order_they_were_written_and_the_audit_holds_no_word(
    db: Database, asked: int, agent: Actor, colleague: Actor
) -> None:
    write(db, agent, asked, "  سألتُ الإدارة القانونية  ")
    write(db, colleague, asked, "بانتظار ردهم")
    with db.read() as session:
        notes = remarks.of_items(session, [asked])
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "note.write")).all()
    assert [(note.author_id, note.text) for note in notes] == [
        (agent.user_id, "سألتُ الإدارة القانونية"),
        (colleague.user_id, "بانتظار ردهم"),
    ]
    assert [entry.detail for entry in entries] == [{"item": asked, "mentions": []}] * 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@khalid انظر", True),
        ("انظر يا @Khalid.", True),
        ("(@KHALID)", True),
        ("@khalid2 ليس هو", False),
        ("khalid بلا علامة", False),
        ("@noura نفسها", False),
    ],
)
def test_whoever_stands_behind_the_sign_is_named(
    db: Database, asked: int, agent: Actor, colleague: Actor, text: str, found: bool
) -> None:
    write(db, agent, asked, text)
    assert named(db) == ({colleague.user_id} if found else set())


def test_an_arabic_name_of_two_words_is_found_too(db: Database, asked: int, agent: Actor, colleague: Actor) -> None:
    with db.write() as session:
        session.get_one(User, colleague.user_id).display_name = "خالد المنصوري"
    write(db, agent, asked, "ما رأيك يا @خالد المنصوري؟")
    assert named(db) == {colleague.user_id}


def test_one_is_told_of_what_names_him_until_he_has_opened_it(
    db: Database, desk: Any, say: Any, asked: int, agent: Actor, colleague: Actor
) -> None:
    (other,) = desk.take(say("c2")).new_ids
    write(db, agent, other, "هذه أولًا", mention=[colleague.user_id or 0])
    write(db, agent, asked, "@khalid وهذه")
    write(db, agent, asked, "@khalid وأيضًا")
    with db.read() as session:
        assert search.counts(session, colleague.user_id)["mentions"] == 2
        assert search.counts(session, agent.user_id)["mentions"] == 0
        mine = Filter(view="mentions", named_id=colleague.user_id)
        first = search.page(session, mine, limit=1)
        rest = search.page(session, mine, first.next, limit=1)
        assert [item.id for item in (*first.items, *rest.items)] == [asked, other]
        assert rest.next is None
        assert remarks.waits(session, colleague.user_id, asked)
    with db.write() as session:
        remarks.saw(session, colleague, asked)
    with db.read() as session:
        assert remarks.unseen(session, colleague.user_id) == 1
        assert not remarks.waits(session, colleague.user_id, asked)
        assert len(search.page(session, mine).items) == 2


def test_a_view_of_mentions_asks_whose(db: Database, asked: int) -> None:
    with db.read() as session:
        assert search.page(session, Filter(view="mentions")).items == ()


def test_a_withdrawn_note_is_shown_to_nobody_and_names_nobody(db: Database, asked: int, agent: Actor, colleague: Actor) -> None:
    note = write(db, agent, asked, "@khalid خطأ")
    with pytest.raises(Forbidden), db.write() as session:
        remarks.withdraw(session, colleague, session.get_one(Note, note))
    with db.write() as session:
        remarks.withdraw(session, agent, session.get_one(Note, note))
    with db.read() as session:
        assert remarks.of_items(session, [asked]) == []
        assert remarks.unseen(session, colleague.user_id) == 0
        assert search.page(session, Filter(view="mentions", named_id=colleague.user_id)).items == ()
    with pytest.raises(WrongState), db.write() as session:
        remarks.withdraw(session, agent, session.get_one(Note, note))


def test_nobody_is_named_who_does_not_work_here(db: Database, asked: int, agent: Actor, colleague: Actor) -> None:
    with db.write() as session:
        dismiss(session, OPERATING, "khalid")
    with pytest.raises(Invalid):
        write(db, agent, asked, "انظر", mention=[colleague.user_id or 0])
    write(db, agent, asked, "@khalid انظر")
    assert named(db) == set()


@pytest.mark.parametrize("text", ["", " \u200c ", "ا" * 4001])
def test_a_note_says_something_and_not_too_much(db: Database, asked: int, agent: Actor, text: str) -> None:
    with pytest.raises(Invalid):
        write(db, agent, asked, text)


def test_only_who_reads_items_notes_something(db: Database, asked: int) -> None:
    for actor in (Actor("user:1", frozenset({"case.work"}), 1), OPERATING):
        with pytest.raises(Forbidden):
            write(db, actor, asked, "كلمة")


def test_what_is_erased_takes_its_notes_along(db: Database, asked: int, agent: Actor, settings: Settings) -> None:
    write(db, agent, asked, "اسمه سالم ورقمه 0501234567")
    with db.write() as session:
        erase.item(session, WORKER, session.get_one(Item, asked), "own_wish", settings, personal=True)
    with db.read() as session:
        (note,) = remarks.of_items(session, [asked])
        assert note.text.startswith("اسمه سالم ورقمه")
        assert "0501234567" not in note.text
    with db.write() as session:
        erase.item(session, WORKER, session.get_one(Item, asked), "retention", settings)
    with db.read() as session:
        (note,) = remarks.of_items(session, [asked])
        assert note.text == ""


def test_what_an_author_takes_away_holds_no_note(db: Database, asked: int, agent: Actor, settings: Settings) -> None:
    write(db, agent, asked, "كلام بين الزملاء")
    with db.write() as session:
        case = cases.open_case(session, agent, session.get_one(Item, asked), "inquiry")
        session.flush()
        told = json.dumps(mine.mine(session, case, open_vault(settings)), ensure_ascii=False)
    assert "متى موعد التسجيل" in told
    assert "كلام بين الزملاء" not in told
