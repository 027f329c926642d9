"""Organisations that merged or changed their name: dated rows, chains followed, circles refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.actions.organisations import RENAMED, change_organisation
from marketplace.accounts.models import Organisation
from marketplace.accounts.rules.organisation_form import OrganisationForm
from marketplace.collaborations.actions.mergers import record_merger, take_back_merger
from marketplace.collaborations.models import FormerName
from marketplace.collaborations.queries.mergers import canonical, former_names, group_tops, predecessors, successor
from marketplace.collaborations.queries.pages import collaboration_row
from marketplace.collaborations.rules.mergers import Step, canonical_of, closes_circle, group_top
from marketplace.jobs.models import Task
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused
from marketplace.worker.registry import registry
from tests.cast import Cast, actor_of, make_organisation
from tests.factories.collaborations import TODAY, Sides

DAY = timedelta(days=1)
IDS = [UUID(int=number) for number in range(1, 8)]


@given(st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS), st.integers(0, 9)), max_size=12))
def test_chains_end_and_circles_are_never_closed(wishes: list[tuple[UUID, UUID, int]]) -> None:
    known: dict[UUID, Step] = {}
    for gone, into, days in wishes:
        if gone not in known and not closes_circle(known, gone, into):
            known[gone] = Step(into, TODAY + days * DAY)
    last = canonical_of(known, date.max)
    assert all(end not in known and start != end for start, end in last.items())
    assert set(last) == set(known)
    early = canonical_of(known, TODAY)
    assert all(known[start].on <= TODAY for start in early)
    parents = {gone: step.into_id for gone, step in known.items()}
    assert all(group_top(parents, {}, id) not in parents for id in IDS)


def test_a_chain_is_followed_as_of_a_day(session: Session, cast: Cast, now: datetime) -> None:
    dee = actor_of(session, cast.dee, now=now)
    heir = make_organisation(session, "Heir", now=now)
    record_merger(session, cast.university.id, cast.firm.id, TODAY - 9 * DAY, now=now, by=dee)
    record_merger(session, cast.firm.id, heir.id, TODAY, now=now, by=dee)
    assert canonical(session, TODAY) == {cast.university.id: heir.id, cast.firm.id: heir.id}
    assert successor(session, cast.university.id, TODAY - DAY) == cast.firm.id
    assert successor(session, cast.university.id, TODAY - 10 * DAY) == cast.university.id
    assert predecessors(session, heir.id) == {heir.id, cast.firm.id, cast.university.id}
    tops = group_tops(session, [cast.university.id, cast.firm.id, cast.elsewhere.id], TODAY)
    assert set(tops.values()) == {heir.id, cast.elsewhere.id}
    for gone, into in ((heir.id, cast.university.id), (heir.id, heir.id)):
        with pytest.raises(Invalid):
            record_merger(session, gone, into, TODAY, now=now, by=dee)
    with pytest.raises(Refused, match="organisation_merged_already"):
        record_merger(session, cast.firm.id, cast.elsewhere.id, TODAY, now=now, by=dee)
    take_back_merger(session, cast.firm.id, now=now, by=dee)
    assert successor(session, cast.university.id, TODAY) == cast.firm.id
    with pytest.raises(NotFound):
        take_back_merger(session, cast.firm.id, now=now, by=dee)


def test_only_administrators_record_mergers_and_none_ahead(session: Session, cast: Cast, now: datetime) -> None:
    for name in ("ada", "bo", "eve"):
        by = actor_of(session, cast.people[name], now=now)
        with pytest.raises(Forbidden):
            record_merger(session, cast.firm.id, cast.university.id, TODAY, now=now, by=by)
    dee = actor_of(session, cast.dee, now=now)
    with pytest.raises(Invalid) as broken:
        record_merger(session, cast.firm.id, cast.university.id, TODAY + DAY, now=now, by=dee)
    assert broken.value.errors[0].field == "merged_on"


def test_a_former_name_is_kept_and_shown(sides: Sides) -> None:
    session, firm, now = sides.session, sides.cast.firm, sides.now
    row = sides.active()
    form = OrganisationForm(
        name={"en": "Hetao Nanosystems"}, kind=firm.kind, jurisdiction_code=firm.jurisdiction_code,
        control=firm.control, city=firm.city, zone_code=None, parent_id=None, agency_code=None, website=None,
        about={}, identifiers={},
    )  # fmt: skip
    change_organisation(session, firm.id, form, now=now, by=sides.actor("dee"))
    task = session.scalars(select(Task).where(Task.name == RENAMED)).one()
    for _ in range(2):
        registry().tasks[RENAMED](session, task.arguments, now)
    kept = session.scalars(select(FormerName)).one()
    assert kept.name == {"en": "Hetao Microsystems"} and kept.until_day == TODAY
    assert [each.name for each in former_names(session, [firm.id])[firm.id]] == [{"en": "Hetao Microsystems"}]
    parties = collaboration_row(session, row.id, by=sides.actor("ada"), now=now).parties
    assert {party.organisation.id: len(party.formerly) for party in parties}[firm.id] == 1


def test_pages_of_parties_show_the_successor(sides: Sides) -> None:
    row = sides.active()
    heir = make_organisation(sides.session, "Heir", now=sides.now)
    record_merger(sides.session, sides.cast.firm.id, heir.id, TODAY, now=sides.now, by=sides.actor("dee"))
    parties = collaboration_row(sides.session, row.id, by=sides.actor("ada"), now=sides.now).parties
    found: dict[UUID, Organisation | None] = {party.id: party.successor for party in parties}
    assert found[sides.cast.firm.id] is heir and found[sides.cast.university.id] is None
