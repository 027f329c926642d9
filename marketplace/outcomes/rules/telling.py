"""A statement as the plain fields that it was read from: what forms begin with and programs are answered."""

from __future__ import annotations

from typing import Any

from marketplace.outcomes.rules.money import plain
from marketplace.outcomes.rules.statements import Statement


def told_from(said: Statement) -> dict[str, Any]:
    """Every field in plain values; read again they say the same."""
    return {
        "type": said.type.value,
        "title": dict(said.title),
        "language": said.language,
        "abstract": said.abstract,
        "date_event": said.date_event.isoformat(),
        "precision": said.precision.value,
        "identifiers": [{"scheme": each.scheme, "value": each.value} for each in said.identifiers],
        "priorities": list(said.priorities),
        "classes": list(said.classes),
        "creators": [dict(each) for each in said.creators],
        "flow": _flow(said),
        "beneficiary": said.beneficiary,
        "value": dict(said.value) if said.value else None,
        "receipts": [_receipt(each) for each in said.receipts],
        "readiness": dict(said.readiness) if said.readiness else None,
        "additionality": dict(said.additionality) if said.additionality else None,
        "details": dict(said.details),
        "facilities": [str(each) for each in said.facilities],
        "parties": [
            {"organisation": str(each.organisation_id), "role": each.role, "size_class": each.size_class}
            for each in said.parties
        ],
        "shares": [
            {
                "basis": each.basis,
                "organisation": each.organisation_id and str(each.organisation_id),
                "facility": each.facility_id and str(each.facility_id),
                "share": plain(each.share),
            }
            for each in said.shares
        ],
        "confidentiality": said.confidentiality.value,
        "embargo_until": said.embargo_until and said.embargo_until.isoformat(),
    }


def _flow(said: Statement) -> dict[str, Any]:
    return {
        "kind": said.flow_kind,
        "direction": said.flow_direction and said.flow_direction.value,
        "from": said.flow_from and str(said.flow_from),
        "to": said.flow_to and str(said.flow_to),
    }


def _receipt(each: Any) -> dict[str, Any]:
    told = {name: each.get(name) for name in ("year", "received_on", "amount", "currency")}
    return told | {"organisation": each.get("organisation_id")}
