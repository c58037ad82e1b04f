"""Days and moments as they are read in the Emirates, in the language of the page."""

from collections.abc import Mapping
from datetime import date, datetime

from babel.dates import format_date, format_datetime
from markupsafe import Markup

from core.clock import DUBAI
from inbox.tongues import Tongue

LOCALES: Mapping[Tongue, str] = {"ar": "ar_AE", "en": "en_GB", "ur": "ur", "hi": "hi", "bn": "bn", "ml": "ml", "tl": "fil"}


def day_words(day: date, tongue: Tongue) -> str:
    """`24 نوفمبر 2026`, `24 November 2026`."""
    return format_date(day, "d MMMM y", locale=LOCALES[tongue])


def moment_words(moment: datetime, tongue: Tongue) -> Markup:
    """A `<time>` element: day and hour in the Emirates, the exact instant for machines."""
    local = moment.astimezone(DUBAI)
    pattern = "d MMMM y، HH:mm" if tongue in ("ar", "ur") else "d MMMM y, HH:mm"
    text = format_datetime(local.replace(tzinfo=None), pattern, locale=LOCALES[tongue])
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="minutes"), text)
