"""The whole answer to a wish before it is granted: every refusal, the gates it would open, its price, what is near.

The page that offers a booking, the API's preview and the verb that makes it all ask here, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership, Role
from marketplace.accounts.policy import Actor, may
from marketplace.availability.models import BookingMode
from marketplace.availability.queries import free_in, has_free_place, setting, settings
from marketplace.availability.rules import Setting, local_day, near_alternatives, open_days, open_minutes
from marketplace.availability.rules import refusals as period_refusals
from marketplace.bookings.models import Purpose
from marketplace.bookings.queries.facts import Asker, Offer, PublicRate, offer, standing
from marketplace.bookings.queries.permits import Planned, Wish, demand_travellers, permit_refusals, planned
from marketplace.bookings.queries.training import training_for
from marketplace.bookings.rules import BOOKING_ROLES, OWN_USE_ROLES, BookingRequest, Case, Demands, Opening, openings
from marketplace.bookings.rules import refusals as case_refusals
from marketplace.bookings.rules.permits import letter_first
from marketplace.catalogue.models import Unit, UnitState
from marketplace.pricing.rules import Priced, priced
from marketplace.terms.queries import framework_for
from marketplace.values.money import Money
from marketplace.values.period import Period
from marketplace.values.refusal import JSON, Forbidden, NotFound, Refusal

# How far to either side of what was wanted an alternative is looked for.
NEAR = timedelta(days=14)
MOST_SIMILAR_UNITS = 12
# Days of the calendar read behind the present: enough for the longest allowance in working days.
CALENDAR_AHEAD = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """What the rules say of one wish, before any claim is tried."""

    offer: Offer
    setting: Setting
    reasons: Sequence[Refusal]
    openings: Sequence[Opening]
    terms_accepted: bool
    rate: PublicRate | None
    price: Priced | None
    planned: Planned | None
    framework_id: UUID | None

    @property
    def total(self) -> Money | None:
        """What it costs; None where no rate is named, nothing is charged, or nothing may be agreed yet."""
        return self.price.total if self.price else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another wish that would be granted: earlier, later, shorter, or the same period on a similar unit."""

    kind: str
    unit_id: UUID
    period: Period

    def as_json(self) -> dict[str, JSON]:
        """The shape of an alternative in a `taken` problem."""
        return {"kind": self.kind, "unit": str(self.unit_id), **self.period.as_json()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would happen: every refusal, `taken` among them; the gates and the price if there is none."""

    refusals: Sequence[Refusal]
    gates: Sequence[Opening]
    price: Priced | None
    alternatives: Sequence[Alternative]
    offer: Offer
    setting: Setting
    planned: Planned | None = None

    @property
    def accepted(self) -> bool:
        """Whether the request would be granted at this moment."""
        return not self.refusals

    @property
    def total(self) -> Money | None:
        """What it costs; None where no rate is named or nothing is charged."""
        return self.price.total if self.price else None


def preview(session: Session, request: BookingRequest, *, now: datetime, by: Actor) -> Preview:
    """What `request_booking` would answer, from the same rules and without a lock; for anybody who looks."""
    asker = asker_of(session, request, by)
    found = appraise(session, request, asker, now=now, by=by)
    reasons = list(found.reasons)
    if by.anonymous:
        about_people = {"organisation_needed", "not_a_member", "organisation_unverified", "own_use_elsewhere"}
        reasons = [Refusal("sign_in_needed"), *(each for each in reasons if each.code not in about_people)]
    near: Sequence[Alternative] = ()
    if not has_free_place(session, found.setting, request.period, now):
        near = alternatives(session, found.setting, found.offer, request.period, now=now)
        reasons.append(taken(near))
    return Preview(
        refusals=reasons,
        gates=found.openings,
        price=found.price,
        alternatives=near,
        offer=found.offer,
        setting=found.setting,
        planned=found.planned,
    )


def asker_of(session: Session, request: BookingRequest, by: Actor) -> Asker:
    """For whom a request is: the organisation is the only one the person books for, where none is named."""
    person = request.person_id or by.person_id
    organisation = request.organisation_id
    if person == by.person_id and organisation not in by.organisations():
        # Of an organisation that is not one's own nothing is told: neither its standing nor what it has booked.
        organisation = None
    if request.organisation_id is None and person is not None:
        roles = OWN_USE_ROLES if request.purpose is Purpose.OWN_USE else BOOKING_ROLES
        places = _organisations(session, person, roles, by)
        organisation = next(iter(places)) if len(places) == 1 else None
    return Asker(
        unit_id=request.unit_id,
        person_id=person,
        organisation_id=organisation,
        start=request.period.start,
        key=request.idempotency_key,
    )


def demand_vouched(by: Actor, host_id: UUID) -> None:
    """Only a host that was verified books for others: anybody may enter an organisation and call it a host."""
    if by.via != "system" and host_id not in by.verified:
        raise Forbidden("booking.book_for")


def _organisations(session: Session, person: UUID, roles: frozenset[Role], by: Actor) -> frozenset[UUID]:
    if person == by.person_id:
        return by.organisations(*roles)
    chosen = select(Membership.organisation_id).where(Membership.person_id == person, Membership.role.in_(roles))
    return frozenset(session.scalars(chosen))


def appraise(session: Session, request: BookingRequest, asker: Asker, *, now: datetime, by: Actor) -> Appraisal:
    """Judge a new wish: five statements, and up to two more where the unit has limits of person or organisation."""
    known = offer(session, asker, now)
    # A retry of one's own request is answered whatever became of the listing since.
    if known.repeated_id is None or asker.person_id != by.person_id:
        _demand_seen(known, by)
    around = setting(session, request.unit_id, span(now, request.period), ahead=CALENDAR_AHEAD)
    training = training_for(session, known, around, request.period)
    case = Case(
        setting=around,
        listing=known.listing,
        party=known.party,
        standing=standing(session, known, around, request.period, now=now),
        period=request.period,
        purpose=request.purpose,
        now=now,
        fresh_hold=bool(session.info.get("rate_limits", True)),
        novice_windows=tuple(training.windows),
    )
    reasons = case_refusals(case)
    named = request.terms_version if asker.person_id == by.person_id else None
    accepted = bool(named and known.terms and known.terms.named_by(named))
    reasons += _changed(known) if named is not None and not accepted else []
    plan = _planned(session, request, known, around, now=now)
    silent = accepted or bool(plan and plan.letters)
    framework = None if silent else _framework(session, known, on=local_day(now, around.zone))
    reasons += _permit_reasons(session, plan, known, around, talks=accepted or _says(request), now=now)
    price = _price(request, known, around, plan)
    demands = _demands(known, around, by, accepted=bool(accepted or framework), plan=plan, untrained=training.untrained)
    return Appraisal(
        offer=known,
        setting=around,
        reasons=reasons,
        openings=openings(around, demands, request.period, now),
        terms_accepted=accepted,
        rate=known.rate if price else None,
        price=price,
        planned=plan,
        framework_id=framework,
    )


def _says(request: BookingRequest) -> bool:
    """Whether words go to the other side with a request."""
    return any(each and each.strip() for each in (request.note, request.override_reason))


def _changed(known: Offer) -> list[Refusal]:
    return [Refusal("terms_changed", {"number": known.terms.number if known.terms else None})]


def _permit_reasons(
    session: Session, plan: Planned | None, known: Offer, around: Setting, *, talks: bool, now: datetime
) -> list[Refusal]:
    if plan is None:
        return []
    pinned = known.terms.id if known.terms and known.party.organisation_id != known.host_id else None
    reasons = permit_refusals(session, plan, around, terms_id=pinned, now=now)
    return [*reasons, letter_first(plan.letters)] if talks and plan.letters else reasons


def _framework(session: Session, known: Offer, *, on: date) -> UUID | None:
    """The framework agreement that stands in for accepting the terms, if the two organisations have one."""
    organisation = known.party.organisation_id
    if known.terms is None or organisation in (None, known.host_id):
        return None
    found = framework_for(session, known.facility_id, organisation, version=known.terms.id, on=on)
    return found.id if found else None


def _planned(
    session: Session, request: BookingRequest, known: Offer, around: Setting, *, now: datetime
) -> Planned | None:
    """The permit plan; None where nothing was stated, nobody can tell yet who asks, or the request was answered before:
    who left the team since does not change that answer."""
    if request.flows is None or known.person_id is None or known.party.organisation_id is None:
        return None
    if known.repeated_id is not None:
        return None
    wish = Wish(
        facility_id=known.facility_id,
        unit_id=known.unit_id,
        host_id=known.host_id,
        organisation_id=known.party.organisation_id,
        person_id=known.person_id,
        stated=request.flows,
        first_day=local_day(request.period.start, around.zone),
        now=now,
    )
    demand_travellers(session, wish)
    return planned(session, wish, local_day(now, around.zone))


def _demand_seen(known: Offer, by: Actor) -> None:
    # Drafts and what is put away are nobody's business but the host's and the overseers'.
    private = known.listing.facility_state not in ("published", "paused")
    if private and not (by.roles.get(known.host_id) or by.administrator or by.auditor or by.via == "system"):
        raise NotFound("unit")


def _demands(
    known: Offer, around: Setting, by: Actor, *, accepted: bool, plan: Planned | None, untrained: bool
) -> Demands:
    ours = known.party.organisation_id == known.host_id
    return Demands(
        host_decides=not around.rules.instant,
        by_host=may(by, "booking.approve", host=known.host_id),
        terms=known.terms is not None and not ours,
        terms_accepted=accepted,
        permits=bool(plan and plan.awaited),
        training=untrained,
    )


def _price(request: BookingRequest, known: Offer, around: Setting, plan: Planned | None) -> Priced | None:
    """Own use costs nothing, and before a letter that a rule asks for nobody may name a price."""
    if request.purpose is Purpose.OWN_USE or (plan and plan.letters):
        return None
    return price_at(around, known, request.period)


def price_at(around: Setting, known: Offer, period: Period) -> Priced | None:
    """What a period costs at the public rate of its first day; None where the host names no rate."""
    if known.rate is None:
        return None
    minutes = int(period.length / timedelta(minutes=1))
    if around.rules.mode is not BookingMode.HOUR:
        minutes = open_minutes(around, period)
    days = open_days(around, period)
    return priced(known.rate.amount, known.rate.per, minutes=minutes, days=days)


def taken(near: Sequence[Alternative]) -> Refusal:
    """No place is free: with what is free nearby."""
    return Refusal("taken", {"alternatives": [each.as_json() for each in near]})


def alternatives(
    session: Session, around: Setting, known: Offer, wanted: Period, *, now: datetime, without: UUID | None = None
) -> list[Alternative]:
    """What could be booked instead: near in time on the same unit, or the same time on a similar unit there."""
    window = Period(max(wanted.start - NEAR, now), wanted.end + NEAR) if wanted.end + NEAR > now else wanted
    stretches = free_in(session, [around], window, now, without=without).get(around.unit_id, [])
    near = near_alternatives(around, wanted, [stretch.period for stretch in stretches])
    # What was wanted may break the unit's own rules too: what is offered instead must not.
    fit = [each for each in near if not period_refusals(around, each.period, now)]
    found = [Alternative(kind=each.kind, unit_id=around.unit_id, period=each.period) for each in fit]
    return [*found, *_similar(session, known, wanted, now)]


def _similar(session: Session, known: Offer, wanted: Period, now: datetime) -> list[Alternative]:
    chosen = (
        select(Unit.id)
        .where(Unit.facility_id == known.facility_id, Unit.kind == known.unit_kind, Unit.state == UnitState.ACTIVE)
        .where(Unit.id != known.unit_id)
        .order_by(Unit.position, Unit.id)
        .limit(MOST_SIMILAR_UNITS)
    )
    others = list(session.scalars(chosen))
    if not others:
        return []
    fitting = [
        each for each in settings(session, others, span(now, wanted)).values() if not period_refusals(each, wanted, now)
    ]
    free = free_in(session, fitting, wanted, now)
    open_units = [id for id in others if any(each.period == wanted for each in free.get(id, []))]
    return [Alternative(kind="similar_unit", unit_id=id, period=wanted) for id in open_units[:3]]


def span(now: datetime, period: Period) -> Period:
    """From the present (or the period, if that began before) to the period's end: the calendar that is read."""
    return Period(min(now, period.start), max(period.end, now + timedelta(minutes=1)))
