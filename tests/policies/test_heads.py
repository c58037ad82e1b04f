"""Models lean, people decide: the same answer everywhere, no word of theirs hides anything, and a switch can be taken back."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.i18n import LANGS
from core.text import fold
from policies import edition as editions
from policies import topics
from policies.clauses import CHANCES, Edition, Model
from policies.heads import features, heads, standing
from policies.heads.heads import Heads, HeadsRefused, Leanings
from policies.judge import judge, judge_many

TEXTS = ["راتبي متأخر شهرين", "you stupid idiot", "", "؟؟", "tu kutta hai", "شكرا لكم 🌹", "مرحبا " * 400, "a", "ക്ഷമിക്കണം സാർ"]


@pytest.fixture
def shipped() -> Heads:
    return heads.load(heads.SHIPPED)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for this ministry's own heads."""
    monkeypatch.setattr(standing, "folder", lambda: tmp_path)
    standing._now.cache_clear()
    yield tmp_path
    standing._now.cache_clear()


@pytest.fixture
def sure(monkeypatch: pytest.MonkeyPatch, shipped: Heads) -> Heads:
    """Heads that take everything for an insult."""

    def lean(self: Heads, texts: list[str]) -> Leanings:
        answers = sum(map(len, topics.ANSWERS.values()))
        return Leanings([[0.999] * len(CHANCES)] * len(texts), [[0.0] * answers] * len(texts))

    monkeypatch.setattr(Heads, "lean", lean)
    monkeypatch.setattr(standing, "current", lambda: shipped)
    return shipped


def strict(model: Model | None) -> Edition:
    """The edition with automatic action wherever a clause may hide, and this model on each of these clauses and no other."""
    current = editions.current()
    clauses = (replace(c, automatic=True, model=model) if c.action == "hide" else replace(c, model=None) for c in current.clauses)
    return replace(current, clauses=tuple(clauses))


def test_a_text_has_the_same_pieces_alone_as_in_a_batch() -> None:
    batch = features.pieces(TEXTS)
    for number, text in enumerate(TEXTS):
        alone = features.pieces([text])
        assert np.array_equal(alone.buckets, batch.buckets[batch.starts[number] :][: batch.counts[number]])


def test_pieces_are_the_same_on_every_machine() -> None:
    assert features.pieces(["راتب ok!"]).buckets.tolist()[:6] == [219124, 216197, 233320, 214846, 172860, 174774]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_whatever_a_batch_holds_each_text_scores_as_it_does_alone(texts: list[str]) -> None:
    found = heads.load(heads.SHIPPED)
    folded = [fold(text).text for text in texts]
    together, alone = found.lean(folded), [found.lean([text]) for text in folded]
    assert together.chances == [one.chances[0] for one in alone]
    assert all(np.array_equal(row, one.added[0]) for row, one in zip(together.added, alone, strict=True))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_what_is_remembered_by_word_adds_up_to_the_whole_text(text: str) -> None:
    found = heads.load(heads.SHIPPED)
    folded = fold(text).text
    words = found._summed(folded.split(" "))
    assert words.sum(axis=0).tolist() == found._summed([folded])[0].tolist()


def test_an_endless_word_scores_as_it_should_and_is_not_kept(shipped: Heads) -> None:
    text = "you stupid " + "idiot" * 200
    before = set(shipped.known._sums)
    assert shipped.lean([text, "good day"]).chances[0] == shipped.lean([text]).chances[0]
    assert max(map(len, set(shipped.known._sums) - before)) < 40


def test_a_full_memory_of_words_begins_anew(shipped: Heads, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [shipped.lean([fold(text).text]).chances for text in TEXTS]
    monkeypatch.setattr(heads, "REMEMBERED", 3)
    assert [shipped.lean([fold(text).text]).chances for text in (*TEXTS, *TEXTS)] == [*before, *before]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_every_piece_stands_where_it_says(text: str) -> None:
    folded = fold(text).text
    found = features.pieces([folded], places=True)
    assert ((found.first >= 0) & (found.first < found.last) & (found.last <= len(folded) + 1)).all()


def test_many_are_judged_as_one_by_one() -> None:
    assert list(judge_many(TEXTS)) == [judge(text) for text in TEXTS]


def test_the_words_that_weigh_most_explain_a_text(shipped: Heads) -> None:
    text = "good morning to you, stupid bitch"
    assert [text[start:end] for start, end in shipped.why(text)][-1] == "bitch"


def test_an_altered_artefact_is_refused_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    path.write_bytes(heads.SHIPPED.read_bytes()[:-1] + b"\1")
    shutil.copy(heads.SHIPPED.with_suffix(".json"), path.with_suffix(".json"))
    with pytest.raises(HeadsRefused) as refused:
        heads.load(path)
    assert all("own.npz" in refused.value.words(lang) for lang in LANGS)


def test_an_artefact_of_another_release_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.npz"
    with np.load(heads.SHIPPED, allow_pickle=False) as arrays:
        np.savez(path, allow_pickle=False, **{name: array for name, array in arrays.items() if name != "spam"})
    card = json.loads(heads.SHIPPED.with_suffix(".json").read_text("utf-8"))
    card["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".json").write_text(json.dumps(card), "utf-8")
    with pytest.raises(HeadsRefused, match="spam"):
        heads.load(path)


def test_the_card_names_data_licences_seed_and_figures() -> None:
    card = json.loads(heads.SHIPPED.with_suffix(".json").read_text("utf-8"))
    assert {"sha256", "seed", "data", "held", "calibration", "share"} <= set(card)
    assert all(line["licence"] and line["origin"] for line in card["data"])
    assert heads.SHIPPED.stat().st_size < 5_000_000


def test_without_an_artefact_the_rules_judge_alone(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "SHIPPED", kept / "absent.npz")
    verdict = judge("you are a stupid bitch")
    assert (verdict.action, verdict.offence) == ("hide", 0.0)


def test_a_model_alone_hides_nothing(sure: Heads) -> None:
    verdict = judge("have a nice day everybody, see you", edition=strict(Model("offence", 0.5, 0.5)))
    assert {finding.rule for finding in verdict.findings} == {"model"}
    assert (verdict.action, verdict.automatic) == ("review", False)


def test_what_a_clause_allows_excuses_what_its_model_finds_there(sure: Heads) -> None:
    text = "have a nice day everybody and see you"
    model = Model("offence", 0.5, None)
    allowed = replace(editions.current(), clauses=tuple(replace(c, model=model, allow=(text,)) for c in strict(model).clauses))
    assert judge(text, edition=allowed).action == "allow"
    longer = f"{text} wherever whoever whatever"
    verdict = judge(longer, edition=allowed)
    assert verdict.action == "review"
    assert all(start > len(text) for finding in verdict.findings for start, _ in finding.spans)


def test_of_groups_that_a_clause_names_its_model_speaks_sooner(sure: Heads) -> None:
    edition = strict(Model("offence", 1.0, None, named=0.5))
    verdict = judge("what of those immigrants", edition=edition)
    assert [(finding.clause, finding.rule) for finding in verdict.findings] == [("abuse", "model")]
    assert verdict.action == "review"
    assert judge("what of those buildings", edition=edition).action == "allow"


def test_who_speaks_for_a_named_group_is_not_asked_about(sure: Heads) -> None:
    edition = strict(Model("offence", 1.0, None, named=0.5))
    assert judge("stop calling those immigrants names", edition=edition).action == "allow"


def test_who_is_named_in_two_words_is_no_cause_for_the_model(sure: Heads) -> None:
    assert judge("those immigrants", edition=strict(Model("offence", 1.0, None, named=0.5))).action == "allow"


@pytest.mark.parametrize(
    ("chance", "text", "action"),
    [
        (0.9, "and see you", "allow"),
        (0.9, "and see you there on some day", "review"),
        (0.985, "and see you", "review"),
        (0.985, "seen", "allow"),
    ],
)
def test_in_a_few_words_the_model_is_heard_only_where_it_has_no_doubt(
    chance: float, text: str, action: str, shipped: Heads, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = sum(map(len, topics.ANSWERS.values()))
    made = Leanings([[chance] * len(CHANCES)], [[0.0] * answers])
    monkeypatch.setattr(Heads, "lean", lambda self, texts: made)
    monkeypatch.setattr(standing, "current", lambda: shipped)
    assert judge(text, edition=strict(Model("offence", 0.7, None))).action == action


def test_of_a_complaint_the_model_says_nothing(sure: Heads) -> None:
    verdict = judge("My salary has not been paid for three months", edition=strict(Model("offence", 0.5, 0.5)))
    assert (verdict.kind, verdict.findings) == ("complaint", ())


def test_hatred_of_a_named_group_is_no_complaint_for_its_model_where_it_is_surer(sure: Heads) -> None:
    text = "My salary has not been paid for three months by those immigrants"
    asked = judge(text, edition=strict(Model("offence", 1.0, None, named=0.5)))
    assert (asked.kind, asked.action, asked.automatic) == ("complaint", "review", False)
    assert judge(text, edition=strict(Model("offence", 1.0, None, named=0.9))).action == "allow"


def test_a_word_of_the_clause_alone_does_not_act_alone() -> None:
    verdict = judge("you are a stupid bitch", edition=strict(None))
    assert (verdict.action, verdict.automatic) == ("hide", False)


def test_a_word_and_the_model_together_may(sure: Heads) -> None:
    verdict = judge("you are a stupid bitch", edition=strict(Model("offence", 0.5, 0.9)))
    assert (verdict.action, verdict.automatic) == ("hide", True)


def test_without_its_own_threshold_the_model_is_no_second_key(sure: Heads) -> None:
    assert not judge("you are a stupid bitch", edition=strict(Model("offence", 0.5, None))).automatic


def test_a_checksum_is_a_second_key() -> None:
    told = "this is his emirates id {}, everybody look"
    valid, shape = (judge(told.format(number), edition=strict(None)) for number in ("784-1990-1234567-6", "784-1990-1234567-5"))
    assert [one.level for one in (*valid.pii, *shape.pii)] == ["valid", "shape"]
    assert (valid.action, valid.automatic) == ("hide", True)
    assert (shape.action, shape.automatic) == ("hide", False)


def test_a_complaint_never_acts_alone(sure: Heads) -> None:
    text = "My salary has not been paid for three months and you do nothing, you stupid bitch"
    verdict = judge(text, edition=strict(Model("offence", 0.5, 0.5)))
    assert (verdict.kind, verdict.automatic) == ("complaint", False)
    assert verdict.action != "hide"


def test_no_clause_of_the_shipped_edition_acts_alone() -> None:
    assert [c.id for c in editions.current().clauses if c.automatic or (c.model and c.model.automatic)] == []


def test_the_clause_on_abuse_asks_the_model_for_a_look_and_no_more() -> None:
    model = editions.current().clause("abuse").model
    assert model is not None
    assert (model.head, model.automatic) == ("offence", None)


def test_harm_orders_the_queue() -> None:
    worse, bad, fine = (judge(text).harm for text in ("I will kill you all tonight", "you are a stupid bitch", "good morning"))
    assert 1000 >= worse > bad > fine >= 0


def test_a_switch_counts_at_once_and_can_be_taken_back(kept: Path) -> None:
    for suffix in (".npz", ".json"):
        shutil.copy(heads.SHIPPED.with_suffix(suffix), kept / f"mine{suffix}")
    now: Callable[[], str] = lambda: standing.in_force().stem  # noqa: E731 - read three times below
    standing.switch("mine")
    assert now() == "mine"
    assert standing.back() == ""
    assert now() == "shipped"


def test_own_heads_that_are_refused_leave_the_shipped_ones_to_judge(kept: Path, shipped: Heads) -> None:
    for suffix in (".npz", ".json"):
        shutil.copy(heads.SHIPPED.with_suffix(suffix), kept / f"mine{suffix}")
    standing.switch("mine")
    with (kept / "mine.npz").open("ab") as numbers:
        numbers.write(b"altered")
    found = standing.current()
    assert found is not None
    assert found.card == shipped.card
    assert judge("راتبي متأخر شهرين").kind == "complaint"


def test_heads_that_are_not_there_are_not_switched_to(kept: Path) -> None:
    with pytest.raises(FileNotFoundError):
        standing.switch("nowhere")
    assert standing.in_force() == heads.SHIPPED
