"""The judge answers whatever the string holds, and in a time that grows with its length, not with its square."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.judge import judge
from policies.verdict import ACTIONS, KINDS, SENTIMENTS, TOPICS, Context

LONG = 100_000
#: A slow machine under load needs some two seconds for the worst of them; what is quadratic needs minutes.
PATIENCE_S = 20.0


@given(st.text(st.characters(codec=None), max_size=200), st.sampled_from(["eldc", "langdetect"]))
@settings(deadline=None, max_examples=150)
def test_any_string_is_judged(text: str, detector: str) -> None:
    verdict = judge(text, detector=detector)
    assert verdict.action in ACTIONS
    assert verdict.kind in KINDS
    assert verdict.topic in TOPICS
    assert verdict.sentiment in SENTIMENTS


@pytest.mark.parametrize(
    "text",
    [
        "\ud800 hello there my friend",
        "مرحبا \udfff يا كلب",
        "\x00" * 50,
        "",
        " ",
        "\u202e\u202d\u2066",
        "👨‍👩‍👧" * 30,
        "\U0010ffff",
        "&#x110000;",
        "&#0;",
    ],
)
def test_odd_strings_are_judged(text: str) -> None:
    assert judge(text).action in ACTIONS


def test_an_insult_beside_a_lone_surrogate_is_still_seen() -> None:
    assert judge("مرحبا \udfff يا كلب").action == "hide"


@pytest.mark.parametrize("hint", [None, "", "ar", "zz", "\ud800", "ur-Latn"])
def test_any_hint_may_be_given(hint: str | None) -> None:
    assert judge("ok 123", context=Context(lang_hint=hint)).action in ACTIONS


HOSTILE = [
    "ab", "كلب", "ك.ل.ب ", "ك ", "a-", "a.b@c.", "abc@", "@", "&", "&#x1F600;", "('", '"you dogs" ', "7 8 4 ",
    "AE07 0331 2345 6789 0123 456 ", "+971 50 ",
    "he said you are dogs ", "قال يا كلب ", "i will kill ", "guard dog ", "1s2s3s", "a|b", "https://bit.ly/x ", "bcd.ef ",
    "اااب", "ڡٯںٮ", "[at]", "#a_", "#_",
    "b!t$", "راتب", "المدير احمد ", "\u202e", "ـ", "🐶", "1", " ", "\n",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hundred_thousand_characters_are_judged_in_their_turn(piece: str) -> None:
    text = (piece * (LONG // len(piece) + 1))[:LONG]
    began = time.process_time()
    assert judge(text).action in ACTIONS
    assert time.process_time() - began < PATIENCE_S


def test_the_same_text_gets_the_same_verdict_every_time() -> None:
    texts = ["walang sahod", "3andi mushkila", "abc def", "رقم", "my salary is late يا كلب"]
    assert len({repr([judge(text) for text in texts]) for _ in range(5)}) == 1
