"""The pair: a post says the same in Arabic and in English, and no account gets one half while the other is forgotten."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from core import audit
from core.actors import Actor
from core.errors import Invalid
from core.models import Account
from core.why import Why, none_of
from scheduler import queueing
from scheduler.models import Post, PostText

LANGS = ("ar", "en")
FORMS = (*LANGS, "both")
#: a line speaks a language in which at least this share of its letters is written: a name in the other script is no translation
SHARE = 0.4
#: links, tags and handles say nothing about the language of what stands around them
MARKS = re.compile(r"(?:https?://|[#@＃＠])\S+")
LETTERS = {
    "ar": re.compile(r"[\u0620-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]"),
    "en": re.compile(r"[A-Za-z\u00c0-\u024f]"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """The words for one account in one form: `ar`, `en` or `both` in one post (Arabic first). `text` "": as the bodies say it."""

    account_id: int
    lang: str = "both"
    text: str = ""


#: what a version is made of: {account id: text}, its form found from the text, or versions that say everything themselves
Texts = Mapping[int, str] | Iterable[Version]


def said(ar: str, en: str, lang: str) -> str:
    """What the bodies say in that form."""
    return "\n\n".join(body for body, name in ((ar, "ar"), (en, "en")) if body and lang in (name, "both"))


def spoken(text: str) -> set[str]:
    """The languages a text is written in, line by line; none for a text without letters."""
    found = set()
    for line in MARKS.sub(" ", text).splitlines():
        counts = {lang: len(letters.findall(line)) for lang, letters in LETTERS.items()}
        found |= {lang for lang, count in counts.items() if count and count >= SHARE * sum(counts.values())}
    return found


def form(text: str, ar: str, en: str) -> str:
    """The form of a text: what it says of the bodies, else the languages it is written in."""
    for lang in FORMS:
        if text and text == said(ar, en, lang):
            return lang
    languages = spoken(text or said(ar, en, "both"))
    return languages.pop() if len(languages) == 1 else "both"


def versions(texts: Texts, ar: str, en: str) -> list[Version]:
    """Every version with its form and its words. Invalid for an unknown form and for two of one form on one account."""
    given = [Version(i, form(t.strip(), ar, en), t) for i, t in texts.items()] if isinstance(texts, Mapping) else list(texts)
    if strange := [one.lang for one in given if one.lang not in FORMS]:
        raise Invalid(field="lang", why=none_of(strange[0], FORMS))
    if len({(one.account_id, one.lang) for one in given}) < len(given):
        raise Invalid(field="texts", why=Why("post_version_twice"))
    return [Version(one.account_id, one.lang, one.text.strip() or said(ar, en, one.lang)) for one in given]


def missing(post: Post, rows: Iterable[PostText]) -> dict[int, list[str]]:
    """Account id -> the languages it would not get; 0 -> those in which nothing was written at all. {} when nothing is missing.

    A version counts for a language only when letters of it stand in its words: a form alone is no translation.
    """
    carried: dict[int, set[str]] = {}
    words = [post.ar, post.en]
    for row in rows:
        has = spoken(row.text) if row.lang == "both" else {row.lang} & spoken(row.text)
        carried.setdefault(row.account_id, set()).update(has)
        words.append(row.text)
    if not any(words):
        return {}
    bodies = {lang for lang, body in (("ar", post.ar), ("en", post.en)) if lang in spoken(body)}
    written = bodies if post.ar or post.en else set().union(*carried.values())
    halves = {account: [lang for lang in LANGS if lang not in has] for account, has in carried.items()}
    nowhere = [lang for lang in LANGS if lang not in written]
    return {account: langs for account, langs in {0: nowhere, **halves}.items() if langs}


def must_hold(session: Session, actor: Actor, post: Post) -> None:
    """Invalid when a language is missing, wholly or on one account, and nobody said why (`pair_why`); that reason is audited."""
    lacking = missing(post, queueing.texts(session, post))
    if not lacking:
        return
    if post.pair_why:
        langs = sorted({lang for langs in lacking.values() for lang in langs})
        audit.record(session, actor, "post.one_language", f"post:{post.id}", version=post.version, missing=langs, why=post.pair_why)
        return
    place, langs = next(iter(lacking.items()))
    language = tuple(Why(f"language_{lang}") for lang in langs)
    if place == 0:
        raise Invalid(field="pair", why=Why("pair_missing", language=language))
    account = session.get_one(Account, place)
    raise Invalid(field="pair", why=Why("pair_half", account=account.key, language=language))
