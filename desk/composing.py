"""The pair of bodies in the editor and who gets it in which forms: what the component is given, and what stands in its way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from connectors.contract import Poll
from core.errors import MajlisError
from core.models import Account
from core.settings import settings
from desk import session, shown, store
from desk.session import say
from outbox import outgoing
from outbox.body import Body, MediaFile
from scheduler import fitting, pair, queueing
from scheduler.models import Post, PostText
from scheduler.posts import Version

#: key of the component
KEY = "composer"
LABELS = ("accounts", "form", "ar", "en", "on_x", "signs", "special", "preview", "previews", "fold", "no_alt", "stale", "theirs")
#: the ways a post may be given to an account: forms joined by +
WAYS = ("both", "ar+en", "ar", "en")
#: where so few characters fit, each language goes in a post of its own unless somebody says otherwise
SHORT = 500

Content = Mapping[str, Any]


def account(row: Account) -> dict[str, Any]:
    """The box of an account, called so that nobody mistakes one page for another."""
    lang = session.lang()
    platform = shown.platform(row.platform, lang, row.backend)
    try:
        limit = store.connections()(row).capabilities.text_limit
    except MajlisError:
        limit = 0
    return {
        "id": row.id,
        "label": row.name or f"{platform} {row.native_id}",
        "platform": platform,
        "letters": platform[:2],
        "limit": limit,
        "style": "x" if row.platform == "x" else "chars",
        "form": "ar+en" if 0 < limit < SHORT else "both",
    }


def accounts(rows: Sequence[Account]) -> list[dict[str, Any]]:
    """Their boxes; `short` is the platform's name alone where only one of them is there."""
    boxes = [account(row) for row in rows]
    there = Counter(box["platform"] for box in boxes)
    return [box | {"short": box["platform"] if there[box["platform"]] == 1 else box["label"]} for box in boxes]


def content(accounts: Sequence[Mapping[str, Any]], post: Post | None, reading: Session) -> dict[str, Any]:
    """What the composer begins with: the bodies, the forms by account, and the versions that say something else."""
    if post is None:
        return {"chosen": {str(one["id"]): one["form"].split("+") for one in accounts}, "ar": "", "en": "", "texts": {}}
    chosen: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    known = {one["id"] for one in accounts}
    for row in queueing.texts(reading, post):
        if row.account_id not in known:  # no longer connected: nothing goes there
            continue
        chosen.setdefault(str(row.account_id), []).append(row.lang)
        if row.text != pair.said(post.ar, post.en, row.lang):
            texts[f"{row.account_id}:{row.lang}"] = row.text
    return {"chosen": chosen, "ar": post.ar, "en": post.en, "texts": texts}


def now_in(field: Mapping[Any, Any], rev: str, start: Content) -> Content:
    """What stands in the composer of this text; `start`, where nobody touched it."""
    held = field[KEY].get("content") if KEY in field else None
    return held if held and held.get("rev") == rev else start


def versions(made: Content, *, one_language: bool = False) -> list[Version]:
    """Every version by its own words or ("") those of the bodies. `one_language`: what would say nothing is left out."""
    bodies = {"ar": str(made["ar"]).strip(), "en": str(made["en"]).strip()}
    half = one_language and bool(bodies["ar"]) != bool(bodies["en"])
    found = []
    for number, langs in made["chosen"].items():
        for lang in langs:
            text = str(made["texts"].get(f"{number}:{lang}", "")).strip()
            if text or lang == "both" or len(langs) == 1 or not half or bodies[lang]:
                found.append(Version(int(number), lang, text))
    return found


def found(
    rows: Sequence[Account], made: Content, files: Sequence[MediaFile], poll: Poll | None, *, why: str
) -> dict[str, dict[str, list[str]]]:
    """`account:form` -> what stands in the way of that version and what gets lost of it, by the rules it is sent by."""
    lang, by_id = session.lang(), {row.id: row for row in rows}
    told: dict[str, dict[str, list[str]]] = {}
    for one in versions(made, one_language=bool(why)):
        text = one.text or pair.said(str(made["ar"]).strip(), str(made["en"]).strip(), one.lang)
        row = by_id.get(one.account_id)
        if row is None or not (text or files):
            continue
        try:
            connector = store.connections()(row)
        except MajlisError:
            continue
        body, able = Body(text, tuple(files), poll=poll), connector.capabilities
        whys = fitting.problems(body, outgoing.shaped(files, able, settings()), connector.count_text(text), able)
        told[f"{one.account_id}:{one.lang}"] = {
            "whys": [each.words(lang) for each in whys],
            "notes": [each.words(lang) for each in fitting.notes(body, able)],
        }
    return told


def missing(made: Content, accounts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Sentences: the languages the post lacks, then each account that would lack one of the others; [] while nothing is written."""
    bodies = Post(ar=str(made["ar"]).strip(), en=str(made["en"]).strip())
    rows = [
        PostText(post_id=0, account_id=one.account_id, lang=one.lang, text=one.text or pair.said(bodies.ar, bodies.en, one.lang))
        for one in versions(made)
    ]
    lacking = pair.missing(bodies, rows)
    nowhere = lacking.pop(0, [])
    found = [say("desk.compose.lacks", language=_languages(nowhere))] if nowhere else []
    for one in accounts:
        if half := [lang for lang in lacking.get(one["id"], []) if lang not in nowhere]:
            found.append(say("desk.compose.half", account=one.get("short", one["label"]), language=_languages(half)))
    return found


def _languages(langs: Sequence[str]) -> str:
    return " · ".join(say(f"desk.language.{lang}") for lang in langs)


def polls(rows: Sequence[Account]) -> bool:
    """Whether one of these accounts takes a poll."""
    for row in rows:
        try:
            if store.connections()(row).capabilities.poll:
                return True
        except MajlisError:
            continue
    return False
