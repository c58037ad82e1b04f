"""The calendar from the command line: estimates are listed, and a manager says what was decided."""

from datetime import date, timedelta

from tests.console.conftest import Door

MARYAM = {"MAJLIS_AS_PASSWORD": "ten letters at least"}
AS = ("--as", "maryam", "calendar")


def hire(door: Door) -> None:
    door.environment |= MARYAM
    done = door.run("adduser", "maryam", "--role", "manager", "--password-stdin", given=MARYAM["MAJLIS_AS_PASSWORD"])
    assert done.returncode == 0, done.stderr


def test_what_tables_foresee_is_listed_with_where_it_was_read(door: Door) -> None:
    periods = door.told("calendar", "list", "--from", "2026-01-01", "--to", "2099-12-31")["periods"]
    assert {p["kind"] for p in periods} == {"holiday", "ramadan"}
    assert {p["status"] for p in periods} == {"estimated"}
    assert all(p["source"] and p["hijri"] for p in periods)


def test_whoever_announces_eid_a_day_later_reads_until_when_ramadan_lasts(door: Door) -> None:
    hire(door)
    periods = door.told("calendar", "list", "--from", "2026-01-01", "--to", "2099-12-31")["periods"]
    eid = max((p for p in periods if p["name_en"] == "Eid al-Fitr"), key=lambda p: str(p["first"]))
    later = str(date.fromisoformat(eid["first"]) + timedelta(days=1))
    said = door.told(*AS, "announce", str(eid["number"]), "--source", "WAM", "--first", later)
    assert (said["first"], said["ramadan"]["last"]) == (later, eid["first"])


def test_a_manager_keeps_announces_moves_and_removes(door: Door) -> None:
    hire(door)
    days, names = ("2096-12-02", "2096-12-03"), ("--name-ar", "عيد الاتحاد", "--name-en", "Eid Al Etihad")
    kept = door.told(*AS, "keep", "holiday", *days, *names, "--status", "estimated")
    number = str(kept["number"])
    assert kept["planned"] == []
    said = door.told(*AS, "announce", number, "--source", "WAM", "--last", "2096-12-04")
    assert (said["status"], said["last"], said["by"]) == ("announced", "2096-12-04", "user:1")
    moved = door.told(*AS, "move", number, "2096-12-01", "2096-12-02", "--source", "Cabinet")
    assert (moved["status"], moved["first"]) == ("moved", "2096-12-01")
    door.told(*AS, "remove", number, "--reason", "entered by mistake")
    far = ("--from", "2096-01-01", "--to", "2096-12-31")
    assert door.told("calendar", "list", *far)["periods"] == []
    assert [p["status"] for p in door.told("calendar", "list", *far, "--all")["periods"]] == ["removed"]
    assert door.told("audit", "verify")["unsealed"] == 0


def test_the_operator_decides_nothing_and_a_day_that_is_none_is_named(door: Door) -> None:
    mourning = ("calendar", "keep", "mourning", "2096-12-02", "2096-12-03", "--name-ar", "حداد", "--name-en", "Mourning")
    assert door.run(*mourning).returncode == 1
    wrong = door.run("calendar", "list", "--from", "yesterday")
    assert wrong.returncode == 2
    assert "2026-12-02" in wrong.stderr
