"""A refusal gives its reason in the reader's language: no English words in an Arabic sentence."""

import re
from pathlib import Path

import pytest

from core.errors import ConfigurationError, Invalid, MajlisError
from core.i18n import catalogue
from core.settings import load
from core.vault import Vault
from core.why import Why, none_of, of_system

#: names that are the same in any language: variables, options, files, formats
NAMES = re.compile(r"[A-Z][A-Z_]+(?:=\w+)?|\.env|base64|https?:|sqlite:|postgresql:|manage\.py[ \w]*|'[^']*'|/\S*|UTF-8")


def refusals(tmp_path: Path) -> dict[str, MajlisError]:
    """Name -> what was raised."""
    (tmp_path / "latin").write_bytes(b"\xff\xfe")
    found: dict[str, MajlisError] = {"platform": Invalid(field="platform", why=none_of("9", ["1", "2"]))}
    wrong: list[dict[str, str]] = [
        {"MAJLIS_POLL_S": "soon"},
        {"MAJLIS_DESK_PORT": "99999"},
        {"MAJLIS_DESK_PORT": "0"},
        {"MAJLIS_CONNECT_TIMEOUT_S": "0"},
        {"MAJLIS_DATABASE_URL": "mysql:"},
        {"MAJLIS_PUBLIC_URL": "9"},
        {"MAJLIS_RECONCILE_STEPS_S": "60,5"},
        {"MAJLIS_RECONCILE_STEPS_S": "x"},
        {"X_TIER": "9"},
        {"I_ACCEPT_PRIVATE_API_RISK": "9"},
        {"INSTAGRAM_BACKEND": "private"},
    ]
    for given in wrong:
        with pytest.raises(ConfigurationError) as refused:
            load(**given)
        found[str(given)] = refused.value
    with pytest.raises(ConfigurationError) as refused:
        Vault(("no key",))
    found["key"] = refused.value
    for number in (2, 13, 28):
        cause = of_system(OSError(number, "English words"))
        found[f"errno {number}"] = ConfigurationError(name="X", why=Why("file_not_read", path="/9", cause=cause))
    return found


def test_the_arabic_of_a_refusal_is_arabic(tmp_path: Path) -> None:
    for name, refusal in refusals(tmp_path).items():
        words = NAMES.sub("", refusal.words("ar"))
        assert re.findall("[A-Za-z]{2,}", words) == [], f"{name}: {refusal.words('ar')}"


def test_the_variable_or_field_is_named_in_both(tmp_path: Path) -> None:
    refused = refusals(tmp_path)
    assert "INSTAGRAM_BACKEND" in refused["{'INSTAGRAM_BACKEND': 'private'}"].words("ar")
    assert "المنصة" in refused["platform"].words("ar")
    assert "'platform'" in refused["platform"].words("en")


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", None])
def test_a_secret_file_that_cannot_be_read_is_named_by_its_variable(
    raw: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    if raw is not None:
        file.write_bytes(raw)
    monkeypatch.setenv("X_API_SECRET_FILE", str(file))
    with pytest.raises(ConfigurationError) as refused:
        load()
    for lang in ("ar", "en"):
        assert "X_API_SECRET_FILE" in refused.value.words(lang)
        assert str(file) in refused.value.words(lang)


def test_an_unknown_fault_of_the_system_still_has_its_code() -> None:
    assert "EMLINK" in of_system(OSError(31, "x")).words("ar")
    assert "error.why.system_EMLINK" not in catalogue()
