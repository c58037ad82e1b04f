"""Imports go down only (DESIGN §1)."""

import tomllib

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
