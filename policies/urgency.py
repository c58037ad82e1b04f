"""Why somebody should look at a text at once: danger, violence, no food, no wage for months, threats, a flight within days.

A reason says what was found and where; none of them decides anything. Praise, advice to everybody and talk among friends are never
urgent, whatever words they use: a reader's time is taken from somebody who waits. The words are policies/words/urgent.toml.
"""

import re
from collections import defaultdict

from core.text import Folded
from policies.topics import Reading
from policies.verdict import Reason, Span

_ENOUGH = 2.0
#: Which weak signs are enough beside which others.
_BESIDE = {"life": "pressing", "vulnerable": "alone"}
ASK_FOR_HELP = ("complaint", "inquiry")
# what is told in a question about the law is a case, not a danger
_EVEN_IN_A_QUESTION = ("life", "violence", "locked", "thrown_out", "hunger", "vulnerable", "leaving")
_CLOSE = 0.7  # how near the topic must come to wages
_FEW = "2|3|4|5|6|7|8|9|10|11|12"
_NUMBER = (
    "two|three|four|five|six|seven|eight|nine|ten|ثلاث|ثلاثه|ثلث|تلات|تلاته|اربع|اربعه|خمس|خمسه|ست|سته|سبع|سبعه|ثمان"
    "|ثمانيه|تمن|تسع|تسعه|عشر|عشره"
    "|دو|تين|چار|پانچ|چه|سات|اٹه|दो|तीन|चार|पाँच|पांच|छह|छः|सात|आठ|দুই|তিন|চার|পাঁচ|ছয়|সাত|আট|രണ്ട്|മൂന്ന്|നാല്|അഞ്ച്|ആറ്"
    "|dalawang|tatlong|apat|apat na|limang|anim|anim na|pitong|do|teen|tin|char|chaar|paanch|panch|che|chhe|saat|tlat"
    "|tlet|talat|talata|thalath|arba3|arba|khams|5ams|sitt|moonnu|naalu|randu"
)
_MONTHS = (
    "months|month|اشهر|شهور|شهر|تشهر|مهينے|مهينوں|ماه|महीने|महीनों|माह|মাস|মাসের|মাসে|മാസം|മാസമായി|മാസത്തെ|buwan|buwang"
    "|mahine|mahina|maheene|mahino|mheene|mahinay|masam|maasam|masamayi|shohoor|shohor|shhoor|shhor|chhor|ashhor"
    "|ashhur|shuhoor|shahr|shahar"
)
_SPAN = re.compile(
    rf"\b(?:(?:{_FEW}|{_NUMBER}) (?:ال|ka |ki |na |)(?:{_MONTHS})|شهرين|شهران|shahrein|shahrain|shahren|sha7rein|sha7ren)\b"
)
_SINCE = re.compile(
    r"\b(?:since (?:january|february|march|april|may|june|july|august|september|october|november|december|ramadan|eid"
    r"|last year|winter|spring|summer)"
    r"|(?:منذ|من) (?:ال)?(?:ربيع|شتاء|شتا|صيف|خريف|رمضان|عيد|سنه|سنتين|شهر [1-9]\d?)"
    r"|(?:6[1-9]|[7-9]\d|1\d\d) (?:days|يوم|دن|दिन|দিন|araw|din|youm|yoom))\b"
)
_NO_PAY = re.compile(
    r"\b(?:no|without|unpaid|not|never|haven't|hasn't|didn't|nobody|لم|ما|بلا|بدون|دون|بغير|لا|محد|مو|مب|مش|ولا|نهيں"
    r"|نهي|नहीं|नही|नहि|না|নাই|নেই|পাইনি"
    r"|ഇല്ല|കിട്ടിയില്ല|കിട്ടിയിട്ടില്ല|തന്നില്ല|wala|walang|hindi|di|nahi|nahin|nhi|nai|mafi|mafeesh|ma|bala|bdoon"
    r"|bidoon|wla|kittiyilla|kittiyittilla|thannilla|mabghatch"
    r"|متاخر\w*|تاخر\w*|pending|delayed|owed|due)\b"
)


def find(folded: Folded, reading: Reading) -> tuple[Reason, ...]:
    """The reasons for which a text should not wait, each with its places in the original; none for most texts."""
    if reading.kind not in ASK_FOR_HELP:
        return ()
    found: defaultdict[str, list[Span]] = defaultdict(list)
    weight: defaultdict[str, float] = defaultdict(float)
    for start, end, word in reading.alarms:
        found[word.label].append((start, end))
        weight[word.label] = max(weight[word.label], word.weight)
    for code, beside in _BESIDE.items():
        if weight[code] < _ENOUGH and weight[beside]:
            weight[code] += weight[beside]
            found[code] += found[beside]
    codes = [code for code in found if weight[code] >= _ENOUGH]
    if reading.kind == "inquiry":
        codes = [code for code in codes if code in _EVEN_IN_A_QUESTION]
    if reading.kind == "complaint" and (months := unpaid(folded.text, reading)):
        codes.append("unpaid")
        found["unpaid"].append(months)
    return tuple(Reason("urgent", code, tuple(folded.span(*place) for place in sorted(found[code]))) for code in codes)


def unpaid(text: str, reading: Reading) -> Span | None:
    """Where folded `text` says that no wage came for two months or more."""
    topics = reading.scored("topic")
    if topics["wages"] < max(topics.values()) - _CLOSE:
        return None
    months = _SPAN.search(text) or _SINCE.search(text)
    return months.span() if months and _NO_PAY.search(text) else None
