"""What came of our words: each platform in a line, each post with its numbers."""

from sqlmodel import Session, col, select

from core.i18n import Lang
from core.models import Account
from desk import chrome, shown
from desk.safe import Child, el, link, show, words
from desk.session import say
from inbox.figures import Day
from scheduler import figures as post_figures

METRICS = ("views", "reach", "likes", "comments", "shares", "quotes", "saves", "clicks")
POSTS = 9


def platforms(reading: Session, found: list[Day], days: int, lang: Lang) -> None:
    """A line a platform: what was said and answered, what we published and what came of it, what it has cost."""
    chrome.heading(say("desk.figures.by_platform"))
    accounts = reading.exec(select(Account).where(col(Account.active)).order_by(col(Account.id))).all()
    ours = {line.platform: line for line in post_figures.by_platform(reading, days=days)}
    columns = ("received_n", "answered_n", "share", "posts_n", "engagement", "cost")
    lines = []
    for platform in dict.fromkeys(account.platform for account in accounts):
        received = sum(line.received for line in found if line.platform == platform)
        answered = sum(line.answered for line in found if line.platform == platform)
        spent = sum(account.spent_usd_micros for account in accounts if account.platform == platform)
        made = ours.get(platform)
        numbers: list[Child] = [
            shown.number(received),
            shown.number(answered),
            shown.share(answered / received if received else None),
            shown.number(made.posts if made else 0),
            shown.number(made.engagement if made else 0),
            shown.money(spent) if spent else say("desk.compose.free"),
        ]
        called = el("th", shown.platform(platform, lang), scope="row")
        lines.append(el("tr", called, *(el("td", number, class_="n") for number in numbers)))
    heads = [say("desk.inbox.platform"), *(say(f"desk.figures.{column}") for column in columns)]
    top = [el("th", head, scope="col", class_="n" if place else None) for place, head in enumerate(heads)]
    show(
        el("div", el("table", el("thead", el("tr", *top)), el("tbody", *lines), class_="mj-table"), class_="mj-scroll"),
        el("p", say("desk.figures.engagement_d"), class_="mj-note"),
    )


def posts(reading: Session, lang: Lang) -> None:
    chrome.heading(say("desk.figures.posts"))
    found = post_figures.newest(reading, limit=POSTS)
    if not found:
        show(chrome.empty("desk.figures.no_posts", "desk.figures.no_posts_lead"))
        return
    used = [metric for metric in METRICS if any(metric in post.values for post in found)]
    head = [el("th", say("desk.figures.post"), scope="col"), el("th", say("desk.figures.published"), scope="col")]
    head += [el("th", say(f"desk.metric.{metric}"), scope="col", class_="n") for metric in used]
    head.append(el("th", say("desk.figures.engagement"), scope="col", class_="n"))
    lines = []
    for post in found:
        there = link(post.permalink, say("desk.inbox.open_there", platform=shown.platform(post.platform, lang)))
        text = words(post.text[:90]) if post.text else el("bdi", post.native_id, class_="mj-note mj-ltr")
        about = el("div", shown.platform(post.platform, lang), " · " if there else None, there, class_="mj-note")
        cells = [el("td", text, about), el("td", shown.stamp(post.published_at, lang))]
        cells += [el("td", shown.number(post.values[m]) if m in post.values else "—", class_="n") for m in used]
        cells.append(el("td", shown.number(post.engagement) if post.values else "—", class_="n"))
        lines.append(el("tr", *cells))
    show(el("div", el("table", el("thead", el("tr", *head)), el("tbody", *lines), class_="mj-table"), class_="mj-scroll"))
