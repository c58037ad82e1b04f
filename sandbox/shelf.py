"""A list kept in order of time, cheap to cut a page from at either end."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from sandbox.entries import Entry

Key = tuple[int, int]


class Shelf:
    """Entries by key (oldest first). Adding is a memory move, a page is a walk over its own length."""

    __slots__ = ("entries", "keys")

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.entries: dict[Key, Entry] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[Entry]:
        return (self.entries[key] for key in self.keys)

    def add(self, key: Key, entry: Entry) -> None:
        if key not in self.entries:
            insort(self.keys, key)
        self.entries[key] = entry

    def remove(self, key: Key) -> None:
        del self.entries[key]
        del self.keys[bisect_left(self.keys, key)]

    def newest_first(self, before: Key | None = None, after: Key | None = None) -> Iterator[tuple[Key, Entry]]:
        """Newest first; strictly older than `before`, strictly newer than `after`."""
        high = len(self.keys) if before is None else bisect_left(self.keys, before)
        low = 0 if after is None else bisect_right(self.keys, after)
        for index in range(high - 1, low - 1, -1):
            key = self.keys[index]
            yield key, self.entries[key]

    def oldest_first(self, before: Key | None = None, after: Key | None = None) -> Iterator[tuple[Key, Entry]]:
        """Oldest first; strictly older than `before`, strictly newer than `after`."""
        high = len(self.keys) if before is None else bisect_left(self.keys, before)
        low = 0 if after is None else bisect_right(self.keys, after)
        for index in range(low, high):
            key = self.keys[index]
            yield key, self.entries[key]
