"""What language somebody's words are in, told to whatever reads the page aloud: `lang` and `dir` of a text that is not ours."""

import re
from collections.abc import Mapping

from markupsafe import Markup

from core.display import direction
from inbox.tongues import Tongue

#: letters of a script -> the languages of ours that are written in it, the likeliest first
SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "\u0600-\u06ff\u0750-\u077f": ("ar", "ur"),
    "\u0900-\u097f": ("hi",),
    "\u0980-\u09ff": ("bn",),
    "\u0d00-\u0d7f": ("ml",),
    "A-Za-z\u00c0-\u024f": ("en", "tl"),
}
#: begun only where a word begins: a long text without any blank is gone through once
_NO_WORDS = re.compile(r"(?<!\S)[^\s/@]*+[/@]\S*|\{\w+\}")


def tagged(text: str, around: Tongue, known: str = "") -> Markup:
    """The attributes of an element with this text, on a page in the language `around`: ` lang="ar" dir="rtl"`.

    `known`: its language where that was stored (a code of our detector). Else its script tells, and no `lang` is said where the
    text may well be in the page's own language.
    """
    lang = known if known not in ("", "und") else _by_script(text, around)
    said = Markup(' lang="{}"').format(lang) if lang != around else Markup("")
    return said + Markup(' dir="{}"').format(direction(text))


def _by_script(text: str, around: Tongue) -> str:
    words = _NO_WORDS.sub("", text)
    most, langs = max(
        ((len(re.findall(f"[{letters}]", words)), langs) for letters, langs in SCRIPTS.items()), key=lambda one: one[0]
    )
    return around if not most or around in langs else langs[0]
