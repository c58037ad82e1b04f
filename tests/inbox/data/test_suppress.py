"""No count under five is told, and none that is left out can be worked out: not from sums, not by whoever knows the rule."""

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.i18n import Lang, t
from inbox.data.suppress import LEAST, Cell, Sum, alone, cells, hidden, unsummed

Told = tuple[Cell, ...]
#: two ways of splitting each kind, and a second level, as the tables have them
few = st.integers(min_value=0, max_value=9)


def tree(kinds: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Sum:
    """kind -> split -> code -> count, as one sum."""
    parts = {}
    for kind, splits in kinds.items():
        first = next(iter(splits.values()))
        below = {name: {code: Sum(n) for code, n in split.items()} for name, split in splits.items()}
        parts[kind] = Sum(sum(first.values()), splits=below)
    return Sum(sum(part.count for part in parts.values()), splits={"kind": parts})


def worlds(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to write `total` as so many counts."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in worlds(total - first, parts - 1))


def possible(counts: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every world in which the program would have told the very same of a sum that everybody knows."""
    told = {code: counts[code] for code in range(len(counts)) if str(code) not in hidden(named(counts))}
    return [
        world
        for world in worlds(sum(counts), len(counts))
        if {code: world[code] for code in range(len(world)) if str(code) not in hidden(named(world))} == told
    ]


def named(counts: tuple[int, ...]) -> dict[str, int]:
    return {str(code): n for code, n in enumerate(counts)}


@pytest.mark.parametrize(
    ("counts", "left_out"),
    [
        ((5, 6, 7), ""),
        ((0, 6, 7), ""),
        ((4, 6, 7), "01"),
        ((4, 6, 6, 7), "012"),
        ((0, 1, 9, 20), "012"),
        ((3, 3), "01"),
        ((1, 1, 1, 1, 1), "01234"),
        ((4, 4, 9), "012"),
        ((7,), ""),
    ],
)
def test_small_parts_go_and_the_least_of_the_others_goes_with_them(counts: tuple[int, ...], left_out: str) -> None:
    assert hidden(named(counts)) == frozenset(left_out)


@settings(deadline=None, max_examples=60)
@given(st.lists(few, min_size=1, max_size=4).map(tuple).filter(lambda counts: sum(counts) >= LEAST))
def test_whoever_knows_sum_and_rule_can_tell_no_part_that_is_left_out(counts: tuple[int, ...]) -> None:
    away = hidden(named(counts))
    assert not [n for code, n in named(counts).items() if 0 < n < LEAST and code not in away]
    others = possible(counts)
    for code in away:
        assert len({world[int(code)] for world in others}) > 1


@settings(deadline=None, max_examples=60)
@given(st.lists(few, min_size=2, max_size=8).map(tuple).filter(lambda counts: sum(counts) >= LEAST))
def test_by_the_sums_alone_each_part_left_out_may_be_anything_from_nothing_to_five(counts: tuple[int, ...]) -> None:
    away = hidden(named(counts))
    rest = sum(counts) - sum(n for code, n in named(counts).items() if code not in away)
    assert not away or (len(away) >= 2 and rest >= LEAST)


kinds = st.dictionaries(
    st.sampled_from("abcd"),
    st.lists(few, min_size=2, max_size=4).flatmap(
        lambda topics: st.lists(st.integers(0, 1), min_size=sum(topics), max_size=sum(topics)).map(
            lambda at: {
                "topic": {f"t{n}": count for n, count in enumerate(topics)},
                "channel": {f"c{n}": at.count(n) for n in range(2)},
            }
        )
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=60)
@given(kinds)
def test_no_line_of_any_table_holds_a_count_under_five(given_kinds: Mapping[str, Mapping[str, Mapping[str, int]]]) -> None:
    assert not [cell for cell in cells(tree(given_kinds), ("2026-10",)) if cell.count is not None and 0 < cell.count < LEAST]


@settings(deadline=None, max_examples=60)
@given(kinds)
def test_nothing_is_told_below_a_count_that_is_left_out(given_kinds: Mapping[str, Mapping[str, Mapping[str, int]]]) -> None:
    told = list(cells(tree(given_kinds), ("2026-10",)))
    away = {cell.path for cell in told if cell.count is None}
    assert not [cell for cell in told if cell.path[:-1] in away]


@settings(deadline=None, max_examples=60)
@given(kinds)
def test_every_gap_under_a_sum_that_is_told_is_two_parts_and_five_or_more(
    given_kinds: Mapping[str, Mapping[str, Mapping[str, int]]],
) -> None:
    whole = tree(given_kinds)
    told = list(cells(whole, ("2026-10",)))
    sums = {("2026-10",): whole.count} | {cell.path: cell.count for cell in told if cell.split == "kind" and cell.count is not None}
    for path, split in product(sums, ("kind", "topic", "channel")):
        below = [cell for cell in told if cell.split == split and cell.path[:-1] == path]
        gap = [cell for cell in below if cell.count is None]
        rest = sums[path] - sum(cell.count for cell in below if cell.count is not None)
        assert not gap or (len(gap) >= 2 and rest >= LEAST), (path, split)


def test_a_whole_under_five_is_not_told_at_all() -> None:
    assert list(cells(tree({"a": {"topic": {"x": 4, "y": 0}}}), ("2026-10",))) == []


def test_what_was_measured_goes_with_the_count() -> None:
    whole = Sum(20, splits={"kind": {"a": Sum(3, (1.5,)), "b": Sum(7, (2.5,)), "c": Sum(10, (3.5,))}})
    assert [(cell.count, cell.figures) for cell in cells(whole, ())] == [(None, (None,)), (None, (None,)), (10, (3.5,))]


def test_parts_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="kind"):
        Sum(6, splits={"kind": {"a": Sum(5)}})


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_a_count_that_nothing_adds_up_takes_no_other_with_it(count: int, told: int | None) -> None:
    assert [cell.count for cell in alone("kind", {"a": Sum(count), "b": Sum(400)}, ("2026-10",))] == [told, 400]


@pytest.mark.parametrize(("counts", "told"), [((10, 4, 0, 0), [10, None, None, None]), ((10, 5, 0, 0), [10, 5, 0, 0])])
def test_where_a_sum_is_nearly_told_none_is_told_to_be_nothing_beside_one_left_out(
    counts: tuple[int, ...], told: list[int | None]
) -> None:
    parts = {code: Sum(n) for code, n in named(counts).items()}
    assert [cell.count for cell in alone("kind", parts, ("2026-10",), nearly=True)] == told


@settings(deadline=None, max_examples=60)
@given(st.lists(few, min_size=1, max_size=4))
def test_what_is_counted_elsewhere_too_is_taken_from_no_sum(counts: list[int]) -> None:
    """Whoever counts the published results knows how many were declined; of those who withdrew he learns nothing by it."""
    parts = {str(n): Sum(count) for n, count in enumerate(counts)}
    told = list(unsummed("kind", {"a": Sum(sum(counts), splits={"outcome": parts})}, ("2026-10",)))
    assert [cell.count for cell in told if cell.split == "outcome"] == [None if 0 < n < LEAST else n for n in counts]
    assert told[0].count == (None if any(0 < n < LEAST for n in counts) else sum(counts))


@pytest.mark.parametrize(("lang", "said"), [("ar", "إلا نتائج الطلبات المنتهية"), ("en", "but for the outcomes of cases")])
def test_the_published_rules_say_so(lang: Lang, said: str) -> None:
    assert said in t("data.rules", lang, least=LEAST)


def test_below_a_count_that_goes_alone_sums_are_kept_as_everywhere() -> None:
    parts = {"a": Sum(4, splits={"topic": {"x": Sum(4)}}), "b": Sum(12, splits={"topic": {"x": Sum(3), "y": Sum(9)}})}
    told = [(cell.path, cell.count) for cell in alone("kind", parts, ())]
    assert told == [(("a",), None), (("b",), 12), (("b", "x"), None), (("b", "y"), None)]
