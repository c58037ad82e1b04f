"""Every platform of the registry goes through the same contract suite, and is told apart by nothing but its line."""

import inspect
from importlib import import_module

import pytest

from connectors import CONNECTORS, platform_of
from connectors.contract import Connector
from core.settings import Settings
from tests.connectors import conftest as suite
from tests.connectors import test_contract, test_oneway
from tests.secrets_of import SECRETS


def test_the_contract_suite_runs_over_every_line_of_the_registry() -> None:
    platforms = {name for name, line in CONNECTORS.items() if line.public}
    assert set(suite.BACKENDS) == platforms
    assert set(SECRETS) == platforms
    assert set(test_oneway.CREDENTIALS) == set(CONNECTORS) - platforms
    tests = [test for name, test in inspect.getmembers(test_contract, inspect.isfunction) if name.startswith("test_")]
    assert len([test for test in tests if "house" in inspect.signature(test).parameters]) > 20


@pytest.mark.parametrize("name", CONNECTORS)
def test_a_line_opens_a_connector_that_has_the_whole_contract(name: str) -> None:
    made = inspect.signature(import_module(CONNECTORS[name].module).connect, eval_str=True).return_annotation
    promised = {member for member in vars(Connector) if not member.startswith("_")}
    assert promised
    assert made is Connector or promised <= set(dir(made)) | set(getattr(made, "__annotations__", {}))


@pytest.mark.parametrize("name", CONNECTORS)
def test_a_line_names_settings_that_exist_and_a_name_in_both_languages(name: str) -> None:
    line = CONNECTORS[name]
    assert set(line.variables) <= set(Settings.model_fields)
    assert line.native_id or "native_id" in line.variables.values()
    assert line.name_ar
    assert line.name_en
    platform, _, backend = name.partition(":")
    assert platform_of(platform, backend or line.backend) is line
