"""Columns of whole numbers as one long number: to add rows up costs one addition each, less than numpy for a few."""

import struct
from collections.abc import Sequence

_LETTER = {32: "i", 64: "q"}


class Columns:
    """`size` columns of `bits` (32 or 64) each, signed. The sum of packed rows is the packed sum of the rows while it fits."""

    __slots__ = ("_signs", "_struct")

    def __init__(self, size: int, bits: int) -> None:
        self._struct = struct.Struct(f"<{size}{_LETTER[bits]}")
        self._signs = sum(1 << (bits * at + bits - 1) for at in range(size))

    def packed(self, row: Sequence[int]) -> int:
        """A row as one number."""
        return (int.from_bytes(self._struct.pack(*row), "little") ^ self._signs) - self._signs

    def unpacked(self, number: int) -> tuple[int, ...]:
        """The columns of a row, or of a sum of rows."""
        signs = self._signs
        return self._struct.unpack(((number + signs) ^ signs).to_bytes(self._struct.size, "little"))
