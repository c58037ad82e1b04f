"""One's own page: the look, the mail, the password, the sessions; and the only page until one has a password of one's own."""

import html
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from core import auth, oneself, staff
from core.actors import Actor
from core.auth import actor_of
from core.clock import Hands
from core.models import SignIn, User
from desk import page, signin, store
from desk.device import device
from desk.gate import Gate
from desk.session import COOKIE, LANG_COOKIE
from tests.desk.conftest import PASSWORD
from tests.desk.test_pages import DASHBOARD, PAGE

Token = Callable[[str], str]
OWN = "a sentence of my own"


def opened(token: str) -> AppTest:
    app = AppTest.from_string(PAGE.format(path="me"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, "ar"
    return app.run()


def told(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html"))


def row(ministry: Any, username: str) -> User:
    with store.read() as session:
        return session.get_one(User, ministry.users[username])


@pytest.fixture
def door() -> Iterator[TestClient]:
    """The gate with the desk's own routes behind it."""
    with TestClient(Gate(Starlette(routes=signin.ROUTES)), base_url="http://127.0.0.1") as client:
        yield client


def test_letters_and_contrast_are_kept_and_told_to_the_page(ministry: Any, token: Token) -> None:
    app = opened(token("agent"))
    app.selectbox(key="me_size").set_value(150).run()
    app.toggle(key="me_contrast").set_value(True).run()
    assert not app.exception
    assert (row(ministry, "agent").text_size, row(ministry, "agent").contrast) == (150, "high")
    assert 'data-size="150"' in told(app.run())
    assert 'data-contrast="high"' in told(app)


def test_the_gate_dresses_the_page_before_it_is_drawn(ministry: Any, token: Token, door: TestClient) -> None:
    door.cookies.set(COOKIE, token("agent"))
    assert '<html lang="ar" dir="rtl">' in door.get("/inbox").text
    with store.write() as session:
        oneself.prefer(session, actor_of(row(ministry, "agent")), text_size=150, contrast="high")
    assert '<html lang="ar" dir="rtl" style="font-size: 150%" data-contrast="high">' in door.get("/inbox").text


def test_a_look_that_is_none_is_not_put_into_the_page() -> None:
    strange = User(username="x", display_name="x", password_hash="!", text_size=9999, contrast='"><script>')
    assert page.look_of(strange) == page.USUAL


def test_a_chosen_language_is_kept_for_letters_and_for_another_browser(ministry: Any, token: Token, door: TestClient) -> None:
    door.cookies.set(COOKIE, token("agent"))
    door.get("/lang/en?back=/me", follow_redirects=False)
    assert row(ministry, "agent").lang == "en"
    form = door.get("/auth/login").text
    seal = form.split('name="seal"')[1].split('value="')[1].split('"')[0]
    door.cookies.delete(LANG_COOKIE)
    given = {"username": "agent", "password": PASSWORD, "seal": seal}
    entered = door.post("/auth/login", data=given, follow_redirects=False)
    assert entered.status_code == 303
    assert f"{LANG_COOKIE}=en" in str(entered.headers.get_list("set-cookie"))


def test_another_language_at_the_door_leads_to_the_page_that_was_asked_for(ministry: Any, door: TestClient) -> None:
    asked = door.get("/auth/login?next=/inbox%3Fview%3Dall%26item%3D5").text
    other = html.unescape(asked.split('href="/lang/')[1].split('"')[0])
    form = door.get(f"/lang/{other}", follow_redirects=True).text
    assert '<html lang="en"' in form
    assert 'value="/inbox?view=all&amp;item=5"' in form
    assert (
        door.get("/lang/en?back=/auth/login%3Fnext%3D//else.where", follow_redirects=False).headers["location"]
        == "/auth/login?next=/"
    )


def test_an_address_and_the_report_are_kept_together(ministry: Any, token: Token) -> None:
    app = opened(token("manager"))
    app.checkbox(key="me_report:0").check()
    app.button(key="FormSubmitter:me_mail:0-حفظ").click().run()
    assert "لا بد من عنوان" in told(app)
    app.text_input(key="me_email:0").input("Manager@ministry.test")
    app.checkbox(key="me_report:0").check()
    app.button(key="FormSubmitter:me_mail:0-حفظ").click().run()
    assert (row(ministry, "manager").email, row(ministry, "manager").report) == ("manager@ministry.test", True)


def changed(app: AppTest, old: str, new: str, again: str) -> str:
    turn = next(field.key for field in app.text_input if field.key and field.key.startswith("me_old:")).partition(":")[2]
    for which, value in (("old", old), ("new", new), ("again", again)):
        app.text_input(key=f"me_{which}:{turn}").input(value)
    next(button for button in app.button if button.label == "تغيير كلمة المرور").click().run()
    return told(app)


@pytest.mark.usefixtures("ministry")
def test_a_password_is_changed_by_whoever_knows_the_one_before(token: Token) -> None:
    app = opened(token("agent"))
    assert "مختلفتان" in changed(app, PASSWORD, OWN, "another sentence")
    assert "كلمة المرور غير صحيحة" in changed(app, "not the password", OWN, OWN)
    assert "تغيّرت كلمة مرورك" in changed(app, PASSWORD, OWN, OWN)
    assert auth.sign_in(store.database(), "agent", OWN)


def test_with_a_given_password_there_is_one_page_until_ones_own_is_chosen(ministry: Any) -> None:
    with store.write() as session:
        given = staff.reset(session, Actor("user:0", frozenset({"user.admin"}), 0), ministry.users["agent"])
    app = AppTest.from_file(str(DASHBOARD), default_timeout=120)
    app.session_state["token"] = auth.sign_in(store.database(), "agent", given)
    app.session_state["lang"] = "ar"
    app.run()
    app = opened(app.session_state["token"])
    assert "اختر كلمة مرور لك" in told(app)
    assert "تغيّرت كلمة مرورك" in changed(app, given, OWN, OWN)
    assert actor_of(row(ministry, "agent")).can("reply.write")


def test_idle_time_is_told_and_touching_the_page_keeps_it_open(ministry: Any, token: Token, door: TestClient, hands: Hands) -> None:
    own = token("agent")
    door.cookies.set(COOKIE, own)
    assert door.get("/auth/awake").text == "1800"
    hands.forward(minutes=29)
    assert door.get("/auth/awake").text == "60"
    assert door.post("/auth/awake").text == "1800"
    hands.forward(minutes=31)
    assert door.post("/auth/awake").text == "0"
    assert "انتهت جلستك لانقضاء وقتها" in door.get("/auth/login").text
    door.cookies.delete(COOKIE)
    assert "انتهت جلستك" not in door.get("/auth/login").text


def test_a_page_that_draws_itself_anew_keeps_nobody_signed_in(
    ministry: Any, token: Token, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desk import session as desk_session

    own = token("agent")
    monkeypatch.setattr(desk_session, "token", lambda: own)
    monkeypatch.setattr(desk_session.DOOR, "asgi", True)
    hands.forward(minutes=20)
    assert desk_session.find_actor() is not None
    hands.forward(minutes=11)
    assert desk_session.find_actor() is None


def test_over_tls_every_cookie_is_secure(ministry: Any, door: TestClient) -> None:
    plain = door.get("/auth/login").headers.get_list("set-cookie")
    assert plain
    assert not any("secure" in one.lower() for one in plain)
    over_tls = door.get("https://127.0.0.1/lang/en", follow_redirects=False)
    kept = over_tls.headers.get_list("set-cookie")
    assert kept
    assert all("; secure" in one.lower() for one in kept)
    assert "strict-transport-security" in over_tls.headers


async def theirs(request: Request) -> Response:
    """Sets a cookie as Streamlit does after a sign-in by OpenID Connect."""
    answer = PlainTextResponse("")
    answer.set_cookie("_streamlit_user", "x", max_age=30 * 24 * 3600, httponly=True, samesite="lax")
    return answer


@pytest.mark.usefixtures("ministry")
@pytest.mark.parametrize("known_by", ["the connection", "the setting"])
def test_the_providers_cookie_is_secure_and_lives_no_longer_than_a_session(known_by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if known_by == "the setting":
        monkeypatch.setenv("MAJLIS_DESK_URL", "https://desk.ministry.test")
        store.forget()
    address = "https://127.0.0.1" if known_by == "the connection" else "http://127.0.0.1"
    with TestClient(Gate(Starlette(routes=[Route("/oauth2callback", theirs)])), base_url=address) as client:
        (cookie,) = client.get("/oauth2callback").headers.get_list("set-cookie")
    assert {"httponly", "secure", "max-age=43200", "samesite=lax"} <= {part.strip().lower() for part in cookie.split(";")}


@pytest.mark.parametrize(
    ("agent", "told_as"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox · Linux"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_a_browser_is_known_again_by_a_few_words(agent: str, told_as: str) -> None:
    assert device(agent) == told_as


def test_a_session_keeps_on_which_device_it_began(ministry: Any, door: TestClient) -> None:
    form = door.get("/auth/login").text
    seal = form.split('name="seal"')[1].split('value="')[1].split('"')[0]
    given = {"username": "agent", "password": PASSWORD, "seal": seal}
    door.post("/auth/login", data=given, headers={"user-agent": "Mozilla Windows Firefox/1"}, follow_redirects=False)
    with store.read() as session:
        opened_ = oneself.sessions(session, actor_of(row(ministry, "agent")))
    assert [one.device for one in opened_ if isinstance(one, SignIn)] == ["Firefox · Windows"]
