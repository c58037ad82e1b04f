"""The desk counts while somebody types as the connector counts before it sends: one set of texts holds both to it."""

import json
from pathlib import Path

from playwright.sync_api import Browser

from connectors.x import text
from desk.components import _counting

COUNTS = json.loads((Path(__file__).parents[1] / "connectors" / "x_counts.json").read_text("utf-8"))


def test_the_browser_counts_every_text_as_the_connector_does(browser: Browser) -> None:
    page = browser.new_page()
    page.goto("about:blank")
    counted = page.evaluate(
        f"texts => {{ {_counting()}; return texts.map(text => countText('x', text)) }}", [v["text"] for v in COUNTS]
    )
    page.close()
    wrong = {v["what"]: (n, v["count"]) for v, n in zip(COUNTS, counted, strict=True) if n != v["count"]}
    assert wrong == {}


def test_other_platforms_count_characters_as_people_see_them_in_the_text(browser: Browser) -> None:
    page = browser.new_page()
    page.goto("about:blank")
    said = ["وزارة", "👍", "a\nb", ""]
    assert page.evaluate(f"texts => {{ {_counting()}; return texts.map(text => countText('chars', text)) }}", said) == [
        len(one) for one in said
    ]
    page.close()


def test_a_private_message_is_counted_in_bytes_where_the_platform_does(browser: Browser) -> None:
    page = browser.new_page()
    page.goto("about:blank")
    said = ["وزارة", "👍", "a\nb", ""]
    assert page.evaluate(f"texts => {{ {_counting()}; return texts.map(text => countText('bytes', text)) }}", said) == [
        len(one.encode()) for one in said
    ]
    page.close()


def test_what_is_sent_to_count_by_stays_small() -> None:
    assert len(_counting().encode()) < 16_000


def test_the_rules_are_those_the_connector_reads() -> None:
    assert f"const COUNTING = {json.dumps(text.RULES, ensure_ascii=False)}" in _counting()
