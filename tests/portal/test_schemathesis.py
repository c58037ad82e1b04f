"""The public door against its own OpenAPI document: whatever is asked, no fault of ours, no answer it does not promise.

schemathesis makes the requests, those that fit and those that don't; hypothesis is derandomised, so a failure comes again. Pages
for people stand in no document of ours: one is made here of every public path and of what forms send, and asked for faults.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
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
from policies.verdict import KINDS
from portal.app import PUBLIC, create
from tests.desk.conftest import furnish
from tests.portal.conftest import SECRETS

#: so many requests for each operation; the same ones each time
PATIENT = settings(max_examples=6, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: what the portal's forms send
FIELDS = (
    "number", "secret", "text", "words", "reason", "note", "rating", "topic", "kind", "lang", "name", "email", "phone",
    "confidential", "edition", "kept", "step", "back", "upload", "item", "website",
)  # fmt: skip


@pytest.fixture(scope="module")
def filled_door(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A portal over a morning's messages and their cases; what breaks inside is an answer to it, as it is to the public."""
    folder = tmp_path_factory.mktemp("contract")
    shutil.copy(sqlite_template, folder / "majlis.db")
    chosen = load(MAJLIS_VAR_DIR=str(folder), **SECRETS)
    db = Database(chosen.database)
    furnish(db, open_vault(chosen), chosen)
    with db.write() as session:
        session.add(Account(platform="portal", native_id="forms"))
    app = create(chosen, db)
    unhurried = {name: Throttle(burst=10**6, per_second=10**6) for name in ("tries", "senders", "forms")}
    app.state.portal = replace(app.state.portal, **unhurried)  # or most of what is asked here would be told to wait
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client
    db.dispose()


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


def tried(document: Any, client: TestClient, mode: GenerationMode, checks: Sequence[Any]) -> int:
    """Ask for every operation of the document in many ways; how many operations there are."""
    operations = [found.ok() for found in document.get_all_operations()]
    for operation in operations:

        @PATIENT
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case: Any) -> None:
            case.validate_response(answer(client, case), checks=list(checks))

        with suppress(Unsatisfiable):  # nothing can be wrong with what takes nothing
            one()
    return len(operations)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_the_door_answers_as_its_document_says(mode: GenerationMode, contract: Any, filled_door: TestClient) -> None:
    assert tried(contract, filled_door, mode, CHECKS) > 10


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_page_or_form_has_a_fault_whatever_is_sent(mode: GenerationMode, people: Any, filled_door: TestClient) -> None:
    assert tried(people, filled_door, mode, [not_a_server_error]) > 30


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
