"""Case numbers and their secrets. Neither can be guessed: 50 random bits name a case, 130 derived bits open it.

The secret is an HMAC of the number under a key derived from the vault's, so it stands in no table and no backup. A number is
written in Crockford's base 32 (no I, L, O, U): what is misread or typed in lower case is understood.
"""

import hmac
import re
import secrets
from collections.abc import Callable

from core.settings import Settings
from core.vault import Vault, open_vault

#: what a number looks like, as a pattern
SHAPE = "M-[0-9A-Z]{5}-[0-9A-Z]{5}"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKE = str.maketrans("OIL٠١٢٣٤٥٦٧٨٩", "0110123456789")
#: what a secret opens: knowing a number's secret for one tells nothing of the other
CASE, NOTICE = "case-secret", "notice-secret"

#: the secret at the end of a link of ours, of a case and of a notice
_IN_LINK = re.compile(rf"(/(?:track|why)/{SHAPE}/)[0-9A-Z]{{26}}(?![0-9A-Za-z])")

#: n -> that many random bits
Bits = Callable[[int], int]


def new_number(bits: Bits = secrets.randbits) -> str:
    """A fresh number `M-XXXXX-XXXXX`: 50 bits."""
    word = _word(bits(50), 10)
    return f"M-{word[:5]}-{word[5:]}"


def tidy(typed: str) -> str:
    """The number a person typed, as it is stored; "" when it can't be one."""
    plain = "".join(c for c in typed.upper().translate(_LOOKALIKE) if c.isalnum())
    plain = plain.removeprefix("M") if len(plain) == 11 else plain  # a number may begin with an M of its own
    return f"M-{plain[:5]}-{plain[5:]}" if len(plain) == 10 and set(plain) <= set(_ALPHABET) else ""


def secret(number: str, vault: Vault, key_id: str = "", *, purpose: str = CASE) -> str:
    """The secret of a case (or of another `purpose`): 26 characters, 130 bits. SealBroken when the key is no longer held."""
    digest = hmac.digest(vault.derive(purpose, key_id), number.encode(), "sha256")
    return _word(int.from_bytes(digest, "big") >> (256 - 130), 26)


def link(number: str, key_id: str, lang: str, settings: Settings) -> str:
    """The private link of a case, in the language its author is written to in; made as it is shown or sent, and kept nowhere."""
    return f"{settings.public_url}/{lang}/track/{number}/{secret(number, open_vault(settings), key_id)}"


def veiled(text: str) -> str:
    """The text without the secrets of the links in it: our own letters come back as the platform lists them."""
    return _IN_LINK.sub(r"\1…", text)


def opens(number: str, typed: str, vault: Vault, *, purpose: str = CASE) -> bool:
    """True when `typed` is the number's secret under any key held; the same work whatever was typed."""
    given = "".join(c for c in typed.upper().translate(_LOOKALIKE) if c.isalnum())
    results = [hmac.compare_digest(secret(number, vault, key, purpose=purpose).encode(), given.encode()) for key in vault.key_ids]
    return any(results)


def _word(value: int, letters: int) -> str:
    return "".join(_ALPHABET[(value >> (5 * place)) & 31] for place in reversed(range(letters)))
