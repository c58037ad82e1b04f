"""Every word exists in Arabic and in English, says the same places, and every key that is used exists."""

import ast
import re
from collections.abc import Iterator, Mapping
from string import Formatter

import pytest

from connectors.errors import GRAPH_SUBCODES
from core.errors import NotPossible, Rejected
from core.i18n import LANGS, ROOT, Forms, catalogue

ARABIC = re.compile("[\u0621-\u064a]")
IN_TEMPLATE = re.compile(r"""\bt\(\s*"([^"]+)"(\s*~)?""")
#: Words that are the same in any language, or deliberately in the other one.
SAME = {"desk.lang.name"}


def _texts(forms: Forms) -> list[str]:
    return [forms] if isinstance(forms, str) else list(forms.values())


def _places(forms: Forms) -> set[str]:
    """Names filled in; `{ar}` and `{en}` stand for a text in the reader's own language, and count as none."""
    return {name for text in _texts(forms) for _, name, _, _ in Formatter().parse(text) if name and name not in LANGS}


ROOMS = sorted({key.partition(".")[0] for key in catalogue()})


def _words(room: str) -> Iterator[tuple[str, Mapping[str, Forms]]]:
    return ((key, words) for key, words in catalogue().items() if key.partition(".")[0] == room)


@pytest.mark.parametrize("room", ROOMS)
def test_every_key_has_both_languages_with_the_same_places(room: str) -> None:
    words = dict(_words(room))
    assert [key for key, said in words.items() if set(said) != set(LANGS)] == []
    assert [
        (key, lang) for key, said in words.items() for lang in LANGS if not all(text.strip() for text in _texts(said[lang]))
    ] == []
    assert [key for key, said in words.items() if _places(said["ar"]) != _places(said["en"])] == []


@pytest.mark.parametrize("room", ROOMS)
def test_english_words_hold_no_arabic_letter(room: str) -> None:
    assert [
        (key, text) for key, said in _words(room) if key not in SAME for text in _texts(said["en"]) if ARABIC.search(text)
    ] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_counted_word_has_all_arabic_forms(room: str) -> None:
    counted = {key: said for key, said in _words(room) if isinstance(said["ar"], dict)}
    assert [key for key, said in counted.items() if set(said["ar"]) - {"zero"} != {"one", "two", "few", "many", "other"}] == []
    assert [key for key, said in counted.items() if set(said["en"]) != {"one", "other"}] == []


def _used(trees: Mapping[str, ast.Module]) -> Iterator[tuple[str, str, bool]]:
    """(where, key or its beginning, whether it is only the beginning) for every `t(...)` in code and templates."""
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args and _is_t(node.func)):
                continue
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield name, first.value, False
            elif isinstance(first, ast.JoinedStr) and isinstance(first.values[0], ast.Constant):
                yield name, str(first.values[0].value), True
    for template in (ROOT / "portal" / "templates").glob("*.html"):
        for found in IN_TEMPLATE.finditer(template.read_text("utf-8")):
            yield template.name, found[1], bool(found[2])


def _is_t(function: ast.expr) -> bool:
    return (isinstance(function, ast.Name) and function.id == "t") or (isinstance(function, ast.Attribute) and function.attr == "t")


def test_every_key_that_is_used_exists(trees: Mapping[str, ast.Module]) -> None:
    keys = catalogue()
    missing = [
        f"{where}: {key}"
        for where, key, beginning in _used(trees)
        if not (any(known.startswith(key) for known in keys) if beginning else key in keys)
    ]
    assert missing == []


def _outcomes(node: ast.expr) -> Iterator[str]:
    """The texts an expression may come to: itself, or either branch of a condition."""
    if isinstance(node, ast.IfExp):
        yield from (*_outcomes(node.body), *_outcomes(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value


def test_every_reason_a_connector_gives_for_no_reply_is_in_words(trees: Mapping[str, ast.Module]) -> None:
    keywords = (
        node
        for name, tree in trees.items()
        if name.startswith("connectors/")
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
    )
    reasons = {text for keyword in keywords if keyword.arg == "why_no_reply" for text in _outcomes(keyword.value)}
    assert {"not_summoned", "comments_closed"} <= reasons
    assert [why for why in reasons if f"cannot.{why}" not in catalogue()] == []


def test_every_refusal_of_one_thing_by_a_connector_is_in_words(trees: Mapping[str, ast.Module]) -> None:
    raised = (
        node
        for name, tree in trees.items()
        if name.startswith("connectors/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Rejected", "NotPossible")
    )
    reasons = {text for call in raised for word in call.keywords if word.arg == "detail" for text in _outcomes(word.value)}
    reasons |= {str(code) for code, kind in GRAPH_SUBCODES.items() if kind in (Rejected, NotPossible)}
    assert {"too_long", "hide", "2018278"} <= reasons
    assert [why for why in reasons if f"refused.{why}" not in catalogue()] == []
