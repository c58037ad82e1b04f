"""Whose number a row of digits can be: the numbering plans of phones, the ranges of cards, the checks of both and of IBANs."""

import re
from typing import Literal

#: length of an IBAN by country (ISO 13616 registry)
IBANS = {
    "ae": 23, "sa": 24, "bh": 22, "kw": 30, "om": 23, "qa": 29, "eg": 29, "jo": 30, "lb": 28, "iq": 23, "ps": 29, "tn": 24,
    "ly": 25, "sd": 18, "mr": 27, "dj": 27, "so": 23, "pk": 24, "tr": 26, "gb": 22, "ie": 22, "de": 22, "fr": 27, "it": 27,
    "es": 24, "nl": 18, "be": 16, "ch": 21, "at": 20, "pt": 25, "se": 24, "no": 15, "dk": 18, "fi": 18, "pl": 28, "gr": 27,
    "cy": 28, "mt": 31, "ro": 24, "ua": 29, "lu": 20,
}  # fmt: skip
#: digits after the country's code, least and most (ITU-T E.164 and the national plans), where people here have their homes
COUNTRIES: dict[str, tuple[int, int]] = {
    "91": (10, 10), "92": (10, 10), "880": (10, 10), "63": (10, 10), "977": (10, 10), "94": (9, 9), "93": (9, 9), "95": (8, 10),
    "62": (9, 12), "84": (9, 10), "66": (8, 9), "60": (8, 10), "65": (8, 8), "86": (11, 11), "81": (9, 10), "82": (9, 10),
    "20": (9, 10), "962": (8, 9), "963": (8, 9), "961": (7, 8), "964": (9, 10), "970": (8, 9), "967": (8, 9), "98": (10, 10),
    "966": (9, 9), "965": (8, 8), "968": (8, 8), "973": (8, 8), "974": (8, 8), "90": (10, 10), "249": (9, 9), "212": (9, 9),
    "213": (8, 9), "216": (8, 8), "218": (8, 9), "222": (8, 8), "251": (9, 9), "252": (7, 9), "253": (8, 8), "254": (9, 9),
    "255": (9, 9), "256": (9, 9), "250": (9, 9), "233": (9, 9), "234": (8, 10), "237": (9, 9), "221": (9, 9), "225": (8, 10),
    "27": (9, 9), "260": (9, 9), "263": (9, 9), "44": (9, 10), "1": (10, 10), "33": (9, 9), "49": (7, 12), "39": (8, 11),
    "34": (9, 9), "31": (9, 9), "32": (8, 9), "41": (9, 9), "43": (7, 12), "46": (7, 10), "48": (9, 9), "7": (10, 10),
    "380": (9, 9), "998": (9, 9), "996": (9, 9), "992": (9, 9), "374": (8, 8), "995": (9, 9), "994": (9, 9), "61": (9, 9),
}  # fmt: skip
#: what a mobile of theirs starts with, where people leave the + away
_MOBILES_ABROAD = re.compile(
    r"91[6-9]\d{9}|923\d{9}|8801\d{9}|639\d{9}|9779[78]\d{8}|947\d{8}|201[0125]\d{8}|9627[789]\d{7}|9665\d{8}"
)
#: mobiles without the nought in front: of the Emirates, India, Pakistan, the Philippines
_NAMED = re.compile(r"5\d{8}|[6-9]\d{9}|3[0-4]\d{8}")
_EMIRATES = re.compile(r"0?(?:5\d{8}|[234679]\d{7})")
_AT_HOME = re.compile(r"05\d{8}|0[234679]\d{7}")
_ABROAD_AT_HOME = re.compile(r"0(?!5|[689]00)[1-9]\d{8,9}")
_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|6[0578]|8[12])\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|62\d{14,17}|5(?:0[18]|[68]\d)\d{13}|(?:6[0457]|5[068])\d{14,17}"
)

Phone = Literal["sure", "named", ""]


def phone(digits: str, *, plus: bool, first: int) -> Phone:
    """Whether these digits are a person's phone: `sure` as they stand, `named` only beside a word for a phone, or not.

    `first` is the length of the first group as it was written. Hotlines (600…, 800…) belong to offices, not to people.
    """
    if not plus and digits.startswith("00"):
        plus, digits = True, digits[2:]
    if digits.startswith("971") and _EMIRATES.fullmatch(digits, 3):
        return "sure"
    if plus:
        return "sure" if _international(digits) else ""
    if _AT_HOME.fullmatch(digits) or (first >= 3 and _ABROAD_AT_HOME.fullmatch(digits)):
        return "sure"
    named = _NAMED.fullmatch(digits) or _MOBILES_ABROAD.fullmatch(digits)
    return "named" if named else ""


def _international(digits: str) -> bool:
    if digits.startswith("971"):
        return False
    for size in (3, 2, 1):
        if (span := COUNTRIES.get(digits[:size])) is not None:
            rest = len(digits) - size - (digits[size : size + 1] == "0")
            return span[0] <= rest <= span[1] or span[0] <= len(digits) - size <= span[1]
    return digits[:1] not in ("0", "") and 10 <= len(digits) <= 15


def card(digits: str) -> bool:
    """Whether the digits lie in a range that card schemes issue, with its length (ISO/IEC 7812)."""
    return _CARD.fullmatch(digits) is not None


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
