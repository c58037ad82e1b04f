"""The Frictionless data package around the tables, and the README beside it: made from the tables alone, so they say the same."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import rfc3339
from core.i18n import LANGS, t
from inbox.data.suppress import LEAST
from inbox.data.tables import OPEN, TABLES, TYPES, Table, field_about
from policies.clauses import Edition
from policies.verdict import KINDS

LICENCE = {"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}
NAME = "participation"


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on the package: the policy it was made under, the address of the portal, when, and its place in the chain."""

    edition: Edition
    home: str
    at: datetime
    chain: Mapping[str, Any]


def described(cover: Cover, tables: Mapping[str, bytes]) -> dict[str, Any]:
    """The descriptor of the package that holds these tables (name -> CSV)."""
    return {
        "profile": "tabular-data-package",
        "name": NAME,
        "title": t("data.title", "en"),
        "title_ar": t("data.title", "ar"),
        "description": t("data.lead", "en", least=LEAST),
        "description_ar": t("data.lead", "ar", least=LEAST),
        "homepage": f"{cover.home}/open-data",
        "created": rfc3339(cover.at.replace(microsecond=0)),
        "licenses": [LICENCE],
        "sources": [{"title": cover.edition.title("en"), "path": f"{cover.home}/policy"}],
        "policy": cover.edition.ref,
        "disclaimer": {lang: cover.edition.disclaimer(lang) for lang in LANGS},
        "release": dict(cover.chain),
        "resources": [resource(TABLES[name], written) for name, written in tables.items()],
    }


def resource(table: Table, written: bytes) -> dict[str, Any]:
    """The descriptor of one file."""
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.title("en"),
        "title_ar": table.title("ar"),
        "description": table.about("en"),
        "description_ar": table.about("ar"),
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(written),
        "hash": checksum(written),
        "frozen": table.frozen,
        "schema": {
            "fields": [_field(table, name) for name in table.columns],
            "primaryKey": list(table.keys),
            "missingValues": [""],
        },
    }


def checksum(written: bytes) -> str:
    """`sha256:…` of a file."""
    return f"sha256:{hashlib.sha256(written).hexdigest()}"


def _field(table: Table, name: str) -> dict[str, Any]:
    limits: dict[str, Any] = {} if name in OPEN else {"required": True}
    if name == "kind":
        limits["enum"] = list(KINDS)
    told = {"description": field_about(name, "en"), "description_ar": field_about(name, "ar")}
    return {"name": name, "type": TYPES[name], **told, **({"constraints": limits} if limits else {})}


def readme(cover: Cover) -> bytes:
    """The package for people, in both languages."""
    parts = []
    for lang in ("en", "ar"):
        parts += [f"# {t('data.title', lang)}", t("data.lead", lang, least=LEAST), t("data.rules", lang, least=LEAST)]
        parts += [t("data.chain", lang), f"{t('data.licence', lang)}: [{LICENCE['title']}]({LICENCE['path']})"]
        parts += [f"{t('data.policy', lang)}: {cover.edition.ref}", cover.edition.disclaimer(lang)]
        for table in TABLES.values():
            lines = [f"- `{name}`: {field_about(name, lang)}" for name in table.columns]
            parts += [f"## {table.title(lang)}: `{table.name}`", table.about(lang), "\n".join(lines)]
    return ("\n\n".join(parts) + "\n").encode()
