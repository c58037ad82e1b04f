"""Learning: the same texts give the same bytes, what is held out is not learned, and staff's decisions move what is there."""

from pathlib import Path

import pytest

from policies import edition
from policies.clauses import CHANCES
from policies.heads import calibrating, heads, training
from policies.heads.examples import Example, lawful, own, public
from policies.heads.heads import Heads

WORDS = ("راتب", "تصريح", "شكرا", "متى", "salary", "permit", "thanks", "when", "please", "office")


def small() -> list[Example]:
    """A few hundred short texts whose words tell the answer."""
    found = []
    for number in range(240):
        words = " ".join(WORDS[(number * step + step) % len(WORDS)] for step in (1, 3, 7))
        insult = number % 4 == 0
        text = f"{'you idiot ' if insult else ''}{words} {number}"
        found.append(Example("offence", text, "offence" if insult else "", "reviewed"))
        found.append(Example("kind", text, ("complaint", "inquiry")[number % 2], "reviewed"))
        found.append(Example("topic", text, ("wages", "none")[number % 2], "reviewed"))
        found.append(Example("sentiment", text, ("negative", "neutral")[number % 2], "reviewed"))
    return found


def test_training_twice_gives_the_same_bytes() -> None:
    first, second = training.train(small()), training.train(small())
    assert first.numbers == second.numbers
    assert first.card == second.card


def test_what_a_head_learns_later_stands_on_what_it_learned_first(tmp_path: Path) -> None:
    groups = [Example("offence", f"qorbaq {n}", "offence", "groups") for n in range(30)]
    groups += [Example("offence", f"bring water {n}", "", "groups") for n in range(30)]
    first, both = (training.train(found).write(tmp_path, name) for name, found in (("1", small()), ("2", [*small(), *groups])))

    def chance(of: Heads, text: str) -> float:
        return of.lean([text]).chances[0][0]

    assert both.card["later"] == {"offence": ["groups"]}
    assert both.card["calibration"]["offence"].keys() == first.card["calibration"]["offence"].keys()
    assert chance(both, "qorbaq") > chance(first, "qorbaq") + 0.2
    assert chance(both, "you idiot salary") > 0.5


def test_what_was_learned_is_kept_on_texts_not_learned_from(tmp_path: Path) -> None:
    made = training.train(small()).write(tmp_path, "made")
    assert made.card["held"]["offence"]["reviewed"]["accuracy"] > 0.95


def test_too_few_texts_are_refused() -> None:
    with pytest.raises(training.NothingToLearn):
        training.train(small()[:8])


def test_heads_learn_further_from_decisions(tmp_path: Path) -> None:
    base = heads.load(heads.SHIPPED)
    insults = [Example("offence", f"ya zarbaqo number {n}", "offence", "reviewed") for n in range(120)]
    fine = [Example("offence", f"good day number {n}", "", "reviewed") for n in range(120)]
    moved = training.train([*insults, *fine], base).write(tmp_path, "moved")

    def chance(of: Heads) -> float:
        return of.lean(["ya zarbaqo"]).chances[0][0]

    assert chance(moved) > chance(base) + 0.2
    assert moved.lean(["you stupid bitch"]).chances[0][0] > 0.8


def test_a_fifth_of_public_texts_and_half_of_our_own_are_held() -> None:
    ours = own(Path(__file__).resolve().parents[2] / "bench" / "texts")
    once = [one for one in ours if one.source == "own"]
    assert 0.45 < sum(one.held for one in once) / len(once) < 0.55
    assert not any(one.held for one in ours if one.source == "written")


def test_a_head_that_had_nothing_to_learn_says_nothing(tmp_path: Path) -> None:
    made = training.train(small()).write(tmp_path, "made")
    spam = CHANCES.index("spam")
    assert {row[spam] for row in made.lean([one.text for one in small()]).chances} == {0.0}


def test_counter_examples_of_an_edition_are_no_insults() -> None:
    found = lawful(edition.current())
    assert len(found) > 50
    assert {one.answer for one in found} == {""}


def test_public_sets_are_read_with_their_labels(data: Path) -> None:
    found = public(data)
    assert {one.source for one in found} >= {"mpold", "davidson", "roman_urdu", "bengali", "arsarcasm2", "xlmt-arabic"}
    assert {one.answer for one in found if one.head == "offence"} == {"offence", ""}


def test_chances_are_calibrated_when_they_meet_shares() -> None:
    assert calibrating.calibration_error([0.25, 0.25, 0.25, 0.25], [True, False, False, False]) == 0
    assert calibrating.calibration_error([0.9, 0.9], [False, False]) == pytest.approx(0.9)
