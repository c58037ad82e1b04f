"""The reply box beside a thread: drafts kept, one press one reply, a colleague's answer shown before ours goes over it."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from sqlmodel import Session

from connectors.able import Capabilities
from core.actors import Actor
from core.errors import Conflict, MajlisError, PersonalInPublic
from core.i18n import Lang
from core.models import Account
from desk import chrome, leaving, seconding, session, shown, store, trade
from desk.components import event, mount
from desk.kept import kept
from desk.refusals import told
from desk.safe import el, link, name, show, words
from desk.session import say
from inbox import reply as replies
from inbox import saved
from inbox.models import Item, Reply

KEY = "reply_box"
#: the item whose saved answers are open
CHOOSING = "reply_choosing"
#: so long is kept what an account's answers may be, which changes with its credentials alone
ABLE_S = 600
#: health of an account whose answers leave at once
HEARD = ("ok", "unknown")
#: words of the box: component label -> word key
LABELS = (
    "placeholder", "sending", "saved", "unsaved", "private", "send_private", "keys", "open", "undo", "ready", "seek", "none",
    "loading", "slash", "moved",
)  # fmt: skip


def counts_of(item: Item, account: Account) -> dict[str, dict[str, Any]]:
    """How an answer in the open and one aside are counted and how long each may be, as the platform has it; `limit` 0 where it sets
    none or its credentials can't be opened."""
    able = _able(account)
    aside = {"style": "bytes" if able.counts_bytes else "chars", "limit": able.direct_limit}
    public = {"style": "x" if item.platform == "x" else "chars", "limit": able.text_limit}
    return {"open": aside if item.private else public, "aside": aside}


def _able(account: Account) -> Capabilities:
    """Kept for a while: each run is a thread of its own, which would open credentials and client anew."""

    def asked() -> Capabilities:
        try:
            return store.connections()(account).capabilities
        except MajlisError:
            return Capabilities()

    return kept(f"able:{account.id}:{account.backend}:{account.sealed}", ABLE_S, asked)


def _made(given: dict[str, Any]) -> int | None:
    return int(given["made"]) or None


def _save() -> None:
    given = event(KEY, "draft")
    if not given:
        return
    try:
        person = session.actor()
        with store.write() as writing:
            seen = str(given["seen"])[:60]
            item_id, text, private = int(given["item"]), str(given["text"]), bool(given["private"])
            replies.save_draft(writing, person, item_id, text, private=private, saved_id=_made(given), seen_version=seen)
    except MajlisError as refusal:
        chrome.flash("bad", told(refusal, session.lang()))


def _send() -> None:
    given = event(KEY, "send")
    if not given:
        return
    nonce, item_id = str(given["nonce"]), int(given["item"])
    st.session_state["reply_outcome"] = outcome = {
        "item": item_id,
        "nonce": nonce,
        "problem": "",
        "theirs": None,
        "privately": False,
    }
    try:
        person = session.actor()
        with store.write() as writing:
            sent = replies.send(
                writing,
                person,
                item_id,
                str(given["text"]),
                seen_version=str(given["seen"]),
                nonce=nonce,
                private=bool(given["private"]),
                saved_id=_made(given),
            )
        st.session_state[leaving.LATEST] = (sent.id, item_id)
        st.session_state.pop(CHOOSING, None)
    except PersonalInPublic as refusal:
        outcome["problem"], outcome["privately"] = told(refusal, session.lang()), refusal.details["instead"] == "privately"
    except Conflict as clash:
        outcome["problem"] = clash.words(session.lang())
        outcome["theirs"] = (str(clash.details["their_name"]), str(clash.details["their_text"]))
    except MajlisError as refusal:
        outcome["problem"] = told(refusal, session.lang())


def _undo() -> None:
    if given := event(KEY, "undo"):
        leaving.take_back(int(given["reply"]), item_id=int(given["item"]), begun=str(given["text"]), made=_made(given))


def _seek() -> None:
    if given := event(KEY, "seek"):
        st.session_state[CHOOSING] = int(given["item"])


def _refused(item: Item) -> None:
    """Say why this item can't be answered from here, and where it can."""
    why = "deleted" if item.deleted else "own" if item.own else str(item.can.get("why_no_reply") or "no_reply")
    lang = session.lang()
    there = link(item.permalink, say("desk.inbox.open_there", platform=shown.platform(item.platform, lang)))
    show(chrome.panel("warn", el("h3", say("desk.reply.cannot")), el("div", trade.cannot(why, lang)), there))


def _offers(reading: Session, item: Item, lang: Lang) -> list[dict[str, Any]] | None:
    """The saved answers, once they were asked for; None before."""
    if st.session_state.get(CHOOSING) != item.id:
        return None
    return [
        {
            "id": offer.id,
            "name": offer.name,
            "topic": say(f"desk.topic.{offer.topic}") if offer.topic != "none" else "",
            "text": offer.text,
            "lang": offer.lang,
            "over": offer.over,
            "note": say("desk.reply.over", day=shown.day(offer.review_by, lang)) if offer.over else "",
        }
        for offer in saved.offered(reading, item)
    ]


def _notices(reading: Session, draft: Reply | None, item: Item, *, private: bool) -> None:
    """What stands against the draft as it is kept: a colleague's word, a saved answer that is over, what is not for everybody."""
    if draft is None:
        return
    lang = session.lang()
    if draft.decided_note:
        show(chrome.panel("warn", el("h3", say("desk.reply.sent_back")), words(draft.decided_note)))
    if (why := saved.objection(reading, draft.saved_id)) is not None:
        show(chrome.panel("warn", el("div", why.words(lang))))
    if unfit := replies.unfit(item, draft.text, private=private):
        show(chrome.panel("warn", el("h3", say("desk.reply.unfit")), el("div", unfit.words(lang))))


def open_to(person: Actor, item: Item) -> bool:
    """Whether this person finds a reply box beside the item."""
    able = item.can.get("reply") or item.can.get("reply_privately")
    return person.can("reply.write") and bool(able) and not (item.deleted or item.own)


def box(reading: Session, person: Actor, item: Item, account: Account, answers: Sequence[Reply], seen: str) -> bool:
    """The reply box of `item`, or the reason why there is none. `answers` are those in its thread, `seen` is their version.

    Whether this person has begun to write."""
    if not person.can("reply.write"):
        show(el("p", say("desk.reply.not_allowed"), class_="mj-note"))
        return False
    privately, lang = bool(item.can.get("reply_privately")), session.lang()
    if not open_to(person, item):
        _refused(item)
        return False
    if not item.can.get("reply"):
        _refused(item)  # what is left is a private message
    outcome = st.session_state.get("reply_outcome") or {}
    done = outcome if outcome.get("item") == item.id else {}
    if theirs := done.get("theirs"):
        show(chrome.panel("warn", el("h3", say("desk.reply.theirs")), el("b", name(theirs[0])), words(theirs[1])))
    if account.health not in HEARD:
        health = trade.known("desk.health", account.health, lang)
        show(el("p", say("desk.reply.waits", health=health), class_="mj-panel warn", role="status"))
    draft = replies.draft_of(reading, person, item.id or 0)
    refused = done.get("nonce", "") if done.get("problem") else ""
    only_private = privately and not item.private and not item.can.get("reply")
    if not refused:
        _notices(reading, draft, item, private=only_private or item.private or (draft is not None and draft.private))
    look = seconding.why(reading, item)
    mount(
        "reply",
        {
            "item": item.id,
            "user": person.user_id,
            "draft": draft.text if draft else "",
            "draft_private": bool(draft and draft.private),
            "made": (draft.saved_id or 0) if draft else 0,
            "back": f"{draft.id}.{draft.nonce}.{draft.decided_at}" if draft is not None and draft.nonce else "",
            "draft_seen": draft.seen_version if draft else "",
            "seen": seen,
            "counts": counts_of(item, account),
            "can_private": privately and not item.private,
            "only_private": only_private,
            "done": done.get("nonce", "") if not refused else "",
            "refused": refused,
            "problem": done.get("problem", ""),
            "offer_private": bool(done.get("privately")),
            "leaving": leaving.told(reading, person, item, answers, just=bool(done) and not refused),
            "look": look,
            "ready": saved.any_in_use(reading),
            "offers": _offers(reading, item, lang),
            "labels": {
                **{key: say(f"desk.reply.{key}") for key in LABELS},
                "reply": say("desk.reply.label"),
                "send": say("desk.reply.ask" if look else "desk.reply.send"),
                "sent": say("desk.reply.sent"),
            },
        },
        key=KEY,
        draft=_save,
        send=_send,
        undo=_undo,
        seek=_seek,
    )
    return draft is not None and bool(draft.text.strip())
