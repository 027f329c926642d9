"""Reading framework agreements: which one covers a booking's terms, and those that somebody may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.policy import Actor
from marketplace.catalogue.models import Facility
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.terms.models import Framework, FrameworkSide, FrameworkState, FrameworkTerms, TermsVersion
from marketplace.terms.rules.frameworks import Answer, Standing, answers, standing
from marketplace.values.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Covered:
    """A version that a framework names: `agreed_at` None while it is only asked for."""

    facility_id: UUID
    facility: Mapping[str, str]
    slug: str
    version: TermsVersion
    agreed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkRow:
    """One framework as somebody sees it: `today` is the host's local day, `verbs` what they may do with it."""

    framework: Framework
    host: Organisation
    organisation: Organisation
    facility: Facility | None
    today: date
    standing: Standing
    verbs: frozenset[Answer]
    covered: Sequence[Covered] = ()


def framework_for(
    session: Session, facility_id: UUID, organisation_id: UUID, *, version: UUID, on: date
) -> Framework | None:
    """The framework under which an organisation has accepted a version of a facility's terms on a day, None where
    there is none. A version that says the same as one that is covered is covered. One statement."""
    held = (
        select(Framework)
        .join(FrameworkTerms, FrameworkTerms.framework_id == Framework.id)
        .join(TermsVersion, TermsVersion.digest == FrameworkTerms.digest)
        .where(TermsVersion.id == version, TermsVersion.facility_id == facility_id)
        .where(FrameworkTerms.facility_id == facility_id, FrameworkTerms.agreed_at.is_not(None))
        .where(Framework.organisation_id == organisation_id, Framework.state == FrameworkState.AGREED)
        .where(Framework.from_day <= on, func.coalesce(Framework.ends_on, Framework.until_day) >= on)
    )
    return session.scalar(held.order_by(Framework.id).limit(1))


def visible_to(by: Actor) -> ColumnElement[bool]:
    """The frameworks that somebody may see: the policy's `framework.see`."""
    if by.administrator or by.auditor or by.via == "system":
        return true()
    if by.person_id is None:
        return false()
    return or_(
        Framework.organisation_id.in_(by.organisations()),
        Framework.host_id.in_(by.organisations(Role.HOST_STAFF, Role.HOST_MANAGER)),
    )


def sides_of(framework: Framework, by: Actor) -> frozenset[FrameworkSide]:
    """The sides that somebody answers for: a host manager for the host, a manager for the user."""
    held = {
        FrameworkSide.HOST: framework.host_id in by.organisations(Role.HOST_MANAGER),
        FrameworkSide.USER: framework.organisation_id in by.organisations(Role.MANAGER),
    }
    return frozenset(side for side, mine in held.items() if mine)


def framework_row(session: Session, framework_id: UUID, *, by: Actor, now: datetime) -> FrameworkRow:
    """One framework with the versions that it names; NotFound for a stranger."""
    rows = _rows(session, Framework.id == framework_id, by=by, now=now, limit=1)
    if not rows:
        raise NotFound("framework")
    return rows[0]


def frameworks(session: Session, *, by: Actor, now: datetime, limit: int = 100, offset: int = 0) -> list[FrameworkRow]:
    """The frameworks that somebody may see, the newest first."""
    return _rows(session, true(), by=by, now=now, limit=limit, offset=offset)


def local_day(session: Session, organisation_id: UUID, now: datetime) -> date:
    """The day that it is at an organisation."""
    zone = select(Jurisdiction.time_zone).join(Organisation, Organisation.jurisdiction_code == Jurisdiction.code)
    found = session.scalar(zone.where(Organisation.id == organisation_id))
    return now.astimezone(ZoneInfo(found or "Asia/Hong_Kong")).date()


def _rows(
    session: Session, chosen: ColumnElement[bool], *, by: Actor, now: datetime, limit: int, offset: int = 0
) -> list[FrameworkRow]:
    host, user = aliased(Organisation), aliased(Organisation)
    wanted = (
        select(Framework, host, user, Facility, Jurisdiction.time_zone)
        .join(host, host.id == Framework.host_id)
        .join(user, user.id == Framework.organisation_id)
        .outerjoin(Facility, Facility.id == Framework.facility_id)
        .outerjoin(Jurisdiction, Jurisdiction.code == host.jurisdiction_code)
        .where(chosen, visible_to(by))
        .order_by(Framework.id.desc())
    )
    found = session.execute(wanted.limit(limit).offset(offset)).all()
    covered = _covered(session, [framework.id for framework, *_ in found])
    rows = []
    for framework, its_host, its_user, facility, zone in found:
        today = now.astimezone(ZoneInfo(zone or "Asia/Hong_Kong")).date()
        named = covered.get(framework.id, [])
        sides = sides_of(framework, by)
        offered = answers(framework, today, asks=any(one.agreed_at is None for one in named))
        rows.append(
            FrameworkRow(
                framework=framework,
                host=its_host,
                organisation=its_user,
                facility=facility,
                today=today,
                standing=standing(framework, today),
                verbs=frozenset(verb for verb, open_to in offered.items() if open_to & sides),
                covered=named,
            )
        )
    return rows


def _covered(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Covered]]:
    wanted = (
        select(FrameworkTerms, Facility.name, Facility.slug, TermsVersion)
        .join(Facility, Facility.id == FrameworkTerms.facility_id)
        .join(TermsVersion, TermsVersion.id == FrameworkTerms.terms_version_id)
        .where(FrameworkTerms.framework_id.in_(ids))
        .order_by(Facility.slug, TermsVersion.number)
    )
    found: dict[UUID, list[Covered]] = {}
    for row, name, slug, version in session.execute(wanted) if ids else ():
        one = Covered(row.facility_id, name, slug, version, row.agreed_at)
        found.setdefault(row.framework_id, []).append(one)
    return found
