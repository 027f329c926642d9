"""Figures of use, stays and promises from rows, each worked out by hand."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, object_session

from marketplace.accounts.models import FormerSeat, Organisation, OrganisationKind
from marketplace.bookings.models import Booking, BookingState
from marketplace.catalogue.models import Facility, FormerFacility, Unit
from marketplace.collaborations.models import OrganisationMerger
from marketplace.history.actions import Subject, record
from marketplace.jurisdictions.models import Zone
from marketplace.operations.models import UseSession
from marketplace.outcomes.models import DatePrecision, YearlyQuestion
from marketplace.spillovers.measuring import plain
from marketplace.spillovers.metrics.places import EARTH_KM
from marketplace.spillovers.queries.gathering import desk_for
from marketplace.spillovers.queries.promises import openings
from marketplace.spillovers.queries.uses import opened, sessions
from marketplace.spillovers.rules.geography import distance
from marketplace.spillovers.rules.scopes import Scope, ScopeKind
from tests.factories.figures import Books, at, figures, frame, make_books, value
from tests.factories.outcomes import add_party
from tests.factories.stage import make_stage


@pytest.fixture
def books(session: Session) -> Books:
    return make_books(session, make_stage(session, at(2026, 3, 2, 9)))


@pytest.fixture
def used(books: Books) -> Books:
    """Two hours and, over New Year, three more of the university; four of the firm's own; one session still runs."""
    books.use(books.cast.university, at(2025, 3, 3, 10), at(2025, 3, 3, 12))
    books.use(books.cast.university, at(2024, 12, 31, 22), at(2025, 1, 1, 3))
    books.use(books.cast.firm, at(2025, 3, 4, 10), at(2025, 3, 4, 14), linked=False)
    books.use(books.cast.elsewhere, at(2025, 3, 5, 10), None, linked=False)
    return books


def test_hours_cross_a_boundary_where_customs_territories_differ(used: Books) -> None:
    found = figures(used.session)["flow.cross_border_share", ""]
    expected = {"shared_sessions": 2, "shared_hours": 5, "by_sessions": 1, "by_hours": 1, "folded_cn_by_hours": 0}
    assert {name: found.value[name] for name in expected} == expected
    assert found.value["own_use_hours_excluded"] == 4
    assert value(used.session, "flow.net_hours") == {"CN": 5, "HK": -5}
    assert value(used.session, "net.ei") == {"by_sessions": 1, "by_distinct_ties": 1}


def test_the_years_part_at_midnight_of_the_unit(used: Books) -> None:
    assert value(used.session, "flow.cross_border_share", frame(year=2024))["shared_hours"] == 2
    assert value(used.session, "flow.cross_border_share", frame(year=2026))["shared_hours"] == 0


def test_use_that_still_runs_is_not_known(used: Books) -> None:
    early = frame(as_of=at(2025, 3, 3, 11))
    assert value(used.session, "flow.cross_border_share", early)["shared_hours"] == 3


def valued(unit: Unit, amount: int, currency: str = "CNY") -> None:
    """An instrument that has stood there for years."""
    unit.created_at, unit.original_value_minor, unit.original_value_currency = at(2024, 1, 1), amount * 100, currency
    object_session(unit).flush()  # type: ignore[union-attr]


def test_machine_hours_of_each_place(used: Books) -> None:
    valued(used.stage.unit, 500_000)
    used.stage.unit.places = 2
    one, idle = (f"{used.stage.unit.id}/{place}" for place in (1, 2))
    found = figures(used.session)
    assert found["use.cn.effective_hours", ""].value["by_instrument"] == {one: 9, idle: 0}
    assert found["use.cn.effective_hours", ""].value["mean"] == "9/2", "an idle one counts in the mean"
    assert found["use.cn.external_hours", ""].value["by_instrument"] == {one: 5, idle: 0}
    assert found["use.cn.sharing_rate", ""].value["pooled"] == "5/9"
    assert found["use.cn.quota_rate", ""].n_unknown == 2
    assert found["use.cn.effective_hours", ""].notes == ["session_hours", "kinds_by_class:2"]


@pytest.mark.parametrize(
    ("named", "quota"), [("metrology", 1400), ("process", 800), ("laser", None), (None, None)], ids=range(4)
)
def test_the_class_of_an_instrument_tells_its_quota_where_it_can(used: Books, named: str | None, quota: int) -> None:
    valued(used.stage.unit, 500_000)
    used.stage.unit.instrument_class = named
    used.session.flush()
    found = figures(used.session)
    rate = found["use.cn.quota_rate", ""]
    assert rate.n_unknown == (quota is None)
    assert plain(rate.value["pooled"]) == (pytest.approx(9 / quota) if quota else None)
    online = found["use.cn.online_rate", ""]
    assert (online.value, online.denominator, online.n_unknown) == (None, 1, 1)
    assert online.notes == ["platform_not_recorded"], "which fact is missing is said, and nothing is invented"


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [(500_000, "CNY", (1, 0)), (499_999, "CNY", (0, 0)), (9_000_000, "HKD", (0, 1))],
    ids=["eligible", "below", "other_currency"],
)
def test_only_instruments_of_that_value_are_eligible(
    used: Books, amount: int, currency: str, expected: tuple[int, int]
) -> None:
    valued(used.stage.unit, amount, currency)
    found = figures(used.session)["use.cn.effective_hours", ""]
    assert (found.n_units, found.n_unknown) == expected


def test_use_of_others_instruments_is_the_hosts(used: Books) -> None:
    """The university only used; the firm, whose instrument it was, used it too."""
    valued(used.stage.unit, 500_000)
    own = {
        name: figures(used.session, frame(Scope(ScopeKind.ORGANISATION, organisation.id)))
        for name, organisation in (("host", used.cast.firm), ("user", used.cast.university))
    }
    for metric in ("use.cn.effective_hours", "use.show_rate", "open.session_on_schedule"):
        assert own["host"][metric, ""].numerator not in (0, None)
        assert own["user"][metric, ""].numerator == 0
    assert own["user"]["flow.cross_border_share", ""].value["shared_hours"] == 5


def test_a_session_parts_at_midnight_of_the_unit(books: Books) -> None:
    books.use(books.cast.university, at(2025, 1, 31, 22), at(2025, 2, 2, 1))
    found = figures(books.session)["flow.cross_border_share", ""]
    assert (found.value["shared_sessions"], found.value["shared_hours"]) == (3, 27)
    assert found.notes == ["split_at_midnight:2"]
    rows = (books.session.query(UseSession.id).one().id,)
    (told,) = sessions(desk_for(books.session, frame()))
    assert told.inputs is not None and tuple(told.subjects) == rows, "one row behind it"
    assert [each["id"] for each in told.inputs["sessions"]] == [f"{rows[0]}", f"{rows[0]}/2", f"{rows[0]}/3"]
    assert [each["hours"] for each in told.inputs["sessions"]] == ["2.000000", "24.000000", "1.000000"]
    # Each part by the seat of that day.
    seat = {"until": at(2025, 2, 1), "jurisdiction_code": "HK", "kind": OrganisationKind.FIRM}
    books.session.add(FormerSeat(organisation_id=books.cast.firm.id, **seat))
    books.session.flush()
    after = value(books.session, "flow.cross_border_share")
    assert (after["shared_hours"], after["by_hours"]) == (27, pytest.approx(25 / 27))
    assert after["by_sessions"] == pytest.approx(2 / 3)


def test_distances_from_a_zone_and_from_a_seat_to_those_it_shares_with(used: Books) -> None:
    session, cast = used.session, used.cast
    session.execute(update(Facility).values(zone_code="ZON-HTZ-SZ"))
    cast.firm.zone_code, cast.university.zone_code = "ZON-HTZ-SZ", "ZON-HTZ-HK"
    session.flush()
    zone = frame(Scope(ScopeKind.ZONE, code="ZON-HTZ-SZ"))
    found = figures(session, zone)["geo.decay", ""]
    pair = "ZON-HTZ-SZZON-HTZ-HK"
    points = {code: point for code, *point in session.execute(select(Zone.code, Zone.latitude, Zone.longitude))}
    here, there = ([float(each) for each in points[code]] for code in ("ZON-HTZ-SZ", "ZON-HTZ-HK"))
    length = distance((here[0], here[1]), (there[0], there[1]), EARTH_KM)
    assert plain(found.value["distance_km"])[pair] == pytest.approx(length, abs=1e-6)
    weighted = 5 * 2 ** (-length / 100)
    assert plain(found.value["distance_weighted_stock"]) == pytest.approx(weighted)
    assert value(session, "geo.band", zone)["le_100"] == {pair: 1}
    user = frame(Scope(ScopeKind.ORGANISATION, cast.university.id))
    assert value(session, "geo.decay", user)["distance_weighted_stock"] == pytest.approx(weighted)
    cast.university.zone_code = None
    session.flush()
    assert figures(session, zone)["geo.decay", ""].n_unknown == 2, "sessions of somebody without a zone"
    nowhere = figures(session, user)["geo.decay", ""]
    assert (nowhere.value, nowhere.notes) == (None, ["origin_without_point"])
    assert figures(session)["geo.band", ""].notes == ["no_single_origin"]


def test_booked_hours_that_were_used(used: Books) -> None:
    assert value(used.session, "use.show_rate") == pytest.approx(9 / 11)  # nobody has left the two hours of March 5
    assert plain(figures(used.session)["use.show_rate", ""].numerator) == 9


def test_sessions_that_opened_on_time(books: Books) -> None:
    late = books.use(books.cast.university, at(2025, 3, 3, 10), at(2025, 3, 3, 12))
    late.checked_in_at = late.checked_in_at.replace(minute=16)
    books.use(books.cast.university, at(2025, 3, 4, 10), at(2025, 3, 4, 12))
    books.session.flush()
    assert value(books.session, "open.session_on_schedule") == 0.5


def unused(books: Books, day: int, state: BookingState, *entries: tuple[str, datetime, str]) -> None:
    """A booking of a day in April at ten that nobody used, with what its history says."""
    used = books.use(books.cast.university, at(2025, 4, day, 10), at(2025, 4, day, 12))
    booking = books.session.get_one(Booking, used.booking_id)
    books.session.delete(used)
    booking.state = state
    books.session.flush()
    people = {"ada": books.cast.ada.id, "bo": books.cast.bo.id}
    for verb, when, who in entries:
        name, _, side = who.partition("/")
        told = {"details": {"side": side}} if side else {}
        subject = Subject("booking", booking.id)
        record(books.session, subject, f"booking.{verb}", now=when, by=people.get(name), **told)


def test_what_was_scheduled_and_never_opened_is_not_on_time_save_what_its_user_called_off(books: Books) -> None:
    books.use(books.cast.university, at(2025, 4, 1, 10), at(2025, 4, 1, 12))
    cancelled, confirmed = BookingState.CANCELLED, ("confirmed", at(2025, 3, 1), "bo")
    unused(books, 2, BookingState.NO_SHOW, confirmed)
    unused(books, 3, cancelled, confirmed, ("cancelled", at(2025, 3, 20), "bo"))
    unused(books, 4, cancelled, confirmed, ("cancelled", at(2025, 3, 20), "ada"))
    unused(books, 5, cancelled, confirmed, ("cancelled", at(2025, 4, 5, 9), "bo/user"))
    unused(books, 6, cancelled, ("cancelled", at(2025, 3, 20), "bo"))  # it was never confirmed
    unused(books, 7, BookingState.EXPIRED, confirmed, ("expired", at(2025, 3, 20), ""))
    (told,) = opened(desk_for(books.session, frame()))
    assert told.inputs == {
        "sessions": {"scheduled": 4, "opened_within_15min": 1, "late": 1}
        | {"cancelled_by_host": 1, "cancelled_by_user_24h_before": 1}
    }
    assert told.notes == ("called_off_at_short_notice:1",)
    assert value(books.session, "open.session_on_schedule") == pytest.approx(1 / 3)
    early = desk_for(books.session, frame(as_of=at(2025, 4, 2, 11)))
    (known,) = opened(early)
    assert known.inputs is not None and known.inputs["sessions"]["scheduled"] == 2, "whose start has passed"


def test_a_scope_takes_its_own_use_only(used: Books) -> None:
    def shared(kind: ScopeKind, **which: object) -> object:
        return value(used.session, "flow.cross_border_share", frame(Scope(kind, **which)))["shared_hours"]  # type: ignore[arg-type]

    assert shared(ScopeKind.COLLABORATION, id=used.collaboration.id) == 5
    assert shared(ScopeKind.ORGANISATION, id=used.cast.university.id) == 5
    assert shared(ScopeKind.ORGANISATION, id=used.cast.agency.id) == 0
    assert shared(ScopeKind.ZONE, code="ZON-HQ") == 0
    used.session.execute(update(Facility).values(zone_code="ZON-HTZ-SZ"))
    assert shared(ScopeKind.ZONE, code="ZON-HTZ") == 5, "a zone holds what lies in the zones inside it"


def test_the_seat_on_that_day_decides(used: Books) -> None:
    """The firm was seated in Hong Kong until February 2025: use before crossed nothing."""
    seat = {"until": at(2025, 2, 1), "jurisdiction_code": "HK", "kind": OrganisationKind.FIRM}
    used.session.add(FormerSeat(organisation_id=used.cast.firm.id, **seat))
    used.session.flush()
    found = value(used.session, "flow.cross_border_share")
    assert (found["shared_hours"], found["by_hours"], found["by_sessions"]) == (5, 0.4, 0.5)
    assert value(used.session, "flow.net_hours") == {"CN": 2, "HK": -2}


def test_merged_organisations_are_one_from_that_day_on(used: Books) -> None:
    merger = {"organisation_id": used.cast.university.id, "into_id": used.cast.firm.id, "note": ""}
    used.session.add(OrganisationMerger(**merger, merged_on=date(2025, 2, 1), recorded_at=at(2025, 5, 1)))
    used.session.flush()
    assert value(used.session, "flow.cross_border_share")["shared_hours"] == 3
    before = frame(as_of=at(2025, 4, 1))
    assert value(used.session, "flow.cross_border_share", before)["shared_hours"] == 5, "nobody knew of it then"


def test_two_of_one_group_are_external_and_flagged(used: Books) -> None:
    used.session.execute(
        update(Organisation).where(Organisation.id == used.cast.firm.id).values(parent_id=used.cast.university.id)
    )
    found = figures(used.session)["flow.cross_border_share", ""]
    assert (found.value["shared_sessions"], found.notes) == (2, ["same_group:2"])


def test_stays_of_partners(books: Books) -> None:
    row = books.collaboration
    add_party(books.session, row, books.cast.elsewhere, ["partner"], now=at(2024, 1, 8), left_on=date(2024, 7, 9))
    add_party(books.session, row, books.cast.agency, ["partner"], now=at(2024, 1, 8), joined_on=None)
    found = figures(books.session)["ret.km", ""]
    # Two go on (23 months watched by the end of 2025), one left after six.
    assert found.n_units == 3
    assert [each[:3] for each in found.value["table_t_atrisk_events_S_se"]] == [[6, 3, 1]]
    assert plain(found.value["S"]["12"]) == pytest.approx(2 / 3)


def test_months_to_the_first_outcome(books: Books) -> None:
    books.use(books.cast.university, at(2024, 12, 31, 22), at(2025, 1, 1, 3))
    books.outcome(doi="10.1/early", day=date(2024, 6, 1))
    assert figures(books.session)["lag.median", ""].value == {"median_months": None, "mean_months": None}
    books.outcome(doi="10.1/late", day=date(2025, 8, 1))
    assert value(books.session, "lag.median")["median_months"] == 7


def test_an_outcome_of_a_month_or_year_may_have_come_after_the_first_session(books: Books) -> None:
    books.use(books.cast.university, at(2025, 3, 15, 10), at(2025, 3, 15, 12))
    books.outcome(doi="10.1/before", day=date(2025, 2, 1), precision=DatePrecision.MONTH)
    assert value(books.session, "lag.median")["median_months"] is None
    books.outcome(doi="10.1/year", day=date(2025, 1, 1), precision=DatePrecision.YEAR)
    assert value(books.session, "lag.median")["median_months"] == 0
    assert figures(books.session)["lag.median", ""].n_units == 1


def test_facilities_that_were_due(books: Books) -> None:
    facility = books.stage.facility
    facility.planned_opening, facility.actual_opening = date(2025, 5, 1), date(2025, 5, 11)
    facility.created_at = facility.published_at = at(2025, 1, 1)
    books.session.flush()
    found = figures(books.session)
    assert found["open.on_time_rate", ""].value["grace"] == {"0": 0, "30": 1}
    assert found["open.delay_days", ""].value["median"] == 10
    early = frame(as_of=at(2025, 5, 6))
    assert figures(books.session, early)["open.delay_days", ""].value["overdue_unopened"] == 1


def test_what_a_draft_said_was_promised_to_nobody(books: Books) -> None:
    facility = books.stage.facility
    facility.planned_opening, facility.created_at, facility.published_at = date(2025, 6, 1), at(2025, 1, 1), None
    kept = {"facility_id": facility.id, "zone_code": None, "time_zone": None}
    for until, planned in ((at(2025, 2, 1), date(2025, 3, 1)), (at(2025, 5, 1), date(2025, 5, 20))):
        books.session.add(FormerFacility(**kept, until=until, planned_opening=planned))
    books.session.flush()
    assert figures(books.session)["open.on_time_rate", ""].value["due"] == 0, "never published"
    facility.published_at = at(2025, 3, 1)
    books.session.flush()
    (told,) = openings(desk_for(books.session, frame()))
    assert told.inputs is not None
    days = [{name: row[name] for name in ("planned", "rebaselined")} for row in told.inputs["facilities"]]
    assert days == [{"planned": "2025-05-20", "rebaselined": "2025-06-01"}]
    before = figures(books.session, frame(as_of=at(2025, 2, 20)))["open.on_time_rate", ""]
    assert before.n_units == 0


def test_yearly_answers(books: Books) -> None:
    for organisation, answer in ((books.cast.firm, "nothing"), (books.cast.university, None)):
        told = {"answer": answer, "answered_at": at(2026, 2, 1) if answer else None}
        where = {"collaboration_id": books.collaboration.id, "organisation_id": organisation.id}
        books.session.add(YearlyQuestion(**where, year=2025, asked_at=at(2026, 1, 5), **told))
    books.session.flush()
    found = figures(books.session)["out.response_rate", ""]
    assert (found.value, found.denominator) == ("1/2", 2)
    assert figures(books.session, frame(as_of=at(2026, 1, 20)))["out.response_rate", ""].value == 0


def test_whose_word_is_asked_is_told_by_the_day_here(books: Books) -> None:
    """The agency has gone into the reporter on the day of the submission here, which is the day before in UTC."""
    cast = books.cast
    told = {"organisation_id": cast.agency.id, "into_id": cast.university.id, "note": "", "recorded_at": at(2025, 4, 2)}
    books.session.add(OrganisationMerger(**told, merged_on=date(2025, 4, 2)))
    parties = [(cast.firm, "provider"), (cast.agency, "user")]
    books.outcome(status="submitted", parties=parties, known=at(2025, 4, 2, 0))
    assert figures(books.session)["out.response_rate", ""].denominator == 1, "the firm alone is asked"


def test_proximity_and_exposure_of_those_who_work_together(books: Books) -> None:
    firm, university = [(books.cast.firm, "provider")], [(books.cast.university, "user")]
    for number, (parties, classes) in enumerate([(firm, ["A61K", "H01L"]), (university, ["H01L"])]):
        books.outcome("patent_family", priorities=[f"P{number}"], parties=parties, classes=classes)
    books.use(books.cast.university, at(2025, 3, 3, 10), at(2025, 3, 3, 12))
    found = figures(books.session)
    pair = "|".join(sorted([str(books.cast.firm.id), str(books.cast.university.id)]))
    assert found["prox.jaffe", ""].value[pair] == pytest.approx(2**-0.5)
    pools = found["spill.tech", ""].value["jaffe"]
    assert pools[str(books.cast.firm.id)] == pytest.approx(2 * 2**-0.5)
    assert pools[str(books.cast.university.id)] == 0
    assert found["stock.perpetual", ""].value[str(books.cast.university.id)][-1] == 2
