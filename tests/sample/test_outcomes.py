"""The sample's outcomes: of every status, made by the verbs, and taken away with the rest."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.outcomes.models import Outcome, OutcomeStatus
from marketplace.sample.accounts import SampleAccounts
from marketplace.sample.actions.founding import Founded
from marketplace.sample.actions.outcomes import OUTCOMES, report
from tests.cast import Cast, join
from tests.factories.outcomes import between


def test_outcomes_of_every_status_are_reported(session: Session, cast: Cast, now: datetime) -> None:
    founded = Founded({}, {name: person.id for name, person in cast.people.items()}, SampleAccounts(()))
    assert report(session, founded, now=now) == 0
    join(session, cast.ada, cast.university, Role.MANAGER, now=now)
    between(session, cast, now=now, sample=True, starts_on=date(2025, 6, 1))
    assert report(session, founded, now=now) == len(OUTCOMES) - 1  # two are members of one family
    found = session.scalars(select(Outcome)).all()
    assert {row.status for row in found} == set(OutcomeStatus)
    assert all(row.sample for row in found)
    assert Counter(row.level for row in found)[3] == 1
    assert max(row.version for row in found) == 2
