"""An error nobody expected is one line in two languages and a private file, never a traceback on the screen."""

import re
from pathlib import Path

from console.crash import keep


def test_the_line_names_the_file_and_the_file_holds_the_traceback() -> None:
    try:
        raise ZeroDivisionError("secret 42")
    except ZeroDivisionError as e:
        line = keep(e)
    assert "Traceback" not in line
    assert "secret" not in line
    assert "لم يُفقد شيء" in line
    named = re.search(r"(\S+majlis-error-\w+\.txt)", line)
    assert named
    path = Path(named.group(1))
    assert "ZeroDivisionError: secret 42" in path.read_text("utf-8")
    assert path.stat().st_mode & 0o077 == 0
    path.unlink()
