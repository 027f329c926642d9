"""Where an organisation stands: what it may do before an administrator verified it, and which facts are then fixed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from typing import Any
from uuid import UUID

from marketplace.accounts.models import Organisation, OrganisationKind, Role, Verification
from marketplace.values.identifiers import Scheme
from marketplace.values.refusal import JSON, Refusal

# What the administrator looked at: on a verified organisation only an administrator changes it.
VERIFIED_FACTS = frozenset({"name", "kind", "jurisdiction_code", "control", "parent_id", "agency_code", "identifiers"})

# The registers in which an organisation of a customs territory is usually found; others are offered after them.
REGISTERS = {
    "CN": (Scheme.USCC,),
    "HK": (Scheme.HK_UBI,),
    "MO": (Scheme.MO_REGISTRATION,),
    "SG": (Scheme.SG_UEN,),
    "GB": (Scheme.GB_COMPANY,),
    "US": (Scheme.US_EIN,),
}
ANYWHERE = (Scheme.ROR, Scheme.LEI, Scheme.ISNI)


def standing_refusals(organisation: Organisation) -> list[Refusal]:
    """Why an organisation only drafts and browses: not verified yet, refused, or suspended."""
    found = []
    if organisation.verification is not Verification.VERIFIED:
        found.append(Refusal("organisation_unverified", {"organisation": dict(organisation.name)}))
    if organisation.suspended_at is not None:
        found.append(Refusal("organisation_suspended", {"organisation": dict(organisation.name)}))
    return found


def roles_of_founder(kind: OrganisationKind) -> frozenset[Role]:
    """What whoever enters an organisation is in it: its manager, and what its members usually are."""
    if kind is OrganisationKind.AGENCY:
        return frozenset({Role.MANAGER, Role.AGENCY_OFFICER})
    return frozenset({Role.MANAGER, Role.RESEARCHER, Role.HOST_MANAGER})


def role_refusals(kind: OrganisationKind, roles: Collection[Role]) -> Iterator[Refusal]:
    """Roles that do not fit a kind of organisation: officers belong to agencies."""
    if Role.AGENCY_OFFICER in roles and kind is not OrganisationKind.AGENCY:
        yield Refusal("role_needs_agency", {})


def manager_refusals(managers: Collection[object], leaving: object, keeps: Collection[Role]) -> Iterator[Refusal]:
    """The last manager stays: `managers` are all of them, `leaving` is whose roles become `keeps`."""
    if leaving in managers and len(managers) == 1 and Role.MANAGER not in keeps:
        yield Refusal("last_manager", {})


def facts_of(place: Organisation, numbers: Mapping[str, str]) -> dict[str, JSON]:
    """The verified facts of an organisation as plain values; `numbers` are its identifiers by scheme."""
    plain = {name: getattr(place, name) for name in sorted(VERIFIED_FACTS - {"identifiers"})}
    facts: dict[str, JSON] = {name: _plain(value) for name, value in plain.items()}
    return facts | {"identifiers": dict(numbers)}


def facts_digest(facts: Mapping[str, JSON]) -> str:
    """What names these facts and no others, for a decision to say which ones it was made on (SHA-256, 128 bits)."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def looked_refusals(seen: str, facts: Mapping[str, JSON]) -> Iterator[Refusal]:
    """Against a decision made on other facts than the present ones, which come with the refusal."""
    present = facts_digest(facts)
    if seen != present:
        yield Refusal("facts_changed", {"facts": dict(facts), "facts_digest": present})


def _plain(value: Any) -> JSON:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, UUID):
        return str(value)
    return value  # type: ignore[no-any-return]


def fact_refusals(verification: Verification, changed: Collection[str], *, administrator: bool) -> Iterator[Refusal]:
    """Verified facts are an administrator's to change; `changed` names the fields."""
    fixed = sorted(VERIFIED_FACTS & set(changed))
    if fixed and verification is Verification.VERIFIED and not administrator:
        yield Refusal("verified_facts", {"fields": list(fixed)})


def zone_refusals(zone_root: str | None, root: str) -> Iterator[Refusal]:
    """A zone lies in the organisation's own customs territory, unless it spans several (`zone_root` None)."""
    if zone_root is not None and zone_root != root:
        yield Refusal("zone_elsewhere", {})
