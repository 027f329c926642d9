"""Who asks: sessions and tokens lead to their actor in one statement, until they end."""

from __future__ import annotations

import datetime as dt
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.actions import visits
from marketplace.accounts.models import ApiToken, Deputy, Membership, Person, Role, SignInSession, TokenScope
from marketplace.accounts.queries import actor_for_session, actor_for_token, sign_in_by_token, token_use
from marketplace.database import Database
from tests.cast import Cast, actor_of, bearer, begin_session, join, make_organisation
from tests.database import counting_statements

LIMITS = {"idle": 3600, "absolute": 7200}


def test_a_session_leads_to_its_person_with_every_role(
    session: Session, database: Database, cast: Cast, now: datetime
) -> None:
    unverified = make_organisation(session, "New Firm", now=now, verified=False)
    join(session, cast.bo, unverified, Role.RESEARCHER, now=now)
    token = begin_session(database, cast.bo, now=now)

    with counting_statements(database) as statements:
        actor = actor_for_session(session, token, now=now, **LIMITS)

    assert actor is not None
    assert (actor.person_id, actor.name, actor.language) == (cast.bo.id, "Bo Chen", "zh-Hans")
    assert actor.roles == {
        cast.firm.id: {Role.HOST_MANAGER, Role.MANAGER},
        unverified.id: {Role.RESEARCHER},
    }
    assert actor.verified == {cast.firm.id}
    assert len(statements) == 1


def test_somebody_without_any_organisation_is_still_somebody(
    session: Session, database: Database, cast: Cast, now: datetime
) -> None:
    actor = actor_for_session(session, begin_session(database, cast.dee, now=now), now=now, **LIMITS)

    assert actor is not None
    assert actor.administrator
    assert not actor.roles


@pytest.mark.parametrize(("later", "lives"), [(3599, True), (3600, False)])
def test_a_session_ends_when_it_is_idle_too_long(
    session: Session, database: Database, cast: Cast, now: datetime, later: int, lives: bool
) -> None:
    token = begin_session(database, cast.ada, now=now)

    actor = actor_for_session(session, token, now=now + timedelta(seconds=later), **LIMITS)

    assert (actor is not None) is lives


def test_a_session_in_steady_use_ends_at_its_absolute_limit(
    session: Session, database: Database, cast: Cast, now: datetime
) -> None:
    token = begin_session(database, cast.ada, now=now)
    for minutes in (50, 100):
        found = sign_in_by_token(session, token, now=now + timedelta(minutes=minutes), **LIMITS)
        assert found is not None
        visits.note_visit(session, found.id, now=now + timedelta(minutes=minutes))

    assert actor_for_session(session, token, now=now + timedelta(minutes=119), **LIMITS)
    assert actor_for_session(session, token, now=now + timedelta(minutes=120), **LIMITS) is None


@pytest.mark.parametrize("column", ["suspended_at", "ended_at"])
def test_a_suspended_person_and_an_ended_session_are_nobody(
    session: Session, database: Database, cast: Cast, now: datetime, column: str
) -> None:
    token = begin_session(database, cast.ada, now=now)
    table = Person if column == "suspended_at" else SignInSession
    session.execute(update(table).values({column: now}))

    assert actor_for_session(session, token, now=now, **LIMITS) is None
    assert actor_for_session(session, "guess", now=now, **LIMITS) is None


def test_a_token_carries_its_scope_and_only_an_admin_one_makes_an_administrator(
    session: Session, database: Database, cast: Cast, now: datetime
) -> None:
    for scope in TokenScope:
        token = bearer(database, cast.dee, now=now, scope=scope)["Authorization"].removeprefix("Bearer ")
        actor = actor_for_token(session, token, now=now)
        assert actor is not None
        assert (actor.via, actor.scope) == ("token", scope)
        assert actor.administrator is (scope is TokenScope.ADMIN)
        assert actor_for_token(session, token, now=now + timedelta(days=1)) is None


def test_a_tokens_day_of_use_is_written_once_a_day(
    session: Session, database: Database, cast: Cast, now: datetime
) -> None:
    token = bearer(database, cast.ada, now=now)["Authorization"].removeprefix("Bearer ")
    found = token_use(session, token, now=now)
    assert found is not None
    assert visits.use_is_due(found, now=now)

    visits.note_use(session, found.id, now=now)

    again = token_use(session, token, now=now)
    assert again is not None
    assert not visits.use_is_due(again, now=now)
    assert session.scalars(select(ApiToken.last_used_on)).one() == dt.date(2026, 3, 2)


def _deputise(session: Session, cast: Cast, now: datetime, first: dt.date, last: dt.date) -> None:
    join(session, cast.ada, cast.firm, Role.HOST_STAFF, now=now)
    session.add(
        Deputy(
            organisation_id=cast.firm.id,
            principal_id=cast.bo.id,
            deputy_id=cast.ada.id,
            starts_on=first,
            ends_on=last,
            created_at=now,
        )
    )
    session.flush()


@pytest.mark.parametrize(
    ("at", "stands_in"),
    [
        ("2026-03-02T15:59:59+00:00", False),  # 23:59 of the second in Shenzhen
        ("2026-03-02T16:00:00+00:00", True),
        ("2026-03-04T15:59:59+00:00", True),
        ("2026-03-04T16:00:00+00:00", False),
    ],
)
def test_a_deputy_is_host_manager_on_their_days_in_the_organisations_zone(
    session: Session, cast: Cast, now: datetime, at: str, stands_in: bool
) -> None:
    _deputise(session, cast, now, dt.date(2026, 3, 3), dt.date(2026, 3, 4))

    roles = actor_of(session, cast.ada, now=datetime.fromisoformat(at)).roles

    assert (Role.HOST_MANAGER in roles[cast.firm.id]) is stands_in


def test_a_deputy_falls_with_the_one_they_stand_in_for(session: Session, cast: Cast, now: datetime) -> None:
    _deputise(session, cast, now, dt.date(2026, 3, 1), dt.date(2026, 3, 9))
    for held in session.scalars(select(Membership).where(Membership.role == Role.HOST_MANAGER)):
        session.delete(held)

    assert actor_of(session, cast.ada, now=now).roles[cast.firm.id] == {Role.HOST_STAFF}
