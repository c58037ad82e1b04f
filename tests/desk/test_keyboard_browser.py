"""The desk by keyboard alone, in a real browser: from sign-in to a sent reply, the palette, one-key corrections."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from core.i18n import Lang, t
from inbox.models import Item, Reply
from tests.axe import findings
from tests.desk.conftest import PASSWORD

Seating = Callable[[], Any]

#: a letter as an Arabic keyboard gives it
PRESSED = "([key, code]) => document.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }))"
#: keys one after the other, quicker than any page is drawn
AT_ONCE = """keys => {
  for (const key of keys) {
    const on = document.activeElement.shadowRoot?.activeElement ?? document.activeElement
    on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }))
  }
}"""


def changed(running: Any, name: str) -> tuple[Any, ...]:
    """What a command would have changed of a message."""
    with running.db.read() as session:
        item = session.get_one(Item, running.house.items[name])
        return (item.state, item.assignee_id, item.hidden, item.case_id, item.kind)


def listening(seat: Seating, who: str, path: str) -> Any:
    """A desk there whose list and palette hear keys."""
    desk = seat().sign_in(who).open(path)
    expect(desk.page.locator('.row[aria-current="true"]')).to_have_count(1)
    expect(desk.page.locator(".mj .bar .open kbd")).to_have_text("Ctrl+K")
    return desk


def current(desk: Any) -> str:
    found: str = desk.page.locator('.row[aria-current="true"]').get_attribute("data-id")
    return found


@pytest.mark.parametrize(("lang", "item", "words"), [("ar", "question", "برنامج نافس"), ("en", "english", "salary delayed")])
def test_from_sign_in_to_a_sent_reply_by_keyboard_alone(running: Any, seat: Seating, lang: Lang, item: str, words: str) -> None:
    desk, wanted = seat(), str(running.house.items[item])
    keys = desk.page.keyboard
    desk.page.goto(f"{desk.url}/lang/{lang}?back=/auth/login")
    expect(desk.page.locator("#username")).to_be_focused()
    keys.type("agent")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    desk.rest()
    first = current(desk)
    keys.press("j")
    expect(desk.page.locator('.row[aria-current="true"]')).not_to_have_attribute("data-id", first)
    desk.page.wait_for_url("**item=*")
    desk.rest()
    keys.press("/")
    keys.type(words)
    keys.press("Enter")
    expect(desk.page.locator(".row")).to_have_count(1)
    expect(desk.page.locator('.row[aria-current="true"]')).to_have_attribute("data-id", wanted)
    keys.press("Tab")  # out of the search
    keys.press("r")
    expect(desk.box).to_be_focused()
    keys.type("Thank you, we are looking into it.")
    keys.press("Control+Enter")
    expect(desk.page.locator(".sent")).to_be_visible()
    expect(desk.box).to_have_value("")
    with running.db.read() as session:
        sent = session.exec(select(Reply).where(Reply.item_id == int(wanted), Reply.state == "queued")).all()
    assert [reply.author_id for reply in sent] == [running.house.users["agent"]]


def test_the_palette_finds_pages_views_and_deeds_by_name(running: Any, seat: Seating) -> None:
    desk = listening(seat, "agent", "/inbox?view=all")
    keys, palette = desk.page.keyboard, desk.page.locator("dialog[open]")
    keys.press("Control+k")
    expect(palette).to_be_visible()
    desk.rest()
    assert findings(desk.page) == []
    for group in ("deed", "view", "page", "kind"):
        expect(palette.locator(".group").filter(has_text=t(f"desk.keys.group.{group}", "ar")).first).to_be_visible()
    keys.type("اسنا")
    expect(palette.get_by_role("option").first).to_contain_text(t("desk.work.assign_me", "ar"))
    keys.press("Escape")
    expect(palette).to_have_count(0)
    keys.press("Control+k")
    keys.type("ملفات")
    keys.press("Enter")
    expect(desk.page.get_by_role("heading", name="الملفات")).to_be_visible()
    desk.rest()
    keys.press("?")
    expect(palette.locator("kbd").filter(has_text="j ت")).to_be_visible()
    assert findings(desk.page) == []


def test_one_key_and_a_number_correct_what_it_is_and_one_key_takes_it_back(running: Any, seat: Seating) -> None:
    mention = running.house.items["mention"]

    def kind() -> str:
        with running.db.read() as session:
            return str(session.get_one(Item, mention).kind)

    was = kind()
    desk = listening(seat, "moderator", f"/inbox?view=all&item={mention}")
    desk.page.evaluate(PRESSED, ["غ", "KeyY"])
    expect(desk.page.locator("dialog[open] .option")).to_have_count(5)
    desk.page.keyboard.press("4")
    expect(desk.page.get_by_text(t("desk.done.corrected", "ar", field="النوع", value=t("desk.kind.praise", "ar")))).to_be_visible()
    assert kind() == "praise"
    desk.page.keyboard.press("z")
    expect(desk.page.get_by_text(t("desk.undo.done", "ar"))).to_be_visible()
    assert kind() == was


def test_filters_that_are_on_stand_above_the_list_and_are_taken_off_by_a_press(seat: Seating) -> None:
    desk = listening(seat, "agent", "/inbox?view=all&kind=inquiry&owner=nobody")
    on = desk.page.locator(".on .filter")
    expect(on).to_have_text(["النوع: استفسار×", "المسؤول: لا أحد×"])
    on.first.get_by_role("button").click()
    expect(on).to_have_text(["المسؤول: لا أحد×"])
    assert "kind=" not in desk.page.url
    desk.page.keyboard.press("1")
    expect(desk.page.locator('.view[aria-pressed="true"]')).to_contain_text(t("view.open", "ar"))


def test_every_deed_has_its_key_and_a_form_opens_on_its_first_field(running: Any, seat: Seating) -> None:
    desk = listening(seat, "moderator", f"/inbox?view=all&item={running.house.items['abuse']}")
    body = desk.page.get_by_test_id("stPopoverBody")
    for key in "hsn":
        desk.page.keyboard.press(key)
        expect(body.locator(":focus")).to_have_count(1)
        desk.page.keyboard.press("Escape")
        expect(body).to_have_count(0)
    desk.page.keyboard.press("a")
    expect(desk.page.get_by_text(t("desk.done.assigned", "ar"))).to_be_visible()
    desk.page.keyboard.press("z")
    expect(desk.page.get_by_text(t("desk.undo.done", "ar"))).to_be_visible()
    with running.db.read() as session:
        assert session.get_one(Item, running.house.items["abuse"]).assignee_id is None


def test_a_message_that_leaves_the_list_is_walked_on_from_where_it_stood(running: Any, seat: Seating) -> None:
    desk = listening(seat, "agent", "/inbox?view=open")
    rows = [row.get_attribute("data-id") for row in desk.page.locator(".row").all()]
    desk.page.locator(f'.row[data-id="{rows[3]}"]').click()
    desk.page.wait_for_url(f"**item={rows[3]}*")
    desk.rest()
    for key, stands in (("j", rows[4]), ("k", rows[2])):
        desk.page.keyboard.press("e")
        expect(desk.page.get_by_text(t("desk.done.answered", "ar"))).to_be_visible()
        expect(desk.page.locator(f'.row[data-id="{rows[3]}"]')).to_have_count(0)
        desk.page.keyboard.press(key)
        desk.page.wait_for_url(f"**item={stands}*")
        expect(desk.page.locator(f'.row[data-id="{stands}"]')).to_have_attribute("aria-current", "true")
        desk.rest()
        desk.page.keyboard.press("z")
        expect(desk.page.locator(f'.row[data-id="{rows[3]}"]')).to_have_count(1)
        desk.page.locator(f'.row[data-id="{rows[3]}"]').click()
        desk.page.wait_for_url(f"**item={rows[3]}*")
        desk.rest()


def test_a_message_that_is_not_in_the_list_is_answered_by_its_key(running: Any, seat: Seating) -> None:
    desk = seat().sign_in("agent").open(f"/inbox?view=hidden&item={running.house.items['english']}")
    desk.page.keyboard.press("r")
    expect(desk.box).to_be_focused()


def test_what_is_typed_before_the_box_is_drawn_is_the_answer_and_no_command(running: Any, seat: Seating) -> None:
    wages = running.house.items["wages"]
    desk = listening(seat, "moderator", "/inbox?view=all")
    desk.page.locator(f'.row[data-id="{wages + 1}"]').click()
    desk.page.wait_for_url(f"**item={wages + 1}*")
    desk.rest()
    before = changed(running, "wages")
    desk.page.evaluate(AT_ONCE, ["j", "Enter", *"ahe jz"])
    desk.page.wait_for_url(f"**item={wages}*")
    expect(desk.box).to_be_focused()
    expect(desk.box).to_have_value("ahe jz")
    desk.rest()
    expect(desk.page.get_by_test_id("stPopoverBody")).to_have_count(0)
    assert changed(running, "wages") == before


def test_what_is_typed_before_a_form_is_drawn_stands_in_its_first_field(running: Any, seat: Seating) -> None:
    desk = listening(seat, "moderator", f"/inbox?view=all&item={running.house.items['idea']}")
    before = changed(running, "idea")
    desk.page.evaluate(AT_ONCE, [*"neah"])
    note = desk.page.get_by_test_id("stPopoverBody").get_by_role("textbox").first
    expect(note).to_be_focused()
    expect(note).to_have_value("eah")
    assert changed(running, "idea") == before


def test_a_message_that_cannot_be_answered_takes_no_letters(running: Any, seat: Seating) -> None:
    desk = listening(seat, "moderator", f"/inbox?view=all&item={running.house.items['mute']}")
    desk.page.keyboard.press("r")
    desk.page.wait_for_function("() => document.documentElement.dataset.majlisReply === undefined")
    desk.page.keyboard.press("j")
    expect(desk.page.locator('.row[aria-current="true"]')).not_to_have_attribute("data-id", str(running.house.items["mute"]))
