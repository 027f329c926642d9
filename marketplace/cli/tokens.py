"""`benchbridge tokens`: API tokens issued by whoever runs the server."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from marketplace.accounts import queries
from marketplace.accounts.actions import tokens
from marketplace.accounts.actions.tokens import LIFETIMES, TokenWish
from marketplace.accounts.models import TokenScope
from marketplace.cli.answering import answer, json_option
from marketplace.cli.deployment import clock, deployed
from marketplace.values.refusal import NotFound

SCOPES = [scope.value for scope in TokenScope]


@click.group("tokens")
def command() -> None:
    """API tokens."""


@command.command("issue")
@click.argument("email")
@click.option("--scope", type=click.Choice(SCOPES), default="write", show_default=True)
@click.option("--days", type=click.Choice([str(days) for days in LIFETIMES]), default="90", show_default=True)
@click.option("--name", default="benchbridge tokens issue", help="What it is for; its owner sees this.")
@json_option
def issue(*, email: str, scope: str, days: str, name: str, as_json: bool) -> None:
    """Issue a token for the person with this address; it is shown now and never again."""
    wish = TokenWish(name=name, scope=TokenScope(scope), days=int(days))

    def work(session: Session) -> str:
        person = queries.person_by_email(session, email)
        if person is None:
            raise NotFound(f"no person with the address {email}")
        return tokens.issue(session, person.id, wish, now=clock())

    with deployed() as (_, database):
        text = database.transact(work)
    answer({"token": text}, text, as_json=as_json)
