"""The pages about one's own case speak seven languages, the others two; whoever chose one keeps it."""

import re

import pytest
from fastapi.testclient import TestClient

from inbox.tongues import MORE, TONGUES, Tongue, direction_of
from tests.portal.test_pages import Shape

#: what stands on a page in another language than its own, and says so
FOREIGN = re.compile(r"<(\w+)[^>]* lang=\"(?!{})[\w-]+\"[^>]*>.*?</\1>", re.DOTALL)


def spoken(text: str, lang: str) -> str:
    """The words of a page that claim to be in its language."""
    own = re.sub(FOREIGN.pattern.replace("{}", lang), "", text, flags=re.DOTALL)
    return Shape(own).words


@pytest.mark.parametrize("lang", TONGUES)
@pytest.mark.parametrize("path", ["/track", "/why"])
def test_a_page_about_ones_own_case_is_there_in_seven_languages(lite_door: TestClient, path: str, lang: Tongue) -> None:
    page = lite_door.get(f"/{lang}{path}")
    assert page.status_code == 200
    root = Shape(page.text).root
    assert (root["lang"], root["dir"]) == (lang, direction_of(lang))
    assert page.headers["content-language"] == lang


@pytest.mark.parametrize("lang", [lang for lang in MORE if lang != "tl"])
@pytest.mark.parametrize("path", ["/track", "/why"])
def test_no_english_sentence_is_left_on_it_but_what_is_marked_as_english(lite_door: TestClient, path: str, lang: Tongue) -> None:
    words = spoken(lite_door.get(f"/{lang}{path}").text, lang)
    assert re.findall(r"[A-Za-z]{3,} [A-Za-z]{3,} [A-Za-z]{3,}", words) == []


@pytest.mark.parametrize("lang", MORE)
def test_a_page_that_does_not_speak_a_language_has_no_address_in_it(lite_door: TestClient, lang: Tongue) -> None:
    assert lite_door.get(f"/{lang}/policy").status_code == 404
    assert lite_door.get(f"/{lang}").text == lite_door.get(f"/{lang}/track").text


def test_a_language_is_chosen_once_and_pages_that_lack_it_are_in_english(lite_door: TestClient) -> None:
    chosen = lite_door.get("/track?lang=bn")
    assert Shape(chosen.text).root["lang"] == "bn"
    assert "lang=bn" in chosen.headers["set-cookie"]
    kept = {"Cookie": "lang=bn"}
    assert Shape(lite_door.get("/track", headers=kept).text).root["lang"] == "bn"
    assert Shape(lite_door.get("/policy", headers=kept).text).root["lang"] == "en"


def test_links_of_a_page_in_urdu_lead_to_urdu_where_there_is_any_and_else_to_english(lite_door: TestClient) -> None:
    addresses = Shape(lite_door.get("/ur/track").text).addresses
    assert {"/ur/track", "/en/policy", "/en", "/track?lang=ar", "/track?lang=hi"} <= set(addresses)


def test_the_other_language_of_a_page_keeps_what_was_asked_for(lite_door: TestClient) -> None:
    assert "/corrections?before=7&amp;lang=en" in lite_door.get("/corrections?before=7&lang=ar").text


@pytest.mark.parametrize("path", ["//evil.example/login", "/en//evil.example/login", "///evil.example"])
def test_the_other_language_of_a_page_that_is_not_there_is_ours_too(lite_door: TestClient, path: str) -> None:
    page = lite_door.get(f"http://testserver{path}").text
    assert re.findall(r'href="([^"]*evil[^"]*)"', page)
    assert not re.search(r'href="(?:https?:)?//', page)


def test_each_language_is_named_in_itself(lite_door: TestClient) -> None:
    page = lite_door.get("/en/track").text
    for lang, name in (("ur", "اردو"), ("hi", "हिन्दी"), ("bn", "বাংলা"), ("ml", "മലയാളം"), ("tl", "Tagalog"), ("ar", "العربية")):
        assert re.search(rf'lang="{lang}" dir="{direction_of(lang)}"[^>]*>{name}</a>', page)


def test_whoever_asks_for_a_case_in_his_language_and_errs_is_told_so_in_it(lite_door: TestClient) -> None:
    page = lite_door.post("/ml/track", data={"number": "M-00000-00000", "secret": "0"})
    assert page.status_code == 404
    assert Shape(page.text).root["lang"] == "ml"
    assert "ചേരുന്ന അപേക്ഷയില്ല" in page.text
