"""The OpenAPI document, completed by what policy, limits and errors say of every operation."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_smorest import Api
from flask_smorest.spec.plugins import FlaskPlugin

from marketplace.accounts.policy import EVERYBODY, TABLE
from marketplace.web.access import READING, declared

PREFIX = "/api/v1/"
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
RETRY_AFTER = {"Retry-After": {"description": "whole seconds", "schema": {"type": "integer", "minimum": 1}}}

ABOUT = """\
The same verbs as the pages, for programs. Instants are ISO 8601 with an offset, periods half-open, money
`{"amount_minor": 12300, "currency": "HKD"}` in minor units of an ISO 4217 currency, localized text
`{"en", "zh-Hant", "zh-Hans"}` with any key missing, ids UUIDs. Lists come as
`{"items": [...], "next": cursor or null}`; the cursor is opaque and goes back in `cursor`.

Every error is a problem document (RFC 9457) with a `code` that programs read; bad input names field and rule in
`errors`, a refusal all its `reasons`. A token with the scope `read` asks only, `write` also changes, `admin` also does
what its owner may as administrator."""

BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API token: issued on the account's page or by `POST /api/v1/tokens`, scoped and expiring.",
}

SENTENCES = {
    "400": "The request can't be read: broken JSON, or a value that no column holds.",
    "401": "No token, or one that is unknown, expired or ended.",
    "403": "The caller may see the thing but not do this; or the token only reads.",
    "404": "There is no such thing, or it is a stranger's: the two answer alike.",
    "409": "The present state forbids it (it is told in `state`), or somebody else was faster.",
    "412": "If-Match names another version than the one that stands.",
    "422": "Input that breaks rules (`errors` names field and rule), or refused with `reasons`.",
    "429": "Asked too often; Retry-After says when again.",
}

# Headers that an operation reads beside its arguments.
IF_MATCH = {"name": "If-Match", "in": "header", "schema": {"type": "string"}, "description": "the ETag that was read"}
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string"},
    "description": "unique per person; the same key again answers what was made by it, with another body 422",
}
ONCE = (
    "bookings.create", "closures.close", "collaboration_parts.add_funding", "collaboration_parts.add_milestone",
    "collaboration_parts.add_paper", "collaborations.propose", "conversations.ask", "conversations.write",
    "conversations.write_on_booking", "files.bring", "imports.bring", "listing_files.add", "listing_units.add",
    "listings.create", "members.name_deputy", "organisations.create",
    "outcomes.enter", "outcomes.show",
)  # fmt: skip
HEADERS = {name: [IDEMPOTENCY] for name in ONCE} | {"bookings.move": [IF_MATCH], "collaborations.change": [IF_MATCH]}

# What parameters mean wherever they stand; a field's own description goes before.
MEANINGS = {
    "actor": "only what this person did",
    "collaboration_id": "id of the collaboration",
    "chart": "the name of the chart, as the address of its file on the page has it",
    "code": "the code of the calendar or zone (of a zone, the slug of its page too)",
    "decided": "what was decided, in place of what waits",
    "deed": "which of these",
    "ending": "the ending of the file, where a format has several",
    "export_id": "id of the export, as the header X-Export told it",
    "facility": "only of this facility",
    "format": "the format of the file",
    "from": "from this instant on",
    "id": "ids of the facilities",
    "key": "name of the setting",
    "kind": "which of these",
    "language": "en, zh-Hant or zh-Hans",
    "metric_id": "id of the metric, such as ret.km",
    "profile": "he-bci, ugc or nrii",
    "left": "what stands on the left: id of a facility or of a version of its terms",
    "person": "only of this person",
    "right": "what stands on the right: id of a facility or of a version of its terms",
    "rule": "id of the rule, such as DAT-01",
    "rule_id": "id of the rule, such as DAT-01",
    "series_id": "id of the recurring closure",
    "snapshot_id": "id of the snapshot",
    "state": "only in this state",
    "subject": "only what happened to the thing of this id",
    "subject_id": "id of the person, unit or organisation",
    "to": "until this instant, which is not included",
    "unit": "only of this unit",
    "verb": "which of these",
    "verification": "only in this state",
    "version": "id, number or digest of a version",
    "year": "calendar year",
    "number": "number of the plan, counted from 1",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its name, how it is asked, whom its verb lets in, and what the document says of it so far."""

    name: str
    method: str
    verb: str
    path: str
    said: dict[str, Any]

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return self.method not in READING

    @property
    def public(self) -> bool:
        """Whether it answers without a token."""
        return bool(TABLE[self.verb] & EVERYBODY)


def completed(app: Flask, api: Api) -> dict[str, Any]:
    """The whole document: who may ask, with which headers, and each way in which it may be refused."""
    document: dict[str, Any] = deepcopy(api.spec.to_dict())
    document["info"]["description"] = ABOUT
    for tag in document["tags"]:
        tag["name"] = plain(tag["name"])
    parts = document["components"]
    parts["securitySchemes"] = {"bearer": BEARER}
    parts["responses"] = {f"Problem{status}": problem(status) for status in SENTENCES}
    parts["responses"]["Problem"] = {"description": "Any other error.", "content": PROBLEM}
    for key, name in api.ma_plugin.converter.refs.items():
        parts["schemas"][name].setdefault("description", " ".join((inspect.getdoc(key[0]) or "").split()))
    for unused in ("Error", "PaginationMetadata"):
        parts["schemas"].pop(unused, None)
    for operation in operations(app, document["paths"]):
        complete(operation)
    for item in document["paths"].values():
        describe(item.pop("parameters", []), item)
    return document


def operations(app: Flask, paths: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of the API with its place in the document."""
    for rule in app.url_map.iter_rules():
        path = FlaskPlugin.flaskpath2openapi(rule.rule)
        if not rule.endpoint.startswith("api_") or path not in paths:
            continue
        verb = declared(app.view_functions[rule.endpoint]) or ""
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Operation(plain(rule.endpoint), method, verb, path, paths[path][method.lower()])


def complete(operation: Operation) -> None:
    """Write down who may ask, what is read beside the arguments, and how it may be refused."""
    said = operation.said
    said["operationId"] = operation.name
    said["tags"] = [plain(tag) for tag in said["tags"]]
    said["security"] = [{}, {"bearer": []}] if operation.public else [{"bearer": []}]
    said["x-verb"] = operation.verb
    if operation.name in HEADERS:
        said["parameters"] = [*said.get("parameters", []), *HEADERS[operation.name]]
    answers = said["responses"]
    for status in statuses(operation):
        answers[status] = {"$ref": f"#/components/responses/Problem{status}"}
    answers["default"] = {"$ref": "#/components/responses/Problem"}


def describe(shared: list[dict[str, Any]], item: dict[str, Any]) -> None:
    """Say what each parameter of a path means, and repeat with every operation those that its address names."""
    for said in item.values():
        said["parameters"] = deepcopy(shared) + said.get("parameters", [])
        for parameter in said["parameters"]:
            name = parameter["name"]
            what = name.removesuffix("_id").replace("_", " ")
            parameter.setdefault("description", MEANINGS.get(name, f"id of the {what}" if name != what else name))
        if not said["parameters"]:
            del said["parameters"]


def statuses(operation: Operation) -> list[str]:
    """The problems that may answer an operation."""
    said = operation.said
    found = {"429"}
    if not operation.public:
        found |= {"401", "404"} | ({"403"} if "{" in operation.path else set())
    if operation.writes:
        found |= {"401", "403", "409"}
    if "{" in operation.path:
        found.add("404")
    if "requestBody" in said or said.get("parameters"):
        found |= {"400", "422"}
    if operation.writes and "{" in operation.path:
        found.add("422")
    if any(header is IF_MATCH for header in HEADERS.get(operation.name, ())):
        found.add("412")
    return sorted(found)


def problem(status: str) -> dict[str, Any]:
    """The response component of one status."""
    told: dict[str, Any] = {"description": SENTENCES[status], "content": PROBLEM}
    if status == "429":
        told["headers"] = RETRY_AFTER
    if status == "401":
        told["headers"] = {"WWW-Authenticate": {"schema": {"type": "string", "const": "Bearer"}}}
    return told


def plain(name: str) -> str:
    """A blueprint's name as readers of the document know it."""
    return name.removeprefix("api_")
