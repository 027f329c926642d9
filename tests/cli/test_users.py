"""`benchbridge users add` and `tokens issue`: people and tokens without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from marketplace.accounts.models import Membership, Person, PlatformRole, Role, TokenScope
from marketplace.accounts.queries import actor_for_token
from marketplace.cli import group
from marketplace.cli.deployment import clock
from marketplace.database import Database
from marketplace.values.refusal import Invalid, NotFound, Refused
from tests.cast import make_organisation

Run = Callable[..., Result]


@pytest.fixture
def run(committed: Database) -> Run:
    address = committed.engine.url.render_as_string(hide_password=False)

    def invoke(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(group, arguments, env={"DATABASE_URL": address}, **more)

    return invoke


def test_a_person_joins_with_a_role_and_a_token_acts_for_them(run: Run, committed: Database) -> None:
    place = committed.transact(lambda session: make_organisation(session, "Harbour University", now=clock()))
    added = run(
        "users",
        "add",
        "Ada@example.org",
        "--name",
        "Ada",
        "--organisation",
        place.slug,
        "--role",
        "researcher",
        "--json",
    )
    shown = json.loads(added.stdout)
    assert shown["created"] is True
    assert len(shown["password"]) >= 20

    token = json.loads(run("tokens", "issue", "ada@example.org", "--scope", "read", "--json").stdout)["token"]

    with committed.reading() as session:
        actor = actor_for_token(session, token, now=clock())
        assert actor is not None
        assert actor.roles == {place.id: {Role.RESEARCHER}}
        assert actor.scope is TokenScope.READ


def test_adding_somebody_twice_adds_the_role_only(run: Run, committed: Database) -> None:
    place = committed.transact(lambda session: make_organisation(session, "Harbour University", now=clock()))
    for role in ("researcher", "manager", "manager"):
        answer = run("users", "add", "ada@example.org", "--name", "Ada", "--organisation", place.slug, "--role", role)
        assert answer.exit_code == 0, answer.output
    with committed.reading() as session:
        assert len(session.scalars(select(Person)).all()) == 1
        assert set(session.scalars(select(Membership.role))) == {Role.RESEARCHER, Role.MANAGER}


def test_the_first_administrator_is_made_here(run: Run, committed: Database) -> None:
    password = "nine benches and a bridge\n"
    added = run(
        "users",
        "add",
        "dee@example.org",
        "--name",
        "Dee",
        "--role",
        "administrator",
        "--password-stdin",
        input=password,
    )
    assert added.exit_code == 0
    assert "Password" not in added.stdout
    with committed.reading() as session:
        assert session.scalars(select(Person.platform_role)).one() is PlatformRole.ADMINISTRATOR
    assert run("tokens", "issue", "dee@example.org", "--scope", "admin").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "failure"),
    [
        (("users", "add", "not an address", "--name", "X"), Invalid),
        (("users", "add", "x@example.org", "--name", "X", "--organisation", "nowhere", "--role", "manager"), NotFound),
        (("tokens", "issue", "nobody@example.org"), NotFound),
    ],
)
def test_what_cannot_be_done_says_why(run: Run, arguments: tuple[str, ...], failure: type[Exception]) -> None:
    assert isinstance(run(*arguments).exception, failure)


def test_weak_passwords_and_wrong_scopes_are_refused_here_too(run: Run) -> None:
    weak = run("users", "add", "eve@example.org", "--name", "Eve", "--password-stdin", input="password1234\n")
    assert isinstance(weak.exception, Invalid)
    run("users", "add", "eve@example.org", "--name", "Eve")
    assert isinstance(run("tokens", "issue", "eve@example.org", "--scope", "admin").exception, Refused)


def test_a_role_needs_its_organisation(run: Run) -> None:
    assert run("users", "add", "x@example.org", "--name", "X", "--role", "manager").exit_code == 2
