"""The difference between two editions: every field, by clause, as data and in both languages."""

import pytest

from core.i18n import LANGS, Lang
from policies.difference import Change, difference
from policies.edition import Edition, parse

OLD = """
policy = "m"
edition = "1"
effective_from = 2026-11-01
source = "a"
title = { ar = "سياسة", en = "Policy" }
preamble = { ar = "مرحبا", en = "Welcome" }
disclaimer = { ar = "لا", en = "No" }
commitments = [{ id = "answer", ar = "الرد", en = "To answer" }]
rights = [{ id = "know", ar = "المعرفة", en = "To know" }]

[[clauses]]
id = "abuse"
severity = 2
action = "review"
automatic = false
threshold = 0.8
text = { ar = "لا تُنشر الإساءة", en = "No abuse is published" }
notice = { ar = "حُجبت مشاركتك لأنها تتضمن إساءة إلى غيرك.", en = "Withheld because it insults somebody else by name." }
terms = { ar = ["غبي", "حقير"], en = ["stupid"] }
examples = ["يا غبي"]
counter_examples = ["خدمة سيئة"]

[[clauses]]
id = "spam"
severity = 1
action = "review"
automatic = false
threshold = 0.8
text = { ar = "لا تُنشر الإعلانات", en = "No advertising" }
notice = { ar = "إعلان", en = "An advertisement" }
terms = { en = ["buy now"] }
examples = ["buy now"]
counter_examples = ["I buy"]
"""


def with_(*pairs: tuple[str, str]) -> Edition:
    source = OLD
    for old, new in pairs:
        assert old in source
        source = source.replace(old, new)
    return parse(source)


def changes(*pairs: tuple[str, str]) -> list[Change]:
    return list(difference(parse(OLD), with_(*pairs)).changes)


def test_the_same_edition_does_not_differ() -> None:
    assert changes() == []


def test_a_value_has_what_it_was_and_what_it_is() -> None:
    assert changes(("severity = 2", "severity = 4"), ('edition = "1"', 'edition = "2"')) == [
        Change("edition", "", "changed", "edition", "1", "2"),
        Change("clauses", "abuse", "changed", "severity", 2, 4),
    ]


def test_terms_that_came_and_went_are_listed_by_language() -> None:
    assert changes(('ar = ["غبي", "حقير"]', 'ar = ["حقير", "تافه"]'), ('en = ["stupid"]', 'ur = ["بیوقوف"]')) == [
        Change("clauses", "abuse", "changed", "terms.ar", plus=("تافه",), minus=("غبي",)),
        Change("clauses", "abuse", "added", "terms.ur", plus=("بیوقوف",)),
        Change("clauses", "abuse", "removed", "terms.en", minus=("stupid",)),
    ]


def test_another_order_is_told_as_such() -> None:
    (change,) = changes(('["غبي", "حقير"]', '["حقير", "غبي"]'))
    assert (change.field, change.plus, change.minus) == ("terms.ar", (), ())


def test_an_empty_list_is_as_good_as_none() -> None:
    assert changes(('ar = ["غبي", "حقير"]', 'ar = ["غبي", "حقير"], hi = []')) == []


def test_a_clause_that_came_or_went_is_told_field_by_field() -> None:
    found = changes(('id = "spam"', 'id = "advertising"'))
    whole = [(c.id, c.what) for c in found if not c.field]
    assert whole == [("advertising", "added"), ("spam", "removed")]
    assert Change("clauses", "advertising", "added", "text.en", None, "No advertising") in found
    assert Change("clauses", "spam", "removed", "terms.en", minus=("buy now",)) in found


def test_commitments_and_rights_are_compared_too() -> None:
    assert changes(("To answer", "To answer soon"), ('id = "know"', 'id = "results"'))[0] == Change(
        "commitments", "answer", "changed", "en", "To answer", "To answer soon"
    )


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "en",
            "From m@1 to m@2|Clause abuse|  proposed action: from review to hide|  acts alone: from no to yes"
            "|  terms (ar):|    - حقير|    + تافه|Clause advertising: added|Clause spam: removed",
        ),
        (
            "ar",
            "من m@1 إلى m@2|البند abuse|  الإجراء المقترح: كان المراجعة وصار الإخفاء|  إخفاء آلي: كان لا وصار نعم"
            "|  الألفاظ (ar):|    - حقير|    + تافه|البند advertising: أُضيف|البند spam: حُذف",
        ),
    ],
)
def test_it_reads_in_both_languages(lang: Lang, lines: str) -> None:
    new = with_(
        ('edition = "1"', 'edition = "2"'),
        ('action = "review"\nautomatic = false\nthreshold = 0.8\ntext = { ar = "لا تُنشر الإساءة"',
         'action = "hide"\nautomatic = true\nthreshold = 0.8\ntext = { ar = "لا تُنشر الإساءة"'),
        ("حقير", "تافه"),
        ('id = "spam"', 'id = "advertising"'),
    )  # fmt: skip
    written = difference(parse(OLD), new).words(lang).splitlines()
    assert [line for line in written if line in lines.split("|")] == lines.split("|")


def test_long_texts_stand_below_each_other() -> None:
    written = difference(parse(OLD), with_(("somebody else by name", "somebody"))).words("en").splitlines()
    assert written[-3:] == [
        "  notice to the author (en):",
        "    - Withheld because it insults somebody else by name.",
        "    + Withheld because it insults somebody.",
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_no_difference_is_said_in_words(lang: Lang) -> None:
    assert len(difference(parse(OLD), parse(OLD)).words(lang).splitlines()) == 3
