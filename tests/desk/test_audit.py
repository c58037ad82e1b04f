"""The audit page: filters that stand in the address, files for whoever may take them, the chain checked before one's eyes."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from core import audit
from core.actors import WORKER
from core.i18n import t
from core.models import AuditEntry
from desk import store, taking
from desk.pages import audit as the_page
from desk.session import COOKIE
from tests.desk.test_pages import PAGE

Token = Callable[[str], str]


def opened(token: str, **address: str) -> AppTest:
    app = AppTest.from_string(PAGE.format(path="audit"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, "ar"
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def told(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html"))


@pytest.fixture
def files() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=taking.ROUTES), base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.usefixtures("ministry")
def test_an_address_with_a_filter_shows_what_fits_and_nothing_else(token: Token) -> None:
    app = opened(token("auditor"), action="user.sign_in")
    assert not app.exception
    assert "user.sign_in" in told(app)
    assert "user.add" not in told(app)
    app.selectbox(key="audit_action").set_value("").run()
    assert "user.add" in told(app)
    assert "action" not in app.query_params


def test_one_sees_what_one_person_did(ministry: Any, token: Token) -> None:
    app = opened(token("auditor"))
    app.selectbox(key="audit_actor").set_value(f"user:{ministry.users['author']}").run()
    page = told(app)
    assert "موظف author" in page
    assert "user.add" not in page


@pytest.mark.usefixtures("ministry")
def test_whoever_goes_back_finds_filters_and_page_as_the_address_says(token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(the_page, "PAGE", 5)
    app = opened(token("auditor"), action="user.sign_in", subject="user", first="2026-01-02")
    for name, value in {"action": "user.add", "subject": "user:1", "first": "2026-01-03"}.items():
        app.query_params[name] = value
    app.run()
    assert (app.selectbox(key="audit_action").value, app.text_input(key="audit_subject").value) == ("user.add", "user:1")
    assert str(app.date_input(key="audit_first").value) == "2026-01-03"
    app = opened(token("auditor"))
    app.button(key="audit_older").click().run()
    assert not app.exception
    older = told(app)
    assert "before" in app.query_params
    app.button(key="audit_newest").click().run()
    assert told(app) != older
    app.button(key="audit_older").click().run()
    app.selectbox(key="audit_action").set_value("user.add").run()
    assert "before" not in app.query_params, "other entries begin with the newest"


@pytest.mark.usefixtures("ministry")
def test_nothing_that_fits_is_told_in_words(token: Token) -> None:
    app = opened(token("auditor"), subject="case:999999", first="2026-01-01", last="not a day")
    assert not app.exception
    assert "لا قيود" in told(app)


@pytest.mark.usefixtures("ministry")
def test_the_chain_is_checked_and_what_is_wrong_is_said_in_words(token: Token) -> None:
    own = token("auditor")
    audit.seal(store.database())
    app = opened(own)
    app.button(key="audit_check").click().run()
    assert not app.exception
    assert "السلسلة سليمة" in told(app)
    with store.write() as session:
        first = session.exec(select(AuditEntry.id).order_by(col(AuditEntry.id)).limit(1)).one()
        session.execute(update(AuditEntry).where(col(AuditEntry.id) == first).values(actor="user:1"))
    app.button(key="audit_check").click().run()
    assert "غُيّر محتواه" in told(app)


@pytest.mark.usefixtures("ministry")
def test_a_file_is_given_to_whoever_may_take_it(token: Token, files: TestClient) -> None:
    assert files.get("/audit/trail.jsonl").status_code == 401
    files.cookies.set(COOKIE, token("manager"))
    assert files.get("/audit/trail.csv").status_code == 403
    files.cookies.set(COOKIE, token("auditor"))
    answer = files.get("/audit/trail.jsonl?action=user.sign_in")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert {line["action"] for line in lines} == {"user.sign_in"}
    assert answer.headers["content-disposition"].startswith("attachment")
    assert files.get("/audit/trail.pdf").status_code == 404
    assert "موظف" not in files.get("/audit/trail.csv").text
    assert "audit.export" in files.get("/audit/trail.csv").text


def test_things_and_details_are_told_in_the_readers_words_and_what_has_none_by_its_name(ministry: Any, token: Token) -> None:
    reply = {"delivery": 131, "private": True, "kind": "complaint", "way": "oidc", "novel_name": "x"}
    colleague = ministry.users["author"]
    with store.write() as session:
        audit.record(session, WORKER, "reply.send", "reply:19", **reply)
        audit.record(
            session,
            WORKER,
            "case.assign",
            f"novelty:{colleague}",
            user=colleague,
            published=2,
            items=[4, 5],
            steps=[{"need": "any"}, {}],
        )
        audit.record(session, WORKER, "delivery.held", "delivery:7", reason="disconnected", kind="private_reply", clause="abuse")
        audit.record(
            session,
            WORKER,
            "delivery.uncertain",
            "delivery:8",
            reason="uncertain:cut",
            outcome="token_expired",
            roles=["agent", "moderator"],
        )
        audit.record(session, WORKER, "item.snooze", "item:9", until="2020-03-01T08:00:00.5+00:00", before="")
    page = told(opened(token("auditor")))
    for said in (
        ">رد <bdi",
        ">الإرسالية: <",
        ">131<",
        ">على الخاص: <",
        ">نعم<",
        ">شكوى<",
        ">حساب العمل<",
        ">الرسائل: <",
        ">4، 5<",
        ">2<",
        ">منشور: <",
        ">فقد الحساب إذنًا<",
        ">لم تؤكد المنصة النتيجة (الرمز cut)<",
        ">انتهى رمز الدخول<",
        f">{t('desk.people.role.agent', 'ar')}، {t('desk.people.role.moderator', 'ar')}<",
        f">{t('desk.deed.private_reply', 'ar')}<",
        f">{t('desk.clause.abuse', 'ar')}<",
        ">1 مارس 2020 12:00<",
        f'>{t("desk.audit.part.before", "ar")}: </span><bdi title="">—<',
    ):
        assert said in page, said
    assert ">المستخدم: </span><bdi" in page
    assert page.count("موظف author</bdi>") >= 2, "the person is called by his name"
    assert "<bdi>novel_name</bdi>" in page
    assert "<bdi>novelty</bdi>" in page
    assert ">delivery: <" not in page
