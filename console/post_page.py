"""`post list | show | diff` as a person reads them: a line a post, a page, the words of a difference; or JSON."""

import sys
from collections.abc import Mapping
from typing import Any

from console.printing import line
from core.i18n import LANGS, t
from scheduler.wall import shown

LONGEST = 60


def print_list(value: Mapping[str, Any], *, as_json: bool) -> None:
    """JSON, or a line a post."""
    if as_json:
        line(value)
        return
    for post in value["posts"]:
        sys.stdout.write(_headline(post) + "\n")


def _headline(post: Mapping[str, Any]) -> str:
    step = next((step for step in post["steps"] if not step["complete"]), None)
    waits = f"  <- {_names(step['wanting'])}" if step else ""
    hour = shown(post["at"]) if post["at"] else "-"
    accounts = ", ".join(post["accounts"])
    return f"#{post['id']}  {post['state']}  v{post['version']}  {hour}  {post['title'][:LONGEST]}  ({accounts}){waits}"


def print_whole(post: Mapping[str, Any], *, as_json: bool) -> None:
    """JSON, or a page: versions, approval, what was said, what to look at."""
    if as_json:
        line(post)
        return
    out = [_headline(post), f"by {post['author']}"]
    for text in post["texts"]:
        count = f"  {text['count']}/{text['limit']}" if text.get("limit") else ""
        state = _state(text["delivery"]) if text["delivery"] else ""
        out += ["", f"[{text['account']}, {text['lang']}]{count}{state}", text["text"]]
        out += [f"  ! {why[lang]}" for why in text.get("problems", ()) for lang in LANGS]
    out += [f"[{place}] {one['mime']} {one['alt'] or one['alt_why']}" for place, one in enumerate(post["media"], 1)]
    for one in post["reminders"]:
        out += ["", f"reminder #{one['id']}  {one['state']}  {shown(one['at'])}"]
        out += [f"  [{text['account']}, {text['lang']}]  {' / '.join(text['text'].splitlines())}" for text in one["texts"]]
        out += [f"  ! {w[lang]}" for w in (*one["warnings"], *one["findings"]) for lang in LANGS]
    for title, lines in (
        ("steps", [f"{s['step']}. {s['need']}: + {_names(s['yes'])}  <- {_names(s['wanting'])}" for s in post["steps"]]),
        ("days", [f"{d['wall']}  {d['post_id'] or ''}  {d['state']}" for d in post["days"]]),
        ("versions", [f"v{v['version']}  {shown(v['at'])}  {v['by']}" for v in post["versions"]]),
        ("comments", [f"v{c['version']}  {c['user']}: {c['text']}" for c in post["comments"]]),
        ("findings", [f"{'!' if f['level'] == 'warning' else '·'} {_of(f)}{f[lang]}" for f in post["findings"] for lang in LANGS]),
        ("warnings", [f"! {w[lang]}" for w in post["warnings"] for lang in LANGS]),
    ):  # fmt: skip
        out += ["", f"{title}:", *(f"  {entry}" for entry in lines)] if lines else []
    sys.stdout.write("\n".join(out) + "\n")


def _state(delivery: Mapping[str, Any]) -> str:
    late = f"  ({t('post.late_by', 'en', n=delivery['late_minutes'])})" if delivery["late_minutes"] else ""
    return f"  {delivery['state']} {delivery['reason']}{late}"


def _names(people: list[str]) -> str:
    return ", ".join(people) or "-"


def _of(finding: Mapping[str, Any]) -> str:
    return f"[{', '.join(finding['of'])}] " if finding["of"] else ""


def print_diff(value: Mapping[str, Any], *, as_json: bool) -> None:
    """JSON, or what changed in words of both languages."""
    if as_json:
        line(value)
    else:
        sys.stdout.write("\n\n".join(value[lang] for lang in LANGS) + "\n")
