"""The fixed cast: five people and their organisations, whose names say who may do what.

Ada is a researcher of a Hong Kong university, Bo the host manager of a Shenzhen firm, Cheng an officer of an agency,
Dee an administrator of the platform, and Eve a researcher elsewhere who must see nothing of theirs.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.actions.passwords import hash_password
from marketplace.accounts.models import (
    ApiToken,
    Control,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    PlatformRole,
    Role,
    SignInSession,
    TokenScope,
    Verification,
)
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries import actor_for_person
from marketplace.accounts.rules.secrets import digest
from marketplace.database import Database, new_id
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.jurisdictions.tables import table

PASSWORD = "nine benches and a bridge"
CSRF = "0" * 40


@dataclass(frozen=True)
class Cast:
    """The people and where they belong. Their rows are loaded; change them through the session that made them."""

    ada: Person
    bo: Person
    cheng: Person
    dee: Person
    eve: Person
    university: Organisation
    firm: Organisation
    agency: Organisation
    elsewhere: Organisation

    @property
    def people(self) -> dict[str, Person]:
        """Everybody by first name, in small letters."""
        return {name: getattr(self, name) for name in ("ada", "bo", "cheng", "dee", "eve")}


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    """The cast in the test's own transaction."""
    return make_cast(session, now=now)


def make_cast(session: Session, *, now: datetime) -> Cast:
    """Add the cast and flush. Everybody's password is `PASSWORD`; only Dee has a role on the platform."""
    load_jurisdictions(session, ("HK", "CN-GD", "GB"))
    university = _organisation("Harbour University", now=now, kind=OrganisationKind.UNIVERSITY)
    firm = _organisation("Hetao Microsystems", now=now, jurisdiction="CN-GD", control=Control.MAINLAND, city="Shenzhen")
    agency = _organisation("Office of Shared Permits", now=now, kind=OrganisationKind.AGENCY)
    elsewhere = _organisation("Elsewhere Labs", now=now, jurisdiction="GB", control=Control.FOREIGN)
    ada = _person("Ada Leung", now=now)
    bo = _person("Bo Chen", now=now, language="zh-Hans", time_zone="Asia/Shanghai")
    cheng = _person("Cheng Wai", now=now, language="zh-Hant")
    dee = _person("Dee Marr", now=now, platform_role=PlatformRole.ADMINISTRATOR)
    eve = _person("Eve Stone", now=now)
    # In few statements: nearly every test begins with the cast.
    session.add_all((university, firm, agency, elsewhere, ada, bo, cheng, dee, eve))
    session.flush()
    for person, place, role in (
        (ada, university, Role.RESEARCHER),
        (bo, firm, Role.HOST_MANAGER),
        (bo, firm, Role.MANAGER),
        (cheng, agency, Role.AGENCY_OFFICER),
        (eve, elsewhere, Role.RESEARCHER),
    ):
        session.add(Membership(person_id=person.id, organisation_id=place.id, role=role, since=now))
    session.flush()
    return Cast(ada, bo, cheng, dee, eve, university, firm, agency, elsewhere)


def make_organisation(
    session: Session, name: str, *, now: datetime, jurisdiction: str = "HK", **said: Any
) -> Organisation:
    """One organisation, verified unless said otherwise."""
    load_jurisdictions(session, (jurisdiction,))
    row = _organisation(name, now=now, jurisdiction=jurisdiction, **said)
    session.add(row)
    session.flush()
    return row


def _organisation(
    name: str,
    *,
    now: datetime,
    kind: OrganisationKind = OrganisationKind.FIRM,
    jurisdiction: str = "HK",
    control: Control = Control.HK_MACAO,
    city: str | None = None,
    verified: bool = True,
) -> Organisation:
    return Organisation(
        id=new_id(),
        slug=f"{name.lower().replace(' ', '-')}-{secrets.token_hex(3)}",
        name={"en": name},
        about={},
        kind=kind,
        jurisdiction_code=jurisdiction,
        control=control,
        city=city,
        verification=Verification.VERIFIED if verified else Verification.PENDING,
        verified_at=now if verified else None,
        submitted_at=now,
        created_at=now,
    )


def load_jurisdictions(session: Session, codes: Iterable[str]) -> None:
    """Rows of the reference tables and those above them, where they are not loaded yet."""
    known, wanted, rows = {row["code"]: row for row in table("jurisdictions")}, list(codes), {}
    while wanted:
        row = dict(known[wanted.pop()])
        rows[row["code"]] = row
        if row["parent_code"] and row["parent_code"] not in rows:
            wanted.append(row["parent_code"])
    session.execute(insert(Jurisdiction).values(list(rows.values())).on_conflict_do_nothing())


def make_person(session: Session, name: str, *, now: datetime, **said: Any) -> Person:
    """Somebody with an account, whose address is their first name at example.org."""
    row = _person(name, now=now, **said)
    session.add(row)
    session.flush()
    return row


def _person(
    name: str,
    *,
    now: datetime,
    language: str = "en",
    time_zone: str = "Asia/Hong_Kong",
    platform_role: PlatformRole | None = None,
) -> Person:
    return Person(
        id=new_id(),
        email=f"{name.split(maxsplit=1)[0].lower()}@example.org",
        name=name,
        pseudonym=f"person-{secrets.token_hex(6)}",
        password_hash=_hash(),
        language=language,
        time_zone=time_zone,
        platform_role=platform_role,
        recovery_codes=[],
        created_at=now,
    )


def join(session: Session, person: Person, organisation: Organisation, role: Role, *, now: datetime) -> Membership:
    """Give somebody a role in an organisation."""
    row = Membership(person_id=person.id, organisation_id=organisation.id, role=role, since=now)
    session.add(row)
    session.flush()
    return row


def actor_of(session: Session, person: Person, *, now: datetime) -> Actor:
    """The person as the policy sees them at `now`."""
    session.flush()
    actor = actor_for_person(session, person.id, now=now)
    assert actor is not None
    return actor


def signed_in(client: FlaskClient, person: Person) -> FlaskClient:
    """The same client, signed in as `person`; they must be flushed (or committed) where the application reads."""
    _, database, _ = client.application.extensions["benchbridge"]
    clock = client.application.config.get("CLOCK")
    token = begin_session(database, person, now=clock() if clock else datetime.now().astimezone())
    with client.session_transaction() as cookie:
        cookie["sign_in"] = token
    return client


def begin_session(database: Database, person: Person, *, now: datetime) -> str:
    """A sign-in session's token."""
    token = secrets.token_urlsafe(32)
    row = SignInSession(
        token_digest=digest(token),
        person_id=person.id,
        created_at=now,
        last_seen_at=now,
        methods=["password"],
        browser="Test",
    )
    database.transact(lambda session: session.add(row))
    return token


def form(client: FlaskClient, fields: Mapping[str, object] | None = None) -> dict[str, object]:
    """Form fields with a token that the application's CSRF check accepts from this client."""
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = CSRF
    signer = URLSafeTimedSerializer(client.application.secret_key or "", salt="wtf-csrf-token")
    return {**(fields or {}), "csrf_token": signer.dumps(CSRF)}


def bearer(
    database: Database, person: Person, *, now: datetime, scope: TokenScope = TokenScope.WRITE
) -> dict[str, str]:
    """The headers of an API call by this person, with a token that lives for a day."""
    token = secrets.token_urlsafe(32)
    row = ApiToken(
        token_digest=digest(token),
        hint=token[-4:],
        person_id=person.id,
        name="test",
        scope=scope,
        created_at=now,
        expires_at=now + timedelta(days=1),
    )
    database.transact(lambda session: session.add(row))
    return {"Authorization": f"Bearer {token}"}


@cache
def _hash() -> str:
    return hash_password(PASSWORD)
