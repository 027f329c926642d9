"""Working out the permit plan of a booking, from what was stated and from what the records tell; and reading it again.

The page that offers a booking, the API's preview and the verbs ask here, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, text
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.availability.rules import Setting
from marketplace.bookings.models import Booking, BookingPlan, BookingState
from marketplace.bookings.rules.permits import (
    Counts,
    awaited,
    complete,
    contradicted,
    denials,
    frozen,
    held_rules,
    kept,
    letters,
    misplaced,
    with_counts,
)
from marketplace.catalogue.models import Facility
from marketplace.permits.models import VaultEntry
from marketplace.permits.queries import permit_plan, rule_book, territories, vocabulary
from marketplace.permits.queries.screening import person_facts, screening_facts
from marketplace.permits.queries.vault import vault_facts
from marketplace.permits.rules.book import Rule
from marketplace.permits.rules.facts import Territories
from marketplace.permits.rules.judging import VaultUse as VaultUsed
from marketplace.permits.rules.parties import host_facts, party_facts, place_facts
from marketplace.permits.rules.plan import Plan
from marketplace.permits.rules.shapes import LARGEST, known_part
from marketplace.terms.models import TermsVersion
from marketplace.terms.rules.contradictions import RULES
from marketplace.values.refusal import FieldError, Invalid, Refusal

# Persons whose information the two sides send out by other bookings that are agreed or asked for, by side, territory
# and year: two that wait at once would else each stay below a threshold that they pass together.
_COUNTS = text("""
    SELECT t.exporter_id, t.origin, t.year, least(sum(t.persons), :most)::bigint AS persons,
           least(sum(t.sensitive_persons), :most)::bigint AS sensitive_persons
      FROM booking_transfers t JOIN bookings b ON b.id = t.booking_id
     WHERE t.exporter_id = ANY(:sides) AND (b.state IN ('confirmed', 'in_use', 'completed')
            OR b.state = 'held' AND b.held_until > :now)
       AND b.id IS DISTINCT FROM :without
     GROUP BY t.exporter_id, t.origin, t.year
""")

_WAITING = text("""
    SELECT count(*) FROM bookings b JOIN gates g ON g.booking_id = b.id AND g.kind = 'permits' AND g.state = 'open'
     WHERE b.unit_id = :unit AND b.state = 'held' AND b.held_until > :now AND b.id IS DISTINCT FROM :without
""")


# Approvals that another booking which is not called off leans on already.
_LEANED_ON = text("""
    SELECT u.entry_id FROM vault_uses u JOIN bookings b ON b.id = u.booking_id
     WHERE u.entry_id = ANY(:entries) AND u.effect = 'replaces' AND u.ended_at IS NULL
       AND b.state IN ('held', 'confirmed', 'in_use', 'completed') AND b.id IS DISTINCT FROM :without
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a plan is made for: who uses whose facility, what was stated, and the first day of use there. What was
    stated `before` may name facts that the vocabulary has no more: they count no longer, and are no error."""

    facility_id: UUID
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
    if faults := tuple(misplaced(wish.stated)):
        raise Invalid(faults)
    where = territories(session)
    stated = known_part(wish.stated, vocabulary(session)) if wish.before else wish.stated
    facts = complete(stated, _recorded(session, wish, on), wish.first_day)
    facts = with_counts(facts, _counts(session, wish), where)
    vault = _held(session, wish, _holders(wish, facts, where), on)
    try:
        plan = permit_plan(session, {**facts, "vault": list(vault)}, on)
    except Invalid as broken:
        raise Invalid(_below_flows(error) for error in broken.errors) from broken
    sides = {"user": wish.organisation_id, "host": wish.host_id}
    return Planned(facts=facts, vault=vault, plan=plan, sides=sides)


def _below_flows(error: FieldError) -> FieldError:
    return FieldError(f"flows/{error.field}", error.rule, error.message_code, error.details)


def _recorded(session: Session, wish: Wish, on: date) -> dict[str, dict[str, Any]]:
    host, user = session.get_one(Organisation, wish.host_id), session.get_one(Organisation, wish.organisation_id)
    facility = session.get_one(Facility, wish.facility_id)
    listed = screening_facts(session, {host.id, user.id}, on)
    # A person on the list who books is on it, whatever organisation they book for.
    person = person_facts(session, wish.person_id, on)
    return {
        "host": host_facts(host, facility, listed.get(host.id, ())),
        "user": party_facts(user, {*listed.get(user.id, ()), *person}),
        "place": place_facts(facility),
    }


def _holders(wish: Wish, facts: Mapping[str, Any], where: Territories) -> dict[str, list[UUID]]:
    """Whose approvals count: of both sides, and of whoever books where it is the user's side that travels."""
    holders = {"user": [wish.organisation_id], "host": [wish.host_id]}
    travellers = facts.get("people_flows")
    if isinstance(travellers, list) and len(travellers) == 1 and isinstance(travellers[0], Mapping):
        home = where.of(facts["user"].get("zone") or facts["user"].get("jurisdiction"))
        if where.of(travellers[0].get("from")) == home:
            holders["people_flows/0"] = [wish.person_id]
    return holders


def _held(session: Session, wish: Wish, holders: Mapping[str, list[UUID]], on: date) -> list[dict[str, Any]]:
    """The approvals that count; one that may be used once counts for the first booking that leans on it."""
    found = vault_facts(session, holders, on)
    book = rule_book(session) if found else None
    once = [each["id"] for each in found if book and _used_once(book.at(str(each.get("rule")), on))]
    if not once:
        return found
    spent = set(map(str, session.scalars(_LEANED_ON, {"entries": once, "without": wish.booking_id})))
    return [each for each in found if each["id"] not in spent]


def spent_meanwhile(session: Session, booking_id: UUID, uses: Iterable[VaultUsed], on: date) -> bool:
    """Whether a plan leans on an approval for single use that another booking leans on by now. Locks those approvals,
    so that of two bookings at once the later one sees the other."""
    held = {use.vault for use in uses if use.effect == "replaces"}
    known = select(VaultEntry.id, VaultEntry.rule_id).where(VaultEntry.id.in_(held)).order_by(VaultEntry.id)
    rows = session.execute(known.with_for_update()).all() if held else []
    book = rule_book(session) if rows else None
    once = [row.id for row in rows if book and _used_once(book.at(row.rule_id or "", on))]
    return bool(once and session.scalars(_LEANED_ON, {"entries": once, "without": booking_id}).first())


def _used_once(rule: Rule | None) -> bool:
    return rule is not None and (rule.told.get("validity") or {}).get("uses") == "single"


def _counts(session: Session, wish: Wish) -> Counts:
    if not wish.stated.get("data_flows"):
        return {}
    sides = {wish.organisation_id: "user", wish.host_id: "host"}
    rows = session.execute(
        _COUNTS, {"sides": list(sides), "without": wish.booking_id, "now": wish.now, "most": LARGEST}
    )
    return {(sides[row.exporter_id], row.origin, row.year): (row.persons, row.sensitive_persons) for row in rows}


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
    return facts, [each for each in row.vault if each.get("holder") in own]


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
    facts = known_part({**row.facts, "vault": row.vault}, known)
    found = permit_plan(session, facts, row.counted_from, entered_until=row.made_at)
    return frozen(found, row.requirements, row.earliest_start)
