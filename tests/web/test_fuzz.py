"""Every page and form is sent what it does not expect, by whoever may use it: it answers, and never with a fault."""

from __future__ import annotations

import importlib
import inspect
import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from marketplace.accounts.policy import Actor, may
from marketplace.web.access import declared
from tests.cast import Cast, actor_of, begin_session
from tests.hostile import BODIES, Hostile, sendable
from tests.web.objects import THINGS, Thing, World

for _path in sorted(Path(__file__).parent.glob("objects_*.py")):
    importlib.import_module(f"tests.web.{_path.stem}")

PEOPLE = ("ada", "bo", "dee")
# What stands in addresses beside the fields of forms that are sent by GET.
ARGUMENTS = (
    "after", "before", "copy", "cursor", "currency", "end", "facility", "free_from", "free_to", "from", "hours", "ids",
    "kind", "name", "next", "of", "preset", "price", "price_max", "q", "since", "sort", "start", "state", "subject",
    "take", "time", "to", "trl", "unit", "until", "verb", "version", "view", "week", "width", "zone",
)  # fmt: skip
# Ending one's own session would leave nobody to send the rest; it has no field either.
LEFT_OUT = frozenset({"sign_in.sign_out"})


@dataclass
class Form:
    """A form as a page offers it: where it goes, how, and its fields as they would be sent untouched."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    files: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take up forms, their controls and choices."""
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(said.get("action", ""), said.get("method", "get").lower()))
        if not self.found:
            return
        form, name = self.found[-1], said.get("name", "")
        if tag == "option" and self._select:
            form.choices[self._select].append(said.get("value", ""))
            if "selected" in said:
                form.fields[self._select] = [said.get("value", "")]
        elif tag == "select":
            self._select = name
            form.fields.setdefault(name, [])
        elif tag == "textarea" and name:
            form.fields.setdefault(name, [""])
        elif tag == "input" and name:
            self._input(form, name, said)

    def handle_endtag(self, tag: str) -> None:
        """Leave a list of choices."""
        if tag == "select":
            self._select = None

    def _input(self, form: Form, name: str, said: dict[str, str]) -> None:
        value = said.get("value", "")
        if said.get("type") == "file":
            form.files.add(name)
        elif said.get("type") in ("checkbox", "radio"):
            form.choices[name].append(value)
            form.fields.setdefault(name, [])
            form.fields[name] += [value] if "checked" in said else []
        else:
            form.fields[name] = [value]


@pytest.mark.parametrize(("seed", "times"), [(1, 1), *(pytest.param(n, 2, marks=pytest.mark.full) for n in (2, 3))])
def test_no_input_breaks_a_page(
    seed: int, times: int, app: Flask, session: Session, cast: Cast, _connection: Connection, now: datetime
) -> None:
    database = app.extensions["benchbridge"][1]
    sessions = {name: begin_session(database, cast.people[name], now=now) for name in PEOPLE}
    actors = {name: actor_of(session, cast.people[name], now=now) for name in PEOPLE}
    world, draw = World(session, cast, now, app), Hostile(seed, now)
    seen: Counter[int] = Counter()
    wrong: list[str] = []
    for rule in _pages(app):
        outer = _connection.begin_nested()
        thing = THINGS[rule.endpoint](world) if rule.endpoint in THINGS else Thing()
        session.flush()
        able = _able(app, actors, rule, thing)
        for name in able * times if times > 1 else [draw.choice(able)]:
            inner = _connection.begin_nested()
            client = _signed_in(app, sessions[name])
            for told, answer in _asked(draw, app, client, rule, thing):
                seen[answer.status_code // 100] += 1
                if answer.status_code >= 500:
                    wrong.append(f"{rule.endpoint} as {name}: {answer.status_code}\n  {told}")
            inner.rollback()
            session.expire_all()
        outer.rollback()
    assert not wrong, f"seed {seed}, {len(wrong)} of {seen.total()}:\n" + "\n".join(wrong[:40])
    assert min(seen[2], seen[3], seen[4]) > 20, f"hardly anything was understood: {seen}"


def _pages(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in LEFT_OUT and rule.endpoint != "static" and not rule.rule.startswith("/api/"):
            yield rule


def _able(app: Flask, actors: dict[str, Actor], rule: Rule, thing: Thing) -> list[str]:
    """Who may use the page; everybody where nobody we know may."""
    verb = declared(app.view_functions[rule.endpoint]) or ""
    relations = {"owner": thing.owner, "organisation": thing.organisation, "host": thing.host}
    return [name for name, actor in actors.items() if may(actor, verb, **relations)][:2] or list(PEOPLE)[:1]


def _signed_in(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sign_in"] = token
    return client


def _asked(
    draw: Hostile, app: Flask, client: FlaskClient, rule: Rule, thing: Thing
) -> Iterator[tuple[str, TestResponse]]:
    """The page under a strange address, and plain where it refuses that; then its forms with strange fields."""
    path, forms = _address(draw, app, rule, thing), []
    if "GET" in (rule.methods or ()):
        for told in (f"{path}?{_query(draw, _read_by(app, rule))}", path):
            page = client.get(told)
            yield told, page
            if page.status_code == 200:
                forms = _forms_of(app, path, page)
                break
    if "POST" in (rule.methods or ()):
        forms = [form for form in forms if form.method == "post"] or [Form(path, "post")]
        forms = [Form(path, "post", {n: [str(v)] for n, v in thing.form.items()})] if thing.form else forms
    for form in forms:
        if form.method == "post" and "sign-out" not in form.action:
            fields = _filled(draw, form)
            yield f"POST {form.action} {fields}", client.post(form.action, data=fields)


def _address(draw: Hostile, app: Flask, rule: Rule, thing: Thing) -> str:
    values = {name: value for name, value in thing.values.items() if name in rule.arguments}
    values |= {"language": draw.choice(("en", "zh-Hant", "zh-Hans"))} if "language" in rule.arguments else {}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def _forms_of(app: Flask, path: str, page: TestResponse) -> list[Form]:
    """The forms of a page whose addresses are ours."""
    if page.status_code != 200 or "html" not in page.content_type:
        return []
    reader, known = Forms(), app.url_map.bind("localhost")
    reader.feed(page.get_data(as_text=True))
    found = []
    for form in reader.found:
        form.action = urlsplit(form.action).path or path
        try:
            known.match(form.action, method=form.method.upper())
        except HTTPException:
            continue
        found.append(form)
    return found


def _read_by(app: Flask, rule: Rule) -> list[str]:
    """The names in addresses that the view's own module speaks of, and one more."""
    source = inspect.getsource(inspect.getmodule(inspect.unwrap(app.view_functions[rule.endpoint])) or inspect)
    return [name for name in ARGUMENTS if f'"{name}"' in source] + ["q"]


def _query(draw: Hostile, names: list[str]) -> str:
    chosen = draw.sample(names, k=min(len(names), draw.randrange(1, 4)))
    makers = (draw.text, draw.instant, draw.day, draw.identifier)
    return "&".join(f"{quote(n)}={quote(draw.choice(makers)(), safe='', errors='surrogatepass')}" for n in chosen)


def _filled(draw: Hostile, form: Form) -> dict[str, Any]:
    """The form as it stands, with a few fields that nobody would fill in so, others left out or filled in fit."""
    made: dict[str, Any] = {}
    for name, values in form.fields.items():
        kept = values or ([draw.choice(form.choices[name])] if form.choices[name] else [])
        if draw.one_in(4):
            makers = (draw.text, draw.instant, draw.day, draw.identifier, lambda: str(draw.randrange(-5, 5000)))
            kept = [sendable(draw.choice(makers)())]
        elif form.choices[name] and draw.one_in(2):
            kept = [draw.choice(form.choices[name])]
        if kept and not draw.one_in(12):
            made[name] = kept
    for name in form.files:
        made[name] = (
            io.BytesIO(draw.choice((*BODIES, b"Type,Name\nfacility,A\n"))),
            draw.choice(("a.csv", "a.png", "a")),
        )
    return made
