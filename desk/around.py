"""What is known of the items before somebody beside themselves, asked once a run: who is there, tags, cases, what is unread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from core.actors import Actor
from core.bulk import among
from inbox import presence, seen, snooze, tagging
from inbox.models import Case, Item, Tag


@dataclass(frozen=True, slots=True)
class Around:
    """By item id (cases by their own); `known` are all tags of the house."""

    unread: frozenset[int]
    there: Mapping[int, tuple[presence.Present, ...]]
    tags: Mapping[int, tuple[str, ...]]
    known: Sequence[Tag]
    cases: Mapping[int, Case]
    asleep: Mapping[int, datetime]


def again(reading: Session, person: Actor, item: Item, known: Around) -> Around:
    """What is `known` of an item since the list was drawn, and who is at it now."""
    return replace(known, there=presence.others(reading, person, [item.id or 0]))


def around(reading: Session, person: Actor, items: Sequence[Item]) -> Around:
    """All of it, for these items."""
    ids = [item.id or 0 for item in items]
    of_case = {item.case_id for item in items if item.case_id is not None}
    cases = reading.exec(select(Case).where(among(reading, col(Case.id), of_case))) if of_case else ()
    return Around(
        seen.unread(reading, person, items),
        presence.others(reading, person, ids),
        tagging.of_items(reading, ids),
        tagging.listed(reading),
        {case.id or 0: case for case in cases},
        snooze.hours(reading, items),
    )
