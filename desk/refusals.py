"""A refusal in words a clerk reads: the errors' own sentences, with codes of fields, states and abilities put into words."""

from core.errors import Forbidden, Invalid, MajlisError, NotPossible, WrongState
from core.i18n import Lang, catalogue, t
from core.why import Why
from desk import trade

#: the thing in a WrongState -> group of words for its states
STATES = {
    "item": "desk.state",
    "case": "desk.cases.state",
    "post": "desk.post",
    "delivery": "desk.delivery",
    "reply": "desk.reply.state",
    "pause": "desk.pause.state",
    "event": "desk.event",
    "period": "calendar.status",
    "receipt": "desk.case.was",
    "hold": "desk.case.was",
    "result": "desk.case.was",
    "notice": "desk.case.was",
}


def told(refusal: MajlisError, lang: Lang) -> str:
    """What happened and what to do, without a raw code in it."""
    given = refusal.details
    if isinstance(refusal, Invalid):
        key = f"desk.invalid.{str(given.get('field', '')).replace('.', '_')}"
        ours = key in catalogue() and not isinstance(given.get("why"), Why)  # a reason in words says more
        return t(key, lang) if ours else refusal.words(lang)
    if type(refusal) is WrongState:  # its kinds have sentences of their own
        state = trade.known(STATES.get(str(given["thing"]), "desk.state"), str(given["state"]), lang)
        return t("error.wrong_state", lang, state=state)
    if type(refusal) is Forbidden:  # so have these
        return t("error.forbidden", lang, ability=trade.known("desk.ability", str(given["ability"]), lang))
    if isinstance(refusal, NotPossible):
        return t("error.not_possible", lang, detail=trade.cannot(str(given.get("detail", "")), lang))
    return refusal.words(lang)
