"""Many threads that ask at once cost one question, and each hears the truth of a moment after it asked."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from core.together import Together


class Slow:
    """Answers with ten times the question; the first answer is given once it may be."""

    def __init__(self) -> None:
        self.put: list[list[int]] = []
        self.begun, self.may = Event(), Event()
        self.raises: dict[int, BaseException] = {}

    def __call__(self, questions: Sequence[int]) -> list[int]:
        self.put.append(sorted(questions))
        if len(self.put) == 1:
            self.begun.set()
            assert self.may.wait(30)
        if (error := self.raises.get(len(self.put))) is not None:
            raise error
        return [10 * one for one in questions]


def asked(slow: Slow, together: Together[int, int]) -> list[int | str]:
    """What 0 hears, who asks first, and 1 to 5, who come while its question is under way."""

    def one(number: int) -> int | str:
        try:
            return together.ask(number, slow)
        except (ValueError, KeyboardInterrupt) as e:
            return type(e).__name__

    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(one, 0)
        assert slow.begun.wait(30)
        others = [pool.submit(one, number) for number in range(1, 6)]
        while len(together._waiting) < 5:
            pass
        slow.may.set()
        return [future.result(30) for future in (first, *others)]


def test_who_comes_while_a_question_is_under_way_is_part_of_the_next_and_hears_his_own_answer() -> None:
    slow = Slow()
    assert asked(slow, Together()) == [0, 10, 20, 30, 40, 50]
    assert slow.put == [[0], [1, 2, 3, 4, 5]]


def test_when_nobody_else_asks_it_is_asked_at_once_every_time() -> None:
    slow, together = Slow(), Together[int, int]()
    slow.may.set()
    assert [together.ask(number, slow) for number in (1, 2)] == [10, 20]
    assert slow.put == [[1], [2]]


def test_a_question_that_fails_fails_for_those_who_put_it_and_for_nobody_else() -> None:
    slow = Slow()
    slow.raises[1] = ValueError()
    assert asked(slow, Together()) == ["ValueError", 10, 20, 30, 40, 50]
    slow = Slow()
    slow.raises[2] = ValueError()
    assert asked(slow, Together()) == [0, *["ValueError"] * 5]


def test_when_the_one_who_asks_for_all_is_ended_the_others_ask_without_him() -> None:
    slow = Slow()
    slow.raises[2] = KeyboardInterrupt()
    heard = asked(slow, Together())
    assert heard.count("KeyboardInterrupt") == 1
    assert {one for one in heard if one != "KeyboardInterrupt"} <= {0, 10, 20, 30, 40, 50}
    assert len(slow.put) == 3
    assert len(slow.put[2]) == 4


def test_fewer_answers_than_questions_are_a_fault_and_no_answer() -> None:
    with pytest.raises(ValueError, match="zip"):
        Together[int, int]().ask(1, lambda _: [])
