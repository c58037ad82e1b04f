"""One way in: whatever comes twice, late or out of order, the same is stored in the end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlmodel import col, select

from connectors.contract import Can, Surface
from core.actors import CITIZEN, WORKER
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden
from core.models import Account, AuditEntry
from inbox import index
from inbox.models import Case, Decision, Item, ItemVersion
from inbox.search import Filter, page
from inbox.tally import EVER, count, today
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.models import Delivery
from policies import edition as editions

COMPLAINT = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"


def items(db: Database) -> dict[str, Item]:
    with db.read() as session:
        return {item.native_id: item for item in session.exec(select(Item))}


def versions(db: Database, item: Item) -> list[str]:
    with db.read() as session:
        return list(session.exec(select(ItemVersion.text).where(ItemVersion.item_id == item.id).order_by(col(ItemVersion.id))))


def test_the_same_comment_delivered_twice_is_one_item(db: Database, desk: Any, say: Any) -> None:
    one = say("c1")
    first = desk.take(one, one)
    second = desk.take(one)
    assert (len(first.new_ids), len(second.new_ids), second.edited) == (1, 0, 0)
    assert list(items(db)) == ["c1"]


def test_an_item_is_judged_and_decided_once_with_its_edition(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT), say("c2", "شكرا لكم على سرعة الإنجاز"))
    found = items(db)
    assert (found["c1"].kind, found["c2"].kind) == ("complaint", "praise")
    assert found["c1"].language == "ar"
    with db.read() as session:
        decisions = session.exec(select(Decision)).all()
    assert [(d.automatic, d.edition, d.actor) for d in decisions] == [(True, editions.current().ref, "worker")] * 2


def test_an_edited_comment_keeps_its_first_words(db: Database, desk: Any, say: Any) -> None:
    one = say("c1", "النص الأول")
    desk.take(one)
    assert desk.take(replace(one, text="النص الثاني")).edited == 1
    item = items(db)["c1"]
    assert (item.text, item.edited, versions(db, item)) == ("النص الثاني", True, ["النص الأول"])


def test_an_older_page_shown_again_does_not_undo_an_edit(db: Database, desk: Any, say: Any) -> None:
    one = say("c1", "النص الأول")
    desk.take(one)
    desk.take(replace(one, text="النص الثاني"))
    assert desk.take(one).edited == 0
    assert items(db)["c1"].text == "النص الثاني"


def test_an_answer_about_the_very_item_may_bring_back_earlier_words(db: Database, desk: Any, say: Any) -> None:
    one = say("c1", "النص الأول")
    desk.take(one)
    desk.take(replace(one, text="النص الثاني"))
    desk.take(one, fresh=True)
    item = items(db)["c1"]
    assert (item.text, versions(db, item)) == ("النص الأول", ["النص الأول", "النص الثاني"])


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_by_edit_time_the_newest_words_win_in_any_order(db: Database, desk: Any, say: Any, order: tuple[int, ...]) -> None:
    written = say("c1", "أول")
    later = written.created_at + timedelta(minutes=5)
    told = [
        written,
        replace(written, text="ثان", edited=True, edited_at=later),
        replace(written, text="ثالث", edited=True, edited_at=later + timedelta(minutes=5)),
    ]
    for place in order:
        desk.take(told[place])
    assert items(db)["c1"].text == "ثالث"


def test_an_edited_mark_without_a_time_beats_an_unedited_page(db: Database, desk: Any, say: Any) -> None:
    written = say("c1", "أول")
    desk.take(replace(written, text="ثان", edited=True))
    desk.take(written)
    assert items(db)["c1"].text == "ثان"


def test_a_deleted_comment_keeps_its_text_and_waits_for_nobody(db: Database, desk: Any, say: Any) -> None:
    one = say("c1", "كلام حُذف")
    desk.take(one)
    assert desk.take(replace(one, text="", deleted=True)).deleted == 1
    item = items(db)["c1"]
    assert (item.text, item.deleted, item.state) == ("كلام حُذف", True, "closed")


def test_a_late_page_does_not_bring_the_deleted_back(db: Database, desk: Any, say: Any) -> None:
    one = say("c1")
    desk.take(one)
    desk.take(replace(one, deleted=True))
    desk.take(one)
    assert items(db)["c1"].deleted


def test_our_own_words_and_bare_shares_are_never_work(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("p1", own=True, surface=Surface.POST), say("c1", author_id="100"), say("s1", "", surface=Surface.SHARE))
    found = items(db)
    assert [found[i].state for i in ("p1", "c1", "s1")] == ["none"] * 3
    assert [found[i].own for i in ("p1", "c1", "s1")] == [True, True, False]
    with db.read() as session:
        assert session.exec(select(Case)).all() == []
        assert count(session, "view", "open") == 0


def test_the_echo_of_a_delivery_of_ours_is_tied_to_it(db: Database, desk: Any, say: Any, account: Account) -> None:
    with db.write() as session:
        sent = enqueue(session, WORKER, kind="reply", account=account, body=Body("أهلا"), target_id="c1")
        sent.state, sent.external_id = "published", "r1"
        session.add(sent)
    desk.take(say("r1", "أهلا", author_id="somebody-else", parent_id="c1"))
    echo = items(db)["r1"]
    assert (echo.own, echo.state, echo.delivery_id) == (True, "none", sent.id)


def test_a_direct_message_is_private_and_lies_in_its_conversation(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("m1", surface=Surface.DIRECT, parent_id=None, root_id="t1"))
    item = items(db)["m1"]
    assert (item.private, item.parent_id, item.thread_key) == (True, None, "t1")
    with db.read() as session:
        assert count(session, "public", item.kind, day=EVER) == 0


def test_what_a_database_cannot_hold_is_taken_out(db: Database, desk: Any, say: Any) -> None:
    for _ in range(2):
        desk.take(say("c1", "نص\x00 و\ud800", author_name="سالم\u202e"))
    item = items(db)["c1"]
    assert (item.text, item.author_name, item.edited) == ("نص و\ufffd", "سالم", False)


def test_a_reply_to_a_comment_is_in_its_thread_whichever_comes_first(db: Database, desk: Any, say: Any) -> None:
    top = say("c1")
    below = say("c2", parent_id="c1")
    deeper = say("c3", parent_id="c2")
    desk.take(deeper)
    desk.take(below)
    desk.take(top)
    assert {item.thread_key for item in items(db).values()} == {"c1"}


def test_an_answer_written_in_the_platforms_own_app_answers_the_item(db: Database, desk: Any, say: Any) -> None:
    asked = say("c1")
    desk.take(asked)
    desk.take(say("r1", "أهلا بك", own=True, parent_id="c1", author_id="100"))
    item = items(db)["c1"]
    assert item.state == "answered"
    assert item.answered_at == items(db)["r1"].created_at


def test_an_answer_read_before_its_question_counts_too(db: Database, desk: Any, say: Any) -> None:
    asked = say("c1", COMPLAINT)
    desk.take(say("r1", "أهلا بك", own=True, parent_id="c1", author_id="100"))
    desk.take(asked)
    assert items(db)["c1"].state == "answered"
    with db.read() as session:
        assert session.exec(select(Case)).all() == []


def test_a_receipt_on_its_way_is_not_taken_for_an_answer(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT))
    desk.take(say("r1", "سجّلنا شكواكم", own=True, parent_id="c1", author_id="100"))
    assert items(db)["c1"].state == "open"


def test_one_audit_entry_for_a_batch_with_the_digest_of_its_words(db: Database, desk: Any, say: Any) -> None:
    desk.take(*(say(f"c{n}") for n in range(50)))
    with db.read() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "item.receive")).all()
    assert [e.detail["new"] for e in entries] == [50]
    assert len(entries[0].detail["digest"]) == 64


def test_nothing_is_taken_in_by_somebody_who_may_not(db: Database, desk: Any, say: Any) -> None:
    with pytest.raises(Forbidden):
        desk.take(say("c1"), actor=CITIZEN)
    assert items(db) == {}


def test_an_edit_is_found_by_its_new_words_only(db: Database, desk: Any, say: Any) -> None:
    one = say("c1", "إجازة")
    desk.take(one)
    desk.take(replace(one, text="غرامة"))
    with db.read() as session:
        assert [i.native_id for i in page(session, Filter(text="الغرامة")).items] == ["c1"]
        assert page(session, Filter(text="إجازة")).items == ()


def test_an_edit_that_becomes_a_complaint_opens_a_case(db: Database, desk: Any, say: Any) -> None:
    one = say("c1", "مرحبا")
    desk.take(one)
    desk.take(replace(one, text=COMPLAINT))
    with db.read() as session:
        case = session.exec(select(Case)).one()
        assert session.exec(select(Delivery).where(Delivery.ref == f"receipt:{case.id}")).one()
    assert items(db)["c1"].case_id == case.id


def test_shown_is_new_and_again(db: Database, desk: Any, say: Any) -> None:
    one = say("c1")
    desk.take(one, one, say("c2"))
    desk.take(one)
    with db.read() as session:
        shown, again = count(session, "shown", day=EVER), count(session, "again", day=EVER)
        assert (shown, again, count(session, "shown", day=today())) == (4, 2, 4)


def test_what_may_be_done_to_an_item_follows_the_platform(db: Database, desk: Any, say: Any) -> None:
    one = say("c1")
    desk.take(one)
    desk.take(replace(one, can=Can(reply=False, why_no_reply="closed")))
    assert items(db)["c1"].can["reply"] is False


def test_the_search_entry_holds_no_facet_a_citizen_could_write() -> None:
    row: dict[str, Any] = dict.fromkeys(index.WORDS, "") | {
        "text": "_kind_complaint kind_complaint",
        "author_name": "",
        "author_handle": "",
        "private": False,
        "own": False,
        "kind": "praise",
    }
    assert "_kind_complaint" not in index.words_of(row)
    assert "_kind_praise" in index.words_of(row)


def test_times_are_kept_to_the_millisecond_for_the_order(db: Database, desk: Any, say: Any, hands: Hands) -> None:
    desk.take(say("c1", created_at=datetime(2026, 11, 24, 5, 0, 0, 123000, tzinfo=UTC)))
    assert items(db)["c1"].said == 1795496400123


def test_a_letter_of_ours_that_comes_back_leaves_the_secret_of_its_link_where_it_was(db: Database, desk: Any, say: Any) -> None:
    number, secret = "M-0123A-BCDEF", "0123456789ABCDEFGHJKMNPQRS"
    words = f"سجّلنا شكواكم: https://majlis.example/ar/track/{number}/{secret}"
    letter = say("m1", words, own=True, author_id="100", surface=Surface.DIRECT, parent_id=None, root_id="t1")
    assert desk.take(letter).new_ids
    assert desk.take(letter).edited == 0
    with db.read() as session:
        item = session.exec(select(Item).where(Item.native_id == "m1")).one()
    assert (number in item.text, secret in item.text) == (True, False)
    their = say("c9", words)
    desk.take(their)
    with db.read() as session:
        assert session.exec(select(Item).where(Item.native_id == "c9")).one().text == words, (
            "a citizen's words stay as he wrote them"
        )


@pytest.mark.parametrize("words", ["سلام" * 300, "𞤀" * 3000, "راتبي " + "a1" * 4000])
def test_a_word_of_any_length_comes_in_is_edited_and_is_found(db: Database, desk: Any, say: Any, hands: Hands, words: str) -> None:
    one = say("c1", words)
    assert len(desk.take(say("c0"), one, say("c2")).new_ids) == 3
    hands.forward(minutes=1)
    assert desk.take(replace(one, text=words + "!", edited_at=hands.at)).edited == 1
    with db.read() as session:
        assert [item.native_id for item in page(session, Filter(text=words.split()[-1])).items] == ["c1"]
