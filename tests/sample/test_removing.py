"""Removing sample data takes what is invented, keeps what is real, and stops where the two cannot be parted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person, Role
from marketplace.availability.models import Claim
from marketplace.bookings.actions import request_booking
from marketplace.bookings.models import Booking, Thread
from marketplace.catalogue.models import Facility, Unit
from marketplace.cli import main
from marketplace.collaborations.models import Collaboration, Milestone
from marketplace.database import Database, new_id
from marketplace.files.models import StoredFile
from marketplace.outcomes.models import Outcome, OutcomeVersion
from marketplace.sample.actions import InTheWay, remove
from marketplace.spillovers.models import EvidencePack, MetricSnapshot
from marketplace.spillovers.queries.stored import published_years
from marketplace.spillovers.rules.scopes import PLATFORM, Scope, ScopeKind
from tests.cast import actor_of, join, make_organisation, make_person
from tests.factories.listings import make_listing
from tests.factories.outcomes import collaboration_of, confirmed
from tests.factories.packs import make_pack
from tests.factories.snapshots import make_snapshot
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

    def confirmed_outcome(self) -> Outcome:
        """Of the university and the firm, who are real here."""
        session, cast = self.stage.session, self.stage.cast
        both = [(cast.university, ["user"]), (cast.firm, ["provider"])]
        around = collaboration_of(session, both, now=self.stage.now)
        return confirmed(session, cast, around, now=self.stage.now)


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


@pytest.mark.parametrize("kind", ["collaboration", "outcome"])
def test_a_real_collaboration_or_outcome_that_names_a_sample_stands_in_the_way(
    committed: Database, now: datetime, kind: str
) -> None:
    def work(session: Session) -> str:
        world = World(make_stage(session, now), *([None] * 4))
        row = world.confirmed_outcome()
        around = session.get_one(Collaboration, row.collaboration_id)
        guest = make_organisation(session, "Invented Guest", now=now)
        guest.sample = True
        if kind == "collaboration":
            collaboration_of(session, [(guest, ["partner"])], now=now, reference="NAMED-1")
            return "NAMED-1"
        last = session.scalars(select(OutcomeVersion).where(OutcomeVersion.outcome_id == row.id)).one()
        more = {column.key: getattr(last, column.key) for column in OutcomeVersion.__table__.columns}
        more |= {"id": new_id(), "number": 2, "flow_to": guest.id}
        session.add(OutcomeVersion(**more))
        session.flush()
        assert around.sample is row.sample is False
        return row.reference

    reference = committed.transact(work)
    with pytest.raises(InTheWay) as stopped:
        remove(committed)
    assert (stopped.value.references, stopped.value.more) == ([reference], 0)
    assert (count(committed, Outcome), count(committed, Organisation)) == (1, 5)
    assert count(committed, OutcomeVersion) == (2 if kind == "outcome" else 1)


def test_real_rows_of_unmarked_kinds_stay_without_the_sample(committed: Database, now: datetime) -> None:
    def work(session: Session) -> None:
        world = World(make_stage(session, now), *([None] * 4))
        row, cast = world.confirmed_outcome(), world.stage.cast
        guest = make_organisation(session, "Invented Guest", now=now)
        guest.sample = True
        session.add_all(
            [
                Milestone(
                    collaboration_id=row.collaboration_id,
                    title="First cells",
                    first_planned_on=now.date(),
                    planned_on=now.date(),
                    organisation_id=guest.id,
                    entered_at=now,
                ),
                Thread(
                    facility_id=world.stage.facility.id,
                    person_id=cast.ada.id,
                    organisation_id=guest.id,
                    subject="Hours",
                    created_at=now,
                    last_at=now,
                ),
            ]
        )
        session.flush()

    committed.transact(work)
    assert remove(committed) == {"organisations": 1}
    with committed.reading() as session:
        assert session.scalars(select(Milestone.organisation_id)).all() == [None]
        assert session.scalars(select(Thread.organisation_id)).all() == [None]


def test_figures_and_packs_of_all_that_was_there_go_with_the_sample(committed: Database, now: datetime) -> None:
    def work(session: Session) -> None:
        real, guest = (make_organisation(session, name, now=now) for name in ("Real Works", "Invented Guest"))
        rea = make_person(session, "Rea Lee", now=now)
        guest.sample = True
        scopes = [PLATFORM, Scope(ScopeKind.ZONE, code="ZON-HQ")]
        scopes += [Scope(ScopeKind.ORGANISATION, id=each.id) for each in (real, guest)]
        for scope in scopes:
            make_snapshot(session, scope, 2024, {}, as_of=datetime(2025, 6, 1, tzinfo=UTC))
            if scope is not PLATFORM:
                make_pack(session, scope, rea.id, now=now)

    committed.transact(work)
    with committed.reading() as session:
        assert len(published_years(session)) == 1
    removed = remove(committed)
    assert (removed["metric_snapshots"], removed["evidence_packs"], removed["stored_files"]) == (3, 2, 4)
    with committed.reading() as session:
        assert published_years(session) == []
        assert session.scalars(select(MetricSnapshot.scope_kind)).all() == [ScopeKind.ORGANISATION]
        assert session.scalars(select(EvidencePack.scope_kind)).all() == [ScopeKind.ORGANISATION]


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
