"""Who sees which outcome, by every status, confidentiality, embargo and filter."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import PlatformRole, Role
from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.collaborations.models import CollaborationParty
from marketplace.outcomes.actions.answering import confirm
from marketplace.outcomes.actions.drafting import revise, submit
from marketplace.outcomes.actions.evidence import Paper, add_evidence, link_collaboration
from marketplace.outcomes.models import Outcome, OutcomeStatus, OutcomeVersion
from marketplace.outcomes.queries.papers import evidence_of
from marketplace.outcomes.queries.reach import public_on, versions_for, visible_to
from marketplace.outcomes.queries.told import events, versions
from tests.cast import Cast, actor_of, join, make_organisation, make_person
from tests.factories.outcomes import TODAY, add_party, between, confirmed, drafted, said, submitted

FUTURE = (TODAY + timedelta(days=30)).isoformat()


def seers(session: Session, cast: Cast, row: Outcome, now: datetime) -> set[str]:
    """Whoever sees it, by name."""
    session.flush()
    people = {**cast.people}
    actors = {name: actor_of(session, person, now=now) for name, person in people.items()}
    return {
        name
        for name, actor in {**actors, "nobody": Actor()}.items()
        if session.scalar(select(Outcome.id).where(Outcome.id == row.id, visible_to(actor, TODAY)))
    }


@pytest.mark.parametrize("kept", ["public", "parties", "administrators"])
@pytest.mark.parametrize("embargo", [None, FUTURE])
def test_a_draft_is_its_reporters_alone(
    kept: str, embargo: str | None, session: Session, cast: Cast, now: datetime
) -> None:
    if kept == "administrators" and embargo:
        embargo = None
    row = drafted(session, cast, between(session, cast, now=now), now=now, confidentiality=kept, embargo_until=embargo)
    assert seers(session, cast, row, now) == {"ada"}


@pytest.mark.parametrize("status", [each for each in OutcomeStatus if each is not OutcomeStatus.DRAFT])
@pytest.mark.parametrize(("kept", "expected"), [
    ("public", {"ada", "bo", "dee"}), ("parties", {"ada", "bo", "dee"}), ("administrators", {"ada", "dee"}),
])  # fmt: skip
def test_what_was_submitted_is_the_parties_and_overseers(
    status: OutcomeStatus, kept: str, expected: set[str], session: Session, cast: Cast, now: datetime
) -> None:
    row = submitted(session, cast, between(session, cast, now=now), now=now, confidentiality=kept)
    row.status = status
    assert seers(session, cast, row, now) == expected
    finn = make_person(session, "Finn Auditor", now=now, platform_role=PlatformRole.AUDITOR)
    auditor = actor_of(session, finn, now=now)
    assert session.scalar(select(Outcome.id).where(visible_to(auditor, TODAY))) == row.id
    assert session.scalar(select(Outcome.id).where(visible_to(SYSTEM, TODAY))) == row.id


@pytest.mark.parametrize(
    ("more", "status", "free"),
    [
        ({"confidentiality": "public"}, "confirmed", True),
        ({"confidentiality": "public"}, "submitted", False),
        ({"confidentiality": "public"}, "disputed", False),
        ({"confidentiality": "public"}, "withdrawn", False),
        ({"confidentiality": "public", "embargo_until": FUTURE}, "confirmed", False),
        ({"confidentiality": "public", "embargo_until": TODAY.isoformat()}, "confirmed", False),
        ({"confidentiality": "public", "embargo_until": "2026-03-01"}, "confirmed", True),
        ({"confidentiality": "parties"}, "confirmed", False),
        ({"confidentiality": "administrators"}, "confirmed", False),
    ],
    ids=str,
)
def test_what_may_be_public(
    more: dict[str, Any], status: str, free: bool, session: Session, cast: Cast, now: datetime
) -> None:
    row = submitted(session, cast, between(session, cast, now=now), now=now, **more)
    row.status = OutcomeStatus(status)
    session.flush()
    assert bool(session.scalar(select(Outcome.id).where(public_on(TODAY)))) is free


def test_a_party_that_was_only_invited_or_declined_sees_nothing(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    row = submitted(session, cast, around, now=now)
    party = session.get_one(CollaborationParty, (around.id, cast.firm.id))
    party.joined_on = party.joined_at = None
    assert seers(session, cast, row, now) == {"ada", "dee"}
    party.joined_on, party.joined_at, party.declined_at = around.starts_on, now, now
    assert seers(session, cast, row, now) == {"ada", "dee"}


def test_a_party_that_left_sees_what_stood_before(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    row = submitted(session, cast, around, now=now - timedelta(days=20))
    party = session.get_one(CollaborationParty, (around.id, cast.firm.id))
    party.left_on, party.left_at = date(2026, 2, 20), now
    assert "bo" in seers(session, cast, row, now)
    late = submitted(session, cast, around, now=now)
    assert "bo" not in seers(session, cast, late, now)
    revise(session, row.id, said(cast), now=now, by=actor_of(session, cast.ada, now=now))
    assert "bo" not in seers(session, cast, row, now)


def test_versions_of_the_draft_and_for_administrators_stay_hidden(session: Session, cast: Cast, now: datetime) -> None:
    ada, bo, dee = (actor_of(session, cast.people[name], now=now) for name in ("ada", "bo", "dee"))
    row = drafted(session, cast, between(session, cast, now=now), now=now)
    revise(session, row.id, said(cast, title={"en": "Two"}), now=now, by=ada)
    submit(session, row.id, now=now, by=ada)
    revise(session, row.id, said(cast, title={"en": "Three"}, confidentiality="administrators"), now=now, by=ada)
    revise(session, row.id, said(cast, title={"en": "Four"}), now=now, by=ada)
    confirm(session, row.id, now=now, by=bo)
    seen = {name: [each.number for each in versions(session, row, by=by)] for name, by in
            {"ada": ada, "bo": bo, "dee": dee}.items()}  # fmt: skip
    assert seen == {"ada": [1, 2, 3, 4], "bo": [2, 4], "dee": [2, 3, 4]}
    assert events(session, row, by=bo, today=TODAY)[0].version == 2
    assert events(session, row, by=ada, today=TODAY)[0].number == 1
    eve = actor_of(session, cast.eve, now=now)
    both = select(OutcomeVersion.id).join(Outcome, Outcome.id == OutcomeVersion.outcome_id)
    assert not session.scalars(both.where(visible_to(eve, TODAY), versions_for(eve))).all()


def test_two_collaborations_do_not_show_each_others(session: Session, cast: Cast, now: datetime) -> None:
    row = confirmed(session, cast, between(session, cast, now=now), now=now)
    assert "eve" not in seers(session, cast, row, now)


def test_a_party_that_left_before_the_link_sees_nothing_of_it(session: Session, cast: Cast, now: datetime) -> None:
    ada = actor_of(session, cast.ada, now=now)
    first, second = between(session, cast, now=now), between(session, cast, now=now)
    row = submitted(session, cast, first, now=now - timedelta(days=40))
    gus, place = make_person(session, "Gus Iong", now=now), make_organisation(session, "Taipa Institute", now=now)
    join(session, gus, place, Role.MANAGER, now=now)
    party = add_party(session, second, place, ["partner"], now=now, left_on=date(2026, 2, 20))
    link_collaboration(session, row.id, second.id, now=now, by=ada)
    mine = select(Outcome.id).where(visible_to(actor_of(session, gus, now=now), TODAY))
    assert session.scalar(mine) is None
    party.left_on = TODAY
    session.flush()
    assert session.scalar(mine) == row.id


def test_evidence_of_a_closed_version_stays_closed(session: Session, cast: Cast, now: datetime) -> None:
    ada, bo, dee = (actor_of(session, cast.people[name], now=now) for name in ("ada", "bo", "dee"))
    around = between(session, cast, now=now)
    row = drafted(session, cast, around, now=now, confidentiality="administrators")
    paper = Paper(kind="web_page", url="https://example.org/secret")
    add_evidence(session, row.id, paper, now=now, by=ada)
    submit(session, row.id, now=now, by=ada)
    revise(session, row.id, said(cast), now=now, by=ada)
    add_evidence(session, row.id, Paper(kind="web_page", url="https://example.org/open"), now=now, by=ada)

    def papers(by: Actor, today: date = TODAY) -> list[str | None]:
        return [each.url for each, _ in evidence_of(session, row, by=by, today=today)]

    assert papers(bo) == ["https://example.org/open"]
    assert papers(ada) == papers(dee) == ["https://example.org/secret", "https://example.org/open"]
    party = session.get_one(CollaborationParty, (around.id, cast.firm.id))
    party.left_on, party.left_at = TODAY, now
    later = now + timedelta(days=3)
    add_evidence(session, row.id, Paper(kind="web_page", url="https://example.org/later"), now=later, by=ada)
    confirmed_by_dee = events(session, row, by=dee, today=later.date())
    assert papers(bo, later.date()) == ["https://example.org/open"]
    assert "bo" in seers(session, cast, row, now) and len(events(session, row, by=bo, today=later.date())) == 1
    assert len(confirmed_by_dee) == 3
