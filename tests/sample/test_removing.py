"""Removing sample data takes what is invented, keeps what is real, and stops where the two cannot be parted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person, Role
from marketplace.availability.models import Claim
from marketplace.bookings.actions import request_booking
from marketplace.bookings.models import Booking
from marketplace.catalogue.models import Facility, Unit
from marketplace.cli import main
from marketplace.database import Database
from marketplace.files.models import StoredFile
from marketplace.sample.actions import InTheWay, remove
from tests.cast import actor_of, join, make_organisation, make_person
from tests.factories.listings import make_listing
from tests.factories.stage import Stage, hours, make_stage


@dataclass
class World:
    """The cast and Bo's unit as samples, Rea and her unit as real ones."""

    stage: Stage
    rea: Person
    works: Organisation
    facility: Facility
    unit: Unit

    def book(self, name: str, day: int, unit: Unit | None = None) -> UUID:
        people = {**self.stage.cast.people, "rea": self.rea}
        places = {"ada": self.stage.cast.university, "rea": self.works}
        self.stage.actors[name] = actor_of(self.stage.session, people[name], now=self.stage.now)
        wish = self.stage.wish(hours(day, 10, 12), organisation_id=places[name].id)
        if unit is not None:
            wish = replace(wish, unit_id=unit.id)
        return request_booking(self.stage.session, wish, now=self.stage.now, by=self.stage.actors[name]).id


@pytest.fixture
def built(committed: Database, now: datetime) -> Callable[[Callable[[World], object]], object]:
    """Make the world, do something in it, commit."""

    def build(more: Callable[[World], object]) -> object:
        def work(session: Session) -> object:
            stage = make_stage(session, now)
            works = make_organisation(session, "Real Works", now=now)
            rea = make_person(session, "Rea Lee", now=now)
            for role in (Role.RESEARCHER, Role.HOST_MANAGER):
                join(session, rea, works, role, now=now)
            facility, unit = make_listing(session, works.id, by=actor_of(session, rea, now=now), now=now)
            answer = more(World(stage, rea, works, facility, unit))
            for row in (*stage.cast.people.values(), stage.facility, stage.unit):
                row.sample = True
            for place in (stage.cast.university, stage.cast.firm, stage.cast.agency, stage.cast.elsewhere):
                place.sample = True
            session.flush()
            return answer

        return committed.transact(work)

    return build


def count(database: Database, kind: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_real_rows_stay_without_what_they_said_of_a_sample(committed: Database, built) -> None:
    def more(world: World) -> UUID:
        world.works.parent_id = world.stage.cast.firm.id
        world.stage.cast.agency.parent_id = world.stage.cast.firm.id
        played = world.book("ada", 4)
        real = world.book("rea", 5, world.unit)
        copy = world.stage.session.get_one(Booking, real)
        copy.copied_from = played
        return real

    real = built(more)
    removed = remove(committed)
    assert (removed["people"], removed["organisations"], removed["bookings"]) == (5, 4, 1), "Ada played it herself"
    with committed.reading() as session:
        kept = session.scalars(select(Booking)).one()
        assert (kept.id, kept.copied_from) == (real, None)
        assert session.scalars(select(Organisation.parent_id)).all() == [None]
        assert session.scalars(select(Person.name)).all() == ["Rea Lee"]
        assert session.scalars(select(Claim.holder_id)).all() == [real]
    assert (count(committed, Facility), count(committed, Unit), count(committed, StoredFile)) == (1, 1, 0)
    assert remove(committed) == {}


def test_a_sample_person_who_travels_stands_in_the_way(committed: Database, built) -> None:
    def more(world: World) -> str:
        booking = world.stage.session.get_one(Booking, world.book("rea", 5, world.unit))
        booking.flows = {"people_flows": [{"from": "HK"}, {"from": "HK", "person": str(world.stage.cast.ada.id)}]}
        return booking.reference

    reference = built(more)
    with pytest.raises(InTheWay) as stopped:
        remove(committed)
    assert (stopped.value.references, stopped.value.more) == ([reference], 0)


@pytest.mark.parametrize("case", ["a real person on a sample unit", "a sample person on a real unit"])
def test_what_is_both_stands_in_the_way_and_is_named(committed: Database, built, case: str) -> None:
    def more(world: World) -> str:
        id = world.book("rea", 4) if case.startswith("a real") else world.book("ada", 4, world.unit)
        return world.stage.session.get_one(Booking, id).reference

    reference = built(more)
    with pytest.raises(InTheWay) as stopped:
        remove(committed)
    assert (stopped.value.references, stopped.value.more) == ([reference], 0)
    assert (count(committed, Person), count(committed, Booking), count(committed, Facility)) == (6, 1, 2)


def test_the_command_names_what_stands_in_the_way(
    committed: Database, built, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path
) -> None:
    built(lambda world: world.book("rea", 4))
    monkeypatch.setenv("DATABASE_URL", committed.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("BENCHBRIDGE_INSTANCE", str(tmp_path))
    with committed.reading() as session:
        reference = session.scalars(select(Booking.reference)).one()
    with pytest.raises(SystemExit) as stopped:
        main(["sample", "remove"])
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert reference in said and "Nothing was removed" in said
