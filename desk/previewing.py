"""Each version of a post on the screen exactly as its account will get it, with what was found in it lit up."""

from collections.abc import Sequence

import streamlit as st
from sqlmodel import Session

from connectors.contract import Poll
from core.errors import MajlisError
from core.i18n import t
from core.models import Account
from core.settings import settings
from desk import chrome, pictures, session, shown, store, trade
from desk.refusals import told
from desk.safe import Markup, el, join, link, name, show, words
from desk.session import say
from outbox import media
from outbox.body import MediaFile
from outbox.models import Delivery
from policies.masking import masked
from scheduler import posts, queueing
from scheduler.findings import Finding
from scheduler.models import Post
from scheduler.preview import Preview

DELIVERED = {"published": "good", "scheduled": "info", "sending": "info"}


def previews(reading: Session, post: Post, found: Sequence[Finding] = ()) -> None:
    """All versions side by side, with the state of their deliveries; films stand beneath, to be played."""
    lang = session.lang()
    try:
        made = posts.preview(reading, post, store.connections())
    except MajlisError as refusal:
        show(chrome.panel("bad", told(refusal, lang)))
        return
    carried = {delivery.id: delivery for delivery in queueing.deliveries(reading, post)}
    cards = [
        _card(one, reading.get_one(Account, one.account_id), carried.get(one.delivery_id), [f for f in found if within(f, one)])
        for one in made
    ]
    if cards:
        show(el("div", *cards, class_="mj-previews"))
    for film in (one for one in queueing.pictures(reading, post) if one.film):
        if (path := media.folder(settings().var_dir) / film.path).is_file():
            st.video(path)
            show(words(film.alt, class_="mj-note mj-paragraphs"))


def within(finding: Finding, version: Preview) -> bool:
    """Whether the finding points at a place in the words of this version, and not in the account's other language form."""
    if finding.span is None or version.account not in finding.of:
        return False
    quote = str(finding.values.get("quote", ""))
    where = slice(finding.span[0], finding.span[0] + len(quote))
    return any(text[where] == quote for text in (version.text, masked(version.text, settings().office_contacts)))


def _card(preview: Preview, account: Account, delivery: Delivery | None, found: Sequence[Finding]) -> Markup:
    """One version with its count, its cost and whatever stands in the way."""
    lang = session.lang()
    called = shown.platform(account.platform, lang, account.backend)
    count = f"{preview.count} / {preview.limit}" if preview.limit else str(preview.count)
    cost = f"${preview.cost_micros / 1_000_000:.3f}" if preview.cost_micros else ""
    chips = [shown.chip(why.words(lang), "bad") for why in preview.whys]
    chips += [shown.chip(note.words(lang), "warn") for note in preview.notes]
    marks = [(*finding.span, finding.words(lang)) for finding in found if finding.span is not None]
    head = el(
        "div",
        el("b", name(account.name or called)),
        el("span", f"{called} · {say(f'desk.form.{preview.lang}')}" if account.name else say(f"desk.form.{preview.lang}")),
        class_="mj-by",
    )
    foot = el("div", *chips, el("bdi", count, class_="mj-ltr mj-note"), el("bdi", cost, class_="mj-ltr mj-note"), class_="mj-chips")
    return el(
        "article",
        head,
        _state(delivery, account),
        words(preview.text, marks, class_="mj-words mj-paragraphs"),
        _poll(preview.poll) if preview.poll else None,
        *(file(one) for one in preview.media),
        el("p", say("desk.approve.card"), " ", el("bdi", preview.link), class_="mj-note") if preview.link else None,
        foot,
        class_="mj-said",
    )


def _state(delivery: Delivery | None, account: Account) -> Markup | None:
    """Where the delivery of a version stands, how late it went, and its place on the platform."""
    if delivery is None:
        return None
    lang = session.lang()
    why = f" · {trade.reason(delivery.reason, lang)}" if delivery.reason and delivery.state != "published" else ""
    chips = [shown.chip(say(f"desk.delivery.{delivery.state}") + why, DELIVERED.get(delivery.state, "bad"))]
    if late := delivery.late_minutes:
        chips.append(shown.chip(t("post.late_by", lang, n=late), "warn"))
    there = say("desk.inbox.open_there", platform=shown.platform(account.platform, lang))
    return el("div", *chips, link(delivery.permalink, there), class_="mj-chips")


def _poll(poll: Poll) -> Markup:
    lasts = say("desk.approve.poll", length=shown.length(poll.minutes * 60, session.lang()))
    return el(
        "div",
        el("ul", *(el("li", option, dir="auto") for option in poll.options), class_="mj-poll"),
        el("p", lasts, class_="mj-note"),
    )


def file(one: MediaFile, *, told: bool = True) -> Markup:
    """A picture as it is sent, and (`told`) beneath it what it says to those who can't see it."""
    path = media.folder(settings().var_dir) / one.path
    seen = (
        shown.chip(say("desk.compose.film")) if one.film else el("img", src=pictures.kept(path), alt=one.alt, class_="mj-picture")
    )
    if told and one.alt:
        return join((seen, el("p", say("desk.approve.alt"), class_="mj-note"), words(one.alt, class_="mj-note mj-paragraphs")))
    why = el("p", shown.chip(say("desk.approve.alt_why", why=one.alt_why), "warn")) if told and one.alt_why else None
    return join((seen, why))
