"""The catalogue of the open data for other catalogues: DCAT 3 as JSON-LD, with names in Arabic and English."""

from collections.abc import Callable, Mapping
from typing import Any

from core.clock import rfc3339
from core.i18n import LANGS, Lang, t
from inbox.data.package import LICENCE, Cover, checksum
from inbox.data.suppress import LEAST
from inbox.data.tables import TABLES, Table

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
VOCABULARY = "http://publications.europa.eu/resource/authority"
LANGUAGES = [{"@id": f"{VOCABULARY}/language/{code}"} for code in ("ARA", "ENG")]
MEDIA = "https://www.iana.org/assignments/media-types"


def catalogue(cover: Cover, tables: Mapping[str, bytes]) -> dict[str, Any]:
    """The catalogue: one dataset a table, each as CSV and JSON, and the package that holds them all."""
    home = f"{cover.home}/open-data"
    return {
        "@context": CONTEXT,
        "@id": f"{home}/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _both(lambda lang: t("data.title", lang)),
        "dct:description": _both(lambda lang: t("data.lead", lang, least=LEAST)),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": cover.edition.policy, "foaf:homepage": {"@id": f"{cover.home}/"}},
        "dct:language": LANGUAGES,
        "dct:license": {"@id": LICENCE["path"]},
        "dct:modified": _moment(cover),
        "foaf:homepage": {"@id": home},
        "dcat:dataset": [_whole(cover, home), *(_dataset(cover, home, TABLES[name], written) for name, written in tables.items())],
    }


def _whole(cover: Cover, home: str) -> dict[str, Any]:
    return {
        "@id": f"{home}/package.zip#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": "package",
        "dct:title": _both(lambda lang: t("data.title", lang)),
        "dct:description": _both(lambda lang: t("data.rules", lang, least=LEAST)),
        "dct:accrualPeriodicity": {"@id": f"{VOCABULARY}/frequency/DAILY"},
        "dct:modified": _moment(cover),
        "dcat:landingPage": {"@id": home},
        "dcat:distribution": [_file(f"{home}/package.zip", "application/zip")],
    }


def _dataset(cover: Cover, home: str, table: Table, written: bytes) -> dict[str, Any]:
    often = {"day": "DAILY", "month": "MONTHLY"}.get(table.keys[0], "IRREG")
    return {
        "@id": f"{home}/{table.name}.csv#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": table.name,
        "dct:title": _both(table.title),
        "dct:description": _both(table.about),
        "dct:accrualPeriodicity": {"@id": f"{VOCABULARY}/frequency/{often}"},
        "dct:modified": _moment(cover),
        "dct:language": LANGUAGES,
        "dct:license": {"@id": LICENCE["path"]},
        "dcat:landingPage": {"@id": home},
        "dct:conformsTo": {"@id": f"{home}/datapackage.json"},
        "dcat:distribution": [
            {
                **_file(f"{home}/{table.name}.csv", "text/csv"),
                "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(len(written))},
                "spdx:checksum": {
                    "@type": "spdx:Checksum",
                    "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                    "spdx:checksumValue": checksum(written).removeprefix("sha256:"),
                },
            },
            _file(f"{home}/{table.name}.json", "application/json"),
        ],
    }


def _file(address: str, media: str) -> dict[str, Any]:
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"{MEDIA}/{media}"},
        "dct:license": {"@id": LICENCE["path"]},
    }


def _both(words: Callable[[Lang], str]) -> list[dict[str, str]]:
    return [{"@language": lang, "@value": words(lang)} for lang in LANGS]


def _moment(cover: Cover) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": rfc3339(cover.at.replace(microsecond=0))}
