"""The page of people: roles, coming and going, given passwords; nobody keeps himself; each deed once in the audit."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core import auth
from core.models import AuditEntry, User
from desk import store
from tests.desk.conftest import PASSWORD
from tests.desk.test_pages import PAGE

Token = Callable[[str], str]


def opened(token: str, user: int | None = None, lang: str = "ar") -> AppTest:
    app = AppTest.from_string(PAGE.format(path="people"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, lang
    if user is not None:
        app.query_params["user"] = str(user)
    return app.run()


def told(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html"))


def row(user_id: int) -> User:
    with store.read() as session:
        return session.get_one(User, user_id)


def deeds(user_id: int) -> list[str]:
    with store.read() as session:
        query = select(AuditEntry).where(AuditEntry.subject == f"user:{user_id}", AuditEntry.actor != "operator")
        return [e.action for e in session.exec(query.order_by(col(AuditEntry.id))) if e.action != "user.sign_in"]


def test_roles_are_given_and_taken(ministry: Any, token: Token) -> None:
    agent = ministry.users["agent"]
    app = opened(token("admin"), agent)
    app.multiselect(key=f"roles_of:{agent}:0").set_value(["moderator", "author"])
    app.button(key=f"FormSubmitter:roles:{agent}:0-حفظ الأدوار").click().run()
    assert not app.exception
    assert row(agent).roles == ["author", "moderator"]
    assert deeds(agent) == ["user.roles"]


def test_a_given_password_is_shown_once_and_opens_only_the_choice_of_ones_own(ministry: Any, token: Token) -> None:
    agent = ministry.users["agent"]
    app = opened(token("admin"), agent)
    app.button(key=f"do_reset:{agent}:0").click().run()
    given = told(app).split('class="mj-secret">')[1].split("<")[0]
    assert auth.check_password(store.database(), "agent", given).one_time_until is not None
    app.run()
    assert given not in told(app)
    assert deeds(agent) == ["user.password", "user.one_time"]


def test_somebody_is_dismissed_at_once_and_comes_back(ministry: Any, token: Token) -> None:
    agent, own = ministry.users["agent"], token("agent")
    app = opened(token("admin"), agent)
    app.button(key=f"do_dismiss:{agent}:0").click().run()
    with store.read() as session:
        assert auth.who(session, own) is None
    assert "خارج الخدمة" in told(app)
    next(button for button in app.button if button.label == "إعادته إلى الخدمة").click().run()
    assert row(agent).active
    assert deeds(agent) == ["user.dismiss", "user.reinstate"]


def test_a_lock_is_seen_and_opened(ministry: Any, token: Token) -> None:
    agent = ministry.users["agent"]
    own = token("admin")
    for _ in range(auth.TRIES):
        with pytest.raises(auth.WrongSignIn):
            auth.sign_in(store.database(), "agent", "not the password")
    app = opened(own, agent)
    assert "مقفل حتى" in told(app)
    next(button for button in app.button if button.label == "فتح القفل").click().run()
    assert auth.sign_in(store.database(), "agent", PASSWORD)


def test_on_ones_own_row_there_is_nothing_to_press(ministry: Any, token: Token) -> None:
    admin = ministry.users["admin"]
    app = opened(token("admin"), admin)
    assert "هذا حسابك أنت" in told(app)
    assert not [field for field in app.multiselect if str(field.key).startswith("roles_of:")]


def test_somebody_new_is_added_with_a_password_to_pass_on(ministry: Any, token: Token) -> None:
    app = opened(token("admin"))
    for which, value in (("username", "latifa"), ("name", "لطيفة [x](http://e) :red[y]"), ("email", "latifa@ministry.test")):
        app.text_input(key=f"{which}:new:0").input(value)
    app.multiselect(key="roles:new:0").set_value(["agent"])
    app.button(key="do_invite:new:0").click().run()
    assert not app.exception
    given = told(app).split('class="mj-secret">')[1].split("<")[0]
    assert auth.sign_in(store.database(), "latifa", given)
    labels = [button.label for button in app.button if button.key and button.key.startswith("person:")]
    assert r"لطيفة \[x\]\(http\:\/\/e\) \:red\[y\]" in labels


@pytest.mark.usefixtures("ministry")
def test_a_wrong_name_is_told_and_adds_nobody(token: Token) -> None:
    app = opened(token("admin"))
    app.text_input(key="username:new:0").input("two words")
    app.button(key="do_invite:new:0").click().run()
    assert "اسم المستخدم" in told(app)
    with store.read() as session:
        assert session.exec(select(User).where(User.username == "two words")).first() is None


@pytest.mark.usefixtures("ministry")
@pytest.mark.parametrize("role", ["manager", "auditor", "agent"])
def test_the_page_itself_is_closed_to_whoever_may_not_keep_people(role: str, token: Token) -> None:
    assert opened(token(role)).exception


@pytest.mark.usefixtures("ministry")
def test_many_people_stand_on_several_pages(token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    from desk.pages import people

    monkeypatch.setattr(people, "PAGE", 4)
    app = opened(token("admin"))
    seen: list[str] = []
    for _ in range(4):
        seen += [button.key or "" for button in app.button if button.key and button.key.startswith("person:")]
        further = [button for button in app.button if button.label == "المزيد"]
        if not further:
            break
        further[0].click().run()
    assert len(seen) == len(set(seen)) == 10


@pytest.mark.usefixtures("ministry")
def test_whoever_goes_back_finds_the_search_as_the_address_says(token: Token) -> None:
    app = opened(token("admin"))
    app.text_input(key="people_q").input("agent").run()
    assert "agent" in app.query_params["q"]
    app.query_params["q"] = "staff"
    app.run()
    assert app.text_input(key="people_q").value == "staff"
    assert len([button for button in app.button if (button.key or "").startswith("person:")]) == 1
