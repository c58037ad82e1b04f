"""Judge proposes (DESIGN §2.6): one pure function from a text and an edition to a verdict. Threads may share it."""

import gc
import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, repeat
from typing import TYPE_CHECKING, NamedTuple

from core.text import Folded, fold
from policies import detectors, guard, language, personal, topics, urgency
from policies.clauses import CHANCES, Clause, Edition, Model
from policies.edition import current
from policies.rules import TOLD_SCORE, Evidence, Scene, armoury, examine, unexcused
from policies.verdict import (
    ACTIONS,
    Action,
    Context,
    Finding,
    Kind,
    Language,
    PersonalData,
    Reason,
    Sentiment,
    Verdict,
)
from policies.views import View, views

if TYPE_CHECKING:
    from policies.heads.heads import Heads

__all__ = (
    "Action", "Context", "Finding", "Kind", "Language", "PersonalData", "Reason", "Sentiment", "Verdict",
    "judge", "judge_many", "ready",
)  # fmt: skip

_log = logging.getLogger(__name__)
_NOWHERE = Context()
#: texts scored together by the heads
_AT_ONCE = 200
_OFFENCE, _URGENT = CHANCES.index("offence"), CHANCES.index("urgent")
#: objects made since the last look at the young ones: a batch of verdicts makes so many, and none of them is in a circle
_YOUNG = 20_000
#: spaces: in fewer words a model of pieces of words sees what isn't there; that of insults, which has read many bare ones, may be
#: so sure that it is heard
_FEW, _NO_DOUBT = 5, 0.98
#: spaces: where somebody is named as well, it sees enough in three words
_FEWER = 2
#: how much surer it has to be then in what reads like a complaint: people name who they are when they say what was done to them
_WARY = 0.2
#: rules that find a clause's own words
_EXACT = ("terms", "patterns")
_WORDS = (*_EXACT, "disguised", "transliterated")
#: not all that a clause forbids insults somebody, an advertisement doesn't: from this chance on it does
_INSULTS = 0.2


def judge(
    text: str,
    *,
    edition: Edition | None = None,
    context: Context = _NOWHERE,
    detector: str = detectors.DEFAULT,
    explain: bool = True,
) -> Verdict:
    """What `edition` (default: the one in force) says of `text`. Never raises, whatever the string holds.

    `detector` names who is asked for the language (policies/detectors.py). A complaint is never proposed for hiding, only for
    review. Quoted or reported words lower what is proposed by one step. With `explain=False` the reasons of kind, topic and
    sentiment are left out (a tenth of the time): whoever asks later judges again, for an edition's word is the same for ever.
    """
    return _verdicts([text], edition or current(), [context], detector, explain=explain)[0]


def ready() -> None:
    """Load what every judging needs, for a process that will judge for long. The garbage collector, which looked through all of it
    again and again (a sixth of a page's time), leaves it alone from then on, with whatever else the process holds."""
    judge("مرحبا hello")
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])


def judge_many(
    texts: Iterable[str],
    *,
    edition: Edition | None = None,
    contexts: Sequence[Context] | None = None,
    detector: str = detectors.DEFAULT,
    explain: bool = True,
) -> Iterator[Verdict]:
    """`judge` for each text in order; `contexts`, where given, holds one for each text."""
    edition = edition or current()
    waiting, beside = iter(texts), iter(contexts) if contexts else repeat(_NOWHERE)
    while batch := list(islice(waiting, _AT_ONCE)):
        yield from _verdicts(batch, edition, list(islice(beside, len(batch))), detector, explain=explain)


def _verdicts(
    texts: Sequence[str], edition: Edition, contexts: Sequence[Context], detector: str, *, explain: bool
) -> list[Verdict]:
    """Step by step for all of them, not text by text: what a step looks up stays near at hand (a quarter of the time)."""
    folded = [fold(text) for text in texts]
    spoken = [language.detect(text, context.lang_hint, detector) for text, context in zip(texts, contexts, strict=True)]
    leanings, added = _leanings(folded)
    readings = topics.read_many(folded, spoken, added, explain=explain)
    pii = [personal.find(one) for one in folded]
    kit = armoury(edition)
    evidence = [examine(Scene(*of_one, kit)) for of_one in zip(folded, spoken, pii, strict=True)]
    release = detectors.release(detector)
    of_each = zip(folded, spoken, readings, pii, evidence, leanings, strict=True)
    return [_verdict(*of_one, edition=edition, release=release) for of_one in of_each]


def _verdict(
    folded: Folded,
    spoken: Language,
    reading: topics.Reading,
    pii: tuple[PersonalData, ...],
    evidence: list[Evidence],
    leaning: "_Leaning | None",
    *,
    edition: Edition,
    release: str,
) -> Verdict:
    offence = leaning.worst(_OFFENCE)[0] if leaning else 0.0
    if leaning:
        evidence = [*evidence, *unexcused(armoury(edition), folded.text, _modelled(edition, leaning, reading.kind))]
    action, automatic, reasons = _propose(evidence, folded.text, reading.kind, offence, pii)
    reading = _beside(reading, evidence, folded.text, offence)
    urgent = urgency.find(folded, reading) or (_pressing(leaning, folded, reading.kind) if leaning else ())
    return Verdict(
        language=spoken,
        action=action,
        automatic=automatic,
        findings=_findings(evidence),
        kind=reading.kind,
        topic=reading.topic,
        sentiment=reading.sentiment,
        pii=pii,
        reasons=reading.reasons + reasons,
        edition_ref=edition.ref,
        detector=release,
        offence=offence,
        harm=_harm(evidence, offence, urgent),
        urgent=urgent,
    )


def _beside(reading: topics.Reading, evidence: list[Evidence], text: str, offence: float) -> topics.Reading:
    """How a text is read beside what a clause's own words found in it: nobody commends or advises by what a clause forbids, and
    what insults somebody sounds negative, whatever its other words are."""
    advises = reading.kind in ("praise", "suggestion")
    insults = offence >= _INSULTS and reading.sentiment in ("neutral", "positive")
    if not (evidence and (advises or insults)):
        return reading
    reported = guard.Reported(text)
    said = [one for one in evidence if one.rule in _WORDS and one.score > TOLD_SCORE and one.place not in reported]
    if said and advises:
        reading = reading.instead("kind", "other")
    if said and insults:
        reading = reading.instead("sentiment", "negative", tuple(one.span for one in said))
    return reading


class _Leaning(NamedTuple):
    """What `heads` think of a text as it stands, and of each view of it: how likely is what each head asks."""

    heads: "Heads"
    readings: list[tuple[Folded | View, list[float]]]

    def worst(self, column: int) -> tuple[float, Folded | View]:
        """The highest chance of one head, and the reading of the text that has it."""
        read, row = self.readings[0]
        chance = row[column]
        for other, its in self.readings[1:]:
            if its[column] > chance:
                read, chance = other, its[column]
        return chance, read


def _leanings(texts: Sequence[Folded]) -> tuple[Sequence["_Leaning | None"], list[list[float]] | None]:
    """What the heads in force think of each text, and what they add to the scores of its words; without heads nothing."""
    from policies.heads import standing  # numpy is loaded by whoever judges, and by nobody else

    found = standing.current()
    if found is None:
        return [None] * len(texts), None
    seen = [(number, view) for number, text in enumerate(texts) for view in _readable(text)]
    chances, added = found.lean([*(text.text for text in texts), *(view.text for _, view in seen)])
    leanings = [_Leaning(found, [one]) for one in zip(texts, chances, strict=False)]
    for (number, view), row in zip(seen, chances[len(texts) :], strict=True):
        leanings[number].readings.append((view, row))
    return leanings, added[: len(texts)]


def _readable(text: Folded) -> list[View]:
    """The views in which letters are letters, where the text gives cause for any."""
    try:
        return [view for view in views(text) if view.shape == "plain"]
    except Exception:  # noqa: BLE001 - as with a rule that fails: the text is judged by what is left
        _log.exception("views failed and were skipped")
        return []


def _modelled(edition: Edition, leaning: _Leaning, kind: Kind) -> list[Evidence]:
    """Evidence for each clause whose model asks for a look: the words that weigh most in what it read."""
    found: list[Evidence] = []
    for clause in edition.clauses:
        if clause.model is None:
            continue
        chance, read = leaning.worst(CHANCES.index(clause.model.head))
        if _asks(edition, clause, clause.model, leaning.readings[0][0].text, chance, kind):
            name, place = (read.name, read.place) if isinstance(read, View) else ("fold", lambda start, end: (start, end))
            words = leaning.heads.why(read.text, clause.model.head)
            found += [Evidence(clause, chance, read.span(*word), place(*word), name, "model") for word in words]
    return found


def _asks(edition: Edition, clause: Clause, model: Model, text: str, chance: float, kind: Kind) -> bool:
    """True where a model is sure enough by itself of a text that has some length, or where the text names those whom it is to mind,
    doesn't speak against what others say of them, and it is sure enough for that."""
    spaces = text.count(" ")
    heard = spaces >= _FEW or (spaces and chance >= _NO_DOUBT and model.head == "offence")
    if chance >= model.review and heard and kind != "complaint":  # it becomes a case, and is read by somebody anyway
        return True
    if model.named is None or chance < model.named + (_WARY if kind == "complaint" else 0) or spaces < _FEWER:
        return False
    return any(hit.payload is clause for hit in armoury(edition).named.hits(text)) and not guard.Reported(text).against


def _pressing(leaning: _Leaning, folded: Folded, kind: Kind) -> tuple[Reason, ...]:
    """That a text which asks for help reads like those that could not wait: the words that weigh most."""
    threshold = leaning.heads.card["calibration"]["urgent"]["threshold"]
    if kind not in urgency.ASK_FOR_HELP or leaning.readings[0][1][_URGENT] < threshold:
        return ()
    words = leaning.heads.why(folded.text, "urgent")
    return (Reason("urgent", "wording", tuple(folded.span(*word) for word in words)),)


def _propose(
    evidence: list[Evidence], text: str, kind: Kind, offence: float, pii: tuple[PersonalData, ...]
) -> tuple[Action, bool, tuple[Reason, ...]]:
    """The strongest action any evidence supports after the guards, and whether the edition lets it act alone."""
    level, automatic, reasons = 0, False, dict[str, Reason]()
    reported = guard.Reported(text)
    for one in evidence:
        proposed = ACTIONS.index(one.clause.action)
        if one.rule == "model" or one.score < one.clause.threshold:
            proposed = min(1, proposed)
        if proposed and one.place[1] and one.place in reported:
            proposed -= 1
            reasons["quotation"] = Reason("guard", "quotation", (one.span,))
            if kind == "complaint":
                proposed = 0
        if proposed == 2 and kind == "complaint":
            proposed = 1
            reasons["complaint"] = Reason("guard", "complaint", (one.span,))
        if proposed > level:
            level, automatic = proposed, False
        if proposed == level == 2:
            automatic = automatic or (one.clause.automatic and _second_key(one, offence, pii))
    return ACTIONS[level], automatic, tuple(reasons.values())


def _second_key(one: Evidence, offence: float, pii: tuple[PersonalData, ...]) -> bool:
    """True where evidence that would hide something may act alone: a word of the clause read as it stands and its model agree, or
    it is a number whose checksum holds."""
    if one.rule == "personal_data":
        return any(found.level == "valid" and found.span == one.span for found in pii)
    model = one.clause.model
    if model is None or model.automatic is None or one.rule not in _EXACT or one.view != "fold":
        return False
    return offence >= model.automatic


def _harm(evidence: list[Evidence], offence: float, urgent: tuple[Reason, ...]) -> int:
    """0…1000: how severe and how sure the worst finding is, then what the model thinks, then whether somebody can't wait."""
    worst = max((one.clause.severity * one.score for one in evidence), default=0.0)
    return min(1000, round(worst / 5 * 650 + offence * 150 + (200 if urgent else 0)))


def _findings(evidence: list[Evidence]) -> tuple[Finding, ...]:
    """One finding a clause, view and rule, its spans in order and without those inside a longer one; highest score first."""
    groups: dict[tuple[str, str, str], list[Evidence]] = {}
    for one in evidence:
        groups.setdefault((one.clause.id, one.view, one.rule), []).append(one)
    findings = [
        Finding(clause, max(one.score for one in group), _spans(group), view, rule)
        for (clause, view, rule), group in groups.items()
    ]
    return tuple(sorted(findings, key=lambda finding: -finding.score))


def _spans(group: list[Evidence]) -> tuple[tuple[int, int], ...]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted({one.span for one in group}, key=lambda span: (span[0], -span[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)
