"""Verbs of outcomes, and what each leaves behind: versions, events, levels, history and notices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.collaborations.models import CollaborationParty, CollaborationState, OrganisationMerger
from marketplace.files.models import StoredFile
from marketplace.history.models import HistoryEntry
from marketplace.notices.models import Notice
from marketplace.outcomes.actions.answering import check, confirm, dispute, resolved, settle, withdraw
from marketplace.outcomes.actions.drafting import discard, draft, revise, submit
from marketplace.outcomes.actions.evidence import (
    Paper,
    add_evidence,
    link_collaboration,
    link_session,
    remove_evidence,
)
from marketplace.outcomes.actions.reminding import remind_sides
from marketplace.outcomes.models import Outcome, OutcomeEvent, OutcomeEvidence, OutcomeIdentifier, OutcomeVersion
from marketplace.outcomes.models import OutcomeStatus as S
from marketplace.outcomes.queries.told import last_version
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.cast import Cast, actor_of, join, make_organisation, make_person
from tests.factories.outcomes import add_party, between, collaboration_of, confirmed, drafted, said, submitted


@pytest.fixture
def who(session: Session, cast: Cast, now: datetime) -> Callable[[str], Actor]:
    return lambda name: actor_of(session, cast.people[name], now=now)


def told(session: Session, person_id: object) -> list[str]:
    wanted = select(Notice.code).where(Notice.recipient_id == person_id).order_by(Notice.created_at, Notice.id)
    return list(session.scalars(wanted))


def test_a_paper_is_entered_submitted_and_confirmed(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    row = drafted(session, cast, between(session, cast, now=now), now=now)
    assert (row.status, row.level, row.version, row.organisation_id) == (S.DRAFT, 0, 1, cast.university.id)
    submit(session, row.id, now=now, by=who("ada"), seen=1)
    assert row.status is S.SUBMITTED
    assert told(session, cast.bo.id) == ["outcome_asked"]
    confirm(session, row.id, now=now, by=who("bo"), seen=1)
    assert (row.status, row.level, row.fully_confirmed) == (S.CONFIRMED, 2, True)
    assert told(session, cast.ada.id) == ["outcome_confirmed"]
    happened = session.scalars(select(OutcomeEvent).where(OutcomeEvent.outcome_id == row.id)).all()
    assert [(each.number, each.verb.value, each.status, each.level) for each in happened] == [
        (1, "draft", S.DRAFT, 0),
        (2, "submit", S.SUBMITTED, 0),
        (3, "confirm", S.CONFIRMED, 2),
    ]
    written = session.scalars(select(HistoryEntry.verb).where(HistoryEntry.subject_id == row.id)).all()
    assert written == ["outcome.drafted", "outcome.submitted", "outcome.confirmed"]
    with pytest.raises(Refused) as caught:
        confirm(session, row.id, now=now, by=who("bo"))
    assert caught.value.codes == ("outcome_confirmed_already",)


def test_strangers_find_nothing_and_the_reporter_cannot_confirm(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    around = between(session, cast, now=now)
    with pytest.raises(NotFound):
        draft(session, around.id, said(cast), now=now, by=who("eve"))
    row = submitted(session, cast, around, now=now)
    for name in ("eve", "cheng"):
        with pytest.raises(NotFound):
            confirm(session, row.id, now=now, by=who(name))
    with pytest.raises(Forbidden):
        confirm(session, row.id, now=now, by=who("ada"))
    with pytest.raises(Forbidden):
        revise(session, row.id, said(cast), now=now, by=who("bo"))
    with pytest.raises(NotFound):
        confirm(session, drafted(session, cast, around, now=now).id, now=now, by=who("bo"))


def test_a_draft_may_lack_what_a_submission_needs(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    row = drafted(session, cast, between(session, cast, now=now), now=now, type="licence", identifiers=[], parties=[])
    with pytest.raises(Invalid) as caught:
        submit(session, row.id, now=now, by=who("ada"))
    assert {error.field for error in caught.value.errors} == {"identifiers", "parties"}
    discard(session, row.id, now=now, by=who("ada"))
    assert session.get(Outcome, row.id) is None
    gone = submitted(session, cast, between(session, cast, now=now), now=now)
    with pytest.raises(StateForbids):
        discard(session, gone.id, now=now, by=who("ada"))


def test_cash_was_received_by_whoever_alone_provided(session: Session, cast: Cast, now: datetime) -> None:
    cash = {"year": 2026, "amount": "9", "currency": "HKD"}
    whole = between(session, cast, now=now)
    row = drafted(session, cast, whole, now=now, receipts=[cash, {**cash, "organisation": str(cast.university.id)}])
    told = last_version(session, row).receipts
    assert [each["organisation_id"] for each in told] == [str(cast.firm.id), str(cast.university.id)]
    both = [{"organisation": str(each.id), "role": "provider"} for each in (cast.firm, cast.university)]
    row = drafted(session, cast, whole, now=now, receipts=[cash], parties=both)
    assert last_version(session, row).receipts[0]["organisation_id"] is None


def test_what_nobody_knows_is_refused(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    ghost = "00000000-0000-7000-8000-000000000001"
    more = [{"organisation": ghost, "role": "funder"}]
    with pytest.raises(Invalid):
        drafted(session, cast, around, now=now, parties=more)
    with pytest.raises(Invalid):
        drafted(session, cast, around, now=now, facilities=[ghost])
    with pytest.raises(Invalid):
        value = {"amount": "5", "currency": "ZZZ", "price_year": 2026, "method": "cost"}
        drafted(session, cast, around, now=now, value=value)
    with pytest.raises(Invalid):
        drafted(session, cast, around, now=now, creators=[{"family": "Stone", "person_id": str(cast.eve.id)}])
    drafted(session, cast, around, now=now, creators=[{"family": "Leung", "person_id": str(cast.ada.id)}])


def test_a_revision_after_confirmation_asks_again(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    row = confirmed(session, cast, between(session, cast, now=now), now=now)
    later = now + timedelta(days=1)
    with pytest.raises(Refused):
        revise(session, row.id, said(cast), now=later, by=who("ada"), seen=7)
    changed = said(cast, title={"en": "Dirtier cells"}, identifiers=[])
    revise(session, row.id, changed, now=later, by=who("ada"), seen=1)
    assert (row.status, row.level, row.version, row.fully_confirmed) == (S.SUBMITTED, 0, 2, False)
    assert row.submitted_at == later
    assert told(session, cast.bo.id) == ["outcome_asked", "outcome_revised"]
    kept = session.scalars(select(OutcomeVersion).where(OutcomeVersion.outcome_id == row.id)).all()
    assert [each.title["en"] for each in sorted(kept, key=lambda each: each.number)] == [
        "Cleaner cells by night",
        "Dirtier cells",
    ]
    assert not session.scalars(select(OutcomeIdentifier).where(OutcomeIdentifier.outcome_id == row.id)).all()
    with pytest.raises(Refused):
        confirm(session, row.id, now=later, by=who("bo"), seen=1)
    confirm(session, row.id, now=later, by=who("bo"), seen=2)
    assert row.level == 2


def test_a_dispute_needs_a_reason_and_is_settled_by_somebody_impartial(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    row = submitted(session, cast, between(session, cast, now=now), now=now)
    with pytest.raises(Invalid):
        dispute(session, row.id, "  ", now=now, by=who("bo"))
    dispute(session, row.id, "We were not part of it.", now=now, by=who("bo"))
    assert row.status is S.DISPUTED
    assert told(session, cast.ada.id) == ["outcome_disputed"]
    assert told(session, cast.dee.id) == ["outcome_to_settle"]
    with pytest.raises(StateForbids):
        confirm(session, row.id, now=now, by=who("bo"))
    with pytest.raises(Forbidden):
        settle(session, row.id, "No.", stands=False, now=now, by=who("bo"))
    settle(session, row.id, "The contract says so.", stands=True, level=3, now=now, by=who("dee"))
    assert (row.status, row.level) == (S.CONFIRMED, 3)
    assert told(session, cast.bo.id)[-1] == "outcome_stands"
    dispute(session, row.id, "Still not.", now=now, by=who("bo"))
    join(session, cast.dee, cast.firm, Role.RESEARCHER, now=now)
    with pytest.raises(Refused) as caught:
        settle(session, row.id, "Mine.", stands=False, now=now, by=who("dee"))
    assert caught.value.codes == ("outcome_own",)


def test_what_is_rejected_or_withdrawn_is_over(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    around = between(session, cast, now=now)
    row = submitted(session, cast, around, now=now)
    dispute(session, row.id, "No.", now=now, by=who("bo"))
    settle(session, row.id, "Not shown.", stands=False, now=now, by=who("dee"))
    other = confirmed(session, cast, around, now=now)
    withdraw(session, other.id, "Retracted.", now=now, by=who("ada"))
    assert told(session, cast.bo.id)[-1] == "outcome_withdrawn"
    for one, status in ((row, S.REJECTED), (other, S.WITHDRAWN)):
        assert one.status is status
        with pytest.raises(StateForbids):
            revise(session, one.id, said(cast), now=now, by=who("ada"))
        with pytest.raises(StateForbids):
            confirm(session, one.id, now=now, by=who("bo"))


def test_three_sides_confirm_one_after_another(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    third = make_organisation(session, "Third Works", now=now)
    tom = make_person(session, "Tom Third", now=now)
    join(session, tom, third, Role.MANAGER, now=now)
    around = between(session, cast, now=now)
    add_party(session, around, third, ["user"], now=now)
    parties = [
        {"organisation": str(cast.firm.id), "role": "provider"},
        {"organisation": str(cast.university.id), "role": "user"},
        {"organisation": str(third.id), "role": "user"},
    ]
    row = submitted(session, cast, around, now=now, parties=parties)
    confirm(session, row.id, now=now, by=who("bo"))
    assert (row.level, row.fully_confirmed) == (2, False)
    confirm(session, row.id, now=now, by=actor_of(session, tom, now=now))
    assert (row.level, row.fully_confirmed) == (2, True)
    dispute(session, row.id, "We looked again.", now=now, by=who("bo"))
    assert (row.status, row.level, row.fully_confirmed) == (S.DISPUTED, 2, False)


@pytest.mark.parametrize("how", ["parent", "merger"])
def test_the_word_of_the_same_group_is_not_asked(
    how: str, session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    if how == "parent":
        cast.firm.parent_id = cast.university.id
    else:
        merger = OrganisationMerger(
            organisation_id=cast.firm.id, into_id=cast.university.id, merged_on=now.date(), recorded_at=now
        )
        session.add(merger)
    session.flush()
    row = submitted(session, cast, between(session, cast, now=now), now=now)
    assert told(session, cast.bo.id) == []
    with pytest.raises(Forbidden):
        confirm(session, row.id, now=now, by=who("bo"))


def test_a_checked_document_raises_the_level(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    row = submitted(session, cast, between(session, cast, now=now), now=now)
    file = StoredFile(sha256="0" * 64, size=3, media_type="text/plain", name="a.txt", uploaded_by=cast.ada.id,
                      uploaded_at=now)  # fmt: skip
    session.add(file)
    session.flush()
    shown = add_evidence(session, row.id, Paper(kind="document", file_id=file.id), now=now, by=who("ada"))
    assert shown.digest == "0" * 64
    with pytest.raises(Invalid):
        check(session, row.id, 3, [], now=now, by=who("dee"))
    with pytest.raises(Invalid):
        check(session, row.id, 2, [shown.id], now=now, by=who("dee"))
    with pytest.raises(Forbidden):
        check(session, row.id, 3, [shown.id], now=now, by=who("bo"))
    check(session, row.id, 3, [shown.id], now=now, by=who("dee"))
    assert (row.status, row.level, shown.checked_by) == (S.SUBMITTED, 3, cast.dee.id)
    with pytest.raises(StateForbids):
        remove_evidence(session, row.id, shown.id, now=now, by=who("ada"))
    confirm(session, row.id, now=now, by=who("bo"))
    assert (row.level, row.fully_confirmed) == (3, True)


@pytest.mark.parametrize(
    ("paper", "field"),
    [
        (Paper(kind="rumour", url="https://example.org"), "kind"),
        (Paper(kind="web_page"), "file"),
        (Paper(kind="web_page", url="javascript:alert(1)"), "url"),
        (Paper(kind="web_page", url="http://[x"), "url"),
        (Paper(kind="web_page", url="https://example.org/\x00"), "url"),
        (Paper(kind="web_page", url="https://example.org", quote="\x00"), "quote"),
    ],
)
def test_papers_that_are_none(
    paper: Paper, field: str, session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    row = drafted(session, cast, between(session, cast, now=now), now=now)
    with pytest.raises(Invalid) as caught:
        add_evidence(session, row.id, paper, now=now, by=who("ada"))
    assert caught.value.errors[0].field == field
    kept = add_evidence(session, row.id, Paper(kind="web_page", url="https://example.org/a"), now=now, by=who("ada"))
    remove_evidence(session, row.id, kept.id, now=now, by=who("ada"))
    assert session.get(OutcomeEvidence, kept.id) is None


def test_only_the_platform_resolves_an_identifier(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    row = submitted(session, cast, between(session, cast, now=now), now=now)
    with pytest.raises(Forbidden):
        resolved(session, row.id, 1, now=now, by=who("dee"))
    assert not resolved(session, row.id, 2, now=now, by=SYSTEM)
    assert resolved(session, row.id, 1, now=now, by=SYSTEM)
    assert not resolved(session, row.id, 1, now=now, by=SYSTEM)
    assert (row.level, row.status) == (1, S.SUBMITTED)


def test_the_other_sides_are_reminded_twice_and_no_more(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    submitted(session, cast, between(session, cast, now=now), now=now)
    days = {days: remind_sides(session, now=now + timedelta(days=days)) for days in (29, 30, 31, 60, 61, 200)}
    assert days == {29: 0, 30: 1, 31: 0, 60: 1, 61: 0, 200: 0}
    assert told(session, cast.bo.id).count("outcome_asked_again") == 2


def test_a_further_collaboration_of_the_reporters_may_be_linked(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    row = submitted(session, cast, between(session, cast, now=now), now=now)
    more = collaboration_of(session, [(cast.university, ["user"]), (cast.elsewhere, ["partner"])], now=now)
    with pytest.raises(NotFound):
        confirm(session, row.id, now=now, by=who("eve"))
    link_collaboration(session, row.id, more.id, now=now, by=who("ada"))
    with pytest.raises(Forbidden):
        confirm(session, row.id, now=now, by=who("eve"))
    dispute(session, row.id, "Not ours.", now=now, by=who("eve"))
    strange = collaboration_of(session, [(cast.firm, ["user"]), (cast.elsewhere, ["partner"])], now=now)
    with pytest.raises(NotFound):
        link_collaboration(session, row.id, strange.id, now=now, by=who("ada"))
    with pytest.raises(Invalid):
        link_session(session, row.id, more.id, now=now, by=who("ada"))


def test_nothing_is_entered_before_a_collaboration_begins_or_by_who_left(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    early = between(session, cast, now=now, state=CollaborationState.PROPOSED)
    with pytest.raises(StateForbids):
        drafted(session, cast, early, now=now)
    around = between(session, cast, now=now)
    party = session.get_one(CollaborationParty, (around.id, cast.university.id))
    party.left_on, party.left_at = now.date() - timedelta(days=1), now
    session.flush()
    with pytest.raises(Forbidden):
        drafted(session, cast, around, now=now)


def test_whoever_took_an_organisation_over_speaks_for_it(
    session: Session, cast: Cast, now: datetime, who: Callable[[str], Actor]
) -> None:
    row = submitted(session, cast, between(session, cast, now=now), now=now)
    session.add(
        OrganisationMerger(
            organisation_id=cast.firm.id, into_id=cast.elsewhere.id, merged_on=now.date(), recorded_at=now
        )
    )
    confirm(session, row.id, now=now, by=who("eve"))
    assert (row.level, row.fully_confirmed) == (2, True)
