"""Why somebody should look at a text at once: danger, violence, no food, no wage for months, threats, a flight within days.

A reason says what was found and where; none of them decides anything. Praise, advice to everybody and talk among friends are never
urgent, whatever words they use: a reader's time is taken from somebody who waits. Only who speaks of ending his own life is heard
whatever else the text is. The words are policies/words/urgent.toml.
"""

import re
from collections import defaultdict

from core.text import Folded, fold
from policies.topics import Reading
from policies.verdict import Reason, Span

_ENOUGH = 2.0
#: Which weak signs are enough beside which others.
_BESIDE = {"life": "pressing", "vulnerable": "alone"}
ASK_FOR_HELP = ("complaint", "inquiry")
_DESPAIR = "despair"
# what is told in a question about the law is a case, not a danger
_EVEN_IN_A_QUESTION = (_DESPAIR, "life", "violence", "locked", "thrown_out", "hunger", "vulnerable", "leaving")
_CLOSE = 0.7  # how near the topic must come to wages


def _any(words: str) -> str:
    """One of these words, each as it stands in folded text."""
    return "|".join(fold(word).text for word in words.split("|"))


_FEW = "2|3|4|5|6|7|8|9|10|11|12"
_NUMBER = _any(
    "two|three|four|five|six|seven|eight|nine|ten|ثلاث|ثلاثه|ثلث|تلات|تلاته|تلت|تلث|اربع|اربعه|خمس|خمسه|ست|سته|سبع|سبعه|ثمان"
    "|ثمانيه|تمن|تسع|تسعه|عشر|عشره"
    "|دو|تین|چار|پانچ|چھ|سات|آٹھ|سه|چهار|پنج|شش|هفت|هشت|दो|तीन|चार|पाँच|पांच|छह|छः|सात|आठ"
    "|দুই|তিন|চার|পাঁচ|ছয়|সাত|আট|രണ്ട്|മൂന്ന്|നാല്|അഞ്ച്|ആറ്"
    "|dalawang|tatlong|apat|apat na|limang|anim|anim na|pitong|do|teen|tin|char|chaar|paanch|panch|che|chhe|saat|tlat"
    "|tlet|talat|talata|thalath|arba3|arba|khams|5ams|sitt|moonnu|naalu|randu"
)
_MONTHS = _any(
    "months|month|اشهر|شهور|شهر|تشهر|مہینے|مہینوں|ماہ|महीने|महीनों|माह|মাস|মাসের|মাসে|മാസം|മാസമായി|മാസത്തെ|buwan|buwang"
    "|mahine|mahina|maheene|mahino|mheene|mahinay|masam|maasam|masamayi|shohoor|shohor|shhoor|shhor|chhor|ashhor"
    "|ashhur|shuhoor|shahr|shahar"
)
_WEEKS = _any("weeks|اسبوع|اسابيع|هفته|ہفتے|ہفتوں|हफ़्ते|हफ़्तों|সপ্তাহ|ആഴ്ച|linggo|hafte|hafton")
_NAMED = _any(
    "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept"
    "|oct|nov|dec|يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر"
)
# vowel signs of Indic scripts hold a word together, and are no letters to an expression's own edge of a word
_BEGINS, _ENDS = r"(?<![\w\u0900-\u0dff])", r"(?![\w\u0900-\u0dff])"
_SPAN = re.compile(
    rf"{_BEGINS}(?:(?:{_FEW}|{_NUMBER}) (?:ال|ka |ki |na |)(?:{_MONTHS})|شهرين|شهران|shahrein|shahrain|shahren|sha7rein|sha7ren"
    rf"|(?:[89]|[1-5]\d|eight|nine|ten|twelve) (?:{_WEEKS})|(?:half a|a whole|a full|over a) year|(?:نص|نصف) (?:ال)?سنه|سنه كامله"
    rf"|(?:{_NAMED})(?: and |, ?| ?& ?|/| ?و ?)(?:{_NAMED})){_ENDS}"
)
_SINCE = re.compile(
    rf"{_BEGINS}(?:since (?:january|february|march|april|may|june|july|august|september|october|november|december|ramadan|eid"
    r"|last year|winter|spring|summer)"
    r"|(?:منذ|من) (?:ال)?(?:ربيع|شتاء|شتا|صيف|خريف|رمضان|عيد|سنه|سنتين|شهر [1-9]\d?)"
    rf"|(?:6[1-9]|[7-9]\d|1\d\d) (?:{_any('days|يوم|دن|दिन|দিন|araw|din|youm|yoom')})){_ENDS}"
)
_NOT = _any(
    "no|without|unpaid|not|never|haven't|hasn't|didn't|nobody|لم|ما|بلا|بدون|دون|بغير|لا|محد|مو|مب|مش|ولا|نہیں"
    "|नहीं|नही|नहि|না|নাই|নেই|পাইনি|ഇല്ല|കിട്ടിയില്ല|കിട്ടിയിട്ടില്ല|തന്നില്ല|wala|walang|hindi|di|nahi|nahin|nhi|nai|mafi|mafeesh"
    "|ma|bala|bdoon|bidoon|wla|kittiyilla|kittiyittilla|thannilla|mabghatch|pending|delayed|owed|due"
    "|باقی|بقایا|बाकी|बाक़ी|बकाया|বাকি|বকেয়া|baqi|baki|bakaya"
)
_NO_PAY = re.compile(rf"{_BEGINS}(?:{_NOT}|متاخر\w*|تاخر\w*|ندا\w*|نكرفت\w*|نريخت\w*|نميد\w*|نشده){_ENDS}")


def find(folded: Folded, reading: Reading) -> tuple[Reason, ...]:
    """The reasons for which a text should not wait, each with its places in the original; none for most texts."""
    if reading.kind not in ASK_FOR_HELP and not any(word.label == _DESPAIR for _, _, word in reading.alarms):
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
    if reading.kind not in ASK_FOR_HELP:
        codes = [_DESPAIR]
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
