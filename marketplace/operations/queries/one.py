"""One session of use with what stands around it, and every row that it ever was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand, may
from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.operations.models import UseSession
from marketplace.operations.rules.details import Details, missing
from marketplace.values.refusal import NotFound

_AROUND = text("""
    SELECT u.name AS unit_name, f.name AS facility_name, f.slug AS facility_slug, f.organisation_id AS host_id,
           coalesce(f.time_zone, j.time_zone, :assumed) AS zone, b.reference, b.purpose,
           coalesce(p.name, p.pseudonym) AS person_name, o.name AS organisation_name,
           coalesce(r.asks, '[]') AS asks
      FROM sessions s JOIN units u ON u.id = s.unit_id JOIN facilities f ON f.id = u.facility_id
      JOIN organisations o ON o.id = s.organisation_id
      LEFT JOIN jurisdictions j ON j.code = f.jurisdiction_code LEFT JOIN bookings b ON b.id = s.booking_id
      LEFT JOIN people p ON p.id = s.person_id LEFT JOIN booking_rules r ON r.unit_id = u.id
     WHERE s.id = :id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class UsePage:
    """A session as it stands, its former rows from the first, and what this reader may do to it."""

    use: UseSession
    former: Sequence[UseSession]
    unit_name: Mapping[str, str]
    facility_name: Mapping[str, str]
    facility_slug: str
    zone: str
    reference: str | None
    person_name: str | None
    organisation_name: Mapping[str, str]
    asks: Sequence[str]
    describes: bool
    corrects: bool

    @property
    def missing(self) -> list[str]:
        """What the unit asks for and nobody has put down."""
        use = self.use
        told = Details(
            purpose=use.purpose,
            samples=use.samples,
            operator_minutes=use.operator_minutes,
            consumables=use.consumables,
        )
        return missing(self.asks, told)


def use_page(session: Session, session_id: UUID, *, by: Actor) -> UsePage:
    """A session by any of its rows, as it stands; raises NotFound for a stranger's."""
    named = session.get(UseSession, session_id)
    if named is None:
        raise NotFound("session")
    around = session.execute(_AROUND, {"id": session_id, "assumed": ASSUMED_ZONE}).one()
    parties = {"owner": named.person_id, "organisation": named.organisation_id, "host": around.host_id}
    demand(by, "session.see", **parties)
    line = select(UseSession).where(UseSession.line_id == named.line_id).order_by(UseSession.recorded_at, UseSession.id)
    rows = session.scalars(line).all()
    standing = [row for row in rows if row.superseded_at is None]
    if not standing:
        raise NotFound("session")
    same = ("unit_name", "facility_name", "facility_slug", "zone", "reference", "person_name", "organisation_name")
    return UsePage(
        use=standing[0],
        former=[row for row in rows if row.superseded_at is not None],
        asks=around.asks,
        describes=may(by, "session.describe", **parties),
        corrects=may(by, "session.correct", **parties) and standing[0].checked_out_at is not None,
        **{name: getattr(around, name) for name in same},
    )
