"""Settings refuse to start on a wrong value, with one line that names the variable."""

from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.settings import load

WRONG = [
    ("MAJLIS_POLL_S", "soon"),
    ("MAJLIS_POLL_S", "4"),
    ("MAJLIS_PORTAL_PORT", "70000"),
    ("MAJLIS_LOG_LEVEL", "loud"),
    ("MAJLIS_DATABASE_URL", "mysql://somewhere"),
    ("MAJLIS_PUBLIC_URL", "majlis.example"),
    ("MAJLIS_PLATFORM_URL", "ftp://127.0.0.1"),
    ("MAJLIS_RECONCILE_STEPS_S", "5,20,20"),
    ("MAJLIS_RECONCILE_STEPS_S", "60,20"),
    ("MAJLIS_RECONCILE_STEPS_S", "5,soon"),
    ("MAJLIS_GRAPH_VERSION", "25"),
    ("MAJLIS_LANGUAGE_DETECTOR", "guess"),
    ("X_TIER", "free"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_refused_with_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as refusal:
        load()
    line = refusal.value.words("en")
    assert line.startswith(f"{name}: ")
    assert "\n" not in line


def test_the_private_instagram_backend_needs_the_word_of_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSTAGRAM_BACKEND", "private")
    with pytest.raises(ConfigurationError, match="I_ACCEPT_PRIVATE_API_RISK=1"):
        load()
    monkeypatch.setenv("I_ACCEPT_PRIVATE_API_RISK", "1")
    assert load().instagram_backend == "private"


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file\n", encoding="utf-8")
    monkeypatch.setenv("FACEBOOK_PAGE_TOKEN_FILE", str(tmp_path / "token"))
    assert load().facebook_page_token == "from-a-file"


def test_the_variable_itself_goes_before_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file", encoding="utf-8")
    monkeypatch.setenv("FACEBOOK_PAGE_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("FACEBOOK_PAGE_TOKEN", "from-the-variable")
    assert load().facebook_page_token == "from-the-variable"


def test_an_unreadable_secret_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("X_API_SECRET_FILE", str(tmp_path / "missing"))
    with pytest.raises(ConfigurationError) as refusal:
        load()
    assert refusal.value.words("en").startswith("X_API_SECRET_FILE: can't read")


def test_what_is_no_secret_is_not_read_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "level").write_text("debug", encoding="utf-8")
    monkeypatch.setenv("MAJLIS_LOG_LEVEL_FILE", str(tmp_path / "level"))
    assert load().log_level == "info"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAJLIS_POLL_S", "")
    assert load().poll_s == 90


def test_the_database_is_sqlite_in_var_unless_named(tmp_path: Path) -> None:
    assert load(MAJLIS_VAR_DIR=str(tmp_path)).database == f"sqlite:///{tmp_path}/majlis.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_gets_its_driver(scheme: str) -> None:
    assert load(MAJLIS_DATABASE_URL=f"{scheme}://u@h/d").database == "postgresql+psycopg://u@h/d"


def test_steps_and_keys_are_read_as_lists() -> None:
    given = load(MAJLIS_RECONCILE_STEPS_S="1,2,3", MAJLIS_KEYS=" a , b ,")
    assert given.reconcile_steps_s == (1, 2, 3)
    assert given.keys == ("a", "b")
