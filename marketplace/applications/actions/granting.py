"""What a decision means: entries of the vault, the booking's plan made anew, or its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.applications.actions.loading import Loaded
from marketplace.applications.models import Application, ApplicationState
from marketplace.applications.queries.grounds import ground_of
from marketplace.applications.queries.rows import of_booking
from marketplace.applications.rules.delay import refusal_ends
from marketplace.applications.rules.drafting import facts_of, wanted
from marketplace.applications.rules.validity import scope_of, until
from marketplace.bookings.actions.permits import replan
from marketplace.bookings.actions.permits_failing import fail_permits
from marketplace.bookings.models import PlanCause
from marketplace.bookings.queries.permits import latest_plan
from marketplace.jurisdictions.models import Agency
from marketplace.permits.actions.vault import LONGEST_REASON, enter, reject, revoke
from marketplace.permits.models import PermitRule, VaultEntry, VaultKind, VaultState
from marketplace.permits.queries import vocabulary
from marketplace.permits.queries.rules import rule_book
from marketplace.permits.rules.vault import NewEntry, scope_names, turns_on

KINDS: Final[Mapping[str, VaultKind]] = {
    "approval": VaultKind.APPROVAL,
    "licence": VaultKind.LICENCE,
    "registration": VaultKind.REGISTRATION,
    "gate": VaultKind.APPROVAL,
}


def enter_approvals(
    session: Session, found: Loaded, file_id: UUID | None, *, now: datetime, by: Actor, outside: bool
) -> None:
    """Enter into the vault what was granted, with its own paper, and plan the booking anew.

    What an officer granted, and a duty that the applicant did, counts at once. What an applicant records of an
    authority outside waits for an administrator's word: nobody lifts their own obstacle. Where a rule has an office on
    either side, both must take the filing: each approval counts beside the other's.
    """
    # The platform enters what an officer or the applicant said; who said it stands beside it.
    row, actor = found.application, replace(by, via="system")
    granted = None if outside else row.id
    new = [each for rule_id in row.covers for each in _new(session, found, rule_id=rule_id, file_id=file_id)]
    kept = [enter(session, each, now=now, by=actor, granted=granted) for each in new]
    row.entries = [str(each.id) for each in kept]
    session.flush()
    replan(session, found.booking.id, PlanCause.VAULT, now=now, by=SYSTEM)


def _others(session: Session, row: Application) -> list[UUID]:
    """The applications of other sides under the same rule: those that the plan asks for beside this one, else all."""
    there = of_booking(session, row.booking_id)
    rows = [each for each in there if each.rule_id == row.rule_id and each.side != row.side]
    plan = latest_plan(session, row.booking_id) if rows else None
    asked = {each.side for each in wanted(ground_of(session, plan)) if each.rule == row.rule_id} if plan else set()
    return [each.id for each in rows if row.side not in asked or each.side in asked]


def _new(session: Session, found: Loaded, *, rule_id: str, file_id: UUID | None) -> list[NewEntry]:
    """What is entered under a rule: one approval, or, where each may be used once, one for each thing that crosses."""
    row = found.application
    told = _row_of(session, rule_id, row)
    others = {found.booking.organisation_id, found.around.host_id} - {row.applicant_id}
    on = row.decided_on or found.today
    applicant = session.get_one(Organisation, row.applicant_id)
    once = (told.get("validity") or {}).get("uses") == "single"
    parents = list(dict.fromkeys(flow.removesuffix("/return") for flow in row.flows))
    one = NewEntry(
        kind=KINDS.get(told.get("kind", ""), VaultKind.FILING),
        organisation_id=None if row.person_id else row.applicant_id,
        person_id=row.person_id,
        rule_id=rule_id,
        number=row.number or found.booking.reference,
        issuer_code=row.agency_code,
        issuer="" if row.agency_code else next(iter(applicant.name.values()), applicant.slug),
        parties=sorted(others),
        valid_from=row.valid_from or on,
        valid_to=row.valid_to,
        file_id=file_id,
        application_id=row.id,
        beside=_others(session, row),
    )
    shares = [[flow] for flow in parents] if once and parents else [row.flows]
    return [replace(one, scope=_scope(session, row, rule_id, flows)) for flows in shares]


def _row_of(session: Session, rule_id: str, row: Application) -> Mapping[str, Any]:
    versions = select(PermitRule.told).where(PermitRule.rule_id == rule_id).order_by(PermitRule.version.desc())
    named = versions.where(PermitRule.version == row.rule_version) if rule_id == row.rule_id else versions
    return session.scalars(named.limit(1)).first() or {}


def _scope(session: Session, row: Application, rule_id: str, flows: Sequence[str]) -> dict[str, Any]:
    """What the approval covers: things of the kinds that were told, between the places that were told, as much of
    them as was told."""
    plan, book = latest_plan(session, row.booking_id), rule_book(session)
    rule = next(iter(book.versions.get(rule_id, ())), None)
    facts = dict(facts_of(plan.facts, flows)) if plan else {}
    return scope_of(facts, scope_names(rule, vocabulary(session)), turns_on(rule, book) if rule else ())


def default_validity(session: Session, found: Loaded, given: date | None, on: date) -> date | None:
    """Until when an approval holds where nobody said: the rule's own time, or, for single use, the booking's end."""
    if given is not None:
        return given
    row = found.application
    plan = latest_plan(session, row.booking_id)
    flows = [entry for _, entry in facts_of(plan.facts, row.flows)] if plan else []
    validity = _row_of(session, row.rule_id, row).get("validity") or {}
    return until(validity, on, flows, found.booking.ends_at.date())


def end_approvals(session: Session, row: Application, reason: str, *, now: datetime, by: Actor) -> None:
    """An approval is taken back: its entries count no more, and whatever leans on them is looked at again."""
    ids = [UUID(each) for each in row.entries]
    actor = replace(by, via="system")
    brief = reason if len(reason) <= LONGEST_REASON else f"{reason[: LONGEST_REASON - 1]}…"
    for entry in session.scalars(select(VaultEntry).where(VaultEntry.id.in_(ids)).order_by(VaultEntry.id)).all():
        if entry.state is VaultState.VERIFIED:
            revoke(session, entry.id, brief, now=now, by=actor)
        elif entry.state is VaultState.UNVERIFIED:
            reject(session, entry.id, brief, now=now, by=actor)
    replan(session, row.booking_id, PlanCause.VAULT, now=now, by=SYSTEM)


def end_where_refused(
    session: Session, found: Loaded, reason: str, *, now: datetime, by: Actor, outside: bool = False
) -> bool:
    """A refusal that leaves no lawful way ends the booking; True where it did."""
    row, plan = found.application, latest_plan(session, found.booking.id)
    if plan is None or not any(
        refusal_ends(row.covers, plan.awaited, plan.requirements, refused) for refused in _refused(session, row)
    ):
        return False
    agency = session.get(Agency, row.agency_code) if row.agency_code else None
    authority = dict(agency.name) if agency else {}
    # Why a person got no permit of their own is not for the other side of the booking.
    said = "" if row.person_id else reason
    ended = fail_permits(session, found.booking.id, said, now=now, by=by, authority=authority, outside=outside)
    return ended is not None


def _refused(session: Session, row: Application) -> list[list[str]]:
    """What was refused, for each person whose way it may have been: what another was refused takes nobody's way."""
    rows = [each for each in of_booking(session, row.booking_id) if each.state is ApplicationState.REFUSED]
    people = {row.person_id} if row.person_id else {None, *(each.person_id for each in rows)}
    return [[rule for each in rows if each.person_id in (None, person) for rule in each.covers] for person in people]
