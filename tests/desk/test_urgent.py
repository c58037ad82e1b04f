"""Why an item can't wait, at the desk: a chip in the list, the reasons in words beside the item, their places in its text."""

import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from core.i18n import LANGS, ROOT, Lang, t
from desk import store
from inbox.models import Item
from tests.desk.conftest import parts
from tests.desk.test_pages import PAGE, Token

#: signs that only make another one strong, and are never a reason themselves
BESIDE = {"pressing", "alone"}
TEXT = 'الكفيل <b onclick="x()">يضربني</b> ولا طعام هنا'


def codes() -> set[str]:
    """Every reason the judge can give."""
    lines = tomllib.loads((ROOT / "policies/words/urgent.toml").read_text("utf-8"))["lines"]
    return ({line["label"] for line in lines} - BESIDE) | {"unpaid", "wording"}


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_reason_has_its_words(code: str) -> None:
    assert all(t(f"desk.urgent.{code}", lang) for lang in LANGS)


def opened(token: str, lang: Lang, item: int) -> AppTest:
    app = AppTest.from_string(PAGE.format(path="inbox"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, lang
    app.query_params["item"], app.query_params["view"] = str(item), "all"
    app.run()
    assert not app.exception
    return app


def chip(app: AppTest, lang: Lang, item: int) -> dict[str, str] | None:
    """The chip of urgency in the item's row of the list."""
    row = next(row for given in parts(app) for row in given.get("rows", ()) if row["id"] == item)
    return next((one for one in row["chips"] if one["label"] == t("desk.flag.urgent", lang)), None)


def told(app: AppTest) -> str:
    """The open thread."""
    return next(str(block.proto.body) for block in app.get("html") if "mj-thread" in block.proto.body)


def keep(item_id: int, text: str, **verdict: Any) -> None:
    with store.write() as session:
        item = session.get_one(Item, item_id)
        item.text, item.verdict = text, verdict


@pytest.mark.parametrize("lang", LANGS)
def test_a_wage_unpaid_for_months_is_urgent_in_the_list_and_in_the_thread(ministry: Any, token: Token, lang: Lang) -> None:
    item = ministry.items["wages"]
    app = opened(token("agent"), lang, item)
    why = t("desk.urgent.unpaid", lang)
    shown = chip(app, lang, item)
    assert shown is not None
    assert why in shown["title"]
    assert re.search(rf'<span class="mj-chip bad">{t("desk.flag.urgent", lang)}</span><span class="mj-note">[^<]*{why}', told(app))
    assert f'<mark title="{why}" dir="auto">شهرين</mark>' in told(app)
    assert chip(app, lang, ministry.items["idea"]) is None


def test_several_reasons_are_told_and_lit_up_as_text(ministry: Any, token: Token) -> None:
    item, start, food = ministry.items["question"], TEXT.index("<b"), TEXT.index("ولا")
    reasons = [["violence", [[start, TEXT.index("</b>")]]], ["hunger", [[food, food + 8]]], ["unheard_of", []]]
    keep(item, TEXT, urgent=reasons)
    app = opened(token("agent"), "en", item)
    shown, thread = chip(app, "en", item), told(app)
    assert shown is not None
    assert shown["title"] == "Violence or harassment · Without food · unheard_of"
    assert "<b onclick" not in thread
    assert '<mark title="Violence or harassment" dir="auto">&lt;b onclick=&quot;x()&quot;&gt;يضربني</mark>' in thread
    assert '<mark title="Without food" dir="auto">ولا طعام</mark>' in thread


def test_items_kept_without_reasons_and_our_own_show_none(ministry: Any, token: Token) -> None:
    old, ours = ministry.items["question"], ministry.items["idea"]
    keep(old, "متى؟", clauses=[], pii=[], automatic=False)
    keep(ours, "متى؟", urgent=[["life", [[0, 3]]]])
    with store.write() as session:
        session.get_one(Item, ours).own = True
    for item in (old, ours):
        app = opened(token("agent"), "ar", item)
        assert chip(app, "ar", item) is None
        assert "<mark" not in told(app)
        assert t("desk.flag.urgent", "ar") not in told(app)


def test_the_reasons_are_read_aloud_and_shown_on_pointing(running: Any, seat: Callable[[], Any]) -> None:
    desk = seat().sign_in("staff", "/inbox?view=all")
    why = t("desk.urgent.unpaid", "ar")
    row = desk.page.locator(f'[data-id="{running.house.items["wages"]}"]')
    expect(row).to_have_accessible_name(re.compile(f"عاجل\\s*: .*{why}"))
    tag = row.locator(".chip").first
    expect(tag).to_have_attribute("title", re.compile(why))
    assert tag.bounding_box()["width"] < 80
    assert desk.broken == []
