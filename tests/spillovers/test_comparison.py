"""Whose requests were taken up beside whose were not: by consent alone, hidden where few, and as of an instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.bookings.actions.request import new_reference
from marketplace.bookings.models import Booking, BookingState, Purpose
from marketplace.catalogue.models import FormerFacility
from marketplace.collaborations.models import OrganisationMerger
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.outcomes.models import Confidentiality, OutcomeStatus
from marketplace.privacy.queries import everything_about
from marketplace.spillovers.actions.comparing import give_consent, take_back_consent
from marketplace.spillovers.models import ComparisonConsent
from marketplace.spillovers.queries.comparing import consents_of, open_consent
from marketplace.spillovers.queries.comparison import groups, sharable, works
from marketplace.spillovers.queries.evaluators import for_evaluators
from marketplace.spillovers.queries.gathering import desk_for
from marketplace.spillovers.rules.comparison import Compared, Group, compared
from marketplace.spillovers.rules.scopes import PLATFORM, Frame, Scope, ScopeKind, Span
from marketplace.values.refusal import Forbidden, NotFound
from tests.cast import Cast, actor_of, load_jurisdictions, make_organisation
from tests.factories.figures import at, make_books
from tests.factories.stage import make_stage_of

YEAR = Span(date(2025, 1, 1), date(2026, 1, 1))
NOW = at(2026, 3, 1)
ASKED = at(2025, 2, 1)


def one(group: Group, *, consents: bool = True, **more: Any) -> Compared:
    return Compared(group=group, consents=consents, requests=more.pop("requests", 2), **more)


def line(rows: list[Compared], group: Group) -> dict[str, Any]:
    return next(each for each in compared(rows) if each["group"] == group.value)


def test_small_groups_and_small_counts_are_hidden() -> None:
    rows = [one(Group.NOT_MATCHED, reported_after=3, confirmed_after=3 * (n < 2)) for n in range(7)]
    told = line(rows, Group.NOT_MATCHED)
    assert (told["organisations"], told["requests"], told["reported_after"], told["why"]) == (5, 15, 20, None)
    assert told["outcomes_before"] == 0, "a true nought"
    assert told["confirmed_after"] is None, "two stand behind it"
    few = line(rows[:2], Group.NOT_MATCHED)
    assert (few["organisations"], few["requests"], few["why"]) == ({"lt": 5}, None, "too_few_organisations")


def test_without_consent_an_organisation_is_only_one_of_many() -> None:
    rows = [one(Group.NOT_MATCHED, consents=False, reported_after=9) for _ in range(8)]
    told = line(rows, Group.NOT_MATCHED)
    assert (told["organisations"], told["reported_after"], told["why"]) == (0, None, "no_consent_recorded")
    assert told["without_consent"] == 10
    assert line(rows, Group.MATCHED)["why"] == "nobody"
    assert {each["label"] for each in compared(rows)} == {"comparison_not_an_effect"}


class Askers:
    """Organisations that asked Bo's firm, each with what became of its request."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast = session, cast
        self.stage = make_stage_of(session, cast, at(2024, 1, 1))
        self.books = make_books(session, self.stage)

    def asker(self, name: str, *verbs: str, consents: bool = True) -> Organisation:
        place = make_organisation(self.session, name, now=at(2024, 1, 1))
        self.ask(place, *verbs)
        if consents:
            self.consent(place.id)
        return place

    def ask(self, place: Organisation, *verbs: str, day: datetime = ASKED) -> None:
        row = Booking(
            id=new_id(), reference=new_reference(), unit_id=self.stage.unit.id, place=1, organisation_id=place.id,
            person_id=self.cast.ada.id, booked_by=self.cast.ada.id, state=BookingState.DECLINED,
            purpose=Purpose.RESEARCH, starts_at=at(2025, 6, 1), ends_at=at(2025, 6, 2), created_at=day, updated_at=day,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        for number, verb in enumerate(verbs, start=1):
            told = Subject("booking", row.id), f"booking.{verb}"
            record(self.session, *told, now=day + timedelta(days=number), by=None)

    def consent(self, organisation_id: UUID, *, until: datetime | None = None) -> None:
        by = self.cast.bo.id
        row = ComparisonConsent(
            id=new_id(), organisation_id=organisation_id, purpose="comparison_group_1", given_at=at(2025, 1, 5),
            given_by=by, taken_back_at=until, taken_back_by=by if until else None,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()

    def outcome(self, place: Organisation, day: date, status: str = "confirmed", **more: Any) -> None:
        parties = [(self.cast.university, "provider"), (place, "user")]
        self.books.outcome(status=status, day=day, parties=parties, **more)

    def groups(self, scope: Scope = PLATFORM, *, as_of: datetime = NOW) -> dict[str, dict[str, Any]]:
        desk = desk_for(self.session, Frame(scope, YEAR, as_of))
        dee = actor_of(self.session, self.cast.dee, now=NOW)
        return {row["group"]: row for row in groups(desk, dee, NOW)}


@pytest.fixture
def askers(session: Session, cast: Cast) -> Askers:
    return Askers(session, cast)


def test_groups_by_what_became_of_the_requests(askers: Askers) -> None:
    for number in range(5):
        taken, refused = (
            askers.asker(f"Taken {number}", "declined", consents=False),
            askers.asker(f"Refused {number}", *(["declined"] if number else ["expired"])),
        )
        askers.ask(taken, "confirmed", "cancelled")
        for place in (taken, refused):
            askers.outcome(place, date(2023, 5, 1))
            askers.outcome(place, date(2025, 3, 1), "submitted")
        askers.outcome(taken, date(2025, 4, 1))
        askers.outcome(refused, date(2025, 4, 1), confidentiality=Confidentiality.ADMINISTRATORS)
        askers.outcome(refused, date(2025, 5, 1), embargo_until=date(2027, 1, 1))
        askers.outcome(refused, date(2021, 1, 1))
    undecided = askers.asker("Undecided", "declined")
    askers.ask(undecided)
    askers.asker("Its own doing", "cancelled")
    askers.asker("Silent", "declined", consents=False)
    early = askers.asker("Early")
    askers.ask(early, "declined", day=at(2024, 5, 1))
    found = askers.groups()
    taken, refused = found["matched"], found["not_matched"]
    assert (taken["organisations"], taken["requests"]) == (5, 10)
    assert (taken["outcomes_before"], taken["reported_after"], taken["confirmed_after"]) == (5, 10, 5)
    assert (refused["organisations"], refused["requests"], refused["without_consent"]) == (5, 5, {"lt": 5})
    assert (refused["outcomes_before"], refused["reported_after"], refused["confirmed_after"]) == (5, 5, 0)
    here = askers.groups(Scope(ScopeKind.ORGANISATION, id=askers.cast.firm.id))
    assert here == found, "all asked the firm"
    other = askers.groups(Scope(ScopeKind.ORGANISATION, id=askers.cast.university.id))
    assert {row["why"] for row in other.values()} == {"nobody"}


def test_only_what_was_known_and_consented_to_then_and_still_is(askers: Askers) -> None:
    refused = [askers.asker(f"Refused {number}", "declined") for number in range(3)]
    left = askers.asker("Left", "declined", consents=False)
    askers.consent(left.id, until=at(2025, 9, 1))
    assert askers.groups()["not_matched"]["organisations"] == {"lt": 5}
    assert askers.groups()["not_matched"]["requests"] == {"lt": 5}
    assert askers.groups(as_of=at(2025, 2, 1, 13))["not_matched"]["why"] == "nobody", "nobody had answered yet"
    then = askers.groups(as_of=at(2025, 8, 1))["not_matched"]
    assert then["without_consent"] == {"lt": 5}, "what was taken back counts no more, whichever instant is asked for"
    for each in refused:
        askers.ask(each, "confirmed", day=at(2025, 10, 1))
    assert askers.groups()["matched"]["requests"] == 5
    assert askers.groups(as_of=at(2025, 9, 1))["matched"]["why"] == "nobody"


def test_what_was_changed_later_tells_of_later_instants_alone(askers: Askers) -> None:
    """A merger that was taken back, one of a later day, and a facility that moved away."""
    session, cast, facility = askers.session, askers.cast, askers.stage.facility
    places = [askers.asker(f"Refused {number}", "declined") for number in range(5)]
    merger = {"into_id": cast.firm.id, "note": "", "recorded_at": at(2025, 8, 1)}
    gone = OrganisationMerger(organisation_id=places[0].id, merged_on=date(2025, 7, 1), **merger)
    later = OrganisationMerger(organisation_id=places[1].id, merged_on=date(2025, 12, 1), **merger)
    zone, facility.zone_code = Scope(ScopeKind.ZONE, code="ZON-HTZ-SZ"), None
    load_jurisdictions(session, ("CN-GD",))
    session.add_all([gone, later, FormerFacility(facility_id=facility.id, until=at(2025, 5, 1), zone_code=zone.code)])
    session.flush()

    def told(scope: Scope, *months: int) -> list[Any]:
        return [askers.groups(scope, as_of=at(2025, each, 2))["not_matched"]["organisations"] for each in months]

    few = {"lt": 5}
    assert told(zone, 7, 9) == [5, few]
    gone.taken_back_at, gone.taken_back_by = at(2025, 9, 20), cast.dee.id
    session.flush()
    assert told(zone, 9, 10, 12) == [few, 5, few]


def test_what_is_withdrawn_later_counted_until_then(askers: Askers) -> None:
    row = askers.books.outcome(doi="10.1/gone", known=at(2025, 4, 1))
    askers.books.event(row, "withdrawn", at(2025, 10, 1))
    row.status = OutcomeStatus.WITHDRAWN
    askers.session.flush()
    dee, firm = actor_of(askers.session, askers.cast.dee, now=NOW), {askers.cast.firm.id}

    def told(month: int) -> int:
        desk = desk_for(askers.session, Frame(PLATFORM, YEAR, at(2025, month, 2)))
        return len(works(desk, sharable(desk, dee, NOW, firm), 0))

    assert (told(9), told(11)) == (1, 0)


def test_a_baseline_counts_a_work_once_as_it_was_said_and_stood_then(askers: Askers) -> None:
    books, firm, university = askers.books, askers.cast.firm, askers.cast.university
    books.use(university, at(2025, 5, 1, 10), at(2025, 5, 1, 12))
    twice = [books.outcome(doi="10.1/twice", day=date(2024, 3, 1)) for _ in range(2)]
    books.version(twice[0], 2, day=date(2024, 3, 2), known=at(2025, 4, 2), doi="10.1/changed")
    frame = Frame(PLATFORM, YEAR, NOW)

    def before(as_of: datetime) -> list[tuple[int, dict[str, int]]]:
        dee = actor_of(askers.session, askers.cast.dee, now=NOW)
        _, tables = for_evaluators(desk_for(askers.session, replace(frame, as_of=as_of)), dee, NOW)
        return [(row["outcomes"], row["by_type"]) for row in tables["baseline"]]

    assert before(NOW) == [(1, {"publication": 1})], "a version that nobody has submitted says nothing yet"
    books.event(twice[0], "confirmed", at(2026, 2, 1), level=2, version=2)
    books.outcome("publication", "submitted", doi="10.1/low", parties=[(firm, "provider"), (university, "user")])
    assert before(NOW) == [(2, {"publication": 2})]
    assert before(at(2026, 1, 1)) == [(1, {"publication": 1})]


def test_a_manager_consents_and_takes_it_back(session: Session, cast: Cast, now: datetime) -> None:
    firm, bo = cast.firm.id, actor_of(session, cast.bo, now=now)
    first = give_consent(session, firm, now=now, by=bo)
    assert give_consent(session, firm, now=now, by=bo).id == first.id
    take_back_consent(session, firm, now=now + timedelta(days=1), by=bo)
    take_back_consent(session, firm, now=now + timedelta(days=2), by=bo)
    assert open_consent(session, firm) is None
    again = give_consent(session, firm, now=now + timedelta(days=3), by=bo)
    assert [each.id for each in consents_of(session, firm)] == [again.id, first.id]
    assert first.taken_back_at == now + timedelta(days=1)
    told = everything_about(session, cast.bo.id, now=now)["comparison_consents"]
    assert {each["id"] for each in told} == {str(first.id), str(again.id)}
    assert everything_about(session, cast.ada.id, now=now)["comparison_consents"] == []


@pytest.mark.parametrize(("name", "answer"), [("dee", Forbidden), ("eve", NotFound), ("ada", NotFound)])
def test_nobody_else_consents_for_it(
    session: Session, cast: Cast, now: datetime, name: str, answer: type[Exception]
) -> None:
    by = actor_of(session, cast.people[name], now=now)
    for verb in (give_consent, take_back_consent):
        with pytest.raises(answer):
            verb(session, cast.firm.id, now=now, by=by)
    assert consents_of(session, cast.firm.id) == []
