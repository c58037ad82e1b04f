"""Why a delivery stands where it stands, in a person's words."""

from core.i18n import Lang, catalogue, t


def in_words(code: str, state: str, lang: Lang) -> str:
    """The words of a delivery's `reason`; a platform's own code stands behind them in brackets, and what a person typed stays."""
    known, _, detail = code.partition(":")
    key = f"outbox.reason.{known}" if known else f"outbox.reason.none.{'sending' if state == 'sending' else 'other'}"
    if key not in catalogue():
        return code
    return f"{t(key, lang)} ({detail})" if detail else t(key, lang)
