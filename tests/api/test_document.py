"""The OpenAPI document: whole, true to OpenAPI 3.1, and saying of every operation who may ask and how it is refused."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.policy import EVERYBODY, TABLE
from marketplace.web.access import declared
from tests.api.openapi import METHODS, disagreements, faults


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    """The document as anybody gets it."""
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    return dict(answer.json)


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, m, item[m]) for path, item in document["paths"].items() for m in sorted(METHODS & item.keys())]


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert list(faults(document)) == []


def test_it_holds_every_operation_and_no_other(app: Flask, document: dict[str, Any]) -> None:
    served = {
        (rule.endpoint.removeprefix("api_"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api_")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(said["operationId"], method) for _, method, said in operations(document)} == served


def test_every_operation_says_who_may_ask_and_how_it_is_refused(app: Flask, document: dict[str, Any]) -> None:
    for path, method, said in operations(document):
        verb = declared(app.view_functions[f"api_{said['operationId']}"])
        assert said["x-verb"] == verb
        public = bool(TABLE[verb or ""] & EVERYBODY)
        assert said["security"] == ([{}, {"bearer": []}] if public else [{"bearer": []}]), said["operationId"]
        expected = {"429"} | (set() if public else {"401"}) | ({"404"} if "{" in path else set())
        expected |= {"400", "422"} if "requestBody" in said else set()
        expected |= {"403", "409"} if method != "get" else set()
        assert expected <= said["responses"].keys(), said["operationId"]
        for status, answer in said["responses"].items():
            wanted = "#/components/responses/Problem"
            assert status.startswith(("2", "3")) or answer["$ref"] == wanted + status.removeprefix("default"), status
        assert any(status.startswith(("2", "3")) for status in said["responses"]), said["operationId"]


def test_every_schema_and_operation_is_described(document: dict[str, Any]) -> None:
    assert [name for name, schema in document["components"]["schemas"].items() if not schema.get("description")] == []
    assert [said["operationId"] for _, _, said in operations(document) if not said["summary"].strip()] == []
    silent = {
        f"{said['operationId']} {parameter['name']}"
        for _, _, said in operations(document)
        for parameter in said.get("parameters", [])
        if parameter.get("description", parameter["name"]) == parameter["name"]
    }
    assert not silent, sorted(silent)


def test_a_problem_is_what_the_document_says(client: FlaskClient, document: dict[str, Any]) -> None:
    for path, status in (
        ("/api/v1/account", 401),
        ("/api/v1/zones/atlantis", 404),
        ("/api/v1/facilities?limit=x", 422),
    ):
        answer = client.get(path)
        assert answer.status_code == status
        problem = document["components"]["responses"][f"Problem{status}"]["content"][answer.content_type]["schema"]
        assert list(disagreements(document, problem, answer.json)) == []
        assert answer.json["code"]


def test_a_fault_is_seen(document: dict[str, Any]) -> None:
    """The reader above is no rubber stamp."""
    said = document["paths"]["/api/v1/zones/{code}"]["get"]
    said["parameters"] = []
    document["paths"]["/api/v1/zones/{code}"].pop("parameters", None)
    said["responses"]["200"]["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/Nothing"}
    said["operationId"] = "zones.twice"
    document["paths"]["/api/v1/zones"]["get"]["operationId"] = "zones.twice"
    document["components"]["schemas"]["ZoneDetail"]["type"] = "thing"
    found = "\n".join(faults(document))
    for word in ("path parameters", "leads nowhere", "twice", "type thing", "used nowhere"):
        assert word in found
    wrong = {"items": [{"code": 1, "name": None, "more": True}]}
    told = list(disagreements(document, {"$ref": "#/components/schemas/PlaceList"}, wrong))
    assert len(told) == 3, told
