"""What was once found out about a word is remembered: people use the same words again."""

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

#: how many words are remembered, and up to which length: nobody's endless one fills the memory
REMEMBERED, WORTH = 32_768, 40


class Memory(dict[str, Answer]):
    """Answers of `ask` by word; `memory[word]` costs no call where it is known. Full, it begins anew. Threads may share it."""

    __slots__ = ("_ask",)

    def __init__(self, ask: Callable[[str], Answer]) -> None:
        self._ask = ask

    def __missing__(self, word: str) -> Answer:
        answer = self._ask(word)
        if len(word) <= WORTH:
            if len(self) >= REMEMBERED:
                self.clear()
            self[word] = answer
        return answer
