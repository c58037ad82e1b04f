"""Every setting stands in .env.example with its default and its words, and nothing else stands there."""

import re

import pytest

from core.i18n import ROOT
from core.settings import Settings

EXAMPLE = (ROOT / ".env.example").read_text("utf-8")
LINE = re.compile(r"^# (?P<about>.+)\n# (?P<arabic>.+)\n(?P<name>[A-Z_]+)=(?P<value>.*)$", re.M)
LINES = {line["name"]: line for line in LINE.finditer(EXAMPLE)}
FIELDS = {str(field.validation_alias): field for field in Settings.model_fields.values()}


def test_the_example_and_the_settings_name_the_same_variables() -> None:
    assert set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.M)) == set(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_a_setting_is_explained_in_english_as_in_the_code_and_in_arabic(name: str) -> None:
    assert name in LINES, f"{name} needs three lines: # English, # Arabic, {name}=default"
    assert LINES[name]["about"] == FIELDS[name].description
    assert re.search("[\u0621-\u064a]", LINES[name]["arabic"])


def test_the_example_as_it_stands_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAJLIS_VAR_DIR")
    assert Settings(_env_file=ROOT / ".env.example") == Settings(_env_file=None)


def _read_somewhere(name: str, code: str) -> bool:
    """`settings.name`, `house.settings.name`, `configured.name`, or the name as text for getattr and registries."""
    return re.search(rf"(?:\bsettings(?:\(\))?|\bconfigured|\bself)\.{name}\b|[\"']{name}[\"']", code) is not None


def test_no_setting_is_a_word_nobody_reads() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for room in ("core", "connectors", "outbox", "inbox", "scheduler", "portal", "desk", "console", "policies", "manage.py")
        for path in ((ROOT / room).rglob("*.py") if (ROOT / room).is_dir() else [ROOT / room])
        if path.name != "settings.py" or room != "core"
    )
    code += (ROOT / "core" / "settings.py").read_text("utf-8").partition("@field_validator")[2]
    assert [name for name in Settings.model_fields if not _read_somewhere(name, code)] == []


def test_a_setting_nobody_reads_would_be_noticed() -> None:
    assert not _read_somewhere("edition", "verdict.edition, edition.current()")
    assert _read_somewhere("edition", "settings().edition")
