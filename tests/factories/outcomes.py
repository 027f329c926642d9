"""Collaborations as plain rows, and outcomes of theirs by the verbs: Ada's university used what Bo's firm provided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.bookings.actions.request import new_reference
from marketplace.collaborations.models import (
    Collaboration,
    CollaborationBooking,
    CollaborationKind,
    CollaborationParty,
    CollaborationState,
)
from marketplace.database import new_id
from marketplace.operations.models import UseSession
from marketplace.outcomes.actions.answering import confirm
from marketplace.outcomes.actions.drafting import draft, submit
from marketplace.outcomes.models import Outcome
from marketplace.outcomes.rules.reading import read_statement
from marketplace.outcomes.rules.statements import Statement
from tests.cast import Cast, actor_of
from tests.factories.stage import hours, make_stage_of
from tests.factories.uses import marked

TODAY = date(2026, 3, 2)
# When it was recorded, by the day that it speaks of.
STAMPS = {"joined_at": "joined_on", "left_at": "left_on"}
DOI = "10.1038/s41586-020-2649-2"


def collaboration_of(
    session: Session,
    parties: Sequence[tuple[Organisation, Sequence[str]]],
    *,
    now: datetime,
    **more: Any,
) -> Collaboration:
    """An active collaboration of these organisations, each with what it does in it."""
    values: dict[str, Any] = {
        "id": new_id(),
        "reference": new_reference(),
        "kind": CollaborationKind.COLLABORATIVE_RESEARCH,
        "state": CollaborationState.ACTIVE,
        "title": {"en": "Cleaner cells"},
        "starts_on": date(2025, 1, 6),
        "created_at": now,
        "updated_at": now,
    }
    if more.get("ended_on"):
        values["closed_at"] = now
    row = Collaboration(**(values | more))
    session.add(row)
    session.flush()
    for organisation, roles in parties:
        add_party(session, row, organisation, roles, now=now)
    return row


def add_party(
    session: Session,
    row: Collaboration,
    organisation: Organisation,
    roles: Sequence[str],
    *,
    now: datetime,
    **more: Any,
) -> CollaborationParty:
    """One more organisation in it, since its beginning."""
    values = {"joined_on": row.starts_on, "invited_at": now} | more
    values |= {at: now for at, on in STAMPS.items() if values.get(on) and at not in values}
    party = CollaborationParty(collaboration_id=row.id, organisation_id=organisation.id, roles=list(roles), **values)
    session.add(party)
    session.flush()
    return party


def between(session: Session, cast: Cast, *, now: datetime, **more: Any) -> Collaboration:
    """The university uses what the firm provides."""
    return collaboration_of(session, [(cast.university, ["user"]), (cast.firm, ["provider"])], now=now, **more)


def used(session: Session, cast: Cast, collaboration: Collaboration, *, now: datetime) -> UseSession:
    """Two hours of use of Bo's unit by Ada in a booking of the collaboration."""
    booking = make_stage_of(session, cast, now).book(hours(3, 10, 12))
    session.add(CollaborationBooking(booking_id=booking.id, collaboration_id=collaboration.id, at=now))
    row = UseSession(
        id=new_id(),
        booking_id=booking.id,
        unit_id=booking.unit_id,
        checked_in_at=now,
        checked_in_by=cast.ada.id,
        checked_out_at=now + timedelta(hours=2),
        **marked(booking, now, now),
    )
    session.add(row)
    session.flush()
    return row


def paper(cast: Cast, **more: Any) -> dict[str, Any]:
    """An article as a form or a program tells it."""
    told: dict[str, Any] = {
        "type": "publication",
        "title": {"en": "Cleaner cells by night"},
        "date_event": "2026-02-10",
        "identifiers": [{"scheme": "doi", "value": DOI}],
        "parties": [
            {"organisation": str(cast.firm.id), "role": "provider"},
            {"organisation": str(cast.university.id), "role": "user", "size_class": "not_a_business"},
        ],
    }
    return told | more


def said(cast: Cast, told: Mapping[str, Any] | None = None, **more: Any) -> Statement:
    """What the article says, as a value."""
    return read_statement({**paper(cast), **(told or {}), **more}, today=TODAY)


def drafted(
    session: Session, cast: Cast, collaboration: Collaboration | UUID, *, now: datetime, **more: Any
) -> Outcome:
    """Ada enters it."""
    by = actor_of(session, cast.ada, now=now)
    where = collaboration if isinstance(collaboration, UUID) else collaboration.id
    return draft(session, where, said(cast, **more), now=now, by=by)


def submitted(session: Session, cast: Cast, collaboration: Collaboration, *, now: datetime, **more: Any) -> Outcome:
    """Ada enters and submits it."""
    row = drafted(session, cast, collaboration, now=now, **more)
    return submit(session, row.id, now=now, by=actor_of(session, cast.ada, now=now))


def confirmed(session: Session, cast: Cast, collaboration: Collaboration, *, now: datetime, **more: Any) -> Outcome:
    """And Bo confirms it."""
    row = submitted(session, cast, collaboration, now=now, **more)
    return confirm(session, row.id, now=now, by=actor_of(session, cast.bo, now=now))
