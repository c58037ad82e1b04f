"""Saved answers: whoever answers for one, its source and its day are known; what is over or has open places is not sent."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from connectors.contract import Can, Surface
from core.actors import OPERATING, Actor
from core.auth import actor_of, add_user
from core.clock import Hands, now
from core.db import Database
from core.errors import Forbidden, Invalid, NotFound
from core.i18n import LANGS
from core.models import AuditEntry
from inbox import blanks, cases, reply, saved
from inbox.models import Item, Reply, SavedReply
from outbox.guards import settled
from outbox.models import Delivery

NAFIS = saved.Content(
    name="موعد نافس",
    ar="أهلا {name}، يبدأ التسجيل {day}.",
    en="Hello {name}, registration begins on {day}.",
    source="https://www.mohre.gov.ae/nafis",
    review_by=date(2026, 12, 31),
    topic="emiratisation",
)


@pytest.fixture
def keeper(db: Database) -> Actor:
    with db.write() as session:
        return actor_of(add_user(session, OPERATING, "huda", "long-enough-1", ["manager"], "Huda"))


def keep(db: Database, actor: Actor, content: saved.Content = NAFIS, **more: Any) -> SavedReply:
    with db.write() as session:
        return saved.keep(session, actor, content, **more)


def changed(**fields: Any) -> saved.Content:
    given = {name: getattr(NAFIS, name) for name in ("name", "ar", "en", "source", "review_by", "topic")}
    return saved.Content(**{**given, **fields})


def send(db: Database, actor: Actor, text: str, kept: SavedReply | None = None, nonce: str = "n1") -> Reply:
    with db.write() as session:
        seen = reply.thread_version(session, session.get_one(Item, 1))
        return reply.send(session, actor, 1, text, seen_version=seen, nonce=nonce, saved_id=kept.id if kept else None)


def published(session: Session) -> None:
    delivery = session.exec(select(Delivery)).one()
    delivery.state, delivery.external_id, delivery.published_at = "published", "r1", now()
    session.add(delivery)
    session.flush()
    settled(session, delivery)


def test_a_saved_answer_has_an_owner_a_source_and_a_day(db: Database, keeper: Actor, hands: Hands) -> None:
    kept = keep(db, keeper)
    assert (kept.owner_id, kept.source, kept.review_by) == (keeper.user_id, NAFIS.source, NAFIS.review_by)
    with db.read() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "saved.keep")).one()
    assert (entry.actor, entry.subject) == (keeper.label, f"saved:{kept.id}")
    assert "أهلا" not in str(entry.detail)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "saved_name"),
        ({"name": "ا" * 81}, "saved_name"),
        ({"source": ""}, "source"),
        ({"ar": "", "en": ""}, "text_ar"),
        ({"en": "x" * 2001}, "text_en"),
        ({"topic": "weather"}, "topic"),
        ({"review_by": date(2026, 11, 23)}, "review_by"),
        ({"review_by": date(2028, 1, 1)}, "review_by"),
    ],
)
def test_what_lacks_something_is_not_kept(db: Database, keeper: Actor, hands: Hands, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        keep(db, keeper, changed(**fields))
    assert refused.value.details["field"] == field
    assert all(refused.value.words(lang) for lang in LANGS)


def test_one_language_is_enough(db: Database, keeper: Actor, hands: Hands) -> None:
    assert keep(db, keeper, changed(en="")).text_en == ""


def test_a_name_is_there_once_and_may_be_changed(db: Database, keeper: Actor, hands: Hands) -> None:
    first = keep(db, keeper)
    with pytest.raises(Invalid):
        keep(db, keeper)
    again = keep(db, keeper, changed(name="موعد نافس 2"), saved_id=first.id)
    assert (again.id, again.name) == (first.id, "موعد نافس 2")


def test_somebody_else_may_answer_for_it_but_nobody_unknown(db: Database, keeper: Actor, agent: Actor, hands: Hands) -> None:
    assert keep(db, keeper, owner_id=agent.user_id).owner_id == agent.user_id
    with pytest.raises(Invalid):
        keep(db, keeper, changed(name="آخر"), owner_id=99)


def test_whoever_only_answers_keeps_none(db: Database, colleague: Actor, keeper: Actor, hands: Hands) -> None:
    kept = keep(db, keeper)
    with pytest.raises(Forbidden):
        keep(db, colleague)
    with db.write() as session, pytest.raises(Forbidden):
        saved.use(session, colleague, kept.id or 0, active=False)


def test_places_are_filled_with_what_is_known_and_the_rest_stays_open(
    db: Database, desk: Any, say: Any, keeper: Actor, agent: Actor
) -> None:
    desk.take(say("c1"))
    keep(db, keeper)
    with db.read() as session:
        (offer,) = saved.offered(session, session.get_one(Item, 1))
    assert (offer.text, offer.lang, offer.over) == ("أهلا سالم، يبدأ التسجيل {day}.", "ar", False)
    assert blanks.blanks(offer.text) == ("day",)


def test_a_case_gives_its_number_and_no_name_of_staff_is_known(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    with db.write() as session:
        case = cases.open_case(session, agent, session.get_one(Item, 1), "inquiry")
        known = blanks.values(session, session.get_one(Item, 1), "en")
    assert set(known) == set(blanks.KNOWN)
    assert known["number"] == case.number
    assert known["due"] != ""
    assert "Noura" not in str(known)


def test_a_nameless_author_leaves_the_place_open(db: Database, desk: Any, say: Any, keeper: Actor) -> None:
    desk.take(say("c1", author_name=""))
    keep(db, keeper, changed(ar="أهلا {name}"))
    with db.read() as session:
        (offer,) = saved.offered(session, session.get_one(Item, 1))
    assert offer.text == "أهلا {name}"


def test_the_items_language_and_topic_come_first(db: Database, desk: Any, say: Any, keeper: Actor) -> None:
    desk.take(say("c1", "When will my salary be paid? It is two months late now, please help me with this"))
    keep(db, keeper)
    keep(db, keeper, changed(name="الأجور", topic="wages", ar="راجعوا منصة الأجور", en="See the wages page"))
    keep(db, keeper, changed(name="بالعربية", topic="none", en=""))
    with db.read() as session:
        item = session.get_one(Item, 1)
        offers = saved.offered(session, item)
    assert item.topic == "wages"
    assert (offers[0].name, offers[0].text) == ("الأجور", "See the wages page")
    assert {offer.name: offer.lang for offer in offers}["بالعربية"] == "ar"


def test_a_place_left_open_keeps_the_answer_from_leaving(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    with pytest.raises(Invalid) as refused:
        send(db, agent, "يبدأ التسجيل {day} في {place}.")
    assert all("day" in refused.value.words(lang) and "place" in refused.value.words(lang) for lang in LANGS)
    with db.read() as session:
        draft = reply.draft_of(session, agent, 1)
        assert draft is not None
        assert draft.text == "يبدأ التسجيل {day} في {place}."
        assert session.exec(select(Delivery)).all() == []


@pytest.mark.parametrize("over", ["expired", "ended"])
def test_what_holds_no_more_is_not_sent(
    db: Database, desk: Any, say: Any, agent: Actor, keeper: Actor, hands: Hands, over: str
) -> None:
    desk.take(say("c1"))
    kept = keep(db, keeper)
    if over == "expired":
        hands.forward(days=60)
    else:
        with db.write() as session:
            saved.use(session, keeper, kept.id or 0, active=False)
    with pytest.raises(Invalid) as refused:
        send(db, agent, "يبدأ التسجيل الأحد.", kept)
    assert "موعد نافس" in refused.value.words("ar")
    with db.read() as session:
        draft = reply.draft_of(session, agent, 1)
        assert draft is not None
        assert draft.saved_id == kept.id
        offers = saved.offered(session, session.get_one(Item, 1))
    assert [offer.over for offer in offers] == ([True] if over == "expired" else [])
    assert send(db, agent, "كلماتي أنا", nonce="n2").state == "queued"


def test_it_holds_until_the_end_of_its_day_in_dubai(
    db: Database, desk: Any, say: Any, agent: Actor, keeper: Actor, hands: Hands
) -> None:
    desk.take(say("c1"))
    kept = keep(db, keeper, changed(review_by=date(2026, 11, 24)))
    hands.forward(hours=13, minutes=59)  # 23:59 in Dubai
    assert send(db, agent, "نعم", kept).state == "queued"
    hands.forward(minutes=1)
    with db.read() as session:
        assert saved.objection(session, kept.id) is not None


def test_what_reached_its_reader_is_counted(db: Database, desk: Any, say: Any, agent: Actor, keeper: Actor) -> None:
    desk.take(say("c1"))
    kept = keep(db, keeper)
    send(db, agent, "يبدأ التسجيل الأحد.", kept)
    with db.write() as session:
        assert saved.of(session, kept.id or 0).used == 0
        published(session)
    with db.read() as session:
        assert saved.of(session, kept.id or 0).used == 1
        sent = session.exec(select(AuditEntry).where(AuditEntry.action == "reply.send")).one()
    assert sent.detail["saved"] == kept.id


def test_an_emptied_draft_forgets_what_it_was_made_from(db: Database, desk: Any, say: Any, agent: Actor, keeper: Actor) -> None:
    desk.take(say("c1", can=Can(reply=True), surface=Surface.COMMENT))
    kept = keep(db, keeper)
    with db.write() as session:
        assert reply.save_draft(session, agent, 1, "نص", saved_id=kept.id).saved_id == kept.id
        assert reply.save_draft(session, agent, 1, "", saved_id=kept.id).saved_id is None


def test_the_list_is_in_pages_by_name_and_is_searched(db: Database, keeper: Actor, hands: Hands) -> None:
    for name in ("ب", "أ", "ج"):
        keep(db, keeper, changed(name=name, ar=f"نص {name}"))
    with db.write() as session:
        ended = saved.page(session)[2]
        saved.use(session, keeper, ended.id or 0, active=False)
        saved.use(session, keeper, ended.id or 0, active=False)
    with db.read() as session:
        first = saved.page(session, limit=2)
        rest = saved.page(session, after=first[-1].name, limit=2)
        assert sorted(one.name for one in (*first, *rest)) == ["أ", "ب", "ج"]
        assert [one.name for one in saved.page(session, text="نص ب")] == ["ب"]
        assert [one.name for one in saved.page(session, standing="ended")] == [ended.name]
        assert len(saved.page(session, standing="in_use")) == 2
        assert saved.page(session, standing="soon") == []
        assert len(session.exec(select(AuditEntry).where(AuditEntry.action == "saved.end")).all()) == 1


def test_what_must_be_read_again_soon_or_is_over_is_found(db: Database, keeper: Actor, hands: Hands) -> None:
    soon = hands.at.date() + timedelta(days=10)
    keep(db, keeper, changed(name="قريب", review_by=soon))
    keep(db, keeper)
    with db.read() as session:
        assert [one.name for one in saved.page(session, standing="soon")] == ["قريب"]
    hands.forward(days=11)
    with db.read() as session:
        assert [one.name for one in saved.page(session, standing="over")] == ["قريب"]
        with pytest.raises(NotFound):
            saved.of(session, 99)
