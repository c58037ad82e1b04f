"""Texts made harmless for a spreadsheet, and given back as they were."""

from hypothesis import given
from hypothesis import strategies as st

from core.cells import plain_text, safe_text


@given(st.text(st.sampled_from("'=+-@＝ \t\n\u200fxأ"), max_size=6))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert plain_text(safe_text(text)) == text


def test_an_apostrophe_of_somebodys_own_is_kept() -> None:
    assert (safe_text("'tis"), safe_text("'=1")) == ("'tis", "''=1")
