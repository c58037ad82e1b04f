"""The triage protocol (DESIGN §3): JSON lines in, one JSON line out for each, in order, in constant memory."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from policies import detectors
from policies.clauses import Edition
from policies.edition import current
from policies.judge import judge
from policies.verdict import Context

#: A longer line is answered with `too_long` and never parsed; platforms' longest texts are some 60,000 bytes.
LONGEST = 1_000_000


class _BadLine(Exception):
    """Carries the error code, and the id where the line had one."""

    def __init__(self, code: str, id: Any = None) -> None:
        super().__init__(code)
        self.code = code
        self.id = id


def run(source: BinaryIO, out: BinaryIO, *, edition: Edition | None = None, detector: str = detectors.DEFAULT) -> int:
    """Judge every line of `source` by `edition` (default: the one in force) and write the answers to `out`; 0, or 1 if any line
    was bad. Every answer is written before the next line is asked for, so a pipe may wait for it.

    A good line is an object with `text` (a string), usually `id` (any JSON value, given back as it came), `platform` and
    `lang_hint` (strings or null). A bad line is answered `{"id", "line", "error"}` with the codes not_utf8, not_json, not_object,
    no_text, text_not_string, platform_not_string, lang_hint_not_string, too_long, id_not_writable (an id that JSON can read but
    not write: 1e400, or nested too deep; it is then null). Lines of white space are counted but not answered. Output is ASCII
    JSON, so lone surrogates and NUL in a text come back as escapes.
    """
    failed, edition = False, edition or current()
    for number, line in enumerate(_lines(source), start=1):
        if not line.strip():
            continue
        try:
            answer = _answer(line, edition, detector)
        except _BadLine as bad:
            failed = True
            answer = {"id": bad.id, "line": number, "error": bad.code}
        try:
            written = _written(answer)
        except (ValueError, RecursionError):
            failed = True
            written = _written({"id": None, "line": number, "error": "id_not_writable"})
        out.write(written)
        out.flush()
    return int(failed)


def _written(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, allow_nan=False).encode("ascii") + b"\n"


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """The lines one by one; of one longer than LONGEST only as much as shows that it is."""
    while line := source.readline(LONGEST + 1):
        yield line
        while len(line) > LONGEST and not line.endswith(b"\n"):
            line = source.readline(LONGEST + 1)


def _answer(line: bytes, edition: Edition, detector: str) -> dict[str, Any]:
    data = _read(line)
    text = data["text"]
    context = Context(platform=data.get("platform") or "", lang_hint=data.get("lang_hint"))
    return judge(text, edition=edition, context=context, detector=detector, explain=False).triage(data.get("id"))


def _read(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST:
        raise _BadLine("too_long")
    try:
        data = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
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
