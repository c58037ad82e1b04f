"""Words that are not ours carry their language, so that a voice reads them as what they are."""

import pytest

from portal.tags import tagged


@pytest.mark.parametrize(
    ("text", "around", "known", "attributes"),
    [
        ("راتبي متأخر", "en", "", ' lang="ar" dir="rtl"'),
        ("راتبي متأخر", "ar", "", ' dir="rtl"'),
        ("میری تنخواہ نہیں ملی", "ur", "", ' dir="rtl"'),
        ("میری تنخواہ نہیں ملی", "ar", "ur", ' lang="ur" dir="rtl"'),
        ("My salary is late", "ar", "", ' lang="en" dir="ltr"'),
        ("Hindi pa dumarating ang sahod", "tl", "", ' dir="ltr"'),
        ("Hindi pa dumarating ang sahod", "en", "tl", ' lang="tl" dir="ltr"'),
        ("meri salary nahi mili", "ar", "ur-Latn", ' lang="ur-Latn" dir="ltr"'),
        ("वेतन नहीं मिला", "ar", "und", ' lang="hi" dir="ltr"'),
        ("বেতন পাইনি", "en", "", ' lang="bn" dir="ltr"'),
        ("ശമ്പളം കിട്ടിയില്ല", "en", "", ' lang="ml" dir="ltr"'),
        ("12345", "ar", "", ' dir="auto"'),
        ("راتبي https://example.ae/a/long/address/of/latin/letters", "en", "", ' lang="ar" dir="rtl"'),
    ],
)
def test_a_text_says_its_language_where_it_is_not_the_pages_own(text: str, around: str, known: str, attributes: str) -> None:
    assert tagged(text, around, known) == attributes  # type: ignore[arg-type]  # one of TONGUES


def test_what_a_row_says_of_a_language_can_break_out_of_no_attribute() -> None:
    assert tagged("x", "en", '"><script>') == ' lang="&#34;&gt;&lt;script&gt;" dir="ltr"'


def test_a_long_text_without_a_blank_is_read_once_and_not_once_for_each_of_its_letters() -> None:
    assert tagged("x" * 200_000, "ar") == ' lang="en" dir="ltr"'
