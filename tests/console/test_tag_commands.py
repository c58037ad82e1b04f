"""The operator enters tags, changes and ends them; what is no code, or has no name in a language, is refused by name."""

from tests.console.conftest import Door


def test_tags_are_entered_listed_and_ended(door: Door) -> None:
    names = ("--name-ar", "صحافة", "--name-en", "Press")
    assert door.told("tag", "add", "press", *names) == {"code": "press", "name_ar": "صحافة", "name_en": "Press", "active": True}
    assert door.told("tag", "add", "press", *names, "--ended")["active"] is False
    assert [one["active"] for one in door.told("tag", "list")["tags"]] == [False]
    refused = door.run("tag", "add", "Bad code", *names, "--json")
    assert refused.returncode == 1
    assert "الرمز" in refused.stderr
