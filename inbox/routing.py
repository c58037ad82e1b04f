"""Where a judged item goes: which kinds open a case, of which class it is, and which receipts are due.

The seed promises complaints and suggestions a number and a status; inquiries are answered in the thread and praise is thanked
there, so neither opens a case by itself (a clerk may open one from any item).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from inbox.confiding import asks_for_secrecy
from inbox.priority import alarms

#: kinds that become a case as they come in
OPENS_CASE = frozenset({"complaint", "suggestion"})
#: nobody is sent a receipt for what he wrote longer ago than this when we first see it (a first backfill reads years)
RECEIPT_WITHIN = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Route:
    """`state`: the item's first state. `case`: it opens one. `owed`: why no receipt leaves by itself ("" when one may)."""

    state: str
    case: bool
    owed: str


def route(
    *,
    kind: str,
    own: bool,
    share: bool,
    deleted: bool,
    hide: bool,
    can_reply: bool,
    said: datetime,
    moment: datetime,
    form: bool = False,
) -> Route:
    """Our own words and bare shares are never work; what is already deleted is closed; the rest waits for us.

    A text that is hidden at once (`hide`) opens no case by itself: its author gets the notice, not a receipt. What came by a
    `form` opens the case its author chose, by whoever took the form in.
    """
    if own or share:
        return Route("none", False, "")
    if deleted:
        return Route("closed", False, "")
    case = kind in OPENS_CASE and not hide and not form
    owed = "" if can_reply else "no_reply"
    return Route("open", case, "old" if moment - said > RECEIPT_WITHIN else owed)


def grade(verdict: Mapping[str, Any], text: str) -> tuple[str, bool]:
    """The class of a case by its first words (urgent, confidential, ordinary), and whether they ask for secrecy.

    What may harm somebody if it waits is urgent, also where it is to stay among few.
    """
    secret = asks_for_secrecy(text)
    return ("urgent" if alarms(verdict) else "confidential" if secret else "ordinary"), secret
