"""The public door against its own OpenAPI document: whatever is asked, no fault of ours, no answer it does not promise.

schemathesis makes the requests, those that fit and those that don't; hypothesis is derandomised, so a failure comes again. Half of
them name what is there (a case and its secret, a release, an event), so that every operation answers with something. Pages for
people stand in no document of ours: one is made here of every public path and of what forms send, and asked for faults.
"""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
import schemathesis
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import sampled_from, text
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from core.db import Database
from core.models import Account
from core.settings import load
from core.throttle import Throttle
from core.vault import open_vault
from policies.edition import current
from policies.verdict import KINDS
from portal.app import PUBLIC, create
from portal.state import portal_of
from scheduler.told import calendar
from tests.desk.conftest import furnish
from tests.inbox.test_uploads import PDF
from tests.portal.conftest import SECRETS
from tests.portal.events_wall import ahead, announced
from tests.portal.forms_wall import WORDS, Citizen
from tests.portal.open_door import refused

#: so many requests for each operation, the same ones each time; more of them by the environment
MANY = int(os.environ.get("PORTAL_EXAMPLES", "12"))
PATIENT = settings(max_examples=MANY, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: what the portal's forms send
FIELDS = (
    "number", "secret", "text", "words", "reason", "note", "rating", "topic", "kind", "lang", "name", "email", "phone",
    "confidential", "edition", "kept", "step", "back", "upload", "item", "website", "answer", "why", "file", "sure", "certain",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What is there: a case with a file, and a notice, each with its secret; a day with a release; an event."""

    case: tuple[str, str]
    notice: tuple[str, str]
    day: str
    uid: str

    def named(self, path: str) -> dict[str, str]:
        """What the addresses and queries of `path` may name."""
        number, secret = self.notice if path.startswith("/why") else self.case
        there = {"number": number, "secret": secret, "token": f"{number}.{secret}", "day": self.day, "uid": self.uid}
        return there | {"form": "json", "code": "complaint", "table": "cases"}

    def sent(self, path: str) -> dict[str, str]:
        """What a person or a machine would send there."""
        filled = {"text": WORDS, "step": "send", "kind": "inquiry", "edition": current().ref, "service_code": "complaint"}
        said = {"answer": WORDS, "why": WORDS, "words": WORDS, "description": WORDS, "rating": "4", "sure": "1", "certain": "1"}
        return {**self.named(path), **filled, **said, "file": "1", "item": "1"}


@pytest.fixture(scope="module")
def filled_door(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A portal over a morning's messages and their cases; what breaks inside is an answer to it, as it is to the public."""
    folder = tmp_path_factory.mktemp("contract")
    shutil.copy(sqlite_template, folder / "majlis.db")
    chosen = load(MAJLIS_VAR_DIR=str(folder), **SECRETS)
    db = Database(chosen.database)
    furnish(db, open_vault(chosen), chosen)
    with db.write() as session:
        session.add_all([Account(platform="portal", native_id="forms"), Account(platform="email", native_id="a@b.example")])
        announced(session, ahead(3))
    app = create(chosen, db)
    unhurried = {name: Throttle(burst=10**6, per_second=10**6) for name in ("tries", "senders", "forms", "room")}
    app.state.portal = replace(app.state.portal, **unhurried)  # or most of what is asked here would be told to wait
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client
    db.dispose()


@pytest.fixture(scope="module")
def known(filled_door: TestClient) -> Known:
    """A case filed by its form, a comment that was hidden, and the release of today."""
    portal = portal_of(SimpleNamespace(app=filled_door.app))  # type: ignore[arg-type]  # it looks at the application alone
    case = Citizen(filled_door).file(files=[("a.pdf", PDF)], email="salem@example.org")
    with portal.db.write() as session:
        reasons = refused(session, portal.vault, "100_1_known")[2].split("/")
    day = filled_door.get("/open-data/releases.json").json()[-1]["day"]
    with portal.db.read() as session:
        return Known(case, (reasons[2], reasons[3]), day, calendar(session)[0].uid)


@pytest.fixture(scope="module")
def contract(filled_door: TestClient) -> Any:
    """The document as the door itself gives it."""
    return schemathesis.openapi.from_dict(filled_door.get("/openapi.json").json())


@pytest.fixture(scope="module")
def people(filled_door: TestClient) -> Any:
    """Every public path as a document, with what forms send as text of any kind beside a token that is good."""
    found = re.search(r'name="token" value="([^"]+)"', filled_door.get("/complaint").text)
    assert found is not None
    fields: dict[str, Any] = {**{name: {"type": "string"} for name in FIELDS}, "token": {"type": "string", "enum": [found[1]]}}
    body = {"type": "object", "required": ["token"], "properties": fields}
    form = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": body}}}
    paths: dict[str, dict[str, Any]] = {}
    for route in iter_route_contexts(filled_door.app.routes):  # type: ignore[attr-defined]  # the application has them
        if route.path not in PUBLIC or not route.methods:
            continue
        names = [part.partition("}")[0] for part in route.path.split("{")[1:]]
        given = [{"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for name in names]
        given += [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("lang", "from", "to", "token", "page")]
        for method in route.methods - {"HEAD"}:
            asked = {"parameters": given, "responses": {"default": {"description": "anything"}}}
            paths.setdefault(route.path, {})[method.lower()] = asked | ({"requestBody": form} if method == "POST" else {})
    return schemathesis.openapi.from_dict({"openapi": "3.1.0", "info": {"title": "people", "version": "1"}, "paths": paths})


def answer(client: TestClient, case: Any) -> Any:
    """What the door answers; a browser's cookie that fits the token goes with it."""
    asked = {name: value for name, value in case.as_transport_kwargs(base_url="http://testserver").items() if name != "cookies"}
    return client.request(**asked)


def row(xml: bytes) -> ElementTree.Element:
    """The one row of an answer in XML, which must be well-formed."""
    return ElementTree.fromstring(xml)[0]  # noqa: S314 (our own answer)


def made_real(case: Any, known: Known, mode: GenerationMode) -> None:
    """Let a request name what is there; one that is to be wrong stays so in all but its address."""
    there, sent = known.named(case.operation.path), known.sent(case.operation.path)
    case.path_parameters = {name: there.get(name, value) for name, value in (case.path_parameters or {}).items()}
    if mode is GenerationMode.POSITIVE:
        case.query = {"token": there["token"]} if "token" in (case.query or {}) or "/requests/" in case.operation.path else {}
        if isinstance(case.body, dict):
            case.body = {**sent, **{name: case.body[name] for name in ("token",) if name in case.body}}


def tried(document: Any, client: TestClient, mode: GenerationMode, checks: Sequence[Any], known: Known) -> dict[str, set[int]]:
    """Ask for every operation of the document in many ways; how each answered."""
    came: dict[str, set[int]] = {}
    for found in document.get_all_operations():
        operation = found.ok()
        answers = came.setdefault(f"{operation.method.upper()} {operation.path}", set())
        with suppress(Unsatisfiable):  # nothing can be wrong with what takes nothing
            _asked(operation, client, mode, checks, known, answers)
    return came


def _asked(operation: Any, client: TestClient, mode: GenerationMode, checks: Sequence[Any], known: Known, came: set[int]) -> None:
    @PATIENT
    @given(case=operation.as_strategy(generation_mode=mode), real=sampled_from([True, False]))
    def one(case: Any, real: bool) -> None:
        if real:
            made_real(case, known, mode)
        said = answer(client, case)
        came.add(said.status_code)
        case.validate_response(said, checks=list(checks))

    one()


def asked(came: dict[str, set[int]]) -> int:
    """Of how many operations anything was asked."""
    return sum(bool(codes) for codes in came.values())


def never(came: dict[str, set[int]]) -> list[str]:
    """The operations that never answered with what was asked for."""
    return [f"{name}: {sorted(codes)}" for name, codes in came.items() if not codes & {200, 201}]


def test_the_door_answers_as_its_document_says(contract: Any, filled_door: TestClient, known: Known) -> None:
    came = tried(contract, filled_door, GenerationMode.POSITIVE, CHECKS, known)
    assert asked(came) > 10
    assert never(came) == []


def test_the_door_answers_what_is_wrong_as_its_document_says(contract: Any, filled_door: TestClient, known: Known) -> None:
    assert asked(tried(contract, filled_door, GenerationMode.NEGATIVE, CHECKS, known)) >= 7  # the others take nothing


def test_no_page_or_form_has_a_fault_whatever_is_sent(people: Any, filled_door: TestClient, known: Known) -> None:
    came = tried(people, filled_door, GenerationMode.POSITIVE, [not_a_server_error], known)
    assert asked(came) > 30
    assert never({name: codes for name, codes in came.items() if name != "GET /media/{token}"}) == []  # signed for one picture


def test_no_page_or_form_has_a_fault_whatever_is_wrong(people: Any, filled_door: TestClient, known: Known) -> None:
    assert asked(tried(people, filled_door, GenerationMode.NEGATIVE, [not_a_server_error], known)) > 30


@PATIENT
@given(words=text(min_size=1, max_size=200), code=sampled_from(KINDS), form=sampled_from(["json", "xml"]))
def test_any_words_sent_in_are_a_request_that_reads_back(filled_door: TestClient, words: str, code: str, form: str) -> None:
    sent = filled_door.post(f"/open311/v2/requests.{form}", data={"service_code": code, "description": words})
    assert sent.status_code in (201, 400)
    if sent.status_code == 201:
        found = sent.json()[0] if form == "json" else {one.tag: one.text for one in row(sent.content)}
        number, token = found["service_request_id"], found["token"]
        read = filled_door.get(f"/open311/v2/requests/{number}.xml", params={"token": token})
        assert row(read.content).findtext("service_request_id") == number


def test_a_breach_would_be_noticed(filled_door: TestClient) -> None:
    document = filled_door.get("/openapi.json").json()
    document["paths"]["/health"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["required"] = ["nothing"]
    case = schemathesis.openapi.from_dict(document)["/health"]["GET"].Case()
    with pytest.raises(BaseExceptionGroup):
        case.validate_response(answer(filled_door, case), checks=CHECKS)
