"""Made-up personal data in made-up posts, for `bench.personal`: written before anybody looked at the patterns it measures.

A number is built whole (check digits by the standards' own arithmetic), dressed the way people type (scripts of digits, groups,
separators, invisible marks), and set into a sentence. Dev seeds and test seeds draw from different sentences (`bench.texts.half`).
Nobody's number is meant: all are random.
"""

import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.texts import half

WORDS = tomllib.loads((Path(__file__).parent / "texts" / "personal.toml").read_text("utf-8"))
Wanted = tuple[str, int, int, str]

SCRIPTS = {
    "latin": "0123456789",
    "arabic": "٠١٢٣٤٥٦٧٨٩",
    "persian": "۰۱۲۳۴۵۶۷۸۹",
    "wide": "０１２３４５６７８９",
    "hindi": "०१२३४५६७८९",
    "bengali": "০১২৩৪৫৬৭৮৯",
}
SCRIPT_WEIGHTS = (62, 17, 9, 4, 5, 3)
SEPARATORS = ("", " ", "-", "–", ".", "\u00a0", "\u2011", "_", "ـ", " - ", "—", "  ", "/", "\u2009", "−")
SEPARATOR_WEIGHTS = (30, 26, 20, 4, 4, 2, 2, 1, 2, 3, 1, 1, 1, 1, 1)
#: what stands around a number in a right-to-left line without being seen
WRAPS = (
    ("\u200e", ""),
    ("\u200e", "\u200e"),
    ("\u200f", "\u200f"),
    ("\u202a", "\u202c"),
    ("\u2066", "\u2069"),
    ("\u202d", "\u202c"),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A text and what stands in it: type, start, end, level. `form` tells how it was written."""

    text: str
    wanted: tuple[Wanted, ...]
    form: str


def luhn_digit(digits: str) -> str:
    """The digit that completes `digits` by Luhn (ISO/IEC 7812)."""
    total = 0
    for n, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if n % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def iban_digits(country: str, account: str) -> str:
    """The two check digits of an IBAN (ISO 13616)."""
    number = "".join(str(int(c, 36)) for c in f"{account}{country}00")
    return f"{98 - int(number) % 97:02d}"


def _digits(r: random.Random, n: int) -> str:
    return "".join(r.choice("0123456789") for _ in range(n))


def _wrong(r: random.Random, digit: str) -> str:
    return r.choice([d for d in "0123456789" if d != digit])


def _emirates_id(r: random.Random) -> tuple[list[str], str]:
    body = f"784{r.randint(1950, 2012)}{_digits(r, 7)}"
    check, level = luhn_digit(body), "valid"
    if r.random() < 0.2:
        check, level = _wrong(r, check), "shape"
    return [body[:3], body[3:7], body[7:], check], level


def _mobile(r: random.Random) -> tuple[list[str], str]:
    prefix, rest = r.choice(["50", "52", "54", "55", "56", "58"]), _digits(r, 7)
    cut = r.choice([(3, 4), (7,), (3, 2, 2), (2, 2, 3), (1, 3, 3), (4, 3), (2, 5)])
    head = r.choice(
        [[f"0{prefix}"]] * 6
        + [["+971", prefix]] * 4
        + [["00971", prefix], ["971", prefix], ["+971", f"0{prefix}"], ["+971", f"(0){prefix}"]]
    )
    return head + _cut(rest, cut), "shape"


def _landline(r: random.Random) -> tuple[list[str], str]:
    area, rest = r.choice("234679"), f"{r.randint(2, 8)}{_digits(r, 6)}"
    head = r.choice([[f"0{area}"], [f"0{area}"], ["+971", area], ["00971", area], [f"(0{area})"], ["971", area]])
    return head + _cut(rest, r.choice([(3, 4), (7,), (3, 2, 2)])), "shape"


def _abroad(r: random.Random) -> tuple[list[str], str]:
    if r.random() < 0.15:
        front, more = r.choice(WORDS["at_home"])
        return [front, *_cut(_digits(r, more), (3, more - 3))], "shape"
    code, starts, more, cut = r.choice(WORDS["abroad"])
    national = r.choice(starts) + _digits(r, more)
    return [r.choice(["+", "+", "+", "00"]) + code, *_cut(national, cut)], "shape"


def _card(r: random.Random) -> tuple[list[str], str]:
    amex = r.random() < 0.15
    body = r.choice(["34", "37"]) + _digits(r, 12) if amex else r.choice(["4", "51", "53", "55", "2223", "4"])
    body += "" if amex else _digits(r, 15 - len(body))
    check, level = luhn_digit(body), "valid"
    if r.random() < 0.1:
        check, level = _wrong(r, check), "shape"
    return _cut(body + check, (4, 6, 5) if amex else (4, 4, 4, 4)), level


IBANS = {"AE": 19, "SA": 20, "PK": 20, "EG": 25, "JO": 26, "GB": 18, "KW": 26, "BH": 18, "TR": 22, "LB": 24}
LETTERED = {"PK": "SCBL", "JO": "ARAB", "GB": "BARC", "KW": "CBKU", "BH": "BMAG"}


def _iban(r: random.Random) -> tuple[list[str], str]:
    country = r.choice(["AE"] * 7 + list(IBANS))
    bank = LETTERED.get(country, "")
    account = bank + _digits(r, IBANS[country] - len(bank))
    check, level = iban_digits(country, account), "valid"
    if r.random() < 0.12:
        check, level = f"{(int(check) - 2 + r.randint(1, 95)) % 97 + 2:02d}", "shape"
    whole = f"{country}{check}{account}"
    whole = whole.lower() if r.random() < 0.15 else whole
    if r.random() < 0.25:
        return [whole[:2], *_cut(whole[2:], (2, *[4] * 8))], level
    return _cut(whole, tuple([4] * 9)), level


def _passport(r: random.Random) -> tuple[list[str], str]:
    letter, two = r.choice("ABCEGKLMNPRSTUZ"), r.choice(["AB", "BX", "EB", "CD", "XX"])
    made = r.choice(
        [letter + _digits(r, 7)] * 3
        + [two + _digits(r, 7)] * 2
        + [f"P{_digits(r, 7)}{r.choice('ABC')}", letter + _digits(r, 8), _digits(r, 8), _digits(r, 9)]
    )
    if r.random() < 0.1 and made[0].isalpha():
        at = 2 if made[1].isalpha() else 1
        return [made[:at], made[at:]], "shape"
    return [made.lower() if r.random() < 0.1 else made], "shape"


def _labour_card(r: random.Random) -> tuple[list[str], str]:
    made = str(r.randint(1, 9)) + _digits(r, r.choice([6, 7, 7, 8]))
    return (_cut(made, (3, 3, 3)) if r.random() < 0.15 else [made]), "shape"


MAKERS: dict[str, Callable[[random.Random], tuple[list[str], str]]] = {
    "emirates_id": _emirates_id, "mobile": _mobile, "landline": _landline, "abroad": _abroad,
    "iban": _iban, "card": _card, "passport": _passport, "labour_card": _labour_card,
}  # fmt: skip
TYPES = {"mobile": "phone", "landline": "phone", "abroad": "phone"}
#: of two thousand
SHARES = {
    "emirates_id": 350,
    "mobile": 400,
    "landline": 150,
    "abroad": 250,
    "iban": 220,
    "email": 250,
    "card": 200,
    "passport": 90,
    "labour_card": 90,
}
#: only a word beside them tells what these are
NEED_A_LABEL = frozenset({"passport", "labour_card"})


def _cut(digits: str, sizes: Sequence[int]) -> list[str]:
    parts = []
    for size in sizes:
        if digits:
            parts.append(digits[:size])
            digits = digits[size:]
    return parts + ([digits] if digits else [])


def _dress(r: random.Random, parts: list[str], kind: str) -> tuple[str, str]:
    """The parts as somebody types them, and how that is called."""
    separator = r.choices(SEPARATORS, SEPARATOR_WEIGHTS)[0]
    script = r.choices(list(SCRIPTS), SCRIPT_WEIGHTS)[0]
    lettered = any(c.isalpha() for c in "".join(parts))
    if kind in ("passport", "labour_card") and separator not in ("", " ", "-"):
        separator = ""
    if kind == "card" and separator in ("/", "ـ", "_"):
        separator = "-"
    if lettered and separator in ("ـ", "/"):
        separator = ""
    if r.random() < 0.04 and kind in ("mobile", "emirates_id") and not lettered:
        parts, separator = list("".join(parts)), r.choice([" ", "-", "."])
    if r.random() < 0.05 and separator:
        separator = f"{separator}\u200e"
    elif r.random() < 0.03:
        separator = r.choice(["\u200b", "\u200c", "\u2060", "\u200e"])
    written = separator.join(parts)
    if r.random() < 0.04 and kind == "mobile":
        written = written.replace("0", r.choice("oO"))
        return written, "letter o"
    written = written.translate(str.maketrans(SCRIPTS["latin"], SCRIPTS[script]))
    return written, script if script != "latin" else ("separated" if separator else "plain")


def _email(r: random.Random) -> tuple[str, str, str]:
    name, host = r.choice(WORDS["email_names"]), r.choice(WORDS["email_hosts"])
    name = name.format(n=r.randint(1, 999), y=r.randint(1975, 2004))
    if r.random() < 0.5:
        return (f"{name}@{host}".upper() if r.random() < 0.06 else f"{name}@{host}"), "shape", "plain"
    at = r.choice(WORDS["at_signs"])
    bare = "@" in at or "＠" in at or "﹫" in at
    dots = "." if r.random() < (0.65 if bare else 0.35) else r.choice(WORDS["dots"])
    if at.strip().lower() in ("at", "آت", "ات") and dots == ". ":
        dots = " dot "
    return name + at + host.replace(".", dots), "shape", "spelled out"


def _pieces(r: random.Random, kind: str) -> tuple[str, str, str]:
    if kind == "email":
        return _email(r)
    parts, level = MAKERS[kind](r)
    written, form = _dress(r, parts, kind)
    return written, level, form


def _labelled(r: random.Random, kind: str, written: str, level: str) -> tuple[str, str]:
    """What stands before and after: a label where the number means nothing without one."""
    labels = WORDS["labels"][TYPES.get(kind, kind)]
    grouped = kind == "card" and any(not c.isalnum() for c in written.strip())
    must = kind in NEED_A_LABEL or (kind == "card" and level == "shape" and not grouped)
    label = r.choice(labels) if must or r.random() < 0.55 else "{x}"
    before, after = label.split("{x}")
    return before, after


def _wrapped(r: random.Random) -> tuple[str, str]:
    return r.choice(WRAPS) if r.random() < 0.06 else ("", "")


def _sentences(side: str) -> list[str]:
    return [s for s in WORDS["around"] if half(s) == side]


def positive(r: random.Random, kind: str, side: str) -> Made:
    """One post with a number of that kind in it, in one out of twelve with a second one beside it."""
    written, level, form = _pieces(r, kind)
    before, after = _labelled(r, kind, written, level)
    open_, close = _wrapped(r)
    head, tail = r.choice(_sentences(side)).split("{x}")
    text = head + before + open_
    wanted: list[Wanted] = [(TYPES.get(kind, kind), len(text), len(text) + len(written), level)]
    text += written + close + after
    if r.random() < 1 / 12 and kind not in NEED_A_LABEL:
        more, more_level, _ = _pieces(r, "mobile")
        text += r.choice([" / ", " or ", " أو ", ", ", " و ", "\n", " ya "])
        wanted.append(("phone", len(text), len(text) + len(more), more_level))
        text += more
    return Made(text + tail, tuple(wanted), form)


def positives(seed: int, side: str) -> Iterator[tuple[str, Made]]:
    """Two thousand posts, each with the kind of number it was made for."""
    r = random.Random(f"personal:{side}:{seed}")
    for kind, count in SHARES.items():
        for _ in range(count):
            yield kind, positive(r, kind, side)


def negatives(seed: int, side: str) -> Iterator[tuple[str, str]]:
    """Fifteen hundred posts with numbers that are nobody's: (what it is, text)."""
    r = random.Random(f"harmless:{side}:{seed}")
    kinds = list(WORDS["harmless"])
    for n in range(1500):
        kind = kinds[n % len(kinds)]
        head, tail = r.choice(_sentences(side)).split("{x}")
        made = _fill(r, r.choice(WORDS["harmless"][kind]))
        if r.random() < 0.3:
            script = r.choice(["arabic", "arabic", "persian", "hindi"])
            made = made if "http" in made else made.translate(str.maketrans(SCRIPTS["latin"], SCRIPTS[script]))
        yield kind, head + made + tail


def _fill(r: random.Random, shape: str) -> str:
    """The signs of a shape filled in.

    `#` a digit, `%` one that is not nought, `Ÿ` a year, `Ṁ` a month, `Ḋ` a day, `&` a letter, `~` a sign of a short link.
    """
    made = {
        "#": lambda: r.choice("0123456789"),
        "%": lambda: r.choice("123456789"),
        "Ÿ": lambda: str(r.randint(2015, 2027)),
        "Ṁ": lambda: f"{r.randint(1, 12):02d}",
        "Ḋ": lambda: f"{r.randint(1, 28):02d}",
        "&": lambda: r.choice("ABCDEFGHKLMNPRSTW"),
        "~": lambda: r.choice("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789"),
    }
    return "".join(made[c]() if c in made else c for c in shape)
