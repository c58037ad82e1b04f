"""Rules append evidence and cannot act; one that fails is logged and skipped, and the others still speak."""

import logging
from collections.abc import Callable, Iterator

import pytest

from core.text import fold
from policies import rules
from policies.cover import Cover
from policies.edition import current
from policies.exposure import exposed
from policies.guard import Reported
from policies.judge import judge, judge_many
from policies.links import suspicious
from policies.personal import find
from policies.rules import Evidence, Scene, armoury
from policies.terms import Terms
from policies.verdict import Context


def broken(scene: Scene) -> Iterator[Evidence]:
    raise RuntimeError("a rule with a mistake in it")


@pytest.mark.parametrize("name", ["patterns", "disguised", "links", "personal_data"])
def test_a_rule_that_fails_is_skipped_and_logged(
    name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(rules.RULES, name, broken)
    with caplog.at_level(logging.ERROR, "policies.rules"):
        verdict = judge("يا كلب ابن كلب. motherfucker")
    assert "abuse" in {finding.clause for finding in verdict.findings}
    (record,) = caplog.records
    assert (record.__dict__["rule"], record.__dict__["edition"]) == (name, current().ref)


def test_the_log_of_a_failed_rule_holds_nothing_of_the_text(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(rules.RULES, "terms", broken)
    judge("my secret words 0501234567")
    assert caplog.records
    assert "secret words" not in caplog.text


def test_a_rule_that_fails_half_way_gives_no_half_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(scene: Scene) -> Iterator[Evidence]:
        yield Evidence(current().clauses[0], 1.0, (0, 1), (0, 1), "fold", "terms")
        raise RuntimeError("then it breaks")

    monkeypatch.setitem(rules.RULES, "terms", half)
    assert judge("hello").action == "allow"


def test_an_armoury_is_made_once_for_an_edition() -> None:
    assert armoury(current()) is armoury(current())


def test_many_texts_are_judged_in_order_each_with_its_context() -> None:
    texts, contexts = ["ok", "you are idiots", "ok"], [Context(lang_hint="tl"), Context(), Context(lang_hint="ur-Latn")]
    found = list(judge_many(texts, contexts=contexts))
    assert [verdict.language.code for verdict in found] == ["tl", "en", "ur-Latn"]
    assert [verdict.action for verdict in found] == ["allow", "hide", "allow"]


def test_a_finding_outside_what_an_allowed_phrase_covers_still_counts() -> None:
    verdict = judge("nice guard dog, and you are dogs")
    assert verdict.action == "hide"
    assert verdict.findings[0].spans == ((20, 32),)


# ---- terms: whole words, attached particles, choices, open ends ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("شركة", "والشركة كبيرة", ["والشركه"]),
        ("شركة", "شركتنا كبيرة", ["شركتنا"]),
        ("كلب", "كلباء مدينة", []),
        ("كلب", "كلبك وكلبه", ["كلبك", "وكلبه"]),
        ("=كس", "كسب العيش وكس", []),
        ("late salary|wages", "late wages, late salary, late lunch", ["late wages", "late salary"]),
        ("delay*", "delays delayed delay relay", ["delays", "delayed", "delay"]),
        ("no pay*", "no payment no play", ["no payment"]),
        ("راتب متأخر", "الراتب المتأخر", ["الراتب المتاخر"]),
        ("cat", "concatenate cat's cat", ["cat", "cat"]),
        ("कुत्ता", "कुत्तों कुत्ता", ["कुत्ता"]),
        ("पैसा", "पैसाखोर", []),
    ],
)
def test_a_term_is_found_as_whole_words_only(term: str, text: str, found: list[str]) -> None:
    folded = fold(text).text
    assert [folded[hit.start : hit.end] for hit in Terms([(term, "x")]).hits(folded)] == found


@pytest.mark.parametrize("term", ["", " ", "=", "*", "a| b", "\u200b"])
def test_a_term_without_letters_is_refused(term: str) -> None:
    with pytest.raises(ValueError, match="without letters"):
        Terms([(term, "x")])


def test_no_terms_find_nothing() -> None:
    nothing: Terms[str] = Terms([])
    assert (len(nothing), nothing.hits("anything")) == (0, [])


# ---- guard, cover, links -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "is_reported"),
    [
        ('he is "a dog" ok', "a dog", True),
        ('"x" a dog "y"', "a dog", False),
        ('an open " a dog', "a dog", False),
        ("(a dog) here", "a dog", True),
        ("«a dog» here", "a dog", True),
        ("it's a dog's life", "a dog", False),
        ("he wrote 'a dog' there", "a dog", True),
        ("قال لي يا كلب", "يا كلب", True),
        ("قال لي شكرا. انت يا كلب", "يا كلب", False),
        ("a dog keh kar bulata hai", "a dog", True),
        ("you a dog", "a dog", False),
    ],
)
def test_words_are_reported_in_quotation_marks_or_beside_a_verb_of_saying(text: str, words: str, is_reported: bool) -> None:
    start = text.index(words)
    assert ((start, start + len(words)) in Reported(text)) is is_reported


def test_a_cover_holds_what_lies_wholly_inside_one_of_its_spans() -> None:
    cover = Cover([(0, 3), (2, 9), (20, 30)])
    assert [place in cover for place in [(0, 3), (3, 9), (1, 4), (2, 9), (9, 10), (19, 21), (20, 30)]] == [
        True, True, False, True, False, False, True,
    ]  # fmt: skip
    assert (0, 1) not in Cover(())


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("see https://bit.ly/abc", 1),
        ("join t.me/deals now", 1),
        ("https://www.mohre.gov.ae/ar", 0),
        ("https://t.co/abc", 0),
        ("https://example.com/my-complaint", 0),
        ("https://a.com/1 https://b.com/2 https://c.com/3", 3),
        ("https://a.gov.ae/1 https://b.gov.ae/2 https://c.gov.ae/3", 0),
        ("no links here", 0),
        ("http:// www.", 0),
    ],
)
def test_links_that_hide_their_goal_and_heaps_of_links_are_suspicious(text: str, many: int) -> None:
    assert len(list(suspicious(text))) == many


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("رقم الهوية 784-1990-1234567-1 والطلب معلق", 0.6),
        ("هوية 784-1990-1234567-1", 0.6),
        ("رقم بطاقة العمل 87654321 انتهت", 0.0),
        ("هويته 784-1990-1234567-1", 0.9),
        ("رقم زوجته 0501234567", 0.9),
        ("جوازها P4471209", 0.9),
        ("رقم أخوه 0501234567", 0.9),
        ("هاتف المديرة 0501234567", 0.9),
        ("الآيبان حقي AE07 0331 2345 6789 0123 456", 0.0),
        ("my eid 784-1990-1234567-1", 0.0),
    ],
)
def test_whose_a_number_is_decides_what_it_is_worth(text: str, worth: float) -> None:
    folded = fold(text)
    assert max((score for _, _, score in exposed(folded, find(folded))), default=0.0) == worth


def test_a_link_is_cited_where_it_stands(cited: Callable[[str], dict[str, list[str]]]) -> None:
    assert cited("🙂 انضموا https://t.me/deals") == {"spam": ["https://t.me/deals"]}
