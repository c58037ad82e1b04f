"""What the documents name is there: commands, make targets, links, files, settings."""

import re
from pathlib import Path

import pytest
import typer

import manage
from core.i18n import ROOT
from core.settings import Settings

DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")]


def text(document: Path) -> str:
    return document.read_text("utf-8")


def slug(heading: str) -> str:
    """A heading's anchor as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def commands() -> set[str]:
    """Every command of the operator's door: `sync`, `policy check`."""
    root = typer.main.get_command(manage.app)
    found = set()
    for name, command in root.commands.items():  # type: ignore[attr-defined]  # a group has them
        found |= {name, *(f"{name} {below}" for below in getattr(command, "commands", {}))}
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_command_that_is_named_exists(document: Path) -> None:
    known = commands()
    groups = {name.partition(" ")[0] for name in known if " " in name}
    named = re.findall(r"(?:`|python )manage\.py(?: --as \w+)? ([a-z]+)(?: ([a-z][\w-]*))?", text(document))
    wrong = [f"{one} {two}" for one, two in named if one not in known or (one in groups and two and f"{one} {two}" not in known)]
    assert wrong == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_leads_somewhere(document: Path) -> None:
    broken = []
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", text(document)):
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        headings = re.findall(r"^#+ (.+)$", text(target), re.M) if target.suffix == ".md" and target.exists() else []
        if not target.exists() or (anchor and anchor not in map(slug, headings)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_that_is_named_is_there(document: Path) -> None:
    named = re.findall(
        r"`((?:core|connectors|policies|outbox|inbox|scheduler|portal|desk|console|tools|docs|bench)/[\w/.-]+)`", text(document)
    )
    named += re.findall(r"`(tests/[\w/]+\.py)`", text(document))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_setting_that_is_named_exists(document: Path) -> None:
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    named = set(re.findall(r"`(?:NAME=)?((?:MAJLIS|FACEBOOK|INSTAGRAM|META|X|I_ACCEPT)_[A-Z_]+)\b", text(document)))
    assert named - known == set()


def test_a_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), re.M))
    for document in DOCUMENTS:
        assert set(re.findall(r"(?:`|^)make ([a-z]+)", text(document), re.M)) <= targets, document


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = text(folder / "README.md")
    for decision in folder.glob("0*.md"):
        title = text(decision).splitlines()[0].partition(". ")[2]
        assert f"[{decision.name[:4]}]({decision.name}) | {title} |" in index
