"""Light commands load what they need: no database, no settings, no detector that was not chosen, no word lists they don't use."""

import subprocess
import sys

import pytest

from core.i18n import ROOT

HEAVY = (
    "sqlalchemy",
    "sqlmodel",
    "pydantic_settings",
    "alembic",
    "langdetect",
    "streamlit",
    "tweepy",
    "structlog",
    "policies.topics",
    "policies.heads",
)


@pytest.mark.parametrize(
    ("command", "needs"),
    [
        (["policy", "check"], {"policies.edition", "re2", "ahocorasick", "eldc"}),
        (["triage", "--help"], {"typer"}),
        (["--help"], {"typer"}),
    ],
)
def test_a_light_command_loads_nothing_heavy(command: list[str], needs: set[str]) -> None:
    code = (
        "import sys, manage\n"
        "try:\n    manage.run()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert loaded & set(HEAVY) == set()
    assert needs <= loaded


def test_help_loads_nothing_of_ours() -> None:
    code = "import sys, manage\ntry:\n    manage.run()\nexcept SystemExit:\n    sys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code, "triage", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [name for name in done.stderr.split() if name.split(".")[0] in ("core", "policies", "inbox", "pydantic_settings")] == []
