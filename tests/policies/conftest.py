"""What the policy's tests share: a verdict, and the words its evidence stands on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from policies.judge import judge
from policies.verdict import Verdict

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def cited() -> Callable[[str], dict[str, list[str]]]:
    """Of a text: clause -> the pieces of the original that are its evidence."""

    def of(text: str) -> dict[str, list[str]]:
        lines = judge(text).triage(None)["clauses"]
        return {line["clause"]: [text[start:end] for start, end in line["spans"]] for line in lines}

    return of


@pytest.fixture
def clauses() -> Callable[[Verdict], set[str]]:
    """The clauses a verdict finds."""
    return lambda verdict: {finding.clause for finding in verdict.findings}


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of public labelled texts, which is no part of the project."""
    if not DATA.is_dir():
        pytest.skip("the labelled texts (shared/data) are not on this machine")
    return DATA
