"""A thread on the screen: the post above, who said what in order, the evidence lit up, our answers among them."""

from datetime import datetime

from core.i18n import Lang, t
from core.models import User
from desk import hung, shown, trade
from desk.eyes import Eyes
from desk.safe import Child, Markup, el, link, name, words
from desk.safe import join as joined
from inbox.models import Item, Reply
from inbox.thread import Thread
from outbox.models import Delivery


def _pressing(item: Item, lang: Lang) -> list[tuple[str, list[list[int]]]]:
    """(why in words, places in the text) for each reason that it can't wait. What was judged before reasons were kept has none."""
    reasons = () if item.own else item.verdict.get("urgent", ())
    return [(trade.known("desk.urgent", code, lang), spans) for code, spans in reasons]


def urgent(item: Item, lang: Lang) -> str:
    """Why an item can't wait, in words; "" where nothing says so."""
    return " · ".join(why for why, _ in _pressing(item, lang))


def marks(item: Item, lang: Lang) -> list[tuple[int, int, str]]:
    """(start, end, clause or why it can't wait) of all evidence in the item's text, as the verdict kept it."""
    found = [(trade.clause(one["clause"], lang), one["spans"]) for one in item.verdict.get("clauses", ())]
    return [(start, end, why) for why, spans in found + _pressing(item, lang) for start, end in spans]


def flags(item: Item, lang: Lang) -> list[Markup]:
    """What is special about an item, as chips; first whether it can't wait, and why."""
    said = []
    if why := urgent(item, lang):
        said += [shown.chip(t("desk.flag.urgent", lang), "bad"), el("span", why, class_="mj-note")]
    if item.private:
        said.append(shown.chip(t("desk.flag.private", lang), "info"))
    if item.hidden:
        said.append(shown.chip(t("desk.flag.hidden", lang), "bad"))
    if item.deleted:
        said.append(shown.chip(t("desk.flag.deleted", lang), "warn"))
    if item.edited:
        said.append(shown.chip(t("desk.flag.edited", lang)))
    return said


def by(item: Item, lang: Lang, eyes: Eyes, *extra: Child) -> Markup:
    """Who said it, when, and where to see it on the platform."""
    who = el(
        "b",
        name(
            eyes.words(item.author_name or item.author_handle, item.id),
            t("desk.flag.ours" if item.own else "desk.inbox.no_name", lang),
        ),
    )
    there = link(item.permalink, t("desk.inbox.open_there", lang, platform=shown.platform(item.platform, lang)))
    right = joined((*extra, shown.stamp(item.created_at, lang), " · " if there else None, there))
    return el("div", who, el("span", right), class_="mj-by")


def said(thread: Thread, item: Item, lang: Lang, eyes: Eyes) -> Markup:
    """One item of the thread."""
    current = item.id == thread.item.id
    classes = ["mj-said"]
    classes += ["now"] if current else []
    classes += ["ours"] if item.own else []
    classes += ["gone"] if item.deleted or item.hidden else []
    text = words(eyes.item(item), marks(item, lang)) if item.text else el("div", hung.instead(item, lang), class_="mj-note")
    beside = hung.listed(item, lang, eyes)
    chips = flags(item, lang)
    older = [
        el("details", el("summary", t("desk.inbox.earlier", lang), class_="mj-note"), words(eyes.words(version.text, item.id)))
        for version in thread.versions.get(item.id or 0, ())
    ]
    marked = el("div", *chips, class_="mj-chips") if chips else None
    return el("div", by(item, lang, eyes), text, beside, marked, *older, class_=" ".join(classes))


def answer(
    reply: Reply, delivery: Delivery | None, author: User | None, lang: Lang, eyes: Eyes, approver: User | None = None
) -> Markup:
    """An answer of ours, how far it got, and who said yes to it where somebody had to."""
    state = reply.state
    tone = {"sent": "good", "queued": "info", "refused": "bad", "withdrawn": "warn"}.get(state, "")
    chips = [shown.chip(t(f"desk.reply.state.{state}", lang), tone)]
    if reply.private:
        chips.append(shown.chip(t("desk.reply.private", lang), "info"))
    if delivery is not None and state == "queued" and delivery.state not in ("scheduled", "sending"):
        chips.append(shown.chip(t(f"desk.delivery.{delivery.state}", lang), "warn"))
    if approver is not None:
        chips.append(shown.chip(t("desk.seconding.approved_by", lang, name=approver.display_name), "good"))
    who = el("b", name(author.display_name if author else "", t("desk.flag.ours", lang)))
    head = el("div", who, shown.stamp(reply.updated_at, lang), class_="mj-by")
    return el(
        "div", head, words(eyes.words(reply.text, reply.item_id)), el("div", *chips, class_="mj-chips"), class_="mj-said ours"
    )


def whole(thread: Thread, deliveries: dict[int, Delivery], people: dict[int, User], lang: Lang, eyes: Eyes) -> Markup:
    """The thread from the post above it down to the last word. Our echo on the platform is shown once, as our reply."""
    mine = {reply.delivery_id for reply in thread.replies if reply.delivery_id}
    ours = {d.external_id for d in deliveries.values() if d.external_id}
    lines: list[tuple[datetime, Markup]] = [
        (item.created_at, said(thread, item, lang, eyes))
        for item in thread.items
        if not (item.own and (item.delivery_id in mine or item.native_id in ours)) and item is not thread.root
    ]
    lines += [
        (
            reply.created_at,
            answer(
                reply,
                deliveries.get(reply.delivery_id or 0),
                people.get(reply.author_id),
                lang,
                eyes,
                people.get(reply.decided_by_id or 0),
            ),
        )
        for reply in thread.replies
        if reply.state != "asked"  # desk.seconding shows it, with its buttons
    ]
    lines.sort(key=lambda line: line[0])
    top = None
    if thread.root is not None and all(thread.root.id != item.id for item in thread.items):
        label = el("div", t("desk.inbox.parent", lang), class_="mj-note")
        above = words(eyes.item(thread.root)), hung.listed(thread.root, lang, eyes)
        top = el("div", label, by(thread.root, lang, eyes), *above, class_="mj-said post")
    head = el("h2", t("desk.inbox.thread", lang), class_="mj-aloud")
    pane = {"tabindex": 0, "role": "region", "aria_label": t("desk.inbox.thread", lang), "data_item": thread.item.id}
    return el("div", head, top, *(line for _, line in lines), class_="mj-thread mj-pane", **pane)
