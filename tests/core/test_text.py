"""Folding undoes what hides a word, and never loses the way back to the original."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.letters import LETTERS
from core.text import Folded, fold, search_forms, search_words, words_of

# what people and their keyboards really mix, rather than any of a million code points
MIXED = st.text(
    st.sampled_from(
        "كلبةىأإآؤئ يا ـًٌَُِّْٰﻛﻠﺐﷲلاabАеіdZ١۲3४ی ک گ ہے نہیں\u200b\u200c\u200d\u200e\u202e\u2066\ufeff\u00ad🙂👨‍👩‍👧🇦🇪é"
        "&;#x1F600amp<>\n\t\x00\ud800\udfff_"
    ),
    max_size=60,
)
ANY = st.one_of(MIXED, st.text(st.characters(codec=None), max_size=60))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("كـلـب", "كلب"),
        ("كَلْبٌ", "كلب"),
        ("ك\u200bل\u200cب\ufeff", "كلب"),
        ("\u202eكلب\u202c", "كلب"),
        ("ﻛﻠﺐ", "كلب"),
        ("أإآٱ", "ا"),
        ("شركة", "شركه"),
        ("على", "علي"),
        ("مسؤول", "مسوول"),
        ("کیا", "كيا"),
        ("ہے", "هي"),
        ("كلللللب", "كلب"),
        ("الله", "الله"),
        ("١٢٣ ۴۵۶ ७८", "123 456 78"),
        ("Іdіоt", "idiot"),
        ("ⓘⓓⓘⓞⓣ", "idiot"),
        ("𝓲𝓭𝓲𝓸𝓽", "idiot"),
        ("ＩＤＩＯＴ", "idiot"),
        ("&#105;diot &amp; co", "idiot & co"),
        ("Café  \n au\u00a0lait", "cafe au lait"),
        ("you\u00adr", "your"),
        ("“quoted” – it’s", '"quoted" - it\'s'),
        ("कि हिंदी", "कि हिंदी"),
        ("\x00\ud800", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_what_hides_a_word_is_undone(written: str, read: str) -> None:
    assert fold(written).text == read


def test_the_hamza_stays_because_it_tells_a_town_from_an_insult() -> None:
    assert fold("كلباء").text != fold("كلبا").text


@given(ANY)
def test_every_folded_letter_knows_its_place_and_places_never_go_back(text: str) -> None:
    folded = fold(text)
    assert len(folded.offsets) == len(folded.text)
    before = (0, 0)
    for start, end in folded.offsets:
        assert 0 <= start < end <= len(text)
        assert start >= before[0]
        assert end >= before[1]
        before = (start, end)


@given(ANY)
def test_a_letter_folds_to_itself_at_the_place_it_came_from(text: str) -> None:
    folded = fold(text)
    for letter, (start, end) in zip(folded.text, folded.offsets, strict=True):
        assert letter in fold(text[start:end]).text


@given(ANY)
def test_what_is_dropped_between_places_shows_nothing(text: str) -> None:
    covered = bytearray(len(text))
    for start, end in fold(text).offsets:
        covered[start:end] = b"\1" * (end - start)
    left = [letter for letter, seen in zip(text, covered, strict=True) if not seen]
    assert all(not letter.translate(LETTERS).strip() for letter in left)


@given(ANY)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text).text
    if "&" not in once:  # an entity that stands for the beginning of an entity is one all the same
        assert fold(once).text == once


@given(st.text(st.sampled_from("كلبي abc"), max_size=20), st.text(st.sampled_from("ـَِّْ\u200b\u202e\u200d"), max_size=3))
def test_marks_between_letters_never_change_what_is_read(word: str, marks: str) -> None:
    assert fold(marks.join(word)).text == fold(word).text


def test_a_span_takes_in_the_marks_on_its_last_letter() -> None:
    text = "يا كَلْبٌـ رد"
    folded = fold(text)
    at = folded.text.index("كلب")
    start, end = folded.span(at, at + 3)
    assert text[start:end] == "كَلْبٌـ"


def test_a_span_over_an_entity_covers_all_of_it() -> None:
    assert fold("x &#1603;لب").span(2, 5) == (2, 11)


def test_an_empty_span_stays_empty_even_at_the_end() -> None:
    assert fold("abc").span(3, 3) == (3, 3)
    assert fold("").span(0, 0) == (0, 0)


def test_spans_count_code_points_not_bytes_or_utf_16_units() -> None:
    text = "👨‍👩‍👧🇦🇪 idiot"
    folded = fold(text)
    at = folded.text.index("idiot")
    start, end = folded.span(at, at + 5)
    assert (text[start:end], start) == ("idiot", 8)


def test_folded_text_says_what_it_is() -> None:
    assert repr(fold("أ")) == "Folded('ا')"
    assert isinstance(fold("أ"), Folded)


def test_every_letter_of_unicode_can_be_folded() -> None:
    for code in range(0x110000):
        assert isinstance(chr(code).translate(LETTERS), str)


def test_no_mark_of_the_arabic_script_survives() -> None:
    marks = [chr(code) for code in range(0x0600, 0x0700) if unicodedata.category(chr(code)) == "Mn"]
    assert {mark for mark in marks if fold(f"ب{mark}").text != "ب"} == set()


def test_words_are_letters_and_digits_with_an_apostrophe_inside() -> None:
    assert words_of("don't pay_me 3 times, كلباء!") == ["don't", "pay", "me", "3", "times", "كلباء"]


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("تأخرت رواتبنا ثلاثة أشهر", "رواتب"),
        ("والشركة لم تدفع", "شركة"),
        ("شكوى ضد الوزارة", "وزارة"),
        ("ووزارتنا", "وزارة"),
        ("للمستثمرين", "المستثمر"),
        ("companies refuse", "company"),
        ("late salaries", "salary"),
        ("the manager's office", "manager"),
        ("رقم الطلب ١٢٣٤", "1234"),
    ],
)
def test_a_word_is_found_under_its_light_stems(stored: str, asked: str) -> None:
    key = search_forms(stored)
    assert all(any(form in key for form in word) for word in search_words(asked))


def test_the_word_itself_stands_first_among_what_is_searched() -> None:
    assert [forms[0] for forms in search_words("الرواتب salaries الرواتب")] == ["الرواتب", "salaries"]


@given(ANY)
def test_any_query_can_be_asked(text: str) -> None:
    assert all(form for forms in search_words(text) for form in forms)
    assert all(search_forms(text))
