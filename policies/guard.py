"""When words are reported, not said: quotation marks, verbs of reporting before them, talk of threats around them."""

import re

_MARKS = (("«", "»"), ("(", ")"), ("[", "]"))
_NEAR = 65
_VERBS = "|".join(
    (
        r"\b(?:said|says|saying|told|called|calls|calling|call|named|wrote|writes|labeled|shout\w*|yell\w*|scream\w*)\b",
        r"\b(?:insult\w*|curs(?:e|ed|es|ing)|swear\w*|swore|abus\w+|threat\w*|humiliat\w*|stop saying|word)\b",
        r"قال\w*|يقول\w*|تقول\w*|قايل\w*|نادا\w*|ينادي\w*|وصف\w*|يوصف\w*|سما(?:ه|ها|هم|ني|نا)\b|يسمي\w*|شتم\w*|يشتم\w*|الشتم\w*|شتايم",
        r"\bسب(?:ني|نا|ه|ها|هم|و\w*)\b|\bيسب\w*|صرخ\w*|يصرخ\w*|يصيح\w*|كتب\w*|اهان\w*|يهين\w*|عبار[هت]\w*|كلم[هت]\w*|هدد\w*|يهدد\w*|تهديد\w*",
        r"كها\b|كهتا\w*|كهتي\w*|بولا\b|بولتا\w*|بولتي\w*|كاليا\w*|دهمكي\w*|कहा|कहता|कहते|बोला|बोलता|गाली|गालियां|धमकी",
        r"\b(?:kaha|kehta|kehte|kehti|bola|bolta|bolte|bulata|bulate|gaali|gali|galiyan|dhamki|sinabi\w*|sabi|tinawag\w*|sinigawan|minura)\b",
        r"\b(?:2al|2alli|2alo\w*|gal|galli|gallo\w*|y2ool\w*|ygool\w*|yishtim\w*|paranju|vilichu|parayunnu)\b",
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


def reported(text: str, start: int, end: int) -> bool:
    """True where [start, end) of folded `text` stands in quotation marks or close to words of reporting."""
    before, after = text[:start], text[end:]
    if before.count('"') % 2 and '"' in after:
        return True
    if any(before.rfind(left) > before.rfind(right) and right in after for left, right in _MARKS):
        return True
    if re.search(r"(?:^|\s)'[^']{0,40}$", before) and re.match(r"[^']{0,40}'(?:\W|$)", after):
        return True
    return bool(_REPORTED_BEFORE.search(before[-_NEAR:]) or _REPORTED_AFTER.search(after))
