"""Every writing function takes an actor and leaves an audit entry (DESIGN §2.1), as far as its text shows it.

A verb is a public function whose first parameters are `session, actor`. One that writes must record, itself or through a
function it calls. A public function that writes rows without an actor stands in WITHOUT with the reason.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pytest

VERB_ROOMS = ("core/auth.py", "outbox/", "inbox/", "scheduler/")
SESSION_WRITES = {"add", "add_all", "delete", "merge"}
STATEMENTS = {"insert", "update", "delete", "insert_new"}

#: Writers without an actor, and why that is right.
WITHOUT: Mapping[str, str] = {}


@dataclass(frozen=True)
class Function:
    """One function of ours as text."""

    where: str
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def key(self) -> str:
        return f"{self.where}:{self.name}"

    @cached_property
    def parameters(self) -> list[str]:
        return [argument.arg for argument in self.node.args.posonlyargs + self.node.args.args]

    @cached_property
    def calls(self) -> set[str]:
        """What it calls, by dotted text: `session.add`, `audit.record`, `update`."""
        return {ast.unparse(call.func) for call in ast.walk(self.node) if isinstance(call, ast.Call)}

    @cached_property
    def called(self) -> set[str]:
        """The last names of what it calls."""
        return {call.rpartition(".")[2] for call in self.calls}

    @property
    def writes(self) -> bool:
        """Rows are added, deleted or changed by a statement here, not somewhere below."""
        by_session = any(call.startswith("session.") and call.removeprefix("session.") in SESSION_WRITES for call in self.calls)
        return by_session or bool(STATEMENTS & {call for call in self.calls if "." not in call or call.startswith("dialect.")})

    @property
    def verb(self) -> bool:
        return self.parameters[:2] == ["session", "actor"]


def _functions(trees: Mapping[str, ast.Module]) -> Iterator[Function]:
    for where, tree in trees.items():
        if where.startswith(VERB_ROOMS):
            yield from (Function(where, node) for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.fixture(scope="module")
def functions(trees: Mapping[str, ast.Module]) -> list[Function]:
    return list(_functions(trees))


@pytest.fixture(scope="module")
def recording(functions: list[Function]) -> set[str]:
    """Names of functions that leave an audit entry, directly or through one of these."""
    names = {f.name for f in functions if {"audit.record", "record"} & f.calls}
    while more := {f.name for f in functions if f.called & names} - names:
        names |= more
    return names


@pytest.fixture(scope="module")
def writing(functions: list[Function]) -> set[str]:
    """Names of functions that write rows, directly or through one of these."""
    names = {f.name for f in functions if f.writes}
    while more := {f.name for f in functions if f.called & names} - names:
        names |= more
    return names


def test_there_are_verbs_to_look_at(functions: list[Function]) -> None:
    assert {"add_user", "enqueue", "open_case", "resolve"} <= {f.name for f in functions if f.verb}


def test_a_verb_that_writes_leaves_an_audit_entry(functions: list[Function], writing: set[str], recording: set[str]) -> None:
    silent = [f.key for f in functions if f.verb and not f.name.startswith("_") and f.name in writing and f.name not in recording]
    assert silent == []


def test_a_public_function_that_writes_knows_who_asked(functions: list[Function]) -> None:
    anonymous = [
        f.key
        for f in functions
        if f.writes and not f.name.startswith("_") and f.parameters[:1] == ["session"] and not f.verb and f.key not in WITHOUT
    ]
    assert anonymous == []


def test_an_exception_that_is_no_longer_needed_is_struck_off(functions: list[Function]) -> None:
    assert set(WITHOUT) - {f.key for f in functions if f.writes and not f.verb} == set()
