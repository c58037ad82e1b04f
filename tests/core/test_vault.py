"""Tokens at rest: unreadable without the key, refused when changed, still readable after a rotation."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from core.db import Database
from core.errors import ConfigurationError
from core.models import Account
from core.settings import load
from core.vault import SealBroken, Vault, open_vault

CANARY = "EAAcanary-token-7f3a"
OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def test_what_was_sealed_opens_again() -> None:
    vault = Vault((OLD,))
    assert vault.open(vault.seal({"token": CANARY})) == {"token": CANARY}


def test_a_sealed_text_does_not_show_its_secret() -> None:
    assert CANARY not in Vault((OLD,)).seal({"token": CANARY})


def test_the_database_file_holds_no_token_in_the_clear(tmp_path: Path) -> None:
    from migrations import create_schema

    db = Database(f"sqlite:///{tmp_path / 'm.db'}")
    create_schema(db)
    with db.write() as session:
        session.add(Account(platform="facebook", native_id="1", sealed=Vault((OLD,)).seal({"token": CANARY})))
    files = [path.read_bytes() for path in tmp_path.iterdir()]  # the database, its write-ahead log and its index
    db.dispose()
    assert any(b"facebook" in content for content in files)
    assert not any(CANARY.encode() in content for content in files)


def test_any_flipped_bit_is_refused() -> None:
    vault = Vault((OLD,))
    sealed = vault.seal({"token": CANARY})
    head, _, token = sealed.partition(":")
    for place in range(0, len(token) - 2, 7):  # the last two characters carry padding bits
        other = chr(ord(token[place]) ^ 1)
        with pytest.raises(SealBroken):
            vault.open(f"{head}:{token[:place]}{other}{token[place + 1 :]}")


def test_after_a_rotation_old_seals_open_and_are_known_to_be_stale() -> None:
    sealed = Vault((OLD,)).seal({"token": CANARY})
    rotated = Vault((NEW, OLD))
    assert rotated.open(sealed) == {"token": CANARY}
    assert rotated.stale(sealed)
    assert not rotated.stale(rotated.seal({"token": CANARY}))


def test_without_its_key_a_seal_names_the_missing_key_and_nothing_else() -> None:
    sealed = Vault((OLD,)).seal({"token": CANARY})
    with pytest.raises(SealBroken) as refusal:
        Vault((NEW,)).open(sealed)
    assert refusal.value.details == {"key_id": Vault((OLD,)).current}
    assert CANARY not in str(refusal.value)


def test_derived_keys_differ_by_purpose_and_survive_a_rotation() -> None:
    before = Vault((OLD,))
    assert before.derive("tracking") != before.derive("media")
    assert Vault((NEW, OLD)).derive("tracking", before.current) == before.derive("tracking")
    with pytest.raises(SealBroken):
        Vault((NEW,)).derive("tracking", before.current)


def test_a_key_of_the_wrong_form_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="MAJLIS_KEYS"):
        Vault(("short",))


def test_the_first_start_makes_a_key_file_for_the_owner_alone(tmp_path: Path) -> None:
    settings = load(MAJLIS_VAR_DIR=str(tmp_path / "var"))
    first = open_vault(settings)
    assert stat.S_IMODE((tmp_path / "var" / "key").stat().st_mode) == 0o600
    assert open_vault(settings).current == first.current


def test_nothing_sealed_is_no_secret() -> None:
    assert Vault((OLD,)).open("") == {}
    assert not Vault((OLD,)).stale("")


def test_many_first_starts_at_once_make_one_key(tmp_path: Path) -> None:
    settings = load(MAJLIS_VAR_DIR=str(tmp_path / "var"))
    with ThreadPoolExecutor(8) as starts:
        keys = {vault.current for vault in starts.map(lambda _: open_vault(settings), range(32))}
    assert len(keys) == 1
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["key"]
