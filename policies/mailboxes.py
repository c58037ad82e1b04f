"""E-mail addresses as people write them: whole, with "[at]" and "(dot)", in words of several languages, with blanks inside.

The more an address looks like ordinary words, the more it has to have: a known ending, a known provider, or a name that no
sentence has before "at".
"""

import re
from collections.abc import Iterator

#: an address can't be without one of these
MARKS = ("@", " at ", "at]", "at)", "at}", "at>", "_at_", " ات ", "ات)", "ات]", " ايت ", "ايت)", " एट ", " at the rate")
_WORD = r"(?:at|ات|ايت|एट)"
_AT = re.compile(rf" ?[\[({{<] ?(?:@|{_WORD}) ?[\])}}>] ?|_at_|(?: at|@| @) the rate(?: of)? |@| @ ?| {_WORD} (?!the rate)")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-")
_LABEL = re.compile(r" ?([a-z0-9][a-z0-9\-]{0,62})")
_SIGN = r"(?:dot|دوت|نقطه|دات|डॉट|डोट|ডট)"
_DOT = re.compile(rf"\.(?=[a-z0-9])|( ?\. ?)(?=[a-z])|( ?[\[({{<] ?(?:\.|{_SIGN}) ?[\])}}>] ?| {_SIGN} )(?=[a-z0-9])")
_PROVIDERS = frozenset((
    "gmail", "googlemail", "hotmail", "yahoo", "ymail", "outlook", "icloud", "live", "proton", "protonmail", "msn",
    "aol", "mail", "rediffmail", "zoho", "gmx", "yandex", "emirates", "eim",
))  # fmt: skip
_ENDINGS = frozenset((
    "com", "net", "org", "edu", "gov", "info", "biz", "ae", "sa", "om", "kw", "qa", "bh", "eg", "jo", "lb", "iq",
    "ye", "sd", "sy", "ma", "tn", "dz", "ly", "tr", "ir", "pk", "in", "ph", "bd", "np", "lk", "id", "uk", "us", "ca",
    "au", "me", "co", "io", "ru", "de", "fr", "it", "es", "nl", "eu", "ke", "ng", "et", "ug", "tv", "app", "dev",
    "online", "site", "xyz", "live", "ac", "mil",
))  # fmt: skip
#: endings that are words as well
_WORDS = frozenset(("in", "me", "us", "it", "de", "es", "id", "et", "app", "live", "info", "online", "site", "co", "so"))
_BEFORE_COUNTRY = frozenset(("co", "com", "net", "org", "gov", "ac", "edu"))
_COUNTRIES = frozenset((
    "ae", "sa", "om", "kw", "qa", "bh", "eg", "jo", "lb", "iq", "ye", "sd", "pk", "in", "ph", "bd", "np", "lk", "id",
    "uk", "au", "ke", "ng", "et", "tr", "za", "my", "sg",
))  # fmt: skip
#: what stands before "at" or " @ " in a sentence
_SENTENCE = frozenset((
    "look", "looking", "am", "is", "are", "was", "were", "be", "me", "us", "him", "her", "them", "it", "you", "we",
    "i", "not", "now", "here", "there", "meet", "meeting", "work", "working", "arrive", "arrived", "stay", "live",
    "living", "home", "office", "only", "all", "and", "or", "the", "a", "an", "in", "on", "email", "mail", "contact",
    "write", "reach", "complain", "complained", "ask", "asked", "online", "available", "open", "closed", "check",
    "visit", "apply", "applied", "register", "registered", "login", "book", "price", "posted", "located", "start",
    "started", "end", "call", "see", "find", "found", "sir", "maam", "team", "thanks", "thank", "hi", "hello", "dear",
    "please", "pls", "staff", "people", "wait", "waiting", "good", "bad",
))  # fmt: skip
_MAIL_WORD = re.compile(r"mail|ايميل|بريد|ميل|ईमेल|راسل")


def find(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each address in folded text."""
    done = 0
    for at in _AT.finditer(text):
        start = at.start()
        while start > done and text[start - 1] in _NAME:
            start -= 1
        while start < at.start() and text[start] in "._%+-":
            start += 1
        name = text[start : at.start()].rstrip(".-")
        if not name or len(name) > 64 or len(name) != at.start() - start:
            continue
        end = _host(text, at, name, start)
        if end:
            yield start, end
            done = end


def _host(text: str, at: re.Match[str], name: str, start: int) -> int:
    """Where the address ends whose name stands before `at`; 0 when it is none."""
    first = _LABEL.match(text, at.end())
    if first is None:
        return 0
    labels, end, styles = [first[1]], first.end(), list[str]()
    while len(labels) < 5:
        dot = _DOT.match(text, end)
        label = _LABEL.match(text, dot.end()) if dot else None
        if dot is None or label is None:
            break
        style = "word" if dot[2] else "blank" if dot[1] else "tight"
        if labels[-1] in _ENDINGS and len(labels) > 1 and style != "tight":
            more = labels[-1] in _BEFORE_COUNTRY and label[1] in _COUNTRIES
            if not more or style != styles[-1]:
                break
        labels, end = [*labels, label[1]], label.end()
        styles.append(style)
    tight = at[0] == "@" and not first[0].startswith(" ")
    if not styles:
        return end if tight and labels[0] in _PROVIDERS and _edge(text, end) else 0
    return end if _edge(text, end) and _enough(text, at[0], tight, name, labels, styles, start) else 0


def _edge(text: str, end: int) -> bool:
    return not text[end : end + 1].isascii() or not text[end : end + 1].isalnum()


def _enough(text: str, at: str, tight: bool, name: str, labels: list[str], styles: list[str], start: int) -> bool:
    ending = labels[-1]
    if tight and set(styles) == {"tight"}:
        return len(ending) > 1 and not ending.isdigit()
    if ending not in _ENDINGS:
        return False
    if tight or at.strip() not in ("@", "at", "ات", "ايت", "एट"):
        return True
    if name in _SENTENCE:
        return False
    if labels[0] in _PROVIDERS or ("word" in styles and ending not in _WORDS):
        return True
    if at.strip() == "@" and ("blank" not in styles or ending not in _WORDS):
        return True
    telling = not name.isalpha() or _MAIL_WORD.search(text, max(0, start - 30), start) is not None
    return telling and ("blank" not in styles or at.strip() != "at")
