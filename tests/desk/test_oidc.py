"""Signing in through the ministry's identity provider: a real one on a loopback socket, the real desk, a browser's cookies."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import col, select

from core import auth, oneself
from core.actors import OPERATING
from core.auth import actor_of, who
from core.models import AuditEntry, SignIn, User
from desk.session import COOKIE
from tests.desk.conftest import Running, Seat, seating, started
from tests.desk.provider import CLIENT, SECRET, Provider, providing

Seating = Callable[[], Seat]
USER_COOKIE = "_streamlit_user"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing() as found:
        yield found


@pytest.fixture(scope="module")
def desk(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A desk whose staff may come in through the provider."""
    yield from started(
        ["desk.serve", "--port"],
        tmp_path_factory.mktemp("oidc"),
        MAJLIS_DESK_URL="http://127.0.0.1:{port}",
        MAJLIS_OIDC_ISSUER=provider.issuer,
        MAJLIS_OIDC_CLIENT_ID=CLIENT,
        MAJLIS_OIDC_CLIENT_SECRET=SECRET,
    )


@pytest.fixture
def seat(browser: Browser, desk: Running) -> Iterator[Seating]:
    yield from seating(browser, desk.url)


@pytest.fixture
def known(desk: Running, provider: Provider) -> Callable[..., str]:
    """`known("agent")`: that user has an address, and the provider somebody with it; returns his name there."""

    def meet(username: str, *, verified: bool = True, subject: str = "") -> str:
        subject = subject or f"sub-{username}"
        with desk.db.write() as session:
            user = session.exec(select(User).where(User.username == username)).one()
            user.email, user.email_given = f"{username}@ministry.test", True
            session.add(user)
        provider.persons[subject] = {"email": f"{username}@ministry.test", "email_verified": verified, "name": username}
        return subject

    return meet


def user(desk: Running, username: str) -> User:
    with desk.db.read() as session:
        return session.exec(select(User).where(User.username == username)).one()


def browser_of(desk: Running) -> httpx.Client:
    """Something that keeps cookies and follows where it is led."""
    return httpx.Client(base_url=desk.url, follow_redirects=True, timeout=20)


def journey(client: httpx.Client, subject: str, page: str = "/cases") -> httpx.Response:
    """To the provider and back, as `subject`."""
    asking = client.get(f"/auth/oidc?next={page}")
    return client.get(str(asking.url) + f"&who={subject}")


def signed_in(desk: Running, client: httpx.Client) -> User | None:
    with desk.db.read() as session:
        return who(session, client.cookies.get(COOKIE))


def test_the_first_time_he_is_known_by_his_verified_address_and_then_by_who_he_is(
    desk: Running, provider: Provider, known: Any
) -> None:
    subject = known("agent")
    with browser_of(desk) as client:
        arrived = journey(client, subject)
        assert (arrived.status_code, arrived.url.path) == (200, "/cases")
        found = signed_in(desk, client)
        assert found is not None
        assert found.username == "agent"
    assert user(desk, "agent").oidc == f"{provider.issuer} {subject}"
    assert {"code_challenge", "nonce", "state"} <= provider.asked[-1].keys()
    provider.persons[subject] = {"email": "another@ministry.test", "email_verified": False}
    with browser_of(desk) as client:
        journey(client, subject)
        assert (signed_in(desk, client) or User(username="", display_name="", password_hash="")).username == "agent"
    with desk.db.read() as session:
        ways = session.exec(
            select(AuditEntry).where(AuditEntry.action == "user.sign_in").order_by(col(AuditEntry.id).desc())
        ).first()
        assert ways is not None
        assert ways.detail == {"way": "oidc"}
        assert session.exec(select(SignIn).order_by(col(SignIn.id).desc())).first() is not None


@pytest.mark.parametrize("case", ["not verified", "unknown address", "dismissed"])
def test_whom_the_house_does_not_know_stays_outside(desk: Running, provider: Provider, known: Any, case: str) -> None:
    subject = known("author", verified=case != "not verified", subject=f"author {case}")
    if case == "unknown address":
        provider.persons[subject]["email"] = "nobody@ministry.test"
    if case == "dismissed":
        with desk.db.write() as session:
            auth.dismiss(session, OPERATING, "author")
    with browser_of(desk) as client:
        arrived = journey(client, subject)
        assert arrived.status_code == 401
        assert "لا حساب لك هنا" in arrived.text
        assert signed_in(desk, client) is None
    assert user(desk, "author").oidc is None
    with desk.db.write() as session:
        again = session.exec(select(User).where(User.username == "author")).one()
        again.active = True
        session.add(again)


def test_two_colleagues_with_one_address_are_not_told_apart_by_it(desk: Running, known: Any) -> None:
    subject = known("approver", subject="two")
    with desk.db.write() as session:
        other = session.exec(select(User).where(User.username == "policy_owner")).one()
        other.email, other.email_given = "approver@ministry.test", True
        session.add(other)
    with browser_of(desk) as client:
        assert journey(client, subject).status_code == 401


def test_an_address_that_somebody_set_himself_lets_nobody_in_as_him(desk: Running, known: Any) -> None:
    subject = known("auditor", subject="newcomer")
    with desk.db.write() as session:
        auditor = session.exec(select(User).where(User.username == "auditor")).one()
        oneself.prefer(session, actor_of(auditor), email="newcomer@ministry.test")
        oneself.prefer(session, actor_of(auditor), email="auditor@ministry.test")
    with browser_of(desk) as client:
        assert journey(client, subject).status_code == 401
    assert user(desk, "auditor").oidc is None


@pytest.mark.parametrize("broken", [{"aud": "another client"}, {"iss": "http://elsewhere"}, {"nonce": "another"}, {"exp": 1}])
def test_a_token_that_is_not_for_us_opens_nothing(desk: Running, provider: Provider, known: Any, broken: dict[str, Any]) -> None:
    subject = known("manager")
    provider.breaks.update(broken)
    try:
        with browser_of(desk) as client:
            journey(client, subject)
            assert signed_in(desk, client) is None
    finally:
        provider.breaks.clear()


def test_the_cookie_of_the_journey_opens_nothing_by_itself(desk: Running, known: Any) -> None:
    subject = known("moderator")
    with browser_of(desk) as client:
        journey(client, subject)
        stolen = client.cookies.get(USER_COOKIE)
    assert stolen
    with browser_of(desk) as thief:
        thief.cookies.set(USER_COOKIE, stolen)
        assert thief.get("/inbox").url.path == "/auth/login"
        assert signed_in(desk, thief) is None


def test_a_given_password_is_nobodys_once_its_person_came_in_otherwise(desk: Running, known: Any) -> None:
    from core import staff
    from core.actors import Actor

    subject = known("auditor")
    with desk.db.write() as session:
        given = staff.reset(session, Actor("user:0", frozenset({"user.admin"}), 0), user(desk, "auditor").id or 0)
    with browser_of(desk) as client:
        journey(client, subject)
        assert signed_in(desk, client) is not None
    assert user(desk, "auditor").one_time_until is None
    with pytest.raises(auth.WrongSignIn):
        auth.sign_in(desk.db, "auditor", given)


def test_who_leaves_the_desk_leaves_the_provider_too(desk: Running, provider: Provider, known: Any) -> None:
    subject = known("appeal_reviewer")
    with browser_of(desk) as client:
        journey(client, subject)
        token = client.cookies.get(COOKIE)
        before = len(provider.left)
        out = client.get("/auth/logout")
        assert out.url.path == "/auth/login"
        assert client.cookies.get(USER_COOKIE) is None
    assert len(provider.left) == before + 1
    assert provider.left[-1]
    with desk.db.read() as session:
        assert who(session, token) is None


@pytest.mark.parametrize(("lang", "words"), [("ar", "الدخول بحساب الجهة"), ("en", "Sign in with your work account")])
def test_a_person_comes_in_with_his_work_account_and_is_out_when_dismissed(
    desk: Running, provider: Provider, known: Any, seat: Seating, lang: str, words: str
) -> None:
    subject = known("staff")
    person = seat()
    page = person.page
    page.goto(f"{desk.url}/lang/{lang}?back=/auth/login")
    page.goto(f"{desk.url}/cases")
    page.get_by_role("link", name=words).click()
    page.get_by_role("link", name=subject).click()
    person.rest()
    expect(page).to_have_url(f"{desk.url}/cases")
    expect(page.locator(".mj-who")).to_contain_text("سارة المنصوري")
    with desk.db.write() as session:
        auth.dismiss(session, OPERATING, "staff")
    page.get_by_test_id("stSidebarNavLink").first.click()
    page.wait_for_url("**/auth/login**")
    page.get_by_role("link", name=words).click()
    page.get_by_role("link", name=subject).click()
    expect(page.get_by_role("alert")).to_be_visible()
    with desk.db.write() as session:
        back = session.exec(select(User).where(User.username == "staff")).one()
        back.active = True
        session.add(back)
