"""What the audit says is told in words on its page: every thing and every detail that the code records has some."""

import ast
from collections.abc import Mapping

from core.i18n import catalogue


def test_every_detail_and_thing_the_house_records_has_words(trees: Mapping[str, ast.Module]) -> None:
    """All that stands in the code is told in Arabic on the page."""
    records = [
        node
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("audit.record")
    ]
    names = {one.arg for node in records for one in node.keywords if one.arg}
    subjects = {ast.unparse(node.args[3]).lstrip("f").strip("'") for node in records if len(node.args) > 3}
    things = {subject.partition(":")[0] for subject in subjects if ":" in subject}
    assert len(names) > 80
    assert len(things) > 20
    assert {name for name in names if f"desk.audit.part.{name}" not in catalogue()} == set()
    assert {thing for thing in things if f"desk.audit.thing.{thing}" not in catalogue()} == set()
