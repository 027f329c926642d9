"""Reading an OpenAPI 3.1 document: whether it is one, and whether a JSON value is what one of its schemas says.

Only what our own document uses of the specification is known here; anything else in it is reported, so that nothing
stays unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

METHODS = frozenset({"get", "put", "post", "delete", "patch"})
TYPES = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})
KEYWORDS = frozenset(
    {"$ref", "type", "format", "enum", "const", "default", "description", "title", "items", "properties", "required",
     "additionalProperties", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
     "minItems", "maxItems", "pattern", "anyOf", "oneOf", "allOf", "readOnly", "writeOnly", "examples",
     "propertyNames"}
)  # fmt: skip
KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "object": (dict,),
    "array": (list,), "null": (type(None),),
}  # fmt: skip
PARTS = {
    "document": {"openapi", "info", "servers", "tags", "paths", "components", "security"},
    "operation": {
        "operationId", "summary", "description", "tags", "parameters", "requestBody", "responses", "security", "x-verb",
        "deprecated",
    },
    "parameter": {"name", "in", "required", "description", "schema", "style", "explode"},
    "response": {"description", "headers", "content", "$ref"},
    "media": {"schema", "example", "examples", "encoding"},
    "body": {"required", "description", "content"},
}  # fmt: skip


def faults(document: dict[str, Any]) -> Iterator[str]:
    """Everything in which a document departs from OpenAPI 3.1."""
    yield from _members(document, "document", "", required={"openapi", "info", "paths"})
    if not re.fullmatch(r"3\.1\.\d+", document["openapi"]):
        yield f"openapi: {document['openapi']}"
    if not {"title", "version"} <= document["info"].keys():
        yield "info: title and version"
    tags = [tag["name"] for tag in document.get("tags", [])]
    if len(tags) != len(set(tags)):
        yield "tags: one twice"
    names: list[str] = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            at = f"{method.upper()} {path}"
            if method not in METHODS:
                yield f"{at}: no such method"
            names.append(operation.get("operationId", at))
            yield from _operation_faults(document, at, path, operation, item.get("parameters", []))
            yield from (f"{at}: tag {tag}" for tag in operation.get("tags", []) if tag not in tags)
    yield from (f"operationId {name} twice" for name in sorted({name for name in names if names.count(name) > 1}))
    for name, schema in document["components"]["schemas"].items():
        yield from schema_faults(document, schema, f"schemas/{name}")
    for name, response in document["components"]["responses"].items():
        yield from _response_faults(document, response, f"responses/{name}")
    yield from _unused(document)


def schema_faults(document: dict[str, Any], schema: Any, at: str) -> Iterator[str]:
    """Everything in which a schema is not one of JSON Schema 2020-12, as far as we use it."""
    if isinstance(schema, bool):
        return
    yield from (f"{at}: {word}" for word in sorted(schema.keys() - KEYWORDS))
    if "$ref" in schema and _resolved(document, schema["$ref"]) is None:
        yield f"{at}: {schema['$ref']} leads nowhere"
    kinds = schema.get("type", [])
    yield from (f"{at}: type {kind}" for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind not in TYPES)
    if "pattern" in schema:
        re.compile(schema["pattern"])
    if missing := set(schema.get("required", ())) - schema.get("properties", {}).keys():
        yield f"{at}: requires {sorted(missing)}, which it does not have"
    inside = {**schema.get("properties", {})}
    inside |= {word: schema[word] for word in ("items", "additionalProperties", "propertyNames") if word in schema}
    for word in ("anyOf", "oneOf", "allOf"):
        inside |= {f"{word}{number}": part for number, part in enumerate(schema.get(word, []))}
    for name, part in inside.items():
        yield from schema_faults(document, part, f"{at}/{name}")


def disagreements(document: dict[str, Any], schema: Any, value: Any, at: str = "") -> Iterator[str]:
    """Everything in which a value is not what a schema says."""
    if schema is True or schema == {}:
        return
    if "$ref" in schema:
        yield from disagreements(document, _resolved(document, schema["$ref"]), value, at)
        return
    for part in schema.get("allOf", []):
        yield from disagreements(document, part, value, at)
    for word in ("anyOf", "oneOf"):
        if word in schema and all(any(disagreements(document, part, value, at)) for part in schema[word]):
            yield f"{at}: none of {word}"
    kinds = schema.get("type")
    if kinds is not None and not any(_is(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        yield f"{at}: {type(value).__name__} where {kinds} was said"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if isinstance(value, str) and not _formatted(value, schema.get("format")):
        yield f"{at}: {value!r} is no {schema['format']}"
    if isinstance(value, dict):
        yield from _object_disagreements(document, schema, value, at)
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from disagreements(document, schema.get("items", True), item, f"{at}/{number}")


def _object_disagreements(document: dict[str, Any], schema: Any, value: dict[str, Any], at: str) -> Iterator[str]:
    known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    yield from (f"{at}: lacks {name}" for name in schema.get("required", ()) if name not in value)
    for name, item in value.items():
        if name in known:
            yield from disagreements(document, known[name], item, f"{at}/{name}")
        elif more is False:
            yield f"{at}/{name}: nobody said so"
        else:
            yield from disagreements(document, more, item, f"{at}/{name}")


def _operation_faults(
    document: dict[str, Any], at: str, path: str, operation: dict[str, Any], shared: list[Any]
) -> Iterator[str]:
    yield from _members(
        operation, "operation", at, required={"operationId", "summary", "tags", "responses", "security"}
    )
    parameters = [*shared, *operation.get("parameters", [])]
    for parameter in parameters:
        yield from _members(parameter, "parameter", f"{at} {parameter.get('name')}", required={"name", "in", "schema"})
        yield from schema_faults(document, parameter["schema"], f"{at} {parameter['name']}")
    inside = {parameter["name"] for parameter in parameters if parameter["in"] == "path" and parameter.get("required")}
    if inside != set(re.findall(r"\{(\w+)\}", path)):
        yield f"{at}: path parameters {sorted(inside)}"
    keys = [(parameter["in"], parameter["name"]) for parameter in parameters]
    if len(keys) != len(set(keys)):
        yield f"{at}: a parameter twice"
    if "requestBody" in operation:
        yield from _members(operation["requestBody"], "body", f"{at} body", required={"content"})
        yield from _content_faults(document, operation["requestBody"]["content"], f"{at} body")
    schemes = document["components"]["securitySchemes"]
    yield from (f"{at}: scheme {name}" for way in operation["security"] for name in way if name not in schemes)
    for status, response in operation["responses"].items():
        if not re.fullmatch(r"[1-5]\d\d|default", status):
            yield f"{at}: status {status}"
        yield from _response_faults(document, response, f"{at} {status}")


def _response_faults(document: dict[str, Any], response: dict[str, Any], at: str) -> Iterator[str]:
    yield from _members(response, "response", at, required=set() if "$ref" in response else {"description"})
    if "$ref" in response and _resolved(document, response["$ref"]) is None:
        yield f"{at}: {response['$ref']} leads nowhere"
    for name, header in response.get("headers", {}).items():
        yield from schema_faults(document, header["schema"], f"{at} {name}")
    yield from _content_faults(document, response.get("content", {}), at)


def _content_faults(document: dict[str, Any], content: dict[str, Any], at: str) -> Iterator[str]:
    for kind, media in content.items():
        if "/" not in kind:
            yield f"{at}: media type {kind}"
        yield from _members(media, "media", f"{at} {kind}", required=set())
        yield from schema_faults(document, media.get("schema", True), f"{at} {kind}")


def _members(part: dict[str, Any], kind: str, at: str, *, required: set[str]) -> Iterator[str]:
    yield from (f"{at}: {name} is nothing of a {kind}" for name in sorted(part.keys() - PARTS[kind]))
    yield from (f"{at}: a {kind} without {name}" for name in sorted(required - part.keys()))


def _unused(document: dict[str, Any]) -> Iterator[str]:
    used = set(_references(document))
    for kind in ("schemas", "responses"):
        for name in document["components"][kind]:
            if f"#/components/{kind}/{name}" not in used:
                yield f"{kind}/{name} is used nowhere"


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inside in part.values():
            yield from _references(inside)
    elif isinstance(part, list):
        for inside in part:
            yield from _references(inside)


def _resolved(document: dict[str, Any], reference: str) -> Any:
    found: Any = document
    for name in reference.removeprefix("#/").split("/"):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _formatted(value: str, wanted: str | None) -> bool:
    readers: dict[str | None, Any] = {"uuid": UUID, "date": date.fromisoformat, "date-time": datetime.fromisoformat}
    if wanted not in readers:
        return True
    try:
        readers[wanted](value)
    except ValueError:
        return False
    return True
