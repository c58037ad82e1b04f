"""Every state a delivery or a post can be in has a deadline, an owner and its exits written down, as the program has them."""

import re

import pytest

from core.i18n import ROOT
from core.workflow import Workflow
from outbox.states import DELIVERY
from scheduler.states import POST

TOLD = (ROOT / "docs" / "operations.md").read_text("utf-8").partition("## Who waits for whom\n")[2].partition("\n## ")[0]
TABLES = dict(zip((DELIVERY.name, POST.name), re.split(r"\nPosts: ", TOLD), strict=True))
WORKFLOWS = pytest.mark.parametrize("workflow", [DELIVERY, POST], ids=lambda w: str(w.name))


def rows(workflow: Workflow) -> dict[str, list[str]]:
    lines = [line for line in TABLES[workflow.name].splitlines() if line.startswith("| `")]
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return {state: cell[1:] for cell in cells for state in re.findall(r"`(\w+)`", cell[0])}


@WORKFLOWS
def test_every_state_that_is_no_end_has_a_deadline_and_an_owner(workflow: Workflow) -> None:
    told = rows(workflow)
    assert told.keys() == {state for state in workflow.moves if not workflow.final(state)}
    assert all(deadline and owner for deadline, owner, _ in told.values())


@WORKFLOWS
def test_its_exits_are_those_the_program_has(workflow: Workflow) -> None:
    for state, (_, _, exits) in rows(workflow).items():
        assert set(re.findall(r"`(\w+)`", exits)) == workflow.moves[state], state


@WORKFLOWS
def test_what_ends_is_said_to_end(workflow: Workflow) -> None:
    (ends,) = re.findall(r"^(.+) (?:is|are) the end\.$", TABLES[workflow.name], re.M)
    assert set(re.findall(r"`(\w+)`", ends)) == {state for state in workflow.moves if workflow.final(state)}
