"""`benchbridge users`: people entered by whoever runs the server."""

from __future__ import annotations

import secrets
import sys
from datetime import datetime
from uuid import UUID

import click
from sqlalchemy.orm import Session

from marketplace.accounts import queries
from marketplace.accounts.actions import members, sign_up
from marketplace.accounts.actions.sign_up import NewPerson
from marketplace.accounts.models import Person, PlatformRole, Role
from marketplace.accounts.rules.profile import Profile
from marketplace.cli.answering import answer, json_option
from marketplace.cli.deployment import clock, deployed
from marketplace.history.actions import Subject, record

ROLES = {role.value: role for role in Role}
PLATFORM_ROLES = {role.value: role for role in PlatformRole}


@click.group("users")
def command() -> None:
    """People and their roles."""


@command.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Full name.")
@click.option("--language", default="en", type=click.Choice(["en", "zh-Hant", "zh-Hans"]), show_default=True)
@click.option("--organisation", metavar="SLUG", help="An organisation to join.")
@click.option("--role", type=click.Choice([*ROLES, *PLATFORM_ROLES]), help="In the organisation, or on the platform.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; else one is drawn.")
@json_option
def add(
    *,
    email: str,
    name: str,
    language: str,
    organisation: str | None,
    role: str | None,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Add a person, or give one who exists a further role."""
    if organisation and role not in ROLES:
        raise click.UsageError(f"--organisation needs --role: one of {', '.join(ROLES)}")
    if role in ROLES and not organisation:
        raise click.UsageError(f"--role {role} needs --organisation")
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    password = given if given is not None else secrets.token_urlsafe(15)
    new = NewPerson(profile=Profile(name=name, language=language), password=password)

    def work(session: Session) -> tuple[UUID, bool]:
        now = clock()
        known = queries.person_by_email(session, email)
        person_id = known.id if known else sign_up.create(session, email, new, now=now)
        _give(session, person_id, organisation=organisation, role=role, now=now)
        return person_id, known is None

    with deployed() as (_, database):
        person_id, made = database.transact(work)
    drawn = password if made and given is None else None
    shown = {"id": person_id, "email": email, "created": made, "organisation": organisation, "role": role}
    text = f"{email} is {'added' if made else 'known already'}." + (f" Password: {drawn}" if drawn else "")
    answer({**shown, **({"password": drawn} if drawn else {})}, text, as_json=as_json)


def _give(session: Session, person_id: UUID, *, organisation: str | None, role: str | None, now: datetime) -> None:
    if organisation and role:
        place = queries.organisation_by_slug(session, organisation)
        members.add_member(session, place, person_id, roles=[ROLES[role]], now=now, by=None)
    elif role in PLATFORM_ROLES:
        person = session.get_one(Person, person_id)
        before, person.platform_role = person.platform_role, PLATFORM_ROLES[role]
        session.flush()
        details = {"before": before, "role": person.platform_role}
        record(
            session, Subject("person", person_id), "person.role_changed", now=now, by=None, details=details,
            text={"reason": "benchbridge users add"},
        )  # fmt: skip
