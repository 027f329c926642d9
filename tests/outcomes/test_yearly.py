"""The yearly question: who is asked, who has answered, who is reminded, and the rate."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.collaborations.actions.telling import audience
from marketplace.collaborations.models import (
    CollaborationParty,
    CollaborationPerson,
    CollaborationState,
    OrganisationMerger,
)
from marketplace.collaborations.queries.named import named_people
from marketplace.collaborations.queries.seats import parties_of
from marketplace.history.models import HistoryEntry
from marketplace.notices.models import Notice
from marketplace.outcomes.actions.answering import withdraw
from marketplace.outcomes.actions.drafting import revise
from marketplace.outcomes.actions.yearly import ask, nothing_to_report, remind
from marketplace.outcomes.models import YearlyQuestion
from marketplace.outcomes.queries.yearly import Scope, open_questions, responses
from marketplace.values.refusal import NotFound
from tests.cast import Cast, actor_of, join, make_organisation, make_person
from tests.factories.outcomes import between, said, submitted


def answers(session: Session) -> dict[object, str | None]:
    return {row.organisation_id: row.answer for row in session.scalars(select(YearlyQuestion))}


def test_each_party_of_last_years_collaborations_is_asked_once(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    between(session, cast, now=now, state=CollaborationState.PROPOSED)
    between(session, cast, now=now, starts_on=now.date())
    over = now.date().replace(year=2024)
    between(session, cast, now=now, starts_on=over, ended_on=over, state=CollaborationState.ENDED)
    assert ask(session, now=now) == 2
    assert ask(session, now=now) == 0
    [told] = session.scalars(select(Notice).where(Notice.recipient_id == cast.bo.id)).all()
    assert (told.code, told.details["year"], told.details["list"]) == ("yearly_asked", "2025", around.reference)
    assert answers(session) == {cast.university.id: None, cast.firm.id: None}


def test_a_party_that_left_before_or_came_after_is_not_asked(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    session.get_one(CollaborationParty, (around.id, cast.firm.id)).joined_on = now.date()
    party = session.get_one(CollaborationParty, (around.id, cast.university.id))
    party.joined_on, party.left_on, party.left_at = now.date().replace(year=2023), now.date().replace(year=2024), now
    session.flush()
    assert ask(session, now=now) == 0


def test_who_reported_already_has_answered(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    submitted(session, cast, around, now=now, date_event="2025-06-01")
    ask(session, now=now)
    assert answers(session) == {cast.university.id: "reported", cast.firm.id: None}
    assert responses(session, Scope(), 2025) == (2, 1)
    assert responses(session, Scope(organisations=[cast.firm.id]), 2025) == (1, 0)
    assert responses(session, Scope(collaborations=[around.id]), 2024) == (0, 0)


def test_nothing_is_an_answer_until_something_is_reported(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    ask(session, now=now)
    ada, eve = (actor_of(session, cast.people[name], now=now) for name in ("ada", "eve"))
    assert [each.row.collaboration_id for each in open_questions(session, by=ada)] == [around.id]
    with pytest.raises(NotFound):
        nothing_to_report(session, around.id, cast.university.id, 2025, now=now, by=eve)
    with pytest.raises(NotFound):
        nothing_to_report(session, around.id, cast.firm.id, 2025, now=now, by=ada)
    with pytest.raises(NotFound):
        nothing_to_report(session, around.id, cast.university.id, 2024, now=now, by=ada)
    for _ in range(2):
        row = nothing_to_report(session, around.id, cast.university.id, 2025, now=now, by=ada)
    assert (row.answer, row.answered_by) == ("nothing", cast.ada.id)
    assert not open_questions(session, by=ada)
    submitted(session, cast, around, now=now, date_event="2025-11-30")
    assert answers(session)[cast.university.id] == "reported"
    submitted(session, cast, around, now=now, date_event="2026-01-30")
    assert responses(session, Scope(), 2025) == (2, 1)


def test_silence_is_reminded_and_then_told_to_managers_alone(session: Session, cast: Cast, now: datetime) -> None:
    between(session, cast, now=now)
    gil = make_person(session, "Gil Fong", now=now)
    join(session, gil, cast.firm, Role.HOST_MANAGER, now=now)
    ask(session, now=now)
    steps = {days: remind(session, now=now + timedelta(days=days)) for days in (29, 30, 31, 60, 61)}
    assert steps == {29: 0, 30: 2, 31: 0, 60: 2, 61: 0}
    codes = {
        person.name: [
            row.code
            for row in session.scalars(
                select(Notice).where(Notice.recipient_id == person.id).order_by(Notice.created_at, Notice.id)
            )
        ]
        for person in (cast.bo, gil, cast.dee)
    }
    assert codes == {
        "Bo Chen": ["yearly_asked", "yearly_reminded", "yearly_escalated"],
        "Gil Fong": ["yearly_asked", "yearly_reminded"],
        "Dee Marr": [],
    }


def test_what_is_withdrawn_opens_the_question_again(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    ask(session, now=now)
    ada = actor_of(session, cast.ada, now=now)
    one, two = (submitted(session, cast, around, now=now, date_event=f"2025-0{month}-01") for month in (5, 6))
    later = now + timedelta(days=90)
    withdraw(session, one.id, "Twice.", now=later, by=ada)
    assert answers(session)[cast.university.id] == "reported"
    withdraw(session, two.id, "Not ours.", now=later, by=ada)
    [question] = open_questions(session, by=ada)
    assert (question.row.answered_at, question.row.asked_at, question.row.waits_since) == (None, now, later)
    assert remind(session, now=later + timedelta(days=29)) == 1  # the firm's alone
    verbs = select(HistoryEntry.verb).where(HistoryEntry.subject_id == around.id).order_by(HistoryEntry.number)
    assert session.scalars(verbs).all() == ["outcome.answered", "outcome.asked_anew"]


def test_an_outcome_that_turns_out_to_be_of_another_year_answers_that(
    session: Session, cast: Cast, now: datetime
) -> None:
    around = between(session, cast, now=now)
    ask(session, now=now)
    row = submitted(session, cast, around, now=now, date_event="2025-05-01")
    ada = actor_of(session, cast.ada, now=now)
    revise(session, row.id, said(cast, date_event="2026-01-30"), now=now, by=ada)
    assert answers(session)[cast.university.id] is None
    revise(session, row.id, said(cast, date_event="2025-12-30"), now=now, by=ada)
    assert answers(session)[cast.university.id] == "reported"


def test_whom_a_party_names_is_told_while_they_belong_to_it(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    gil = make_person(session, "Gil Fong", now=now)
    session.add(
        CollaborationPerson(
            collaboration_id=around.id, person_id=gil.id, organisation_id=cast.firm.id, role="member", named_at=now
        )
    )
    into = make_organisation(session, "Larger Firm", now=now)

    def told() -> bool:
        return named_people(session, [around.id], [cast.firm.id], now.date()) == {cast.firm.id: [gil.id]}

    assert not told()
    member = join(session, gil, into, Role.RESEARCHER, now=now)
    assert not told()
    session.add(
        OrganisationMerger(organisation_id=cast.firm.id, into_id=into.id, merged_on=now.date(), recorded_at=now)
    )
    session.flush()
    assert told() and gil.id in audience(session, around, parties_of(session, [around.id])[around.id], now=now)
    ask(session, now=now)
    assert session.scalars(select(Notice.code).where(Notice.recipient_id == gil.id)).all() == ["yearly_asked"]
    session.delete(member)
    session.flush()
    assert not told()
