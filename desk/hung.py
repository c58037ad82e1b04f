"""What hangs from a message, in words: the file itself stays on the platform's page (docs/decisions/0022)."""

from collections import Counter

from core.i18n import Lang, t
from desk import shown
from desk.eyes import Eyes
from desk.safe import Markup, el, join, link, words
from inbox.models import Item


def kinds(item: Item, lang: Lang) -> list[str]:
    """Each kind that hangs from it, with how many where there are several: picture, voice message × 2."""
    if not item.attachments:  # nearly all, and a list asks it of each of its rows
        return []
    counted = Counter(one["kind"] for one in item.attachments)
    return [t(f"attached.{kind}", lang) + (f" × {n}" if n > 1 else "") for kind, n in counted.items()]


def instead(item: Item, lang: Lang) -> str:
    """What is said in the place of a message's words, where it has none."""
    found = kinds(item, lang)
    return t("desk.hung.alone", lang, what=t("desk.hung.and", lang).join(found)) if found else t("desk.inbox.no_words", lang)


def listed(item: Item, lang: Lang, eyes: Eyes) -> Markup | None:
    """Each thing that hangs from it, what the platform says of it, and where it can be seen; None where nothing does."""
    if not item.attachments:
        return None
    lines = []
    for one in item.attachments:
        said = words(eyes.words(one["alt"], item.id)) if one["alt"] else None
        lines.append(el("li", shown.chip(t(f"attached.{one['kind']}", lang)), said))
    there = link(item.permalink, t("desk.hung.there", lang, platform=shown.platform(item.platform, lang)))
    where = there or t("desk.hung.nowhere", lang, platform=shown.platform(item.platform, lang))
    title = t("desk.hung.title", lang)
    return join((el("ul", *lines, class_="mj-steps", aria_label=title), el("p", where, class_="mj-note")))
