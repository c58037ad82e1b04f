"""Columns packed into one number add up as they would one by one."""

from hypothesis import given
from hypothesis import strategies as st

from core.columns import Columns

ROWS = st.lists(st.lists(st.integers(-(2**27), 2**27 - 1), min_size=5, max_size=5), max_size=16)


@given(ROWS)
def test_the_sum_of_packed_rows_is_the_packed_sum(rows: list[list[int]]) -> None:
    for bits in (32, 64):
        columns = Columns(5, bits)
        summed = columns.unpacked(sum(map(columns.packed, rows)))
        assert summed == tuple(map(sum, zip(*rows, strict=True)) if rows else (0,) * 5)


def test_a_column_holds_its_least_and_its_most() -> None:
    columns = Columns(2, 32)
    assert columns.unpacked(columns.packed([-(2**31), 2**31 - 1])) == (-(2**31), 2**31 - 1)
