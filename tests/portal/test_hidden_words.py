"""Hidden words have gone from every door: pages, feeds, open data, search, export and whatever leaves us, until they show again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlmodel import select

from connectors.contract import Can, Message, Surface
from console.export import export
from console.opening import House
from core.actors import OPERATING, Actor, abilities_of
from core.clock import Hands, now
from core.db import Database
from core.models import Account
from core.settings import Settings
from core.vault import Vault
from inbox import moderate, post, search
from inbox.models import Case, Item
from inbox.receive import receive
from inbox.views import VIEWS
from outbox.guards import settled
from outbox.models import Delivery
from policies import edition
from scheduler import rooms

MODERATOR = Actor("user:7", abilities_of(["moderator", "agent"]), 7, "Noura")
MARK, NAME = "كلمةنادرةجدا", "اسمنادرجدا"
WORDS = f"أشتكي من تأخر راتبي شهرين {MARK}"


def carry_out(db: Database, kind: str) -> None:
    with db.write() as session:
        delivery = session.exec(select(Delivery).where(Delivery.kind == kind)).one()
        delivery.state, delivery.published_at = "published", now()
        session.flush()
        settled(session, delivery)


@pytest.fixture
def hidden(db: Database, door_settings: Settings, vault: Vault, hands: Hands) -> Database:
    """A complaint by comment, with a case and an address to write to, that was hidden."""
    assert rooms.ROOMS
    with db.write() as session:
        account = Account(platform="facebook", native_id="100")
        mail = Account(platform="email", native_id="office@example.test")
        session.add_all([account, mail, Account(platform="portal", native_id="forms")])
        session.flush()
        message = Message(
            account=account.key,
            native_id="100_1_1",
            surface=Surface.COMMENT,
            author_id="u1",
            author_name=NAME,
            text=WORDS,
            created_at=now(),
            parent_id="100_1",
            root_id="100_1",
            can=Can(reply=True, reply_privately=True, hide=True, delete=True),
        )
        receive(session, account, [message], edition.current(), settings=door_settings, key_id=vault.current)
        case = session.exec(select(Case)).one()
        case.contact = post.contact(vault, email="salem@example.test")
        session.add(case)
        moderate.hide(session, MODERATOR, session.exec(select(Item)).one(), "abuse", "سبب")
    carry_out(db, "hide")
    return db


def doors(door: TestClient) -> Iterator[str]:
    """Every public address that is asked for with nothing to prove, in both languages."""
    app = door.app
    assert isinstance(app, FastAPI)
    for route in iter_route_contexts(app.routes):
        if "GET" in (route.methods or ()) and "{" not in (route.path or "{"):
            yield from (f"{prefix}{route.path}".rstrip("/") or "/" for prefix in ("", "/en"))
    for table in ("participation", "cases", "moderation", "response_times", "results"):
        yield from (f"/open-data/{table}.csv", f"/open-data/{table}.json")
    yield from ("/open311/v2/services.json", "/open311/v2/requests.json", "/open311/v2/requests.xml")


def test_no_page_feed_or_file_of_the_portal_holds_them(hidden: Database, door: TestClient) -> None:
    asked = list(doors(door))
    assert {"/", "/results", "/corrections.atom", "/open-data/datapackage.json"} <= set(asked)
    for address in asked:
        answer = door.get(address)
        assert answer.status_code < 500, address
        for words in (MARK, NAME, "100_1_1"):
            assert words.encode() not in answer.content, address


def test_a_search_finds_them_among_what_is_hidden_alone(hidden: Database) -> None:
    with hidden.read() as session:
        for text in (MARK, NAME):
            for view in VIEWS:
                found = search.page(session, search.Filter(view=view, text=text)).items
                assert len(found) == (view == "hidden"), view


def test_an_export_holds_no_word_of_them_not_even_as_evidence(
    hidden: Database, door_settings: Settings, vault: Vault, tmp_path: Path
) -> None:
    sees_all = Actor("operator", OPERATING.abilities | {"pii.view"})
    export(House(door_settings, hidden, vault), sees_all, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir() if MARK in path.read_text("utf-8-sig")] == []


def test_nothing_that_leaves_us_holds_them(hidden: Database, door_settings: Settings) -> None:
    with hidden.read() as session:
        deliveries = session.exec(select(Delivery)).all()
        assert {"receipt", "mail", "hide"} <= {one.kind for one in deliveries}
        for one in deliveries:
            assert MARK not in str(one.body)


def test_shown_again_they_are_found_again(hidden: Database) -> None:
    with hidden.write() as session:
        moderate.unhide(session, MODERATOR, session.exec(select(Item)).one(), "أخطأنا")
    carry_out(hidden, "unhide")
    with hidden.read() as session:
        assert len(search.page(session, search.Filter(text=MARK)).items) == 1
