"""Pages for people: each platform as a citizen would see it, the private messages, and what was sent there."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from html import escape
from itertools import islice

from sandbox.entries import PLATFORMS, Entry, Platform
from sandbox.http import Reply, Request
from sandbox.voices import CONTENT
from sandbox.wall_parts import conversation, post, request_row, word
from sandbox.world import World

HTML = "text/html; charset=utf-8"
REFRESH_S = 5
MOST_POSTS = 20
MOST_SENT = 100
TABS = ("facebook", "x", "instagram", "messages", "sent")


def serve(world: World, request: Request, name: str) -> Reply:
    """`""` and wall/{facebook|x|instagram|messages|sent}, in Arabic unless ?lang=en. Everything people wrote is escaped."""
    tab = name.removeprefix("wall").strip("/") or "facebook"
    if tab not in TABS:
        return Reply(404, page("facebook", "ar", ""), content_type=HTML)
    lang = "en" if request.query.get("lang") == "en" else "ar"
    made = page(tab, lang, _body(world, tab, lang))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return Reply(200, made, {"content-security-policy": policy, "cache-control": "no-store"}, content_type=HTML)


def _body(world: World, tab: str, lang: str) -> str:
    for platform in PLATFORMS:
        if tab == platform:
            return _wall(world, platform, lang)
    return _messages(world, lang) if tab == "messages" else _sent(world, lang)


def _wall(world: World, platform: Platform, lang: str) -> str:
    own = [e for _, e in world.shelf(platform, "posts").newest_first() if e.parent is None][:MOST_POSTS]
    others = [e for _, e in world.shelf(platform, "all").newest_first() if _elsewhere(e)][:MOST_POSTS]
    shown = "".join(post(world, entry, lang) for entry in own)
    if others:
        shown += f"<h2>{word('others', lang)}</h2>" + "".join(post(world, entry, lang) for entry in others)
    return shown or _empty(lang)


def _elsewhere(entry: Entry) -> bool:
    return entry.kind == "mention" and entry.parent is None


def _messages(world: World, lang: str) -> str:
    talks = [talk for platform in PLATFORMS for talk in world.conversations[platform].values()]
    talks.sort(key=lambda talk: -talk.updated)
    return "".join(conversation(world, talk, lang) for talk in talks[:50]) or _empty(lang)


def _sent(world: World, lang: str) -> str:
    rows = [asdict(r) for r in islice((r for r in reversed(world.recorder.records) if r.method != "GET"), MOST_SENT)]
    if not rows:
        return _empty(lang)
    heads = "".join(f"<th>{word(name, lang)}</th>" for name in ("when", "request", "answer", "content"))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(request_row(r) for r in rows)}</tbody></table>"


def _empty(lang: str) -> str:
    return f"<article>{word('empty', lang)}</article>"


def page(tab: str, lang: str, body: str) -> str:
    """The whole document: right to left in Arabic, no script, nothing from outside."""
    links = "".join(
        f'<a href="/__sandbox/wall/{t}?lang={lang}"{" aria-current=page" if t == tab else ""}>{word(t, lang)}</a>' for t in TABS
    )
    other = "ar" if lang == "en" else "en"
    turn = f'<a href="/__sandbox/wall/{tab}?lang={other}" lang="{other}">{word("other", lang)}</a>'
    title = escape(word("title", lang))
    return (
        f'<!doctype html><html lang="{lang}" dir="{"ltr" if lang == "en" else "rtl"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="{REFRESH_S}">'
        f'<title>{title}</title><style>{_style()}</style></head><body data-wall="{tab}"><header><div>'
        f"<strong>{title}</strong><nav>{links}</nav>{turn}</div></header>"
        f'<main><p class="note">{word("note", lang)}</p>{body}</main></body></html>'
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return (CONTENT / "wall.css").read_text(encoding="utf-8")
