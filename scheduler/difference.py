"""What differs between two versions of a post: words in and out, fields, media. As plain data, and in words for both languages."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from core.clock import parse
from core.i18n import Lang, catalogue, t
from scheduler.wall import shown

What = Literal["added", "removed", "changed", "moved"]
Op = Literal["same", "gone", "new"]

#: a word with its vowel signs and joiners, blanks, or one other sign
WORD = re.compile(r"(?:\w[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d]*)+|\s+|.", re.S)
OF_EVENT = ("event.title", "event.title_en", "event.place", "event.place_en", "event.cancel_why")
TEXTS = frozenset({"title", "ar", "en", "pair_why", "text", "alt", "alt_why", *OF_EVENT})
TIMES = frozenset({"at", "event.starts_at", "event.ends_at", "event.cancelled_at"})
#: what is told of a file, which is named by its hash
OF_FILE = ("media", "alt", "alt_why")
#: what a platform or a machine knows about a file; a file with another hash is another one
OF_FILES = frozenset({"sha256", "mime", "width", "height", "duration_ms"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `field` is a name of scheduler.history (words: `post.field.<name>`), `of` whose: an account and its language
    form, the hash of a file, "" for the post itself.

    `parts`: for words the whole of both, piece by piece; `before` and `after`: the two values as they are kept.
    """

    field: str
    of: str
    what: What
    before: Any = None
    after: Any = None
    parts: tuple[tuple[Op, str], ...] = ()

    def words(self, lang: Lang) -> str:
        """One line; in a text `[-what went-]` and `{+what came+}`."""
        name = t(f"post.field.{self.field.replace('.', '_')}", lang)
        name += f" ({self.of[:12] if self.field in OF_FILE else self.of})" if self.of else ""
        if self.what == "moved":
            return t("post.change.moved", lang, field=name)
        if self.parts:
            return f"{name}: " + "".join(MARKED[op].format(piece) for op, piece in self.parts)
        if self.what == "changed":
            return t(
                "post.change.changed", lang, field=name, before=self._told(self.before, lang), after=self._told(self.after, lang)
            )
        value = self._told(self.after if self.what == "added" else self.before, lang)
        return t(f"post.change.{self.what}", lang, field=name, value=value)

    def _told(self, value: Any, lang: Lang) -> str:
        if value in (None, "", {}):
            return t("post.change.nothing", lang)
        if self.field in TIMES:
            return shown(parse(str(value)))
        key = f"post.value.{self.field}_{value}"
        return t(key, lang) if key in catalogue() else str(value)


MARKED: Mapping[Op, str] = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """What changed from the content `old` to `new` (scheduler.history.content_of): the post's own fields, its words for each
    account, its media, its event. Empty where they say the same."""
    return (*_own(old, new), *_versions(old, new), *_media(old, new), *_event(old, new))


def _own(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for field in dict.fromkeys((*new, *old)):
        if field not in ("texts", "media", "event", "wall"):  # the wall's hour is the hour in its zone, which is compared
            yield from _field(field, "", old.get(field), new.get(field))


def _versions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    was, now = ({f"{one['account']}, {one['lang']}": one["text"] for one in side["texts"]} for side in (old, new))
    for of in dict.fromkeys((*now, *was)):
        if of in was and of in now:
            yield from _field("text", of, was[of], now[of])
        else:
            there = of in now
            yield Change("text", of, "added" if there else "removed", was.get(of), now.get(of))


def _media(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    was, now = ({one["sha256"]: one for one in side["media"]} for side in (old, new))
    for of in dict.fromkeys((*now, *was)):
        if of in was and of in now:
            for field in now[of].keys() - OF_FILES:
                yield from _field(field, of, was[of].get(field), now[of][field])
        else:
            file = (now if of in now else was)[of]
            yield Change("media", of, "added" if of in now else "removed", *_sides(file["alt"] or file["mime"], of in now))
    if was.keys() == now.keys() and list(was) != list(now):
        yield Change("media", "", "moved", list(was), list(now))


def _event(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    was, now = old.get("event") or {}, new.get("event") or {}
    for field in dict.fromkeys((*now, *was)):
        yield from _field(f"event.{field}", "", was.get(field), now.get(field))


def _field(field: str, of: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after or (not before and not after):
        return
    words = isinstance(before, str) and isinstance(after, str) and field in TEXTS
    yield Change(field, of, "changed", before, after, parts(before, after) if words else ())


def _sides(value: Any, came: bool) -> tuple[Any, Any]:
    return (None, value) if came else (value, None)


def parts(before: str, after: str) -> tuple[tuple[Op, str], ...]:
    """Both texts in one row of pieces, word by word: those of `same` and `gone` make the first, of `same` and `new` the second."""
    was, now = WORD.findall(before), WORD.findall(after)
    found: list[tuple[Op, str]] = []
    for op, i, j, k, m in SequenceMatcher(None, was, now, autojunk=len(was) > 2000).get_opcodes():
        pieces: tuple[tuple[Op, str], ...] = (
            (("same", "".join(was[i:j])),) if op == "equal" else (("gone", "".join(was[i:j])), ("new", "".join(now[k:m])))
        )
        found += [piece for piece in pieces if piece[1]]
    return tuple(_joined(found))


def _joined(pieces: list[tuple[Op, str]]) -> Iterator[tuple[Op, str]]:
    """A blank between two changed words is changed with them, so that a sentence that was written anew reads as one."""
    gone = new = ""
    for place, (op, text) in enumerate(pieces):
        between = 0 < place < len(pieces) - 1 and text.isspace() and "\n" not in text
        if op == "same" and not (between and (gone or new)):
            yield from _flush(gone, new)
            gone = new = ""
            yield op, text
        else:
            gone += text if op in ("gone", "same") else ""
            new += text if op in ("new", "same") else ""
    yield from _flush(gone, new)


def _flush(gone: str, new: str) -> Iterator[tuple[Op, str]]:
    if gone:
        yield "gone", gone
    if new:
        yield "new", new
