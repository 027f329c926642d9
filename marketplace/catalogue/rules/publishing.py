"""What a listing lacks before it may be published, and what would make it better."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from marketplace.catalogue.models import Facility, FacilityKind, ListingState, Unit, UnitState
from marketplace.values.refusal import Refusal, StateForbids

# Which verb leads from which state to which; a verb that is not named here is refused with the present state.
MOVES: Mapping[tuple[ListingState, str], ListingState] = {
    (ListingState.DRAFT, "publish"): ListingState.PUBLISHED,
    (ListingState.PAUSED, "publish"): ListingState.PUBLISHED,
    (ListingState.PUBLISHED, "pause"): ListingState.PAUSED,
    (ListingState.DRAFT, "archive"): ListingState.ARCHIVED,
    (ListingState.PUBLISHED, "archive"): ListingState.ARCHIVED,
    (ListingState.PAUSED, "archive"): ListingState.ARCHIVED,
    (ListingState.ARCHIVED, "restore"): ListingState.DRAFT,
    # By administrators alone; the host then publishes it anew by themselves.
    (ListingState.PUBLISHED, "suspend"): ListingState.SUSPENDED,
    (ListingState.PAUSED, "suspend"): ListingState.SUSPENDED,
    (ListingState.SUSPENDED, "readmit"): ListingState.PAUSED,
}
STEPS = ("basics", "place", "details", "units", "hours", "rates", "terms", "files", "preview")


def after(state: ListingState, verb: str) -> ListingState:
    """The state after a verb; raises `StateForbids`."""
    if (state, verb) not in MOVES:
        raise StateForbids(state.value, verb)
    return MOVES[state, verb]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What publishing asks about: the listing, what stands beside it, and what later concepts know of it."""

    facility: Facility
    units: Sequence[Unit]
    standing: Sequence[Refusal]
    open_units: Collection[UUID] = field(default_factory=frozenset)
    rated_units: Collection[UUID] = field(default_factory=frozenset)
    has_terms: bool = False
    photos: int = 0

    @property
    def active(self) -> list[Unit]:
        """The units that can be booked once the listing is public."""
        return [unit for unit in self.units if unit.state is UnitState.ACTIVE]


def missing_for_publishing(listing: Listing) -> list[Refusal]:
    """Every reason why the listing may not be published yet; `step` says where in the form it is put right."""
    return list(_missing(listing))


def _missing(listing: Listing) -> Iterator[Refusal]:
    facility = listing.facility
    yield from listing.standing
    if not facility.name:
        yield Refusal("listing_without_name", {"step": "basics"})
    if facility.jurisdiction_code is None:
        code = "listing_place_unknown" if facility.place_text else "listing_without_place"
        yield Refusal(code, {"step": "place", "place": facility.place_text or ""})
    if facility.time_zone is None:
        yield Refusal("listing_without_time_zone", {"step": "place"})
    if not (facility.contact_email or facility.contact_phone or facility.contact_url):
        yield Refusal("listing_without_contact", {"step": "place"})
    if not listing.active:
        yield Refusal("listing_without_unit", {"step": "units"})
    elif not any(unit.id in listing.open_units for unit in listing.active):
        yield Refusal("listing_without_hours", {"step": "hours"})


def advice(listing: Listing) -> list[Refusal]:
    """What nobody demands and users miss, in the order of the form."""
    return list(_advised(listing))


def _advised(listing: Listing) -> Iterator[Refusal]:
    facility = listing.facility
    if not facility.summary:
        yield Refusal("advise_summary", {"step": "basics"})
    if not facility.techniques and not facility.instrument_classes:
        yield Refusal("advise_techniques", {"step": "basics"})
    if facility.latitude is None:
        yield Refusal("advise_point", {"step": "place"})
    if not facility.address:
        yield Refusal("advise_address", {"step": "place"})
    if not facility.service_modes:
        yield Refusal("advise_service_modes", {"step": "details"})
    if facility.kind is FacilityKind.PILOT_LINE and facility.trl_min is None:
        yield Refusal("advise_readiness", {"step": "details"})
    if listing.active and not all(unit.id in listing.rated_units for unit in listing.active):
        yield Refusal("advise_rates", {"step": "rates"})
    if not listing.has_terms:
        yield Refusal("advise_terms", {"step": "terms"})
    if not listing.photos:
        yield Refusal("advise_photos", {"step": "files"})


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far a listing is: what blocks it, what would help, and the share of both that is done (0 to 100)."""

    missing: list[Refusal]
    advised: list[Refusal]
    percent: int

    def of_step(self, step: str) -> list[Refusal]:
        """What is missing in one step of the form."""
        return [reason for reason in self.missing if reason.details.get("step") == step]

    def state_of(self, step: str) -> str:
        """How a step stands: error (something is missing), todo (something would help), done."""
        if self.of_step(step):
            return "error"
        return "todo" if any(reason.details.get("step") == step for reason in self.advised) else "done"


QUESTIONS = 16  # as many as `_missing` and `_advised` can ask of one listing


def completeness(listing: Listing) -> Completeness:
    """What blocks and what would help, with the share that is done."""
    missing, advised = missing_for_publishing(listing), advice(listing)
    return Completeness(missing, advised, round(100 * (QUESTIONS - len(missing) - len(advised)) / QUESTIONS))
