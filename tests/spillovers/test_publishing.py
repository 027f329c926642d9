"""Past years are measured once they are over; what is drawn and published of them comes from the rows of that time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.spillovers.actions.publishing import defer_due, due
from marketplace.spillovers.actions.snapshots import rebuild, take
from marketplace.spillovers.queries.stored import published_years, years
from marketplace.spillovers.rules.published import Unpublished
from marketplace.spillovers.rules.scopes import PLATFORM, Frame, Scope, ScopeKind, year_span
from marketplace.wording.pictures.published import outcomes_printed
from tests.cast import Cast
from tests.factories.outcomes import between, confirmed, submitted

LAST_YEAR = {"date_event": "2025-05-10", "confidentiality": "public"}


def measured(session: Session, scope: Scope, year: int, now: datetime) -> None:
    take(session, Frame(scope, year_span(year), now), now=now, by=SYSTEM)


def seat(session: Session, cast: Cast) -> str:
    """Both sides have their seat in one zone."""
    code = str(session.scalar(text("SELECT code FROM zones WHERE slug = 'hengqin'")))
    cast.university.zone_code = cast.firm.zone_code = code
    session.flush()
    return code


def test_years_are_due_once_they_are_over_and_the_platforms_after_ninety_days(
    session: Session, cast: Cast, now: datetime
) -> None:
    between(session, cast, now=now, starts_on=date(2024, 3, 1))
    sides = [Scope(ScopeKind.ORGANISATION, id=each.id) for each in (cast.firm, cast.university)]
    found = due(session, now=now)
    assert found[0] == (PLATFORM, 2024)  # 2025 ended less than 90 days ago
    assert sorted(found[1:], key=str) == sorted([(side, year) for side in sides for year in (2024, 2025)], key=str)
    assert (PLATFORM, 2025) in due(session, now=datetime(2026, 4, 1, tzinfo=UTC))


def test_what_is_measured_is_due_no_more_until_somebody_answers(session: Session, cast: Cast, now: datetime) -> None:
    work = between(session, cast, now=now, starts_on=date(2025, 3, 1))
    sides = [Scope(ScopeKind.ORGANISATION, id=each.id) for each in (cast.firm, cast.university)]
    for side in sides:
        measured(session, side, 2025, now)
    assert due(session, now=now) == []
    later = now + timedelta(days=3)
    confirmed(session, cast, work, now=later, **LAST_YEAR)
    assert {each for each, _year in due(session, now=later)} == set(sides)


def test_the_night_has_them_measured_each_once(session: Session, cast: Cast, now: datetime) -> None:
    between(session, cast, now=now, starts_on=date(2024, 3, 1))
    assert defer_due(session, now=now) == 5
    assert defer_due(session, now=now) == 5  # those that still wait are not written again
    waiting = session.execute(text("SELECT args FROM procrastinate_jobs WHERE task_name = 'spillovers.snapshot'"))
    assert len(waiting.all()) == 5


def test_curves_cells_and_ties_of_a_year_come_from_its_rows_and_can_be_rebuilt(
    session: Session, cast: Cast, now: datetime
) -> None:
    code = seat(session, cast)
    work = between(session, cast, now=now, starts_on=date(2025, 1, 6))
    confirmed(session, cast, work, now=now, **LAST_YEAR)
    submitted(session, cast, work, now=now, date_event="2025-06-01", identifiers=[], type="other")
    later = now + timedelta(days=60)
    row = take(session, Frame(PLATFORM, year_span(2025), later), now=later, by=SYSTEM)
    (year,) = years(session, PLATFORM)
    assert year.value("out.matrix", "cells") == [
        ["", "", 1, 2], ["", "publications", 1, 2], [code, "", 1, 2], [code, "publications", 1, 2],
    ]  # fmt: skip
    assert sorted(year.value("ret.curve", "cohorts")) == ["", "2025"]
    assert year.value("ret.curve", "cohorts")[""][0][1] == 2
    assert rebuild(session, row.id, by=SYSTEM).same


def test_a_paper_of_two_organisations_is_published_by_nobodys_number(
    session: Session, cast: Cast, now: datetime
) -> None:
    seat(session, cast)
    work = between(session, cast, now=now, starts_on=date(2025, 1, 6))
    confirmed(session, cast, work, now=now, **LAST_YEAR)
    assert published_years(session) == []
    measured(session, PLATFORM, 2025, datetime(2026, 4, 2, tzinfo=UTC))
    (year,) = published_years(session)
    assert set(outcomes_printed(year).values()) == {Unpublished.WITHHELD}


@pytest.mark.parametrize("more", [{"confidentiality": "parties"}, {"embargo_until": "2027-01-01"}])
def test_what_not_everybody_may_read_is_in_no_published_cell(
    session: Session, cast: Cast, now: datetime, more: dict[str, str]
) -> None:
    work = between(session, cast, now=now, starts_on=date(2025, 1, 6))
    confirmed(session, cast, work, now=now, **{**LAST_YEAR, **more})
    measured(session, PLATFORM, 2025, now + timedelta(days=1))
    assert years(session, PLATFORM)[0].value("out.matrix", "cells") == []


@pytest.mark.parametrize("status", ["submitted"])
def test_what_nobody_confirmed_is_in_no_cell(session: Session, cast: Cast, now: datetime, status: str) -> None:
    work = between(session, cast, now=now, starts_on=date(2025, 1, 6))
    assert submitted(session, cast, work, now=now, **LAST_YEAR).status.value == status
    measured(session, PLATFORM, 2025, now + timedelta(days=1))
    assert years(session, PLATFORM)[0].value("out.matrix", "cells") == []
