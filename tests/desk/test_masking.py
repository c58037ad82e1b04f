"""Who reads other people's numbers at the desk: whoever answers them; the others see them masked, and uncover one with a trace."""

from typing import Any

import pytest
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from core.actors import ROLES, abilities_of
from core.auth import actor_of
from core.errors import Forbidden
from core.models import Account, AuditEntry, User
from desk import rooms, store
from desk.eyes import Eyes
from inbox import cases
from inbox.models import Decision, Item, ItemVersion
from inbox.uncover import uncover
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.models import Delivery
from tests.desk.test_pages import PAGE, Token, person

#: two numbers that stand in everything the desk may show of a person's words
NUMBERS = ("784-1985-1234567-3", "0501234567")
SEE = {"agent", "moderator"}
MAY_ASK = {"manager", "appeal_reviewer", "auditor"}


def _shown(app: AppTest) -> str:
    """All that a page holds, as one text."""
    assert not app.exception
    kinds = ("html", "bidi_component", "markdown", "button", "text_area", "text_input", "caption")
    drawn = "".join(str(block.proto) for kind in kinds for block in app.get(kind)).encode().decode("unicode_escape", "replace")
    return drawn + "".join(block.proto.bytes.decode() for block in app.get("bidi_component"))


def _opened(path: str, token: str, **query: str) -> AppTest:
    app = AppTest.from_string(PAGE.format(path=path), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, "en"
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


@pytest.fixture
def house(ministry: Any) -> Any:
    """The numbers in an item, its older version, its author's name, a decision, a case, its note and a stuck reply."""
    words = f"my id {NUMBERS[0]} and {NUMBERS[1]}"
    with store.write() as session:
        item = session.get_one(Item, ministry.items["identity"])
        item.author_name = f"Salem {NUMBERS[1]}"
        session.add(ItemVersion(item_id=item.id or 0, text=words))
        session.add(Decision(item_id=item.id or 0, actor="user:1", action="hide", clause="privacy", reason=words))
        staff = actor_of(session.get_one(User, ministry.users["staff"]))
        case = cases.open_case(session, staff, item, "complaint", key_id=store.vault().current)
        cases.move(session, staff, case, "in_progress", words)
        page = session.get_one(Account, ministry.accounts["facebook"])
        stuck = enqueue(session, staff, kind="private_reply", account=page, body=Body(text=words, private=True), target_id="c1")
        session.flush()
        session.get_one(Delivery, stuck.id).state = "held"
        ministry.items["case"] = case.id
    return ministry


@pytest.mark.parametrize("role", ["agent", "manager", "auditor", "author", "admin"])  # together they have every room
def test_only_whoever_answers_people_reads_their_numbers(role: str, house: Any, token: Token) -> None:
    own = token(role)
    seen = ""
    for room in rooms.open_to(person(role)):
        if room.path == "policy":  # the numbers in an edition's own examples are nobody's
            continue
        seen += _shown(_opened(room.path, own, item=str(house.items["identity"]), case=str(house.items["case"])))
    assert ("xxxxxxxx67" in seen) == (role not in SEE)
    assert [number for number in NUMBERS if number in seen] == (list(NUMBERS) if role in SEE else [])


@pytest.mark.parametrize("role", ["manager", "auditor", "author"])
def test_one_item_is_uncovered_by_whoever_may_and_leaves_a_trace(role: str, house: Any, token: Token) -> None:
    item = house.items["identity"]
    app = _opened("inbox", token(role), item=str(item))
    offered = [button for button in app.button if button.key == f"uncover:{item}"]
    assert len(offered) == (role in MAY_ASK)
    if offered:
        seen = _shown(offered[0].click().run())
        assert all(number in seen for number in NUMBERS)
        with store.read() as session:
            (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "item.uncover"))
        assert (entry.actor, entry.subject) == (f"user:{house.users[role]}", f"item:{item}")
        assert entry.detail == {"pii": ["emirates_id", "phone"]}


def test_abilities_are_held_by_those_who_need_them() -> None:
    tried = {room.path for role in ("agent", "manager", "auditor", "author", "admin") for room in rooms.open_to(person(role))}
    assert tried == {room.path for room in rooms.ROOMS}
    assert {role for role in ROLES if "pii.view" in abilities_of([role])} == SEE
    assert {role for role in ROLES if "pii.unmask" in abilities_of([role])} == MAY_ASK


def test_without_the_ability_nothing_is_uncovered(house: Any) -> None:
    with store.read() as session:
        author = actor_of(session.get_one(User, house.users["author"]))
    with pytest.raises(Forbidden), store.write() as session:
        uncover(session, author, house.items["identity"])


def test_what_we_publish_ourselves_is_not_masked(house: Any) -> None:
    with store.write() as session:
        post = session.get_one(Item, house.items["p1"])
        post.text = "اتصلوا على 04 123 4567"
        assert Eyes().item(post) == post.text
        assert _answer(session, house) == "رقمك xxxxxxxx67"


def _answer(session: Session, house: Any) -> str:
    item = session.get_one(Item, house.items["question"])
    item.own, item.text = True, "رقمك 0501234567"
    return Eyes().item(item)
