"""The style of the house, as far as a machine can see it (DESIGN §4)."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

import pytest

from core.i18n import ROOT

TEXT = {".py", ".toml", ".md", ".txt", ".html", ".css", ".js", ".json", ".sh", ".cfg", ".example", ".yml", ".yaml", ""}
#: Written in pieces, so that this file passes its own test.
REGISTRIES = [".".join(parts) for parts in (
    ("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"), ("registry", "yarnpkg", "com"),
    ("proxy", "golang", "org"), ("crates", "io"), ("rubygems", "org"), ("conda", "anaconda", "org"), ("ghcr", "io"),
)]  # fmt: skip
EXCUSES = re.compile(r"#\s*(?:type:\s*ignore(?:\[[\w, -]+\])?|noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?)(?P<reason>.*)$")
DASHBOARD = ROOT / "dashboard.py"


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.suffix in TEXT else ""


def _ours(tracked: list[Path]) -> Iterator[Path]:
    return (path for path in tracked if path.suffix == ".py")


def test_no_file_names_the_host_of_a_package_registry(tracked: list[Path]) -> None:
    assert [f"{path.relative_to(ROOT)}: {host}" for path in tracked for host in REGISTRIES if host in _text(path)] == []


def test_no_file_names_a_folder_of_somebodys_machine(tracked: list[Path]) -> None:
    machine = re.compile(r"/(?:work|home|Users)/[a-z.]\w*")
    assert [str(path.relative_to(ROOT)) for path in tracked if machine.search(_text(path))] == []


def test_half_of_our_files_have_fewer_than_a_hundred_lines(trees: Mapping[str, ast.Module]) -> None:
    ours = (name for name in trees if "versions" not in name)  # migrations are written by Alembic, as long as the schema is
    lengths = {name: len((ROOT / name).read_text("utf-8").splitlines()) for name in ours}
    assert median(lengths.values()) < 100
    assert lengths.pop("manage.py") < 450  # a list of commands, one beneath the other
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}


@pytest.mark.skipif(not DASHBOARD.exists(), reason="the desk has no dashboard.py yet")
def test_the_staff_door_is_thin() -> None:
    assert len(DASHBOARD.read_text("utf-8").splitlines()) < 60


def test_nothing_is_left_for_later(tracked: list[Path]) -> None:
    later = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    assert [str(path.relative_to(ROOT)) for path in _ours(tracked) if later.search(_text(path))] == []


def test_no_module_has_a_name_that_says_nothing(trees: Mapping[str, ast.Module]) -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "handler", "service", "common", "misc"}
    assert [name for name in trees if Path(name).stem in empty] == []


def test_every_module_and_every_public_function_keeps_a_promise(trees: Mapping[str, ast.Module]) -> None:
    silent = [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree) and "versions" not in name]
    assert silent == []


def test_an_excuse_gives_its_reason(tracked: list[Path]) -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _ours(tracked)
        for number, line in enumerate(_text(path).splitlines(), 1)
        if "E402" not in line  # an import below a statement: the statement above the first one says why
        and (excuse := EXCUSES.search(line))
        and len(excuse["reason"].strip(" #()")) < 4
    ]
    assert bare == []


def test_no_public_text_reaches_a_call_that_renders_html(trees: Mapping[str, ast.Module]) -> None:
    unsafe = "unsafe_allow" + "_html"
    assert [
        name for name, tree in trees.items() if any(isinstance(n, ast.keyword) and n.arg == unsafe for n in ast.walk(tree))
    ] == []


def test_nothing_of_ours_evaluates_text_or_unpickles(trees: Mapping[str, ast.Module]) -> None:
    dangerous = {"eval", "exec", "pickle", "marshal", "shelve"}
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id in dangerous)
        or (isinstance(node, ast.Import) and {alias.name for alias in node.names} & dangerous)
    ]
    assert found == []
