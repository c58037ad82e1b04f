"""A picture alone on the pages of its own author: his case, the reasons why it was hidden, and what he can take back of it."""

import html
import re

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from core.actors import WORKER, Actor, abilities_of
from core.clock import Hands, now
from core.db import Database
from core.models import Account
from core.settings import Settings
from core.vault import Vault
from inbox import cases, moderate, notices
from inbox.models import Item, Notice
from inbox.tongues import TONGUES, Tongue, say
from tests.portal.test_why import carry_out

MODERATOR = Actor("user:7", abilities_of(["moderator"]), None, "Noura")
ALT = "لافتة <b>حمراء</b>"
HUNG = [{"kind": "image", "id": "55", "alt": ALT}, {"kind": "audio", "id": "", "alt": ""}]


@pytest.fixture
def opened(db: Database, vault: Vault, door_settings: Settings, hands: Hands) -> tuple[str, str]:
    """Number and secret of a complaint that is a picture and a voice message."""
    with db.write() as session:
        account = Account(platform="facebook", native_id="1")
        session.add(account)
        session.flush()
        item = Item(
            account_id=account.id or 0,
            platform="facebook",
            native_id="1_2",
            surface="comment",
            attachments=HUNG,
            created_at=now(),
            can={"hide": True},
        )
        session.add(item)
        session.flush()
        case = cases.open_case(session, WORKER, item, "complaint", key_id=vault.current)
        return case.number, cases.secret_of(case, vault)


@pytest.mark.parametrize("lang", TONGUES)
def test_his_case_says_what_he_sent_in_his_language(door: TestClient, opened: tuple[str, str], lang: Tongue) -> None:
    page = door.get(f"/{lang}/track/{opened[0]}/{opened[1]}").text
    talk = page.partition('id="talk"')[2].partition("</section>")[0]
    assert say("attached.image", lang) in talk
    assert say("attached.audio", lang) in talk
    assert html.escape(ALT) in talk
    assert "<b>حمراء" not in page


def test_he_takes_it_back_as_he_takes_back_words(db: Database, door: TestClient, opened: tuple[str, str]) -> None:
    page = door.get(f"/track/{opened[0]}/{opened[1]}").text
    choice = re.search(r'for="item">([^<]*)<', page)
    assert choice is not None
    assert choice[1].strip() == "صورة · تسجيل صوتي"
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    sent = {"number": opened[0], "secret": opened[1], "token": token[1], "item": "1", "certain": "1"}
    assert door.post("/track/remove", data=sent).status_code == 200
    with db.read() as session:
        assert session.exec(select(Item)).one().attachments == []
    assert "تسجيل صوتي" not in door.get(f"/track/{opened[0]}/{opened[1]}").text


def test_the_reasons_name_what_was_hidden(
    db: Database, door: TestClient, vault: Vault, door_settings: Settings, opened: tuple[str, str]
) -> None:
    with db.write() as session:
        moderate.hide(session, MODERATOR, session.exec(select(Item)).one(), "abuse", "inner-remark")
    carry_out(db, "hide")
    with db.read() as session:
        link = notices.link(session.exec(select(Notice)).one(), vault, door_settings)
    page = door.get(link.partition(door_settings.public_url)[2]).text
    yours = page.partition('id="yours"')[2].partition("</section>")[0]
    assert say("attached.image", "ar") in yours
    assert html.escape(ALT) in yours
    assert say("portal.why.words_gone", "ar") not in yours
