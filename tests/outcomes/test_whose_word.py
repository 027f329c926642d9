"""Whose word counts: nobody confirms their own outcome, nor one that their side may not see."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from marketplace.accounts.models import PlatformRole, Role
from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import CollaborationParty, CollaborationPerson
from marketplace.outcomes.actions.answering import confirm, dispute, settle
from marketplace.outcomes.actions.drafting import revise
from marketplace.outcomes.actions.writing import people_for
from marketplace.outcomes.models import Outcome
from marketplace.outcomes.models import OutcomeVerb as V
from marketplace.outcomes.queries.listing import to_confirm
from marketplace.outcomes.queries.sides import sides_of
from marketplace.outcomes.queries.told import events
from marketplace.outcomes.rules.states import offered
from marketplace.values.refusal import Forbidden, Refused
from tests.cast import Cast, actor_of, join, make_organisation, make_person
from tests.database import PinnedDatabase, counting_statements
from tests.factories.outcomes import TODAY, add_party, between, confirmed, said, submitted


def may_confirm(session: Session, row: Outcome, by: Actor) -> bool:
    """What is offered, which what waits must agree with."""
    sides = frozenset(sides_of(session, row, by=by, today=TODAY).values())
    waits = [each.id for each in to_confirm(session, by=by, today=TODAY, limit=9)] == [row.id]
    assert waits == (V.CONFIRM in offered(row.status, sides))
    return waits


def test_whoever_belongs_to_both_sides_does_not_confirm(session: Session, cast: Cast, now: datetime) -> None:
    row = submitted(session, cast, between(session, cast, now=now), now=now)
    join(session, cast.ada, cast.firm, Role.MANAGER, now=now)
    ada = actor_of(session, cast.ada, now=now)
    assert not may_confirm(session, row, ada)
    with pytest.raises(Refused) as caught:
        confirm(session, row.id, now=now, by=ada)
    assert caught.value.codes == ("outcome_own_word",)
    assert may_confirm(session, row, actor_of(session, cast.bo, now=now))


def test_a_member_of_the_reporters_group_does_not_confirm(session: Session, cast: Cast, now: datetime) -> None:
    row = submitted(session, cast, between(session, cast, now=now), now=now)
    branch = make_organisation(session, "Harbour Institute", now=now)
    branch.parent_id = cast.university.id
    session.flush()
    join(session, cast.bo, branch, Role.RESEARCHER, now=now)
    bo = actor_of(session, cast.bo, now=now)
    assert not may_confirm(session, row, bo)
    with pytest.raises(Refused):
        confirm(session, row.id, now=now, by=bo)
    dispute(session, row.id, "It is not so.", now=now, by=bo)


def test_whoever_entered_it_does_not_confirm_it_after_a_change_of_employer(
    session: Session, cast: Cast, now: datetime
) -> None:
    row = submitted(session, cast, between(session, cast, now=now), now=now)
    gil = make_person(session, "Gil Ng", now=now)
    held = join(session, gil, cast.university, Role.RESEARCHER, now=now)
    revise(session, row.id, said(cast, title={"en": "Two"}), now=now, by=actor_of(session, gil, now=now))
    session.delete(held)
    join(session, gil, cast.firm, Role.MANAGER, now=now)
    moved = actor_of(session, gil, now=now)
    assert not may_confirm(session, row, moved)
    with pytest.raises(Refused):
        confirm(session, row.id, now=now, by=moved)


def test_what_is_for_administrators_has_no_other_side(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    row = submitted(session, cast, around, now=now, confidentiality="administrators")
    fay = make_person(session, "Fay Chow", now=now, platform_role=PlatformRole.ADMINISTRATOR)
    join(session, fay, cast.firm, Role.MANAGER, now=now)
    by = actor_of(session, fay, now=now)
    assert not may_confirm(session, row, by)
    with pytest.raises(Forbidden):
        confirm(session, row.id, now=now, by=by)
    with pytest.raises(Forbidden):
        dispute(session, row.id, "No.", now=now, by=by)
    shown = confirmed(session, cast, around, now=now, title={"en": "Other"}, identifiers=[])
    dispute(session, shown.id, "No.", now=now, by=actor_of(session, cast.bo, now=now))
    with pytest.raises(Refused):
        settle(session, shown.id, "So it is.", stands=True, now=now, by=by)


def test_a_longer_list_takes_no_more_statements(
    session: Session, cast: Cast, now: datetime, database: PinnedDatabase
) -> None:
    around = between(session, cast, now=now)
    bo = actor_of(session, cast.bo, now=now)
    counts = []
    for number in (2, 8):
        for each in range(number):
            submitted(session, cast, around, now=now + timedelta(seconds=each), identifiers=[])
        with counting_statements(database) as seen:
            found = to_confirm(session, by=bo, today=TODAY, limit=100)
        counts.append((len(found), len(seen)))
    assert [count for count, _ in counts] == [2, 10]
    assert counts[0][1] == counts[1][1]


def test_whoever_left_a_collaboration_or_an_organisation_is_told_nothing_more(
    session: Session, cast: Cast, now: datetime
) -> None:
    around = between(session, cast, now=now)
    third = make_organisation(session, "Delta Foundry", now=now)
    fay = make_person(session, "Fay Chow", now=now)
    join(session, fay, third, Role.MANAGER, now=now)
    add_party(session, around, third, ["user"], now=now)
    row = submitted(session, cast, around, now=now)
    assert fay.id in people_for(session, row, [third.id], now)
    party = session.get_one(CollaborationParty, (around.id, third.id))
    party.left_on, party.left_at = (now - timedelta(days=1)).date(), now
    session.flush()
    assert people_for(session, row, [third.id], now) == []
    gil = make_person(session, "Gil Ip", now=now)
    named = {"collaboration_id": around.id, "person_id": gil.id, "organisation_id": cast.firm.id}
    session.add(CollaborationPerson(**named, role="contact", named_at=now))
    session.flush()
    assert gil.id not in people_for(session, row, [cast.firm.id], now)
    join(session, gil, cast.firm, Role.RESEARCHER, now=now)
    assert gil.id in people_for(session, row, [cast.firm.id], now)


def test_what_was_said_of_a_closed_version_stays_closed(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    row = submitted(session, cast, around, now=now, confidentiality="administrators")
    ada, bo = actor_of(session, cast.ada, now=now), actor_of(session, cast.bo, now=now)
    revise(session, row.id, said(cast, confidentiality="parties"), now=now, by=ada)
    assert {each.version for each in events(session, row, by=ada, today=now.date())} == {1, 2}
    assert {each.version for each in events(session, row, by=bo, today=now.date())} == {2}
