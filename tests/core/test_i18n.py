"""Words in two languages; Arabic counts in six ways."""

import pytest

from core import i18n
from core.i18n import Lang, lang_of, t

FORMS = {
    "ar": {
        "zero": "لا شكاوى",
        "one": "شكوى واحدة",
        "two": "شكويان",
        "few": "{n} شكاوى",
        "many": "{n} شكوى",
        "other": "{n} شكوى (مئات)",
    },
    "en": {"one": "{n} complaint", "other": "{n} complaints"},
}


@pytest.fixture
def complaints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "catalogue", lambda: {"complaints": FORMS})


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "لا شكاوى"),
        (1, "شكوى واحدة"),
        (2, "شكويان"),
        (3, "3 شكاوى"),
        (10, "10 شكاوى"),
        (11, "11 شكوى"),
        (99, "99 شكوى"),
        (100, "100 شكوى (مئات)"),
        (102, "102 شكوى (مئات)"),
        (103, "103 شكاوى"),
        (111, "111 شكوى"),
    ],
)
@pytest.mark.usefixtures("complaints")
def test_arabic_plurals_follow_the_cldr_rules(n: int, said: str) -> None:
    assert t("complaints", "ar", n=n) == said


@pytest.mark.parametrize(("n", "said"), [(0, "0 complaints"), (1, "1 complaint"), (2, "2 complaints")])
@pytest.mark.usefixtures("complaints")
def test_english_has_two_forms(n: int, said: str) -> None:
    assert t("complaints", "en", n=n) == said


def test_a_key_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        t("error.no_such_thing", "ar")


@pytest.mark.parametrize(("value", "lang"), [("en", "en"), ("ar", "ar"), ("fr", "ar"), ("", "ar"), (None, "ar")])
def test_whatever_says_the_language_we_speak_one_of_ours(value: str | None, lang: Lang) -> None:
    assert lang_of(value) == lang


def test_braces_in_words_stay_when_nothing_is_filled_in() -> None:
    assert "{ability}" in t("error.forbidden", "ar")
    assert "case.work" in t("error.forbidden", "ar", ability="case.work")
