"""A walk over every route as everybody: each answer is the one that the policy's table gives."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from marketplace.accounts.models import Person, PlatformRole, TokenScope
from marketplace.accounts.policy import EVERYBODY, OVERSEERS, SIGNED_IN, TABLE, Actor, enters, may
from marketplace.database import Database
from marketplace.web.access import declared
from tests.cast import Cast, actor_of, bearer, begin_session, make_person
from tests.web.objects import THINGS, Thing, World

for _path in sorted(Path(__file__).parent.glob("objects_*.py")):
    importlib.import_module(f"tests.web.{_path.stem}")

EVERYONE = ("anonymous", "ada", "bo", "cheng", "dee", "eve", "finn")
STRANGERS = frozenset({"anonymous", "eve"})
# A verb that needs nothing but being somebody says all there is to say about a route without an id.
PLAIN = EVERYBODY | SIGNED_IN | OVERSEERS
# For these the person is the thing: the verb lets everybody in, and only the owner's rows are found.
OWN_ROWS = frozenset({"account.manage", "token.manage", "inbox.read", "privacy.ask"})
# Pages that only a development server has; here they are not found by anybody.
ELSEWHERE = frozenset({"mailbox.see"})
# The walk in so many tests: two processes share them.
PARTS = 6
PASSED = range(200, 400)
# What a verb may answer to somebody who is allowed, but whose empty form or wrong state does not do.
HEARD = frozenset({400, 409, 415, 422})


def routes(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def arguments(rule: Rule) -> set[str]:
    return set(rule.arguments) - {"language"} - set(rule.defaults or {})


def needs_a_thing(rule: Rule, verb: str) -> bool:
    return bool(arguments(rule)) or not TABLE[verb] <= PLAIN


def test_every_route_says_what_it_is_about(app: Flask) -> None:
    silent = [rule.endpoint for rule in routes(app) if declared(app.view_functions[rule.endpoint]) not in TABLE]
    without = {
        rule.endpoint
        for rule in routes(app)
        if needs_a_thing(rule, declared(app.view_functions[rule.endpoint]) or "page.see")
    } - set(THINGS)
    assert not silent
    assert not without, f"register these in tests/web/objects_<area>.py: {sorted(without)}"


def test_nothing_is_registered_for_a_route_that_is_gone(app: Flask) -> None:
    assert not set(THINGS) - {rule.endpoint for rule in routes(app)}


@pytest.mark.parametrize("part", range(PARTS))
def test_every_answer_is_the_tables(
    part: int,
    app: Flask,
    session: Session,
    cast: Cast,
    _connection: Connection,
    now: Any,
    pytestconfig: pytest.Config,
) -> None:
    database = app.extensions["benchbridge"][1]
    database.info["rate_limits"] = False
    finn = make_person(session, "Finn Auditor", now=now, platform_role=PlatformRole.AUDITOR)
    callers = [_caller(who, {**cast.people, "finn": finn}.get(who), session, database, now) for who in EVERYONE]
    world = World(session, cast, now, app)
    whole = pytestconfig.getoption("--full")
    rules = sorted(routes(app), key=lambda rule: (_maker_of(rule), rule.endpoint))
    share = rules[len(rules) * part // PARTS : len(rules) * (part + 1) // PARTS]
    asking = {rule.endpoint: callers if whole else _half(rule, callers) for rule in share}
    wrong = list(_differences(world, share, asking, _connection))
    assert not wrong, "\n".join(wrong)


@dataclass(frozen=True)
class Caller:
    """Somebody who asks: what they may do, and by what they are known."""

    name: str
    actor: Actor
    cookie: str | None
    headers: dict[str, str]


def _caller(name: str, person: Person | None, session: Session, database: Database, now: Any) -> Caller:
    if person is None:
        return Caller(name, Actor(), None, {})
    headers = bearer(database, person, now=now, scope=TokenScope.ADMIN)
    return Caller(name, actor_of(session, person, now=now), begin_session(database, person, now=now), headers)


def _half(rule: Rule, callers: list[Caller]) -> list[Caller]:
    """Strangers always, and every other one of the rest: the short run asks the others elsewhere, the long one all."""
    strangers = [each for each in callers if each.name in STRANGERS]
    rest = [each for each in callers if each.name not in STRANGERS]
    return strangers + rest[len(rule.endpoint) % 2 :: 2]


def _differences(
    world: World, rules: list[Rule], asking: dict[str, list[Caller]], connection: Connection
) -> Iterator[str]:
    for _, group in groupby(rules, key=_maker_of):
        with _undone(world, connection):
            thing: Thing | None = None
            for rule in group:
                verb = declared(world.app.view_functions[rule.endpoint])
                assert verb is not None
                if needs_a_thing(rule, verb) and rule.endpoint not in THINGS:
                    continue  # named by the test above
                if needs_a_thing(rule, verb):
                    thing = thing or THINGS[rule.endpoint](world)
                about = thing if thing and needs_a_thing(rule, verb) else Thing()
                yield from _answers(world, rule, about, asking[rule.endpoint], connection)


def _maker_of(rule: Rule) -> str:
    """Routes about the same thing stand together: it is made once for all of them, as every answer is undone."""
    maker = THINGS.get(rule.endpoint)
    return f"{maker.__module__}.{maker.__qualname__}" if maker else ""


def _answers(world: World, rule: Rule, thing: Thing, callers: list[Caller], connection: Connection) -> Iterator[str]:
    verb = declared(world.app.view_functions[rule.endpoint]) or ""
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        for caller in callers:
            with _undone(world, connection):
                status = _ask(world, rule, method, thing, caller)
            expected = _expected(rule, verb, caller.actor, thing)
            if not _fits(status, expected):
                yield f"{caller.name}: {method} {rule.rule} ({verb}): {status}, expected {expected}"


@contextmanager
def _undone(world: World, connection: Connection) -> Iterator[None]:
    """Whatever is made or done inside is undone."""
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        world.session.expire_all()


def _ask(world: World, rule: Rule, method: str, thing: Thing, caller: Caller) -> int:
    wanted = {name: value for name, value in thing.values.items() if name in rule.arguments}
    with world.app.test_request_context():
        if "language" in rule.arguments:
            wanted["language"] = "en"
        path = url_for(rule.endpoint, **wanted)
    client = world.app.test_client()
    headers = {}
    if path.startswith("/api/"):
        headers = dict(caller.headers)
    elif caller.cookie:
        with client.session_transaction() as cookie:
            cookie["sign_in"] = caller.cookie
    body = {"json": thing.form} if path.startswith("/api/") and method != "GET" else {"data": thing.form}
    answer = client.open(path, method=method, headers=headers, **(body if method != "GET" else {}))
    if answer.status_code == 303 and "/sign-in" in answer.location and "/sign-in" not in path:
        return 401
    return answer.status_code


def _expected(rule: Rule, verb: str, actor: Actor, thing: Thing) -> str:
    """`yes`, `sign_in`, `hidden` (404) or `no` (403 where the thing may be seen, else 404)."""
    if verb in ELSEWHERE:
        return "hidden"
    if actor.anonymous:
        return "yes" if TABLE[verb] & EVERYBODY else "sign_in"
    if not enters(actor, verb):
        return "hidden"
    relations = {"owner": thing.owner, "organisation": thing.organisation, "host": thing.host}
    if verb in OWN_ROWS and thing.owner is not None and thing.owner != actor.person_id:
        return "hidden"
    if may(actor, verb, **relations):
        return "yes"
    return "hidden" if thing.private else "no"


def _fits(status: int, expected: str) -> bool:
    if expected == "yes":
        return status in PASSED or status in HEARD
    return status in {"sign_in": {401}, "hidden": {404}, "no": {403, 404}}[expected]
