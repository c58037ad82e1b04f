"""Judge proposes (DESIGN §2.6): one pure function from a text and an edition to a verdict. Threads may share it."""

from collections.abc import Iterable, Iterator, Sequence

from core.text import fold
from policies import detectors, guard, language, personal, topics
from policies.clauses import Edition
from policies.edition import current
from policies.rules import Evidence, Scene, armoury, examine
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

__all__ = (
    "Action", "Context", "Finding", "Kind", "Language", "PersonalData", "Reason", "Sentiment", "Verdict",
    "judge", "judge_many",
)  # fmt: skip

_NOWHERE = Context()


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
    edition = edition or current()
    folded = fold(text)
    spoken = language.detect(text, context.lang_hint, detector)
    reading = topics.read(folded, spoken, explain=explain)
    pii = personal.find(folded)
    evidence = examine(Scene(folded, spoken, pii, armoury(edition)))
    action, automatic, reasons = _propose(evidence, folded.text, reading.kind)
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
        detector=detectors.release(detector),
    )


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
    for number, text in enumerate(texts):
        context = contexts[number] if contexts else _NOWHERE
        yield judge(text, edition=edition, context=context, detector=detector, explain=explain)


def _propose(evidence: list[Evidence], text: str, kind: Kind) -> tuple[Action, bool, tuple[Reason, ...]]:
    """The strongest action any evidence supports after the guards, and whether the edition lets it act alone."""
    level, automatic, reasons = 0, False, dict[str, Reason]()
    reported = guard.Reported(text)
    for one in evidence:
        proposed = (
            ACTIONS.index(one.clause.action) if one.score >= one.clause.threshold else min(1, ACTIONS.index(one.clause.action))
        )
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
            automatic = automatic or one.clause.automatic
    return ACTIONS[level], automatic, tuple(reasons.values())


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
