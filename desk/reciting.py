"""What an edition says, clause by clause in both languages. Its words for finding are shown in full to policy owners alone."""

from collections.abc import Callable, Sequence
from itertools import groupby

from core.actors import Actor
from core.i18n import t
from desk import session, shown, trade
from desk.safe import Markup, el, show, words
from desk.session import say
from policies.clauses import Clause, Edition, Legal, Promise, SecondLook, Term, Words
from policies.schema import SURE

TONES = {"hide": "bad", "review": "warn", "allow": ""}
OPENS = ("policy.propose", "policy.activate")


def clauses(person: Actor, edition: Edition) -> None:
    """The whole edition: preamble, clauses, promises."""
    sees = any(person.can(ability) for ability in OPENS)
    show(
        el("div", _pair(edition.preamble), class_="mj-panel"),
        *(_clause(one, sees=sees) for one in edition.clauses),
        _second_look(edition.second_look),
        *(_promises(name, found) for name in ("commitments", "rights") if (found := getattr(edition, name))),
    )
    if not sees:
        show(el("p", say("desk.policy.masked"), class_="mj-note"))


def _pair(text: Words) -> Markup:
    """Both languages side by side, the reader's own first."""
    order = ("ar", "en") if session.lang() == "ar" else ("en", "ar")
    return el("div", *(el("p", getattr(text, lang), lang=lang, dir="auto") for lang in order), class_="mj-pair")


def _clause(one: Clause, *, sees: bool) -> Markup:
    lang = session.lang()
    chips = [
        el("span", el("span", t(f"difference.action.{one.action}", lang)), class_=f"mj-chip {TONES[one.action]}".strip()),
        shown.chip(say("desk.policy.severity", n=one.severity)),
        shown.chip(say("desk.policy.alone" if one.automatic else "desk.policy.by_person"), "info" if one.automatic else ""),
    ]
    called = trade.known("desk.clause", one.id, lang)
    code = el("bdi", one.id, class_="mj-note", dir="ltr") if called != one.id else None
    return el(
        "section",
        el("h3", called, " ", code),
        el("div", *chips, class_="mj-chips"),
        _pair(one.text),
        _folded("notice", 1, _pair(one.notice)),
        _legal(one.legal) if one.legal else None,
        _examples("examples", one.examples),
        _examples("counter_examples", one.counter_examples),
        _terms("terms", [term for term in one.terms if term.score >= SURE], _whole if sees else _first_letter),
        _terms("hints", [term for term in one.terms if term.score < SURE], _whole if sees else _first_letter),
        _patterns(one.patterns, sees=sees),
        class_="mj-panel mj-clause",
    )


def _folded(name: str, count: int, *inside: Markup) -> Markup:
    """A part that is opened by whoever wants it, under the name a difference has for it."""
    label = t(f"difference.field.{name}", session.lang())
    number = el("bdi", f"({shown.number(count)})") if count > 1 else None
    return el("details", el("summary", label, " ", number), *inside)


def _examples(name: str, found: Sequence[str]) -> Markup | None:
    return _folded(name, len(found), el("ul", *(el("li", words(one)) for one in found))) if found else None


def _terms(name: str, found: Sequence[Term], shape: Callable[[str], str]) -> Markup | None:
    if not found:
        return None
    by_language = groupby(sorted(found, key=lambda term: term.language), key=lambda term: term.language)
    lines = [
        el("div", el("b", trade.known("desk.language", code, session.lang())), " ", *(_term(shape(one.text)) for one in same))
        for code, same in by_language
    ]
    return _folded(name, len(found), el("div", *lines, class_="mj-terms"))


def _term(text: str) -> Markup:
    return el("bdi", text, class_="mj-chip")


def _whole(text: str) -> str:
    return text


def _first_letter(text: str) -> str:
    """A word nobody needs to read in full: each of its words by its first letter."""
    return " ".join(part[:1] + "•" * (len(part) - 1) for part in text.split())


def _patterns(found: Sequence[str], *, sees: bool) -> Markup | None:
    if not found:
        return None
    inside = el("ul", *(el("li", el("code", one, dir="ltr")) for one in found)) if sees else el("p", say("desk.policy.masked_part"))
    return _folded("patterns", len(found), inside)


def _legal(legal: Legal) -> Markup:
    law = f"{legal.law(session.lang())} ({legal.year}) · {legal.article}"
    doubt = shown.chip(say("desk.policy.doubtful"), "warn") if legal.doubtful else None
    checked = el("p", say("desk.policy.checked", day=shown.day(legal.checked, session.lang())), " ", doubt, class_="mj-note")
    return _folded("legal", 1, el("p", law, dir="auto"), checked)


def _second_look(asked: SecondLook) -> Markup:
    """Whose answers need a colleague's yes before they leave; that none do, where none do."""
    lang = session.lang()
    groups = (("clauses", "desk.clause"), ("grades", "desk.case.grade"), ("kinds", "desk.kind"))
    lines = [
        el(
            "p",
            t(f"difference.field.reply.approval.{name}", lang),
            ": ",
            *(shown.chip(trade.known(group, one, lang)) for one in found),
        )
        for name, group in groups
        if (found := getattr(asked, name))
    ]
    nothing = el("p", say("desk.policy.no_second_look"), class_="mj-note")
    return el("section", el("h3", say("desk.policy.second_look")), *(lines or [nothing]), class_="mj-panel mj-clause")


def _named(group: str, code: str) -> Markup:
    return shown.chip(trade.known(group, code, session.lang()))


def _promises(name: str, found: Sequence[Promise]) -> Markup:
    return el("section", el("h3", say(f"desk.policy.{name}")), *(_pair(one.text) for one in found), class_="mj-panel mj-clause")
