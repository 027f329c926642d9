"""An outcome as somebody states it: the value that forms, files and programs are read into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from marketplace.outcomes.models import Confidentiality, DatePrecision, FlowDirection, OutcomeType
from marketplace.values.works import Identifier


@dataclass(frozen=True, slots=True)
class PartySaid:
    """An organisation and what it is in the outcome; its size where that was said."""

    organisation_id: UUID
    role: str
    size_class: str | None = None


@dataclass(frozen=True, slots=True)
class ShareSaid:
    """A part that is attributed to one organisation or one facility under a basis."""

    basis: str
    share: Decimal
    organisation_id: UUID | None = None
    facility_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One version of an outcome as it was said, in normal form."""

    type: OutcomeType
    title: Mapping[str, str]
    date_event: date
    precision: DatePrecision = DatePrecision.DAY
    language: str = ""
    abstract: str = ""
    identifiers: tuple[Identifier, ...] = ()
    priorities: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    creators: tuple[Mapping[str, Any], ...] = ()
    flow_kind: str | None = None
    flow_direction: FlowDirection | None = None
    flow_from: UUID | None = None
    flow_to: UUID | None = None
    beneficiary: str = ""
    value: Mapping[str, Any] | None = None
    receipts: tuple[Mapping[str, Any], ...] = ()
    readiness: Mapping[str, Any] | None = None
    additionality: Mapping[str, Any] | None = None
    details: Mapping[str, Any]
    facilities: tuple[UUID, ...] = ()
    parties: tuple[PartySaid, ...] = ()
    shares: tuple[ShareSaid, ...] = ()
    confidentiality: Confidentiality = Confidentiality.PARTIES
    embargo_until: date | None = None
    source: str = "form"

    def of_role(self, role: str) -> frozenset[UUID]:
        """The organisations that are this in the outcome."""
        return frozenset(each.organisation_id for each in self.parties if each.role == role)

    @property
    def sides(self) -> frozenset[UUID]:
        """Whoever provided and whoever used: those who may confirm."""
        return self.of_role("provider") | self.of_role("user")

    @property
    def received(self) -> tuple[Mapping[str, Any], ...]:
        """Its receipts; what names nobody was received by whoever provided, where that was one alone."""
        providers = self.of_role("provider")
        alone = str(*providers) if len(providers) == 1 else None
        return tuple({**each, "organisation_id": each.get("organisation_id") or alone} for each in self.receipts)

    @property
    def organisations(self) -> frozenset[UUID]:
        """Every organisation that it names."""
        named = {each.organisation_id for each in self.parties} | {self.flow_from, self.flow_to}
        named |= {each.organisation_id for each in self.shares} | set(_listed_in(self.receipts))
        named |= {UUID(one) for each in self.creators for one in each.get("organisations", ())}
        return frozenset(each for each in named if each is not None)


def _listed_in(receipts: Iterable[Mapping[str, Any]]) -> set[UUID]:
    return {UUID(each["organisation_id"]) for each in receipts if each.get("organisation_id")}
