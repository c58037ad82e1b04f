"""A second look: where the policy asks for one, an answer leaves by another person's yes, or goes back with a word why."""

from typing import Any

import pytest
from sqlmodel import Session, col, select

from core.actors import OPERATING, Actor
from core.auth import actor_of, add_user
from core.clock import Hands, now
from core.db import Database
from core.errors import Conflict, Forbidden, Invalid, NotFound, NotPossible, OwnAct, WrongState
from core.models import AuditEntry
from inbox import approving, cases, enact, reply, saved, search, secondlook, sorting
from inbox.models import Item, Reply
from inbox.search import Filter
from inbox.thread import thread_of
from outbox.models import Delivery
from policies import edition
from policies.edition import EditionRefused, parse
from tests.inbox.small_edition import written

ALL = """
reply.approval.clauses = ["abuse"]
reply.approval.grades = ["urgent"]
reply.approval.kinds = ["complaint"]
"""


@pytest.fixture
def boss(db: Database) -> Actor:
    with db.write() as session:
        return actor_of(add_user(session, OPERATING, "mariam", "long-enough-1", ["approver", "agent"], "Mariam"))


@pytest.fixture
def asking(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edition in force wants a second look at every inquiry."""
    wanted = parse(written("1", "2026-01-01", more='reply.approval.kinds = ["inquiry", "other"]'))
    monkeypatch.setattr(secondlook, "in_force", lambda _session: wanted)


def version(db: Database) -> str:
    with db.read() as session:
        item = session.get_one(Item, 1)
        found = reply.thread_version(session, item)
        assert thread_of(session, item).version == found
        return found


def send(db: Database, actor: Actor, text: str = "أهلا بك", nonce: str = "n1", **more: Any) -> Reply:
    seen = more.pop("seen", None) or version(db)
    with db.write() as session:
        return reply.send(session, actor, 1, text, seen_version=seen, nonce=nonce, **more)


def approve(db: Database, actor: Actor, waiting: Reply, seen: str | None = None) -> Reply:
    seen = version(db) if seen is None else seen
    with db.write() as session:
        return approving.approve(session, actor, waiting.id or 0, seen_version=seen)


def deliveries(db: Database) -> list[Delivery]:
    with db.read() as session:
        return list(session.exec(select(Delivery)))


def reasons(db: Database, look: str, change: Any = None) -> tuple[secondlook.Reason, ...]:
    with db.write() as session:
        item = session.get_one(Item, 1)
        if change is not None:
            change(session, item)
        session.flush()
        with pytest.MonkeyPatch.context() as patched:
            wanted = parse(written("1", "2026-01-01", more=look))
            patched.setattr(secondlook, "in_force", lambda _session: wanted)
            return secondlook.reasons(session, item)


def test_no_shipped_edition_asks_for_a_second_look() -> None:
    assert {edition.load(path).second_look for path in edition.known().values()} == {edition.current().second_look}
    look = edition.current().second_look
    assert (look.clauses, look.grades, look.kinds) == ((), (), ())


def test_clause_class_and_kind_ask_for_it(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    def flagged(_session: Session, item: Item) -> None:
        item.clause = "abuse"

    def urgent(session: Session, item: Item) -> None:
        case = cases.open_case(session, agent, item, "inquiry")
        sorting.classify(session, agent, case, "urgent", "خطر")

    desk.take(say("c1"))
    assert reasons(db, ALL) == ()
    assert reasons(db, 'reply.approval.kinds = ["inquiry"]') == (("kind", "inquiry"),)
    assert reasons(db, ALL, flagged) == (("clause", "abuse"),)
    assert reasons(db, ALL, urgent) == (("clause", "abuse"), ("grade", "urgent"))
    assert reasons(db, "") == ()


def test_what_is_urgent_and_stays_among_few_asks_for_it_as_either(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    def both(session: Session, item: Item) -> None:
        case = cases.open_case(session, agent, item, "inquiry", grade="confidential")
        sorting.classify(session, agent, case, "urgent", "خطر")

    desk.take(say("c1"))
    assert reasons(db, 'reply.approval.grades = ["confidential"]', both) == (("grade", "confidential"),)
    assert reasons(db, ALL) == (("grade", "urgent"),)


@pytest.mark.parametrize(
    "more", ['reply.approval.clauses = ["no_such"]', 'reply.approval.grades = ["secret"]', "reply.approvals = {}"]
)
def test_an_edition_that_names_what_is_not_there_is_refused(more: str) -> None:
    with pytest.raises(EditionRefused):
        edition.accept(written("1", "2026-01-01", more=more))


def test_an_activated_edition_asks_for_it(db: Database, desk: Any, say: Any, agent: Actor, boss: Actor, hands: Hands) -> None:
    with db.write() as session:
        one, other = (
            actor_of(add_user(session, OPERATING, name, "long-enough-1", ["policy_owner"], name)) for name in ("salem", "reem")
        )
        source = written("9", "2026-11-24", policy="mohre", more='reply.approval.kinds = ["inquiry", "other"]')
        enact.activate(session, other, enact.propose(session, one, source))
    desk.take(say("c1"))
    assert send(db, agent).state == "asked"


@pytest.mark.usefixtures("asking")
def test_an_answer_waits_and_leaves_by_another_persons_yes(db: Database, desk: Any, say: Any, agent: Actor, boss: Actor) -> None:
    desk.take(say("c1"))
    waiting = send(db, agent)
    assert (waiting.state, deliveries(db)) == ("asked", [])
    with db.read() as session:
        (there,) = approving.waiting_at(session, session.get_one(Item, 1))
        assert (there.author, approving.count(session)) == ("Noura", 1)
    done = approve(db, boss, waiting)
    (delivery,) = deliveries(db)
    assert (done.state, done.decided_by_id, done.author_id) == ("queued", boss.user_id, agent.user_id)
    assert (delivery.state, (delivery.scheduled_at - now()).total_seconds()) == ("scheduled", 8)
    with db.read() as session:
        assert approving.count(session) == 0
        acts = [entry.action for entry in session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))]
    assert [act for act in acts if act.startswith("reply.")] == ["reply.draft", "reply.ask", "reply.approve", "reply.send"]


@pytest.mark.usefixtures("asking")
def test_nobody_says_yes_to_his_own(db: Database, desk: Any, say: Any, boss: Actor) -> None:
    desk.take(say("c1"))
    waiting = send(db, boss)
    assert waiting.state == "asked"
    with pytest.raises(OwnAct):
        approve(db, boss, waiting)
    with db.write() as session, pytest.raises(OwnAct):
        approving.send_back(session, boss, waiting.id or 0, "لا")
    assert deliveries(db) == []


@pytest.mark.usefixtures("asking")
def test_who_may_not_approve_may_not(db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor) -> None:
    desk.take(say("c1"))
    waiting = send(db, agent)
    with pytest.raises(Forbidden):
        approve(db, colleague, waiting)
    with db.write() as session, pytest.raises(Forbidden):
        approving.send_back(session, colleague, waiting.id or 0, "لا")


@pytest.mark.usefixtures("asking")
def test_it_goes_back_with_a_word_why_and_can_be_asked_again(db: Database, desk: Any, say: Any, agent: Actor, boss: Actor) -> None:
    desk.take(say("c1"))
    waiting = send(db, agent)
    with db.write() as session:
        with pytest.raises(Invalid):
            approving.send_back(session, boss, waiting.id or 0, " ")
        approving.send_back(session, boss, waiting.id or 0, "اذكر الموعد")
    with db.read() as session:
        draft = reply.draft_of(session, agent, 1)
        assert draft is not None
        assert (draft.text, draft.decided_note, draft.decided_by_id) == ("أهلا بك", "اذكر الموعد", boss.user_id)
    again = send(db, agent, "يبدأ الأحد", "n2")
    assert (again.id, again.state, again.decided_note) == (waiting.id, "asked", "")
    assert approve(db, boss, again).state == "queued"


@pytest.mark.usefixtures("asking")
def test_what_was_answered_since_it_was_read_is_not_approved_unseen(
    db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor, boss: Actor
) -> None:
    desk.take(say("c1"))
    waiting = send(db, agent)
    seen = version(db)
    desk.take(say("r1", "رد من التطبيق", own=True, parent_id="c1", author_id="100", author_name="الوزارة"))
    with pytest.raises(Conflict) as refused:
        approve(db, boss, waiting, seen)
    assert refused.value.details["their_text"] == "رد من التطبيق"
    assert deliveries(db) == []


@pytest.mark.usefixtures("asking")
def test_other_words_asked_for_meanwhile_are_not_approved_unseen(
    db: Database, desk: Any, say: Any, agent: Actor, boss: Actor, hands: Hands
) -> None:
    desk.take(say("c1"))
    waiting = send(db, agent)
    seen = version(db)
    with db.write() as session:
        reply.take_back(session, agent, waiting.id or 0)
    hands.forward(seconds=1)
    again = send(db, agent, "كلام آخر", "n2")
    with pytest.raises(Conflict):
        approve(db, boss, again, seen)


@pytest.mark.usefixtures("asking")
def test_a_colleague_sees_that_an_answer_waits_before_he_writes_another(
    db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor
) -> None:
    desk.take(say("c1"))
    before = version(db)
    send(db, agent)
    with pytest.raises(Conflict) as refused:
        send(db, colleague, "وأنا", "n2", seen=before)
    assert refused.value.details["their_name"] == "Noura"


@pytest.mark.usefixtures("asking")
def test_its_author_takes_it_back_before_anybody_said_yes(db: Database, desk: Any, say: Any, agent: Actor, boss: Actor) -> None:
    desk.take(say("c1"))
    waiting = send(db, agent)
    with db.write() as session:
        assert reply.take_back(session, agent, waiting.id or 0).state == "draft"
    with pytest.raises(WrongState):
        approve(db, boss, waiting)
    with pytest.raises(NotFound):
        approve(db, boss, Reply(id=99, item_id=1, account_id=1, author_id=1))


@pytest.mark.usefixtures("asking")
def test_what_was_deleted_or_holds_no_more_is_not_approved(
    db: Database, desk: Any, say: Any, agent: Actor, boss: Actor, hands: Hands
) -> None:
    with db.write() as session:
        keeper = actor_of(add_user(session, OPERATING, "huda", "long-enough-1", ["manager"], "Huda"))
        content = saved.Content(name="رد", ar="نعم", en="", source="الموقع", review_by=hands.at.date())
        kept = saved.keep(session, keeper, content)
    desk.take(say("c1"))
    waiting = send(db, agent, "نعم", saved_id=kept.id)
    hands.forward(days=1)
    with pytest.raises(Invalid):
        approve(db, boss, waiting)
    desk.take(say("c1", "", deleted=True))
    with pytest.raises(NotPossible):
        approve(db, boss, waiting)
    assert deliveries(db) == []


@pytest.mark.usefixtures("asking")
def test_fixed_words_of_the_house_need_no_second_look(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    assert send(db, agent, fixed=True).state == "queued"
    (delivery,) = deliveries(db)
    assert delivery.scheduled_at == now()


@pytest.mark.usefixtures("asking")
def test_what_waits_for_a_yes_is_a_view_the_longest_wait_first(
    db: Database, desk: Any, say: Any, agent: Actor, boss: Actor
) -> None:
    desk.take(say("c1"), say("c2", parent_id=None), say("c3"))
    waiting = []
    for item_id in (3, 1):
        with db.write() as session:
            seen = reply.thread_version(session, session.get_one(Item, item_id))
            waiting.append(reply.send(session, agent, item_id, "أهلا", seen_version=seen, nonce=f"n{item_id}"))
    with db.read() as session:
        first = search.page(session, Filter(view="approvals"), limit=1)
        rest = search.page(session, Filter(view="approvals"), first.next, limit=1)
        assert [item.id for item in (*first.items, *rest.items)] == [3, 1]
        assert rest.next is None
        assert search.counts(session)["approvals"] == 2
        assert search.page(session, Filter(view="approvals", kind="praise")).items == ()
    for one in waiting:
        with db.write() as session:
            seen = reply.thread_version(session, session.get_one(Item, one.item_id))
            approving.approve(session, boss, one.id or 0, seen_version=seen)
    with db.read() as session:
        assert search.page(session, Filter(view="approvals")).items == ()
