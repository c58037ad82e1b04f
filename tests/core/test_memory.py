"""What is remembered about words stays small, and is never another word's."""

import pytest

from core import memory
from core.memory import Memory


def test_a_word_is_asked_about_once() -> None:
    asked: list[str] = []

    def ask(word: str) -> int:
        asked.append(word)
        return len(word)

    lengths = Memory(ask)
    assert [lengths[word] for word in ("a", "bb", "a", "bb")] == [1, 2, 1, 2]
    assert asked == ["a", "bb"]


def test_an_endless_word_is_not_kept() -> None:
    lengths = Memory(len)
    assert lengths["a" * 5_000] == 5_000
    assert not lengths


def test_a_full_memory_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "REMEMBERED", 3)
    lengths = Memory(len)
    assert [lengths["x" * size] for size in range(1, 9)] == list(range(1, 9))
    assert len(lengths) <= 3
