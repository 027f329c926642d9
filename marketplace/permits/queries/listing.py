"""What a listing tells a plan: its host, its place, and what the host has stated of both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Facility, Unit
from marketplace.permits.queries.rules import territories
from marketplace.permits.queries.screening import screening_facts
from marketplace.permits.rules.parties import host_facts, place_facts, with_host_facts


def at_listing(
    session: Session, facts: Mapping[str, Any], facility: Facility, *, unit: Unit | None = None, on: date
) -> dict[str, Any]:
    """Facts of a use with what is known of the facility where it happens put in; nobody can overrule it."""
    host = session.get_one(Organisation, facility.organisation_id)
    listed = screening_facts(session, {host.id}, on).get(host.id, ())
    recorded = {"host": host_facts(host, facility, listed), "place": place_facts(facility, unit)}
    whole = dict(facts)
    for name, told in recorded.items():
        given = facts.get(name)
        whole[name] = {**(given if isinstance(given, Mapping) else {}), **told}
    return with_host_facts(whole, facility, territories(session))
