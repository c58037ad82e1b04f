"""Judging a batch before any transaction is open, so that no writer waits while texts are read."""

from collections.abc import Mapping, Sequence

from connectors.contract import Message
from core.settings import settings
from policies.clauses import Edition
from policies.judge import judge_many
from policies.verdict import Context, Verdict

#: (native id, text) -> what the policy says of it
Verdicts = Mapping[tuple[str, str], Verdict]


def judge_all(messages: Sequence[Message], edition: Edition, known: Verdicts | None = None) -> dict[tuple[str, str], Verdict]:
    """Verdicts on all texts that are not our own and not in `known` yet."""
    verdicts = dict(known or {})
    waiting = {(m.native_id, m.text): m for m in messages if not m.own and not m.deleted and (m.native_id, m.text) not in verdicts}
    contexts = [Context(platform=m.platform, lang_hint=m.lang_hint or None) for m in waiting.values()]
    texts = [text for _, text in waiting]
    detector = settings().language_detector
    judged = judge_many(texts, edition=edition, contexts=contexts, detector=detector, explain=False)
    verdicts.update(zip(waiting, judged, strict=True))
    return verdicts
