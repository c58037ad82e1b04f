"""The promises of the policy in force, each with its figures as they stand (scheduler.measures): kept, at risk or broken. The
public is told them when five others have come into them (scheduler.promised)."""

from sqlmodel import Session

from desk import plate, shown, store
from desk.kept import kept
from desk.periods import Period
from desk.plate import Cell
from desk.safe import el, join
from desk.session import lang, say
from policies.clauses import Promise
from scheduler.measures import Measure, measured, state

TONES = {"kept": "good", "at_risk": "warn", "broken": "bad"}
#: computed again when older than so many seconds, as on the portal
FRESH_S = 300


def page(reading: Session, _period: Period) -> None:
    found = kept("promises", FRESH_S, lambda: measured(reading))
    edition = store.edition()
    heads = [say(f"desk.fig.col.{one}") for one in ("promise", "state", "figure")]
    source = el("p", el("bdi", edition.ref, dir="ltr"), class_="mj-note")
    for key, promises in (("commitments", edition.commitments), ("rights", edition.rights)):
        plate.plate(key, None, heads, [_promise(one, found.get(one.id, [])) for one in promises], note=source)


def _promise(one: Promise, measures: list[Measure]) -> list[Cell]:
    lang_, standing = lang(), state(one.id, measures)
    told = say(f"desk.fig.promise.{standing}")
    figures = [el("p", measure.words(lang_), " ", el("span", measure.rule(lang_), class_="mj-note")) for measure in measures]
    said = " ".join(measure.words(lang_) for measure in measures)
    return [
        plate.words(one.text(lang_)),
        plate.words(told, shown.chip(told, TONES.get(standing, ""))),
        plate.words(said, join(figures) if figures else el("span", say("desk.fig.promise.no_figure"), class_="mj-note")),
    ]
