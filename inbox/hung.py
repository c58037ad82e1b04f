"""What hangs from an item beside its words, as its column holds it, and items that have no words.

No rule reads a picture: what was said without words goes before a person (docs/decisions/0022).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from connectors.contract import Attachment
from core.display import strip_nul

#: one attachment: its `kind`, `id` and `alt` (connectors.attached)
Hung = list[dict[str, Any]]
#: why a person is asked
WORDLESS = "wordless"
#: so many are kept of one message, and so much of each
MOST, ID_LONGEST, ALT_LONGEST = 20, 120, 1000
#: a platform puts names before an answer; whoever names us has said nothing by it
_NAMES = re.compile(r"@[\w.]+")


def kept(attachments: Iterable[Attachment]) -> Hung:
    """Attachments as both databases can hold them."""
    return [
        {"kind": str(one.kind), "id": strip_nul(one.id)[:ID_LONGEST], "alt": strip_nul(one.alt)[:ALT_LONGEST]}
        for one in list(attachments)[:MOST]
    ]


def joined(held: Hung, told: Hung) -> Hung:
    """What is known after it was told once more. Not every telling names them, or their ids: none takes away what another knew."""
    if [one["kind"] for one in held] != [one["kind"] for one in told]:
        return told or held
    return [{name: new[name] or old[name] for name in old} for old, new in zip(held, told, strict=True)]


def described(held: Iterable[Mapping[str, Any]], as_read: Callable[[str], str]) -> Hung:
    """The same, with what its platform says of each as somebody may read it."""
    return [{**one, "alt": as_read(one["alt"])} for one in held]


def wordless(text: str, hung: Sequence[object]) -> bool:
    """Whether it has no words: nothing at all (what stands there instead its platform did not tell), or something that hangs from
    names and signs alone."""
    return not text.strip() or (bool(hung) and not any(sign.isalnum() for sign in _NAMES.sub("", text)))


def proposed(action: str, text: str, hung: Sequence[object]) -> str:
    """What is proposed for it, where the policy's rules found that `action` in its words."""
    return "review" if action == "allow" and wordless(text, hung) else action
