"""The file of working weeks: dated, in parts where a day is, and refused when it is empty, reversed or unclear."""

from datetime import date, time
from pathlib import Path

import pytest

from core import weekfile
from core.errors import ConfigurationError
from core.i18n import LANGS
from core.weeks import Hours
from core.workdays import Calendar

FASTING = "[[ramadan]]\nmonday = [09:00:00, 14:30:00]\n"
USUAL = "[[usual]]\nmonday = [07:30:00, 15:30:00]\n"


def read(tmp_path: Path, text: str) -> Calendar:
    (tmp_path / "week.toml").write_text(text, "utf-8")
    return Calendar(weeks=weekfile.read(tmp_path / "week.toml"))


def test_a_later_week_holds_from_its_day_on_and_a_single_day_may_have_its_own(tmp_path: Path) -> None:
    calendar = read(
        tmp_path,
        USUAL
        + "[[usual]]\nfrom = 2027-01-01\nmonday = [08:00:00, 16:00:00]\n"
        + "[[usual]]\nfrom = 2027-01-11\nto = 2027-01-11\nmonday = [08:00:00, 12:00:00]\n"
        + FASTING,
    )
    found = [calendar.hours(date(*day)) for day in ((2026, 12, 28), (2027, 1, 4), (2027, 1, 11), (2027, 1, 18))]
    assert [one[0].closes for one in found] == [time(15, 30), time(16), time(12), time(16)]


def test_a_day_may_be_worked_in_parts(tmp_path: Path) -> None:
    calendar = read(tmp_path, "[[usual]]\nmonday = [[07:30:00, 12:00:00], [13:00:00, 15:30:00]]\n" + FASTING)
    assert calendar.hours(date(2026, 11, 30)) == (Hours(time(7, 30), time(12)), Hours(time(13), time(15, 30)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        USUAL,
        "[[usual]]\n" + FASTING,
        "[[usual]]\nmonday = []\n" + FASTING,
        "[[usual]]\nmonday = [15:30:00, 07:30:00]\n" + FASTING,
        "[[usual]]\nmonday = [07:30:00, 07:30:00]\n" + FASTING,
        "[[usual]]\nmonday = [[07:30:00, 12:00:00], [11:00:00, 15:30:00]]\n" + FASTING,
        "[[usual]]\nmonday = [07:30:00]\n" + FASTING,
        "[[usual]]\nmonday = [7, 15]\n" + FASTING,
        "[[usual]]\nmonday = [07:30:00, 15:30:30]\n" + FASTING,
        "[[usual]]\nmonday = '7-15'\n" + FASTING,
        "[[usual]]\nmondey = [07:30:00, 15:30:00]\n" + FASTING,
        "[[usual]]\nfrom = 'today'\nmonday = [07:30:00, 15:30:00]\n" + FASTING,
        "[[usual]]\nfrom = 2027-01-02\nto = 2027-01-01\nmonday = [07:30:00, 15:30:00]\n" + USUAL + FASTING,
        "[[usual]]\nto = 2027-01-01\nmonday = [07:30:00, 15:30:00]\n" + FASTING,
        "[usual]\nmonday = [07:30:00, 15:30:00]\n" + FASTING,
        "usual = 1\n" + FASTING,
        "[[summer]]\nmonday = [07:30:00, 15:30:00]\n" + USUAL + FASTING,
        "no toml",
    ],
)
def test_a_file_that_is_empty_reversed_or_unclear_is_refused_by_its_setting(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        read(tmp_path, text)
    assert refusal.value.details["name"] == "MAJLIS_WEEK_FILE"
    assert len({refusal.value.words(lang) for lang in LANGS}) == len(LANGS)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.toml"):
        weekfile.read(tmp_path / "none.toml")
