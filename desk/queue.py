"""The list of the inbox: a page of rows with all that a clerk must see at a glance, and what is done with several at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.display import direction
from desk import bulk, chrome, correcting, duty, eyes, hung, session, shown, sifting, team, thread, trade
from desk.around import Around
from desk.components import event, listing
from desk.doing import turn
from desk.session import say
from inbox.correcting import FIELDS
from inbox.models import Item
from inbox.search import Filter, ItemPage, Key
from inbox.search import page as page_of

PAGE: Final = 50
LIST: Final = "inbox_list"
#: of each page that was turned to: the keys of those before it, the first page's ("") first
TRAILS: Final = "inbox_trails"


@dataclass(frozen=True, slots=True)
class Laid:
    """The list as it was drawn: what was `asked` for, how it was `narrowed`, the switch above it, rows by item id, the rest of what
    the component is given, and what was `known` of these items."""

    asked: tuple[object, ...]
    narrowed: dict[str, str]
    switch: sifting.Switch
    rows: dict[int, dict[str, Any]]
    rest: dict[str, Any]
    known: Around

    def read(self, item: Item) -> "Laid":
        """The same, but that message is before the person: it is unread no more."""
        if item.id not in self.known.unread:
            return self
        rows = {id_: {**row, "unread": row["unread"] and id_ != item.id} for id_, row in self.rows.items()}
        return replace(self, rows=rows, known=replace(self.known, unread=self.known.unread - {item.id}))


def read(reading: Session, wanted: Filter) -> ItemPage:
    """The page that the address asks for; only what waits for review can come worst first."""
    here = sifting.place()
    after = Key.parse(here.get("after"))
    worst_first = here.get("order") == "harm" and wanted.view == "review" and not wanted.text.strip()
    found = page_of(reading, wanted, after, PAGE, worst_first=worst_first)
    st.session_state["inbox_next"] = str(found.next) if found.next else ""
    return found


def laid(reading: Session, person: Actor, found: ItemPage, around: Around) -> Laid:
    """The rows in words, the ways to the pages before and after, and the deeds for those that are ticked."""
    sees, first, many = eyes.of(person), len(_trail()) * PAGE + 1, len(found.items)
    named = {tag.code: team.called(tag, session.lang()) for tag in around.known if tag.active}
    counted = say("desk.inbox.shown", n=many) if first == 1 else say("desk.list.from", first=first, last=first + many - 1)
    labels = {name: say(f"desk.inbox.{name}") for name in ("list", "selected")}
    labels |= {name: say(f"desk.list.{name}") for name in ("more", "earlier", "hint", "unread", "all", "none", "other", "apply")}
    return Laid(
        asked(),
        sifting.narrowed(),
        sifting.switch(reading, person),
        {one.id or 0: _row(one, person, sees, around, named) for one in found.items},
        {
            "labels": {
                **labels,
                "empty": say("desk.inbox.none_fits" if sifting.narrowed() else "desk.inbox.nothing"),
                "shown": counted,
            },
            "more": found.next is not None,
            "earlier": bool(sifting.place().get("after")),
            "actions": bulk.offered(reading, person),
            "corrections": _corrections(person),
        },
        replace(around, cases={}, asleep={}),
    )


def draw(laid: Laid, item: Item | None) -> None:
    """The list with `item` open in it."""
    on = {"open": _opened, "more": _more, "earlier": _earlier, "bulk": _bulk, "correct": _correct, "find": _find}
    listing(LIST, list(laid.rows.values()), selected=str(item.id) if item else "", on=on, **laid.rest)


def asked() -> tuple[object, ...]:
    """What list and counts depend on beside what others do: what is chosen, the page, the language, one's own deeds and what was
    told about them (a refusal tells that somebody was there before)."""
    sent, told = st.session_state.get("reply_outcome") or {}, st.session_state.get(chrome.PAGE)
    return sifting.chosen(), sifting.place().get("after"), session.lang(), turn(), told, sent.get("nonce")


def _row(item: Item, person: Actor, sees: eyes.Eyes, around: Around, named: Mapping[str, str]) -> dict[str, Any]:
    lang = session.lang()
    return {
        "id": item.id,
        "name": sees.words(item.author_name or item.author_handle, item.id) or say("desk.inbox.no_name"),
        "when": shown.short_ago(item.created_at, lang),
        "text": sees.item(item)[:280] or hung.instead(item, lang),
        "dir": direction(item.text),
        "gone": item.deleted,
        "unread": item.id in around.unread,
        "fits": {name: getattr(item, name) for name in FIELDS} if not item.own else {},
        "chips": [*_calling(item, around), *_marks(item, person), *_tags(item, around, named)],
    }


def _calling(item: Item, around: Around) -> list[dict[str, str]]:
    """What can't wait, who is at it already, what is due and why."""
    chips, lang = [], session.lang()
    if why := thread.urgent(item, lang):
        chips.append({"label": say("desk.flag.urgent"), "tone": "bad", "title": why})
    for one in around.there.get(item.id or 0, ()):
        tone = "warn" if one.doing == "replying" else ""
        chips.append({"label": say(f"desk.list.{one.doing}", name=one.name), "tone": tone, "named": "name"})
    if (until := around.asleep.get(item.id or 0)) is not None:
        chips.append({"label": say("desk.list.snoozed", when=shown.moment(until, lang)), "tone": "info"})
    case = around.cases.get(item.case_id or 0)
    owed = duty.brief(case, lang) if case is not None else None
    if case is not None and owed is not None:
        chips.append({"label": owed[0], "tone": owed[1], "title": duty.reason(case, lang)})
    return chips


def _marks(item: Item, person: Actor) -> list[dict[str, str]]:
    """What it is, what was found in it, what became of it."""
    lang = session.lang()
    chips = [{"label": shown.platform(item.platform, lang), "tone": ""}]
    if item.kind != "other":
        chips.append({"label": say(f"desk.kind.{item.kind}"), "tone": "info" if item.kind == "complaint" else ""})
    if item.text.strip():  # else they are told in the place of the words
        chips += [{"label": kind, "tone": ""} for kind in hung.kinds(item, lang)]
    if item.clause and not item.own:
        chips.append({"label": trade.clause(item.clause, lang), "tone": "bad"})
    flags = {"private": "info", "hidden": "bad", "deleted": "warn"}
    chips += [{"label": say(f"desk.flag.{flag}"), "tone": tone} for flag, tone in flags.items() if getattr(item, flag)]
    if item.own:
        chips.append({"label": say("desk.flag.ours"), "tone": "good"})
    if item.assignee_id is not None and item.assignee_id == person.user_id:
        chips.append({"label": say("desk.flag.assigned_me"), "tone": "good"})
    return chips


def _tags(item: Item, around: Around, named: Mapping[str, str]) -> list[dict[str, str]]:
    """How colleagues marked it."""
    return [{"label": named.get(tag, tag), "tone": "tag", "named": "tag"} for tag in around.tags.get(item.id or 0, ())]


def _corrections(person: Actor) -> dict[str, list[dict[str, str]]]:
    """Field -> what a message may be corrected to, in words; nothing for whoever may not."""
    if not person.can("item.work"):
        return {}
    lang = session.lang()
    return {
        name: [{"value": one, "label": trade.known(f"desk.{name}", one, lang)} for one in known] for name, known in FIELDS.items()
    }


def _trails() -> dict[tuple[object, ...], list[str]]:
    kept: dict[tuple[object, ...], list[str]] = st.session_state.setdefault(TRAILS, {})
    return kept


def _page(after: str) -> tuple[object, ...]:
    """Names one page of the list that is chosen."""
    return (*sorted(sifting.chosen().items()), after)


def _trail() -> list[str]:
    return _trails().get(_page(sifting.place().get("after")), [])


def _opened() -> None:
    if (chosen := event(LIST, "open")) is not None:
        sifting.place().set(item=int(chosen))


def _more() -> None:
    after = st.session_state.get("inbox_next")
    if event(LIST, "more") is not None and after:
        here = sifting.place()
        _trails()[_page(after)] = [*_trail(), here.get("after")]
        here.set(after=after, item=None)


def _earlier() -> None:
    """The page before; where nobody came from one (an address was opened), the first."""
    if event(LIST, "earlier") is not None:
        before = (_trail() or [""])[-1]
        sifting.place().set(after=before, item=None)


def _bulk() -> None:
    if given := event(LIST, "bulk"):
        bulk.do(str(given["action"]), str(given.get("value") or ""), [int(item_id) for item_id in given["ids"]])


def _correct() -> None:
    """One field of one message, in one press."""
    if given := event(LIST, "correct"):
        correcting.correct(int(given["item"]), str(given["field"]), str(given["value"]))


def _find() -> None:
    """Words typed into the palette: a search over everything."""
    if (text := event(LIST, "find")) is not None:
        sifting.place().set(q=str(text).strip(), view="all", item=None, after=None)
