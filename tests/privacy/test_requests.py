"""Requests about one's own data: their days, their answers, and what stays of whom was erased."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.policy import Actor
from marketplace.bookings.actions import cancel
from marketplace.history.queries import entries, verify_subject
from marketplace.history.rules import Subject
from marketplace.jurisdictions.rules import PLAIN_WEEK
from marketplace.notices.models import Notice
from marketplace.privacy.actions.requests import Asked, ask, enter_for, grant, hand_over, refuse, withdraw
from marketplace.privacy.models import PrivacyRequest, RequestKind, RequestLaw, RequestState
from marketplace.privacy.queries import everything_about
from marketplace.privacy.queries.requests import would_stay
from marketplace.privacy.rules.deadlines import a_month_after, due_on, strictest
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.factories.stage import Stage, hours, make_stage

COPY, ERASURE = Asked(kind=RequestKind.EXPORT, note="All of it."), Asked(kind=RequestKind.ERASURE, note="I, Leung.")


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    return make_stage(session, now)


@pytest.fixture
def dee(stage: Stage) -> Actor:
    return stage.actor("dee")


@pytest.mark.parametrize(
    ("law", "asked", "due"),
    [
        (RequestLaw.HK, date(2026, 3, 2), date(2026, 4, 11)),
        (RequestLaw.CN, date(2026, 3, 2), date(2026, 3, 23)),
        (RequestLaw.MO, date(2026, 1, 31), date(2026, 2, 28)),
        (RequestLaw.OTHER, date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_each_law_counts_its_own_days(law: RequestLaw, asked: date, due: date) -> None:
    assert due_on(law, asked, PLAIN_WEEK) == due


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_month_is_the_same_day_or_the_last_of_the_next(day: date) -> None:
    after = a_month_after(day)
    assert 28 <= (after - day).days <= 31
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == 1
    assert after.day == day.day or (after + timedelta(days=1)).day == 1


@given(st.sets(st.sampled_from(["HK", "CN", "MO", "GB"])), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_of_several_laws_the_first_answer_counts(roots: set[str], day: date) -> None:
    chosen = due_on(strictest(roots, day, PLAIN_WEEK), day, PLAIN_WEEK)
    ways = {"HK": RequestLaw.HK, "CN": RequestLaw.CN, "MO": RequestLaw.MO, "GB": RequestLaw.OTHER}
    assert chosen == min((due_on(ways[root], day, PLAIN_WEEK) for root in roots), default=a_month_after(day))


def test_ones_own_request_is_asked_once_and_administrators_are_told(stage: Stage) -> None:
    row = ask(stage.session, COPY, now=stage.now, by=stage.actor("ada"))
    assert (row.law, row.due_on, row.entered_by) == (RequestLaw.HK, date(2026, 4, 11), stage.cast.ada.id)
    told = select(Notice.code).where(Notice.recipient_id == stage.cast.dee.id)
    assert "privacy_request_asked" in stage.session.scalars(told).all()
    with pytest.raises(Refused, match="privacy_request_open"):
        ask(stage.session, COPY, now=stage.now, by=stage.actor("ada"))
    mainland = ask(stage.session, COPY, now=stage.now, by=stage.actor("bo"))
    assert mainland.law is RequestLaw.CN
    with pytest.raises(NotFound):
        withdraw(stage.session, row.id, now=stage.now, by=stage.actor("eve"))
    withdraw(stage.session, row.id, now=stage.now, by=stage.actor("ada"))
    assert row.state is RequestState.WITHDRAWN
    ask(stage.session, COPY, now=stage.now, by=stage.actor("ada"))


def test_a_letter_is_entered_with_its_day_and_its_law(stage: Stage, dee: Actor) -> None:
    early = stage.now - timedelta(days=5)
    asked = Asked(kind=RequestKind.EXPORT, at=early, law=RequestLaw.OTHER)
    row = enter_for(stage.session, stage.cast.ada.id, asked, now=stage.now, by=dee)
    assert (row.asked_at, row.due_on, row.entered_by) == (early, date(2026, 3, 25), dee.id)
    late = Asked(kind=RequestKind.ERASURE, at=stage.now + timedelta(days=1))
    with pytest.raises(Invalid):
        enter_for(stage.session, stage.cast.ada.id, late, now=stage.now, by=dee)
    for days in (367, 500_000):
        old = Asked(kind=RequestKind.ERASURE, at=stage.now - timedelta(days=days))
        with pytest.raises(Invalid) as refused:
            enter_for(stage.session, stage.cast.ada.id, old, now=stage.now, by=dee)
        [error] = refused.value.errors
        assert (error.field, error.rule, dict(error.details)) == ("asked_on", "long_ago", {"days": 366})
    with pytest.raises((Forbidden, NotFound)):
        enter_for(stage.session, stage.cast.ada.id, asked, now=stage.now, by=stage.actor("bo"))


def test_a_refusal_needs_a_reason_and_is_told(stage: Stage, dee: Actor) -> None:
    row = ask(stage.session, COPY, now=stage.now, by=stage.actor("ada"))
    with pytest.raises(Invalid):
        refuse(stage.session, row.id, " ", now=stage.now, by=dee)
    refuse(stage.session, row.id, "Asked twice this month.", now=stage.now, by=dee)
    assert (row.state, row.reason, row.decided_by) == (RequestState.REFUSED, "Asked twice this month.", dee.id)
    told = select(Notice.code).where(Notice.recipient_id == stage.cast.ada.id)
    assert "privacy_request_refused" in stage.session.scalars(told).all()
    with pytest.raises(StateForbids):
        grant(stage.session, row.id, "Now yes.", now=stage.now, by=dee)


def test_the_file_is_handed_over_only_once_granted(stage: Stage, dee: Actor) -> None:
    row = ask(stage.session, COPY, now=stage.now, by=stage.actor("ada"))
    with pytest.raises(StateForbids):
        hand_over(stage.session, row.id, "By post.", now=stage.now, by=dee)
    grant(stage.session, row.id, "Her right.", now=stage.now, by=dee)
    hand_over(stage.session, row.id, "By post.", now=stage.now, by=dee)
    verbs = [entry.verb.rpartition(".")[2] for entry in entries(stage.session, Subject("privacy_request", row.id))]
    assert verbs == ["handed_over", "granted", "asked"]
    assert len(everything_about(stage.session, stage.cast.ada.id, now=stage.now)["privacy_requests"]) == 1


def test_an_erasure_leaves_what_the_law_has_kept_and_whole_chains(stage: Stage, dee: Actor) -> None:
    session, ada = stage.session, stage.cast.ada.id
    booking = stage.book(hours(4, 9, 12))
    row = ask(session, ERASURE, now=stage.now, by=stage.actor("ada"))
    assert {kept.code for kept in would_stay(session, row, now=stage.now)} >= {"bookings", "history"}
    with pytest.raises(Refused, match="bookings_ahead"), session.begin_nested():
        grant(session, row.id, "Her right.", now=stage.now, by=dee)
    session.refresh(row)
    assert row.state is RequestState.OPEN
    cancel(session, booking.id, "Leaving.", now=stage.now, by=stage.actor("ada"))
    grant(session, row.id, "Her right.", now=stage.now, by=dee)
    session.expire_all()
    person = session.get_one(Person, ada)
    assert (person.name, person.email, person.erased_at) == (None, None, stage.now)
    gone = session.get_one(PrivacyRequest, row.id)
    assert (gone.state, gone.note, gone.reason) == (RequestState.GRANTED, None, None)
    assert set(gone.kept) >= {"bookings", "history"}
    for subject in (Subject("privacy_request", row.id), Subject("person", ada), Subject("booking", booking.id)):
        assert verify_subject(session, subject).whole
    erased = entries(session, Subject("person", ada))[0]
    assert (erased.verb, erased.actor_id) == ("person.erased", dee.id), "who did it is named"
    words = [entry.text for entry in entries(session, Subject("privacy_request", row.id))]
    assert words == [None, None]


def test_nobody_decides_on_their_own(stage: Stage, dee: Actor) -> None:
    row = ask(stage.session, COPY, now=stage.now, by=dee)
    with pytest.raises(Refused, match="not_oneself"):
        grant(stage.session, row.id, "Mine.", now=stage.now, by=dee)


def test_who_leaves_alone_closes_what_was_open(stage: Stage, session: Session) -> None:
    from_ada = ask(session, COPY, now=stage.now, by=stage.actor("ada"))
    deleted = ask(session, ERASURE, now=stage.now, by=stage.actor("ada"))
    grant(session, deleted.id, "Her right.", now=stage.now, by=stage.actor("dee"))
    session.refresh(from_ada)
    assert (from_ada.state, from_ada.note) == (RequestState.WITHDRAWN, None)
