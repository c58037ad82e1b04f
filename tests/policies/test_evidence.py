"""Evidence stands in the original text, counted in code points, whatever was done to hide the word."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import fold
from policies.judge import judge

DISGUISED = {
    "tatweel": ("والله يا كـلـب رد علينا", "يا كـلـب"),
    "tashkeel": ("والله يا كَلْبٌ رد علينا", "يا كَلْبٌ"),
    "zero width": ("والله يا ك\u200bل\u200cب رد علينا", "يا ك\u200bل\u200cب"),
    "bidi override": ("والله يا \u202eكلب\u202c رد علينا", "يا \u202eكلب"),
    "presentation forms": ("والله يا ﻛﻠﺐ رد علينا", "يا ﻛﻠﺐ"),
    "persian letters": ("والله یا کلب رد علينا", "یا کلب"),
    "repeated letters": ("والله يا كلللللب رد علينا", "يا كلللللب"),
    "spaced letters": ("والله يا ك ل ب رد علينا", "يا ك ل ب"),
    "dotted letters": ("والله يا ك.ل.ب رد علينا", "يا ك.ل.ب"),
    "star inside": ("والله يا ك*لب رد علينا", "يا ك*لب"),
    "emoji inside": ("والله يا ك🙂لب رد علينا", "يا ك🙂لب"),
    "latin letter inside": ("والله يا كxلب رد علينا", "يا كxلب"),
    "joined": ("والله ياكلب رد علينا", "ياكلب"),
    "digit for a letter": ("والله يا 7مار رد علينا", "يا 7مار"),
    "hashtag": ("رد علينا #يا_كلب", "يا_كلب"),
    "emoji before": ("👨‍👩‍👧🇦🇪 يا كلب رد", "يا كلب"),
    "homoglyphs": ("listen, you аre an іdіot ok", "you аre an іdіot"),
    "circled": ("listen, you are ⓘⓓⓘⓞⓣⓢ", "you are ⓘⓓⓘⓞⓣⓢ"),
    "mathematical": ("listen, you are 𝓲𝓭𝓲𝓸𝓽𝓼", "you are 𝓲𝓭𝓲𝓸𝓽𝓼"),
    "full width": ("listen, ｙｏｕ ａｒｅ ｉｄｉｏｔｓ", "ｙｏｕ ａｒｅ ｉｄｉｏｔｓ"),
    "leet": ("listen, you are 1d10ts", "you are 1d10ts"),
    "entity": ("listen, you are &#105;diots", "you are &#105;diots"),
    "soft hyphen": ("listen, you are id\u00adiots", "you are id\u00adiots"),
    "spaced latin": ("listen, you are i d i o t s", "you are i d i o t s"),
    "hashtag in english": ("listen #you_are_dogs", "you_are_dogs"),
    "no-break spaces": ("listen, you\u00a0are\u00a0dogs", "you\u00a0are\u00a0dogs"),
}


@pytest.mark.parametrize(("text", "evidence"), DISGUISED.values(), ids=list(DISGUISED))
def test_a_disguised_insult_is_cited_as_it_was_written(
    text: str, evidence: str, cited: Callable[[str], dict[str, list[str]]]
) -> None:
    assert evidence in cited(text)["abuse"]


@pytest.mark.parametrize(
    ("text", "view"),
    [("يا كلب", "fold"), ("يا كَـلب", "fold"), ("يا ك.ل.ب", "full"), ("#يا_كلب", "full"), ("ٮا ٯحٮه", "rasm")],
)
def test_the_view_that_showed_a_word_is_part_of_the_evidence(text: str, view: str) -> None:
    assert view in {finding.view for finding in judge(text).findings}


@pytest.mark.parametrize(
    "text",
    [
        "ك.ل.م العمال", "مركز ك ل م", "A.B.C company", "U.A.E. labour law", "e.g. i.d. card", "7 months", "room 101", "شقة 5",
        "24/7", "@kalbaa_news",
        "P.O. Box 123", "الساعة 5:30", "b2b", "user_name", "#شكرا_وزارة_العمل", "#happy_workers", "الله الله الله", "هههههههه",
        "soooo good", "مشكورييييين",
    ],
)  # fmt: skip
def test_looking_behind_a_disguise_invents_nothing(text: str) -> None:
    assert judge(text).findings == ()


WORDS = [
    "يا كلب",
    "you are idiots",
    "هويته 784-1985-1234567-1",
    "0501234567",
    "https://bit.ly/x",
    "الله",
    "🙂",
    "مرحبا",
    "&amp;",
    "\u202e",
    "لَا",
    "ـ",
    "\u200d",
    "é",
    "ﷲ",
]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_every_span_lies_in_the_text_in_order_and_is_not_empty(text: str) -> None:
    said = judge(text).triage(1)
    spans = [span for line in said["clauses"] for span in line["spans"]] + [one["span"] for one in said["pii"]]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    for line in said["clauses"]:
        assert line["spans"] == sorted(line["spans"])
    personal = [one["span"] for one in said["pii"]]
    assert all(left[1] <= right[0] for left, right in pairwise(personal))


@given(st.text(st.sampled_from("🙂 abـَ\u200b\n١é"), max_size=30))
def test_what_stands_before_an_insult_moves_its_span_and_nothing_else(before: str) -> None:
    text = f"{before} . يا كلب"
    spans = [span for finding in judge(text).findings if finding.view == "fold" for span in finding.spans]
    assert (len(text) - len("يا كلب"), len(text)) in spans


@given(st.text(st.sampled_from("ـًٌَُِّْ\u200b\u200e\u2066\ufeff"), max_size=2), st.booleans())
def test_marks_anywhere_in_an_insult_do_not_hide_it(marks: str, last: bool) -> None:
    text = "يا " + marks.join("حمار") + (marks if last else "")
    assert fold(text).text == "يا حمار"
    assert judge(text).action == "hide"
