"""A message that is a picture: seen as one in the list, in the thread and in its case, and never without a way to look at it."""

from typing import Any

import pytest
from sqlmodel import Session, col, select
from streamlit.testing.v1 import AppTest

from connectors.attached import Attachment, Kind
from connectors.contract import Message, Surface
from core.actors import Actor
from core.auth import actor_of
from core.clock import now
from core.i18n import Lang, t
from core.models import Account, User
from desk import store
from desk.shown import platform
from inbox import cases
from inbox.models import Item
from inbox.receive import receive
from policies.edition import current
from tests.desk.conftest import ABLE, Ministry
from tests.desk.test_pages import Token, opened, said
from tests.desk.test_queue import given, names, shown

ALT = "عقد عمل عليه 784-1985-1234567-1 **وختم** <b>أحمر</b>"
PICTURE = Attachment(Kind.IMAGE, "55", ALT)
VOICE = Attachment(Kind.AUDIO)


@pytest.fixture
def pictures(ministry: Ministry) -> dict[str, int]:
    """Three messages with something hanging from them: one without words, one of our name alone, one private; and no address."""
    told: tuple[tuple[str, str, tuple[Attachment, ...], dict[str, Any]], ...] = (
        ("alone", "", (PICTURE, PICTURE, VOICE), {}),
        ("named", "@MinistryDemo", (PICTURE,), {}),
        ("direct", "", (VOICE,), {"surface": Surface.DIRECT, "parent_id": None, "root_id": "t1", "permalink": ""}),
    )
    fields: dict[str, Any] = {"surface": Surface.COMMENT, "parent_id": "p1", "root_id": "p1", "can": ABLE}
    messages = [
        Message(
            account="facebook:100",
            native_id=name,
            author_id=f"a-{name}",
            author_name="سالم",
            text=text,
            created_at=now(),
            attachments=hung,
            **{"permalink": f"https://platform.test/{name}", **fields, **more},
        )
        for name, text, hung, more in told
    ]
    with store.write() as session:
        page = session.exec(select(Account).where(col(Account.platform) == "facebook")).one()
        receive(session, page, messages, current())
    with store.read() as session:
        ministry.items |= {item.native_id: item.id or 0 for item in session.exec(select(Item))}
    return ministry.items


def row(app: AppTest, item_id: int) -> dict[str, Any]:
    return next(one for one in given(app, "rows")["rows"] if one["id"] == item_id)


def test_the_list_says_what_it_is_in_the_place_of_the_words(ministry: Ministry, pictures: dict[str, int], token: Token) -> None:
    app = shown(token("staff"), view="review")
    assert {"alone", "named", "direct"} <= names(app, ministry)
    assert row(app, pictures["alone"])["text"] == "بلا نص: صورة × 2، تسجيل صوتي"
    assert row(app, pictures["direct"])["text"] == "بلا نص: تسجيل صوتي"
    assert row(app, pictures["named"])["text"] == "@MinistryDemo"
    assert "صورة" in [chip["label"] for chip in row(app, pictures["named"])["chips"]]
    assert "صورة × 2" not in [chip["label"] for chip in row(app, pictures["alone"])["chips"]]


def test_the_list_says_it_in_english_too(pictures: dict[str, int], token: Token) -> None:
    app = shown(token("staff"), held={"lang": "en"}, view="review")
    assert row(app, pictures["alone"])["text"] == "No text: Picture × 2, Voice recording"


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_what_is_open_tells_each_of_them_and_where_it_is_to_be_seen(pictures: dict[str, int], token: Token, lang: Lang) -> None:
    page = said(opened("inbox", token("staff"), lang, view="all", item=str(pictures["alone"])))
    assert page.count(f">{t('attached.image', lang)}<") == 2
    assert f">{t('attached.audio', lang)}<" in page
    assert 'href="https://platform.test/alone"' in page
    assert t("desk.hung.there", lang, platform=platform("facebook", lang)) in page
    assert "**وختم** <b>أحمر</b>" in page  # as text: html was unescaped once, and no element was made of it
    assert t("desk.judged.wordless", lang) in page
    assert t("desk.decision.why.wordless", lang) in page


def test_numbers_in_what_a_platform_says_of_a_picture_are_masked_as_in_words(pictures: dict[str, int], token: Token) -> None:
    page = said(opened("inbox", token("author"), view="all", item=str(pictures["alone"])))
    assert "عقد عمل عليه" in page
    assert "784-1985-1234567-1" not in page


def test_where_there_is_no_address_the_clerk_is_told_where_to_look(pictures: dict[str, int], token: Token) -> None:
    page = said(opened("inbox", token("staff"), view="all", item=str(pictures["direct"])))
    assert t("desk.hung.nowhere", "ar", platform="فيسبوك") in page


def test_a_case_made_of_it_shows_it_in_its_list_and_its_talk(ministry: Ministry, pictures: dict[str, int], token: Token) -> None:
    with store.write() as session:
        case = cases.open_case(session, _staff(session, ministry), session.get_one(Item, pictures["alone"]), "complaint")
        id_ = case.id
    app = opened("cases", token("staff"), view="all", case=str(id_))
    assert said(app).count(">صورة<") == 2
    rows = given(app, "rows")["rows"]
    assert next(one for one in rows if one["id"] == id_)["text"] == "بلا نص: صورة × 2، تسجيل صوتي"


def _staff(session: Session, ministry: Ministry) -> Actor:
    return actor_of(session.get_one(User, ministry.users["staff"]))
