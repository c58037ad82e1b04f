"""Personal data made unreadable for whoever may not see it; everything else in the text stays as it is.

What the office itself publishes (its telephone, its mail boxes: MAJLIS_OFFICE_CONTACTS) is nobody's, and stays readable.
"""

import re
from collections.abc import Collection

from core.text import fold
from policies.personal import find
from policies.verdict import PersonalData

#: how many digits at the end stay, so that two people can tell which number they speak of
KEPT = 2
SIGN = "x"


def masked(text: str, ours: Collection[str] = ()) -> str:
    """`text` with every piece of personal data masked: of a number the last two digits stay, of an address its first letter.

    As many code points as before, blanks and dashes where they were: evidence spans still fit. Masking again changes nothing.
    """
    if not (found := of_others(text, ours)):
        return text
    letters = list(text)
    for one in found:
        places = [place for place in range(*one.span) if letters[place].isalnum()]
        kept = places[:1] if one.type == "email" else places[-KEPT:]
        for place in set(places).difference(kept):
            letters[place] = SIGN
    return "".join(letters)


def of_others(text: str, ours: Collection[str] = ()) -> tuple[PersonalData, ...]:
    """The personal data in `text` that is not among the office's own contacts (`@domain` stands for every box there)."""
    found = find(fold(text))
    if not found or not ours:
        return found
    known = {_plain(contact) for contact in ours}
    return tuple(one for one in found if not _known(_plain(text[slice(*one.span)]), known))


def _known(plain: str, known: set[str]) -> bool:
    return plain in known or (plain[plain.find("@") :] in known if "@" in plain else False)


def _plain(contact: str) -> str:
    """A number without signs, prefix of the country and nought; an address without blanks."""
    folded = fold(contact).text.replace(" ", "")
    return folded if "@" in folded else re.sub(r"^(?:(?:00)?971)?0?", "", re.sub(r"[^0-9a-z]", "", folded))
