"""What the public reads of its own case is there in seven languages, word for word; and nobody pretends that it was checked."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from string import Formatter

import pytest

from core.i18n import LANGS, ROOT, Forms, Lang, catalogue, t
from inbox.tongues import MORE, NAMES, TONGUES, Tongue, answered_in, direction_of, known, review, say, tongue_of

#: what a language needs: all that is sent to a person, and every word of the pages about his own case
SENT = re.compile(
    r"(receipt|told|private|mail|case\.state|case\.event|case\.outcome|case\.kind|notice\.by|desk\.topic|portal\.deed|portal\.why)\."
    r"|notice\.(private|no_clause)$"
)
PAGES = ("base", "aids", "tongues", "dictation", "macros", "track", "case", "deeds", "why", "why_form", "error")
#: steps that are never public (CaseEvent.public)
STAFF = {"case.event.note", "case.event.at_risk", "case.event.objection_at_risk"}
IN_TEMPLATE = re.compile(r"""\bt\(\s*"([^"]+)"(?:\s*(~)[^)"]*(?:\)[^)"]*)?(?:"([^"]*)")?)?""")
UNCHECKED = "not yet checked by a native reader"
SCRIPT = {"ur": "ARABIC", "hi": "DEVANAGARI", "bn": "BENGALI", "ml": "MALAYALAM", "tl": "LATIN"}


def _needed() -> Iterator[str]:
    yield from (key for key in catalogue() if SENT.match(key))
    for name in PAGES:
        for key, more, end in IN_TEMPLATE.findall((ROOT / "portal" / "templates" / f"{name}.html").read_text("utf-8")):
            yield from (one for one in catalogue() if one.startswith(key) and one.endswith(end)) if more else (key,)


def _texts(forms: Forms) -> list[str]:
    return [forms] if isinstance(forms, str) else list(forms.values())


def _places(forms: Forms) -> set[str]:
    return {name for text in _texts(forms) for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", MORE)
def test_a_language_has_every_word_its_reader_meets(lang: Tongue) -> None:
    assert sorted(set(_needed()) - STAFF - set(known(lang))) == []


@pytest.mark.parametrize("lang", MORE)
def test_a_language_has_no_word_that_nobody_says_in_english(lang: Tongue) -> None:
    assert sorted(set(known(lang)) - set(catalogue())) == []


@pytest.mark.parametrize("lang", MORE)
def test_a_word_names_the_same_places_as_in_english(lang: Tongue) -> None:
    assert [key for key, forms in known(lang).items() if _places(forms) != _places(catalogue()[key]["en"])] == []


@pytest.mark.parametrize("lang", MORE)
def test_words_are_written_in_the_script_of_their_language(lang: Tongue) -> None:
    wrong = []
    for key, forms in known(lang).items():
        for text in _texts(forms):
            letters = [unicodedata.name(c).split()[0] for c in re.sub(r"\{\w+\}", "", text) if c.isalpha()]
            if letters.count(SCRIPT[lang]) < 0.6 * len(letters):
                wrong.append(key)
    assert wrong == []


@pytest.mark.parametrize("lang", MORE)
def test_a_language_is_either_marked_as_unchecked_or_signed_by_somebody_on_a_day(lang: Tongue) -> None:
    told = review(lang)
    if told.state == UNCHECKED:
        assert (told.by, told.on) == ("", "")
    else:
        assert told.by
        assert date.fromisoformat(told.on) <= date.today()  # noqa: DTZ011 (a day somebody wrote down, wherever he was)


@pytest.mark.parametrize("lang", LANGS)
def test_arabic_and_english_are_those_of_the_rooms(lang: Lang) -> None:
    assert say("case.state.received", lang) == t("case.state.received", lang)


def test_what_a_language_lacks_is_said_in_english() -> None:
    assert say("case.event.note", "ur") == t("case.event.note", "en")
    assert say("receipt.other.plain", "fr", number="M-1") == t("receipt.other.plain", "en", number="M-1")
    with pytest.raises(KeyError):
        say("no.such.word", "ur")


def test_places_are_filled_in_every_language() -> None:
    for lang in TONGUES:
        assert "M-AAAAA-BBBBB" in say("receipt.complaint.plain", lang, number="M-AAAAA-BBBBB")


@pytest.mark.parametrize(
    ("written", "answered"),
    [
        ("ar", "ar"),
        ("ar-Latn", "ar"),
        ("und", "ar"),
        ("ur", "ur"),
        ("ur-Latn", "en"),
        ("ml-Latn", "ml"),
        ("tl", "tl"),
        ("fa", "en"),
    ],
)
def test_one_is_answered_in_the_language_one_wrote_in_as_far_as_we_speak_it(written: str, answered: str) -> None:
    assert answered_in(written) == answered


def test_each_language_is_called_by_its_own_name_and_runs_its_own_way() -> None:
    assert set(NAMES) == set(TONGUES)
    assert [lang for lang in TONGUES if direction_of(lang) == "rtl"] == ["ar", "ur"]
    assert tongue_of("nonsense") == "en"
    assert tongue_of(None, "ar") == "ar"
