"""Why a delivery stands where it stands, in a person's words."""

from core.i18n import Lang, catalogue, t


def in_words(code: str, state: str, lang: Lang) -> str:
    """The words of a delivery's `reason`, and of what the platform said where there are any; else its code stands behind them in
    brackets. What a person typed stays."""
    known, _, detail = code.partition(":")
    key = f"outbox.reason.{known}" if known else f"outbox.reason.none.{'sending' if state == 'sending' else 'other'}"
    if key not in catalogue():
        return code
    if not detail:
        return t(key, lang)
    why = next((f"refused.{part}" for part in (detail, *detail.split("/")[::-1]) if f"refused.{part}" in catalogue()), "")
    return f"{t(key, lang)}: {t(why, lang)}" if why else t("outbox.reason_code", lang, reason=t(key, lang), code=detail)
