"""Working out the permit plan of a booking, from what was stated and from what the records tell; and reading it again.

The page that offers a booking, the API's preview and the verbs ask here, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, text
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries import members_among
from marketplace.availability.rules import Setting
from marketplace.bookings.models import Booking, BookingPlan, BookingState
from marketplace.bookings.rules.permits import (
    awaited,
    complete,
    contradicted,
    denials,
    frozen,
    held_rules,
    kept,
    letters,
    misplaced,
)
from marketplace.catalogue.models import Facility, Unit
from marketplace.permits.queries import permit_plan, territories, vocabulary
from marketplace.permits.queries.counting import approvals, sent_out
from marketplace.permits.queries.screening import person_facts, screening_facts
from marketplace.permits.rules.counts import Counts, with_counts
from marketplace.permits.rules.facts import Territories
from marketplace.permits.rules.parties import host_facts, party_facts, place_facts, with_host_facts
from marketplace.permits.rules.plan import Plan
from marketplace.permits.rules.shapes import known_part
from marketplace.permits.rules.travellers import (
    PERSON,
    TRAVELS,
    known_still,
    others,
    travellers,
    with_names,
    without_names,
)
from marketplace.terms.models import TermsVersion
from marketplace.terms.rules.contradictions import RULES
from marketplace.values.refusal import FieldError, Invalid, Refusal

_WAITING = text("""
    SELECT count(*) FROM bookings b JOIN gates g ON g.booking_id = b.id AND g.kind = 'permits' AND g.state = 'open'
     WHERE b.unit_id = :unit AND b.state = 'held' AND b.held_until > :now AND b.id IS DISTINCT FROM :without
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a plan is made for: who uses whose facility, what was stated, and the first day of use there. What was
    stated `before` may name facts that the vocabulary has no more: they count no longer, and are no error."""

    facility_id: UUID
    unit_id: UUID
    host_id: UUID
    organisation_id: UUID
    person_id: UUID
    stated: Mapping[str, Any]
    first_day: date
    now: datetime
    booking_id: UUID | None = None
    before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan with the facts and approvals that it was made from."""

    facts: Mapping[str, Any]
    vault: Sequence[Mapping[str, Any]]
    plan: Plan
    sides: Mapping[str, UUID]

    @property
    def awaited(self) -> list[str]:
        """The rules that hold the booking up."""
        return awaited(self.plan)

    @property
    def letters(self) -> list[str]:
        """The rules that forbid talks before a letter that is not there."""
        return letters(self.plan, self.vault)


def planned(session: Session, wish: Wish, on: date) -> Planned:
    """The plan of a wish, looked at on a day. Raises Invalid where what was stated has the wrong shape, each error
    named below `flows`."""
    # What stands since before a limit came is no error of whoever has it planned again.
    if faults := () if wish.before else tuple(misplaced(wish.stated)):
        raise Invalid(faults)
    where = territories(session)
    facility = session.get_one(Facility, wish.facility_id)
    stated = _stated(session, wish)
    people = _people(session, wish, stated, where)
    facts = complete(stated, _recorded(session, wish, people.values(), on), wish.first_day)
    facts = with_host_facts(facts, facility, where)
    facts = with_counts(facts, _counts(session, wish), where)
    # Nobody of the other side is named: who books applies for them, and what they are granted counts.
    held = {**dict.fromkeys(others(facts, where), wish.person_id), **people}
    holders = {"user": [wish.organisation_id], "host": [wish.host_id], **{path: [who] for path, who in held.items()}}
    vault = approvals(session, holders, on, without=wish.booking_id)
    facts = with_names(facts, people)
    try:
        plan = permit_plan(session, {**without_names(facts), "vault": list(vault)}, on)
    except Invalid as broken:
        raise Invalid(_below_flows(error) for error in broken.errors) from broken
    sides = {"user": wish.organisation_id, "host": wish.host_id}
    return Planned(facts=facts, vault=vault, plan=plan, sides=sides)


def _stated(session: Session, wish: Wish) -> dict[str, Any]:
    """What was stated; of what was stated before, only what today's vocabulary knows, and who travels."""
    return known_still(wish.stated, vocabulary(session)) if wish.before else dict(wish.stated)


def _below_flows(error: FieldError) -> FieldError:
    return FieldError(f"flows/{error.field}", error.rule, error.message_code, error.details)


def _recorded(session: Session, wish: Wish, people: Iterable[UUID], on: date) -> dict[str, dict[str, Any]]:
    host, user = session.get_one(Organisation, wish.host_id), session.get_one(Organisation, wish.organisation_id)
    facility = session.get_one(Facility, wish.facility_id)
    listed = screening_facts(session, {host.id, user.id}, on)
    # A person on the list who books or travels is on it, whatever organisation they are of.
    persons = person_facts(session, {wish.person_id, *people}, on)
    return {
        "host": host_facts(host, facility, listed.get(host.id, ())),
        "user": party_facts(user, {*listed.get(user.id, ()), *persons}),
        "place": place_facts(facility, session.get_one(Unit, wish.unit_id)),
    }


def _people(session: Session, wish: Wish, stated: Mapping[str, Any], where: Territories) -> dict[str, UUID]:
    """Who sets out from the user's side, by the name of the flow: each one's own approvals count for their own way."""
    facts = {**stated, "user": party_facts(session.get_one(Organisation, wish.organisation_id))}
    named = {path: person for path, person in travellers(facts, wish.person_id, where).items() if person is not None}
    there = members_among(session, wish.organisation_id, list(named.values())) | {wish.person_id}
    return {path: person for path, person in named.items() if person in there}


def demand_travellers(session: Session, wish: Wish) -> None:
    """Raise Invalid where somebody who sets out from the user's side is not named, or is no member there: nobody else's
    approvals can be shown, and what is granted would be nobody's."""
    if faults := tuple(misplaced(wish.stated)):
        raise Invalid(faults)
    user = session.get_one(Organisation, wish.organisation_id)
    found = travellers({**wish.stated, "user": party_facts(user)}, wish.person_id, territories(session))
    there = members_among(session, wish.organisation_id, [each for each in found.values() if each]) | {wish.person_id}
    faults = tuple(
        FieldError(f"flows/{path}/person", rule, rule)
        for path, person in found.items()
        if person not in there and (rule := "traveller_unnamed" if person is None else "traveller_elsewhere")
    )
    if faults:
        raise Invalid(faults)


def _counts(session: Session, wish: Wish) -> Counts:
    if not wish.stated.get("data_flows"):
        return {}
    sides = {wish.organisation_id: "user", wish.host_id: "host"}
    return sent_out(session, sides, now=wish.now, without=wish.booking_id)


def contradiction_refusals(
    session: Session, terms_id: UUID | None, requirements: Iterable[Mapping[str, Any]], facts: Mapping[str, Any]
) -> list[Refusal]:
    """Where pinned terms contradict a mandatory rule that a plan holds (HGR-10 and its like)."""
    rules = held_rules(requirements) & set(RULES)
    version = session.get(TermsVersion, terms_id) if terms_id and rules else None
    if version is None:
        return []
    return contradicted(version.clauses or {}, rules, facts)


def planned_bookings(now: datetime) -> Select[UUID]:
    """The ids of the bookings with a permit plan that are still to come or going on."""
    held = and_(Booking.state == BookingState.HELD, Booking.held_until > now)
    live = or_(held, Booking.state.in_((BookingState.CONFIRMED, BookingState.IN_USE)))
    return select(Booking.id).where(Booking.flows.is_not(None), live).order_by(Booking.id)


def naming(person_id: UUID) -> ColumnElement[bool]:
    """Bookings that name somebody among those who travel."""
    return Booking.flows.contains({TRAVELS: [{PERSON: str(person_id)}]})


def seen_by(row: BookingPlan, own: Collection[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The facts and approvals of a plan as far as somebody may read them who stands on the sides `own` ("user", "host",
    "people_flows/0"; "overseer" reads all): neither the other side's approvals and yearly counts, nor what the
    screening list says of anybody."""
    if "overseer" in own:
        return dict(row.facts), list(row.vault)
    facts = dict(row.facts)
    for party in ("user", "host"):
        listed = ("on_watchlist", "export_penalty")
        facts[party] = {name: value for name, value in (facts.get(party) or {}).items() if name not in listed}
    flows = facts.get("data_flows")
    if isinstance(flows, list):
        facts["data_flows"] = [_of_own(each, own) if isinstance(each, Mapping) else each for each in flows]
    return _unnamed(facts, own), [each for each in row.vault if each.get("holder") in own]


def flows_told(booking: Booking, by: Actor) -> dict[str, Any] | None:
    """What was stated with a booking; who travels is told to the user's side and to overseers alone."""
    own = by.person_id == booking.person_id or booking.organisation_id in by.organisations()
    if booking.flows is None or own or by.administrator or by.auditor or by.via == "system":
        return booking.flows
    return without_names(booking.flows)


def _unnamed(facts: dict[str, Any], own: Collection[str]) -> dict[str, Any]:
    """Who travels is told to those on the user's side and to whoever it is."""
    if "user" in own or not isinstance(facts.get(TRAVELS), list):
        return facts
    bare = without_names(facts)[TRAVELS]
    told = [each if f"{TRAVELS}/{at}" in own else bare[at] for at, each in enumerate(facts[TRAVELS])]
    return {**facts, TRAVELS: told}


def own_ways(row: BookingPlan, person_id: UUID, booker: UUID | None = None) -> set[str]:
    """The ways of a plan that somebody travels, as `seen_by` names them; where nobody is named, the first is that of
    whoever books."""
    listed = row.facts.get(TRAVELS)
    ways = enumerate(listed) if isinstance(listed, list) else ()
    named = {
        f"{TRAVELS}/{number}": each.get(PERSON) or (str(booker) if number == 0 else None)
        for number, each in ways
        if isinstance(each, Mapping)
    }
    return {path for path, person in named.items() if person == str(person_id)}


def _of_own(flow: Mapping[str, Any], own: Collection[str]) -> dict[str, Any]:
    mine = flow.get("exporter") in own
    return {name: value for name, value in flow.items() if mine or not name.startswith("pi_ytd_")}


def waiting_for_permits(session: Session, unit_id: UUID, *, now: datetime, without: UUID | None = None) -> int:
    """How many times on a unit are held for permits at `now`."""
    return int(session.execute(_WAITING, {"unit": unit_id, "now": now, "without": without}).scalar_one())


def permit_refusals(
    session: Session,
    plan: Planned,
    around: Setting,
    *,
    terms_id: UUID | None,
    now: datetime,
    without: UUID | None = None,
) -> list[Refusal]:
    """What rules forbid; terms that contradict a rule of the plan; and a unit that has as many times held for permits
    as its host bears."""
    reasons = denials(plan.plan)
    reasons += contradiction_refusals(session, terms_id, kept(plan.plan), plan.facts)
    most = around.rules.most_permit_holds
    limited = most is not None and plan.awaited
    if limited and waiting_for_permits(session, around.unit_id, now=now, without=without) >= (most or 0):
        reasons.append(Refusal("too_many_permit_holds", {"max": most}))
    return reasons


def latest_plan(session: Session, booking_id: UUID) -> BookingPlan | None:
    """The plan that counts; None where nothing was stated yet."""
    return session.scalars(_plans_of(booking_id).limit(1)).first()


def plans(session: Session, booking_id: UUID) -> Sequence[BookingPlan]:
    """Every plan of a booking, the latest first."""
    return session.scalars(_plans_of(booking_id)).all()


def _plans_of(booking_id: UUID) -> Select[BookingPlan]:
    return select(BookingPlan).where(BookingPlan.booking_id == booking_id).order_by(BookingPlan.number.desc())


def plan_again(session: Session, row: BookingPlan) -> Plan:
    """A stored plan with all its words: judged again by the rules that were known when it was made, its dates kept."""
    known = vocabulary(session, row.made_at)
    facts = known_part({**without_names(row.facts), "vault": row.vault}, known)
    found = permit_plan(session, facts, row.counted_from, entered_until=row.made_at)
    return frozen(found, row.requirements, row.earliest_start)
