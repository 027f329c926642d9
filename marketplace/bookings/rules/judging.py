"""Every reason against a booking, collected: the listing, who asks, the period, and the limits of those who ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from marketplace.accounts.models import Role
from marketplace.availability.rules import Setting, local_days, local_midnight
from marketplace.availability.rules import refusals as period_refusals
from marketplace.bookings.models import Purpose
from marketplace.terms.rules.training import Window, inside
from marketplace.values.period import Period
from marketplace.values.refusal import JSON, Refusal

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
# How many undecided wishes one person may keep alive at once, over all units: exact, under the person's lock. An
# organisation's number is counted without a lock and may be passed by those that race. Both are limits of a rate, and
# are lifted with the rate limits where a deployment on loopback measures itself.
MOST_HOLDS = 50
MOST_HOLDS_OF_ORGANISATION = 500

BOOKING_ROLES = frozenset({Role.RESEARCHER, Role.MANAGER})
OWN_USE_ROLES = frozenset({Role.RESEARCHER, Role.MANAGER, Role.HOST_STAFF, Role.HOST_MANAGER})

# What a host may set aside with a reason: limits, never another's claim, the past, or who may book at all.
OVERRIDABLE = frozenset(
    {
        "closed", "off_step", "off_days", "off_weeks", "too_short", "too_long", "cut_off", "beyond_horizon",
        "too_many_per_day", "too_many_at_once", "too_many_minutes", "gap_too_short", "organisation_hours",
        "novice_hours",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who wants to book: the organisation, what the person is in it, and how it stands to the host."""

    organisation_id: UUID | None
    host_id: UUID
    roles: frozenset[Role] = frozenset()
    name: Mapping[str, str] = field(default_factory=dict)
    verified: bool = True
    suspended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is booked already, overdue holds and the booking that is being changed left out.

    `own` are the person's periods on this unit, `organisation` those of the organisation on this unit; the two numbers
    are their open holds anywhere.
    """

    own: tuple[Period, ...] = ()
    organisation: tuple[Period, ...] = ()
    holds: int = 0
    organisation_holds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Whether the unit can be booked at all: the states of its facility and its own."""

    facility_state: str = "published"
    unit_state: str = "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is judged: one period on one unit for one party, at one moment."""

    setting: Setting
    listing: Listing
    party: Party
    standing: Standing
    period: Period
    purpose: Purpose
    now: datetime
    fresh_hold: bool = True
    novice_windows: tuple[Window, ...] = ()


def refusals(case: Case) -> list[Refusal]:
    """Every reason against the booking, claims aside: what is taken is asked of the database, last."""
    return [
        *_listing_refusals(case.listing),
        *_party_refusals(case.party, case.purpose),
        *period_refusals(case.setting, case.period, case.now),
        *_personal_refusals(case),
        *_novice_refusals(case),
        *_organisation_refusals(case),
    ]


def set_aside(reasons: Iterable[Refusal]) -> tuple[list[Refusal], list[str]]:
    """Split what a host overrides from what stands: the reasons that remain, and the codes set aside."""
    found = list(reasons)
    remaining = [reason for reason in found if reason.code not in OVERRIDABLE]
    return remaining, sorted({reason.code for reason in found if reason.code in OVERRIDABLE})


def _listing_refusals(listing: Listing) -> Iterator[Refusal]:
    if listing.facility_state != "published":
        yield Refusal("listing_not_published", {"state": listing.facility_state})
    if listing.unit_state != "active":
        yield Refusal("unit_paused", {"state": listing.unit_state})


def _party_refusals(party: Party, purpose: Purpose) -> Iterator[Refusal]:
    if party.organisation_id is None:
        yield Refusal("organisation_needed")
        return
    own_use = purpose is Purpose.OWN_USE
    if own_use and party.organisation_id != party.host_id:
        yield Refusal("own_use_elsewhere")
    if not party.roles & (OWN_USE_ROLES if own_use else BOOKING_ROLES):
        yield Refusal("not_a_member", {"organisation": dict(party.name)})
    if not party.verified:
        yield Refusal("organisation_unverified", {"organisation": dict(party.name)})
    if party.suspended:
        yield Refusal("organisation_suspended", {"organisation": dict(party.name)})


def _personal_refusals(case: Case) -> Iterator[Refusal]:
    rules, own, period = case.setting.rules, case.standing.own, case.period
    if case.fresh_hold and case.standing.holds >= MOST_HOLDS:
        yield Refusal("too_many_holds", {"max": MOST_HOLDS})
    if case.fresh_hold and case.standing.organisation_holds >= MOST_HOLDS_OF_ORGANISATION:
        yield Refusal("too_many_holds_of_organisation", {"max": MOST_HOLDS_OF_ORGANISATION})
    if rules.max_per_day is not None and _fullest_day(case) >= rules.max_per_day:
        yield Refusal("too_many_per_day", {"max": rules.max_per_day})
    ahead = [each for each in own if each.start > case.now]
    if rules.max_at_once is not None and len(ahead) >= rules.max_at_once:
        yield Refusal("too_many_at_once", {"max": rules.max_at_once})
    if rules.max_future_minutes is not None and minutes([*ahead, period]) > rules.max_future_minutes:
        yield Refusal("too_many_minutes", {"max": rules.max_future_minutes})
    if rules.min_gap is not None:
        near = period.widened(rules.min_gap * MINUTE, rules.min_gap * MINUTE)
        if any(near.overlaps(each) for each in own):
            yield Refusal("gap_too_short", {"minutes": rules.min_gap})


def _novice_refusals(case: Case) -> Iterator[Refusal]:
    if not inside(case.novice_windows, case.period, case.setting.zone):
        windows: list[JSON] = [[each.weekday, each.opens, each.closes] for each in case.novice_windows]
        yield Refusal("novice_hours", {"windows": windows})


def _fullest_day(case: Case) -> int:
    """The most bookings that the person has already on any local day that the period touches."""
    zone = case.setting.zone
    first, last = local_days(case.period, zone)
    counts: dict[int, int] = {}
    for each in case.standing.own:
        start, end = local_days(each, zone)
        for day in range(max(start, first).toordinal(), min(end, last).toordinal() + 1):
            counts[day] = counts.get(day, 0) + 1
    return max(counts.values(), default=0)


def _organisation_refusals(case: Case) -> Iterator[Refusal]:
    hours = case.setting.rules.organisation_weekly_hours
    if hours is None:
        return
    for week in local_weeks(case.period, case.setting):
        used = (each.intersection(week) for each in (*case.standing.organisation, case.period))
        if minutes(each for each in used if each) > hours * 60:
            yield Refusal(
                "organisation_hours",
                {"hours": hours, "week": week.start.astimezone(case.setting.zone).date().isoformat()},
            )


def local_weeks(period: Period, setting: Setting) -> list[Period]:
    """The ISO weeks of the facility's calendar that a period touches, each from local Monday to local Monday."""
    first, last = local_days(period, setting.zone)
    monday = first - (first.isoweekday() - 1) * DAY
    weeks = []
    while monday <= last:
        weeks.append(Period(local_midnight(monday, setting.zone), local_midnight(monday + 7 * DAY, setting.zone)))
        monday += 7 * DAY
    return weeks


def minutes(periods: Iterable[Period]) -> float:
    """The length of all periods together, in minutes."""
    return sum(each.length / MINUTE for each in periods)
