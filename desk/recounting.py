"""What an entry of the audit is about and what else it says, in the reader's words; the code where there are none."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from core.i18n import Lang, t
from desk import shown, trade
from desk.safe import Child, Markup, el

#: characters of a detail that are shown
SHOWN: Final = 24
#: a moment, as it is written into an entry
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")
#: details whose values are words of the trade, and where these stand; the first that knows the value tells it
VALUES: Final = {
    "kind": ("desk.kind", "desk.audit.thing", "desk.deed"),
    "clause": ("desk.clause",),
    "outcome": ("case.outcome", "result.outcome", "desk.health"),
    "topic": ("desk.topic",),
    "grade": ("desk.case.grade",),
    "state": ("desk.state", "desk.cases.state"),
    "role": ("desk.role",),
    "roles": ("desk.people.role",),
    "language": ("desk.language",),
    "missing": ("desk.language",),
    "way": ("desk.audit.way",),
}
#: where the names of details stand; what became of a post names the states of its deliveries
NAMES: Final = ("desk.audit.part", "desk.delivery")
#: details that name somebody, and what stands for all there is of a kind
PEOPLE, WHOLE = frozenset({"user", "owner", "proposed_by"}), frozenset({"all", "many", "entries", "AE"})


def thing(subject: str, people: Mapping[str, str], lang: Lang) -> Markup:
    """`case:12` as a case and its number, `user:3` by his name; how one looks for it is told on pointing at it."""
    kind, _, number = subject.partition(":")
    if number in WHOLE:
        return el("span", _word(("desk.audit.thing",), kind, lang))
    return el("span", _word(("desk.audit.thing",), kind, lang), " ", el("bdi", people.get(subject, number), title=subject))


def details(detail: Mapping[str, Any], people: Mapping[str, str], lang: Lang) -> Markup:
    """Names and values; a long value (a digest) is cut, and whole on pointing at it."""
    pairs = []
    for key, value in sorted(detail.items()):
        whole = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        told = el("bdi", _told(key, value, people, lang), title=whole)
        pairs.append(el("span", el("span", _word(NAMES, key, lang), ": ", class_="mj-note"), told))
    return el("div", *pairs, class_="mj-detail")


def _word(groups: Sequence[str], code: str, lang: Lang) -> Child:
    """What a code is called."""
    words = (trade.known(group, code, lang) for group in groups)
    return next((word for word in words if word != code), el("bdi", code))


def _told(key: str, value: Any, people: Mapping[str, str], lang: Lang) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return shown.moment(datetime.fromisoformat(value), lang)
    if isinstance(value, bool):
        return t("desk.audit.yes" if value else "desk.audit.no", lang)
    if key in PEOPLE and f"user:{value}" in people:
        return people[f"user:{value}"]
    if key == "reason" and isinstance(value, str) and value and (why := trade.reason(value, lang)) != value:
        return why
    for group in VALUES.get(key, ()) if isinstance(value, str) else ():
        if (word := trade.known(group, value, lang)) != value:
            return word
    if isinstance(value, list) and key in VALUES:
        return _joined([_told(key, one, people, lang) for one in value], lang)
    whole = value if isinstance(value, str) else _joined(value, lang)
    return whole if len(whole) <= SHOWN else f"{whole[:SHOWN]}…"


def _joined(value: Any, lang: Lang) -> str:
    """A list of plain values one after the other, of whole rows how many; whatever else as it is written down."""
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return str(len(value))
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ("، " if lang == "ar" else ", ").join(map(str, value)) or "—"
    return json.dumps(value, ensure_ascii=False)
