"""What people have begun to write: each sees his own, and it goes when it is said, thrown away, left for half a year or erased."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from core.actors import WORKER, Actor
from core.clock import Hands
from core.db import Database
from core.i18n import LANGS
from core.settings import Settings
from inbox import erase, reply, unsaid
from inbox.models import Case, Item, Result, Unsaid
from inbox.unsaid import Form


@pytest.fixture
def note(desk: Any, say: Any) -> Form:
    (item_id,) = desk.take(say("c1", "أشتكي من تطبيق الوزارة، بطيء ولا يفتح منذ أسبوع")).new_ids
    return Form("items", int(item_id), "note")


def keep(db: Database, actor: Actor, form: Form, **content: Any) -> None:
    with db.write() as session:
        unsaid.keep(session, actor.user_id or 0, form, content)


def begun(db: Database, actor: Actor, form: Form) -> dict[str, Any]:
    with db.read() as session:
        return unsaid.of(session, actor.user_id or 0, form)


def test_each_finds_what_he_left_in_each_form(db: Database, note: Form, agent: Actor, colleague: Actor, hands: Hands) -> None:
    hide = note._replace(deed="hide")
    keep(db, agent, note, words="سألت ولم", named=[3])
    keep(db, colleague, note, words="غيره")
    hands.forward(minutes=1)
    keep(db, agent, hide, reason="سب")
    hands.forward(minutes=1)
    keep(db, agent, note, words="سألت ولم يجب", named=[3])
    assert begun(db, agent, note) == {"words": "سألت ولم يجب", "named": [3]}
    assert begun(db, colleague, note) == {"words": "غيره"}
    with db.read() as session:
        assert unsaid.deeds(session, agent.user_id or 0, "items", note.thing_id) == ["hide", "note"]


def test_what_is_emptied_or_dropped_is_no_longer_there(db: Database, note: Form, agent: Actor, colleague: Actor) -> None:
    keep(db, agent, note, words="سألت", named=[])
    keep(db, agent, note, words=" \n", named=[])
    keep(db, colleague, note, words="غيره")
    with db.write() as session:
        unsaid.drop(session, agent.user_id or 0, note)
        assert [one.user_id for one in session.exec(select(Unsaid))] == [colleague.user_id]


def test_what_nobody_goes_on_with_is_forgotten(db: Database, note: Form, agent: Actor, hands: Hands) -> None:
    keep(db, agent, note, words="سألت")
    hands.at += unsaid.FORGOTTEN
    unsaid.forget(db)
    assert begun(db, agent, note) != {}
    hands.at += timedelta(seconds=1)
    unsaid.forget(db)
    assert begun(db, agent, note) == {}


def test_a_draft_of_an_answer_goes_with_the_words_it_answers(db: Database, note: Form, agent: Actor, settings: Settings) -> None:
    with db.write() as session:
        reply.save_draft(session, agent, note.thing_id, "الأخ سالم، رقمكم 0501234567")
    with db.write() as session:
        erase.item(session, WORKER, session.get_one(Item, note.thing_id), "retention", settings)
    with db.read() as session:
        left = reply.draft_of(session, agent, note.thing_id)
    assert left is not None
    assert left.text == ""


@pytest.mark.parametrize("whole", [False, True])
def test_it_goes_with_the_words_it_stands_beside(db: Database, note: Form, agent: Actor, settings: Settings, whole: bool) -> None:
    with db.write() as session:
        case = session.exec(select(Case)).one()
        both = {f"{part}_{lang}": "-" for part in ("said", "decided", "because") for lang in LANGS}
        told = Result.model_validate({"case_id": case.id, "outcome": "done", "uid": "r1", "by": agent.label, **both})
        session.add(told)
    answer, withdrawal = Form("cases", case.id or 0, "tell"), Form("results", told.id or 0, "withdraw")
    keep(db, agent, withdrawal, text="كُشف اسم صاحبه")
    keep(db, agent, note, words="رقمه 0501234567")
    keep(db, agent, answer, text="اتصلنا بك")

    def go(session: Session, **how: bool) -> None:
        item = session.get_one(Item, note.thing_id)
        if whole and not how:
            erase.case(session, WORKER, session.get_one(Case, case.id), [item], "retention", settings)
        else:
            erase.item(session, WORKER, item, "own_wish", settings, **how)

    with db.write() as session:
        go(session, personal=True)
    assert begun(db, agent, note) == {"words": "رقمه xxxxxxxx67"}
    with db.write() as session:
        go(session)
    assert begun(db, agent, note) == {}
    assert begun(db, agent, answer) == ({} if whole else {"text": "اتصلنا بك"})
    assert begun(db, agent, withdrawal) == ({} if whole else {"text": "كُشف اسم صاحبه"})
