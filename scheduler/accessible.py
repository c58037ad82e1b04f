"""What keeps people from reading a text of ours: with a screen reader, with tired eyes, in the other language. Pure functions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from connectors.able import HASHTAG
from core.i18n import Lang, catalogue, t
from core.letters import LETTERS
from core.text import fold

Span = tuple[int, int]

#: where the words for values stand
NAMED = {"clause": "desk.clause.", "pii": "desk.pii."} | dict.fromkeys(("language", "said", "unsaid"), "error.why.language_")
#: characters of a description that can be listened to in one go; tags beyond which they are noise; letters of a tag, shout, link
ALT_LONG, TAGS_MANY, TAG_LONG, SHOUT, LINK_LONG = 300, 5, 10, 12, 60

LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'،؛]+")
APART = re.compile(rf"{LINK.pattern}|[#＃@＠]\S+")
SHOUTED = re.compile(r"\b[A-Z]{2,}(?:[ \t\-]+[A-Z]{2,})+\b|\b[A-Z]{12,}\b")
#: a letter that only ends words, and another one behind it; the article in the middle of a long row of letters
JOINED = re.compile(r"[ةى](?=[\u0621-\u064a])|(?<=[\u0621-\u064a]{4})ال(?!ات)(?=[\u0621-\u064a]{4})")
EMOJI = r"(?:[\U0001f1e6-\U0001f1ff]{2}|[\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff])[\ufe0f\u200d\U0001f3fb-\U0001f3ff]*"
EMOJI_ROW = re.compile(rf"(?:{EMOJI}\s?){{2,}}{EMOJI}")
SIGNS = re.compile(r"([=_*~\-.•·#+|<>/\\!?])\1{4,}")
#: letters drawn as mathematical, circled, squared or full-width signs: read out sign by sign, or not at all
DRAWN = re.compile(r"[\U0001d400-\U0001d7ff\u24b6-\u24e9\U0001f130-\U0001f189\uff21-\uff5a]{2,}|\u0640{3,}")
VAGUE = re.compile(
    (
        r"\b(?:click|tap|press) (?:here|on this|this|(?:on )?the link)\b|\bread more\b|\bhere ?[:>-]* ?(?=https?:|www\.)"
        r"|\b(?:اضغط|انقر)(?:وا|ي)? (?:على |علي )?(?:هنا|الرابط)\b|\bمن هنا\b|\bهنا ?[:>-]* ?(?=https?:|www\.)"
        r"|\bالمزيد ?[:>-]* ?(?=https?:|www\.)"
    ).translate(LETTERS)
)
FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|heic|mp4|mov)|(?:img|dsc|image|photo|screenshot|صورة)?[\W_\d]*", re.I)
SAYS_NOTHING = re.compile(
    r"(?:an? |the )?(?:image|picture|photo(?:graph)?|poster|banner|video|logo)|صور[ةه]|فيديو|ملصق|شعار|إعلان", re.I
)
NUMBER = re.compile(r"\d+(?:[.,٫٬]\d+)*")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an approver should look at. `level` is `warning` or `advice`; `of` says what it is about: accounts by their key,
    `ar` or `en` (a body of the post), `media:1` (from 1), () the post itself.

    `span`: where, in code points of that text. `values` fill the words of `post.finding.<code>`.
    """

    code: str
    level: Literal["warning", "advice"]
    of: tuple[str, ...] = ()
    span: Span | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)

    def words(self, lang: Lang) -> str:
        """What was found and what to do about it."""
        return t(f"post.finding.{self.code}", lang, **{name: _told(name, value, lang) for name, value in self.values.items()})


def _told(name: str, value: str | int, lang: Lang) -> str | int:
    """A value by the name people have for it; as it is where nobody has one (a clause of an edition of the ministry's own)."""
    key = f"{NAMED[name]}{value}" if name in NAMED else ""
    return t(key, lang) if key in catalogue() else value


def of_text(text: str, of: tuple[str, ...]) -> Iterator[Finding]:
    """What stands in the way of reading this text."""

    def found(code: str, span: Span, **values: str | int) -> Finding:
        return Finding(code, "advice", of, span, {"quote": text[slice(*span)][:60], **values})

    plain = APART.sub(lambda part: " " * len(part[0]), text)
    for match in SHOUTED.finditer(plain):
        if sum(map(str.isalpha, match[0])) >= SHOUT:
            yield found("capitals", match.span())
    for pattern, code in ((EMOJI_ROW, "emoji_row"), (SIGNS, "sign_row"), (DRAWN, "drawn_letters")):
        yield from (found(code, match.span()) for match in pattern.finditer(plain))
    tags = list(HASHTAG.finditer(text))
    for tag in tags:
        if _unparted(tag[1]):
            yield found("hashtag_case" if tag[1].isascii() else "hashtag_joined", tag.span())
    if len(tags) > TAGS_MANY:
        yield Finding("hashtags_many", "advice", of, tags[TAGS_MANY].span(), {"count": len(tags), "most": TAGS_MANY})
    folded = fold(text)
    yield from (found("link_words", folded.span(*match.span())) for match in VAGUE.finditer(folded.text))
    yield from (found("link_long", link.span()) for link in LINK.finditer(text) if len(link[0]) > LINK_LONG)


def _unparted(tag: str) -> bool:
    """Whether the words of a tag run into each other, as far as its letters tell."""
    if tag.isascii():
        return len(tag) >= TAG_LONG and tag.isalpha() and (tag.islower() or tag.isupper())
    return "_" not in tag and JOINED.search(tag) is not None


def of_alt(alt: str, why: str, place: int, texts: frozenset[str]) -> Iterator[Finding]:
    """What the words for a picture lack. `why`: the reason given for having none; `texts`: what stands beside it anyway."""
    of = (f"media:{place}",)
    if not alt.strip():
        code = "alt_exception" if why else "alt_missing"
        yield Finding(code, "warning", of, None, {"place": place, "why": why} if why else {"place": place})
        return
    if FILE_NAME.fullmatch(alt.strip()) or SAYS_NOTHING.fullmatch(alt.strip()):
        yield Finding("alt_says_nothing", "warning", of, (0, len(alt)), {"place": place, "quote": alt[:60]})
    elif " ".join(alt.split()) in texts:
        yield Finding("alt_repeats", "advice", of, None, {"place": place})
    if len(alt) > ALT_LONG:
        yield Finding("alt_long", "advice", of, None, {"place": place, "count": len(alt), "most": ALT_LONG})


def figures_apart(ar: str, en: str) -> Iterator[Finding]:
    """Numbers that only one of the two languages says: a day or an amount that was changed in one and forgotten in the other."""
    sides = {lang: _numbers(APART.sub(" ", text)) for lang, text in (("ar", ar), ("en", en))}
    for lang, other in (("ar", "en"), ("en", "ar")):
        if ar and en and (only := sorted(sides[lang] - sides[other])):
            yield Finding("figures_apart", "advice", (lang,), None, {"numbers": ", ".join(only), "said": lang, "unsaid": other})


def _numbers(text: str) -> set[str]:
    """Each number once, in ASCII digits: 1,000 and ١٬٠٠٠ are one; what is nought (8:00 and 8) is none."""
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    parted = (re.sub(r"[,٬](?=\d{3}\b)", "", number[0]).replace("٫", ".") for number in NUMBER.finditer(digits))
    return {number.lstrip("0") for number in parted if number.strip("0.,")}
