"""Requests and answers held against the platforms' own machine-readable contracts, which stand outside the project.

Every function returns the problems found, in words; an empty list means the contract is kept. Where the contracts are
not at hand `available()` is False and the functions must not be called: tests skip with a message.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

Json = dict[str, Any]

CONTRACTS = Path(__file__).resolve().parents[2] / "shared" / "contracts"
X_SPEC = CONTRACTS / "x-openapi" / "openapi-2.166.json"
GRAPH_SPECS = CONTRACTS / "meta-codegen-specs"
MISSING = f"the platforms' contracts are not at {CONTRACTS}"
GRAPH_ALWAYS = frozenset(
    ("access_token", "appsecret_proof", "fields", "limit", "after", "before", "summary", "method", "format", "pretty")
)
"""Parameters every Graph call takes; Meta's lists name only those of the call itself."""
GRAPH_NODES = {"Post": "PagePost", "Video": "AdVideo"}
GRAPH_INSIDE = {"comments": "Comment", "replies": "IGComment", "parent": "Comment"}


def available() -> bool:
    return X_SPEC.is_file() and (GRAPH_SPECS / "Comment.json").is_file()


# -- X ----------------------------------------------------------------------------------------------------------------


@cache
def _x() -> Json:
    spec: Json = json.loads(X_SPEC.read_text(encoding="utf-8"))
    return spec


@cache
def _closed_schemas() -> Json:
    """Every named schema with nothing beyond what it names allowed, but for what recorded answers are known to add."""
    schemas = {name: _closed(schema) for name, schema in _x()["components"]["schemas"].items()}
    history = schemas["Tweet"]["properties"]["edit_history_tweet_ids"]
    schemas["TweetCreateResponse"]["properties"]["data"]["properties"]["edit_history_tweet_ids"] = history
    return schemas


def _named(ref: str) -> Json:
    schema: Json = _x()["components"]["schemas"][ref.rpartition("/")[2]]
    return schema


def _closed(schema: Any, *, part: bool = False) -> Any:
    """`part`: the schema is one of several that together make an object, so it may not close itself."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": f"urn:x#/{schema['$ref'].rpartition('/')[2]}"}
    if "discriminator" in schema and not part:
        kinds = {ref.rpartition("/")[2] for ref in schema["discriminator"].get("mapping", {}).values()}
        return {"anyOf": [{"$ref": f"urn:x#/{kind}"} for kind in sorted(kinds)] + [_closed(schema, part=True)]}
    if "allOf" in schema:
        return _closed(_merged(schema))
    made = {k: v for k, v in schema.items() if k in KEPT}
    for word in ("anyOf", "oneOf"):
        if word in schema:
            made[word] = [_closed(s) for s in schema[word]]
    if "items" in schema:
        made["items"] = _closed(schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        made["additionalProperties"] = _closed(schema["additionalProperties"])
    if "properties" in schema:
        made["properties"] = {name: _closed(s) for name, s in schema["properties"].items()}
        made.setdefault("additionalProperties", False)
        # the contract asks in places for a name it does not define (`meta` of an upload): nobody can send that
        made["required"] = [name for name in schema.get("required", []) if name in schema["properties"]]
    if schema.get("nullable") and "type" in made:
        made["type"] = [made["type"], "null"]
    return made


KEPT = frozenset(("type", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"))


def _merged(schema: Json) -> Json:
    whole: Json = {"type": "object", "properties": {}, "required": []}
    for part in schema["allOf"]:
        part = _named(part["$ref"]) if "$ref" in part else part
        part = _merged(part) if "allOf" in part else part
        whole["properties"] |= part.get("properties", {})
        whole["required"] += part.get("required", [])
    return whole


@cache
def _registry() -> Registry[Any]:
    resource: Resource[Any] = DRAFT202012.create_resource(_closed_schemas())
    registry: Registry[Any] = Registry().with_resource("urn:x", resource)
    return registry


@cache
def _operation(method: str, path: str) -> Json | None:
    for template in sorted(_x()["paths"], key=lambda t: t.count("{")):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            found: Json | None = _x()["paths"][template].get(method.lower())
            if found is not None:
                return found
    return None


def _problems(schema: Any, body: Any) -> list[str]:
    validator = Draft202012Validator(_closed(schema), registry=_registry())
    return [f"{'/'.join(str(p) for p in e.absolute_path)}: {e.message[:300]}" for e in validator.iter_errors(body)]


def x_response(method: str, path: str, status: int, body: Any) -> list[str]:
    """Whether an answer of API v2 is one the contract describes. v1.1 and refusals (an old error list) are outside it."""
    if path.startswith("/1.1/"):
        return []
    operation = _operation(method, path)
    if operation is None:
        return [f"X offers no {method} {path}"]
    if status >= 400:
        return _refusal_problems(body)
    answer = operation["responses"].get(str(status))
    if answer is None:
        return [f"{method} {path} does not answer {status}"]
    content = answer.get("content", {}).get("application/json")
    return _problems(content["schema"], body) if content else []


def _refusal_problems(body: Any) -> list[str]:
    if isinstance(body, dict) and {"title", "type"} <= set(body):
        return []
    return [f"not a problem document: {body!r}"]


def x_request(method: str, path: str, query: dict[str, str] | None = None, body: Any = None) -> list[str]:
    """Whether X takes these parameters, these values and this body."""
    if path.startswith("/1.1/"):
        return []
    operation = _operation(method, path)
    if operation is None:
        return [f"X offers no {method} {path}"]
    known = {p["name"]: p for p in map(_parameter, operation.get("parameters", []))}
    found = [f"{method} {path} takes no parameter {name}" for name in (query or {}) if name not in known]
    for name, value in (query or {}).items():
        if name in known:
            found += [f"{name}: {p}" for p in _problems(known[name]["schema"], _typed(known[name]["schema"], value))]
    if body is not None:
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        found += _problems(content["schema"], body) if content else [f"{method} {path} takes no JSON body"]
    return found


def _parameter(parameter: Json) -> Json:
    if "$ref" in parameter:
        named: Json = _x()["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
        return named
    return parameter


def _typed(schema: Json, value: str) -> Any:
    schema = _named(schema["$ref"]) if "$ref" in schema else schema
    if schema.get("type") == "array":
        return value.split(",")
    if schema.get("type") == "integer":
        return int(value) if value.lstrip("-").isdigit() else value
    return value


# -- Graph ------------------------------------------------------------------------------------------------------------


@cache
def _node(name: str) -> Json:
    spec: Json = json.loads((GRAPH_SPECS / f"{GRAPH_NODES.get(name, name)}.json").read_text(encoding="utf-8"))
    return spec


@cache
def _graph_names(name: str) -> frozenset[str]:
    """Fields of a node and the edges that may be read as if they were fields."""
    spec = _node(name)
    edges = {api["endpoint"].strip("/") for api in spec["apis"] if api.get("method") == "GET" and api.get("endpoint")}
    return frozenset({field["name"] for field in spec["fields"]} | edges | {"id"})


def graph_response(node: str, body: Any) -> list[str]:
    """Whether every name in an object of that node, or in a list of them, is one Meta documents."""
    if not isinstance(body, dict):
        return [f"not an object: {body!r}"]
    if isinstance(body.get("data"), list):
        strangers = set(body) - {"data", "paging", "summary"}
        found = [f"a list holds no {name}" for name in sorted(strangers)]
        return found + [problem for item in body["data"] for problem in graph_response(node, item)]
    found = [f"{node} has no field {name}" for name in body if name not in _graph_names(node)]
    for name, inside in GRAPH_INSIDE.items():
        if isinstance(body.get(name), dict) and name in _graph_names(node):
            found += graph_response(_inside(node, inside), body[name])
    return found


def _inside(node: str, inside: str) -> str:
    return "IGComment" if node in ("IGMedia", "IGComment") else inside


def graph_request(node: str, edge: str, method: str, params: dict[str, Any]) -> list[str]:
    """Whether Meta's list for this call names every parameter sent."""
    call = None
    for api in _node(node)["apis"]:
        same = (api.get("endpoint") or "").strip("/") == edge if edge else api.get("name") == OWN_CALLS[method]
        if same and (not edge or api.get("method") == method):
            call = api
    if call is None:
        return [f"Meta offers no {method} {node}/{edge}"]
    known = {parameter["name"] for parameter in call["params"]} | GRAPH_ALWAYS
    return [f"{method} {node}/{edge} takes no {name}" for name in params if name.partition("[")[0] not in known]


OWN_CALLS = {"GET": "#get", "POST": "#update", "DELETE": "#delete"}
