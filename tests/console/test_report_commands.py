"""`manage.py report`: the weekly report as a page, or queued to whoever asked for it."""

from tests.console.conftest import Door


def test_the_report_is_written_in_either_language_and_sent_to_nobody_who_did_not_ask(door: Door) -> None:
    page = door.run("report", "--week", "2026-W40")
    assert page.returncode == 0, page.stderr
    assert page.stdout.startswith('<!doctype html><html lang="ar" dir="rtl">')
    assert "28 سبتمبر" in page.stdout
    told = door.told("report", "--week", "2026-W40", "--lang", "en")
    assert told["week"] == "2026-W40"
    assert "Weekly report, 28 September – 4 October 2026" in told["page"]
    assert door.told("report", "--week", "2026-W40", "--send") == {"week": "2026-W40", "readers": 0}


def test_a_week_that_is_not_over_is_refused_by_name(door: Door) -> None:
    refused = door.run("report", "--week", "2099-W01")
    assert refused.returncode == 1
    assert "2099-W01" in refused.stderr
