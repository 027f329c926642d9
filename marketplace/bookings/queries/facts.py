"""What the verbs need to know before they judge: the offer, who asks, and what is booked already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role, Verification
from marketplace.accounts.queries import people_with_role
from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.availability.rules import Setting, local_day, local_midnight
from marketplace.bookings.rules import Listing, Party, Standing, local_weeks
from marketplace.pricing.models import RatePer
from marketplace.values.money import Money
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound

# A host that was suspended, or whose verification was taken back, lists nothing that could be booked or looked at.
# One statement for everything about one wish but its times: unit, facility, host, terms, the rate on the local day of
# the start, the organisation that asks and the person's place in it, and whether this request was answered before.
# Holds are few per person, so the deadline is looked at last: as a condition it would call in the index of all holds.
_OFFER = text("""
    SELECT u.id AS unit_id, u.name AS unit_name, u.state AS unit_state, u.kind AS unit_kind,
           f.id AS facility_id, f.name AS facility_name, f.slug, f.address AS facility_address,
           CASE WHEN h.verification = 'verified' AND h.suspended_at IS NULL
                THEN f.state ELSE 'withheld' END AS facility_state,
           f.organisation_id AS host_id, h.name AS host_name,
           t.id AS terms_id, t.number AS terms_number, t.digest AS terms_digest,
           o.id AS organisation_id, o.name AS organisation_name, o.verification, o.suspended_at,
           p.id AS person_id, p.name AS person_name,
           (SELECT array_agg(m.role) FROM memberships m
             WHERE m.person_id = :person AND m.organisation_id = :organisation) AS roles,
           (SELECT count(*) FILTER (WHERE b.held_until > :now) FROM bookings b
             WHERE b.person_id = :person AND b.state = 'held') AS holds,
           (SELECT count(*) FILTER (WHERE b.held_until > :now) FROM bookings b
             WHERE b.organisation_id = :organisation AND b.state = 'held') AS organisation_holds,
           b.id AS repeated_id, b.request_digest AS repeated_digest,
           r.id AS rate_id, r.amount_minor, r.currency, r.per
      FROM units u
      JOIN facilities f ON f.id = u.facility_id
      JOIN organisations h ON h.id = f.organisation_id
      LEFT JOIN LATERAL (
           SELECT id, number, digest FROM terms_versions
            WHERE facility_id = f.id ORDER BY number DESC LIMIT 1) t ON true
      LEFT JOIN jurisdictions j ON j.code = f.jurisdiction_code
      LEFT JOIN LATERAL (
           SELECT id, amount_minor, currency, per FROM rates
            WHERE unit_id = u.id
              AND valid_from <= (:start AT TIME ZONE coalesce(f.time_zone, j.time_zone, :assumed))::date
            ORDER BY valid_from DESC LIMIT 1) r ON true
      LEFT JOIN organisations o ON o.id = :organisation
      LEFT JOIN people p ON p.id = :person AND p.suspended_at IS NULL AND p.erased_at IS NULL
      LEFT JOIN bookings b ON b.person_id = :person AND b.idempotency_key = :key
     WHERE u.id = :unit
""")

_OWN = text("""
    SELECT starts_at, ends_at FROM bookings
     WHERE person_id = :person AND unit_id = :unit AND ends_at > :since AND id IS DISTINCT FROM :without
       AND (state IN ('confirmed', 'in_use', 'completed') OR state = 'held' AND held_until > :now)
""")

_OF_ORGANISATION = text("""
    SELECT starts_at, ends_at FROM bookings
     WHERE organisation_id = :organisation AND unit_id = :unit AND ends_at > :start AND starts_at < :end
       AND id IS DISTINCT FROM :without
       AND (state IN ('confirmed', 'in_use', 'completed') OR state = 'held' AND held_until > :now)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms version that a booking pins."""

    id: UUID
    number: int
    digest: str

    def named_by(self, name: str) -> bool:
        """Whether somebody means this version: by id, by number or by digest."""
        return name in (str(self.id), str(self.number), self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRate:
    """The rate in force on the local day on which a period starts."""

    id: UUID
    amount: Money
    per: RatePer


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A unit and its surroundings as one person sees them when booking for one organisation."""

    unit_id: UUID
    unit_name: Mapping[str, str]
    unit_kind: str
    facility_id: UUID
    facility_name: Mapping[str, str]
    facility_slug: str
    facility_address: Mapping[str, str]
    host_id: UUID
    host_name: Mapping[str, str]
    listing: Listing
    party: Party
    organisation_name: Mapping[str, str]
    person_id: UUID | None
    person_name: str
    terms: Terms | None
    rate: PublicRate | None
    holds: int
    organisation_holds: int
    repeated_id: UUID | None
    repeated_digest: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """For whom an offer is read: the person, the organisation, from when, and the key of a retry."""

    unit_id: UUID
    person_id: UUID | None
    organisation_id: UUID | None
    start: datetime
    key: str | None = None


def offer(session: Session, asker: Asker, now: datetime) -> Offer:
    """The offer in one statement; raises NotFound for an unknown unit."""
    values = {
        "unit": asker.unit_id,
        "person": asker.person_id,
        "organisation": asker.organisation_id,
        "key": asker.key,
        "start": asker.start,
        "assumed": ASSUMED_ZONE,
        "now": now,
    }
    row = session.execute(_OFFER, values).mappings().one_or_none()
    if row is None:
        raise NotFound("unit")
    return Offer(
        listing=Listing(facility_state=row["facility_state"], unit_state=row["unit_state"]),
        party=_party(row),
        organisation_name=row["organisation_name"] or {},
        person_id=row["person_id"],
        person_name=row["person_name"] or "",
        terms=_terms(row),
        rate=_rate(row),
        facility_slug=row["slug"],
        **{name: row[name] for name in _PLAIN},
    )


_PLAIN = (
    "unit_id", "unit_name", "unit_kind", "facility_id", "facility_name", "facility_address", "host_id",
    "host_name", "holds", "organisation_holds", "repeated_id", "repeated_digest",
)  # fmt: skip


def people_of_host(session: Session, host_id: UUID, now: datetime) -> list[UUID]:
    """Who decides for a host: its host managers, and those who stand in for them at `now`."""
    return people_with_role(session, host_id, [Role.HOST_MANAGER], now)


def standing(
    session: Session, known: Offer, setting: Setting, period: Period, *, now: datetime, without: UUID | None = None
) -> Standing:
    """What is booked already, as far as the unit's rules ask for it: at most two statements, none without limits."""
    rules = setting.rules
    values: dict[str, Any] = {"unit": known.unit_id, "now": now, "without": without}
    own: tuple[Period, ...] = ()
    limits = rules.max_per_day, rules.max_at_once, rules.max_future_minutes, rules.min_gap
    if known.person_id and any(limit is not None for limit in limits):
        since = min(now, local_midnight(local_day(period.start, setting.zone), setting.zone))
        values |= {"person": known.person_id, "since": since - timedelta(minutes=rules.min_gap or 0)}
        own = _periods(session, _OWN, values)
    ours: tuple[Period, ...] = ()
    if known.party.organisation_id and rules.organisation_weekly_hours is not None:
        weeks = local_weeks(period, setting)
        values |= {"organisation": known.party.organisation_id, "start": weeks[0].start, "end": weeks[-1].end}
        ours = _periods(session, _OF_ORGANISATION, values)
    return Standing(own=own, organisation=ours, holds=known.holds, organisation_holds=known.organisation_holds)


def _periods(session: Session, statement: Any, values: Mapping[str, Any]) -> tuple[Period, ...]:
    return tuple(Period(start, end) for start, end in session.execute(statement, values))


def _party(row: RowMapping) -> Party:
    return Party(
        organisation_id=row["organisation_id"],
        host_id=row["host_id"],
        roles=frozenset(Role(role) for role in row["roles"] or ()),
        name=row["organisation_name"] or {},
        verified=row["verification"] == Verification.VERIFIED.value,
        suspended=row["suspended_at"] is not None,
    )


def _rate(row: RowMapping) -> PublicRate | None:
    if row["rate_id"] is None:
        return None
    return PublicRate(id=row["rate_id"], amount=Money(row["amount_minor"], row["currency"]), per=RatePer(row["per"]))


def _terms(row: RowMapping) -> Terms | None:
    if row["terms_id"] is None:
        return None
    return Terms(id=row["terms_id"], number=row["terms_number"], digest=row["terms_digest"])
