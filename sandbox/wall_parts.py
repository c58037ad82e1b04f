"""The pieces of a wall, as safe HTML: a post, a comment, a message, a request that was sent."""

from __future__ import annotations

from html import escape
from typing import Any

from sandbox import metrics
from sandbox.clock import moment
from sandbox.entries import Conversation, Entry, Media
from sandbox.world import World

DUBAI_S = 4 * 3600
MOST_COMMENTS = 80
WORDS: dict[str, tuple[str, str]] = {
    "title": ("الجدار التجريبي", "The simulated walls"),
    "facebook": ("فيسبوك", "Facebook"),
    "x": ("إكس", "X"),
    "instagram": ("إنستغرام", "Instagram"),
    "messages": ("الرسائل الخاصة", "Private messages"),
    "sent": ("ما أُرسل", "What was sent"),
    "other": ("English", "العربية"),
    "hidden": ("أخفته الصفحة", "hidden by the page"),
    "deleted": ("حُذف", "deleted"),
    "edited": ("عُدّل", "edited"),
    "unpublished": ("غير منشور", "not published"),
    "likes": ("إعجاب", "likes"),
    "views": ("مشاهدة", "views"),
    "answers": ("رد", "replies"),
    "empty": ("لا شيء بعد.", "Nothing yet."),
    "private_reply": ("بدأت من تعليق", "began with a comment"),
    "note": (
        "محاكاة على هذا الجهاز وحده: لا أحد من هؤلاء حقيقي. تتجدد الصفحة كل بضع ثوان.",
        "A simulation on this machine only: none of these people is real. The page renews itself every few seconds.",
    ),
    "others": ("منشورات تذكرنا", "Posts that mention us"),
    "when": ("الوقت", "Time"),
    "request": ("الطلب", "Request"),
    "answer": ("الجواب", "Answer"),
    "content": ("المحتوى", "Content"),
}


def word(name: str, lang: str) -> str:
    arabic, english = WORDS[name]
    return english if lang == "en" else arabic


def hour(at: float) -> str:
    """The hour in Dubai."""
    return moment(at + DUBAI_S).strftime("%Y-%m-%d %H:%M")


def post(world: World, entry: Entry, lang: str) -> str:
    """A post with its pictures and everything said beneath it, replies under what they answer."""
    pictures = _hung(world, entry.media) + _poll(entry)
    counts = (("likes", metrics.likes(world, entry)), ("views", metrics.views(world, entry)))
    figures = " · ".join(f"{count:,} {word(name, lang)}" for name, count in counts)
    link = f'<p class="words">{escape(entry.link)}</p>' if entry.link else ""
    below = _below(world, entry, lang, 0)
    kind = _class(entry)
    return (
        f'<article class="{kind}">{_head(world, entry, lang)}<p class="words" dir="auto">{escape(entry.text)}</p>'
        f'{link}{pictures}<p class="figures">{figures}</p>{below}</article>'
    )


def _below(world: World, entry: Entry, lang: str, depth: int) -> str:
    shelf = world.shelf(entry.platform, "replies", entry.id)
    shown = [child for _, child in shelf.newest_first()][:MOST_COMMENTS][::-1]
    if not shown:
        return ""
    nested = depth < 6
    rows = "".join(
        f'<div class="comment {_class(child)}">{_head(world, child, lang)}'
        f'<p class="words" dir="auto">{escape(child.text)}</p>{_hung(world, child.media)}'
        f"{_below(world, child, lang, depth + 1) if nested else ''}</div>"
        for child in shown
    )
    return f'<div class="below">{rows}</div>'


def _class(entry: Entry) -> str:
    states = (("own", entry.own), ("hidden", entry.hidden), ("gone", entry.deleted))
    return " ".join(name for name, holds in states if holds)


def _head(world: World, entry: Entry, lang: str) -> str:
    person = world.person(entry.platform, entry.author)
    badges = (
        ("hidden", "h", entry.hidden),
        ("deleted", "d", entry.deleted),
        ("edited", "edited-mark", len(entry.versions) > 1),
        ("unpublished", "d", not entry.published),
    )
    marks = "".join(f' <span class="badge {css}">{word(name, lang)}</span>' for name, css, holds in badges if holds)
    face = escape(person.name[:1])
    return (
        f'<div class="who"><span class="face" aria-hidden="true">{face}</span><span><b><bdi>{escape(person.name)}</bdi></b> '
        f"<small><bdi>@{escape(person.username)}</bdi> · <time>{hour(entry.created)}</time></small>{marks}</span></div>"
    )


def _hung(world: World, media: list[str]) -> str:
    return "".join(_picture(world.media[m]) for m in media if m in world.media)


def _picture(media: Media) -> str:
    alt, sort = escape(media.alt or media.title), {"photo": "ALT", "video": "▶"}.get(media.kind, media.kind)
    return f'<div class="picture" role="img" aria-label="{alt}"><b>{sort}</b><span dir="auto">{alt or "—"}</span></div>'


def _poll(entry: Entry) -> str:
    answers = "".join(f'<li dir="auto">{escape(answer)}</li>' for answer in entry.poll)
    return f'<ul class="poll">{answers}</ul>' if answers else ""


def conversation(world: World, talk: Conversation, lang: str) -> str:
    person = world.person(talk.platform, talk.person)
    began = f' <span class="badge">{word("private_reply", lang)}</span>' if talk.comment else ""
    bubbles = "".join(
        f'<div class="bubble{" us" if m.own else ""}" dir="auto">{escape(m.text)}{_hung(world, m.media)}'
        f"<small>{hour(m.at)}</small></div>"
        for m in talk.messages[-30:]
    )
    return (
        f'<article><div class="who"><span class="face">{escape(person.name[:1])}</span>'
        f"<span><b><bdi>{escape(person.name)}</bdi></b> "
        f"<small>{word(talk.platform, lang)}</small>{began}</span></div>{bubbles}</article>"
    )


def request_row(record: dict[str, Any]) -> str:
    """One recorded request; its secrets were already taken out by the recorder."""
    body = record["body"] if record["body"] is not None else record["params"]
    fault = f" ⚡{escape(record['fault'])}" if record["fault"] else ""
    return (
        f"<tr><td>{hour(record['at'])}</td><td class='path'>{escape(record['method'])} {escape(record['host'])}"
        f"{escape(record['path'])}</td><td>{record['status'] or '—'}{fault}</td>"
        f"<td class='body'>{escape(str(body))[:600]}</td></tr>"
    )
