"""Light stems for searching: of a folded word the forms under which it is indexed and asked for (PERFORMANCE 2c).

Arabic loses article, attached prepositions and possessive or plural endings; a leading و or ف is both kept and cut, since
وزارة begins with a root letter and وشركتي does not. English loses plural and possessive endings. Other scripts are left alone.
"""

from functools import lru_cache

_ARTICLES = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال")
_CONJUNCTIONS = ("و", "ف")
_ENDINGS = (
    "تهم", "تها", "تنا", "تكم", "تهن", "اتي", "اته", "اتك", "هما",
    "ها", "هم", "هن", "كم", "نا", "ني", "ات", "ون", "ين", "ان", "يه", "تي", "ته", "تك", "ه", "ي", "ك", "ا",
)  # fmt: skip
_SHORTEST = 3


@lru_cache(maxsize=65_536)
def forms(word: str) -> tuple[str, ...]:
    """The folded word first, then its light stems, without repeats; never a stem under three letters."""
    first = word[0]
    if "\u0620" <= first <= "\u064a":
        return tuple(dict.fromkeys((word, *_arabic(word))))
    if "a" <= first <= "z":
        return tuple(dict.fromkeys((word, _english(word))))
    return (word,)


def _arabic(word: str) -> tuple[str, ...]:
    bare = _without_article(word)
    if bare == word and word.startswith(_CONJUNCTIONS) and len(word) > _SHORTEST:
        return _without_ending(word), _without_ending(_without_article(word[1:]))
    return (_without_ending(bare),)


def _without_article(word: str) -> str:
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _SHORTEST:
            return word[len(article) :]
    return word


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def _english(word: str) -> str:
    word = word.removesuffix("'s")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > _SHORTEST:
        return word[:-1]
    return word
