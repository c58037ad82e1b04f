"""Imports go down only (DESIGN §1), and never in a circle."""

import ast
import tomllib
from collections.abc import Mapping
from graphlib import TopologicalSorter

import pytest
from importlinter.cli import lint_imports

from core.i18n import ROOT

LAYERS = ["desk | portal | migrations", "scheduler", "inbox", "outbox", "policies | connectors", "core"]


def test_every_import_contract_holds(capsys: pytest.CaptureFixture[str]) -> None:
    failed = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert not failed, capsys.readouterr().out


def test_the_contracts_still_say_what_the_house_is_built_on() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = [contract for contract in contracts if contract["type"] == "layers"]
    assert [layer for layer in layers["layers"] if "console" not in layer] == LAYERS
    assert len(contracts) >= 7


def test_no_module_needs_itself_to_be_imported_first(trees: Mapping[str, ast.Module]) -> None:
    known = {name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): tree for name, tree in trees.items()}
    needs = {
        name: {
            found
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
            if (found := f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in known else node.module) in known
        }
        for name, tree in known.items()
    }
    assert needs["inbox.cases"] >= {"inbox.steps", "inbox.due"}
    TopologicalSorter(needs).prepare()  # raises for a circle, and names it
