"""What changed between two versions of a post, word by word, for whoever has to say yes to the newer one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st
from sqlmodel import Session, col, select

from core.clock import parse
from core.i18n import Lang, t
from core.models import Account
from desk import chrome, previewing, session, shown, timing, trade
from desk.posting import recurs
from desk.safe import Child, Markup, el, join, show
from desk.session import say
from outbox import media
from outbox.body import MediaFile
from scheduler import approved, history
from scheduler.difference import OF_FILE, TIMES, Change, difference
from scheduler.history import Version
from scheduler.models import Post

#: what a difference shows a word as: gone, new, or as it was
SHOWN_AS = {"gone": "del", "new": "ins"}
LENGTHS = ("before_s", "grace_s")


def changes(reading: Session, post: Post) -> None:
    """The version as it is now beside an earlier one: the last that was approved, else the one before; any other may be chosen."""
    known = history.versions(reading, post)
    if len(known) < 2:
        return
    lang, newest = session.lang(), known[-1]
    agreed = approved.before(reading, post)
    labels = {one.number: _label(one, newest.number, agreed, lang) for one in known[-2::-1]}
    chrome.heading(say("desk.approve.changed"))
    number = st.selectbox(
        say("desk.approve.compare", version=newest.number),
        list(labels),
        index=list(labels).index(agreed) if agreed in labels else 0,
        format_func=lambda one: labels[one],
        key=f"compare:{post.id}:{post.version}",
    )
    chosen = next(one for one in known if one.number == number)
    names = {account.key: shown.account(account, lang) for account in reading.exec(select(Account).order_by(col(Account.id)))}
    files = {file["sha256"]: file for version in (chosen, newest) for file in version.content["media"]}
    lines = [
        _files(same, files, lang) if same[0].field in OF_FILE else _line(same, names, lang)
        for same in _together(difference(chosen.content, newest.content))
    ]
    nothing = el("p", t("post.change.none", lang, old=chosen.number, new=newest.number), class_="mj-note")
    show(el("div", *lines, class_="mj-panel mj-changes") if lines else nothing)


def _label(one: Version, newest: int, agreed: int | None, lang: Lang) -> str:
    label = say("desk.approve.version_of", version=one.number, name=one.name, when=shown.moment(one.at, lang))
    if one.number == agreed:
        return f"{label} · {say('desk.approve.last_approved')}"
    return f"{label} · {say('desk.approve.one_before')}" if one.number == newest - 1 else label


def _together(found: Iterable[Change]) -> list[list[Change]]:
    """The changes one by one; the same words in and out in a body and in what accounts say after it are one, and so are the files
    that went and came."""
    same: dict[object, list[Change]] = {}
    for place, change in enumerate(found):
        of_file = change.field if change.field in OF_FILE else ""
        another = of_file == "media" and change.what != "moved"
        same.setdefault(of_file if another else (of_file, change.parts or place), []).append(change)
    return list(same.values())


def _line(same: Sequence[Change], names: Mapping[str, str], lang: Lang) -> Markup:
    """One difference: what it is of, and the words in and out, or the two values."""
    change = same[0]
    head = el("dt", *(el("span", _named(one, names, lang)) for one in same))
    if change.parts:
        return el("dl", head, _pieces(change))
    was, now = (_value(change.field, value, lang) for value in (change.before, change.after))
    pair: list[Child] = [el("del", was, dir="auto") if was else None, " " if was and now else None]
    return el("dl", head, el("dd", *pair, el("ins", now, dir="auto") if now else None, class_="mj-words"))


def _pieces(change: Change) -> Markup:
    """The words in and out, in their place among those that stayed."""
    pieces = [el(SHOWN_AS[op], piece) if op in SHOWN_AS else piece for op, piece in change.parts]
    return el("dd", *pieces, class_="mj-words mj-paragraphs", dir="auto")


def _files(same: Sequence[Change], files: Mapping[str, Mapping[str, Any]], lang: Lang) -> Markup:
    """One difference in the files: each is seen, those that went before those that came; where other words were given to one, these
    beneath it."""
    change, moved = same[0], same[0].what == "moved"
    head = el("dt", t(f"post.field.{change.field}", lang))
    if change.field != "media":
        return el("dl", head, el("dd", *(_file(files[one.of], told=False) for one in same), class_="mj-files"), _pieces(change))
    went, came = ([one.of for one in same if one.what == what] for what in ("removed", "added"))
    rows = {"was": change.before, "now": change.after} if moved else {"removed": went, "added": came}
    seen = (
        (say(f"desk.approve.files.{what}"), [_file(files[one], told=not moved) for one in of]) for what, of in rows.items() if of
    )
    return el("dl", head, *(el("dd", shown.chip(label), *pictures, class_="mj-files") for label, pictures in seen))


def _file(kept: Mapping[str, Any], *, told: bool) -> Markup:
    """A file of one version, and (`told`) what it says to those who can't see it."""
    name = media.name_of(kept["sha256"], kept["mime"])
    one = MediaFile(name, kept["alt"], kept["mime"], kept["sha256"], alt_why=kept["alt_why"])
    return el("figure", previewing.file(one, told=told))


def _named(change: Change, names: Mapping[str, str], lang: Lang) -> Markup:
    field = t(f"post.field.{change.field.replace('.', '_')}", lang)
    return join((field, " · " if change.of else None, el("bdi", _of(change, names)) if change.of else None))


def _of(change: Change, names: Mapping[str, str]) -> str:
    """The account's name and the language form."""
    account, _, form = change.of.rpartition(", ")
    return f"{names.get(account, account)} · {trade.known('desk.form', form, lang=session.lang())}"


def _value(field: str, value: Any, lang: Lang) -> Child:
    """A value as people say it; None where there is none."""
    if value in (None, "", {}, 0):
        return None
    if field in TIMES:
        return shown.stamp(parse(str(value)), lang)
    if field in LENGTHS:
        return shown.length(value, lang)
    if field.endswith("zone"):
        return timing.zone_words(str(value), lang)
    if field == "repeat":
        return recurs(value)
    if field == "poll":
        return join((" / ".join(value["options"]), " · ", shown.length(value["minutes"] * 60, lang)))
    if field in ("kind", "role"):
        return trade.known("desk.role" if field == "role" else "desk.compose", value if field == "role" else f"kind_{value}", lang)
    return str(value)
