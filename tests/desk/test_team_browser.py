"""Two people at one message in two browsers: each is told of the other, and one's deed is taken back by a key."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from core.i18n import Lang, t
from inbox.models import Item, Presence, Unsaid

Seating = Callable[[], Any]


def at(running: Any, name: str) -> str:
    return f"/inbox?view=all&item={running.house.items[name]}"


def arrived(running: Any, page: Page, words: str) -> None:
    """Waits until these words, handed over by a page that was to be left, are kept."""
    for _ in range(600):
        with running.db.read() as session:
            if any(words in str(one.content) for one in session.exec(select(Unsaid))):
                return
        page.wait_for_timeout(50)
    pytest.fail("what was written never arrived")


def test_whoever_writes_an_answer_is_seen_by_the_colleague_who_opens_the_message(running: Any, seat: Seating) -> None:
    first = seat().sign_in("moderator").open(at(running, "idea"))
    first.box.fill("وصلنا مقترحكم")
    expect(first.page.locator(".box .status")).to_have_text(t("desk.reply.saved", "ar"))
    first.rest()
    second = seat().sign_in("agent").open(at(running, "idea"))
    told = second.page.locator(".mj-inline")
    expect(told).to_contain_text(t("desk.team.replying", "ar"))
    expect(told).to_contain_text("موظف moderator")
    row = second.page.locator(f'.row[data-id="{running.house.items["idea"]}"]')
    expect(row).to_contain_text("موظف moderator")
    with running.db.read() as session:
        there = {row.user_id: row.doing for row in session.exec(select(Presence))}
    assert there[running.house.users["moderator"]] == "replying"
    assert there[running.house.users["agent"]] == "reading"
    assert first.foreign == second.foreign == []


def test_a_deed_is_taken_back_by_one_key(running: Any, seat: Seating) -> None:
    item_id = running.house.items["english"]

    def owner() -> int | None:
        with running.db.read() as session:
            found: int | None = session.get_one(Item, item_id).assignee_id
        return found

    desk = seat().sign_in("agent").open(at(running, "english"))
    desk.page.locator(f".st-key-assign-{item_id} button").click()
    expect(desk.page.get_by_text(t("desk.done.assigned", "ar"))).to_be_visible()
    assert owner() == running.house.users["agent"]
    desk.page.locator(".mj-page h1").click()
    desk.page.keyboard.press("z")
    expect(desk.page.get_by_text(t("desk.undo.done", "ar"))).to_be_visible()
    assert owner() is None


def test_what_somebody_said_before_opens_without_leaving_the_page(running: Any, seat: Seating) -> None:
    with running.db.write() as session:
        for name in ("question", "mute"):
            session.get_one(Item, running.house.items[name]).author_id = "the same"
    desk = seat().sign_in("agent").open(at(running, "question"))
    desk.page.evaluate("() => { window.stayed = true }")
    desk.page.get_by_test_id("stExpander").locator("summary").click()
    words = desk.page.locator(".earlier .said")
    expect(words).to_have_count(1)
    words.click()
    desk.page.wait_for_url(f"**item={running.house.items['mute']}*")
    expect(desk.page.locator(".mj-said.now")).to_contain_text("كلام لا يُرد عليه من هنا")
    assert desk.page.evaluate("() => window.stayed")
    assert desk.broken == []


def test_a_note_half_written_is_there_after_escape_and_another_message(running: Any, seat: Seating) -> None:
    desk, items = seat().sign_in("agent").open(at(running, "wages")), running.house.items
    keys, page = desk.page.keyboard, desk.page

    def form() -> Any:
        page.get_by_role("button", name=t("desk.notes.write", "ar")).click()
        box = page.get_by_role("textbox", name=t("desk.notes.words", "ar"))
        expect(box).to_be_visible()
        return box

    form().fill("سألت الإدارة ولم")
    keys.press("Escape")
    expect(page.get_by_text(t("desk.unsaid.begun", "ar"))).to_be_visible()
    desk.rest()
    page.locator(f'.row[data-id="{items["question"]}"]').click()
    page.wait_for_url(f"**item={items['question']}*")
    desk.rest()
    expect(page.get_by_text(t("desk.unsaid.begun", "ar"))).to_have_count(0)
    expect(form()).to_have_value("")
    keys.press("Escape")
    page.locator(f'.row[data-id="{items["wages"]}"]').click()
    page.wait_for_url(f"**item={items['wages']}*")
    desk.rest()
    expect(form()).to_have_value("سألت الإدارة ولم")
    page.get_by_role("button", name=t("desk.notes.do", "ar")).click()
    expect(page.get_by_text(t("desk.notes.done", "ar"))).to_be_visible()
    expect(page.locator(".mj-notes").get_by_text("سألت الإدارة ولم")).to_be_visible()
    desk.rest()
    expect(form()).to_have_value("")


@pytest.mark.parametrize("leaving", ["language", "reload"])
def test_a_note_in_the_middle_of_a_word_outlives_another_language_and_a_reload(running: Any, seat: Seating, leaving: str) -> None:
    item = running.house.items["idea"]
    desk = seat().sign_in("staff").open(f"/inbox?view=all&item={item}")
    page, words = desk.page, f"كتبت {leaving} ولم أ"
    page.get_by_role("button", name=t("desk.notes.write", "ar")).click()
    page.get_by_role("textbox", name=t("desk.notes.words", "ar")).press_sequentially(words)
    if leaving == "reload":
        page.once("dialog", lambda asked: asked.dismiss())  # it has not arrived yet: he is asked, and stays
        page.evaluate("() => location.reload()")
        arrived(running, page, words)
        page.wait_for_function("() => dispatchEvent(new Event('beforeunload', { cancelable: true }))")  # nobody is asked
        page.reload()
    else:
        page.get_by_test_id("stSidebar").get_by_role("link", name=t("desk.lang.name", "en")).click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.wait_for_url(f"**/inbox?view=all&item={item}")
    desk.rest()
    lang: Lang = "en" if leaving == "language" else "ar"
    page.get_by_role("button", name=t("desk.notes.write", lang)).click()
    expect(page.get_by_role("textbox", name=t("desk.notes.words", lang))).to_have_value(words)
    page.get_by_role("button", name=t("desk.notes.throw", lang)).click()
    expect(page.get_by_role("textbox", name=t("desk.notes.words", lang))).to_have_value("")


def test_what_was_written_in_a_kept_box_is_handed_over_though_another_is_written_in_at_once(running: Any, seat: Seating) -> None:
    page = seat().sign_in("staff").open(at(running, "idea")).page
    page.get_by_role("button", name=t("desk.notes.write", "ar")).click()
    note = page.get_by_role("textbox", name=t("desk.notes.words", "ar"))
    note.evaluate("box => box.addEventListener('keydown', key => { window.handed = key.key === 'Enter' && key.ctrlKey })")
    note.press_sequentially("كتبت")
    page.evaluate(
        """() => {
            const other = document.createElement("input");
            document.body.append(other);
            other.dispatchEvent(new InputEvent("input", { bubbles: true }));
        }"""
    )
    page.wait_for_function("() => window.handed")
    page.wait_for_function("() => dispatchEvent(new Event('beforeunload', { cancelable: true }))")  # nobody is asked
