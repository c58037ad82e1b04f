"""Every edition there is, proposed or shipped, and how each stands: for a list, and for its head."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from core.actors import Actor
from desk import allowing, session, shown
from desk.safe import Child, Markup, el, join
from desk.session import say
from inbox import editions
from inbox.models import PolicyVersion
from policies.clauses import Edition

TONES = {"in_force": "good", "ahead": "info", "before": "", "proposed": "warn", "withdrawn": "", "shipped": ""}
ACTS = ("proposed", "activated", "withdrawn")


@dataclass(frozen=True, slots=True)
class Shelved:
    """One edition by name. `state`: in_force, ahead (activated, its day is to come), before (it was), proposed, withdrawn,
    shipped."""

    ref: str
    state: str
    effective_from: date
    version: PolicyVersion | None


def shelved(reading: Session) -> list[Shelved]:
    """Those that wait first, then the newest day first."""
    in_force = editions.in_force(reading).ref
    stored = {version.ref: version for version in editions.versions(reading)}
    found = [Shelved(ref, _state(one, in_force), one.effective_from, one) for ref, one in stored.items()]
    for ref, edition in editions.ours().items():
        if ref not in stored:
            found.append(Shelved(ref, "in_force" if ref == in_force else "shipped", edition.effective_from, None))
    return sorted(found, key=lambda one: (one.state == "proposed", one.effective_from, one.ref), reverse=True)


def _state(version: PolicyVersion, in_force: str) -> str:
    if version.ref == in_force:
        return "in_force"
    if version.state == "activated":
        return "ahead" if version.effective_from > editions.today() else "before"
    return version.state


def rows(found: Sequence[Shelved]) -> list[dict[str, Any]]:
    """The list: its name, its day, how it stands."""
    lang = session.lang()
    return [
        {
            "id": place,
            "name": one.ref,
            "when": "",
            "text": say("desk.policy.from", day=shown.day(one.effective_from, lang)),
            "dir": "rtl" if lang == "ar" else "ltr",
            "gone": one.state == "withdrawn",
            "chips": [{"label": say(f"desk.policy.state_{one.state}"), "tone": TONES[one.state]}],
        }
        for place, one in enumerate(found, 1)
    ]


def head(reading: Session, person: Actor, one: Shelved, edition: Edition) -> Markup:
    """What it is called, how it stands, its day, who proposed, activated or withdrew it, and its hash."""
    lang = session.lang()
    chips = [shown.chip(say(f"desk.policy.state_{one.state}"), TONES[one.state])]
    chips += [shown.chip(say("desk.policy.clause_count", n=len(edition.clauses)))]
    facts: list[tuple[str, Child]] = [("effective", shown.day(one.effective_from, lang))]
    for act in ACTS if one.version else ():
        if who := getattr(one.version, f"{act}_by"):
            when = shown.stamp(getattr(one.version, f"{act}_at"), lang)
            facts.append((act, join((el("bdi", allowing.person(reading, who)), " · ", when))))
    facts.append(("source", el("bdi", edition.source)))
    if person.can("policy.propose") or person.can("audit.read"):
        facts.append(("hash", el("code", edition.sha256[:16], dir="ltr")))
    listed = el("dl", *(join((el("dt", say(f"desk.policy.{key}")), el("dd", value))) for key, value in facts), class_="mj-facts")
    named = el("h2", edition.title(lang), " ", el("bdi", one.ref, class_="mj-note", dir="ltr"), class_="mj-h2")
    return el("div", named, el("div", *chips, class_="mj-chips"), listed, class_="mj-panel")
