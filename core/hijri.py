"""The Hijri date beside the Gregorian one, by the Umm al-Qura tables: as printed ahead, not as a moon sighting may have it."""

from dataclasses import dataclass
from datetime import date, datetime

from core.clock import in_dubai
from core.i18n import Lang, t

#: days that the tables reach
FIRST, LAST = date(1924, 8, 1), date(2077, 11, 16)


@dataclass(frozen=True, slots=True)
class HijriDate:
    """A day of the Hijri calendar; `month` from 1 (Muharram) to 12."""

    year: int
    month: int
    day: int

    def words(self, lang: Lang) -> str:
        """`14 جمادى الآخرة 1448 هـ`, `14 Jumada al-Akhirah 1448 AH`."""
        return t("hijri.date", lang, day=self.day, month=t(f"hijri.month.{self.month}", lang), year=self.year)


def hijri(day: date) -> HijriDate | None:
    """The Hijri date of a day (of an instant: of its day in Dubai); None outside the tables (1924 to 2077)."""
    from hijridate import Gregorian  # light commands need none of it

    if isinstance(day, datetime):
        day = in_dubai(day).date()
    if not FIRST <= day <= LAST:
        return None
    return HijriDate(*Gregorian.fromdate(day).to_hijri().datetuple())


def gregorian(year: int, month: int, day: int) -> date:
    """The day that has this Hijri date. Raises ValueError for a date that is none, OverflowError outside the tables."""
    from hijridate import Hijri

    found = Hijri(year, month, day).to_gregorian()
    return date(found.year, found.month, found.day)
