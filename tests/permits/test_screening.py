"""The screening list: whom it may mean, who says so, and what a plan is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.actions.organisations import change_organisation, create_organisation
from marketplace.accounts.models import Control, IdentifierScheme, OrganisationIdentifier, OrganisationKind
from marketplace.accounts.policy import Actor
from marketplace.accounts.rules.organisation_form import OrganisationForm
from marketplace.jobs.models import Task
from marketplace.notices.models import Notice
from marketplace.permits.actions.screening import (
    NewParty,
    change_party,
    enter_party,
    look_again,
    look_at_organisation,
    look_at_party,
    review,
)
from marketplace.permits.models import MatchState, ScreenedFor, ScreeningMatch
from marketplace.permits.queries.screening import confirmed_of, counts, matches, screened, screening_facts
from marketplace.permits.rules.screening import alike, closest, same_number
from marketplace.values.refusal import Invalid, NotFound, StateForbids
from tests.cast import Cast, actor_of, make_organisation, make_person

TODAY = date(2026, 3, 2)
PARTY = NewParty(
    names=["Hetao Microsystems Co., Ltd."],
    listed_for=ScreenedFor.WATCHLIST,
    source="Watch list, notice 7 of 2026",
    listed_from=date(2026, 1, 1),
)


def dee_of(session: Session, cast: Cast, now: datetime) -> Actor:
    return actor_of(session, cast.dee, now=now)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hetao Microsystems Co., Ltd.", "HETAO  MICROSYSTEMS"),
        ("Ｈｅｔａｏ Microsystems", "Hetao Microsystems (Limited)"),
        ("河套微系統有限公司", "河套微系统股份有限公司"),
        ("河套微系統（集團）有限公司", "河套微系统"),
        ("Microsystems Hetao GmbH", "Hetao Microsystems"),
        ("O'Neill S.A.", "ONeill SA"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert sorted(alike(one).split()) == sorted(alike(other).split())
    assert closest([one], [other]) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hetao Microsystems", "Hetao Biosystems"),
        ("陳大文", "陳小文"),
        ("深圳光電有限公司", "深圳光學有限公司"),
        ("Co. Ltd.", "Ada Leung"),
        ("Ada Leung", ""),
    ],
)
def test_names_that_are_not(one: str, other: str) -> None:
    assert closest([one], [other]) is None


def test_a_slip_is_still_found_and_the_closest_name_is_told() -> None:
    hit = closest(["Somebody Else", "Hetao Microsystem Ltd"], ["Harbour University", "Hetao Microsystems"])
    assert hit is not None
    assert (hit.listed, hit.found) == ("Hetao Microsystem Ltd", "Hetao Microsystems")
    assert 90 <= hit.score < 100


def test_numbers_are_compared_bare() -> None:
    hit = same_number(["9144 0300-MA5X"], ["91440300ma5x"])
    assert hit is not None
    assert hit.score == 100
    assert same_number(["-"], ["", "—"]) is None


def test_a_party_is_compared_with_everybody(session: Session, cast: Cast, now: datetime) -> None:
    dee = dee_of(session, cast, now)
    party = enter_party(session, replace(PARTY, names=[*PARTY.names, "Stone Eve"]), now=now, by=dee)
    assert session.scalars(select(Task.arguments).where(Task.name == "screening.look")).all() == [
        {"party": str(party.id)}
    ]
    assert look_at_party(session, party.id, now=now) == 2
    assert look_at_party(session, party.id, now=now) == 0
    found = matches(session, MatchState.OPEN, limit=9)
    assert [(each.organisation and each.organisation.id, each.person) for each in found] == [
        (cast.firm.id, None),
        (None, "Eve Stone"),
    ]
    assert session.scalars(select(Notice.code).where(Notice.recipient_id == cast.dee.id)).all() == ["screening_found"]


def test_an_organisation_is_compared_when_it_is_entered_and_renamed(
    session: Session, cast: Cast, now: datetime
) -> None:
    enter_party(session, PARTY, now=now, by=dee_of(session, cast, now))
    form = OrganisationForm(
        name={"en": "Hetao Micro-systems Ltd"},
        kind=OrganisationKind.FIRM,
        jurisdiction_code="HK",
        control=Control.HK_MACAO,
    )
    ada = actor_of(session, cast.ada, now=now)
    place = create_organisation(session, form, now=now, by=ada)
    looks = select(Task.arguments).where(Task.name == "screening.look", Task.arguments.has_key("organisation"))
    assert session.scalars(looks).all() == [{"organisation": str(place.id)}]
    assert look_at_organisation(session, place.id, now=now) == 1
    ada = actor_of(session, cast.ada, now=now)
    change_organisation(session, place.id, replace(form, about={"en": "We etch."}), now=now, by=ada)
    assert len(session.scalars(looks).all()) == 1
    change_organisation(session, place.id, replace(form, name={"en": "Etchers"}), now=now, by=ada)
    assert len(session.scalars(looks).all()) == 2


def test_a_number_is_found_whatever_the_name(session: Session, cast: Cast, now: datetime) -> None:
    scheme = IdentifierScheme.HK_UBI
    session.add(OrganisationIdentifier(organisation_id=cast.elsewhere.id, scheme=scheme, value="12345678"))
    session.flush()
    new = replace(PARTY, names=["Quite Another"], identifiers=["1234-5678"])
    party = enter_party(session, new, now=now, by=dee_of(session, cast, now))
    assert look_at_party(session, party.id, now=now) == 1
    [found] = matches(session, limit=9)
    assert (found.row.organisation_id, found.row.score, found.row.found) == (cast.elsewhere.id, 100, "12345678")


def confirmed(session: Session, cast: Cast, now: datetime, **fields: Any) -> ScreeningMatch:
    dee = dee_of(session, cast, now)
    party = enter_party(session, replace(PARTY, **fields), now=now, by=dee)
    look_at_party(session, party.id, now=now)
    [found] = matches(session, MatchState.OPEN, limit=9)
    return review(session, found.row.id, confirmed=True, reason="Same address.", now=now, by=dee)


@pytest.mark.parametrize(
    ("listed_for", "facts"),
    [
        (ScreenedFor.WATCHLIST, {"on_watchlist"}),
        (ScreenedFor.EXPORT_PENALTY, {"export_penalty"}),
        (ScreenedFor.OTHER, set()),
    ],
)
def test_a_confirmed_match_is_told_to_plans_while_it_is_listed(
    session: Session, cast: Cast, now: datetime, listed_for: ScreenedFor, facts: set[str]
) -> None:
    row = confirmed(session, cast, now, listed_for=listed_for, listed_to=TODAY)
    asked = [cast.firm.id, cast.university.id]
    assert screening_facts(session, asked, TODAY) == {cast.firm.id: facts}
    assert screened(session, asked, TODAY) == {cast.firm.id}
    assert screened(session, asked, TODAY + timedelta(days=1)) == set()
    assert screened(session, [], TODAY) == set()
    assert [each.row.id for each in confirmed_of(session, cast.firm.id)] == [row.id]
    assert counts(session) == {MatchState.OPEN: 0, MatchState.CLEARED: 0, MatchState.CONFIRMED: 1}


def test_an_open_or_cleared_match_tells_nothing(session: Session, cast: Cast, now: datetime) -> None:
    row = confirmed(session, cast, now)
    dee = dee_of(session, cast, now)
    with pytest.raises(StateForbids):
        review(session, row.id, confirmed=True, reason="Still.", now=now, by=dee)
    with pytest.raises(Invalid, match="reason: required"):
        review(session, row.id, confirmed=False, reason=" ", now=now, by=dee)
    review(session, row.id, confirmed=False, reason="Another firm of that name.", now=now, by=dee)
    assert screened(session, [cast.firm.id], TODAY) == set()
    assert (row.state, row.reviewed_by, row.reason) == (MatchState.CLEARED, cast.dee.id, "Another firm of that name.")


def test_what_was_cleared_opens_again_only_for_another_name(session: Session, cast: Cast, now: datetime) -> None:
    row = confirmed(session, cast, now)
    dee = dee_of(session, cast, now)
    review(session, row.id, confirmed=False, reason="Another firm.", now=now, by=dee)
    assert look_at_party(session, row.party_id, now=now) == 0
    change_party(session, row.party_id, replace(PARTY, names=["Hetao Microsystem"]), now=now, by=dee)
    assert look_at_party(session, row.party_id, now=now) == 1
    session.refresh(row)
    assert (row.state, row.reason, row.reviewed_at, row.listed) == (MatchState.OPEN, None, None, "Hetao Microsystem")


def test_everybody_is_compared_anew_while_a_party_is_listed(session: Session, cast: Cast, now: datetime) -> None:
    dee = dee_of(session, cast, now)
    party = enter_party(session, replace(PARTY, names=["Late Comer"], listed_to=TODAY), now=now, by=dee)
    assert look_at_party(session, party.id, now=now) == 0
    make_person(session, "Comer Late", now=now)
    assert look_again(session, now=now) == 1
    assert look_at_party(session, party.id, now=now) == 1
    tomorrow = now + timedelta(days=1)
    make_organisation(session, "Late Comer", now=now)
    assert (look_again(session, now=tomorrow), look_at_party(session, party.id, now=tomorrow)) == (0, 0)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"names": []}, "names: required"),
        ({"names": [" "]}, "names: required"),
        ({"names": ["X"]}, "names: min_length"),
        ({"names": ["a\x00b"]}, "names: no_nul"),
        ({"names": [f"Name {number}" for number in range(21)]}, "names: max_items"),
        ({"identifiers": ["12"]}, "identifiers: min_length"),
        ({"source": ""}, "source: required"),
        ({"listed_to": date(2025, 1, 1)}, "listed_to: order"),
        ({"listed_from": date(1, 1, 1)}, "listed_from: year_range"),
    ],
)
def test_what_can_not_be_listed_is_named(
    session: Session, cast: Cast, now: datetime, fields: dict[str, Any], fault: str
) -> None:
    with pytest.raises(Invalid, match=fault):
        enter_party(session, replace(PARTY, **fields), now=now, by=dee_of(session, cast, now))


@pytest.mark.parametrize("name", ["ada", "bo", "cheng", "eve"])
def test_only_administrators_keep_it(session: Session, cast: Cast, now: datetime, name: str) -> None:
    row = confirmed(session, cast, now)
    by = actor_of(session, cast.people[name], now=now)
    with pytest.raises(NotFound):
        enter_party(session, PARTY, now=now, by=by)
    with pytest.raises(NotFound):
        change_party(session, row.party_id, PARTY, now=now, by=by)
    with pytest.raises(NotFound):
        review(session, row.id, confirmed=False, reason="No.", now=now, by=by)
