"""What the records tell of the two sides and the place, in the words of the rules: nobody is asked what is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from marketplace.accounts.models import Control, Organisation, OrganisationKind
from marketplace.catalogue.models import Facility, Unit
from marketplace.permits.rules.facts import Territories

# What organisations are called here, in the words of the rules.
KINDS: Final[Mapping[OrganisationKind, str]] = {OrganisationKind.OPERATOR: "firm"}
CONTROLS: Final[Mapping[Control, str]] = {Control.HK_MACAO: "hk_mo"}

# What the host states once and rules ask of each person.
OF_TRAVELLERS: Final = frozenset({"host_authorised_for_stv"})


def standing_facts(organisation: Organisation) -> dict[str, str]:
    """What an organisation is and who controls it."""
    kind, control = organisation.kind, organisation.control
    return {"org_type": KINDS.get(kind, kind.value), "control": CONTROLS.get(control, control.value)}


def party_facts(organisation: Organisation, listed: Collection[str] = ()) -> dict[str, Any]:
    """An organisation as a party; `listed` are the facts that a reviewed match on the screening list tells of it."""
    return {
        "jurisdiction": organisation.jurisdiction_code,
        "city": organisation.city,
        "zone": organisation.zone_code,
        **standing_facts(organisation),
        # Nobody is taken to be listed or penalised of whom nothing is known.
        **{name: name in listed for name in ("on_watchlist", "export_penalty")},
    }


def host_facts(host: Organisation, facility: Facility, listed: Collection[str] = ()) -> dict[str, Any]:
    """The host as a party: it stands where its facility does."""
    told = party_facts(host, listed)
    if facility.jurisdiction_code is None:
        return told
    return told | {"jurisdiction": facility.jurisdiction_code, "city": facility.city, "zone": facility.zone_code}


def place_facts(facility: Facility, unit: Unit | None = None) -> dict[str, Any]:
    """Where the work is done, with what the host has stated of the place and of the equipment; what it has not stated
    stays a question."""
    stated = {**(facility.permit_facts or {}), **((unit.permit_facts or {}) if unit else {})}
    return {"zone": facility.zone_code, **{name: told for name, told in stated.items() if name not in OF_TRAVELLERS}}


def with_host_facts(facts: Mapping[str, Any], facility: Facility, territories: Territories) -> dict[str, Any]:
    """The facts with what the host has stated that rules ask of each person who comes to it."""
    told = {name: value for name, value in (facility.permit_facts or {}).items() if name in OF_TRAVELLERS}
    travellers = facts.get("people_flows")
    if not told or not isinstance(travellers, list):
        return dict(facts)
    here = territories.of(facility.zone_code or facility.jurisdiction_code)
    coming = [
        {**each, **told} if isinstance(each, Mapping) and territories.of(each.get("to")) == here else each
        for each in travellers
    ]
    return {**facts, "people_flows": coming}
