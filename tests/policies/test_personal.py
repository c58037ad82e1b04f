"""Personal data: types, spans in the original, checksums where there are any, and numbers that are nobody's."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.personal import AIMS, measure, ours
from core.text import fold
from policies.judge import judge
from policies.numbering import luhn, mod97
from policies.personal import find
from policies.verdict import PERSONAL, PersonalData

# numbers made for tests: the check digits are right, the people do not exist
FOUND = [
    ("هويتي 784-1990-1234567-6 شكرا", "emirates_id", "784-1990-1234567-6", "valid"),
    ("id 784199012345676.", "emirates_id", "784199012345676", "valid"),
    ("784 1990 1234567 6", "emirates_id", "784 1990 1234567 6", "valid"),
    ("٧٨٤-١٩٩٠-١٢٣٤٥٦٧-٦", "emirates_id", "٧٨٤-١٩٩٠-١٢٣٤٥٦٧-٦", "valid"),
    ("۷۸۴-۱۹۹۰-۱۲۳۴۵۶۷-۶", "emirates_id", "۷۸۴-۱۹۹۰-۱۲۳۴۵۶۷-۶", "valid"),
    ("784–1990–1234567–6", "emirates_id", "784–1990–1234567–6", "valid"),
    ("id \u200e784-1990-1234567-6\u200e ok", "emirates_id", "784-1990-1234567-6", "valid"),
    ("784-1990-1234567-1", "emirates_id", "784-1990-1234567-1", "shape"),
    ("call 0501234567 now", "phone", "0501234567", "shape"),
    ("رقمي ٠٥٠ ١٢٣ ٤٥٦٧", "phone", "٠٥٠ ١٢٣ ٤٥٦٧", "shape"),
    ("+971 50 123 4567", "phone", "+971 50 123 4567", "shape"),
    ("00971501234567", "phone", "00971501234567", "shape"),
    ("office 04-123 4567", "phone", "04-123 4567", "shape"),
    ("+91 98765 43210", "phone", "+91 98765 43210", "shape"),
    ("my mobile is 501234567", "phone", "501234567", "shape"),
    ("iban AE07 0331 2345 6789 0123 456", "iban", "AE07 0331 2345 6789 0123 456", "valid"),
    ("AE070331234567890123456", "iban", "AE070331234567890123456", "valid"),
    ("AE080331234567890123456", "iban", "AE080331234567890123456", "shape"),
    ("GB82 WEST 1234 5698 7654 32", "iban", "GB82 WEST 1234 5698 7654 32", "valid"),
    ("mail me: ahmed.ali@example.com.", "email", "ahmed.ali@example.com", "shape"),
    ("first_last+x@sub.example.co.uk", "email", "first_last+x@sub.example.co.uk", "shape"),
    ("ahmed [at] gmail [dot] com", "email", "ahmed [at] gmail [dot] com", "shape"),
    ("card 4111 1111 1111 1111", "card", "4111 1111 1111 1111", "valid"),
    ("visa 4111-1111-1111-1112", "card", "4111-1111-1111-1112", "shape"),
    ("passport N1234567", "passport", "N1234567", "shape"),
    ("رقم جوازي A12345678", "passport", "A12345678", "shape"),
    ("labour card 12345678", "labour_card", "12345678", "shape"),
    ("بطاقة العمل رقم 98765432", "labour_card", "98765432", "shape"),
    ("0501234567 3 months", "phone", "0501234567", "shape"),
    ("O5O 1234567", "phone", "O5O 1234567", "shape"),
    ("+971 (0)50 123 45 67", "phone", "+971 (0)50 123 45 67", "shape"),
    ("tel0501234567", "phone", "0501234567", "shape"),
    ("please call me 7726066179", "phone", "7726066179", "shape"),
    ("mera no hai 98765 43210", "phone", "98765 43210", "shape"),
    ("whatsapp 919876543210", "phone", "919876543210", "shape"),
    ("https://wa.me/971501234567", "phone", "971501234567", "shape"),
    ("٠٣٠٠ ١٢٣٤٥٦٧", "phone", "٠٣٠٠ ١٢٣٤٥٦٧", "shape"),
    ("omar at gmail dot com", "email", "omar at gmail dot com", "shape"),
    ("ahmed.ali ات hotmail نقطة com", "email", "ahmed.ali ات hotmail نقطة com", "shape"),
    ("noor @ company . ae now", "email", "noor @ company . ae", "shape"),
    ("k12 at the rate yahoo.co.in", "email", "k12 at the rate yahoo.co.in", "shape"),
    ("omar@gmail.com. please answer", "email", "omar@gmail.com", "shape"),
    ("call zero five zero one two three four 567", "phone", "zero five zero one two three four 567", "shape"),
    ("رقمي صفر خمسة صفر ٠٠٠ ٤٤ ٢١", "phone", "صفر خمسة صفر ٠٠٠ ٤٤ ٢١", "shape"),
    ("zero five double five, one two three, 4 5 6", "phone", "zero five double five, one two three, 4 5 6", "shape"),
    ("labour card 632-467-818", "labour_card", "632-467-818", "shape"),
    ("pasaporte ko P1234567A", "passport", "P1234567A", "shape"),
    ("N1234567 is my passport", "passport", "N1234567", "shape"),
    ("পাসপোর্ট BX0123456", "passport", "BX0123456", "shape"),
]  # fmt: skip

NOBODYS = [
    "اتصلت على 600590000 ولم يرد أحد", "80060", "800 665", "رقم المعاملة MB123456789AE", "request 123456789",
    "complaint no 784512", "15/11/2026", "2026-11-24",
    "راتبي 3000 درهم", "AED 12,500.00", "1234567.89", "order 1234 5678 9012 3456", "P.O. Box 12345", "room 1205",
    "https://t.co/a1b2c3d4e5", "https://x.com/u/status/1859012345678901234",
    "article 43 of law 33 of 2021", "10:30 - 14:30", "lat 25.2048493, 55.2707828", "version 1.2.3.4", "@user_name",
    "look at this dot com bubble", "he is at home. org chart is wrong", "I work at company.ae", "@MOHRE_UAE @someone_12",
    "+971600590000", "order 407-1234567-1234567", "رقم الطلب 512345678", "from 05/01/2026 10 2030", "no. 51 0835 salamat",
    "zero tolerance, one two three, go", "صفر مشاكل في ثلاثة أشهر", "double five percent in two or three years",
    "So at this point in time", "I let go at some point in my life", "jo 1978 mein maujood hi nahi thi phir", "@100046729: hello",
    "complaint no 7726066179", "الطلب رقم 7726066179", "tracking number 9876543210",
    "passport expired 20261231", "الشركة حجزت جوازي وشكوى رقم 73081433", "my application number MB 584602523 AE",
    "passport deposit 5000000 AED", "12/05/2026 - 14/05/2026 10.30", "https://example.com/?q=0501234567",
    "meet at 5 pm", "9 to 5, 6 days", "١٠٠٪", "",
]  # fmt: skip


def _find(text: str) -> tuple[PersonalData, ...]:
    return find(fold(text))


@pytest.mark.parametrize(("text", "type", "piece", "level"), FOUND)
def test_personal_data_is_found_where_it_stands(text: str, type: str, piece: str, level: str) -> None:
    found = [(one.type, text[slice(*one.span)].strip("\u200e"), one.level) for one in _find(text)]
    assert found == [(type, piece, level)]


def test_every_type_is_tried_here() -> None:
    assert {type for _, type, _, _ in FOUND} == set(PERSONAL)


@pytest.mark.parametrize("text", NOBODYS)
def test_other_numbers_are_nobodys(text: str) -> None:
    assert _find(text) == ()


def test_only_what_has_a_checksum_can_be_valid() -> None:
    assert {type for _, type, _, level in FOUND if level == "valid"} == {"emirates_id", "iban", "card"}


def test_where_two_readings_overlap_one_stays() -> None:
    assert [one.type for one in _find("784-1990-1234567-6 and 0501234567")] == ["emirates_id", "phone"]


@pytest.mark.parametrize(
    "text",
    [
        "رقمي 0501234567 أرجو الاتصال",
        "my emirates id is 784-1990-1234567-6",
        "contact me on 0501234567",
        "mera number 0501234567 hai",
    ],
)
def test_what_the_writer_gives_of_himself_is_not_held_against_him(text: str) -> None:
    verdict = judge(text)
    assert (bool(verdict.pii), verdict.findings) == (True, ())


@pytest.mark.parametrize(
    "text", ["his number is 0501234567", "هذا رقم المدير 0501234567", "iska number 0501234567 hai", "her passport number N1234567"]
)
def test_what_is_given_of_another_is_an_exposure(text: str) -> None:
    assert "privacy" in {finding.clause for finding in judge(text).findings}


def test_a_strangers_identity_number_without_a_word_beside_it_goes_to_a_person() -> None:
    assert judge("784-1990-1234567-6").action == "review"


@given(st.integers(0, 10**13))
def test_luhn_takes_exactly_one_check_digit(number: int) -> None:
    assert sum(luhn(f"{number}{digit}") for digit in range(10)) == 1


@given(st.integers(0, 10**19 - 1))
def test_mod97_takes_the_check_digits_the_standard_computes(account: int) -> None:
    check = 98 - int(f"{account:019d}101400") % 97
    assert mod97(f"ae{check:02d}{account:019d}")
    assert not mod97(f"ae{(check + 1) % 100:02d}{account:019d}")


@given(st.text(st.sampled_from("0123456789٠١۷ -+.()@aeAE784\u200e"), max_size=60))
def test_what_is_found_never_overlaps(text: str) -> None:
    found = find(fold(text))
    assert all(left.span[1] <= right.span[0] for left, right in pairwise(found))


def test_what_made_up_posts_hold_is_found_and_nothing_else() -> None:
    recall, exact, level, alarms = measure(ours, [1], "test").rates()
    assert (recall >= AIMS[0], exact >= AIMS[1], level == 1, alarms <= AIMS[2]) == (True, True, True, True)


@pytest.mark.parametrize("text", ["1 " * 20_000, "12/12/2026 " * 2_000, "a@" * 20_000, "passport 1234567 " * 1_000, "(0" * 20_000])
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    assert len(_find(text)) <= 1_000
