"""Nothing reaches out but the connectors: what the public names in its words is never fetched, from no address whatever."""

import ast
from collections.abc import Mapping

CLIENTS = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "httpx2",
    "requests",
    "smtplib",
    "socket",
    "telnetlib",
    "urllib.request",
    "urllib3",
}
#: who may open a connection, and where to
MAY = {
    "connectors/transport.py": "the platforms' own hosts alone",
    "connectors/x/client.py": "through the transport",
    "connectors/meta/graph.py": "through the transport",
    "connectors/mobile/client.py": "through the transport",
    "connectors/email.py": "the mail server of the settings",
    "console/ports.py": "our own doors on this machine",
    "console/passes.py": "the name of this machine alone",
    "desk/serve.py": "listens on its own door, and calls nobody",
    "scheduler/worker.py": "the name of this machine alone",
}


def _names(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _reaching(trees: Mapping[str, ast.Module]) -> set[str]:
    return {
        where
        for where, tree in trees.items()
        if any(name == client or name.startswith(f"{client}.") for name in _names(tree) for client in CLIENTS)
    }


def test_only_those_who_must_can_open_a_connection(trees: Mapping[str, ast.Module]) -> None:
    assert _reaching(trees) == set(MAY)


def test_one_more_would_be_noticed() -> None:
    inside = {
        "portal/x.py": ast.parse("def f():\n    from urllib import request\n"),
        "inbox/y.py": ast.parse("import requests.adapters"),
    }
    assert _reaching(inside) == set(inside)
    assert _reaching({"portal/z.py": ast.parse("from urllib.parse import quote")}) == set()
