"""Words that were hidden, at the desk: the reasons owed to their author are handed over once; deleting takes another person."""

from typing import Any

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core.auth import actor_of
from core.models import User
from desk import store
from inbox import moderate
from inbox.change import change
from inbox.models import Decision, Item, Notice
from outbox.models import Delivery
from tests.desk.test_cases import unfold
from tests.desk.test_pages import PAGE, Token


@pytest.fixture
def hidden(ministry: Any) -> int:
    """An item that the moderator hid, with a notice that could not be given."""
    with store.write() as session:
        moderator = actor_of(session.get_one(User, ministry.users["moderator"]))
        item = session.get_one(Item, ministry.items["abuse"])
        decision = moderate.hide(session, moderator, item, "abuse", "سبّ الموظفين")
        change(session, item, hidden=True)
        session.get_one(Delivery, decision.delivery_id).state = "published"
        session.add(Notice(number="M-00000-00001", decision_id=decision.id or 0, item_id=item.id or 0, owed="no_private"))
    return int(ministry.items["abuse"])


def opened(token: str, item: int) -> AppTest:
    app = AppTest.from_string(PAGE.format(path="inbox"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, "ar"
    app.query_params["view"], app.query_params["item"] = "all", str(item)
    unfold(app.run())
    assert not app.exception, [one.value for one in app.exception]
    return app


def notice() -> Notice:
    with store.read() as session:
        return session.exec(select(Notice)).one()


def test_reasons_that_are_owed_are_handed_over_and_their_link_is_shown_then(hidden: int, token: Token) -> None:
    app = opened(token("moderator"), hidden)
    assert not app.code
    next(one for one in app.button if one.key == f"notice:{notice().id}").click().run()
    assert notice().owed == ""
    assert [one.value for one in app.code if notice().number in one.value]
    assert not opened(token("moderator"), hidden).code


def test_whoever_may_not_moderate_sees_that_it_is_owed_and_no_link(hidden: int, token: Token) -> None:
    app = opened(token("agent"), hidden)
    assert [block for block in app.get("html") if notice().number in block.proto.body]
    assert not [one for one in app.button if str(one.key).startswith(("notice:", "do_delete:"))]


def test_whoever_hid_it_can_not_delete_it_and_a_colleague_can(hidden: int, token: Token) -> None:
    for user, actions in (("moderator", ["hide"]), ("staff", ["hide", "delete"])):
        app = opened(token(user), hidden)
        next(one for one in app.text_area if str(one.key).startswith(f"text:delete:{hidden}:")).input("سبّ صريح")
        app.run()
        next(one for one in app.button if str(one.key).startswith(f"do_delete:{hidden}:")).click().run()
        with store.read() as session:
            by_hand = (col(Decision.item_id) == hidden, ~col(Decision.automatic))
            made = session.exec(select(Decision).where(*by_hand).order_by(col(Decision.id)))
            assert [one.action for one in made] == actions
