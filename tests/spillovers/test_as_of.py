"""As of an instant: whatever is changed afterwards, a snapshot is built anew to the last digit, and a new one tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.accounts.actions.organisations import change_organisation
from marketplace.accounts.models import Organisation, OrganisationKind, Role
from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.accounts.rules.organisation_form import OrganisationForm
from marketplace.availability.actions import set_places
from marketplace.bookings.models import Booking
from marketplace.catalogue.actions import change_facility, change_unit
from marketplace.collaborations.actions.closing import complete, leave
from marketplace.collaborations.actions.joining import move_booking
from marketplace.collaborations.actions.mergers import record_merger, take_back_merger
from marketplace.collaborations.actions.proposing import accept
from marketplace.collaborations.models import Collaboration, OrganisationMerger
from marketplace.jobs.models import Task
from marketplace.operations.actions.correcting import correct
from marketplace.operations.models import UseSession
from marketplace.operations.rules.details import Correction
from marketplace.outcomes.actions.answering import withdraw
from marketplace.outcomes.actions.drafting import draft, revise, submit
from marketplace.outcomes.actions.yearly import nothing_to_report
from marketplace.outcomes.models import Outcome, OutcomeParty, OutcomeVersion, YearlyQuestion
from marketplace.spillovers.actions.keeping_up import defer_nightly, take_year
from marketplace.spillovers.actions.publishing import due
from marketplace.spillovers.actions.snapshots import rebuild, take
from marketplace.spillovers.models import MetricSnapshot, MetricValue
from marketplace.spillovers.queries.figures import values_of
from marketplace.spillovers.queries.freshness import outdated
from marketplace.spillovers.queries.packing import packed_rows
from marketplace.spillovers.rules.scopes import PLATFORM, Frame, Scope, ScopeKind, Span, scope_of
from tests.cast import actor_of, join, load_jurisdictions, make_organisation
from tests.factories.figures import Books, at, make_books, value
from tests.factories.outcomes import add_party, collaboration_of, said, submitted
from tests.factories.stage import make_stage

NOW = at(2026, 3, 2, 9).astimezone(UTC)
LATER = NOW + timedelta(hours=1)
SPAN = Span(date(2024, 1, 1), date(2027, 1, 1))
ZONE = "ZON-HTZ-SZ"


@dataclass
class World:
    """Books in which something is there that each of the changes below can change."""

    books: Books
    apart: Collaboration
    further: Collaboration
    booking: Booking
    paper: Outcome

    @property
    def session(self) -> Session:
        return self.books.session

    @property
    def firm(self) -> Organisation:
        return self.books.cast.firm

    def actor(self, name: str) -> Actor:
        return actor_of(self.session, self.books.cast.people[name], now=NOW)

    def scopes(self) -> dict[str, Scope]:
        return {
            "collaboration": Scope(ScopeKind.COLLABORATION, self.books.collaboration.id),
            "organisation": Scope(ScopeKind.ORGANISATION, self.firm.id),
            "zone": Scope(ScopeKind.ZONE, code=ZONE),
            "platform": PLATFORM,
        }

    def take(self, scope: str, as_of: Any = NOW) -> MetricSnapshot:
        return take(self.session, Frame(self.scopes()[scope], SPAN, as_of), now=LATER, by=SYSTEM)

    def form(self, **more: Any) -> OrganisationForm:
        kept = ("name", "kind", "jurisdiction_code", "control", "city", "zone_code", "parent_id", "about")
        return replace(OrganisationForm(**{name: getattr(self.firm, name) for name in kept}), **more)


@pytest.fixture
def world(session: Session) -> World:
    books = make_books(session, make_stage(session, NOW))
    cast, stage = books.cast, books.stage
    for code in ("HK", "CN-GD", "MO"):
        load_jurisdictions(session, (code,))
    cast.firm.zone_code = stage.facility.zone_code = ZONE
    stage.facility.planned_opening, stage.facility.actual_opening = date(2025, 3, 1), date(2025, 3, 11)
    stage.facility.created_at = stage.unit.created_at = at(2024, 1, 1)
    stage.unit.original_value_minor, stage.unit.original_value_currency = 60_000_000, "CNY"
    add_party(session, books.collaboration, cast.elsewhere, ["partner"], now=at(2024, 1, 8))
    for person, place in ((cast.eve, cast.elsewhere), (cast.cheng, cast.agency)):
        join(session, person, place, Role.MANAGER, now=NOW)
    pair = [(cast.firm, ["provider"]), (cast.university, ["user"])]
    further = collaboration_of(session, pair, now=at(2025, 1, 6))
    others = [(cast.elsewhere, ["provider"]), (make_organisation(session, "Old Works", now=NOW), ["user"])]
    apart = collaboration_of(session, others, now=at(2025, 1, 6))
    add_party(session, further, cast.agency, ["partner"], now=at(2025, 1, 6), joined_on=None)
    use = books.use(cast.university, at(2025, 5, 1, 10), at(2025, 5, 1, 13))
    books.use(cast.agency, at(2025, 5, 2, 10), at(2025, 5, 2, 12), linked=False)
    dee = actor_of(session, cast.dee, now=NOW)
    record_merger(session, cast.agency.id, cast.firm.id, date(2025, 2, 1), now=NOW - timedelta(days=9), by=dee)
    where = {"collaboration_id": books.collaboration.id, "organisation_id": cast.university.id, "year": 2025}
    session.add(YearlyQuestion(**where, asked_at=at(2026, 1, 5)))
    session.add(YearlyQuestion(**where | {"collaboration_id": further.id}, asked_at=at(2026, 1, 5)))
    session.flush()
    ada = actor_of(session, cast.ada, now=NOW)
    nothing_to_report(session, *where.values(), now=at(2026, 1, 9), by=ada)
    paper = submitted(session, cast, further, now=at(2026, 1, 9), date_event="2025-08-10", identifiers=[])
    booking = session.get_one(Booking, use.booking_id)
    return World(books, apart, further, booking, paper)


def leaves(world: World) -> None:
    leave(world.session, world.books.collaboration.id, date(2025, 7, 1), "Moved.", now=LATER, by=world.actor("eve"))


def ends(world: World) -> None:
    complete(world.session, world.apart.id, date(2025, 9, 1), "It holds.", now=LATER, by=world.actor("eve"))


def joins(world: World) -> None:
    accept(world.session, world.further.id, None, now=LATER, by=world.actor("cheng"))


def moves_a_booking(world: World) -> None:
    move_booking(world.session, world.booking.id, world.further.id, now=LATER, by=world.actor("bo"))


def answers_otherwise(world: World) -> None:
    told = said(world.books.cast, date_event="2025-06-10")
    row = draft(world.session, world.books.collaboration.id, told, now=LATER, by=world.actor("ada"))
    submit(world.session, row.id, now=LATER, by=world.actor("ada"))


def withdraws(world: World) -> None:
    withdraw(world.session, world.paper.id, "Not ours.", now=LATER, by=world.actor("ada"))


def dates_it_otherwise(world: World) -> None:
    another = said(world.books.cast, date_event="2026-01-10", identifiers=[])
    revise(world.session, world.paper.id, another, now=LATER, by=world.actor("ada"))


def takes_a_merger_back(world: World) -> None:
    take_back_merger(world.session, world.books.cast.agency.id, now=LATER, by=world.actor("dee"))


def moves_its_seat(world: World) -> None:
    wanted = world.form(zone_code=None, jurisdiction_code="HK", kind=OrganisationKind.INSTITUTE)
    change_organisation(world.session, world.firm.id, wanted, now=LATER, by=world.actor("dee"))


def promises_another_day(world: World) -> None:
    later = {"planned_opening": "2025-03-12"}
    change_facility(world.session, world.books.stage.facility.id, later, now=LATER, by=world.actor("bo"))


def gives_its_opening_up(world: World) -> None:
    given_up = {"actual_opening": None, "cancelled_on": "2025-02-20"}
    change_facility(world.session, world.books.stage.facility.id, given_up, now=LATER, by=world.actor("bo"))


def moves_the_facility(world: World) -> None:
    away = {"zone_code": None, "jurisdiction_code": "HK"}
    change_facility(world.session, world.books.stage.facility.id, away, now=LATER, by=world.actor("bo"))


def corrects_the_instrument(world: World) -> None:
    unit = world.books.stage.unit.id
    change_unit(world.session, unit, {"original_value_minor": 100}, now=LATER, by=world.actor("bo"))
    set_places(world.session, unit, 2, now=LATER, by=world.actor("bo"))


def corrects_a_session(world: World) -> None:
    use = world.session.query(UseSession).filter_by(booking_id=world.booking.id, superseded_at=None).one()
    assert use.checked_out_at is not None
    wanted = Correction(began=use.checked_in_at, ended=use.checked_out_at - timedelta(hours=1))
    correct(world.session, use.id, wanted, "They left at noon.", now=LATER, by=world.actor("bo"))


# What is done, and whose figure tells it afterwards.
CHANGES: list[tuple[Callable[[World], None], str, str]] = [
    (leaves, "collaboration", "ret.km"),
    (ends, "platform", "ret.km"),
    (moves_a_booking, "collaboration", "flow.cross_border_share"),
    (answers_otherwise, "collaboration", "out.response_rate"),
    (withdraws, "organisation", "out.response_rate"),
    (dates_it_otherwise, "organisation", "out.response_rate"),
    (takes_a_merger_back, "organisation", "flow.cross_border_share"),
    (moves_its_seat, "zone", "flow.cross_border_share"),
    (promises_another_day, "organisation", "open.on_time_rate"),
    (gives_its_opening_up, "organisation", "open.on_time_rate"),
    (moves_the_facility, "zone", "open.on_time_rate"),
    (corrects_the_instrument, "platform", "use.cn.effective_hours"),
    (corrects_a_session, "collaboration", "flow.cross_border_share"),
    (corrects_a_session, "organisation", "use.cn.effective_hours"),
    (corrects_a_session, "zone", "use.show_rate"),
]


@pytest.mark.parametrize(
    ("change", "scope", "metric"), CHANGES, ids=[f"{each[0].__name__}-{each[1]}" for each in CHANGES]
)
def test_what_is_changed_later_is_in_later_figures_alone(
    world: World, change: Callable[[World], None], scope: str, metric: str
) -> None:
    taken = {each: world.take(each) for each in (scope, "platform")}
    change(world)
    world.session.flush()
    world.session.expire_all()
    for row in taken.values():
        again = rebuild(world.session, row.id, by=SYSTEM)
        assert again.same, (str(row.scope_kind), again.differing)
    assert told(world, taken[scope], metric) != told(world, world.take(scope, LATER), metric)


def told(world: World, snapshot: MetricSnapshot, metric: str) -> list[Any]:
    """What a figure was computed from, in short."""
    rows: list[MetricValue] = [each for each in values_of(world.session, snapshot) if each.metric == metric]
    assert rows and not [each.notes for each in rows if any("not_computable" in note for note in each.notes)]
    return [(each.variant, each.digest) for each in rows]


@pytest.mark.parametrize("seed", range(2))
def test_snapshots_between_changes_in_any_order_are_built_anew(world: World, seed: int) -> None:
    random, taken = Random(seed), []
    apart = (gives_its_opening_up, dates_it_otherwise, corrects_a_session)
    doing = [*random.sample([each[0] for each in CHANGES if each[0] not in apart], 9), corrects_a_session]
    scopes = list(world.scopes())
    for number, change in enumerate(doing):
        as_of = NOW if not number else LATER
        taken.append(world.take(random.choice(scopes), as_of - timedelta(seconds=1)))
        change(world)
    world.session.expire_all()
    differing = {str(row.id): rebuild(world.session, row.id, by=SYSTEM).differing for row in taken}
    assert not any(differing.values()), differing


def test_a_party_that_joins_is_told_from_its_instant_on(world: World) -> None:
    before, scope = world.take("platform"), Frame(PLATFORM, SPAN, LATER)
    ties = value(world.session, "ret.km", Frame(PLATFORM, SPAN, NOW))
    joins(world)
    assert rebuild(world.session, before.id, by=SYSTEM).same
    assert value(world.session, "ret.km", Frame(PLATFORM, SPAN, NOW)) == ties
    assert take(world.session, scope, now=LATER, by=SYSTEM).digest != before.digest


def test_opening_by_the_first_promise_and_by_the_latest(world: World) -> None:
    promises_another_day(world)
    frame = Frame(Scope(ScopeKind.ORGANISATION, world.firm.id), SPAN, LATER)
    found = value(world.session, "open.on_time_rate", frame)
    assert (found["grace"]["0"], found["grace_latest_baseline"]["0"], found["due"]) == (0, 1, 1)
    assert value(world.session, "open.delay_days", frame)["median"] == 10
    before = value(world.session, "open.on_time_rate", replace(frame, as_of=NOW))
    assert (before["grace"]["0"], before["grace_latest_baseline"]["0"]) == (0, 0)


def test_a_facility_given_up_before_its_day_is_not_due_and_one_given_up_later_is(world: World) -> None:
    frame = Frame(Scope(ScopeKind.ORGANISATION, world.firm.id), SPAN, LATER)
    gives_its_opening_up(world)
    found = value(world.session, "open.on_time_rate", frame)
    assert (found["due"], found["cancelled_excluded"]) == (0, 1)
    world.books.stage.facility.cancelled_on = date(2025, 4, 1)
    world.session.flush()
    found = value(world.session, "open.on_time_rate", frame)
    assert (found["due"], found["opened"], found["cancelled_excluded"]) == (1, 0, 0)
    assert value(world.session, "open.delay_days", frame)["overdue_unopened"] == 0


def test_use_stays_in_the_zone_where_it_was(world: World) -> None:
    moves_the_facility(world)
    frame = Frame(Scope(ScopeKind.ZONE, code=ZONE), SPAN, LATER)
    assert value(world.session, "flow.cross_border_share", frame)["shared_hours"] == 3


def test_parties_of_an_outcome_are_what_they_were_on_its_day(world: World) -> None:
    """The firm moves to Hong Kong and becomes an institute; what came before names it as it was then."""
    moves_its_seat(world)
    found = {}
    for day in ("2026-02-10", "2026-03-02"):
        row = draft(
            world.session, world.books.collaboration.id, said(world.books.cast, date_event=day, identifiers=[]),
            now=LATER, by=world.actor("ada"),
        )  # fmt: skip
        parties = select(OutcomeParty.jurisdiction, OutcomeParty.sector).join(
            OutcomeVersion, OutcomeVersion.id == OutcomeParty.version_id
        )
        mine = OutcomeVersion.outcome_id == row.id, OutcomeParty.organisation_id == world.firm.id
        found[day] = tuple(world.session.execute(parties.where(*mine)).one())
    assert found == {"2026-02-10": ("CN-GD", "firm"), "2026-03-02": ("HK", "institute")}


def test_a_merger_taken_back_may_be_put_down_again(world: World) -> None:
    dee, agency = world.actor("dee"), world.books.cast.agency.id
    takes_a_merger_back(world)
    again = record_merger(world.session, agency, world.firm.id, date(2025, 2, 1), now=LATER, by=dee)
    assert again.taken_back_at is None
    assert world.session.scalar(select(func.count()).select_from(OrganisationMerger)) == 2


def test_a_pack_tells_organisations_as_they_were_then(world: World) -> None:
    moves_its_seat(world)
    found = {}
    for as_of in (NOW, LATER):
        frame = Frame(Scope(ScopeKind.COLLABORATION, world.books.collaboration.id), SPAN, as_of)
        rows = packed_rows(world.session, frame, {"en": "Ours"}, by=world.actor("dee"), now=LATER)
        (firm,) = [each for each in rows.tables["organisations"] if each["id"] == str(world.firm.id)]
        found[as_of] = firm["kind"], firm["jurisdiction"]
    assert found == {NOW: ("firm", "CN-GD"), LATER: ("institute", "HK")}


def test_a_stored_figure_is_outdated_once_a_party_has_left(world: World) -> None:
    row = world.take("collaboration")
    assert not outdated(world.session, world.books.collaboration.id, row)
    leaves(world)
    assert outdated(world.session, world.books.collaboration.id, row)


def waiting(world: World, now: datetime) -> set[str]:
    """Scopes that the night would measure anew."""
    session = world.session
    session.execute(text("DELETE FROM procrastinate_jobs"))
    defer_nightly(session, now=now)
    return set(session.scalars(text("SELECT args ->> 'scope' FROM procrastinate_jobs WHERE args ->> 'year' = '2026'")))


# What is done, and whom it has measured anew at night: the collaboration, the firm, the collaboration apart.
MOVED: list[tuple[Callable[[World], None], str]] = [
    (leaves, "collaboration organisation"),
    (ends, "apart"),
    (takes_a_merger_back, "organisation"),
    (moves_its_seat, "collaboration organisation"),
    (gives_its_opening_up, "collaboration organisation"),
    (corrects_the_instrument, "collaboration organisation"),
    (corrects_a_session, "collaboration organisation"),
]


@pytest.mark.parametrize(("change", "moved"), MOVED, ids=[each[0].__name__ for each in MOVED])
def test_the_night_measures_what_a_change_moved(world: World, change: Callable[[World], None], moved: str) -> None:
    names = {"apart": f"collaboration:{world.apart.id}"}
    names |= {each: str(world.scopes()[each]) for each in ("collaboration", "organisation")}
    day = timedelta(days=1)
    for scope in names.values():
        take_year(world.session, scope, 2026, now=LATER - timedelta(minutes=1))
    take_year(world.session, names["organisation"], 2025, now=LATER - timedelta(minutes=1))
    past = (scope_of(names["organisation"]), 2025)
    assert not waiting(world, LATER) & set(names.values()) and past not in due(world.session, now=LATER)
    change(world)
    world.session.flush()
    found = waiting(world, LATER + day)
    assert {name for name, scope in names.items() if scope in found} == set(moved.split())
    assert (past in due(world.session, now=LATER + day)) is ("organisation" in moved)


@pytest.mark.parametrize(("change", "which"), [(leaves, "ours"), (ends, "apart"), (joins, "further")], ids=range(3))
def test_who_comes_or_goes_has_the_collaboration_measured_at_once(
    world: World, change: Callable[[World], None], which: str
) -> None:
    change(world)
    told = world.session.scalars(select(Task.arguments).where(Task.name == "spillovers.measure_collaboration")).all()
    ids = {"ours": world.books.collaboration.id, "apart": world.apart.id, "further": world.further.id}
    assert {"collaboration": str(ids[which]), "since": LATER.isoformat()} in told


def test_a_zone_holds_who_was_seated_there_then(world: World) -> None:
    world.books.stage.facility.zone_code = None
    world.session.flush()
    frame = Frame(Scope(ScopeKind.ZONE, code=ZONE), SPAN, NOW)
    asked = value(world.session, "out.response_rate", frame)
    moves_its_seat(world)
    assert value(world.session, "out.response_rate", frame) == asked == 1
    assert value(world.session, "out.response_rate", replace(frame, as_of=LATER)) is None
