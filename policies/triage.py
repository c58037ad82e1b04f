"""The triage protocol (DESIGN §3): JSON lines in, one JSON line out for each, in order, in constant memory."""

import gc
import json
import multiprocessing
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, BinaryIO, Protocol

from policies import detectors
from policies.clauses import Edition
from policies.edition import current
from policies.judge import judge_many
from policies.verdict import Context

#: A longer line is answered with `too_long` and never parsed; platforms' longest texts are some 60,000 bytes.
LONGEST = 1_000_000
#: As much as is read at once, and judged together: some hundreds of posts; a pipe holds less and gives what it has.
CHUNK = 262_144
#: Where little is at hand no more is asked for: to make room for CHUNK costs ten times what reading one line does.
LITTLE = 65_536
#: From so many lines on a second process is worth its start, where there is a second core.
MANY = 2_000
#: Fewer lines are not worth sending over.
WORTH_SENDING = 32


class Source(Protocol):
    """Where lines come from: `read1` gives what is at hand, at most `size` bytes, and waits only where there is nothing."""

    def read1(self, size: int, /) -> bytes: ...


class _BadLine(Exception):
    """Carries the error code, and the id where the line had one."""

    def __init__(self, code: str, id: Any = None) -> None:
        super().__init__(code)
        self.code = code
        self.id = id


def run(source: Source, out: BinaryIO, *, edition: Edition | None = None, detector: str = detectors.DEFAULT) -> int:
    """Judge every line of `source` by `edition` (default: the one in force) and write the answers to `out`; 0, or 1 if any line
    was bad. What is at hand is answered before more is asked for, so a pipe may wait for its answer line by line.

    A good line is an object with `text` (a string), usually `id` (any JSON value, given back as it came), `platform` and
    `lang_hint` (strings or null). A bad line is answered `{"id", "line", "error"}` with the codes not_utf8, not_json, not_object,
    no_text, text_not_string, platform_not_string, lang_hint_not_string, too_long, id_not_writable (an id that JSON can read but
    not write: 1e400, or nested too deep; it is then null). Lines of white space are counted but not answered. Output is ASCII
    JSON, so lone surrogates and NUL in a text come back as escapes.
    """
    failed, number = False, 1
    with _Hands(edition or current(), detector) as hands:
        for lines in _at_hand(source):
            answers, bad = hands.answers(lines, number)
            number += len(lines)
            failed = failed or bad
            out.write(answers)
            out.flush()
    return int(failed)


class _Hands:
    """Who judges: this process, and from MANY lines on a second one, which gets the later half of what is at hand."""

    def __init__(self, edition: Edition, detector: str) -> None:
        self.edition, self.detector, self.seen = edition, detector, 0
        self.helper: BaseProcess | None = None
        self.wire: Connection | None = None
        self.ready = False

    def __enter__(self) -> "_Hands":
        return self

    def __exit__(self, *_: object) -> None:
        self._dismiss()

    def answers(self, lines: list[bytes], number: int) -> tuple[bytes, bool]:
        """The answers to `lines`, the first of which is line `number`, and whether any line was bad."""
        try:
            self._call_for_help(len(lines))
            if self.wire and len(lines) >= WORTH_SENDING and self._is_ready(self.wire):
                half = len(lines) // 2
                self.wire.send((lines[half:], number + half))
                mine, bad = _answers(lines[:half], number, self.edition, self.detector)
                theirs, worse = self.wire.recv()
                return mine + theirs, bad or worse
        except (EOFError, OSError):  # it was killed: nothing is lost, we go on alone
            self._dismiss()
        return _answers(lines, number, self.edition, self.detector)

    def _is_ready(self, wire: Connection) -> bool:
        if not self.ready and wire.poll():
            wire.recv()
            self.ready = True
        return self.ready

    def _call_for_help(self, more: int) -> None:
        before, self.seen = self.seen, self.seen + more
        if before < MANY <= self.seen and _cores() > 1:
            # forked where that is sound, so that both hold one copy of the words and models; without a pool, whose threads would
            # have to wait until this process lets them send what it judges itself meanwhile
            way = multiprocessing.get_context("fork") if sys.platform == "linux" else multiprocessing.get_context("spawn")
            ours, theirs = way.Pipe()
            helper = way.Process(target=_help, args=(theirs, ours, self.edition, self.detector), daemon=True)
            gc.freeze()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # no thread of ours runs; numpy's see to themselves
                helper.start()
            theirs.close()
            self.wire, self.helper = ours, helper
            ours.send(([b'{"text": ""}'], 1))

    def _dismiss(self) -> None:
        if self.wire and self.helper:
            self.wire.close()
            self.helper.join()
        self.wire = None


def _help(wire: Connection, theirs: Connection, edition: Edition, detector: str) -> None:
    """Judge in a process of its own whatever comes over the wire, until that is closed."""
    theirs.close()  # while one end of it is open here, nobody hears that it was closed there
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            lines, number = wire.recv()
            wire.send(_answers(lines, number, edition, detector))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _at_hand(source: Source) -> Iterator[list[bytes]]:
    """The whole lines that are at hand, again and again; of one longer than LONGEST only as much as shows that it is."""
    rest, size = bytearray(), LITTLE
    while chunk := source.read1(size):
        size = CHUNK if len(chunk) == size else LITTLE
        head, *others = chunk.split(b"\n")
        if len(rest) <= LONGEST:
            rest += head
        if others:
            yield [bytes(rest), *others[:-1]]
            rest = bytearray(others[-1])
    if rest:
        yield [bytes(rest)]


def _answers(lines: list[bytes], number: int, edition: Edition, detector: str) -> tuple[bytes, bool]:
    """The answers to `lines`, the first of which is line `number`, and whether any was bad."""
    answers: dict[int, dict[str, Any]] = {}  # by the number of their line, in order
    good: dict[int, dict[str, Any]] = {}
    for at, line in enumerate(lines, start=number):
        if not line.strip():
            continue
        answers[at] = {}
        try:
            good[at] = _read(line)
        except _BadLine as bad:
            answers[at] = {"id": bad.id, "line": at, "error": bad.code}
    failed = len(good) < len(answers)
    contexts = [Context(data.get("platform") or "", data.get("lang_hint")) for data in good.values()]
    texts = [data["text"] for data in good.values()]
    verdicts = judge_many(texts, edition=edition, contexts=contexts, detector=detector, explain=False)
    for (at, data), verdict in zip(good.items(), verdicts, strict=True):
        answers[at] = verdict.triage(data.get("id"))
    out = []
    for at, answer in answers.items():
        try:
            out.append(_written(answer))
        except (ValueError, RecursionError):
            failed = True
            out.append(_written({"id": None, "line": at, "error": "id_not_writable"}))
    return b"".join(out), failed


def _written(answer: dict[str, Any]) -> bytes:
    return _ENCODER.encode(answer).encode("ascii") + b"\n"


def _read(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST:
        raise _BadLine("too_long")
    try:
        data = _DECODER.decode(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _BadLine("not_utf8") from None
    except (ValueError, RecursionError):
        raise _BadLine("not_json") from None
    if not isinstance(data, dict):
        raise _BadLine("not_object")
    id = data.get("id")
    if "text" not in data:
        raise _BadLine("no_text", id)
    if not isinstance(data["text"], str):
        raise _BadLine("text_not_string", id)
    for key in ("platform", "lang_hint"):
        if not isinstance(data.get(key), str | None):
            raise _BadLine(f"{key}_not_string", id)
    return data


def _no_constant(name: str) -> float:
    # NaN and Infinity are not JSON and could not be given back
    raise ValueError(name)


# made once: json.loads and json.dumps make them anew for every line that isn't read or written by the defaults
_DECODER = json.JSONDecoder(parse_constant=_no_constant)
_ENCODER = json.JSONEncoder(allow_nan=False)
