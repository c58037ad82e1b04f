"""What an item keeps of its verdict."""

from dataclasses import replace
from typing import Any

from sqlmodel import select

from core.db import Database
from inbox.models import Item
from inbox.rows import judged
from policies.judge import judge
from policies.verdict import Reason

UNPAID = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"


def kept(db: Database) -> dict[str, Any]:
    with db.read() as session:
        return {item.native_id: item.verdict for item in session.exec(select(Item))}


def test_why_an_item_cannot_wait_is_kept_with_its_places(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", UNPAID), say("c2", "شكرا لكم على سرعة الإنجاز"), say("c3", "شكرا لكم", own=True))
    found = kept(db)
    reasons = dict(found["c1"]["urgent"])
    assert "unpaid" in reasons
    assert all("شهرين" in UNPAID[start:end] for start, end in reasons["unpaid"])
    assert found["c2"]["urgent"] == []
    assert found["c3"] == {}


def test_an_edit_brings_its_own_reasons(db: Database, desk: Any, say: Any) -> None:
    one = say("c1", UNPAID)
    desk.take(one)
    desk.take(replace(one, text="شكرا لكم، وصل راتبي"))
    assert kept(db)["c1"]["urgent"] == []


def test_reasons_keep_their_order_and_stand_without_places_too() -> None:
    reasons = (Reason("urgent", "life", ((0, 3), (5, 9))), Reason("urgent", "wording"))
    verdict = replace(judge("متى موعد التسجيل؟"), urgent=reasons)
    assert judged(verdict, "متى موعد التسجيل؟", [])["verdict"]["urgent"] == [["life", [[0, 3], [5, 9]]], ["wording", []]]
