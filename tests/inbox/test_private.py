"""What was said in private stays private, by construction."""

from typing import Any

from sqlmodel import select

from connectors.contract import Surface
from core.actors import Actor
from core.db import Database
from inbox import cases, figures, reply
from inbox.models import Case, Item, Reply
from inbox.tally import today
from outbox.models import Delivery

COMPLAINT = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"


def test_the_status_of_a_case_tells_nothing_that_was_said_in_private(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("m1", COMPLAINT, surface=Surface.DIRECT, parent_id=None, root_id="t1"))
    with db.write() as session:
        item = session.exec(select(Item)).one()
        sent = reply.send(
            session, agent, item.id or 0, "أرسل رقم عقدك", seen_version=reply.thread_version(session, item), nonce="n1"
        )
        sent.state = "sent"
        session.add(sent)
    with db.read() as session:
        view = cases.public_view(session, session.exec(select(Case)).one(), "ar")
    assert (view.text, view.answers) == ("", ())
    assert COMPLAINT not in str(view)


def test_a_private_answer_to_a_public_comment_is_not_in_its_status(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        item = session.exec(select(Item)).one()
        for text, private in (("في العلن", False), ("في الخاص", True)):
            said = Reply(item_id=item.id or 0, account_id=item.account_id, author_id=agent.user_id or 0, text=text, private=private)
            said.state = "sent"
            session.add(said)
    with db.read() as session:
        view = cases.public_view(session, session.exec(select(Case)).one(), "ar")
    assert (view.text, [one.text for one in view.answers]) == (COMPLAINT, ["في العلن"])


def test_a_receipt_for_a_private_message_is_private(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("m1", COMPLAINT, surface=Surface.DIRECT, parent_id=None, root_id="t1"))
    with db.read() as session:
        (receipt,) = session.exec(select(Delivery)).all()
    assert receipt.body["private"] is True


def test_open_figures_count_no_private_message(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("m1", COMPLAINT, surface=Surface.DIRECT), say("c1", COMPLAINT))
    with db.read() as session:
        assert figures.split(session, "public", today(), today()) == {"complaint": 1}
