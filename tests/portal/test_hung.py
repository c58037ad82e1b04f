"""A picture alone on the pages of its own author: his case, the reasons why it was hidden, and what he can take back of it."""

import html
import re

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from core.actors import Actor, abilities_of
from core.clock import Hands
from core.db import Database
from core.settings import Settings
from core.vault import Vault
from inbox import moderate, notices
from inbox.models import Item, Notice
from inbox.tongues import TONGUES, Tongue, say
from tests.portal.conftest import opened_case
from tests.portal.test_why import carry_out

MODERATOR = Actor("user:7", abilities_of(["moderator"]), None, "Noura")
ALT = "لافتة <b>حمراء</b>"
HUNG = [{"kind": "image", "id": "55", "alt": ALT}, {"kind": "audio", "id": "", "alt": ""}]


@pytest.fixture
def opened(db: Database, vault: Vault, door_settings: Settings, hands: Hands) -> tuple[str, str]:
    """Number and secret of a complaint that is a picture and a voice message."""
    return opened_case(db, vault, attachments=HUNG, can={"hide": True})


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
