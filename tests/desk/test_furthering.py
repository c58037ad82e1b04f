"""Further steps of approval from the editor: who is named beside "submit", who is then asked, and who has said yes."""

import html
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import auth
from core.actors import OPERATING
from core.auth import actor_of
from core.i18n import Lang, t
from core.models import User
from desk import session, store
from scheduler import posts
from scheduler.models import Post
from tests.desk.conftest import PASSWORD, Ministry
from tests.desk.test_approval import opened as seen
from tests.desk.test_drafting import Token, drafted, labelled, opened, press, said


@pytest.fixture
def chiefs(ministry: Ministry) -> list[int]:
    """Two more who may approve."""
    names = (("legal", "شيخة القانونية"), ("minister", "مكتب الوزير"))
    with store.write() as writing:
        return [auth.add_user(writing, OPERATING, name, PASSWORD, ["approver"], called).id or 0 for name, called in names]


def by(house: Ministry, who: int | str, verb: Any, post: int, *given: Any) -> None:
    with store.write() as writing:
        person = actor_of(writing.get_one(User, house.users[who] if isinstance(who, str) else who))
        verb(writing, person, writing.get_one(Post, post), *given)


def stored(post: int) -> Post:
    with store.read() as reading:
        return reading.get_one(Post, post)


def named(app: AppTest, number: int, people: list[int], need: str | None = None, lang: Lang = "ar") -> AppTest:
    """The form with these people in that step."""
    next(one for one in app.multiselect if one.label == t("desk.further.who", lang, number=number)).set_value(people).run()
    if need is not None:
        next(one for one in app.radio if (one.key or "").startswith(f"need{number}:")).set_value(need).run()
    assert not app.exception, [e.value for e in app.exception]
    return app


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_further_approvers_are_named_beside_submit_and_awaited_by_name(
    ministry: Ministry, chiefs: list[int], token: Token, lang: Lang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "lang", lambda: lang)  # AppTest asks for the words of options outside the run too
    post, (legal, minister) = drafted(ministry), chiefs
    app = opened(token, lang, post)
    named(app, 1, [legal, minister], "all", lang)
    comma = "، " if lang == "ar" else ", "
    both = comma.join(("شيخة القانونية", "مكتب الوزير"))
    assert t("desk.further.then_all", lang, names=both) in html.unescape(said(app))
    labelled(app.button, "submit", lang).click().run()
    assert stored(post).steps[-1] == {"need": "all", "users": [legal, minister]}
    by(ministry, "approver", posts.approve, post)
    by(ministry, legal, posts.approve, post)
    told = html.unescape(said(seen(post, token("approver"), lang)))
    assert t("desk.approve.step_all", lang, number=2) in told
    assert t("desk.approve.yes_of", lang, name="شيخة القانونية") in told
    assert t("desk.approve.waits_all", lang, names="مكتب الوزير") in told
    assert stored(post).state == "submitted"
    by(ministry, minister, posts.approve, post)
    assert stored(post).state == "scheduled"


def test_steps_follow_one_another_and_one_yes_may_be_enough(ministry: Ministry, chiefs: list[int], token: Token) -> None:
    post, (legal, minister) = drafted(ministry), chiefs
    app = opened(token, post=post)
    assert len([one for one in app.multiselect if (one.key or "").startswith("also")]) == 1, "the next is offered when it is wanted"
    named(named(app, 1, [legal]), 2, [minister, ministry.users["approver"]], "any")
    press(app, "submit")
    assert stored(post).steps[1:] == [
        {"need": "any", "users": [legal]},
        {"need": "any", "users": [minister, ministry.users["approver"]]},
    ]


def test_nobody_named_leaves_the_steps_of_the_house(ministry: Ministry, token: Token) -> None:
    post = drafted(ministry)
    press(opened(token, post=post), "submit")
    assert len(stored(post).steps) == 1


def test_whoever_wrote_the_post_can_not_be_named(ministry: Ministry, chiefs: list[int], token: Token) -> None:
    post = drafted(ministry)
    by(ministry, chiefs[0], lambda s, p, one: posts.edit(s, p, one, title="بيد القانونية"), post)
    offered = next(one for one in opened(token, post=post).multiselect if (one.key or "").startswith("also")).options
    assert "مكتب الوزير" in offered
    assert "شيخة القانونية" not in offered


def test_who_was_named_is_kept_over_saving_leaving_and_sending_back(ministry: Ministry, chiefs: list[int], token: Token) -> None:
    post, (legal, minister) = drafted(ministry), chiefs
    app = named(opened(token, post=post), 1, [minister, legal], "all")
    again = opened(token, post=post)
    assert next(one for one in again.multiselect if (one.key or "").startswith("also1")).value == [minister, legal]
    press(app, "save")
    press(app, "submit")
    assert stored(post).steps[-1] == {"need": "all", "users": [minister, legal]}
    by(ministry, "approver", posts.send_back, post, "الموعد خطأ")
    press(opened(token, post=post), "submit")
    assert stored(post).steps[-1] == {"need": "all", "users": [minister, legal]}


def test_who_may_approve_no_more_is_asked_no_more(ministry: Ministry, chiefs: list[int], token: Token) -> None:
    post, minister = drafted(ministry), chiefs[1]
    named(opened(token, post=post), 1, chiefs)
    with store.write() as writing:
        auth.dismiss(writing, OPERATING, "legal")
    press(opened(token, post=post), "submit")
    assert stored(post).steps[-1]["users"] == [minister]
