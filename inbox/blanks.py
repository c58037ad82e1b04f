"""Places in a saved answer: `{name}` stands for what an item and its case know; what stays open keeps the answer from leaving."""

import re
from collections.abc import Mapping

from babel.dates import format_date
from sqlmodel import Session

from core.clock import in_dubai
from core.display import clean_name
from core.i18n import Lang
from core.models import Account
from core.settings import settings
from inbox.models import Case, Item

#: filled in by themselves: the author's name, our page's, the case's number, the day by which it is owed something, where to follow
#: it
KNOWN = ("name", "account", "number", "due", "track")
_BLANK = re.compile(r"\{([^{}\n]{1,40})\}")


def blanks(text: str) -> tuple[str, ...]:
    """The names of the places that are open in a text, each once, in their order."""
    return tuple(dict.fromkeys(name.strip() for name in _BLANK.findall(text)))


def places(text: str) -> list[tuple[str, int, int]]:
    """(name, start, end) of each place in a text."""
    return [(found[1].strip(), found.start(), found.end()) for found in _BLANK.finditer(text)]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known in its places; what is not known, or empty, stays open."""
    return _BLANK.sub(lambda place: values.get(place[1].strip()) or place[0], text)


def values(session: Session, item: Item, lang: Lang) -> dict[str, str]:
    """What is known of an item for the places KNOWN; "" where nothing is. No name of staff, no secret of a case."""
    case = session.get(Case, item.case_id) if item.case_id is not None else None
    due = case and (case.next_due_at or case.due_at)
    return {
        "name": clean_name(item.author_name),
        "account": session.get_one(Account, item.account_id).name,
        "number": case.number if case else "",
        "due": format_date(in_dubai(due).date(), "d MMMM y", locale=lang) if due else "",
        "track": f"{settings().public_url}/{lang}/track",
    }
