"""Figures of outcomes from rows, each worked out by hand: who counts, once, and by what was known."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from random import Random
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import SYSTEM
from marketplace.collaborations.models import OrganisationMerger
from marketplace.outcomes.models import Confidentiality
from marketplace.spillovers.actions.snapshots import take
from marketplace.spillovers.measuring import plain
from marketplace.spillovers.queries.behind import ids_behind
from marketplace.spillovers.rules.scopes import Scope, ScopeKind
from tests.factories.figures import Books, at, figures, frame, make_books, value
from tests.factories.outcomes import collaboration_of
from tests.factories.stage import Stage, make_stage

MOVES_NOTHING = ("draft", "submitted", "disputed", "withdrawn", "rejected")


@pytest.fixture
def books(session: Session, now: object) -> Books:
    return make_books(session, make_stage(session, at(2026, 3, 2, 9)))


def test_publications_count_once_in_full_and_in_parts(books: Books) -> None:
    cast = books.cast
    authors = [((cast.university,), ()), ((cast.university, cast.firm), ()), ((), ("Third Institute",))]
    books.outcome(doi="10.1/a", authors=authors)
    books.outcome(doi="10.1/a", authors=authors, level=3)
    books.outcome(doi="10.1/b", authors=[((cast.firm,), ()), ((cast.firm,), ())])
    books.outcome(doi="10.1/c", authors=authors, day=date(2024, 12, 31))
    books.outcome(doi="10.1/d", authors=authors, day=date(2026, 1, 1))
    books.outcome(doi="10.1/e", authors=authors, level=1)
    books.outcome(authors=authors)
    found = figures(books.session)
    full, parts = found["out.pub.full", ""], found["out.pub.frac", ""]
    u, f = str(cast.university.id), str(cast.firm.id)
    assert full.value == {"by_organisation": {f: 2, u: 1, "name:Third Institute": 1}, "sum": 4, "distinct": 2}
    assert parts.value["by_organisation"] == {f: "7/6", u: "1/2", "name:Third Institute": "1/3"}
    assert parts.value["sum"] == 2
    assert (full.n_units, full.n_unknown, full.mix) == (2, 1, {"2": 1, "3": 1})


def test_families_and_distinct_works(books: Books) -> None:
    for priorities in (["P1", "P2"], ["P1", "P2"], ["P3"], []):
        books.outcome("patent_family", priorities=priorities, identifiers=[("docdb_family", f"D{len(priorities)}")])
    books.outcome("dataset", doi="10.5281/data")
    found = figures(books.session)
    assert found["out.patent.families", ""].value == 2
    assert found["out.patent.families", ""].n_unknown == 1
    assert found["out.distinct", ""].value["simple_families"] == 2
    assert found["out.distinct", ""].value["distinct_datasets"] == 1


def test_contracts_count_in_each_year_in_which_they_run(books: Books) -> None:
    for number, (start, end) in enumerate(
        [("2024-06-01", "2025-01-15"), ("2025-05-01", None), ("2024-01-01", "2024-12-31"), ("2025-05-01", None)]
    ):
        details = {"starts_on": start, **({"ends_on": end} if end else {})}
        known = [("contract", f"C-{min(number, 2) if number < 3 else 1}")]
        books.outcome("consultancy", details=details, identifiers=known, day=date.fromisoformat(start))
    assert value(books.session, "out.contract.active") == 2
    assert value(books.session, "out.contract.active", frame(year=2024)) == 2


def test_income_is_of_one_currency_and_one_price_year(books: Books) -> None:
    receipts = [
        {"year": 2025, "received_on": "2025-06-01", "amount": "100.50", "currency": "HKD"},
        {"year": 2025, "received_on": None, "amount": "50", "currency": "HKD"},
        {"year": 2024, "received_on": "2024-06-01", "amount": "10", "currency": "HKD"},
        {"year": 2025, "received_on": "2025-07-01", "amount": "7", "currency": "CNY"},
    ]
    worth = {"amount": "160.50", "currency": "HKD", "price_year": 2024, "method": "contract_price"}
    books.outcome("consultancy", receipts=receipts, value=worth, identifiers=[("contract", "C-1")])
    books.outcome("consultancy", receipts=receipts, value=worth, identifiers=[("contract", "C-1")])
    found = figures(books.session)
    assert plain(found["out.income.received", "HKD 2024"].value) == 150.5
    assert found["out.income.received", "HKD 2024"].value == "301/2"
    assert found["out.income.received", "CNY 2024"].value == 7


def test_an_organisation_counts_its_own_income(books: Books) -> None:
    firm, university = books.cast.firm.id, books.cast.university.id
    receipts = [
        {"year": 2025, "received_on": "2025-06-01", "amount": "100", "currency": "HKD", "organisation_id": str(firm)},
        {
            "year": 2025,
            "received_on": "2025-06-01",
            "amount": "9",
            "currency": "HKD",
            "organisation_id": str(university),
        },
    ]
    books.outcome("consultancy", receipts=receipts, identifiers=[("contract", "C-1")])
    own = frame(Scope(ScopeKind.ORGANISATION, firm))
    assert value(books.session, "out.income.received", own, "HKD") == 100
    assert value(books.session, "out.income.received", frame(), "HKD") == 109


def test_income_that_names_nobody_is_of_whoever_alone_provided(books: Books) -> None:
    cast = books.cast
    receipts = [{"year": 2025, "received_on": "2025-06-01", "amount": "100", "currency": "HKD"}]
    books.outcome("consultancy", receipts=receipts, identifiers=[("contract", "C-1")])
    both = [(cast.firm, "provider"), (cast.university, "provider")]
    books.outcome("consultancy", receipts=receipts, identifiers=[("contract", "C-2")], parties=both)

    def told(organisation: Organisation) -> tuple[object, int] | None:
        own = figures(books.session, frame(Scope(ScopeKind.ORGANISATION, organisation.id)))
        found = own.get(("out.income.received", "HKD"))
        return (found.value, found.n_unknown) if found else None

    assert told(cast.firm) == (100, 1)
    assert told(cast.university) == (0, 1)
    assert value(books.session, "out.income.received", frame(), "HKD") == 200


def test_benefit_to_a_third_party(books: Books) -> None:
    books.outcome("new_product", flow_direction="third_party", beneficiary="Lee's workshop")
    books.outcome("new_product", flow_direction="provider_to_user")
    books.outcome("new_product")
    parties = [(books.cast.firm, "provider"), (books.cast.university, "user"), (books.cast.elsewhere, "beneficiary")]
    books.outcome("new_product", parties=parties, flow_direction="third_party")
    found = figures(books.session)["spill.third_party", ""]
    assert (found.value, found.n_units, found.n_unknown) == (2, 4, 1)


def test_net_additional_value_and_shares(books: Books) -> None:
    worth = {"amount": "1000", "currency": "HKD", "price_year": 2025, "method": "contract_price"}
    answer = {"without_us": "smaller", "reference_value": "300"}
    shares = {books.cast.firm.id: "0.6", books.cast.university.id: "0.4"}
    books.outcome("consultancy", value=worth, additionality=answer, shares=shares)
    books.outcome("consultancy", value=worth, additionality={"without_us": "not_at_all"})
    books.outcome("consultancy", value=worth)
    books.outcome("consultancy", value={**worth, "method": "estimate"}, additionality=answer)
    found = figures(books.session)
    net = found["add.net", "HKD 2025 contract_price"]
    assert net.value == {"gross_intervention": 2000, "gross_reference": 300, "net": 1700, "ratio_to_GI": "17/20"}
    assert (net.n_units, net.n_unknown, net.notes) == (2, 1, ["assumed_losses"])
    assert found["add.net", "HKD 2025 estimate"].value["net"] == 700
    shared = found["attr.share", "HKD 2025 contract_price agreement"]
    assert shared.value["by_organisation"] == {str(id): part for id, part in sorted(
        {books.cast.firm.id: 600, books.cast.university.id: 400}.items(), key=lambda item: str(item[0]))}  # fmt: skip


def test_answers_over_questions(books: Books) -> None:
    books.outcome(doi="10.1/a")
    books.outcome(doi="10.1/b", status="disputed")
    books.outcome(doi="10.1/c", status="submitted", known=at(2025, 11, 1))
    books.outcome(doi="10.1/d", status="submitted", known=at(2026, 2, 1))
    found = figures(books.session)["out.response_rate", ""]
    assert (found.value, found.numerator, found.denominator, found.n_unknown) == ("2/3", 2, 3, 1)


def test_each_asked_side_answers_on_its_own_and_nobody_else_is_asked(books: Books) -> None:
    cast = books.cast
    three = [(cast.firm, "provider"), (cast.elsewhere, "provider"), (cast.university, "user")]
    books.outcome(doi="10.1/a", parties=three)
    books.outcome(doi="10.1/b", status="submitted", confidentiality=Confidentiality.ADMINISTRATORS)
    books.outcome(doi="10.1/c", status="submitted", parties=[(cast.university, "user")])
    found = figures(books.session)["out.response_rate", ""]
    assert (found.numerator, found.denominator, found.n_unknown) == (1, 2, 0)


def test_companies_that_live_three_years(books: Books) -> None:
    for number, (founded, ended) in enumerate([("2020-01-01", None), ("2021-01-01", "2022-06-15")]):
        details = {"ended_on": ended} if ended else {}
        known = [("gb_company", f"N{number}")]
        books.outcome("spinoff", day=date.fromisoformat(founded), details=details, identifiers=known)
    found = figures(books.session)["out.spinoff.active3", ""]
    assert (found.value, found.n_units) == (0.5, 2)


@pytest.mark.parametrize("status", MOVES_NOTHING)
def test_what_is_not_confirmed_moves_no_total(books: Books, status: str) -> None:
    worth = {"amount": "1000", "currency": "HKD", "price_year": 2025, "method": "contract_price"}
    authors = [((books.cast.firm,), ())]
    books.outcome(doi="10.1/a", authors=authors, classes=["H01L"])
    books.outcome("consultancy", identifiers=[("contract", "C-1")], value=worth)
    before = figures(books.session)
    books.outcome(doi="10.1/z", authors=authors, status=status, classes=["A61K"], known=at(2026, 2, 20))
    books.outcome("patent_family", status, priorities=["P9"], known=at(2026, 2, 20))
    receipts = [{"year": 2025, "received_on": "2025-07-01", "amount": "7", "currency": "HKD"}]
    terms = {"value": worth, "receipts": receipts, "identifiers": [("contract", "C-2")], "known": at(2026, 2, 20)}
    books.outcome("consultancy", status, **terms)
    after = figures(books.session)
    kept = {key: (each.value, each.n_units) for key, each in before.items() if key[0] != "out.response_rate"}
    assert {key: (after[key].value, after[key].n_units) for key in kept} == kept
    assert after.keys() == before.keys()


def test_an_unanswered_outcome_counts_once_a_document_was_checked(books: Books) -> None:
    """S-08: an administrator may raise it to level 3."""
    books.use(books.cast.university, at(2025, 2, 1, 10), at(2025, 2, 1, 12))
    books.outcome(doi="10.1/a", status="submitted", level=3, authors=[((books.cast.firm,), ())])
    books.outcome(doi="10.1/b", status="submitted", level=1)
    books.outcome(doi="10.1/c", status="disputed", level=3)
    assert value(books.session, "out.pub.full")["distinct"] == 1
    assert value(books.session, "lag.median")["median_months"] == 1
    own = frame(Scope(ScopeKind.ORGANISATION, books.cast.university.id))
    snapshot = take(books.session, own, now=own.as_of, by=SYSTEM)
    assert len(ids_behind(books.session, snapshot, "out.pub.full")[1]) == 1


def test_a_number_names_one_work_only_where_it_does(books: Books) -> None:
    """Contracts by their parties, people's and awards' numbers not at all, a DOI wherever it stands."""
    cast = books.cast
    strangers = [(cast.elsewhere, "provider"), (cast.agency, "user")]
    books.outcome("consultancy", identifiers=[("contract", "C-1")])
    books.outcome("consultancy", identifiers=[("contract", "C-1")], level=3)
    books.outcome("consultancy", identifiers=[("contract", "C-1")], parties=strangers)
    for _ in range(2):
        books.outcome("job", identifiers=[("orcid", "0000-0002-1825-0097")])
        books.outcome("award", identifiers=[("award", "A-1")])
        books.outcome(identifiers=[("isbn", "9780306406157")])
        books.outcome("licence", identifiers=[("patent_publication", "CN1234567A")])
        books.outcome("spinoff", identifiers=[("gb_company", "N1")])
    books.outcome(identifiers=[("isbn", "9780306406157"), ("doi", "10.1000/a")])
    books.outcome(identifiers=[("doi", "10.1000/a")])
    found = figures(books.session)
    assert found["out.contract.active", ""].n_units == 2 + 2
    told = found["out.distinct", ""].value
    assert (told["distinct_others"], told["distinct_publications"], told["unidentified"]) == (2 + 2 + 2 + 2 + 1, 1, 2)
    assert found["out.pub.full", ""].n_units == 3


@pytest.mark.parametrize("seed", range(3))
def test_order_and_duplicates_never_matter(session: Session, seed: int) -> None:
    """The same works entered in another order, some of them twice, by another side: the same figures."""
    random, found = Random(seed), []
    stage = make_stage(session, at(2026, 3, 2, 9))
    works = [
        {"doi": f"10.1/{number}", "authors": _authors(stage, random), "day": date(2025, 1 + number % 12, 3)}
        for number in range(12)
    ]
    for turn in range(2):
        books = make_books(session, stage)
        order = [*works, *random.sample(works, 4 * turn)]
        random.shuffle(order)
        for work in order:
            books.outcome(**dict(work))
        own = frame(Scope(ScopeKind.COLLABORATION, books.collaboration.id))
        found.append({name: figures(session, own)[name, ""].value for name in ("out.pub.full", "out.pub.frac")})
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", range(3))
def test_parts_of_a_population_add_up_to_the_whole(books: Books, seed: int) -> None:
    """Fractional counts of collaborations without a common work add up to those of the platform, exactly."""
    random = Random(seed)
    parties = [(books.cast.firm, ["provider"]), (books.cast.university, ["user"])]
    parts = [books.collaboration] + [
        collaboration_of(books.session, parties, now=at(2024, 1, 8), starts_on=date(2024, 1, 8)) for _ in range(2)
    ]
    for number in range(20):
        authors = _authors(books.stage, random)
        books.outcome(doi=f"10.1/{number}", authors=authors, collaboration=random.choice(parts))
    whole = _fractions(books.session, None)
    summed: dict[str, Fraction] = {}
    for part in parts:
        for name, share in _fractions(books.session, part.id).items():
            summed[name] = summed.get(name, Fraction(0)) + share
    assert summed == whole
    assert sum(whole.values()) == 20


def test_what_was_recorded_later_is_not_known_yet(books: Books) -> None:
    row = books.outcome(doi="10.1/a", authors=[((books.cast.firm,), ())], known=at(2025, 4, 1))
    books.version(row, 2, day=date(2024, 3, 1), known=at(2025, 9, 1), doi="10.1/a", authors=())
    books.event(row, "submitted", at(2025, 9, 1), verb="revise", version=2)
    books.event(row, "confirmed", at(2025, 10, 1), level=2, version=2)
    entered = at(2025, 4, 1)
    assert value(books.session, "out.pub.full", frame(as_of=entered))["distinct"] == 0
    assert value(books.session, "out.pub.full", frame(as_of=entered + timedelta(hours=2)))["distinct"] == 1
    assert value(books.session, "out.pub.full", frame(as_of=at(2025, 9, 15)))["distinct"] == 0
    assert value(books.session, "out.pub.full", frame(as_of=at(2025, 10, 15)))["distinct"] == 0
    assert value(books.session, "out.pub.full", frame(year=2024, as_of=at(2025, 10, 15)))["distinct"] == 1


def test_whoever_went_into_another_counts_there_from_that_day_on(books: Books) -> None:
    cast = books.cast
    merged = {"organisation_id": cast.elsewhere.id, "into_id": cast.university.id, "merged_on": date(2025, 6, 1)}
    books.session.add(OrganisationMerger(**merged, recorded_at=at(2025, 6, 2), note=""))
    books.session.flush()
    books.outcome(doi="10.1/a", authors=[((cast.elsewhere,), ())], day=date(2025, 5, 1))
    books.outcome(doi="10.1/b", authors=[((cast.elsewhere,), ())], day=date(2025, 7, 1))
    found = value(books.session, "out.pub.full")["by_organisation"]
    assert found == {str(cast.elsewhere.id): 1, str(cast.university.id): 1}


def _authors(stage: Stage, random: Random) -> list[tuple[tuple[object, ...], tuple[str, ...]]]:
    places = (stage.cast.firm, stage.cast.university, stage.cast.elsewhere)
    return [(tuple(random.sample(places, random.randint(1, 3))), ()) for _ in range(random.randint(1, 5))]


def _fractions(session: Session, collaboration_id: UUID | None) -> dict[str, Fraction]:
    of = frame() if collaboration_id is None else frame(Scope(ScopeKind.COLLABORATION, collaboration_id))
    found = figures(session, of)["out.pub.frac", ""].value["by_organisation"]
    return {name: Fraction(share) for name, share in found.items()}
