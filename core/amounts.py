"""Numbers, shares and lengths of time as a person reads them: Latin digits, Arabic or English words."""

from core.i18n import Lang, t


def number(value: float) -> str:
    """1,814 or 3.5."""
    return f"{value:,.1f}".removesuffix(".0") if isinstance(value, float) else f"{value:,}"


def share(part: float | None) -> str:
    """94.1%; a dash where there is nothing to share out."""
    return "—" if part is None else f"{part * 100:.1f}%".replace(".0%", "%")


def length(seconds: float | None, lang: Lang) -> str:
    """2 h 05 min; a dash where nothing was measured."""
    if seconds is None:
        return "—"
    minutes = round(seconds / 60)
    if minutes < 60:
        return t("amount.minutes", lang, n=minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return t("amount.hours", lang, hours=hours, minutes=f"{rest:02d}")
    return t("amount.days", lang, n=round(hours / 24))
