"""Reading listings: which somebody may see, one with all that stands beside it, and the host's own."""

from __future__ import annotations

from marketplace.catalogue.queries.facilities import (
    FacilityPage,
    Found,
    facility_by_id,
    facility_page,
    find,
    unit_page,
    units_of,
    visible_to,
)
from marketplace.catalogue.queries.listings import ListingRow, listing_for_change, my_listings, standing_of

__all__ = [
    "FacilityPage",
    "Found",
    "ListingRow",
    "facility_by_id",
    "facility_page",
    "find",
    "listing_for_change",
    "my_listings",
    "standing_of",
    "unit_page",
    "units_of",
    "visible_to",
]
