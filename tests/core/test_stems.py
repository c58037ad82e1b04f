"""Light stems cut what is attached and never what a word is made of."""

import pytest

from core.stems import forms


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("الراتب", "راتب"), ("وزاره", "وزار"), ("شركتي", "شرك"), ("شركه", "شرك"), ("بالعقد", "عقد"), ("للعمال", "عمال"),
        ("ولل", "ولل"), ("موظفين", "موظف"), ("companies", "company"), ("wages", "wage"), ("status", "status"), ("boss", "boss"),
        ("this", "this"), ("bus", "bus"),
    ],
)  # fmt: skip
def test_the_stem_of_a_word(word: str, stem: str) -> None:
    assert stem in forms(word)


def test_a_leading_waw_is_both_kept_and_cut() -> None:
    assert {"وزار", "زار"} <= set(forms("وزاره"))


@pytest.mark.parametrize("word", ["ال", "وال", "هم", "it", "as", "a", "ز"])
def test_no_stem_is_shorter_than_three_letters_unless_the_word_is(word: str) -> None:
    assert all(len(form) >= min(3, len(word)) for form in forms(word))


def test_other_scripts_are_left_alone() -> None:
    assert forms("वेतन") == ("वेतन",)
    assert forms("784") == ("784",)


def test_forms_do_not_repeat() -> None:
    assert forms("عقد") == ("عقد",)
