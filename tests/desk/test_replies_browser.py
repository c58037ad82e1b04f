"""Replies in a real browser: nothing written is lost, nobody is answered twice, and what was sent too soon comes back."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import Session, col, select

from connectors.contract import Message, Surface
from core.actors import Actor
from core.auth import actor_of
from core.clock import now
from core.db import Database
from core.i18n import Lang, t
from core.models import Account, User
from core.settings import load
from core.vault import open_vault
from inbox import reply as replies
from inbox import saved
from inbox.models import Item, Reply
from inbox.receive import receive
from migrations import create_schema
from outbox.models import Delivery
from policies import edition
from tests.axe import findings
from tests.desk.conftest import ABLE, ROOT, Seat, free_port, furnish, wait

Seating = Callable[[], Any]


def said(db: Database, name: str, text: str = "متى يبدأ التسجيل؟") -> int:
    """A new comment on the page; its id."""
    with db.write() as session:
        page = session.exec(select(Account).where(Account.platform == "facebook")).one()
        where = {"parent_id": "p1", "root_id": "p1", "author_name": "سالم", "can": ABLE}
        one = Message(page.key, name, Surface.COMMENT, f"author-{name}", text, now(), **where)  # type: ignore[arg-type]  # fields by name
        receive(session, page, [one], edition.current(), settings=load())
        found = session.exec(select(Item.id).where(Item.native_id == name)).one()
    return found or 0


def written(db: Database, item: int) -> list[tuple[str, str, int]]:
    with db.read() as session:
        query = select(Reply).where(Reply.item_id == item).order_by(col(Reply.id))
        return [(one.state, one.text, one.author_id) for one in session.exec(query)]


def person(session: Session, username: str) -> Actor:
    return actor_of(session.exec(select(User).where(User.username == username)).one())


def at(item: int) -> str:
    return f"/inbox?view=all&item={item}"


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_of_two_agents_the_slower_one_reads_the_others_answer_and_keeps_his_own(running: Any, seat: Seating, lang: Lang) -> None:
    item = said(running.db, f"collide-{lang}")
    first, second = (seat().sign_in(who, lang=lang).open(at(item)) for who in ("agent", "moderator"))
    first.box.fill("يبدأ الأحد")
    second.box.fill("يبدأ يوم الأحد القادم")
    first.box.press("Control+Enter")
    expect(first.box).to_have_value("")
    second.box.press("Control+Enter")
    expect(second.page.locator(".problem")).to_contain_text("موظف agent")
    expect(second.page.locator(".mj-panel.warn").filter(has_text="يبدأ الأحد")).to_be_visible()
    expect(second.box).to_have_value("يبدأ يوم الأحد القادم")
    users = running.house.users
    assert written(running.db, item) == [
        ("queued", "يبدأ الأحد", users["agent"]),
        ("draft", "يبدأ يوم الأحد القادم", users["moderator"]),
    ]
    second.box.press("Control+Enter")  # having read it
    expect(second.box).to_have_value("")
    assert [state for state, _, _ in written(running.db, item)] == ["queued", "queued"]


def test_an_answer_that_comes_in_while_one_writes_is_told_and_not_sent_over(running: Any, seat: Seating) -> None:
    item, other = said(running.db, "meanwhile"), said(running.db, "elsewhere")
    desk = seat().sign_in("agent").open(at(item))
    desk.box.fill("أكتب ببطء")
    with running.db.write() as session:
        seen = replies.thread_version(session, session.get_one(Item, item))
        replies.send(session, person(session, "moderator"), item, "أجبته", seen_version=seen, nonce="meanwhile")
    for place in (other, item):  # the page draws itself anew
        desk.page.locator(f'[data-id="{place}"]').click()
        expect(desk.page.locator(f'.row[data-id="{place}"]')).to_have_attribute("aria-current", "true")
        desk.rest()
    expect(desk.page.locator(".moved")).to_have_text(t("desk.reply.moved", "ar"))
    desk.box.press("Control+Enter")
    expect(desk.page.locator(".problem")).to_contain_text("موظف moderator")
    expect(desk.page.locator(".moved")).to_be_hidden()
    assert [state for state, _, who in written(running.db, item) if who == running.house.users["agent"]] == ["draft"]


def test_a_draft_survives_a_refresh_and_a_sign_out_in_the_middle_of_a_word(running: Any, seat: Seating) -> None:
    item = said(running.db, "survive")
    desk = seat().sign_in("agent").open(at(item))
    desk.box.fill("أكتب الآن")
    desk.page.reload()
    desk.rest()
    expect(desk.box).to_have_value("أكتب الآن")
    desk.box.press_sequentially(" ولم أنته")
    desk.page.get_by_test_id("stSidebar").get_by_role("link", name="خروج").click()
    desk.page.wait_for_url("**/auth/login**")
    other = seat().sign_in("agent").open(at(item))
    expect(other.box).to_have_value("أكتب الآن ولم أنته")


def test_a_private_answer_that_is_begun_is_private_wherever_one_comes_back_to_it(running: Any, seat: Seating) -> None:
    item, other = said(running.db, "aside-1"), said(running.db, "aside-2")
    desk = seat().sign_in("agent").open(at(item))
    tick = desk.page.locator(".private input")
    desk.box.fill("اتصلوا بي على 0501234567")
    expect(desk.page.locator(".count")).to_have_text("24 / 63206")
    tick.check()
    expect(desk.page.locator(".count")).to_have_text("24 / 2000")
    expect(desk.page.locator(".status")).to_have_text(t("desk.reply.saved", "ar"))
    expect(desk.page.get_by_text(t("desk.reply.unfit", "ar"))).to_have_count(0)
    for place, ticked in ((other, False), (item, True)):
        desk.page.locator(f'[data-id="{place}"]').click()
        expect(desk.page.locator(f'.row[data-id="{place}"]')).to_have_attribute("aria-current", "true")
        expect(tick).to_be_checked(checked=ticked)
    second = seat().sign_in("agent").open(at(item))
    expect(second.box).to_have_value("اتصلوا بي على 0501234567")
    expect(second.page.locator(".private input")).to_be_checked()
    tick.uncheck()
    expect(desk.page.get_by_text(t("desk.reply.unfit", "ar"))).to_be_visible()


@contextmanager
def serving(folder: Path, port: int) -> Iterator[str]:
    """A desk of its own on that port, until the block ends."""
    log = (folder / "desk.log").open("a")
    environment = {**os.environ, "MAJLIS_VAR_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "desk.serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait(f"http://127.0.0.1:{port}/_stcore/health", process, folder / "desk.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def test_a_draft_survives_the_desk_being_started_anew(browser: Browser, tmp_path: Path) -> None:
    settings = load(MAJLIS_VAR_DIR=str(tmp_path))
    db = Database(settings.database)
    create_schema(db)
    house, port = furnish(db, open_vault(settings), settings), free_port()
    item = house.items["question"]
    context = browser.new_context(viewport={"width": 1440, "height": 960})
    with serving(tmp_path, port) as url:
        desk = Seat(context.new_page(), url).sign_in("agent").open(at(item))
        desk.box.fill("قبل التوقف")
        expect(desk.page.locator(".status")).to_have_text("المسودة محفوظة")
    desk.box.fill("قبل التوقف وبعده")
    with serving(tmp_path, port):
        expect(desk.box).to_have_value("قبل التوقف وبعده")
        desk.page.reload()
        desk.rest()
        expect(desk.box).to_have_value("قبل التوقف وبعده")
        expect(desk.page.locator(".status")).to_have_text("المسودة محفوظة", timeout=90_000)
    context.close()
    assert written(db, item) == [("draft", "قبل التوقف وبعده", house.users["agent"])]
    db.dispose()


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_what_was_sent_too_soon_comes_back_and_is_sent_once(running: Any, seat: Seating, lang: Lang) -> None:
    item = said(running.db, f"too-soon-{lang}")
    desk = seat().sign_in("agent", lang=lang).open(at(item))
    desk.box.fill("يبدأ التسجل")
    desk.box.press("Control+Enter")
    expect(desk.page.locator(".leaving .said")).to_have_text(t("desk.reply.leaves", lang))
    expect(desk.page.get_by_role("button", name=t("desk.undo.do", lang))).to_have_count(1)
    if lang == "ar":
        desk.page.locator(".leaving .undo").click()
    else:
        desk.page.keyboard.press("Escape")
        desk.page.keyboard.press("z")
    expect(desk.box).to_have_value("يبدأ التسجل")
    expect(desk.box).to_be_focused()
    desk.box.fill("يبدأ التسجيل الأحد")
    desk.box.press("Control+Enter")
    desk.box.press("Control+Enter")
    expect(desk.box).to_have_value("")
    assert written(running.db, item) == [("queued", "يبدأ التسجيل الأحد", running.house.users["agent"])]
    with running.db.read() as session:
        mine = session.exec(select(Delivery.state).where(Delivery.target_id == f"too-soon-{lang}").order_by(col(Delivery.id)))
        assert list(mine) == ["cancelled", "scheduled"]


def test_z_takes_the_last_answer_back_from_another_message(running: Any, seat: Seating) -> None:
    item, other = said(running.db, "sent-here"), said(running.db, "read-next")
    desk = seat().sign_in("agent").open(at(item))
    desk.box.fill("إلى غيره")
    desk.box.press("Control+Enter")
    expect(desk.box).to_have_value("")
    desk.page.locator(f'[data-id="{other}"]').click()
    expect(desk.page.locator(f'.row[data-id="{other}"]')).to_have_attribute("aria-current", "true")
    expect(desk.page.get_by_text(t("desk.undo.reply", "ar"))).to_be_visible()
    desk.page.keyboard.press("z")
    expect(desk.page.locator(f'.row[data-id="{item}"]')).to_have_attribute("aria-current", "true")
    expect(desk.box).to_have_value("إلى غيره")


def test_a_saved_reply_is_found_filled_and_sent_by_keyboard(running: Any, seat: Seating) -> None:
    with running.db.write() as session:
        boss = person(session, "manager")
        texts = {"قديم": "انتهى", "موعد الدورة": "أهلا {name}، تبدأ الدورة {day}."}
        for name, text in texts.items():
            kept = saved.keep(session, boss, saved.Content(name, text, "", "الموقع", saved.today() + timedelta(days=9)))
            kept.review_by -= timedelta(days=20 if name == "قديم" else 0)
            session.add(kept)
    item = said(running.db, "saved")
    desk = seat().sign_in("agent").open(at(item))
    desk.box.focus()
    desk.page.keyboard.press("/")
    expect(desk.page.locator(".offer")).to_have_count(2)
    expect(desk.page.locator('.offer[aria-disabled="true"]')).to_contain_text("انتهت صلاحيته")
    assert findings(desk.page) == []
    desk.page.keyboard.type("دوره")
    expect(desk.page.locator(".offer")).to_have_count(1)
    desk.page.keyboard.press("Enter")
    expect(desk.box).to_have_value("أهلا سالم، تبدأ الدورة {day}.")
    expect(desk.page.locator(".blank")).to_contain_text("{day}")
    desk.page.keyboard.press("Control+Enter")
    desk.page.keyboard.type("الأحد")
    expect(desk.box).to_have_value("أهلا سالم، تبدأ الدورة الأحد.")
    desk.page.keyboard.press("Control+Enter")
    expect(desk.box).to_have_value("")
    assert [(state, text) for state, text, _ in written(running.db, item)] == [("queued", "أهلا سالم، تبدأ الدورة الأحد.")]
