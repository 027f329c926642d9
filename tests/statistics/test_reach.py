"""Whose use and which people somebody sees: across mergers, and on both sides of a boundary."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import OrganisationMerger
from marketplace.database import Database, new_id
from marketplace.statistics.queries.reach import reach_of
from marketplace.statistics.rules.wishes import wish_of
from tests.cast import actor_of, join, make_organisation, make_person
from tests.factories.roll_ups import booked, used
from tests.factories.stage import at, make_stage
from tests.statistics.test_exports import FEBRUARY, sent, table


def merge(session: Session, gone: Organisation, into: Organisation, now: datetime) -> None:
    row = OrganisationMerger(
        id=new_id(), organisation_id=gone.id, into_id=into.id, merged_on=date(2026, 2, 10), recorded_at=now, note=""
    )
    session.add(row)
    session.flush()


def staff(session: Session, name: str, *hosts: Organisation, now: datetime) -> Actor:
    person = make_person(session, name, now=now)
    for each in hosts:
        join(session, person, each, Role.HOST_STAFF, now=now)
    return actor_of(session, person, now=now)


def hosts_of(session: Session, by: Actor) -> set[UUID]:
    return set(reach_of(session, by).hosts)


def test_staff_see_what_went_into_their_host_never_what_it_went_into(session: Session, now: datetime) -> None:
    small, middle, big, other = (make_organisation(session, f"{name} Host", now=now) for name in ("S", "M", "B", "O"))
    merge(session, small, middle, now)
    merge(session, middle, big, now)
    merge(session, other, big, now)
    assert hosts_of(session, staff(session, "Sam", small, now=now)) == {small.id}
    assert hosts_of(session, staff(session, "Mia", middle, now=now)) == {small.id, middle.id}
    assert hosts_of(session, staff(session, "Ben", big, now=now)) == {small.id, middle.id, big.id, other.id}


def test_rows_of_a_merged_host_are_its_own_until_then_and_the_big_ones_since(
    session: Session, database: Database, now: datetime
) -> None:
    stage = make_stage(session, now)
    for day in (5, 20):
        row = booked(session, stage, stage.cast.university, at(day, 9, month=2), at(day, 12, month=2))
        used(session, row, at(day, 9, month=2), at(day, 11, month=2))
    big = make_organisation(session, "Big Host", now=now)
    merge(session, stage.cast.firm, big, now)
    for by, days in (
        (staff(session, "Sam", stage.cast.firm, now=now), ["2026-02-05"]),
        (staff(session, "Ben", big, now=now), ["2026-02-05", "2026-02-20"]),
    ):
        assert [row["day"] for row in table(sent(session, database, wish_of(FEBRUARY), by=by)[0])] == days


def test_roles_on_both_sides_carry_nobody_across_the_boundary(
    session: Session, database: Database, now: datetime
) -> None:
    stage = make_stage(session, now)
    for day, who in ((5, stage.cast.university), (6, stage.cast.firm)):
        row = booked(session, stage, who, at(day, 9, month=2), at(day, 12, month=2), note="Call me")
        used(session, row, at(day, 9, month=2), at(day, 11, month=2))
    here = make_organisation(session, "Hong Kong Host", now=now, jurisdiction="HK")
    both = staff(session, "Tam", stage.cast.firm, here, now=now)
    assert set(reach_of(session, both).near or ()) == {"CN", "HK"}
    wish = wish_of(FEBRUARY, columns="user_jurisdiction,person,email,note")
    found = table(sent(session, database, wish, by=both, purpose="Billing")[0])
    assert [(row["user_jurisdiction"], row["person"], bool(row["email"]), row["note"]) for row in found] == [
        ("HK", "", False, ""), ("CN", "Ada Leung", True, "Call me"),
    ]  # fmt: skip
