"""Every door declares who may pass: a route without a verb of the policy's table does not exist."""

from __future__ import annotations

from flask import Flask

from marketplace.accounts.policy import TABLE
from marketplace.web.access import declared

# Files of the build: the same for everybody, and served before anybody is known.
OPEN = frozenset({"static"})


def test_every_route_declares_a_verb_of_the_table(app: Flask) -> None:
    undeclared = {
        endpoint: declared(view)
        for endpoint, view in app.view_functions.items()
        if endpoint not in OPEN and declared(view) not in TABLE
    }
    assert not undeclared
    assert len(app.view_functions) > 5


def test_every_page_stands_below_its_language(app: Flask) -> None:
    """Machines' addresses, those fixed by others, and other spellings of a language are the exceptions."""
    fixed = ("/<alias:tag>/", "/api/", "/static/", "/healthz", "/readyz", "/calendar/", "/.well-known/", "/stripe/")
    stray = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(("/<language:language>/", *fixed)) and rule.rule != "/"
    ]
    assert not stray
