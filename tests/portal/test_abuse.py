"""Abuse of the door: other sites, machines, floods, heavy bodies, and whoever guesses."""

import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import func, select

from core.clock import Hands
from core.db import Database
from core.settings import Settings
from core.vault import Vault
from inbox.models import Case, CaseEvent, Item
from outbox import accounts
from portal import forms
from portal.app import create
from portal.deeds import DEEDS
from portal.fields import FORMS
from portal.shield import FILES_BYTES, WITH_FILES
from tests.inbox.test_uploads import PDF
from tests.portal.forms_wall import WORDS, Citizen

FORM = "application/x-www-form-urlencoded"
#: what a browser's form may send without a token: it changes nothing
READS = {"/track", "/track/file", "/why"}


@pytest.fixture
def citizen(db: Database, door: TestClient, door_settings: Settings, vault: Vault, hands: Hands) -> Citizen:
    with db.write() as session:
        accounts.from_environment(session, door_settings, vault)
    return Citizen(door)


def count(db: Database, thing: type[Any] = Item) -> int:
    with db.read() as session:
        return session.exec(select(func.count()).select_from(thing)).one()


# ---- other sites


def ready(citizen: Citizen) -> dict[str, Any]:
    """Everything a preview would send."""
    citizen.preview()
    return {**citizen.hidden(), "step": "send"}


def test_a_form_of_ours_counts_once_its_token_and_its_cookie_belong_together(db: Database, citizen: Citizen) -> None:
    sent = ready(citizen)
    for token in ("", "x", sent["token"].swapcase(), f"{'0' * 32}.{'0' * 32}.x.y", sent["token"] * 9, "م"):
        answer = citizen.door.post("/complaint", data={**sent, "token": token})
        assert answer.status_code == 403
        assert "لم يضع ما كتبته" in answer.text
        assert "لم يُصرف راتبي" in answer.text
    assert count(db) == 0
    assert citizen.door.post("/complaint", data=sent).status_code == 200
    assert count(db) == 1


def test_the_token_of_another_browser_is_worth_nothing(db: Database, citizen: Citizen) -> None:
    sent = ready(citizen)
    citizen.door.cookies.clear()
    assert citizen.door.post("/complaint", data=sent).status_code == 403
    citizen.open("/complaint")  # another browser, with a mark of its own
    assert citizen.door.post("/complaint", data=sent).status_code == 403
    assert count(db) == 0


def test_after_a_refusal_one_press_more_is_enough(db: Database, citizen: Citizen) -> None:
    sent = ready(citizen)
    citizen.page = citizen.door.post("/complaint", data={**sent, "token": "old"}).text
    citizen.press("/complaint", text=WORDS, step="preview")
    citizen.press("/complaint", step="send")
    assert count(db) == 1


def test_a_form_that_was_open_for_too_long_is_sent_once_more(citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = ready(citizen)
    monkeypatch.setattr(forms, "OPEN_S", -1)
    assert citizen.door.post("/complaint", data=sent).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_the_browser_says_comes_from_another_site_is_not_taken(db: Database, citizen: Citizen, site: str) -> None:
    assert citizen.door.post("/complaint", data=ready(citizen), headers={"Sec-Fetch-Site": site}).status_code == 403
    assert count(db) == 0


def test_the_mark_is_kept_from_scripts_and_other_sites(
    citizen: Citizen, db: Database, vault: Vault, door_settings: Settings
) -> None:
    cookie = citizen.open("/complaint").headers["set-cookie"]
    assert re.match(r"form=[0-9a-f]{32}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax$", cookie)
    safe = door_settings.model_copy(update={"public_url": "https://majlis.example"})
    with TestClient(create(safe, db), base_url="https://majlis.example") as client:
        cookie = client.get("/complaint").headers["set-cookie"]
    assert cookie.startswith("__Host-form=")
    assert "Secure" in cookie


def test_every_form_of_a_browser_that_changes_something_asks_for_its_token(
    db: Database, citizen: Citizen, door_settings: Settings
) -> None:
    number, secret = citizen.file()
    held = {"number": number, "secret": secret, "words": "x", "answer": "x", "why": "x", "sure": "1", "rating": "5", "item": "1"}
    before = count(db, CaseEvent)
    posts = {route.path or "" for route in iter_route_contexts(create(door_settings, db).routes) if "POST" in (route.methods or ())}
    browsers = {path for path in posts if not path.startswith(("/webhooks/", "/open311/"))}
    assert {f"/{name}" for name in FORMS} | {f"/track/{name}" for name in DEEDS} <= browsers
    answers = {path: citizen.door.post(path, data={**held, "certain": "1"}).status_code for path in browsers - READS}
    assert {path: status for path, status in answers.items() if status not in (403, 404)} == {}
    assert (count(db, CaseEvent), count(db)) == (before, 1)


# ---- machines


def test_whoever_fills_in_what_nobody_sees_sends_nothing(db: Database, citizen: Citizen) -> None:
    citizen.preview()
    assert citizen.press("/complaint", step="send", website="http://spam.example").status_code == 422
    assert count(db) == 0
    assert citizen.problems() == ["website"]


# ---- floods


def test_one_address_may_send_only_so_many_and_then_again(db: Database, citizen: Citizen, hands: Hands) -> None:
    citizen.preview()
    for _ in range(90):
        held = citizen.page
        refused = citizen.press("/complaint", step="send")
        if refused.status_code != 200:
            break
        citizen.preview()
    assert 30 <= count(db) <= 70
    assert refused.status_code == 429
    assert "لم يُصرف راتبي" in refused.text
    assert citizen.problems() == ["text"]
    hands.forward(seconds=int(refused.headers["retry-after"]))
    citizen.page = held
    assert citizen.press("/complaint", step="send").status_code == 200


def test_all_addresses_together_have_a_limit_for_each_form(citizen: Citizen) -> None:
    portal = citizen.door.app.state.portal  # type: ignore[attr-defined]  # Starlette's own
    citizen.preview()
    while not portal.forms.wait("complaint"):
        pass
    assert citizen.press("/complaint", step="send").status_code == 429
    assert citizen.preview("/suggestion").status_code == 200
    assert citizen.press("/suggestion", step="send").status_code == 200


def test_no_address_takes_the_room_of_all_waiting_files(citizen: Citizen) -> None:
    number, secret = citizen.file()
    heavy = [("a.pdf", PDF.replace(b"trailer", b"%" * 1024 * 1024 + b"\ntrailer"))]
    citizen.door.app.state.portal.room.burst = 3  # type: ignore[attr-defined]  # an ASGI app, to the client
    assert [citizen.preview(files=heavy).status_code for _ in range(3)] == [200, 200, 422]
    assert citizen.problems() == ["files"]
    citizen.open(f"/track/{number}/{secret}")
    assert citizen.press("/track/answer", heavy, answer="قسيمة").status_code == 422
    other = Citizen(TestClient(citizen.door.app, client=("203.0.113.9", 1)))
    assert other.preview(files=heavy).status_code == 200


def test_files_are_counted_before_they_are_looked_at(citizen: Citizen) -> None:
    portal = citizen.door.app.state.portal  # type: ignore[attr-defined]  # Starlette's own
    while not portal.senders.wait("testclient"):
        pass
    assert citizen.preview(files=[("a.pdf", PDF)]).status_code == 429
    assert citizen.preview().status_code == 200


def test_what_one_does_with_a_case_is_limited_too(db: Database, citizen: Citizen) -> None:
    number, secret = citizen.file()
    portal = citizen.door.app.state.portal  # type: ignore[attr-defined]  # Starlette's own
    while not portal.forms.wait("track"):
        pass
    citizen.open(f"/track/{number}/{secret}")
    answer = citizen.press("/track/answer", answer="كشف الحساب")
    assert answer.status_code == 429
    assert "كشف الحساب" in answer.text
    assert count(db) == 1


# ---- heavy bodies


@pytest.mark.parametrize("path", ["/complaint", "/track", "/track/answer", "/track/rate"])
def test_a_form_without_files_is_a_few_lines(citizen: Citizen, path: str) -> None:
    assert citizen.door.post(path, content=b"text=" + b"x" * 140_000, headers={"content-type": FORM}).status_code == 413


@pytest.mark.parametrize("path", WITH_FILES)
def test_files_have_a_limit(citizen: Citizen, path: str) -> None:
    head = {"content-type": "multipart/form-data; boundary=b", "content-length": str(FILES_BYTES + 1)}
    answer = citizen.door.post(path, content=b"--b--\r\n", headers=head)
    assert (answer.status_code, "ملفات أصغر" in answer.text) == (413, True)


def test_only_forms_that_take_files_are_given_room_for_them(citizen: Citizen) -> None:
    files = [("files", ("a.pdf", PDF + b"%" * 140_000))]
    assert citizen.door.post("/track/rate", data={"rating": "5"}, files=files).status_code == 413
    assert citizen.door.post("/track/answer", data={"number": "x"}, files=files).status_code == 404


@pytest.mark.parametrize("data", [{f"f{n}": "x" for n in range(80)}, {"text": "x" * 300_000}])
def test_a_form_has_no_more_fields_than_ours_and_none_that_is_a_book(citizen: Citizen, data: dict[str, str]) -> None:
    answer = citizen.door.post("/complaint", data=data, files=[("files", ("a.pdf", PDF))])
    assert (answer.status_code, "أطول من المسموح به. ارجع إلى الصفحة السابقة" in answer.text) == (400, True)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("charset", ["punycode", "undefined", "utf-7", "zip"])
@pytest.mark.parametrize("path", ["/complaint", "/track/answer", "/why/appeal", "/track"])
def test_letters_in_no_way_of_writing_are_no_form_and_no_fault_of_ours(citizen: Citizen, path: str, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n+2AA-\\ud800\xff\r\n--x--\r\n'
    headers = {"content-type": f"multipart/form-data; boundary=x; charset={charset}"}
    assert citizen.door.post(path, content=body, headers=headers).status_code in (400, 403, 404)


# ---- whoever guesses


@pytest.fixture
def statements(db: Database) -> Iterator[list[str]]:
    """Every statement the database is given, with its values."""
    heard: list[str] = []

    def hear(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(db.engine, "before_cursor_execute", hear)


def guesses(number: str, secret: str) -> list[dict[str, str]]:
    """A wrong number, a wrong secret, both."""
    other, wrong = "M-00000-00000", "0" * 26
    return [{"number": other, "secret": secret}, {"number": number, "secret": wrong}, {"number": other, "secret": wrong}]


def test_a_wrong_number_and_a_wrong_secret_cost_the_same_work_and_get_the_same_answer(
    db: Database, citizen: Citizen, statements: list[str], hands: Hands
) -> None:
    number, secret = citizen.file()
    citizen.open(f"/track/{number}/{secret}")
    token = citizen.hidden()["token"]
    for path in ("/track", "/track/file", "/track/data", *(f"/track/{name}" for name in DEEDS)):
        told: list[tuple[int, str, list[str]]] = []
        for pair in guesses(number, secret):
            hands.forward(seconds=60)
            statements.clear()
            answer = citizen.door.post(path, data={**pair, "token": token, "answer": "x", "file": "1", "words": "x"})
            told.append((answer.status_code, answer.text, list(statements)))
        assert [status for status, _, _ in told] == [404, 404, 404]
        assert told[0] == told[1] == told[2]
    assert count(db) == 1


def test_no_row_is_read_for_whoever_has_not_the_secret(citizen: Citizen, db: Database) -> None:
    number, secret = citizen.file()
    loaded: list[str] = []

    def note(case: Case, _: Any) -> None:
        loaded.append(case.number)

    event.listen(Case, "load", note)
    try:
        for pair in guesses(number, secret):
            citizen.door.post("/track", data=pair)
        assert loaded == []
        citizen.door.post("/track", data={"number": number, "secret": secret})
        assert loaded == [number]
    finally:
        event.remove(Case, "load", note)


# ---- what is named in a text is never fetched


def test_no_address_that_somebody_writes_is_ever_asked_for_anything(
    db: Database, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def connect(*where: Any, **_: Any) -> None:
        asked.append(where)
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    private = "http://169.254.169.254/latest/meta-data http://127.0.0.1:8501/ http://[::1]/ ![x](http://10.0.0.1/x.png)"
    paper = PDF.replace(b"/Catalog", b"/Catalog /URI (http://169.254.169.254/)")
    number, secret = citizen.file(text=f"{WORDS} {private}", files=[("a.pdf", paper)])
    page = citizen.open(f"/track/{number}/{secret}").text
    assert asked == []
    assert re.findall(r'(?:src|href|action)="http://(?:169|127|\[|10)[^"]*"', page) == []
