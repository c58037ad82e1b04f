"""The problems board at the desk: each row says why, whose turn it is and until when; what may be done here is a button."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.auth import actor_of
from core.clock import now
from core.i18n import LANGS, Lang, catalogue, t
from core.models import Account, User
from desk import store
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.models import Delivery
from outbox.problems import OWNED, REMEDY
from tests.desk.test_pages import PAGE, Token

OWNERS = (
    "worker",
    "delivery.decide",
    "account.admin",
    "pause.press",
    "post.write",
    "item.work",
    *(owner for owner, _ in OWNED.values()),
)
ENDS = ("asks", "tried_again", "read_back", "expires", "cancelled", "forgotten")
WAYS = (
    "again",
    "adopt",
    "release",
    "give_up",
    "lift",
    "permit",
    "retry",
    "write_anew",
    "start_worker",
    "submit_again",
    "submit_notice",
    "approve_notice",
    "tell_anew",
)


@pytest.mark.parametrize("owner", OWNERS)
def test_every_owner_has_words(owner: str) -> None:
    assert f"outbox.owner.{owner}" in catalogue()


@pytest.mark.parametrize("then", ENDS)
def test_every_end_has_words(then: str) -> None:
    assert f"outbox.then.{then}" in catalogue()


@pytest.mark.parametrize("way", sorted({*WAYS, *REMEDY.values(), *(way for _, way in OWNED.values())}))
def test_every_way_out_has_words(way: str) -> None:
    assert f"outbox.may.{way}" in catalogue()


def stuck(
    ministry: Any, state: str, reason: str, *, account: str = "x", kind: str = "post", text: str = "خبر", **fields: Any
) -> int:
    with store.write() as session:
        author = actor_of(session.get_one(User, ministry.users["author"]))
        given = fields.pop("guard_arg", None)
        to = session.get_one(Account, ministry.accounts[account])
        row = enqueue(session, author, kind=kind, account=to, ref=f"p:{state}:{reason}", body=Body(text=text), guard_arg=given)
        session.flush()
        row = session.get_one(Delivery, row.id)
        row.state, row.reason, row.scheduled_at = state, reason, now() - timedelta(hours=2)
        for name, value in fields.items():
            setattr(row, name, value)
        session.add(row)
        session.flush()
        return row.id or 0


def board(token: str, lang: Lang = "ar") -> AppTest:
    app = AppTest.from_string(PAGE.format(path="problems"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, lang
    app.run()
    assert not app.exception, [e.value for e in app.exception]
    return app


def card(app: AppTest, text: str) -> str:
    """The one row in which this stands."""
    (found,) = [str(block.proto.body) for block in app.get("html") if text in block.proto.body]
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_a_row_says_why_whose_turn_it_is_and_until_when(ministry: Any, token: Token, lang: Lang) -> None:
    stuck(ministry, "needs_decision", "not_found", text="خبر لا نعرف مصيره", sent_at=now() - timedelta(hours=1), attempts=2)
    row = card(board(token("manager"), lang), "خبر لا نعرف مصيره")
    for word in (
        t("outbox.reason.not_found", lang),
        t("outbox.owner.delivery.decide", lang),
        t("outbox.then.cancelled", lang),
        t("desk.problems.tries", lang, n=2),
    ):
        assert word in row


@pytest.mark.parametrize("lang", LANGS)
def test_a_link_that_is_filled_in_as_it_leaves_is_called_by_its_name(ministry: Any, token: Token, lang: Lang) -> None:
    stuck(ministry, "needs_decision", "not_found", kind="receipt", text="انتهت معالجة الطلب. رابطكم: {case_link}", sent_at=now())
    row = unescape(card(board(token("manager"), lang), "انتهت معالجة الطلب"))
    assert f"[{t('desk.problems.case_link', lang)}]" in row
    assert "{" not in row


@pytest.mark.parametrize("lang", LANGS)
def test_a_blocked_account_is_one_row_with_its_way_out(ministry: Any, token: Token, lang: Lang) -> None:
    for number in range(3):
        stuck(ministry, "held", "token_expired", account="instagram", text=f"خبر {number}", ref=f"blocked:{number}")
    row = card(board(token("admin"), lang), t("outbox.reason.token_expired", lang))
    assert t("desk.problems.count", lang, n=3) in row
    assert t("outbox.may.reconnect", lang) in row


def test_what_was_missed_goes_after_all_and_what_is_there_is_recorded(ministry: Any, token: Token) -> None:
    missed = stuck(ministry, "missed", "too_late", expires_at=now() + timedelta(days=1))
    lost = stuck(ministry, "needs_decision", "not_found", sent_at=now() - timedelta(hours=1))
    app = board(token("manager"))
    next(one for one in app.button if str(one.key).startswith(f"again:{missed}:")).click().run()
    next(one for one in app.text_input if str(one.key).startswith(f"external:{lost}:")).input("1888")
    app.run()
    next(one for one in app.button if str(one.key).startswith(f"adopt:{lost}:")).click().run()
    assert t("desk.done.adopted", "ar") in " ".join(str(block.proto.body) for block in app.get("html"))
    with store.read() as session:
        assert session.get_one(Delivery, missed).state == "scheduled"
        assert session.get_one(Delivery, lost).external_id == "1888"


def test_what_answers_a_person_is_masked_for_whoever_works_no_cases(ministry: Any, token: Token) -> None:
    stuck(
        ministry,
        "held",
        "thread_changed",
        kind="reply",
        text="نتصل بكم على 0501234567",
        guard_arg={"item": ministry.items["wages"]},
    )
    for_admin = card(board(token("admin")), "نتصل بكم")
    assert "0501234567" not in for_admin
    assert f"/inbox?view=all&amp;item={ministry.items['wages']}" in for_admin


def test_of_many_rows_the_first_are_drawn_and_the_rest_on_asking(ministry: Any, token: Token) -> None:
    ends = now() + timedelta(days=1)
    for number in range(45):
        stuck(ministry, "missed", "too_late", text=f"خبر رقم {number}.", ref=f"many:{number}", expires_at=ends)
    app = board(token("manager"))
    assert not [block for block in app.get("html") if "خبر رقم 44." in block.proto.body]
    next(one for one in app.button if one.key == "problems_all").click().run()
    assert card(app, "خبر رقم 44.")
