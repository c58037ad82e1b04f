"""What is stored can be stored, and no name turns a screen around."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.display import clean_name, direction, for_xml, strip_nul


def test_nul_goes_and_a_lone_surrogate_becomes_the_replacement_character() -> None:
    assert strip_nul("a\x00b\ud83dc") == "ab\ufffdc"


def test_text_that_can_be_stored_is_left_as_it_is() -> None:
    text = "مرحبا \u202eabc\u202c 🙂\n\t"
    assert strip_nul(text) == text


@given(st.text(st.characters(codec=None)))
def test_whatever_is_stripped_can_be_written_as_utf_8(text: str) -> None:
    assert "\x00" not in strip_nul(text)
    strip_nul(text).encode("utf-8")


@pytest.mark.parametrize("text", ["مرحبا\n\t🙂", "a\x00\x0b\x1fb", "a\ufffeb\uffff", "\ud83d"])
def test_what_xml_can_not_hold_is_left_out_of_it(text: str) -> None:
    made = ElementTree.Element("said")
    made.text = for_xml(text)
    read = ElementTree.fromstring(ElementTree.tostring(made, "utf-8")).text or ""  # noqa: S314 (our own words)
    assert read == "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("\u202egnp.exe", "gnp.exe"),
        ("  Ahmed\n\tAli ", "Ahmed Ali"),
        ("أحمد\u200f علي\u200e", "أحمد علي"),
        ("a\x00b\u2028c", "ab c"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("", ""),
    ],
)
def test_a_name_is_one_line_without_direction_controls(given_name: str, shown: str) -> None:
    assert clean_name(given_name) == shown


@pytest.mark.parametrize(
    ("text", "lies"),
    [
        ("@MinistryDemo ما استلمت راتبي", "rtl"),
        ("https://example.test راتبي", "rtl"),
        ("#نافس My salary was not paid", "ltr"),
        ("@MinistryDemo 👍 123", "auto"),
        ("", "auto"),
    ],
)
def test_a_text_lies_by_what_it_says_not_by_whom_it_names(text: str, lies: str) -> None:
    assert direction(text) == lies
