"""Editions are data: read whole or refused with the line that is wrong, and judged from their canonical text alike."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core import settings as configuration
from core.clock import Hands, running
from core.errors import ConfigurationError
from core.i18n import LANGS
from policies import edition
from policies.clauses import Edition
from policies.edition import EditionRefused
from policies.judge import judge

TINY = """
policy = "tiny"
edition = "2030-01"
effective_from = 2030-01-01
source = "a test"
[title]
ar = "سياسة"
en = "policy"
[preamble]
ar = "أهلا"
en = "welcome"
[disclaimer]
ar = "لا مسؤولية"
en = "no liability"
[[commitments]]
id = "respect"
ar = "الاحترام"
en = "respect"
[[rights]]
id = "receipt"
ar = "إشعار"
en = "a receipt"
[[clauses]]
id = "fish"
severity = 1
action = "hide"
automatic = true
threshold = 0.8
patterns = ['smelly \\w+']
examples = ["a red herring"]
counter_examples = ["a blue whale"]
[clauses.text]
ar = "لا أسماك"
en = "no fish"
[clauses.notice]
ar = "سمكة"
en = "a fish"
[clauses.terms]
en = ["red herring"]
"""

Change = tuple[str, str]


def refused(*changes: Change) -> list[tuple[str, str, int]]:
    """(clause, code, line) of every fault in the tiny edition after the changes."""
    source = TINY
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    with pytest.raises(EditionRefused) as caught:
        edition.accept(source)
    return [(problem.clause, problem.code, problem.line) for problem in caught.value.problems]


def line_of(words: str) -> int:
    return next(number for number, line in enumerate(TINY.splitlines(), 1) if words in line)


def test_an_edition_that_keeps_its_examples_is_accepted() -> None:
    assert edition.accept(TINY).ref == "tiny@2030-01"


@pytest.mark.parametrize(
    ("change", "clause", "code", "place"),
    [
        (("red herring\"]\ncounter", "cold soup\"]\ncounter"), "fish", "silent", "examples ="),
        (("a blue whale", "one red herring"), "fish", "fires", "counter_examples"),
        (('["a blue whale"]', "[]"), "fish", "no_examples", 'id = "fish"'),
        (('patterns =', 'rules = ["nobody"]\npatterns ='), "fish", "unknown_rule", "patterns ="),
        (("smelly \\w+", "smelly (\\w+"), "fish", "bad_pattern", "patterns ="),
        (("severity = 1", 'severity = "1"'), "fish", "missing", "severity"),
        (("severity = 1\n", ""), "fish", "missing", 'id = "fish"'),
        (("severity = 1", "severity = 1\ncolour = 2"), "fish", "unknown_key", "action ="),
        (('action = "hide"', 'action = "delete"'), "fish", "unknown_action", "action ="),
        (('en = ["red herring"]', 'en = ["=*"]'), "fish", "bad_term", 'en = ["red'),
        (('en = ["red herring"]', 'en = ["red herring", "z|red"]'), "fish", "short_term", 'en = ["red'),
        (('en = ["red herring"]', 'english = ["red herring"]'), "fish", "unknown_language", 'en = ["red'),
        (("severity = 1", "severity = 9"), "fish", "out_of_bounds", "severity"),
        (("threshold = 0.8", "threshold = 80"), "fish", "out_of_bounds", "threshold"),
        (("threshold = 0.8", "threshold = nan"), "fish", "out_of_bounds", "threshold"),
        (('en = "a fish"', 'en = " "'), "fish", "missing", 'id = "fish"'),
        (('en = "a fish"', 'en = "a {name}"'), "fish", "placeholder", 'id = "fish"'),
        (("= 2030-01-01", "= 2030-01-01T08:00:00"), "", "no_day", "effective_from"),
        (("= 2030-01-01", '= "1 January 2030"'), "", "no_day", "effective_from"),
        (('source = "a test"', 'source = 07:00:00'), "", "missing", "source"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_clause_and_its_line(change: Change, clause: str, code: str, place: str) -> None:
    assert (clause, code, line_of(place)) in refused(change)


def test_a_file_that_is_no_toml_is_refused_at_its_line() -> None:
    assert refused(("severity = 1", "severity =")) == [("", "not_toml", line_of("severity"))]


def test_a_text_is_missing_under_the_name_of_its_field() -> None:
    with pytest.raises(EditionRefused) as caught:
        edition.accept(TINY.replace('en = "a fish"\n', ""))
    assert [problem.text for problem in caught.value.problems] == ["notice.en"]


@pytest.mark.parametrize(
    "source", ["a = " + "[" * 3_000, ".".join("a" * 3_000) + " = 1", 'clauses = ["a"]\n' + TINY.split("[[clauses]]")[0]]
)
def test_whatever_the_file_holds_it_is_refused_in_words(source: str) -> None:
    with pytest.raises(EditionRefused):
        edition.accept(source)


def test_the_mark_that_some_editors_put_first_is_no_fault() -> None:
    assert edition.accept("\ufeff" + TINY).sha256 == edition.accept(TINY).sha256


def test_two_clauses_of_one_id_are_refused() -> None:
    again = TINY[TINY.index("[[clauses]]") :]
    assert [code for _, code, _ in refused((again, again + again))] == ["same_id"]


def test_every_failing_example_is_named_not_only_the_first() -> None:
    found = refused(('red herring"]\ncounter', 'cold soup", "hot soup"]\ncounter'), ("a blue whale", "one red herring"))
    assert sorted(code for _, code, _ in found) == ["fires", "silent", "silent"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_refusal_can_be_read_in_both_languages(lang: str) -> None:
    with pytest.raises(EditionRefused) as caught:
        edition.accept(TINY.replace("a blue whale", "one red herring"))
    said = caught.value.words("ar" if lang == "ar" else "en")
    assert "one red herring" in said
    assert str(line_of("counter_examples")) in said


def test_load_reads_a_file_and_checks_it(tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY.replace("a blue whale", "one red herring"), "utf-8")
    with pytest.raises(EditionRefused):
        edition.load(path)


def test_an_edition_may_have_no_patterns_at_all() -> None:
    bare = edition.accept(TINY.replace("patterns = ['smelly \\\\w+']\n", "").replace("patterns = ['smelly \\w+']\n", ""))
    assert judge("smelly feet", edition=bare).action == "allow"


def test_an_edition_decides_what_acts_alone() -> None:
    second = 'model = { head = "offence", review = 0.000001, automatic = 0.000001 }'
    both = judge("what a red herring", edition=edition.parse(TINY.replace("threshold = 0.8\n", f"threshold = 0.8\n{second}\n")))
    assert (both.action, both.automatic, both.edition_ref) == ("hide", True, "tiny@2030-01")
    one = judge("what a red herring", edition=edition.parse(TINY))
    assert (one.action, one.automatic) == ("hide", False)


def test_below_its_threshold_a_clause_proposes_no_more_than_review() -> None:
    strict = edition.parse(TINY.replace("threshold = 0.8", "threshold = 0.95"))
    assert (judge("what a red herring", edition=strict).action, judge("what a red herring", edition=strict).automatic) == (
        "review",
        False,
    )


def test_the_canonical_text_is_the_whole_edition() -> None:
    shipped = edition.current()
    again = edition.from_canonical(shipped.canonical)
    assert (again.canonical, again.sha256, again.ref) == (shipped.canonical, shipped.sha256, shipped.ref)
    alike = [(set(one.terms), one.patterns, one.text, one.legal, one.examples) for one in again.clauses]
    assert alike == [(set(one.terms), one.patterns, one.text, one.legal, one.examples) for one in shipped.clauses]
    texts = ["يا كلب", "you are idiots", "his number is 0501234567"]
    assert [judge(text, edition=again) for text in texts] == [judge(text, edition=shipped) for text in texts]


def test_the_hash_is_of_the_canonical_text_and_changes_with_it() -> None:
    one, other = edition.parse(TINY), edition.parse(TINY.replace("severity = 1", "severity = 2"))
    assert one.sha256 != other.sha256
    assert json.loads(one.canonical)["effective_from"] == "2030-01-01"
    assert edition.parse(TINY.replace("severity = 1", "severity  =  1")).sha256 == one.sha256


def test_a_clause_is_cited_with_policy_and_edition() -> None:
    assert edition.current().clause_ref("abuse") == f"{edition.current().ref}#abuse"
    with pytest.raises(KeyError):
        edition.current().clause("criticism")


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two editions, one of them not yet in force."""
    for number, day in (("2026-01", "2026-01-01"), ("2027-01", "2027-01-01")):
        text = TINY.replace("2030-01-01", day).replace("2030-01", number)
        (tmp_path / f"{number}.toml").write_text(text, "utf-8")
    monkeypatch.setattr(edition, "SHIPPED", tmp_path)
    edition._in_force.cache_clear()
    monkeypatch.setattr(configuration, "settings", lambda: configuration.Settings.model_construct(edition=""))
    return tmp_path


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(2026, 12, 31, 19, 59, tzinfo=UTC), "2026-01"),
        (datetime(2026, 12, 31, 20, 0, tzinfo=UTC), "2027-01"),  # midnight in Dubai
        (datetime(2020, 1, 1, tzinfo=UTC), "2026-01"),
    ],
)
def test_an_edition_is_in_force_from_its_day_in_dubai(shipped: Path, moment: datetime, number: str) -> None:
    with running(Hands(moment)):
        assert edition.current().edition == number
    edition._in_force.cache_clear()


@pytest.mark.parametrize("name", ["tiny@2027-01", "2027-01"])
def test_a_setting_names_the_edition_in_force(shipped: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(configuration, "settings", lambda: configuration.Settings.model_construct(edition=name))
    assert edition.current().edition == "2027-01"
    edition._in_force.cache_clear()


def test_an_edition_nobody_ships_refuses_to_start(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "settings", lambda: configuration.Settings.model_construct(edition="1999"))
    with pytest.raises(ConfigurationError) as caught:
        edition.current()
    assert "MAJLIS_EDITION" in str(caught.value)
    edition._in_force.cache_clear()


# ---- the first edition against the seed ---------------------------------------------------------------------------------------

SENSE = {
    "state_security": ("أمن الدولة", "security of the State"),
    "incitement": ("التحريض", "Incitement"),
    "defamation": ("التشهير", "Defamation"),
    "privacy": ("الشخصية", "personal data"),
    "religion": ("الأديان", "religions"),
    "national_symbols": ("رموزها", "symbols"),
    "confidential": ("السرية", "Confidential"),
    "illegal": ("القانون", "law"),
    "abuse": ("الإهانات", "Insults"),
    "spam": ("الإعلانات", "Advertising"),
}


@pytest.mark.parametrize("id", SENSE)
def test_a_clause_says_in_both_languages_what_the_seed_forbids(id: str) -> None:
    clause = edition.current().clause(id)
    arabic, english = SENSE[id]
    assert arabic in clause.text.ar
    assert english in clause.text.en


def test_every_notice_offers_an_appeal() -> None:
    for clause in edition.current().clauses:
        assert "تعترض" in clause.notice.ar
        assert "appeal" in clause.notice.en


def test_commitments_and_rights_are_the_seeds() -> None:
    first = edition.current()
    assert [promise.id for promise in first.commitments] == ["respect", "timely_answers", "accuracy", "suggestions"]
    assert [promise.id for promise in first.rights] == ["results", "receipt", "tracking", "open_data"]
    assert all(promise.text("ar") != promise.text("en") for promise in first.commitments + first.rights)


def test_a_legal_note_says_where_it_was_read_and_when() -> None:
    notes = [clause.legal for clause in edition.current().clauses if clause.legal]
    assert all(note.source and note.checked > date(2026, 1, 1) for note in notes)
    assert any(note.doubtful for note in notes)


def test_no_sentence_of_the_seed_is_copied() -> None:
    seeds = sorted((Path(__file__).resolve().parents[3] / "shared" / "seeds").glob("*.txt"))
    if not seeds:
        pytest.skip("the seed policy (shared/seeds) is not on this machine")
    lines = [line.strip("-. :") for path in seeds for line in path.read_text("utf-8").splitlines()]
    ours = edition.current().canonical
    assert [line for line in lines if len(line) > 60 and line in ours] == []


@pytest.fixture
def failing() -> Callable[[], Edition]:
    """An edition with a clause of which an example is silent."""
    return lambda: replace(edition.parse(TINY), clauses=(replace(edition.parse(TINY).clauses[0], examples=("nothing",)),))


def test_check_reports_without_raising(failing: Callable[[], Edition]) -> None:
    assert [(problem.code, problem.text, problem.line) for problem in edition.check(failing())] == [("silent", "nothing", 0)]
