"""The narrow column beside a thread: what the policy says, what the message is, what was decided before."""

from core.i18n import Lang, t
from desk import shown, trade
from desk.eyes import Eyes
from desk.safe import Child, Markup, el, evidence, join, words
from inbox.models import Case, Item
from inbox.thread import Thread

TONES = {"allow": "good", "review": "warn", "hide": "bad"}


def _facts(*pairs: tuple[str, Child]) -> Markup:
    return el("dl", *(join((el("dt", label), el("dd", value))) for label, value in pairs), class_="mj-facts")


def judged(item: Item, lang: Lang, eyes: Eyes) -> Markup | None:
    """The verdict: each clause with its evidence, and what the edition proposes. Nothing for our own words."""
    if item.own or not item.edition:
        return None
    found, text = item.verdict.get("clauses", []), eyes.item(item)
    head = el("h3", t("desk.judged.title", lang))
    if not found:
        looks = item.action == "review"
        body = el("p", t("desk.judged.wordless" if looks else "desk.judged.clean", lang), class_="mj-note")
        return el("section", head, body, _personal(item, lang), class_="mj-panel warn" if looks else "mj-panel")
    blocks = []
    for finding in found:
        found_in = (el("div", evidence(text[start:end])) for start, end in finding["spans"])
        blocks.append(el("div", el("b", trade.clause(finding["clause"], lang)), *found_in))
    proposed = shown.chip(t(f"desk.action.{item.action}", lang), TONES.get(item.action, ""))
    reference = el("bdi", f"{item.edition}#{item.clause}" if item.clause else item.edition, class_="mj-ltr mj-note")
    tone = "bad" if item.action == "hide" else "warn" if item.action == "review" else ""
    chips = el("div", proposed, class_="mj-chips")
    return el("section", head, *blocks, chips, reference, _personal(item, lang), class_=f"mj-panel {tone}".strip())


def _personal(item: Item, lang: Lang) -> Markup | None:
    """Kinds of personal data in the text; the data itself is not repeated."""
    types = dict.fromkeys(found["type"] for found in item.verdict.get("pii", []))
    if not types:
        return None
    chips = [shown.chip(trade.known("desk.pii", kind, lang), "info") for kind in types]
    return el("div", el("span", t("desk.pii.title", lang), class_="mj-note"), *chips, class_="mj-chips")


def about(item: Item, case: Case | None, lang: Lang) -> Markup:
    """Where it stands and what it is about."""
    pairs: list[tuple[str, Child]] = [
        ("platform", shown.platform(item.platform, lang)),
        ("surface", t(f"desk.surface.{item.surface}", lang)),
        ("state", t(f"desk.state.{item.state}", lang)),
    ]
    if not item.own:
        pairs += [
            ("kind", t(f"desk.kind.{item.kind}", lang)),
            ("topic", t(f"desk.topic.{item.topic}", lang)),
            ("language", trade.known("desk.language", item.language, lang)),
            ("sentiment", t(f"desk.sentiment.{item.sentiment}", lang)),
        ]
    if item.due_at is not None:
        pairs.append(("due", shown.stamp(item.due_at, lang)))
    if case is not None:
        address = el("a", el("bdi", case.number, class_="mj-ltr"), href=f"/cases?case={case.id}", target="_self", class_="mj-link")
        pairs.append(("case", address))
    named = [(t(f"desk.about.{key}", lang), value) for key, value in pairs]
    return el("section", el("h3", t("desk.about.title", lang)), _facts(*named), class_="mj-panel")


def decisions(thread: Thread, lang: Lang, eyes: Eyes) -> Markup | None:
    """What was decided about this item, newest first; the first silent "no concern" is left out."""
    made = [d for d in reversed(thread.decisions.get(thread.item.id or 0, ())) if not (d.automatic and d.action == "allow")]
    if not made:
        return None
    lines = []
    for decision in made:
        who = t("desk.decision.automatic" if decision.automatic else "desk.decision.person", lang)
        what = f"{t(f'desk.decision.{decision.action}', lang)} · {who}"
        clause = el("div", trade.clause(decision.clause, lang)) if decision.clause else None
        why = trade.known("desk.decision.why", decision.reason, lang) if decision.automatic else decision.reason
        reason = words(eyes.words(why, thread.item.id), class_="mj-words mj-note") if why else None
        lines.append(el("li", shown.stamp(decision.at, lang), el("b", what), clause, reason))
    return el("section", el("h3", t("desk.history.title", lang)), el("ul", *lines, class_="mj-steps"), class_="mj-panel")
