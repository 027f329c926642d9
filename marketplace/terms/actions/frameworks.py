"""Framework agreements: proposed by one side, agreed by the other, extended to new versions, ended with notice.

Locks go from facilities to frameworks, as publishing a version takes them, so that a version published meanwhile is
either named by the framework or asked for, never missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries import people_with_role
from marketplace.accounts.queries.organisations import organisation
from marketplace.catalogue.models import Facility
from marketplace.catalogue.queries.facilities import visible_to as facilities_visible_to
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import tell
from marketplace.terms.models import Framework, FrameworkSide, FrameworkState, FrameworkTerms, TermsVersion
from marketplace.terms.queries.frameworks import local_day, sides_of, visible_to
from marketplace.terms.rules.frameworks import Answer, Proposal, answers, early_end, faults, standing
from marketplace.values import refusal
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refusal, StateForbids


def propose(session: Session, proposal: Proposal, *, now: datetime, by: Actor) -> Framework:
    """Propose a framework over the versions in force; the other side is told. Raises `Invalid`, and `Refused` where
    there are no terms to agree on, or the same is proposed already."""
    sides = {
        FrameworkSide.HOST: {"host": proposal.host_id},
        FrameworkSide.USER: {"organisation": proposal.organisation_id},
    }
    demand(by, "framework.propose", **sides[proposal.side])
    _demand_there(session, proposal, by)
    if errors := tuple(faults(proposal, local_day(session, proposal.host_id, now))):
        raise Invalid(errors)
    versions = _in_force(session, proposal.host_id, proposal.facility_id)
    if not versions:
        raise refusal.Refused([Refusal("framework_without_terms")])
    row = Framework(
        id=new_id(),
        host_id=proposal.host_id,
        organisation_id=proposal.organisation_id,
        facility_id=proposal.facility_id,
        state=FrameworkState.PROPOSED,
        proposed_side=proposal.side,
        from_day=proposal.from_day,
        until_day=proposal.until_day,
        notice_days=proposal.notice_days,
        revision=1,
        proposed_at=now,
        proposed_by=by.id,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise refusal.Refused([Refusal("framework_proposed_already")]) from None
    _name(session, row, versions, now)
    _done(session, row, "framework.proposed", now=now, by=by)
    return row


def agree(session: Session, framework_id: UUID, revision: int, *, now: datetime, by: Actor) -> Framework:
    """Accept what the other side proposed, as it stood at `revision`: from now on the versions named are covered."""
    row = _answered(session, framework_id, "agree", now=now, by=by)
    _demand_seen(row, revision)
    row.state, row.answered_at, row.answered_by = FrameworkState.AGREED, now, by.id
    _cover(session, row, now, by)
    _done(session, row, "framework.agreed", now=now, by=by)
    return row


def decline(session: Session, framework_id: UUID, *, now: datetime, by: Actor) -> Framework:
    """Turn down what the other side proposed."""
    return _closed(session, framework_id, "decline", now=now, by=by)


def withdraw(session: Session, framework_id: UUID, *, now: datetime, by: Actor) -> Framework:
    """Take back what one's own side proposed."""
    return _closed(session, framework_id, "withdraw", now=now, by=by)


def end(session: Session, framework_id: UUID, *, now: datetime, by: Actor) -> Framework:
    """End a framework early, with its notice: either side may. What was accepted under it stays accepted."""
    row = _answered(session, framework_id, "end", now=now, by=by)
    row.ended_at, row.ended_by = now, by.id
    row.ends_on = early_end(row, local_day(session, row.host_id, now))
    _done(session, row, "framework.ended", now=now, by=by)
    return row


def extend(session: Session, framework_id: UUID, revision: int, *, now: datetime, by: Actor) -> Framework:
    """Agree that the versions asked for are covered too, as they stood at `revision`."""
    row = _answered(session, framework_id, "extend", now=now, by=by)
    _demand_seen(row, revision)
    _cover(session, row, now, by)
    _done(session, row, "framework.extended", now=now, by=by)
    return row


def ask_to_extend(session: Session, facility: Facility, version: TermsVersion, *, now: datetime, by: Actor) -> None:
    """A version was published: proposals name it in place of the one before, frameworks that hold ask to be extended
    to it, and both sides are told. One that says what is covered already asks for nothing."""
    chosen = or_(Framework.facility_id == facility.id, Framework.facility_id.is_(None))
    open_ = Framework.state.in_([FrameworkState.PROPOSED, FrameworkState.AGREED])
    found = select(Framework).where(Framework.host_id == facility.organisation_id, chosen, open_).order_by(Framework.id)
    rows = session.scalars(found.with_for_update()).all()
    today = local_day(session, facility.organisation_id, now) if rows else None
    for row in rows:
        if today is None or standing(row, today) == "over" or _covers(session, row, version):
            continue
        waiting = FrameworkTerms.framework_id == row.id, FrameworkTerms.facility_id == facility.id
        session.execute(delete(FrameworkTerms).where(*waiting, FrameworkTerms.agreed_at.is_(None)))
        _name(session, row, [version], now)
        row.revision += 1
        _done(session, row, "framework.asks", now=now, by=by, number=version.number, facility=dict(facility.name))


def _covers(session: Session, row: Framework, version: TermsVersion) -> bool:
    same = FrameworkTerms.facility_id == version.facility_id, FrameworkTerms.digest == version.digest
    agreed = select(FrameworkTerms.framework_id).where(FrameworkTerms.framework_id == row.id, *same)
    return session.scalar(agreed.where(FrameworkTerms.agreed_at.is_not(None)).limit(1)) is not None


def _demand_there(session: Session, proposal: Proposal, by: Actor) -> None:
    """Both organisations and the facility exist, as far as `by` can know."""
    for name, wanted in (("host", proposal.host_id), ("organisation", proposal.organisation_id)):
        try:
            organisation(session, wanted, by)
        except NotFound:
            raise Invalid.one(name, "unknown") from None
    if proposal.facility_id is None:
        return
    chosen = Facility.id == proposal.facility_id, Facility.organisation_id == proposal.host_id
    if session.scalar(select(Facility.id).where(*chosen, facilities_visible_to(by))) is None:
        raise Invalid.one("facility", "unknown")


def _in_force(session: Session, host_id: UUID, facility_id: UUID | None) -> Sequence[TermsVersion]:
    """The versions in force, with their facilities kept from publishing another one meanwhile."""
    chosen = Facility.organisation_id == host_id if facility_id is None else Facility.id == facility_id
    places = select(Facility.id).where(chosen).order_by(Facility.id).with_for_update(read=True)
    ids = session.scalars(places).all()
    newest = (
        select(TermsVersion)
        .ext(distinct_on(TermsVersion.facility_id))
        .where(TermsVersion.facility_id.in_(ids))
        .order_by(TermsVersion.facility_id, TermsVersion.number.desc())
    )
    return session.scalars(newest).all()


def _name(session: Session, row: Framework, versions: Iterable[TermsVersion], now: datetime) -> None:
    session.add_all(
        FrameworkTerms(
            framework_id=row.id,
            terms_version_id=version.id,
            facility_id=version.facility_id,
            digest=version.digest,
            asked_at=now,
        )
        for version in versions
    )
    session.flush()


def _cover(session: Session, row: Framework, now: datetime, by: Actor) -> None:
    asked = FrameworkTerms.framework_id == row.id, FrameworkTerms.agreed_at.is_(None)
    session.execute(update(FrameworkTerms).where(*asked).values(agreed_at=now, agreed_by=by.id))


def _answered(session: Session, framework_id: UUID, verb: Answer, *, now: datetime, by: Actor) -> Framework:
    """The framework, locked, for a side that may do `verb` as it stands."""
    chosen = select(Framework).where(Framework.id == framework_id, visible_to(by)).with_for_update()
    row = session.scalar(chosen.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("framework")
    demand(by, "framework.answer", organisation=row.organisation_id, host=row.host_id)
    today = local_day(session, row.host_id, now)
    asks = select(FrameworkTerms.framework_id).where(FrameworkTerms.framework_id == row.id)
    waits = session.scalar(asks.where(FrameworkTerms.agreed_at.is_(None)).limit(1)) is not None
    offered = answers(row, today, asks=waits)
    if verb not in offered:
        raise StateForbids(standing(row, today), verb)
    if not offered[verb] & sides_of(row, by):
        raise Forbidden("framework.answer")
    return row


def _demand_seen(row: Framework, revision: int) -> None:
    """Nobody agrees to what they have not seen."""
    if row.revision != revision:
        raise refusal.Refused([Refusal("framework_changed", {"revision": row.revision})])


def _closed(session: Session, framework_id: UUID, verb: Answer, *, now: datetime, by: Actor) -> Framework:
    row = _answered(session, framework_id, verb, now=now, by=by)
    row.state = FrameworkState.DECLINED if verb == "decline" else FrameworkState.WITHDRAWN
    row.answered_at, row.answered_by = now, by.id
    done = "framework.declined" if verb == "decline" else "framework.withdrawn"
    _done(session, row, done, now=now, by=by)
    return row


def _done(session: Session, row: Framework, verb: str, *, now: datetime, by: Actor, **more: object) -> None:
    """Write down what was done, and tell both sides, save whoever did it."""
    session.flush()
    details = {"revision": row.revision, **({"number": more["number"]} if "number" in more else {})}
    record(session, Subject("framework", row.id), verb, now=now, by=by.person_id, details=details)
    people = parties_of(session, row, now=now)
    tell(session, people - {by.person_id}, verb.replace(".", "_"), told_of(session, row) | more, now=now)


def parties_of(session: Session, row: Framework, *, now: datetime) -> set[UUID]:
    """Who answers for either side."""
    return {
        *people_with_role(session, row.host_id, [Role.HOST_MANAGER], now),
        *people_with_role(session, row.organisation_id, [Role.MANAGER], now),
    }


def told_of(session: Session, row: Framework) -> dict[str, Any]:
    """What a notice about a framework needs: both sides, its days, and where it leads."""
    both = select(Organisation.id, Organisation.name).where(Organisation.id.in_([row.host_id, row.organisation_id]))
    names = {id: dict(name) for id, name in session.execute(both)}
    return {
        "host": names[row.host_id],
        "organisation": names[row.organisation_id],
        "first": row.from_day.isoformat(),
        "last": row.last_day.isoformat(),
        "path": f"frameworks/{row.id}",
    }
