"""What the verbs of outcomes share: a locked row, a version or an event that is added, and who is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership, Organisation, Role
from marketplace.accounts.policy import Actor, may
from marketplace.accounts.queries import people_with_role
from marketplace.accounts.queries.seats import seats_on
from marketplace.catalogue.models import Facility
from marketplace.collaborations.queries.mergers import canonical, group_tops, successor
from marketplace.collaborations.rules.days import HERE
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.jurisdictions.models import Currency
from marketplace.notices.actions import of_people, tell
from marketplace.outcomes.models import (
    Outcome,
    OutcomeEvent,
    OutcomeIdentifier,
    OutcomeParty,
    OutcomeShare,
    OutcomeStatus,
    OutcomeVerb,
    OutcomeVersion,
)
from marketplace.outcomes.queries.reach import visible_to
from marketplace.outcomes.queries.sides import left, named_by, voices
from marketplace.outcomes.rules.statements import Statement
from marketplace.values.refusal import FieldError, Forbidden, Invalid, NotFound, Refusal, Refused

# Figures follow what is said; they stand above outcomes, so only the task's name is known here.
MEASURE: Final = "spillovers.measure_after"
# Who is asked and told for an organisation, beside the people whom it names for the collaboration.
KEEPERS = (Role.MANAGER, Role.HOST_MANAGER)
_PLAIN = (
    "type", "title", "language", "abstract", "date_event", "precision", "flow_kind", "flow_direction", "flow_from",
    "flow_to", "beneficiary", "value", "readiness", "additionality", "details", "confidentiality", "embargo_until",
    "source",
)  # fmt: skip


def day_of(now: datetime) -> date:
    """The day of an instant, as the parties count days."""
    return now.astimezone(HERE).date()


def locked(session: Session, outcome_id: UUID, *, now: datetime, by: Actor) -> Outcome:
    """The outcome, locked until the end of the transaction. Raises NotFound for a stranger."""
    wanted = select(Outcome).where(Outcome.id == outcome_id, visible_to(by, day_of(now))).with_for_update(of=Outcome)
    row = session.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("outcome")
    return row


def allow(session: Session, verb: str, organisation_id: UUID, *, now: datetime, by: Actor) -> None:
    """Raise Forbidden where the actor, who sees the thing, does not speak for the organisation in this; for one that
    went into another, people of that speak."""
    through = voices(session, [organisation_id], by=by, today=day_of(now)).get(organisation_id, organisation_id)
    if not may(by, verb, organisation=through, host=through):
        raise Forbidden(verb)


def demand_seen(row: Outcome, seen: int | None) -> None:
    """Refuse what was said of another version than the one that stands."""
    if seen is not None and seen != row.version:
        raise Refused([Refusal("outcome_changed_since", {"version": row.version})])


def demand_known(session: Session, said: Statement, parties: Collection[UUID]) -> None:
    """All that a statement names and nobody knows. Raises Invalid."""
    faults: list[FieldError] = []
    names = said.organisations
    known = set(session.scalars(select(Organisation.id).where(Organisation.id.in_(names))))
    if names - known:
        faults.append(FieldError("parties", "unknown", "unknown"))
    places = {each.facility_id for each in said.shares if each.facility_id} | set(said.facilities)
    if places - set(session.scalars(select(Facility.id).where(Facility.id.in_(places)))):
        faults.append(FieldError("facilities", "unknown", "unknown"))
    codes = {each["currency"] for each in (*said.receipts, said.value or {}) if each.get("currency")}
    if codes - set(session.scalars(select(Currency.code).where(Currency.code.in_(codes)))):
        faults.append(FieldError("value.currency", "currency_unknown", "currency_unknown"))
    people = {UUID(each["person_id"]) for each in said.creators if each.get("person_id")}
    members = select(Membership.person_id).where(
        Membership.person_id.in_(people), Membership.organisation_id.in_(parties)
    )
    if people - set(session.scalars(members)):
        faults.append(FieldError("creators", "unknown", "unknown"))
    if faults:
        raise Invalid(faults)


def add_version(session: Session, row: Outcome, said: Statement, number: int, *, now: datetime, by: Actor) -> None:
    """Add a version and let the outcome show it; earlier ones stay as they are."""
    version = OutcomeVersion(
        outcome_id=row.id,
        number=number,
        recorded_at=now,
        recorded_by=by.person_id,
        identifiers=[
            {"scheme": each.scheme, "value": each.value, "normalised": each.normalised, "check_ok": each.check_ok}
            for each in said.identifiers
        ],
        priorities=list(said.priorities),
        classes=list(said.classes),
        creators=[dict(each) for each in said.creators],
        receipts=[dict(each) for each in said.received],
        facilities=list(said.facilities),
        **{name: getattr(said, name) for name in _PLAIN},
    )
    session.add(version)
    session.flush()
    _add_parties(session, version.id, said)
    row.version, row.type, row.date_event = number, said.type, said.date_event
    row.confidentiality, row.embargo_until = said.confidentiality, said.embargo_until
    session.execute(delete(OutcomeIdentifier).where(OutcomeIdentifier.outcome_id == row.id))
    session.add_all(
        OutcomeIdentifier(outcome_id=row.id, scheme=each.scheme, normalised=each.normalised)
        for each in said.identifiers
    )
    session.flush()


def _add_parties(session: Session, version_id: UUID, said: Statement) -> None:
    """Each party with what it was on the day of the event, and the shares."""
    ids = {each.organisation_id for each in said.parties}
    places = seats_on(session, ids, said.date_event)
    tops = group_tops(session, ids, said.date_event)
    session.add_all(
        OutcomeParty(
            version_id=version_id,
            organisation_id=each.organisation_id,
            role=each.role,
            jurisdiction=places[each.organisation_id].jurisdiction_code,
            sector=places[each.organisation_id].kind.value,
            size_class=each.size_class,
            group_id=tops[each.organisation_id],
        )
        for each in said.parties
    )
    session.add_all(
        OutcomeShare(
            version_id=version_id,
            basis=each.basis,
            organisation_id=each.organisation_id,
            facility_id=each.facility_id,
            share=each.share,
        )
        for each in said.shares
    )
    session.flush()


def happened(
    session: Session,
    row: Outcome,
    verb: OutcomeVerb,
    *,
    now: datetime,
    by: Actor,
    organisation_id: UUID | None = None,
    reason: str = "",
) -> None:
    """Add an event with the status and level from then on, and write it into the history."""
    last = select(OutcomeEvent.number).where(OutcomeEvent.outcome_id == row.id).order_by(OutcomeEvent.number.desc())
    number = (session.scalar(last.limit(1)) or 0) + 1
    session.add(
        OutcomeEvent(
            outcome_id=row.id,
            number=number,
            verb=verb,
            version=row.version,
            organisation_id=organisation_id,
            at=now,
            by=by.person_id,
            status=row.status,
            level=row.level,
            reason=reason,
        )
    )
    session.flush()
    details = {"version": row.version, "status": row.status.value, "level": row.level}
    text = {"reason": reason} if reason else None
    fresh = verb is OutcomeVerb.DRAFT
    subject = Subject("outcome", row.id)
    record(session, subject, HISTORY_VERBS[verb], now=now, by=by.person_id, details=details, text=text, fresh=fresh)
    if not fresh:
        defer(session, MEASURE, {"outcome": str(row.id)}, now=now)


HISTORY_VERBS = {
    OutcomeVerb.DRAFT: "outcome.drafted",
    OutcomeVerb.REVISE: "outcome.revised",
    OutcomeVerb.SUBMIT: "outcome.submitted",
    OutcomeVerb.CONFIRM: "outcome.confirmed",
    OutcomeVerb.DISPUTE: "outcome.disputed",
    OutcomeVerb.SETTLE: "outcome.settled",
    OutcomeVerb.WITHDRAW: "outcome.withdrawn",
    OutcomeVerb.CHECK: "outcome.checked",
}


def people_for(session: Session, row: Outcome, organisations: Iterable[UUID], now: datetime) -> list[UUID]:
    """Who is told on behalf of some organisations: managers of theirs, or of what they went into, and whom they name
    for the collaboration. One that left every collaboration of the outcome is told nothing more, save the reporter."""
    found: list[UUID] = []
    today = day_of(now)
    gone = left(session, row, today) - {row.organisation_id}
    into = canonical(session, today)
    for organisation_id in sorted(set(organisations) - gone):
        found += people_with_role(session, into.get(organisation_id, organisation_id), KEEPERS, now)
        found += named_by(session, row, organisation_id, today)
    return list(dict.fromkeys(found))


def reporters(session: Session, row: Outcome, now: datetime) -> list[UUID]:
    """Who is told on behalf of the reporter: whoever entered it, if still there, and the managers."""
    places = {row.organisation_id, successor(session, row.organisation_id, day_of(now))}
    there = select(Membership.person_id).where(
        Membership.person_id == row.created_by, Membership.organisation_id.in_(places)
    )
    mine = list(session.scalars(there.limit(1)))
    return list(dict.fromkeys([*mine, *people_for(session, row, [row.organisation_id], now)]))


def tell_of(
    session: Session,
    row: Outcome,
    people: Iterable[UUID],
    code: str,
    *,
    now: datetime,
    by: Actor,
    reason: str = "",
) -> None:
    """Tell people of what happened to an outcome, except whoever did it."""
    titled = OutcomeVersion.outcome_id == row.id, OutcomeVersion.number == row.version
    details: dict[str, Any] = {
        "what": session.scalars(select(OutcomeVersion.title).where(*titled)).one(),
        "reference": row.reference,
        "reason": reason,
        "path": f"outcomes/{row.id}",
    }
    details |= of_people(worded={"reason": by.person_id if reason else None})
    tell(session, [person for person in people if person != by.person_id], code, details, now=now)


def said_to(row: Outcome) -> bool:
    """Whether other sides know of it at all."""
    return row.status is not OutcomeStatus.DRAFT
