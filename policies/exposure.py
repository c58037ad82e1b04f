"""When personal data in public is an exposure: whose it is decides, as far as the words beside it tell."""

import re
from collections.abc import Iterator

from core.text import Folded
from policies.verdict import PersonalData

_THINGS = "رقم|جوال|موبايل|تلفون|هاتف|جواز|عنوان|ايميل|حساب|ايبان"
# Somebody else's: "his number is", رقمه, هذا جواله, عنوانها, iska number
_OTHERS = re.compile(
    r"\b(?:his|her|their|this is (?:the )?(?:number|id|address) of|(?:manager|boss|owner|sponsor|employee|maid|officer)'?s?)"
    r" (?:\w+ ){0,2}(?:number|phone|mobile|id|address|passport|email|account|card)\b|\bcall him\b|\bcall her\b"
    # a folded ه may be a ta marbuta (رقم الهوية): it is a pronoun only where the word is none of those
    rf"|(?:{_THINGS}|هويت|بطاقت)(?:ه|ها|هم)\b|(?:{_THINGS}) ?\w{{3,}}(?:ها|هم|ته)\b"
    rf"|(?:{_THINGS}) (?:ابو|اخو|ام|ولد|ابن|زوج|مدير|كفيل)(?:ه|ها|هم)\b"
    rf"|(?:{_THINGS}|هوي[هت]) (?:\w+ ){{0,2}}"
    r"(?:المدير\w*|الموظف\w*|الكفيل\w*|المسوول\w*|الخادم\w*|العامل\w*|السايق|صاحب \w+)"
    r"|\b(?:iska|uska|inka|unka) (?:\w+ )?(?:number|id|passport)\b|اسكا نمبر|اس كا نمبر|उसका नंबर|इसका नंबर|number niya"
)
# the writer's own
_OWN = re.compile(
    r"\bmy (?:\w+ ){0,2}(?:number|no|nmbr|num|id|eid|phone|mobile|passport|email|iban|account|card)\b"
    r"|\b(?:contact|call|reach) me\b"
    r"|رقمي|جوالي|موبايلي|تلفوني|هاتفي|هويتي|جوازي|ايميلي|بريدي|حسابي|بطاقتي|كلموني|تواصلوا معي|اتصلوا (?:فيني|بي|علي)"
    rf"|(?:{_THINGS}|هويه|بطاقه)(?: \w+)? (?:مالي|مالتي|حقي|حقتي|تبعي|تبعتي|بتاعي|بتاعتي|ديالي|تاعي)\b"
    r"|رقم (?:هويتي|جوازي|جوالي|هاتفي|بطاقتي|حسابي|معاملتي|الطلب)|(?:mera|meri|mere|mujhe|aking|ko number)\b|ميرا|ميري|मेरा|मेरी"
)
_BEARING = frozenset(("emirates_id", "card", "iban", "passport"))
_OTHERS_SCORE, _PLAIN_SCORE = 0.9, 0.6


def exposed(folded: Folded, pii: tuple[PersonalData, ...]) -> Iterator[tuple[int, int, float]]:
    """(start, end, score) in the original for what exposes somebody.

    Beside words that make it another person's, anything counts. Without such words only identity, card, account and passport
    numbers do, with a lower score; what the writer calls his own never does (it is masked on screens, not held against him).
    """
    if not pii:
        return
    others, own = bool(_OTHERS.search(folded.text)), bool(_OWN.search(folded.text))
    for one in pii:
        if others:
            yield *one.span, _OTHERS_SCORE
        elif one.type in _BEARING and not own:
            yield *one.span, _PLAIN_SCORE
