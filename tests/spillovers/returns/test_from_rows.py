"""Returns from rows: whose part an outcome is, by what its parties and agreement say."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.catalogue.models import UnitKind
from marketplace.collaborations.models import OrganisationMerger
from marketplace.spillovers.measuring import plain
from marketplace.spillovers.queries.returning import made_return
from marketplace.spillovers.queries.returns import desk_of, holdings
from marketplace.spillovers.rules.returns.nrii import RECORD
from marketplace.spillovers.rules.scopes import Scope, ScopeKind
from marketplace.values.refusal import Invalid, NotFound
from tests.cast import Cast, actor_of
from tests.factories.figures import Books, at, figures, frame, make_books
from tests.factories.stage import make_stage_of

NOW = at(2026, 3, 1)


@pytest.fixture
def books(session: Session, cast: Cast) -> Books:
    return make_books(session, make_stage_of(session, cast, at(2024, 1, 1)))


def test_a_party_is_no_owner_and_no_founder(books: Books) -> None:
    firm, university = books.cast.firm, books.cast.university
    both = [(firm, "provider"), (university, "user")]
    owned = [*both, (university, "co_owner")]
    filed = {"day": date(2025, 3, 1), "details": {"right": "invention"}}
    books.outcome("patent_family", doi="10.1/stated", parties=owned, **filed)
    books.outcome("patent_family", doi="10.1/unsaid", parties=both, **filed)
    books.outcome("patent_family", doi="10.1/agreed", parties=both, shares={firm.id: "1"}, **filed)
    for number, parties in enumerate((both, [(university, "provider"), (firm, "user")])):
        books.outcome("spinoff", doi=f"10.1/spin.{number}", parties=parties, details={"ownership": "staff"})
    books.outcome("publication", doi="10.1/paper", parties=both)

    def told(organisation_id: UUID) -> tuple[list[bool | None], int, int]:
        found = holdings(*desk_of(books.session, organisation_id, 2025, by=SYSTEM, now=NOW))
        owners = sorted((each.owned for each in found.families), key=str)
        return owners, len(found.companies), len(found.papers)

    assert told(university.id) == ([False, None, True], 1, 0)
    assert told(firm.id) == ([False, None, True], 1, 1)


def test_the_answers_of_each_year_stand_with_the_return(books: Books) -> None:
    books.outcome("publication", doi="10.1/a", day=date(2025, 5, 1))
    books.outcome("publication", "submitted", doi="10.1/b", day=date(2025, 9, 1))
    university = books.cast.university.id
    made = made_return(books.session, university, "ugc", 2025, by=SYSTEM, now=NOW)
    assert [(each.answered, each.asked) for each in made.answers] == [(1, 2), (0, 1)]


def test_outside_hours_are_those_of_the_figure_also_around_a_merger_and_a_new_year(books: Books) -> None:
    """The agency goes into the firm in June: until then it is another, from then on the firm itself."""
    session, cast, unit = books.session, books.cast, books.stage.unit
    unit.kind, unit.created_at = UnitKind.INSTRUMENT, at(2024, 1, 1)
    unit.original_value_minor, unit.original_value_currency = 60_000_000, "CNY"
    merger = {"organisation_id": cast.agency.id, "into_id": cast.firm.id, "merged_on": date(2025, 6, 1), "note": ""}
    session.add(OrganisationMerger(**merger, recorded_at=at(2025, 6, 2)))
    session.flush()
    for month in (5, 7):
        books.use(cast.agency, at(2025, month, 1, 10), at(2025, month, 1, 12), linked=False)
    over_midnight = at(2025, 5, 31, 22), at(2025, 6, 1, 1)
    books.use(cast.agency, *over_midnight, linked=False)
    books.use(cast.university, at(2025, 12, 31, 21), at(2026, 1, 1, 4))
    made = made_return(session, cast.firm.id, "nrii", 2025, by=SYSTEM, now=NOW)
    tables = {each.name: [list(row) for row in each.rows] for each in made.tables}
    [(_, _, whole, outside)] = tables["nrii_hours"]
    told = figures(session, frame(Scope(ScopeKind.ORGANISATION, cast.firm.id)))
    assert (whole, outside) == ("10.00", "7.00")
    assert plain(told["use.cn.external_hours", ""].value)["by_instrument"] == {f"{unit.id}/1": 7}
    assert plain(told["use.cn.effective_hours", ""].value)["by_instrument"] == {f"{unit.id}/1": 10}
    hours = RECORD.index("serviceAmount")
    assert [row[hours] for row in tables["nrii_6"]] == ["2.00", "2.00", "3.00"]


def test_who_may_make_one_and_of_which_year(books: Books) -> None:
    firm, bo = books.cast.firm.id, actor_of(books.session, books.cast.bo, now=NOW)
    for year in (0, -1, 1989, 2199, 10**9):
        with pytest.raises(Invalid) as told:
            made_return(books.session, firm, "ugc", year, by=bo, now=NOW)
        assert [(each.field, each.rule) for each in told.value.errors] == [("year", "between")]
    with pytest.raises(NotFound):
        made_return(books.session, books.cast.university.id, "ugc", 2025, by=bo, now=NOW)
