"""One deed on several messages at once: each succeeds or is refused by itself, and all that was done is taken back as one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from core.actors import Actor
from core.errors import MajlisError
from desk import chrome, session, shown, sifting
from desk.doing import attempt
from desk.kept import kept
from desk.refusals import told
from desk.session import say
from inbox import snooze, tagging, undo, work
from inbox.correcting import correct
from inbox.models import Item
from policies.verdict import KINDS

Deed = Callable[[Session, Actor, Item, str], object]

#: deed -> what it does with the value chosen for it ("" where it needs none)
DEEDS: Final[dict[str, Deed]] = {
    "assign": lambda w, p, item, _: work.assign(w, p, item, p.user_id),
    "answered": lambda w, p, item, _: work.mark(w, p, item, "answered"),
    "close": lambda w, p, item, _: work.mark(w, p, item, "closed"),
    "give": lambda w, p, item, to: work.assign(w, p, item, int(to)),
    "snooze": lambda w, p, item, until: snooze.snooze(w, p, item, datetime.fromisoformat(until)),
    "tag": lambda w, p, item, tag: tagging.put(w, p, item, tag),
    "kind": lambda w, p, item, kind: correct(w, p, item, kind=kind),
}
PLAIN: Final = ("assign", "answered", "close")


def offered(reading: Session, person: Actor) -> list[dict[str, Any]]:
    """The deeds for ticked messages: those without a choice, then those with one and what may be chosen."""
    if not person.can("item.work"):
        return []
    return kept(f"bulk:{session.lang()}:{person.user_id}", 60, lambda: _offered(reading, person))


def _offered(reading: Session, person: Actor) -> list[dict[str, Any]]:
    words = {"assign": "assign_me", "answered": "answered", "close": "close"}
    plain = [{"name": name, "label": say(f"desk.work.{words[name]}")} for name in PLAIN]
    choices: dict[str, dict[str, str]] = {
        "give": sifting.colleagues(reading, person),
        "snooze": _hours(reading),
        "tag": sifting.tags(reading),
        "kind": {kind: say(f"desk.kind.{kind}") for kind in KINDS},
    }
    chosen = [
        {"name": name, "label": say(f"desk.bulk.{name}"), "choices": [{"value": v, "label": w} for v, w in known.items()]}
        for name, known in choices.items()
        if known
    ]
    return [*plain, *chosen]


def _hours(reading: Session) -> dict[str, str]:
    """Instants to put something off to, in words."""
    lang = session.lang()
    return {
        at.isoformat(): say(f"desk.snooze.{which}", when=shown.moment(at, lang)) for which, at in snooze.offers(reading).items()
    }


def do(name: str, value: str, ids: list[int]) -> None:
    """The deed on each of these items; a refusal of one stops none of the others, and the first is told."""
    if name not in DEEDS or not ids:
        return
    done: list[int] = []
    refusals: list[MajlisError] = []

    def change(writing: Session, person: Actor) -> None:
        with undo.together(writing, person, "bulk"):
            for id_ in sorted(set(ids)):
                try:
                    with writing.begin_nested():
                        DEEDS[name](writing, person, writing.get_one(Item, id_), value)
                    done.append(id_)
                except MajlisError as refusal:
                    refusals.append(refusal)

    try:
        attempt(change)
    except ValueError:  # a value of no list of ours
        return
    if done:
        tone = "warn" if refusals else "good"
        why = f" {told(refusals[0], session.lang())}" if refusals else ""
        chrome.flash(tone, say("desk.done.bulk", n=len(done), all=len(set(ids))) + why)
    elif refusals:
        chrome.flash("bad", told(refusals[0], session.lang()))
