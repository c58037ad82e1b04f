"""What nobody types by hand: no page breaks by it, and what breaks all the same is told in the person's language."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from core.errors import Invalid
from core.why import Why
from desk import page, serve, session, wall
from desk.address import LARGEST_ID
from desk.signin import FORM_COOKIE
from tests.desk.test_pages import PAGE, Token

IDS = ("9" * 23, str(LARGEST_ID), str(LARGEST_ID + 1), "9" * 5000, "0", "-1", "a\x00b", "²")


@pytest.fixture
def door(ministry: object) -> TestClient:
    """The desk's own routes, with nobody signed in."""
    from starlette.applications import Starlette

    from desk.signin import ROUTES

    return TestClient(Starlette(routes=ROUTES), raise_server_exceptions=False)


@pytest.mark.usefixtures("ministry")
@pytest.mark.parametrize(("path", "name"), [("inbox", "item"), ("cases", "case"), ("compose", "post")])
def test_an_id_no_row_can_have_shows_the_page_without_one(path: str, name: str, token: Token) -> None:
    own = token("approver" if path == "compose" else "moderator")
    for given in IDS:
        app = AppTest.from_string(PAGE.format(path=path), default_timeout=120)
        app.session_state["token"], app.session_state["lang"] = own, "ar"
        app.query_params[name] = given
        app.run()
        assert not app.exception, (given[:30], [e.value for e in app.exception])
        if len(given) > len(str(LARGEST_ID)):
            assert name not in app.query_params, "the page is not broken for ever"


@pytest.mark.usefixtures("ministry")
def test_a_search_for_what_no_database_takes_finds_nothing_and_breaks_nothing(token: Token) -> None:
    app = AppTest.from_string(PAGE.format(path="inbox"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token("moderator"), "ar"
    app.query_params["q"] = "a\x00b"
    assert not app.run().exception


@pytest.mark.parametrize("username", ["a\x00b", "\x00", "a\x1b"])
def test_a_name_nobody_has_is_a_wrong_name(username: str, door: TestClient) -> None:
    seal = re.search(r'name="seal" value="([^"]+)"', door.get("/auth/login").text)
    assert seal
    door.cookies.set(FORM_COOKIE, seal[1])
    answer = door.post(
        "/auth/login",
        data={"username": username, "password": "a long password", "seal": seal[1]},
        follow_redirects=False,
    )
    assert answer.status_code == 401


@pytest.mark.parametrize("file", ["a" * 300 + ".css", "a" * 5000 + ".js", "%00.css", "..%2fsignin.py.css", "nothing.css", ".css"])
def test_a_file_that_is_not_there_is_not_found(file: str, door: TestClient) -> None:
    assert door.get(f"/desk/{file}").status_code == 404


def test_every_file_of_ours_is_found(door: TestClient) -> None:
    known = {name for name in page.shelf() if name.endswith((".css", ".js"))}
    assert known
    assert {door.get(f"/desk/{name}").status_code for name in known} == {200}


@pytest.mark.parametrize(
    ("error", "words"),
    [(RuntimeError("English and private"), "حدث خطأ غير متوقع"), (Invalid(field="platform", why=Why("say_why")), "المنصة")],
)
def test_what_nobody_foresaw_is_told_in_the_persons_language(error: Exception, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(session, "lang", lambda: "ar")
    monkeypatch.setattr(wall, "show", lambda *pieces: said.extend(piece.source for piece in pieces))
    assert wall.meet(error) is True
    assert words in said[0]
    assert "English" not in said[0]


def test_the_desk_has_that_wall() -> None:
    assert _handler(serve.app) is wall.meet


def _handler(app: Callable[[], object]) -> object:
    return vars(app())["_on_script_error"]
