"""Who may have a pack of what, and the packs that somebody asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries.organisations import organisation
from marketplace.collaborations.models import Collaboration, CollaborationParty
from marketplace.collaborations.queries.seats import visible_to
from marketplace.collaborations.queries.titles import title_of, titles
from marketplace.jurisdictions.models import Zone
from marketplace.outcomes.queries.reach import takes_part
from marketplace.spillovers.models import EvidencePack
from marketplace.spillovers.rules.scopes import Scope, ScopeKind
from marketplace.values.refusal import Forbidden, NotFound

Name = dict[str, str]
VERB = "evidence.ask"
# Of an organisation's figures only those speak who see its bookings on both sides.
OF_ORGANISATIONS = (Role.MANAGER, Role.HOST_MANAGER)
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """A scope that somebody may ask a pack of, with its name."""

    scope: Scope
    name: Name


def name_of(session: Session, scope: Scope, *, by: Actor, today: date) -> Name:
    """The name of what somebody may have a pack of. Raises NotFound; Forbidden for what they may see, but not that."""
    oversees = by.administrator or by.auditor
    if scope.kind is ScopeKind.COLLABORATION:
        row = session.scalar(select(Collaboration).where(Collaboration.id == scope.id, visible_to(by)))
        if row is None:
            raise NotFound("collaboration")
        mine = CollaborationParty.collaboration_id == row.id
        if (
            not oversees
            and session.scalar(select(CollaborationParty.organisation_id).where(mine, takes_part(by, today))) is None
        ):
            raise Forbidden(VERB)
        return title_of(session, row)
    if scope.kind is ScopeKind.ORGANISATION and scope.id is not None:
        place = organisation(session, scope.id, by)
        if not oversees and place.id not in by.organisations(*OF_ORGANISATIONS):
            raise Forbidden(VERB)
        return dict(place.name)
    zone = session.get(Zone, scope.code) if scope.kind is ScopeKind.ZONE else None
    if zone is None:
        raise NotFound("zone")
    if not oversees:
        raise Forbidden(VERB)
    return dict(zone.name)


def choices(session: Session, *, by: Actor, today: date) -> list[Choice]:
    """What somebody may ask a pack of: collaborations that they take part in, organisations, and zones."""
    oversees = by.administrator or by.auditor
    wanted = select(Collaboration).where(visible_to(by)).order_by(Collaboration.starts_on.desc(), Collaboration.id)
    if not oversees:
        joined = select(CollaborationParty.collaboration_id).where(takes_part(by, today))
        wanted = wanted.where(Collaboration.id.in_(joined))
    rows = list(session.scalars(wanted.limit(MOST_SHOWN)))
    named = titles(session, rows)
    found = [Choice(Scope(ScopeKind.COLLABORATION, id=row.id), named[row.id]) for row in rows]
    own = (
        select(Organisation).where(Organisation.id.in_(by.organisations(*OF_ORGANISATIONS))).order_by(Organisation.slug)
    )
    found += [Choice(Scope(ScopeKind.ORGANISATION, id=row.id), dict(row.name)) for row in session.scalars(own)]
    if oversees:
        zones = session.scalars(select(Zone).order_by(Zone.code))
        found += [Choice(Scope(ScopeKind.ZONE, code=row.code), dict(row.name)) for row in zones]
    return found


def packs_of(session: Session, person_id: UUID) -> Sequence[EvidencePack]:
    """The packs that somebody asked for, the last first."""
    wanted = select(EvidencePack).where(EvidencePack.asked_by == person_id)
    return session.scalars(
        wanted.order_by(EvidencePack.asked_at.desc(), EvidencePack.id.desc()).limit(MOST_SHOWN)
    ).all()


def pack_for(session: Session, pack_id: UUID, *, by: Actor, today: date) -> EvidencePack:
    """One's own pack, while one may still have its scope's. Raises NotFound."""
    row = session.get(EvidencePack, pack_id)
    if row is None or row.asked_by != by.person_id:
        raise NotFound("pack")
    try:
        name_of(session, row.scope, by=by, today=today)
    except Forbidden:
        raise NotFound("pack") from None
    return row
