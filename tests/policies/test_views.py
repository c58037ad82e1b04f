"""Disguised words: every way of hiding once, towns that are no insults, and spans that always lead back to the original."""

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.disguises import ARABIC, LATIN, applied, arabizi
from core.memory import Memory
from core.text import fold
from policies import rules
from policies.clauses import Edition
from policies.edition import accept, current, known
from policies.problems import EditionRefused
from policies.romanised import Romanised
from policies.rules import Scene, armoury, examine
from policies.terms import Terms
from policies.verdict import Language
from policies.views import View, views

ARABIC_READER = Romanised(("كلب", "حمار", "حيوان", "يا", "انت", "قحبه", "شرموط"))


def findings(text: str, code: str = "ar") -> set[tuple[str, str]]:
    """(clause, view) of what the rules find, whatever the models think."""
    scene = Scene(fold(text), Language(code, 1.0), (), armoury(current()))
    return {(one.clause.id, one.view) for one in examine(scene)}


def all_views(text: str) -> Iterator[View]:
    folded = fold(text)
    yield from views(folded)
    yield from ARABIC_READER.views(folded)


@pytest.mark.parametrize("way", list(ARABIC))
def test_an_arabic_insult_hidden_in_any_way_is_found(way: str) -> None:
    hidden = applied(way, "يا شرموط", random.Random(7))
    assert "abuse" in {clause for clause, _ in findings(f"والله {hidden} ڡٮه")}


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("ىاحٮارٮر", "abuse"),  # one long word, its particle with it
        ("ٮا عٮال الكلٮ", "abuse"),
        ("ىاعٮال الكلٮ", "abuse"),  # a pattern, a particle before it
        ("السلاح ڡى الطرٮٯ حاهر", "state_security"),  # a pattern that lets any words stand in between
    ],
)
def test_dotless_writing_is_read_by_terms_and_patterns(text: str, clause: str) -> None:
    assert (clause, "rasm") in findings(text)


@pytest.mark.parametrize("text", ["ٮاعٮى لصاحٮه", "ڡى العٮٮه", "سوى طٮر"])
def test_a_short_skeleton_that_may_be_many_words_is_no_insult(text: str) -> None:
    assert findings(text) == set()


@pytest.mark.parametrize("text", ["you're stupid", "you’re stupid", "youre stupid", "so #youre_stupid ok"])
def test_an_apostrophe_may_be_left_out(text: str) -> None:
    assert "abuse" in {clause for clause, _ in findings(text, "en")}


@pytest.mark.parametrize("way", list(LATIN))
def test_an_english_insult_hidden_in_any_way_is_found(way: str) -> None:
    hidden = applied(way, "motherfucker", random.Random(5))
    assert "abuse" in {clause for clause, _ in findings(f"listen {hidden} ok", "en")}


@pytest.mark.parametrize("text", ["enta 7mar", "ya kalb", "inta 7ayawan", "ya 7omar", "ya kelb"])
def test_arabic_in_latin_letters_is_found_and_worth_a_look_at_most(text: str) -> None:
    scene = Scene(fold(text), Language("ar-Latn", 1.0), (), armoury(current()))
    found = list(rules.transliterated(scene))
    assert {one.clause.id for one in found} == {"abuse"}
    assert all(one.score < one.clause.threshold for one in found)
    assert all(text[slice(*one.span)] in text for one in found)


@pytest.mark.parametrize("text", ["abu dhabi club hammer", "the kalba road", "see you in khor fakkan", "hon ya shabab"])
def test_reading_latin_letters_as_arabic_invents_nothing(text: str) -> None:
    scene = Scene(fold(text), Language("ar-Latn", 1.0), (), armoury(current()))
    assert list(rules.transliterated(scene)) == []


@pytest.mark.parametrize(("sure", "found"), [(0.7, {"abuse"}), (0.95, set())])
def test_what_may_be_another_language_in_latin_letters_is_read_as_arabic_too(sure: float, found: set[str]) -> None:
    scene = Scene(fold("ya 7mar"), Language("ur-Latn", sure), (), armoury(current()))
    assert {one.clause.id for one in rules.transliterated(scene)} == found


def test_english_is_not_read_as_arabic() -> None:
    assert list(rules.transliterated(Scene(fold("enta 7mar"), Language("en", 1.0), (), armoury(current())))) == []


def test_arabizi_of_the_bench_is_latin_and_seeded() -> None:
    assert arabizi("كلب", random.Random(1)) == arabizi("كلب", random.Random(1))
    assert re.fullmatch("[a-z0-9 ]+", arabizi("يا حمار انت قليل الادب", random.Random(3)))


@pytest.mark.parametrize(
    "text",
    [
        "أسكن في كلباء", "أسكن في ك ل ب ا ء", "كلـبـاء", "أهل كلبا", "كـلـبـاء الجميلة", "ر ب ي", "يا رٮى", "حٮىٮه", "كسب العيش",
        "مكسب", "عرض العمل", "زامل العتيبي", "لگتا ہے", "7 أيام 3 شهور", "نيكول", "مكسرات", "شخبوط", "الزبيدي",
    ],
)  # fmt: skip
def test_towns_names_and_ordinary_words_are_no_insult_in_any_view(text: str) -> None:
    assert findings(text) == set()


@pytest.mark.parametrize(
    "text", ["Scunthorpe", "S c u n t h o r p e", "Essex", "cocktail", "assistant", "Dickson", "class b1tumen"]
)
def test_english_names_that_hold_other_words_are_no_insult_in_any_view(text: str) -> None:
    assert findings(text, "en") == set()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ا.ن.ت ك.ل.ب", "انت كلب"),
        ("ا ن ت  ك ل ب", "انت كلب"),
        ("بهيـ ـمة", "بهيمه"),
        ("حم|ر", "حمار"),
        ("y.o.u.'.r.e d.e.a.d", "you're dead"),
        ("কু.ত্তা", "কুত্তা"),
        ("ग*धे", "गधे"),
        ("#يا_كلب", "#يا كلب"),
    ],
)
def test_what_was_torn_apart_is_joined_and_words_stay_apart(text: str, read: str) -> None:
    assert read in [view.text for view in views(fold(text))]


def test_plain_writing_has_no_other_view() -> None:
    assert list(views(fold("راتبي متأخر منذ شهرين، please help"))) == []


PIECES = st.sampled_from(
    ["ك", "ل", "ب", "حمار", "ٮ", "ڡ", "ں", "ى", "ـ", " ", "  ", ".", "*", "_", "#", "|", "7", "3", "0", "a", "K", "é", "🙂",
     "&#107;", "&amp;", "َ", "\u200b", "\u202e", "kalb", "7mar", "ya", "'", "-", "ﷲ", "কু", "ग", "x", "ssss", "للللل", "@", "$"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=24).map("".join))
def test_spans_of_every_view_lie_in_the_original_in_order_and_hold_what_they_stand_for(text: str) -> None:
    for view in all_views(text):
        assert len(view.text) == len(view.at)
        assert list(view.at) == sorted(view.at)
        assert all(0 <= place < len(view.folded.text) for place in view.at)
        before = 0
        for i in range(len(view.text)):
            start, end = view.span(i, i + 1)
            assert 0 <= before <= start < end <= len(text)
            before = start


@given(st.lists(PIECES, max_size=24).map("".join))
def test_what_no_view_altered_folds_back_to_itself(text: str) -> None:
    for view in views(fold(text)):
        for i in range(len(view.text)):
            if view.shape == "plain" and not view.rests_on_alteration(i, i + 1):
                start, end = view.span(i, i + 1)
                assert view.text[i] in fold(text[start:end]).text


# ---- what an edition may ask of the machine ------------------------------------------------------------------------------------


def edition_with(pattern: str) -> Edition:
    """The shipped edition with one more pattern in the clause `abuse`."""
    head, clause = known()[current().ref].read_text("utf-8").split('id = "abuse"')
    return accept(head + 'id = "abuse"' + clause.replace("patterns = [\n", f"patterns = [\n'''{pattern}''',\n", 1))


@pytest.mark.parametrize("pattern", ["(a+)+b", "(?:a|aa)+b", "(a*)*b", "(?:x[^y]*)*yy"])
def test_a_pattern_of_an_edition_cannot_hang_the_worker(pattern: str) -> None:
    gate = rules._gate([(current().clauses[0], pattern)])
    text = "a" * 50_000 + "x" * 50_000
    assert gate[0].Match(text) in ([], None, [0])


@pytest.mark.parametrize("pattern", ["(a)\\1", "(?=a)b", "(?<!a)b", "("])
def test_a_pattern_that_could_run_away_is_refused_by_name(pattern: str) -> None:
    with pytest.raises(EditionRefused) as refused:
        edition_with(pattern)
    assert "abuse" in str(refused.value)


def test_thirty_thousand_terms_are_matched_by_looking_at_each_word_once(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = "ابتثجحخدرسصطعفقكلمنه"
    chance = random.Random(11)
    words = {"".join(chance.choice(letters) for _ in range(chance.randint(4, 9))) for _ in range(31_000)}
    entries = sorted(words)[:30_000]
    terms: Terms[int] = Terms((word, number) for number, word in enumerate(entries))
    text = " ".join(["مرحبا", entries[17], "بالراتب", "و" + entries[29_999]] * 200)
    walked: list[str] = []
    starts = terms.starts

    def counted(stretch: str) -> Any:
        walked.append(stretch)
        return starts(stretch)

    monkeypatch.setattr(terms, "_known", Memory(counted))
    assert {hit.payload for hit in terms.hits(text)} >= {17, 29_999}
    assert sorted(walked) == sorted(set(text.split(" ")))  # the automaton was walked once for each word that differs
    assert terms._automaton.get_stats()["total_size"] < 40 << 20
