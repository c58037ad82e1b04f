"""One question to the database for all threads that ask the same kind of thing in the same moment.

Nobody is given an answer to a question that was put before he came: who comes while one is under way is part of the next.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class _Asked(Generic[Q, A]):
    def __init__(self, question: Q) -> None:
        self.question, self.over = question, False
        self.answer: A
        self.failed: Exception | None = None
        self.gate = Lock()
        self.gate.acquire()


class Together(Generic[Q, A]):
    """`ask(question, answer)`: one of the threads that ask puts the questions of all, and each hears its own answer or what
    `answer` raised. `answer` is given the questions and gives as many answers, in their order."""

    def __init__(self) -> None:
        self._lock, self._busy = Lock(), False
        self._waiting: list[_Asked[Q, A]] = []

    def ask(self, question: Q, answer: Callable[[Sequence[Q]], Sequence[A]]) -> A:
        mine: _Asked[Q, A] = _Asked(question)
        with self._lock:
            self._waiting.append(mine)
            leads, self._busy = not self._busy, True
        if not leads:
            mine.gate.acquire()  # until it is answered, or the turn has come to ask for all who wait
        if not mine.over:
            self._lead(mine, answer)
        if mine.failed is not None:
            raise mine.failed
        return mine.answer

    def _lead(self, mine: _Asked[Q, A], answer: Callable[[Sequence[Q]], Sequence[A]]) -> None:
        with self._lock:
            these, self._waiting = self._waiting, []
        try:
            _answer(these, answer)
        finally:
            with self._lock:  # should this thread be ended in the middle, the others ask without it
                self._waiting[:0] = [one for one in these if not one.over and one is not mine]
                following = self._waiting[:1]
                self._busy = bool(following)
            for one in (*following, *(one for one in these if one.over)):
                one.gate.release()


def _answer(these: Sequence[_Asked[Q, A]], answer: Callable[[Sequence[Q]], Sequence[A]]) -> None:
    try:
        for one, said in zip(these, answer([one.question for one in these]), strict=True):
            one.answer = said
    except Exception as e:  # noqa: BLE001 (each of them is told)
        for one in these:
            one.failed = e
    for one in these:
        one.over = True
