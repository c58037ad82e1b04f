"""Signatures and secrets are compared in constant time."""

import ast
import re
from collections.abc import Iterator, Mapping

SECRET = re.compile(r"(?:^|_)(?:signature|signed|digest|mac|hmac|secret|crc)(?:$|_)|hexdigest|compare_digest|\.digest\(")


def _comparisons(tree: ast.Module) -> Iterator[ast.Compare]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(op, (ast.Eq, ast.NotEq)) for op in node.ops):
            yield node


def _uses_hmac(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Import) and "hmac" in {alias.name for alias in node.names} for node in ast.walk(tree))


def test_where_a_mac_is_made_it_is_never_compared_with_equals(trees: Mapping[str, ast.Module]) -> None:
    loose = [
        f"{name}:{compare.lineno}"
        for name, tree in trees.items()
        if _uses_hmac(tree)
        for compare in _comparisons(tree)
        if any(SECRET.search(ast.unparse(side)) for side in (compare.left, *compare.comparators))
    ]
    assert loose == []


def test_each_signature_check_of_a_webhook_uses_compare_digest(trees: Mapping[str, ast.Module]) -> None:
    checks = {
        node.name: ast.unparse(node)
        for node in ast.walk(trees["connectors/signed.py"])
        if isinstance(node, ast.FunctionDef) and node.name.endswith("_signed")
    }
    assert set(checks) == {"meta_signed", "x_signed"}
    assert [name for name, source in checks.items() if "compare_digest" not in source] == []
