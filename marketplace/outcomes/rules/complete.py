"""What a draft still lacks before it may be submitted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from marketplace.outcomes.models import FlowDirection
from marketplace.outcomes.rules.shapes import SHAPES
from marketplace.outcomes.rules.statements import Statement
from marketplace.values.refusal import FieldError


def lacking(said: Statement, parties: Collection[UUID]) -> Iterator[FieldError]:
    """Each field that a submitted outcome needs and this one lacks. `parties` are the organisations that take part in
    the collaborations it belongs to: whoever provided and whoever used are among them."""
    shape = SHAPES[said.type]
    if shape.needs and not any(each.scheme in shape.needs for each in said.identifiers):
        yield FieldError("identifiers", "needed", "outcome_identifier_needed", {"schemes": list(shape.needs)})
    for detail in shape.details:
        if detail.needed and said.details.get(detail.name) in (None, ""):
            yield FieldError(f"details.{detail.name}", "required", "required")
    yield from _lacking_sides(said, parties)
    yield from _lacking_beneficiary(said)


def _lacking_sides(said: Statement, parties: Collection[UUID]) -> Iterator[FieldError]:
    if not (said.of_role("provider") and said.of_role("user")):
        yield FieldError("parties", "sides", "outcome_sides")
    if said.sides - set(parties):
        yield FieldError("parties", "of_collaboration", "outcome_side_elsewhere")


def _lacking_beneficiary(said: Statement) -> Iterator[FieldError]:
    """What went to a third party names it, and it is neither who provided nor who used."""
    third = said.of_role("beneficiary")
    if third & said.sides:
        yield FieldError("parties", "beneficiary", "outcome_beneficiary_side")
    if said.flow_direction is FlowDirection.THIRD_PARTY and not (said.beneficiary or third):
        yield FieldError("beneficiary", "required", "outcome_beneficiary")
