"""Personal data in a text: numbers by shape, and by checksum where they have one.

Emirates ID: 784, year of birth, seven digits, a Luhn digit (widely relied on, not officially published: hence the level
`shape`). IBAN: ISO 13616, mod 97. Cards: ISO/IEC 7812, Luhn. Phones: the UAE numbering plan, and international numbers written
with + or 00; hotlines (800…, 600…) belong to offices, not to people. Passports and labour cards have no checksum and look
like any other number, so they count only beside a word that names them. What has no checksum is never `valid`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from core.text import Folded
from policies.verdict import Level, PersonalData

_GAP = r"[ \-.()_/]{0,3}"
_NARROW = r"[ \-.()]{0,2}"
_OPEN, _CLOSE = r"(?<![0-9a-z])(?<!\d[.,])", r"(?![0-9a-z])(?![.,]\d)"
_NEAR = 40

_LENGTHS = {
    "ae": 23, "sa": 24, "bh": 22, "kw": 30, "om": 23, "qa": 29, "eg": 29, "jo": 30, "lb": 28, "iq": 23, "ps": 29, "tn": 24,
    "pk": 24, "tr": 26, "gb": 22, "ie": 22, "de": 22, "fr": 27, "it": 27, "es": 24, "nl": 18, "be": 16, "ch": 21, "at": 20,
}  # fmt: skip


def _digits(count: int, gap: str = _GAP) -> str:
    return rf"(?:{gap}\d){{{count}}}"


_URL = re.compile(r"(?:https?://|www\.)\S+|\bt\.co/\S+")
_EMIRATES_ID = re.compile(rf"{_OPEN}7{_GAP}8{_GAP}4{_digits(12)}{_CLOSE}")
_IBAN = re.compile(
    rf"{_OPEN}(?:"
    + "|".join(
        rf"{code}{_digits(size - 2) if code == 'ae' else _digits(2) + rf'(?:{_NARROW}[0-9a-z]){{{size - 4}}}'}"
        for code, size in _LENGTHS.items()
    )
    + rf"){_CLOSE}"
)
_CARD = re.compile(rf"{_OPEN}[2-6](?:[ \-.]{{0,2}}\d){{12,18}}{_CLOSE}")
_CARD_GROUPS = re.compile(r"\d{4}([ \-.])\d{4}\1\d{4}\1\d{4}")
_MOBILE = rf"5{_digits(8, _NARROW)}"
_LANDLINE = rf"[234679]{_digits(7, _NARROW)}"
_PHONE = re.compile(
    rf"(?<![0-9a-z])(?<!\d[.,])(?:"
    rf"(?:(?:\+|\b00){_NARROW})?971{_NARROW}(?:0{_NARROW})?(?:{_MOBILE}|{_LANDLINE})"
    rf"|0{_NARROW}{_MOBILE}"
    rf"|\(?0[234679]\)?[ \-.]?\d{{3}}[ \-.]?\d{{4}}"
    rf"|(?:\+{_NARROW}|00(?=[1-9]))(?!971)[1-9]{_digits(8, _NARROW)}(?:{_NARROW}\d){{0,5}}"
    rf"){_CLOSE}"
)
_SHORT_MOBILE = re.compile(rf"{_OPEN}{_MOBILE}{_CLOSE}")
_HOST = r"[a-z0-9][a-z0-9\-]*"
_EMAIL = re.compile(
    rf"(?<![a-z0-9._%+\-])[a-z0-9][a-z0-9._%+\-]{{0,63}}(?:"
    rf"(?: ?[\[({{]at[\])}}] ?|@){_HOST}(?:(?:\.| ?[\[({{]dot[\])}}] ?){_HOST})+"
    rf"| ?(?:@| at ) ?(?:gmail|hotmail|yahoo|outlook|icloud|live|proton)(?:\.| ?dot | ?[\[(]dot[\])] ?)(?:com|net|ae|me|co\.uk)"
    rf")(?![a-z0-9])"
)
_PASSPORT = re.compile(rf"{_OPEN}(?:[a-z]{{1,2}}[ \-]?\d{{6,8}}|\d{{8,9}}){_CLOSE}")
_LABOUR_CARD = re.compile(rf"{_OPEN}\d{{7,14}}{_CLOSE}")
_PASSPORT_WORD = re.compile(r"passport|pasaporte|جواز|باسبور|ياسبور|पासपोर्ट|পাসপোর্ট|പാസ്")
_LABOUR_CARD_WORD = re.compile(
    r"labou?r card|work permit|work card|بطاق[هت]\w* (?:ال)?عمل|تصريح (?:ال)?عمل|ليبر كارد|لیبر کارڈ|लेबर कार्ड|labor kard"
)
_PHONE_WORD = re.compile(
    r"phone|mobile|\bcall\b|whats|\btel\b|number|contact|رقم|جوال|موبايل|تلفون|هاتف|واتس|اتصل|كلم|نمبر|نمبر|नंबर|numero"
)
_CARD_WORD = re.compile(r"card|visa|master|بطاق|فيزا|ماستر|كارد|कार्ड")


class _Found(NamedTuple):
    type: str
    start: int
    end: int
    level: Level


def find(folded: Folded) -> tuple[PersonalData, ...]:
    """Every piece of personal data, in order of place; where two readings overlap the one with the checksum stays."""
    text = folded.text
    if not re.search(r"\d\D{0,3}\d\D{0,3}\d|@|\bat\b", text):
        return ()
    taken: list[_Found] = []
    busy = bytearray(len(text))
    for url in _URL.finditer(text) if "://" in text or "www." in text or "t.co/" in text else ():
        busy[url.start() : url.end()] = b"\1" * len(url[0])
    for found in _candidates(text):
        if busy.find(1, found.start, found.end) < 0:
            taken.append(found)
            busy[found.start : found.end] = b"\1" * (found.end - found.start)
    taken.sort(key=lambda found: found.start)
    return tuple(PersonalData(found.type, folded.span(found.start, found.end), found.level) for found in taken)


def luhn(digits: str) -> bool:
    """The Luhn check of ISO/IEC 7812 over a string of ASCII digits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mod97(iban: str) -> bool:
    """The ISO 13616 check over an IBAN without blanks, in any case."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def _candidates(text: str) -> Iterator[_Found]:
    # the most certain readings first: a later one that overlaps is dropped
    for match in _EMIRATES_ID.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        real = luhn(digits) and digits[3:5] in {"19", "20"}
        yield _Found("emirates_id", *match.span(), "valid" if real else "shape")
    for match in _IBAN.finditer(text):
        yield _Found("iban", *match.span(), "valid" if mod97(re.sub(r"[^0-9a-z]", "", match[0])) else "shape")
    for match in _EMAIL.finditer(text):
        yield _Found("email", *match.span(), "shape")
    for match in _CARD.finditer(text):
        if luhn(re.sub(r"\D", "", match[0])):
            yield _Found("card", *match.span(), "valid")
        elif _CARD_GROUPS.fullmatch(match[0]) and _beside(_CARD_WORD, text, *match.span()):
            yield _Found("card", *match.span(), "shape")
    for match in _PHONE.finditer(text):
        yield _Found("phone", *match.span(), "shape")
    yield from _named(text, "labour_card", _LABOUR_CARD, _LABOUR_CARD_WORD)
    yield from _named(text, "passport", _PASSPORT, _PASSPORT_WORD)
    yield from _named(text, "phone", _SHORT_MOBILE, _PHONE_WORD)


def _named(text: str, type: str, shape: re.Pattern[str], name: re.Pattern[str]) -> Iterator[_Found]:
    if name.search(text):
        for match in shape.finditer(text):
            if _beside(name, text, *match.span()):
                yield _Found(type, *match.span(), "shape")


def _beside(name: re.Pattern[str], text: str, start: int, end: int) -> bool:
    return bool(name.search(text, max(0, start - _NEAR), start) or name.search(text, end, end + _NEAR))
