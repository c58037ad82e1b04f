"""An answer in public gives away nobody's number and asks nobody for his; the private way is told, the draft kept."""

from typing import Any

import pytest
from sqlmodel import Session, select

from connectors.contract import Can, Surface
from core import settings as configuration
from core.actors import Actor
from core.db import Database
from core.errors import PersonalInPublic
from core.i18n import LANGS, catalogue, t
from inbox import reply
from inbox.models import Item, Reply
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.guards import Refusal, objection
from outbox.models import Delivery
from policies.asking import in_public

GIVES = "أهلا بك، سنتصل على رقمك 0501234567 اليوم"
ASKS = "Please send us your Emirates ID number and we will check"


def send(db: Database, actor: Actor, text: str, nonce: str = "n1", **options: Any) -> Reply:
    with db.write() as session:
        seen = reply.thread_version(session, session.get_one(Item, 1))
        return reply.send(session, actor, 1, text, seen_version=seen, nonce=nonce, **options)


def queued(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.exec(select(Delivery.kind)))


@pytest.mark.parametrize(
    ("text", "what", "found"), [(GIVES, "gives", "xxxxxxxx67"), (ASKS, "asks", "send us your Emirates ID number")]
)
def test_a_public_answer_is_stopped_and_its_draft_kept(
    db: Database, desk: Any, say: Any, agent: Actor, text: str, what: str, found: str
) -> None:
    desk.take(say("c1"))
    with pytest.raises(PersonalInPublic) as stopped:
        send(db, agent, text)
    assert stopped.value.details == {"what": what, "found": found, "instead": "privately"}
    assert "0501234567" not in "".join(stopped.value.words(lang) for lang in LANGS)
    assert all(found in stopped.value.words(lang) for lang in LANGS)
    assert queued(db) == []
    with db.read() as session:
        kept = reply.draft_of(session, agent, 1)
        assert kept is not None
        assert kept.text == text


@pytest.mark.parametrize("text", [GIVES, ASKS])
def test_the_same_words_go_as_a_private_reply(db: Database, desk: Any, say: Any, agent: Actor, text: str) -> None:
    desk.take(say("c1"))
    with pytest.raises(PersonalInPublic):
        send(db, agent, text)
    sent = send(db, agent, text, private=True)  # the same press, now with the box ticked
    assert (sent.private, queued(db)) == (True, ["private_reply"])


def test_a_direct_message_is_private_anyway(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("d1", surface=Surface.DIRECT, parent_id=None, root_id=None))
    assert send(db, agent, ASKS).private


def test_where_no_private_reply_is_possible_the_tracking_page_is_told(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", can=Can(reply=True)))
    with pytest.raises(PersonalInPublic) as stopped:
        send(db, agent, ASKS)
    assert stopped.value.details["instead"] == "tracking"
    assert "صفحة المتابعة" in stopped.value.words("ar")


def test_what_is_taken_out_lets_the_answer_go(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    with pytest.raises(PersonalInPublic):
        send(db, agent, GIVES)
    send(db, agent, "أهلا بك، سنتصل بك اليوم", "n2")
    assert queued(db) == ["reply"]


def test_our_own_contacts_may_stand_in_an_answer(
    db: Database, desk: Any, say: Any, agent: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(say("c1"))
    with pytest.raises(PersonalInPublic):
        send(db, agent, "اتصلوا على 04 702 7702")
    monkeypatch.setenv("MAJLIS_OFFICE_CONTACTS", "+971 4 702 7702, @mohre.gov.ae")
    configuration.settings.cache_clear()
    send(db, agent, "اتصلوا على 04 702 7702 أو 600590000 أو ask@mohre.gov.ae", "n2")
    configuration.settings.cache_clear()


@pytest.mark.parametrize("kind", ["reply", "receipt"])
def test_whoever_queued_it_nothing_of_that_kind_leaves(db: Database, desk: Any, say: Any, agent: Actor, kind: str) -> None:
    desk.take(say("c1"))
    with db.write() as session:
        public, private = (_queue(session, agent, kind, desk.account, private=private) for private in (False, True))
        assert objection(session, public) == Refusal("cancelled", "personal_data")
        assert objection(session, private) is None


def _queue(session: Session, actor: Actor, kind: str, account: Any, *, private: bool) -> Delivery:
    return enqueue(session, actor, kind=kind, account=account, body=Body(text=ASKS, private=private), target_id="c1")


def test_our_receipts_ask_for_nothing_and_give_nothing_away() -> None:
    names = [key for key in catalogue() if key.startswith(("receipt.", "console.demo.answer."))]
    told = [
        t(
            key,
            lang,
            number="M-05012-34567",
            track="https://majlis.test/track",
            case_link="",
            day="3 May 2027",
            edition="mohre@2026-11",
            policy="https://majlis.test/policy",
        )
        for key in names
        for lang in LANGS
    ]
    assert len(told) > 10
    assert [text for text in told if in_public(text)] == []
