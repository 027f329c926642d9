"""What somebody asks for: one frozen value from form, API or command line, and the digest that a retry is known by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.bookings.models import Purpose
from marketplace.values.period import Period
from marketplace.values.refusal import Invalid

LONGEST_NOTE = 2000
LONGEST_REASON = 1000
LONGEST_KEY = 200
LONGEST_FLOWS = 50_000
# Beyond these years calendars end and sums of dates overflow; nobody means them.
YEARS = range(1990, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """One wish for a unit and a period.

    `organisation_id` defaults to the only organisation the person books for. `person_id` is for whom a host books;
    left out, the asker. `terms_version` (id, number or digest) accepts those terms at once. `override_reason` lets a
    host set limits aside. `idempotency_key` makes a retry answer with the booking of the first try.
    """

    unit_id: UUID
    period: Period
    purpose: Purpose = Purpose.RESEARCH
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    note: str | None = None
    flows: Mapping[str, Any] | None = None
    terms_version: str | None = None
    override_reason: str | None = None
    copied_from: UUID | None = None
    idempotency_key: str | None = None

    def __post_init__(self) -> None:
        demand_near(self.period)

    def digest(self) -> bytes:
        """SHA-256 over everything that is asked for, the key aside."""
        facts = {
            "unit": str(self.unit_id),
            **self.period.as_json(),
            "purpose": self.purpose.value,
            "organisation": str(self.organisation_id),
            "person": str(self.person_id),
            "note": self.note,
            "flows": self.flows,
            "terms_version": self.terms_version,
            "override_reason": self.override_reason,
            "copied_from": str(self.copied_from),
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).digest()


def demand_near(period: Period) -> None:
    """Raise Invalid for a period in a year that nobody means."""
    if period.start.year not in YEARS or period.end.year not in YEARS:
        raise Invalid.one("start", "instant_far", first=YEARS.start, last=YEARS.stop - 1)


def checked_flows(flows: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The stated facts as they are kept; Invalid for what no JSON column can hold, or for far too much of it."""
    if flows is None:
        return None
    try:
        written = json.dumps(flows, allow_nan=False, ensure_ascii=False)
        written.encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid.one("flows", "json") from error
    if len(written) > LONGEST_FLOWS:
        raise Invalid.one("flows", "max_length", max=LONGEST_FLOWS, length=len(written))
    # A NUL is valid JSON, but no text in a database.
    if "\\u0000" in written:
        raise Invalid.one("flows", "no_nul")
    return dict(flows)
