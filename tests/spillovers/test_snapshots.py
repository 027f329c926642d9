"""Snapshots: stored to the last digit, built anew from rows whatever came since, and taken when something happens."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.database import new_id
from marketplace.jobs.models import Task
from marketplace.outcomes.actions.evidence import link_collaboration
from marketplace.outcomes.actions.yearly import nothing_to_report
from marketplace.outcomes.models import Confidentiality, OutcomeVersion, YearlyQuestion
from marketplace.spillovers.actions import keeping_up
from marketplace.spillovers.actions.keeping_up import (
    defer_nightly,
    measure_after,
    measure_collaboration,
    measure_since,
    measure_use,
    take_year,
)
from marketplace.spillovers.actions.snapshots import rebuild, take
from marketplace.spillovers.measuring import digest, exact, plain, summed
from marketplace.spillovers.models import MetricSnapshot, MetricValue
from marketplace.spillovers.queries.behind import ids_behind
from marketplace.spillovers.queries.figures import latest, values_of
from marketplace.spillovers.queries.gathering import GATHERED, why_not
from marketplace.spillovers.registry import metrics
from marketplace.spillovers.rules.scopes import Frame, Scope, ScopeKind, scope_of, year_span
from marketplace.values.refusal import Invalid, NotFound
from tests.cast import actor_of
from tests.factories.figures import Books, at, frame, make_books, value
from tests.factories.outcomes import collaboration_of, confirmed
from tests.factories.stage import make_stage

NOW = at(2026, 3, 2, 9).astimezone(UTC)


@pytest.fixture
def books(session: Session) -> Books:
    return make_books(session, make_stage(session, NOW))


def fill(books: Books, random: Random, first: int) -> None:
    """Outcomes, disputes and use of all kinds, known at different instants."""
    for number in range(first, first + 8):
        known = at(2025, random.randint(1, 12), random.randint(1, 28))
        worth = {"amount": str(random.randint(1, 10**6)), "currency": "HKD", "price_year": 2025, "method": "cost"}
        shares = {books.cast.firm.id: "0.3333", books.cast.university.id: "0.6667"}
        books.outcome(
            random.choice(["publication", "consultancy", "patent_family"]),
            random.choice(["confirmed", "confirmed", "disputed", "withdrawn"]),
            day=date(2025, random.randint(1, 12), 1),
            known=known,
            identifiers=[("doi", f"10.1000/{number}")],
            authors=[((books.cast.firm, books.cast.university), ("Third",)), ((books.cast.firm,), ())],
            classes=random.sample(["A61K", "H01L", "G06F"], 2),
            value=worth,
            shares=shares,
            additionality={"without_us": "later", "reference_value": "10"},
            receipts=[{"year": 2025, "received_on": "2025-06-01", "amount": "0.10", "currency": "HKD"}],
        )
        start = at(2025, random.randint(1, 12), random.randint(1, 28))
        books.use(books.cast.university, start, start + timedelta(minutes=random.randint(1, 500)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("scope", ["platform", "collaboration", "organisation", "zone:ZON-HTZ"])
def test_a_snapshot_is_built_anew_to_the_last_digit_after_more_rows_came_in(
    books: Books, seed: int, scope: str
) -> None:
    random, session = Random(seed), books.session
    ids = {"collaboration": books.collaboration.id, "organisation": books.cast.firm.id}
    wanted = scope_of(f"{scope}:{ids[scope]}" if scope in ids else scope)
    fill(books, random, 0)
    as_of = at(2025, random.randint(2, 12), 1).astimezone(UTC)
    row = take(session, Frame(wanted, year_span(2025), as_of), now=NOW, by=SYSTEM)
    session.expire_all()
    before = rebuild(session, row.id, by=SYSTEM)
    assert before.same, before.differing
    # What is recorded from here on happened after the instant, whatever days it speaks of.
    for number in range(6):
        known = as_of + timedelta(days=number + 1)
        late = books.outcome(
            doi=f"10.2000/{number}", known=known, authors=[((books.cast.firm,), ())], day=date(2025, 1, 5)
        )
        books.event(late, "withdrawn", known + timedelta(days=1))
    books.use(books.cast.university, as_of + timedelta(hours=1), as_of + timedelta(hours=3))
    session.expire_all()
    after = rebuild(session, row.id, by=SYSTEM)
    assert after.same, after.differing
    assert after.digest == row.digest


def test_a_row_that_was_changed_is_found(books: Books) -> None:
    fill(books, Random(1), 0)
    row = take(books.session, frame(), now=NOW, by=SYSTEM)
    books.session.execute(update(OutcomeVersion).values(date_event=date(2025, 12, 31), classes=["B01D"]))
    books.session.expire_all()
    found = rebuild(books.session, row.id, by=SYSTEM)
    assert not found.same
    assert ("prox.jaffe", "") in found.differing


def test_a_value_that_was_changed_is_found(books: Books) -> None:
    fill(books, Random(1), 0)
    row = take(books.session, frame(), now=NOW, by=SYSTEM)
    where = MetricValue.snapshot_id == row.id, MetricValue.metric == "out.pub.full"
    books.session.execute(update(MetricValue).where(*where).values(value={"distinct": 99}))
    books.session.expire_all()
    assert rebuild(books.session, row.id, by=SYSTEM).differing == (("out.pub.full", ""),)


def test_a_snapshot_says_what_it_is_of_and_holds_every_metric_that_rows_tell(books: Books) -> None:
    fill(books, Random(2), 0)
    row = take(books.session, frame(), now=NOW, by=SYSTEM)
    values = values_of(books.session, row)
    assert {each.metric for each in values} == set(GATHERED) == set(row.metrics)
    assert row.parameters["delta"] == "0.15" and len(row.digest) == 64 and len(row.code_version) == 16
    assert all(each.subjects is None for each in values), "only those of one collaboration name their rows"
    assert not [each.notes for each in values if any("not_computable" in note for note in each.notes)]


def test_every_registered_metric_has_a_figure_or_says_why_not() -> None:
    assert not set(GATHERED) - set(metrics())
    reasons = {id: why_not(id) for id in metrics()}
    assert {id for id, why in reasons.items() if why is None} == set(GATHERED)
    assert reasons["use.oee"] == reasons["use.e10.mttr"] == "machine_states_not_recorded"
    assert reasons["spill.market"] == "no_rows_recorded"
    assert reasons["use.e10.mcbf"] == "undefined"
    assert reasons["sdc.round5"] == "method"


def test_nothing_is_measured_as_of_the_future(books: Books) -> None:
    with pytest.raises(Invalid) as refused:
        take(books.session, frame(as_of=NOW + timedelta(seconds=1)), now=NOW, by=SYSTEM)
    assert [(each.field, each.rule) for each in refused.value.errors] == [("as_of", "future")]


def test_only_administrators_take_snapshots(books: Books) -> None:
    with pytest.raises(NotFound):
        take(books.session, frame(), now=NOW, by=actor_of(books.session, books.cast.ada, now=NOW))


def test_one_figure_that_cannot_be_computed_stops_no_other(books: Books) -> None:
    books.outcome("consultancy", receipts=[{"year": 2025, "amount": "much", "currency": "HKD"}])
    books.outcome(doi="10.1000/1", authors=[((books.cast.firm,), ())])
    row = take(books.session, frame(), now=NOW, by=SYSTEM)
    found = {(each.metric, each.variant): each for each in values_of(books.session, row)}
    assert found["out.income.received", "HKD"].value is None
    assert found["out.income.received", "HKD"].notes == ["not_computable:receipts/0/amount:number"]
    assert found["out.pub.full", ""].value["distinct"] == 1


def test_a_word_on_an_outcome_has_its_collaboration_measured_once(books: Books) -> None:
    session = books.session
    outcome = confirmed(session, books.cast, books.collaboration, now=NOW)
    waiting = session.scalars(select(Task).where(Task.name == "spillovers.measure_after")).all()
    assert len(waiting) == 2, "submitted and confirmed; a draft moves nothing"
    assert len(measure_after(session, outcome.id, now=NOW)) == 1
    assert measure_after(session, outcome.id, now=NOW + timedelta(seconds=1)) == []
    row = latest(session, Scope(ScopeKind.COLLABORATION, books.collaboration.id))
    assert row is not None and (row.first_day, row.after_day) == (date(2024, 1, 1), date(2027, 1, 1))
    full = next(each for each in values_of(session, row) if each.metric == "out.distinct")
    assert full.subjects == [outcome.id]


@pytest.mark.parametrize("kind", ["collaboration", "organisation"])
def test_what_is_for_administrators_only_is_in_no_figure_that_the_sides_read(books: Books, kind: str) -> None:
    books.outcome(doi="10.1000/open")
    closed = books.outcome(doi="10.1000/closed")
    session = books.session
    session.execute(
        update(OutcomeVersion).where(OutcomeVersion.outcome_id == closed.id).values(confidentiality="administrators")
    )
    closed.confidentiality = Confidentiality.ADMINISTRATORS
    session.flush()
    firm = {"collaboration": books.collaboration.id, "organisation": books.cast.firm.id}
    row = take(session, Frame(scope_of(f"{kind}:{firm[kind]}"), year_span(2025), NOW), now=NOW, by=SYSTEM)
    (value,) = [each for each in values_of(session, row) if each.metric == "out.pub.full"]
    assert value.n_units == 1
    assert rebuild(session, row.id, by=SYSTEM).same
    if kind == "organisation":
        own = Frame(scope_of(f"organisation:{books.cast.university.id}"), year_span(2025), NOW)
        told = values_of(session, take(session, own, now=NOW, by=SYSTEM))
        assert [each.n_units for each in told if each.metric == "out.pub.full"] == [2], "it reported both"


def test_rows_behind_a_figure_are_those_that_it_counts(books: Books) -> None:
    session, firm = books.session, books.cast.firm
    seen = books.outcome(doi="10.1000/1")
    books.outcome(doi="10.1000/1")
    closed = books.outcome(doi="10.1000/2")
    session.execute(
        update(OutcomeVersion).where(OutcomeVersion.outcome_id == closed.id).values(confidentiality="administrators")
    )
    strangers = [(books.cast.agency, ["user"]), (books.cast.elsewhere, ["provider"])]
    apart = collaboration_of(session, strangers, now=at(2025, 1, 1))
    books.outcome(doi="10.1000/3", collaboration=apart)
    row = take(session, Frame(scope_of(f"organisation:{firm.id}"), year_span(2025), NOW), now=NOW, by=SYSTEM)
    kind, ids = ids_behind(session, row, "out.pub.full")
    assert (kind, list(ids)) == ("outcome", [seen.id])
    (value,) = [each for each in values_of(session, row) if each.metric == "out.pub.full"]
    assert value.n_units == len(ids)


def test_a_link_is_known_from_its_instant_on_and_has_the_further_collaboration_measured(books: Books) -> None:
    session, later = books.session, NOW + timedelta(hours=2)
    outcome = confirmed(session, books.cast, books.collaboration, now=NOW)
    parties = [(books.cast.firm, ["provider"]), (books.cast.university, ["user"])]
    further = collaboration_of(session, parties, now=at(2024, 1, 8), starts_on=date(2024, 1, 8))
    measure_after(session, outcome.id, now=NOW)
    measure_collaboration(session, further.id, now=NOW + timedelta(hours=1))
    before = session.scalar(select(func.count()).select_from(Task).where(Task.name == "spillovers.measure_after"))
    link_collaboration(session, outcome.id, further.id, now=later, by=actor_of(session, books.cast.ada, now=later))
    after = session.scalar(select(func.count()).select_from(Task).where(Task.name == "spillovers.measure_after"))
    assert (before, after) == (2, 3)
    scope = Scope(ScopeKind.COLLABORATION, further.id)
    for as_of, known in ((NOW + timedelta(hours=1), 0), (later, 1)):
        assert value(session, "out.pub.full", frame(scope, 2026, as_of))["distinct"] == known
    assert [each.scope_id for each in measure_after(session, outcome.id, now=later)] == [further.id]


def test_use_and_answers_have_their_collaboration_measured_once(books: Books) -> None:
    """No word on any outcome was said."""
    session, scope = books.session, Scope(ScopeKind.COLLABORATION, books.collaboration.id)
    used = books.use(books.cast.university, at(2026, 2, 20, 10), at(2026, 2, 20, 12))
    assert len(measure_use(session, used.id, now=NOW)) == 1
    assert measure_use(session, used.id, now=NOW) == []
    asked = {"collaboration_id": scope.id, "organisation_id": books.cast.university.id, "year": 2025}
    session.add(YearlyQuestion(**asked, asked_at=at(2026, 1, 5)))
    session.flush()
    later, by = NOW + timedelta(days=1), actor_of(session, books.cast.ada, now=NOW)
    nothing_to_report(session, *asked.values(), now=later, by=by)
    waiting = session.scalars(select(Task).where(Task.name == "spillovers.measure_collaboration")).one()
    told = {"collaboration": str(scope.id), "since": later.isoformat()}
    assert waiting.arguments == told
    row = latest(session, scope)
    assert row is not None and row.as_of == NOW
    assert len(measure_since(session, books.collaboration.id, later, now=later)) == 1
    assert measure_since(session, books.collaboration.id, later, now=later) == []


def test_every_night_collaborations_that_were_used(books: Books) -> None:
    session = books.session
    books.use(books.cast.university, at(2026, 2, 20, 10), at(2026, 2, 20, 12))
    defer_nightly(session, now=NOW)
    scopes = text("SELECT args ->> 'scope' FROM procrastinate_jobs WHERE args ->> 'scope' LIKE 'collaboration%'")
    assert session.scalars(scopes).all() == [f"collaboration:{books.collaboration.id}"]
    row = take_year(session, f"collaboration:{books.collaboration.id}", 2026, now=NOW)
    assert row.first_day == date(2024, 1, 1), "all its years"
    session.execute(text("DELETE FROM procrastinate_jobs"))
    defer_nightly(session, now=NOW + timedelta(days=1))
    assert session.scalars(scopes).all() == []


def test_a_night_goes_on_in_portions_past_who_cannot_be_measured(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    session, until = books.session, NOW + keeping_up.NIGHT
    monkeypatch.setattr(keeping_up, "PORTION_SIZE", 2)
    books.use(books.cast.university, at(2021, 2, 20, 10), at(2021, 2, 20, 12))
    waiting = text("SELECT args FROM procrastinate_jobs WHERE task_name = :name ORDER BY id")
    assert defer_nightly(session, now=NOW) == 2, "those that were never measured, however long ago it was"
    scopes = [each["scope"] for each in session.scalars(waiting, {"name": "spillovers.snapshot"})]
    (next_one,) = session.scalars(waiting, {"name": keeping_up.PORTION})
    session.execute(text("DELETE FROM procrastinate_jobs"))
    after = keeping_up.Place.of(next_one["after"])
    assert datetime.fromisoformat(next_one["until"]) == until
    assert keeping_up.defer_portion(session, after, until=until, now=NOW) == 1, "nobody of the first portion again"
    scopes += [each["scope"] for each in session.scalars(waiting, {"name": "spillovers.snapshot"})]
    ids = sorted(map(str, (books.cast.firm.id, books.cast.university.id)))
    assert scopes == [f"collaboration:{books.collaboration.id}", *(f"organisation:{id}" for id in ids)]
    assert keeping_up.defer_portion(session, keeping_up.START, until=until, now=until) == 0, "the night is over"
    # Whoever was measured longest ago comes first; a past year of an organisation is not this one.
    take_year(session, scopes[1], 2026, now=NOW)
    take_year(session, scopes[2], 2025, now=NOW)
    take_year(session, scopes[0], 2026, now=NOW - timedelta(days=9))
    books.use(books.cast.university, at(2026, 3, 1, 8), at(2026, 3, 1, 10))
    session.execute(text("DELETE FROM procrastinate_jobs"))
    assert keeping_up.defer_portion(session, keeping_up.START, until=until, now=NOW) == 2
    found = [each["scope"] for each in session.scalars(waiting, {"name": "spillovers.snapshot"})]
    assert found == [scopes[2], scopes[0]]


def test_a_collaboration_that_is_gone_is_not_measured(books: Books) -> None:
    assert measure_since(books.session, new_id(), NOW, now=NOW) == []


def test_every_night_zones_and_organisations_with_something_new(books: Books) -> None:
    session = books.session
    books.cast.firm.zone_code = "ZON-HTZ-SZ"
    session.flush()
    confirmed(session, books.cast, books.collaboration, now=NOW)
    assert defer_nightly(session, now=NOW) == 4
    waiting = text("SELECT args ->> 'scope' FROM procrastinate_jobs WHERE task_name = 'spillovers.snapshot' ORDER BY 1")
    jobs = session.scalars(waiting).all()
    ids = sorted([books.cast.firm.id, books.cast.university.id])
    assert jobs[0] == f"collaboration:{books.collaboration.id}"
    assert jobs[1:] == [*(f"organisation:{id}" for id in sorted(map(str, ids))), "zone:ZON-HTZ-SZ"]
    for scope in jobs:
        take_year(session, scope, 2026, now=NOW + timedelta(hours=1))
    session.execute(text("DELETE FROM procrastinate_jobs"))
    assert defer_nightly(session, now=NOW + timedelta(days=1)) == 1, "the zone; nothing is new elsewhere"


def test_the_last_snapshot_is_the_one_that_knows_most(books: Books) -> None:
    scope = Scope(ScopeKind.COLLABORATION, books.collaboration.id)
    assert latest(books.session, scope) is None
    second = measure_collaboration(books.session, books.collaboration.id, now=NOW)
    measure_collaboration(books.session, books.collaboration.id, now=NOW - timedelta(days=1))
    assert latest(books.session, scope) is second
    assert books.session.scalar(select(func.count()).select_from(MetricSnapshot)) == 2


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("platform", ScopeKind.PLATFORM),
        ("zone:ZON-HQ", ScopeKind.ZONE),
        ("organisation:018f0000-0000-7000-8000-000000000000", ScopeKind.ORGANISATION),
    ],
)
def test_scopes_are_read_as_they_are_written(told: str, kind: ScopeKind) -> None:
    assert scope_of(told).kind is kind
    assert str(scope_of(told)) == told


@pytest.mark.parametrize(
    "told",
    ["", "zone", "zone:", "zone:zon-hq", "zone:A\x00", "planet:1", "organisation:1", "platform:1", "zone:" + "A" * 99],
    ids=range(9),
)
def test_other_scopes_are_refused_by_name(told: str) -> None:
    with pytest.raises(Invalid) as refused:
        scope_of(told)
    assert refused.value.errors[0].field == "scope"


def test_sums_of_parts_take_each_part_once() -> None:
    case = {"GI": 1000, "GI_ref": 300, "leakage": "0.1", "displacement": "0.25", "substitution": 0, "multiplier": "1.2"}
    parts = [("a", {"additionality": case}), ("b", {"additionality": {**case, "GI_ref": 0}})]
    found = summed("add.net", [*parts, *parts[::-1]])
    assert plain(exact(found.value)) == {
        "gross_intervention": 1620,
        "gross_reference": 243,
        "net": 1377,
        "ratio_to_GI": 0.6885,
    }
    assert found.n == 2
    with pytest.raises(Invalid):
        summed("ret.km", parts)


def test_the_digest_is_of_what_is_said_and_not_of_its_order() -> None:
    assert digest({"a": 1, "b": [2, "é"]}) == digest({"b": [2, "é"], "a": 1}) != digest({"a": 1, "b": ["é", 2]})
