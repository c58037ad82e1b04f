"""When words are reported, not said: quotation marks, verbs of reporting before them, talk of threats around them."""

import re
from collections.abc import Iterator
from functools import cached_property

from policies.cover import Cover
from policies.verdict import Span

_MARKS = (('"', '"'), ("«", "»"), ("(", ")"), ("[", "]"))
_SINGLE = re.compile(r"(?:^|\s)'([^']{1,100})'(?!\w)")
_NEAR = 65
_VERBS = "|".join(
    (
        r"\b(?:said|says|saying|told|called|calls|calling|call|named|wrote|writes|labeled|shout\w*|yell\w*|scream\w*)\b",
        r"\b(?:insult\w*|curs(?:e|ed|es|ing)|swear\w*|swore|abus\w+|threat\w*|humiliat\w*|stop saying|word)\b",
        r"قال\w*|يقول\w*|تقول\w*|قايل\w*|نادا\w*|ينادي\w*|وصف\w*|يوصف\w*|سما(?:ه|ها|هم|ني|نا)\b|يسمي\w*|شتم\w*|يشتم\w*|الشتم\w*|شتايم",
        r"\bسب(?:ني|نا|ه|ها|هم|و\w*)\b|\bيسب\w*|صرخ\w*|يصرخ\w*|يصيح\w*|كتب\w*|اهان\w*|يهين\w*|عبار[هت]\w*|كلم[هت]\w*|هدد\w*|يهدد\w*|تهديد\w*",
        r"كها\b|كهتا\w*|كهتي\w*|بولا\b|بولتا\w*|بولتي\w*|كاليا\w*|دهمكي\w*|कहा|कहता|कहते|बोला|बोलता|गाली|गालियां|धमकी",
        r"\b(?:kaha|kehta|kehte|kehti|bola|bolta|bolte|bulata|bulate|gaali|gali|galiyan|dhamki|sinabi\w*|sabi|tinawag\w*|sinigawan|minura)\b",
        r"\b(?:2al|2alli|2alo\w*|gal|galli|gallo\w*|(?:bi?|be)?y[ei]?[2gq][ou]+l\w*|(?:bi?|be)?y[ei]?sht[ei]m\w*|shatam\w*|enna|ennu|paranju|vilichu|parayunnu)\b",
    )
)
_REPORTED_BEFORE = re.compile(rf"(?:{_VERBS})[^.!?]{{0,45}}$")
# Urdu, Hindi and Tagalog put the verb after the words
_VERBS_AFTER = "|".join(
    (
        r"كهتا\w*|كهتي\w*|كه كر|كهه كر|كهكر|دهمكي|कहता|कहते|कहा|बोलता|बुलाते|धमकी|ennu",
        r"\b(?:keh kar|kehta|kehte|bolta|bolte|bulata|bulate|dhamki)\b",
    )
)
_REPORTED_AFTER = re.compile(rf"^[^.!?]{{0,25}}(?:{_VERBS_AFTER})")


class Reported:
    """The places of one folded text that stand in quotation marks or close to words of reporting."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _quoted(self) -> Cover:
        return Cover([*(match.span(1) for match in _SINGLE.finditer(self._text)), *_between_marks(self._text)])

    def __contains__(self, place: Span) -> bool:
        """True where [start, end) is quoted, or reported as somebody's words."""
        start, end = place
        if place in self._quoted or _REPORTED_BEFORE.search(self._text[max(0, start - _NEAR) : start]):
            return True
        return bool(_REPORTED_AFTER.match(self._text[end : end + _NEAR]))


def _between_marks(text: str) -> Iterator[Span]:
    """What stands between a mark and the next one that closes it."""
    for left, right in _MARKS:
        opened = -1
        for mark in re.finditer(f"[{re.escape(left + right)}]", text):
            if mark[0] == right and opened >= 0:
                yield opened, mark.start()
                opened = -1
            elif mark[0] == left:
                opened = mark.end()
