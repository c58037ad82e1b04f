"""The triage protocol: JSON lines in, one JSON line out for each, in order and at once; a bad line stops nothing."""

import io
import json
import subprocess
import sys
import threading
import tracemalloc
from typing import Any

import pytest

from core.i18n import ROOT
from policies import triage
from policies.edition import current
from policies.judge import judge
from policies.verdict import ACTIONS, KINDS, PERSONAL, SENTIMENTS, TOPICS

KEYS = ["id", "language", "action", "automatic", "clauses", "kind", "topic", "sentiment", "pii"]


def answers(*lines: bytes) -> tuple[list[dict[str, Any]], int]:
    """What triage writes for these lines, and its exit code."""
    out = io.BytesIO()
    code = triage.run(io.BytesIO(b"\n".join(lines) + b"\n"), out)
    return [json.loads(line) for line in out.getvalue().splitlines()], code


def line(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def test_a_line_gets_every_field_of_the_protocol_in_its_order() -> None:
    ((said,), code) = answers(line(id="7", text="يا كلب، رقمه 0501234567"))
    assert (list(said), code, said["id"]) == (KEYS, 0, "7")
    assert said["action"] in ACTIONS
    assert said["kind"] in KINDS
    assert said["topic"] in TOPICS
    assert said["sentiment"] in SENTIMENTS
    assert said["automatic"] is False
    assert {found["clause"] for found in said["clauses"]} == {"abuse", "privacy"}
    assert [list(found) for found in said["clauses"]] == [["clause", "score", "spans"]] * 2
    assert said["pii"] == [{"type": "phone", "span": [13, 23], "level": "shape"}]
    assert said["pii"][0]["type"] in PERSONAL


def test_a_clause_is_listed_once_with_its_best_score_and_all_its_spans() -> None:
    text = "fuck you, you are idiots"
    ((said,), _) = answers(line(id=1, text=text))
    (found,) = said["clauses"]
    assert found["clause"] == "abuse"
    assert found["score"] == max(one.score for one in judge(text).findings) >= 0.9
    assert {"fuck you", "you are idiots"} <= {text[start:end] for start, end in found["spans"]}
    assert all(type(place) is int for span in found["spans"] for place in span)


@pytest.mark.parametrize("id", ["a", 5, None, 1.5, [1], {"x": "y"}, True])
def test_an_id_comes_back_as_it_was(id: Any) -> None:
    assert answers(line(id=id, text="x"))[0][0]["id"] == id


def test_a_line_without_an_id_is_answered_with_null() -> None:
    assert answers(line(text="hello"))[0][0]["id"] is None


BAD = {
    "not_json": b"{oops",
    "not_utf8": b'{"id": 1, "text": "\xff"}',
    "not_object": b"[1, 2]",
    "no_text": b'{"id": 9}',
    "text_not_string": b'{"id": 9, "text": 5}',
    "platform_not_string": b'{"id": 9, "text": "x", "platform": 3}',
    "lang_hint_not_string": b'{"id": 9, "text": "x", "lang_hint": ["ar"]}',
    "too_long": b'{"id": 9, "text": "' + b"a" * triage.LONGEST + b'"}',
}


@pytest.mark.parametrize(("error", "bad"), BAD.items(), ids=list(BAD))
def test_a_bad_line_is_named_and_the_rest_goes_on(error: str, bad: bytes) -> None:
    said, code = answers(line(id="a", text="x"), bad, line(id="b", text="y"))
    assert [one["id"] for one in (said[0], said[2])] == ["a", "b"]
    assert said[1] == {"id": said[1]["id"], "line": 2, "error": error}
    assert said[1]["id"] in (None, 9)
    assert code == 1


@pytest.mark.parametrize("error", ["no_text", "text_not_string", "platform_not_string", "lang_hint_not_string"])
def test_a_bad_line_keeps_its_id_where_it_has_one(error: str) -> None:
    assert answers(BAD[error])[0][0]["id"] == 9


@pytest.mark.parametrize(
    "bad", [b'{"id": NaN, "text": "x"}', b'{"id": Infinity, "text": "x"}', b"[" * 100_000, b"nul", b'"x"', b"1"]
)
def test_what_is_no_json_object_never_stops_the_pass(bad: bytes) -> None:
    said, code = answers(bad, line(id=1, text="x"))
    assert (len(said), code, said[1]["id"]) == (2, 1, 1)


@pytest.mark.parametrize("id", [b"1e400", b"-1e400", b'{"n": [1e400]}'])
@pytest.mark.parametrize("rest", [b'"text": "x"', b'"text": 5', b'"other": 5'])
def test_an_id_that_cannot_be_written_back_is_named_and_the_rest_goes_on(id: bytes, rest: bytes) -> None:
    said, code = answers(line(id="a", text="x"), b'{"id": ' + id + b", " + rest + b"}", line(id="b", text="y"))
    assert ([one["id"] for one in said], code) == (["a", None, "b"], 1)
    assert said[1] == {"id": None, "line": 2, "error": said[1]["error"]}
    assert said[1]["error"] in ("id_not_writable", "not_json")


def test_an_id_as_deep_as_python_reads_is_given_back_or_named_and_the_rest_goes_on() -> None:
    deep = b"[" * 990 + b"]" * 990  # some Pythons can read this and not write it
    said, _ = answers(line(id="a", text="x"), b'{"id": ' + deep + b', "text": "x"}', line(id="b", text="y"))
    assert [said[0]["id"], said[2]["id"]] == ["a", "b"]
    assert "error" in said[1] or said[1]["id"] == json.loads(deep)


def test_a_number_beyond_all_numbers_does_no_harm_where_it_is_not_given_back() -> None:
    said, code = answers(b'{"id": 1, "text": "x", "score": 1e400}')
    assert (said[0]["id"], code) == (1, 0)


def test_empty_lines_are_counted_but_not_answered() -> None:
    said, code = answers(b"", b"  ", b"{", line(id=1, text="x"))
    assert ([one.get("line") for one in said], code) == ([3, None], 1)


def test_nothing_in_gives_nothing_out() -> None:
    assert answers() == ([], 0)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert answers(b"\xef\xbb\xbf" + line(id=1, text="x") + b"\r")[0][0]["id"] == 1


def test_odd_texts_come_through_as_ascii_json() -> None:
    out = io.BytesIO()
    assert triage.run(io.BytesIO(b'{"id": "\\ud800", "text": "\\ud800 \\u0000 hi"}\n'), out) == 0
    out.getvalue().decode("ascii")
    assert json.loads(out.getvalue())["id"] == "\ud800"


def test_the_platform_and_its_hint_may_be_null() -> None:
    assert answers(line(id=1, text="x", platform=None, lang_hint=None))[1] == 0


def test_the_hint_is_used_where_the_text_leaves_doubt() -> None:
    assert answers(line(id=1, text="ok", lang_hint="tl"))[0][0]["language"] == "tl"


class Endless:
    """A line of hundreds of megabytes that nobody may hold at once, then a good one."""

    def __init__(self) -> None:
        self.left, self.longest = 10_000, 0

    def read1(self, size: int, /) -> bytes:
        self.longest = max(self.longest, size)
        self.left -= 1
        return b"a" * size if self.left > 0 else {0: b'tail\n{"id": 1, "text": "x"}\n'}.get(self.left, b"")


def test_a_line_without_an_end_is_never_held_whole() -> None:
    source, out = Endless(), io.BytesIO()
    tracemalloc.start()
    assert triage.run(source, out) == 1
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    said = [json.loads(one) for one in out.getvalue().splitlines()]
    assert [(one.get("error"), one["id"]) for one in said] == [("too_long", None), (None, 1)]
    assert source.longest == triage.CHUNK
    assert most < 40 * triage.LONGEST


class Trickle:
    """Gives its bytes a few at a time, as a slow pipe may."""

    def __init__(self, data: bytes, step: int) -> None:
        self.data, self.step = data, step

    def read1(self, size: int, /) -> bytes:
        given, self.data = self.data[: self.step], self.data[self.step :]
        return given


@pytest.mark.parametrize("step", [1, 3, 7, 10_000])
def test_lines_are_whole_however_the_bytes_arrive(step: int) -> None:
    sent = "\n".join(['{"id": 1, "text": "متى راتبي"}', "", "oops", "  ", '{"id": 2, "text": "hi"}', '{"id": 3, "text": "no end"}'])
    out = io.BytesIO()
    assert triage.run(Trickle(sent.encode(), step), out) == 1
    said = [json.loads(one) for one in out.getvalue().splitlines()]
    assert [(one["id"], one.get("line")) for one in said] == [(1, None), (None, 3), (2, None), (3, None)]


def many(count: int) -> bytes:
    return b"".join((line(id=n, text=f"متى أستلم راتبي {n}") if n % 50 else b"oops") + b"\n" for n in range(count))


def test_a_second_process_changes_no_answer_and_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triage, "MANY", 10)
    monkeypatch.setattr(triage, "CHUNK", 65_536)
    monkeypatch.setattr(triage, "_cores", lambda: 2)
    alone, together = io.BytesIO(), io.BytesIO()
    sent = many(4_000)
    sizes: list[int] = []

    class Patient(triage._Hands):
        """Waits for its second process, and counts what is sent there."""

        def answers(self, lines: list[bytes], number: int) -> tuple[bytes, bool]:
            said = super().answers(lines, number)
            if self.wire:
                assert self.ready or self.wire.poll(60)
                sizes.append(len(lines))
            return said

    monkeypatch.setattr(triage, "_Hands", Patient)
    assert triage.run(io.BytesIO(sent), together) == 1
    monkeypatch.setattr(triage, "_cores", lambda: 1)
    monkeypatch.setattr(triage, "_Hands", Patient.__base__)
    assert triage.run(io.BytesIO(sent), alone) == 1
    assert together.getvalue() == alone.getvalue()
    assert len(sizes) > 2


def test_a_second_process_that_dies_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triage, "MANY", 10)
    monkeypatch.setattr(triage, "_cores", lambda: 2)
    out, sent = io.BytesIO(), many(3_000)

    class Bereaved(triage._Hands):
        """Loses its second process as soon as that is ready."""

        def answers(self, lines: list[bytes], number: int) -> tuple[bytes, bool]:
            said = super().answers(lines, number)
            if self.wire and self.helper:
                assert self.ready or self.wire.poll(60)
                self.helper.kill()
            return said

    monkeypatch.setattr(triage, "_Hands", Bereaved)
    assert triage.run(io.BytesIO(sent), out) == 1
    assert out.getvalue().count(b"\n") == 3_000


def test_the_edition_given_is_the_one_that_judges() -> None:
    out = io.BytesIO()
    triage.run(io.BytesIO(line(id=1, text="you are idiots")), out, edition=current())
    assert json.loads(out.getvalue())["action"] == "hide"


def test_an_answer_is_there_before_the_next_line_is_asked_for() -> None:
    command = [sys.executable, "manage.py", "triage"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        alarm = threading.Timer(60, process.kill)
        alarm.start()
        for id in range(3):
            process.stdin.write(line(id=id, text="متى أستلم راتبي؟") + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == id
        process.stdin.write(b"oops\n")
        process.stdin.close()
        assert json.loads(process.stdout.readline()) == {"id": None, "line": 4, "error": "not_json"}
        assert process.wait() == 1
        alarm.cancel()
