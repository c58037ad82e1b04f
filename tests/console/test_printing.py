"""One value, one line, whatever a citizen wrote."""

import json

import pytest

from console.printing import lines


def test_a_text_with_line_separators_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    texts = ["a\u2028b", "a\u2029b", "a\x85b", "a\nb"]
    lines({"text": text} for text in texts)
    printed = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["text"] for line in printed] == texts
