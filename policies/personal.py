"""Personal data in a text: numbers by shape, and by checksum where they have one.

Emirates ID: 784, year of birth, seven digits, a Luhn digit (widely relied on, not officially published: hence the level
`shape`). IBAN: ISO 13616, mod 97. Cards: ISO/IEC 7812, Luhn. Phones: the UAE numbering plan, and those of other countries;
hotlines (800…, 600…) belong to offices, not to people. Passports and labour cards have no checksum and look like any other
number, so they count only beside a word that names them. What has no checksum is never `valid`.

A number is looked for in rows of digit groups, however they are parted; it starts and ends where a group does.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import normalize

from core.text import Folded
from policies import mailboxes, spelled
from policies.numbering import IBANS, card, luhn, mod97, phone
from policies.verdict import Level, PersonalData


def _pattern(words: str) -> re.Pattern[str]:
    """Words as folded text spells them."""
    return re.compile(normalize("NFKD", words))


_ENOUGH = re.compile(r"[0-9](?:[^0-9]{0,5}[0-9]){5}")
_ROW = re.compile(r"(?:\(?\+[ \-.]?|\()?[0-9](?:~*[ \-.()_/*·•]{0,4}[0-9])*~*")
_GROUP = re.compile(r"[0-9]+~*")
#: the letter o for a nought: in front of a digit, behind one, between two
_OH = re.compile(r"(?:(?<=[0-9])|(?<=[0-9][ \-./_])|(?<=[0-9] - )|(?<![a-z0-9])(?=o[o \-./_)]{0,3}[1-9]))o+(?![a-np-z])")
_DATE = re.compile(
    r"(?<![0-9])(?:[0-3]?[0-9]([\-/. ])[01]?[0-9]\1(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}([\-/.])[01]?[0-9]\2[0-3]?[0-9])(?![0-9])"
)
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|(?:[0-2]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d")
_URL = re.compile(
    r"(?:https?://|www\.)(?!wa\.me/|api\.whatsapp)\S+|\b(?!wa\.me/)[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){0,3}\.[a-z]{2,5}/\S+"
)
_IBAN = re.compile(rf"(?:(?<![0-9a-z])|(?<=iban))(?:{'|'.join(IBANS)})(?=[ \-._]{{0,3}}[0-9][ \-._]{{0,3}}[0-9])")
_IBAN_REST = {code: re.compile(rf"(?:[ \-._]{{0,3}}[0-9a-z]){{{size - 2}}}(?![0-9a-z])") for code, size in IBANS.items()}
#: codes of countries that are words as well
_WORDS = frozenset({"at", "be", "no", "so", "de", "es", "it", "pl", "se", "ie"})
#: letters that may touch a number because they only say that one follows
_LEADING = re.compile(r"(?:tel|mob|mobile|ph|phone|call|no|num|number|id|eid|card|cell|contact|whatsapp|wa|cp|acc|passport)$")
#: words between a name and its number that only say that a number follows
_LINKS = (
    r"(?:[ .:#=\-/(]|(?:no|nr|num|numbers?|id|is|are|code|inv|my|ko|po|ang|ay|hai|ka|el|رقم|رقمه|رقمها|هو|هي|نمبر|كا"
    r"|नंबर|नम्बर|है|নম্বর|നമ്പർ)(?![a-z]))*"
)
_NOBODYS = _pattern(
    r"(?:\border|\btrack\w*|invoice|parcel|\bawb|\bimei|\bsim|\bref\w*|\bisbn|\bbooking|receipt|complain\w*|\bcase|ticket|\bsr|\bmb"
    r"|hotline|toll free|transaction|application|licen[cs]e|establishment|company|فاتور\w*|شحن\w*|تتبع|معامل\w*|شكو\w*|بلاغ\w*"
    rf"|طلب\w*|تذكر\w*|منشا\w*|رخص\w*|تجاريه|مرجع\w*|شكايت|درخواست|الساخن|الاتصال|शिकायत|reklamo){_LINKS}$"
)
_PHONE_WORD = _pattern(
    r"phone|mobile|\bmob\b|\bcall\b|whats|wa\.me|\btel\b|\bph\b|\bcell|number|contact|\bcp\b|text me|\bno\b|ragmi|raqmi|ragam"
    r"|رقم|جوال|موبايل|تلفون|هاتف|واتس|اتصل|كلم|تواصل|نمبر|فون|नंबर|फोन|कॉल|নম্বর|ফোন|ഫോൺ|നമ്പർ|numero"
)
_CARD_WORD = _pattern(r"card|visa|master|debit|credit|بطاق|فيزا|ماستر|كارد|कार्ड|কার্ড|കാർഡ്")
_NAMES = _pattern(
    r"(?P<passport>passport|pasaporte|\bpaspor|\bpp\b|jawaz|جواز\w*(?: (?:ال)?سفر\w*)?|باسبور|كذرنامه|पासपोर्ट|পাসপোর্ট|പാസ്പോർട്ട്)"
    r"|(?P<labour_card>labou?r (?:card|id|kard)|work (?:permit|card)|bi[6t]a2\w* (?:el ?|al ?)?[3a]amal"
    r"|بطاق[هت]\w* (?:ال)?عمل|تصريح (?:ال)?عمل|ليبر كارد|وورك برمت|लेबर कार्ड|লেবার কার্ড|ലേബർ കാർഡ്)"
)
_TIGHT = _pattern(rf"\w*{_LINKS}")
_NAMED = re.compile(
    r"(?<![0-9a-z])(?<![0-9][.,])(?:(?!(?:no|is|rs|dh|mb|id|po|ko|in|to|of|at|by|on|or|my|pe|hi)\b)[a-z]{1,2}[ \-]?[0-9]{6,9}[a-c]?"
    r"|[0-9]{2,4}(?:[ \-][0-9]{1,4}){1,4}|[0-9]{7,14})(?![0-9a-z])(?![.,/][0-9])"
)
_MONEY = re.compile(r" ?(?:aed|dhs?|dirham|درهم|rs\b|rupee|usd|\$)")
_FAR, _AFTER = 40, 25


class _Found(NamedTuple):
    type: str
    start: int
    end: int
    level: Level


def find(folded: Folded) -> tuple[PersonalData, ...]:
    """Every piece of personal data, in order of place; where two readings overlap the one with the checksum stays."""
    text = folded.text
    words = any(mark in text for mark in spelled.MARKS)
    numbers = words or _ENOUGH.search(text) is not None
    mail = any(mark in text for mark in mailboxes.MARKS)
    if not numbers and not mail:
        return ()
    taken: list[_Found] = []
    busy = bytearray(len(text))
    if "/" in text or "www." in text:
        for url in _URL.finditer(text):
            busy[url.start() : url.end()] = b"\1" * len(url[0])
    for found in _candidates(text, numbers, mail):
        if busy.find(1, found.start, found.end) < 0:
            taken.append(found)
            busy[found.start : found.end] = b"\1" * (found.end - found.start)
    taken.sort(key=lambda found: found.start)
    return tuple(PersonalData(found.type, folded.span(found.start, found.end), found.level) for found in taken)


def _candidates(text: str, numbers: bool, mail: bool) -> Iterator[_Found]:
    # the most certain readings first: a later one that overlaps is dropped
    sure = [_Found("email", start, end, "shape") for start, end in mailboxes.find(text)] if mail else []
    if not numbers:
        yield from sure
        return
    if any(mark in text for mark in spelled.MARKS):
        text = spelled.as_digits(text)
    if "o" in text:
        text = _OH.sub(lambda noughts: "0" * len(noughts[0]), text)
    sure += _ibans(text)
    for found in sure:
        yield found
        text = text[: found.start] + ";" * (found.end - found.start) + text[found.end :]
    rows = [found for row in _ROW.finditer(text) if row.end() - row.start() > 6 for found in _Row(text, row).read()]
    yield from (found for found in rows if found.type == "emirates_id" or found.level == "valid")
    named = list(_named(text)) if _NAMES.search(text) else []
    yield from (found for found, tight in named if tight)
    yield from rows
    yield from (found for found, _ in named)


def _ibans(text: str) -> Iterator[_Found]:
    for match in _IBAN.finditer(text):
        if rest := _IBAN_REST[match[0]].match(text, match.end()):
            letters = re.sub(r"[^0-9a-z]", "", text[match.start() : rest.end()])
            valid = mod97(letters)
            if valid or (match[0] not in _WORDS and sum(letter.isdigit() for letter in letters) > 10):
                yield _Found("iban", match.start(), rest.end(), "valid" if valid else "shape")


class _Row:
    """Groups of digits that stand near one another, read from left to right."""

    def __init__(self, text: str, row: re.Match[str]) -> None:
        self.text = text
        self.row = row
        self.groups = [group.span() for group in _GROUP.finditer(text, *row.span())]
        dates = _DATE.finditer(text, *row.span()) if len(self.groups) > 2 else ()
        self.dates = {place for date in dates for place in range(*date.span())}

    def read(self) -> Iterator[_Found]:
        """What the row holds, never overlapping."""
        at = 0
        while at < len(self.groups):
            best, after = self._at(at) if self._opens(at) else (None, 0)
            if best is None:
                at += 1
            else:
                yield best
                at = after

    def _opens(self, at: int) -> bool:
        start = self.groups[at][0]
        if start in self.dates:
            return False
        if at:
            return not set(self.text[self.groups[at - 1][1] : start]).isdisjoint(" /(")
        before = self.text[max(0, self.row.start() - 9) : self.row.start()]
        if before[-1:] in (".", ",", ":") and before[-2:-1].isdigit():
            return False
        if before[-1:] == "-" and before[-2:-1].isascii() and before[-2:-1].isalpha():
            before = before[:-1]  # the number of a case or an order: M-05012-34567
        touching = before[-1:].isascii() and before[-1:].isalnum()
        return not touching or self.row[0][0] == "+" or _LEADING.search(before) is not None

    def _closes(self, at: int) -> bool:
        end = self.groups[at][1]
        if at + 1 < len(self.groups):
            return not set(self.text[end : self.groups[at + 1][0]]).isdisjoint(" /(")
        after = self.text[end : end + 2]
        if after[:1] in (".", ",", ":") and after[1:].isdigit():
            return False
        return not (after[:1].isascii() and after[:1].isalnum()) and after[:1] != "%"

    def _at(self, at: int) -> tuple[_Found | None, int]:
        """The best reading that starts with group `at`, and the group after it."""
        start = self.groups[at][0]
        lead = self.text[self.row.start() : start] if at == 0 else ""
        plus = "+" in lead
        best: tuple[int, _Found, int] | None = None
        digits = ""
        for last in range(at, len(self.groups)):
            low, high = self.groups[last]
            digits += self.text[low:high].rstrip(spelled.FILL)
            if len(digits) > 19:
                break
            if len(digits) < 9 or not self._closes(last) or self._stray(at, last, digits):
                continue
            if read := self._read(digits, plus, start, high, len(self.text[start : self.groups[at][1]].rstrip(spelled.FILL))):
                weight, type, level = read
                open_ = self.row.start() if at == 0 and (plus or ")" in self.text[start:high]) else start
                if at and self.text[start - 1] == "(" and ")" in self.text[start:high]:
                    open_ = start - 1
                if best is None or weight >= best[0]:
                    best = weight, _Found(type, open_, high, level), last + 1
        return (best[1], best[2]) if best else (None, 0)

    def _stray(self, at: int, last: int, digits: str) -> bool:
        """A single digit behind longer groups counts something else: "0501234567 3 months"."""
        sizes = [len(self.text[low:high].rstrip(spelled.FILL)) for low, high in self.groups[at : last + 1]]
        return last > at and sizes[-1] == 1 and not digits.startswith("784") and max(sizes) > 2

    def _read(self, digits: str, plus: bool, start: int, end: int, first: int) -> tuple[int, str, Level] | None:
        """(weight, type, level) of these digits; more weight wins, and of the same weight the longer."""
        if len(digits) == 15 and digits.startswith("784"):
            return 9, "emirates_id", "valid" if digits[3:5] in ("19", "20") and luhn(digits) else "shape"
        if not plus and len(digits) > 12 and card(digits) and not self._nobodys(start):
            grouped = end - start >= len(digits) + (2 if len(digits) < 16 else 3)
            if luhn(digits):
                return (8 if len(digits) == 16 else 7), "card", "valid"
            if grouped or _beside(_CARD_WORD, self.text, start, end):
                return (6 if len(digits) == 16 else 5), "card", "shape"
        kind = phone(digits, plus=plus, first=first if first > 1 else 3)
        if kind == "sure":
            return (4, "phone", "shape") if plus or digits[0] != "0" or not self._nobodys(start) else None
        if kind == "named" and _beside(_PHONE_WORD, self.text, start, end) and not self._nobodys(start):
            return 3, "phone", "shape"
        return None

    def _nobodys(self, start: int) -> bool:
        return _NOBODYS.search(self.text, max(0, start - 34), start) is not None


def _named(text: str) -> Iterator[tuple[_Found, bool]]:
    """Numbers that only a word beside them makes a passport's or a labour card's, and whether the word is close before them."""
    names = [(name.lastgroup or "", *name.span()) for name in _NAMES.finditer(text)]
    for match in _NAMED.finditer(text):
        start, end = match.span()
        count = sum(letter.isdigit() for letter in match[0])
        if count < 6 or count > 14 or _DAY.fullmatch(match[0]) or _DATE.search(match[0]) or _MONEY.match(text, end):
            continue
        before = [(start - high, type, high) for type, _, high in names if 0 <= start - high <= _FAR]
        after = [(low - end, type, 0) for type, low, _ in names if 0 <= low - end <= _AFTER]
        if not before and not after:
            continue
        _, type, high = min(before or after)
        tight = bool(before) and _TIGHT.fullmatch(text, high, start) is not None
        if after and not tight:
            _, type, _ = min(after)
        lettered = match[0][0].isalpha()
        if match[0][2:3] == " " and lettered and (type != "passport" or not tight):
            start, lettered = start + 3, False  # a short word, not letters of the number
        if type == "passport":
            if not lettered and (count > 9 or not text[start:end].isdigit() or not (tight or after)):
                continue
        elif lettered or count < 7:
            continue
        if tight or not _NOBODYS.search(text, max(0, start - 34), start):
            yield _Found(type, start, end, "shape"), tight


def _beside(name: re.Pattern[str], text: str, start: int, end: int) -> bool:
    return bool(name.search(text, max(0, start - _FAR), start) or name.search(text, end, end + _AFTER))
