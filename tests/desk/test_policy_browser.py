"""Approver and self-approval in a real browser: one policy owner proposes, another one puts it in force; and words are kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from core import auth
from core.actors import OPERATING
from core.i18n import t
from inbox import editions
from scheduler import unsaved
from tests.axe import findings
from tests.desk.conftest import PASSWORD
from tests.inbox.small_edition import clause, written

Seating = Callable[[], Any]


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_whoever_proposed_an_edition_waits_for_a_colleague_to_activate_it(running: Any, seat: Seating, lang: str) -> None:
    other = f"owner_{lang}"
    with running.db.write() as session:
        auth.add_user(session, OPERATING, other, PASSWORD, ["policy_owner"], "ليلى")
    day = editions.today() + timedelta(days=30)
    source = written(f"browser-{lang}", str(day), clause("abuse", "dreadful"), policy="mohre")
    desk = seat().sign_in("policy_owner", lang=lang).open("/policy?part=propose")
    file = {"name": "edition.toml", "mimeType": "application/toml", "buffer": source.encode()}
    desk.page.locator("input[type=file]").set_input_files(file)
    ref = f"mohre@browser-{lang}"
    desk.page.get_by_role("button", name=ref).click()
    expect(desk.page.get_by_test_id("stPopover").first.get_by_role("button")).to_be_disabled()
    with running.db.read() as session:
        assert editions.stored(session, ref).state == "proposed"
    colleague = seat().sign_in(other, lang=lang).open(f"/policy?edition={ref}")
    colleague.page.get_by_test_id("stPopover").first.get_by_role("button").click()
    body = colleague.page.get_by_test_id("stPopoverBody")
    expect(body.get_by_role("button")).to_be_disabled()
    body.get_by_test_id("stCheckbox").locator("label").click()
    body.get_by_role("button").click()
    expect(colleague.page.locator(".mj-panel.good").filter(has_text=ref)).to_be_visible()
    with running.db.read() as session:
        version = editions.stored(session, ref)
    assert version.state == "activated"
    assert version.activated_by != version.proposed_by
    assert (desk.broken, colleague.broken, desk.foreign) == ([], [], [])


def test_a_post_nobody_saved_outlives_signing_out_and_is_there_in_another_browser(running: Any, seat: Seating) -> None:
    desk = seat().sign_in("author").open("/compose")
    desk.page.locator("#body-ar").fill("كلام لم يُحفظ في أي مسودة")
    expect(desk.page.get_by_text("حُفظ ما كتبته تلقائيًا")).to_be_visible()
    desk.page.context.clear_cookies()
    other = seat().sign_in("author").open("/compose")
    expect(other.page.locator("#body-ar")).to_have_value("كلام لم يُحفظ في أي مسودة")
    other.page.locator("#body-ar").fill("كلام كُتب في المتصفح الثاني")
    other.page.get_by_test_id("stSidebar").get_by_role("link", name="خروج").click()
    other.page.wait_for_url("**/auth/login**")
    again = desk.sign_in("author").open("/compose")
    expect(again.page.locator("#body-ar")).to_have_value("كلام كُتب في المتصفح الثاني")
    again.page.get_by_role("button", name="تجاهل ما لم يُحفظ").click()
    expect(again.page.locator("#body-ar")).to_have_value("")
    with running.db.read() as session:
        assert unsaved.of(session, running.house.users["author"], unsaved.NEW) is None


def test_the_name_of_a_post_in_the_middle_of_a_word_outlives_another_language(running: Any, seat: Seating) -> None:
    desk = seat().sign_in("approver").open("/compose")
    desk.page.get_by_label(t("desk.compose.name", "ar"), exact=True).press_sequentially("اسم لم")
    desk.page.get_by_test_id("stSidebar").get_by_role("link", name=t("desk.lang.name", "en")).click()
    expect(desk.page.locator("html")).to_have_attribute("lang", "en")
    desk.rest()
    expect(desk.page.get_by_label(t("desk.compose.name", "en"), exact=True)).to_have_value("اسم لم")
    desk.page.get_by_role("button", name=t("desk.compose.throw", "en")).click()
    expect(desk.page.get_by_role("button", name=t("desk.compose.throw", "en"))).to_have_count(0)


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("policy_owner", ["/policy?part=propose", "/policy?part=difference", "/policy?part=backtest"]),
        ("approver", ["/plan?view=week", "/plan?view=list"]),
    ],
)
def test_every_part_of_policy_and_plan_can_be_used_by_everybody(seat: Seating, lang: str, who: str, paths: list[str]) -> None:
    desk = seat().sign_in(who, lang=lang)
    for path in paths:
        desk.open(path)
        assert findings(desk.page) == [], path
        desk.page.set_viewport_size({"width": 320, "height": 800})
        desk.rest()
        inner = "() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollWidth - main.clientWidth }"
        assert desk.page.evaluate(inner) <= 1, path
        desk.page.set_viewport_size({"width": 1440, "height": 960})
    assert (desk.broken, desk.foreign) == ([], [])
