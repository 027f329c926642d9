"""Every operation is sent what it does not expect, as nobody and as everybody: it answers, and never with a fault."""

from __future__ import annotations

import importlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import TokenScope
from marketplace.web.access import allow
from tests.api.openapi import METHODS, disagreements
from tests.cast import Cast, bearer
from tests.hostile import BODIES, NUMBERS, Hostile, sendable
from tests.web.objects import THINGS, Thing, World

for _path in sorted((Path(__file__).parent.parent / "web").glob("objects_*.py")):
    importlib.import_module(f"tests.web.{_path.stem}")

CALLERS = (None, "ada", "bo", "dee")
PROBLEM = "application/problem+json"
# What is no verb's business: whether the request could be read at all.
UNREAD = {"405", "406", "408", "413", "414", "415", "431"}


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    path: str
    method: str
    said: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name in the document."""
        return str(self.said["operationId"])


@dataclass(frozen=True)
class Ask:
    """One request, whole, so that it can be written down and sent again."""

    path: str
    query: str
    headers: dict[str, str]
    json: Any = None
    body: bytes | None = None
    parts: dict[str, Any] | None = None


@pytest.mark.parametrize(("seed", "times"), [(1, 1), *(pytest.param(n, 4, marks=pytest.mark.full) for n in (2, 3))])
def test_no_input_is_answered_with_a_fault(
    seed: int, times: int, app: Flask, session: Session, cast: Cast, _connection: Connection, now: datetime
) -> None:
    database = app.extensions["benchbridge"][1]
    keys = {name: _key(database, cast, name, now) for name in CALLERS}
    world, draw = World(session, cast, now, app), Hostile(seed, now)
    document = app.test_client().get("/api/v1/openapi.json").json
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    database.info["rate_limits"] = False
    for _, group in groupby(sorted(_operations(document), key=_maker_of), key=_maker_of):
        outer = _connection.begin_nested()
        thing: Thing | None = None
        for operation in group:
            thing = thing or _thing(world, operation)
            # The long run asks as everybody; the short one as half of them, others with each operation.
            for name in CALLERS if times > 1 else CALLERS[len(operation.name) % 2 :: 2]:
                for _ in range(times):
                    inner = _connection.begin_nested()
                    ask = _ask(draw, document, operation, thing)
                    answer = _send(app, operation, ask, keys[name])
                    seen[f"{answer.status_code // 100}xx"] += 1
                    at = f"{operation.name} as {name}"
                    wrong += [f"{at}: {fault}\n  {ask}" for fault in _faults(document, operation, answer)]
                    inner.rollback()
                    session.expire_all()
        outer.rollback()
    assert not wrong, f"seed {seed}, {len(wrong)} of {seen.total()}:\n" + "\n".join(wrong[:40])
    assert seen["2xx"] > 30, f"hardly anything was understood: {seen}"


def test_a_fault_and_another_shape_are_noticed(own_app: Flask) -> None:
    document = own_app.test_client().get("/api/v1/openapi.json").json
    zones = next(each for each in _operations(document) if each.name == "jurisdictions.zones")
    ask = Ask(zones.path, "", {})

    @allow("jurisdiction.see")
    def broken() -> dict[str, Any]:
        raise KeyError("zone")

    @allow("jurisdiction.see")
    def other() -> dict[str, Any]:
        return {"items": [{"code": 1, "name": {}, "within": None}], "next": None}

    found = []
    for view in (broken, other):
        own_app.view_functions["api_jurisdictions.zones"] = view
        found.append(next(_faults(document, zones, _send(own_app, zones, ask, {}))))
    assert found[0].startswith("500")
    assert found[1] == "200 /items/0/code: int where string was said"


def _operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method in sorted(METHODS & item.keys()):
            said = {**item[method], "parameters": [*item.get("parameters", []), *item[method].get("parameters", [])]}
            yield Operation(path, method, said)


def _key(database: Any, cast: Cast, name: str | None, now: datetime) -> dict[str, str]:
    if name is None:
        return {}
    person = cast.people[name]
    scope = TokenScope.ADMIN if person.platform_role else TokenScope.WRITE
    return bearer(database, person, now=now, scope=scope)


def _maker_of(operation: Operation) -> str:
    """Operations about the same thing stand together: it is made once for all of them."""
    maker = THINGS.get(f"api_{operation.name}")
    return f"{maker.__module__}.{maker.__qualname__}" if maker else ""


def _thing(world: World, operation: Operation) -> Thing:
    maker = THINGS.get(f"api_{operation.name}")
    made = maker(world) if maker else Thing()
    world.session.flush()
    return made


def _ask(draw: Hostile, document: dict[str, Any], operation: Operation, thing: Thing) -> Ask:
    """A request that is right but for what is wrong with it."""
    path, query, headers = operation.path, [], {}
    for parameter in operation.said["parameters"]:
        name, where = parameter["name"], parameter["in"]
        if where == "path":
            real = thing.values.get(name) if not draw.one_in(5) else None
            value = _in_path(real if real is not None else draw.of_schema(document, parameter["schema"]))
            path = path.replace("{" + name + "}", value)
        elif where == "query" and (parameter.get("required") or draw.one_in(3)):
            real = thing.values.get(name)
            value = real if real is not None and draw.one_in(2) else draw.of_schema(document, parameter["schema"])
            query += [f"{quote(name)}={_in_query(part)}" for part in (value if isinstance(value, list) else [value])]
        elif where == "header" and draw.one_in(3):
            headers[name] = draw.text().encode("latin-1", "replace").decode("latin-1").translate(UNHEARD)
    kinds = operation.said.get("requestBody", {}).get("content", {})
    return Ask(path, "&".join(query), headers, **_body(draw, document, kinds, thing))


def _body(draw: Hostile, document: dict[str, Any], kinds: dict[str, Any], thing: Thing) -> dict[str, Any]:
    if not kinds:
        return {"body": draw.choice(BODIES)} if draw.one_in(10) else {}
    if "multipart/form-data" in kinds:
        named = kinds["multipart/form-data"].get("schema", {}).get("properties", {})
        content, name = draw.choice((*BODIES, b"\x89PNG\r\n", b"%PDF-1")), draw.choice(("a.png", "a.csv", "\x00", ""))
        upload = (io.BytesIO(content), name)
        return {"parts": {name: sendable(draw.text()) for name in named if draw.one_in(2)} | {"file": upload}}
    if draw.one_in(10):
        return {"body": draw.choice(BODIES)}
    schema = kinds["application/json"]["schema"]
    if thing.form and not draw.one_in(3):
        return {"json": draw.spoilt(thing.form)}
    return {"json": draw.of_schema(document, schema)}


def _send(app: Flask, operation: Operation, ask: Ask, key: dict[str, str]) -> TestResponse:
    more: dict[str, Any] = {"json": ask.json}
    if ask.body is not None:
        more = {"data": ask.body, "content_type": "application/json"}
    elif ask.parts is not None:
        more = {"data": ask.parts, "content_type": "multipart/form-data"}
    elif ask.json is None:
        more = {}
    with app.test_client() as client:
        return client.open(
            ask.path, method=operation.method.upper(), query_string=ask.query, headers={**ask.headers, **key}, **more
        )


def _faults(document: dict[str, Any], operation: Operation, answer: TestResponse) -> Iterator[str]:
    """What is wrong with an answer: a fault of ours, an error that is no problem document, or another shape."""
    status, told = str(answer.status_code), operation.said["responses"]
    if answer.status_code >= 500:
        yield f"{status} {answer.get_data(as_text=True)[:300]}"
        return
    if answer.status_code >= 400:
        if answer.content_type != PROBLEM or not answer.json.get("code"):
            yield f"{status} is no problem document: {answer.content_type}"
            return
        schema = document["components"]["responses"]["Problem"]["content"][PROBLEM]["schema"]
        yield from (f"{status}{each}" for each in disagreements(document, schema, answer.json))
    if status not in told and status not in UNREAD and not (status == "404" and "default" in told):
        yield f"{status} is not in the document"
    content = told.get(status, {}).get("content", {}).get("application/json")
    if answer.status_code < 300 and content and answer.content_type == "application/json":
        yield from (f"{status} {each}" for each in disagreements(document, content["schema"], answer.json))


def _in_path(value: Any) -> str:
    return quote(str(value), safe="", errors="surrogatepass") or "-"


def _in_query(value: Any) -> str:
    text = str(value) if not isinstance(value, float) or value not in NUMBERS else repr(value)
    return quote(text, safe="", errors="surrogatepass")


# Which characters no client may put into a header.
UNHEARD = dict.fromkeys((*range(32), 127))
