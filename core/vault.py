"""Secrets at rest: encrypted with the first key, readable with any of them, so that keys can be rotated.

The key is MAJLIS_KEYS, or a file made in var/ (mode 0600) on first use. A sealed text is `key-id:token`; a changed bit or a
missing key raises SealBroken, never half a secret.
"""

import contextlib
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from core.errors import ConfigurationError, MajlisError
from core.settings import Settings
from core.why import Why, of_system


class SealBroken(MajlisError):
    """The sealed text was changed, or its key is not among MAJLIS_KEYS: `key_id`."""

    code = "seal_broken"


class KeyLost(ConfigurationError):
    """The key file `path` is gone, yet the database holds what was sealed with it: a new key would lose that for good."""

    code = "key_lost"


def _key_id(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]


class Vault:
    """Seals and opens small mappings of secrets."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        try:
            self._keys = {_key_id(k): Fernet(k.encode()) for k in keys}
            self._raw = {_key_id(k): k.encode() for k in keys}
        except ValueError:
            raise ConfigurationError(name="MAJLIS_KEYS", why=Why("key_form")) from None
        self.current = _key_id(keys[0])

    def seal(self, secrets: Mapping[str, str]) -> str:
        token = self._keys[self.current].encrypt(json.dumps(dict(secrets)).encode())
        return f"{self.current}:{token.decode()}"

    def open(self, sealed: str) -> dict[str, str]:
        """The secrets; {} for an empty text; SealBroken when they can't be read."""
        if not sealed:
            return {}
        key_id, _, token = sealed.partition(":")
        if key_id not in self._keys:
            raise SealBroken(key_id=key_id)
        try:
            opened: dict[str, str] = json.loads(self._keys[key_id].decrypt(token.encode()))
        except InvalidToken:
            raise SealBroken(key_id=key_id) from None
        return opened

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Ids of all keys held, the current one first."""
        return tuple(self._keys)

    def derive(self, purpose: str, key_id: str = "") -> bytes:
        """32 bytes that belong to `purpose` alone, from the key of that id (the current one when empty); SealBroken without it.

        HMAC-SHA256 over the purpose (RFC 5869's expand with one block): knowing one derived key tells nothing of another.
        """
        raw = self._raw.get(key_id or self.current)
        if raw is None:
            raise SealBroken(key_id=key_id)
        return hmac.digest(raw, b"majlis/" + purpose.encode() + b"\x01", "sha256")

    def stale(self, sealed: str) -> bool:
        """True when the text should be sealed again with the current key."""
        return bool(sealed) and not sealed.startswith(f"{self.current}:")


def open_vault(settings: Settings) -> Vault:
    """The vault of this installation; makes `var/key` (0600) when no key is set."""
    if settings.keys:
        return Vault(settings.keys)
    path = key_file(settings)
    try:
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        keys = tuple(path.read_text("ascii", errors="replace").split())
    except OSError as e:
        raise ConfigurationError(name="MAJLIS_VAR_DIR", why=Why("key_not_kept", path=e.filename, cause=of_system(e))) from e
    if not keys:
        raise ConfigurationError(name=str(path), why=Why("key_empty"))
    return Vault(keys)


def key_file(settings: Settings) -> Path:
    """Where the key is when MAJLIS_KEYS holds none."""
    return settings.var_dir / "key"


def _make(path: Path) -> None:
    """A new key at `path`, whole from the first moment it is there; another process may have been faster, then its key stands."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
