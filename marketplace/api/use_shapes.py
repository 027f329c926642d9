"""The shapes of sessions of use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, fields, validate

from marketplace.api.fields import LONGEST_REASON, Body, Instant
from marketplace.bookings.models import Purpose
from marketplace.operations.models import Source, UseSession
from marketplace.operations.queries.one import UsePage
from marketplace.operations.rules.details import LONGEST_CONSUMABLES, MOST_MINUTES, MOST_SAMPLES, Details

_SOURCES: Final = [each.value for each in Source]
_SECONDS: Final = validate.Range(0, 10 * 366 * 86_400)


class DetailsBody(Body):
    """What was used beside time; what is left out stays as it is."""

    purpose = fields.Enum(Purpose, by_value=True, load_default=None, allow_none=True)
    samples = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, MOST_SAMPLES))
    operator_minutes = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, MOST_MINUTES))
    consumables = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=LONGEST_CONSUMABLES))


class CorrectionBody(Body):
    """How long it really was, how much of it the machine stood by, and why that is said only now."""

    began = Instant(required=True)
    ended = Instant(required=True)
    idle_seconds = fields.Integer(load_default=None, allow_none=True, validate=_SECONDS)
    preparation_seconds = fields.Integer(load_default=None, allow_none=True, validate=_SECONDS)
    post_seconds = fields.Integer(load_default=None, allow_none=True, validate=_SECONDS)
    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_REASON))


class FormerUse(Schema):
    """What a session was said to be before it was corrected."""

    id = fields.UUID()
    checked_in_at = Instant()
    checked_out_at = Instant(allow_none=True)
    recorded_at = Instant()
    superseded_at = Instant()


class UseListed(Schema):
    """One stretch of real use. A rule is named where a time is estimated; effective time is its length without idle."""

    id = fields.UUID()
    unit = fields.UUID()
    place = fields.Integer()
    booking = fields.UUID(allow_none=True, metadata={"description": "null: the host’s own use, without a booking"})
    organisation = fields.UUID()
    checked_in_at = Instant()
    checked_out_at = Instant(allow_none=True)
    start_source = fields.String(metadata={"enum": _SOURCES})
    end_source = fields.String(allow_none=True, metadata={"enum": _SOURCES})
    start_rule = fields.String(allow_none=True)
    end_rule = fields.String(allow_none=True)
    estimated = fields.Boolean()
    purpose = fields.String(allow_none=True)
    samples = fields.Integer(allow_none=True)
    operator_minutes = fields.Integer(allow_none=True)
    consumables = fields.String(allow_none=True)
    idle_seconds = fields.Integer(allow_none=True)
    preparation_seconds = fields.Integer(allow_none=True)
    post_seconds = fields.Integer(allow_none=True)
    recorded_at = Instant()
    correction_reason = fields.String(allow_none=True)


class UseDetail(UseListed):
    """A session with what is still to be told, and what was said before."""

    missing = fields.List(fields.String(), metadata={"description": "what the unit asks for and nobody put down"})
    former = fields.List(fields.Nested(FormerUse))


def details_of(body: Mapping[str, Any]) -> Details:
    """What a body says was used."""
    names = ("purpose", "samples", "operator_minutes", "consumables")
    return Details(**{name: body.get(name) for name in names})


def use_detail(page: UsePage) -> dict[str, Any]:
    """A session in the shape of `UseDetail`."""
    return {**use_item(page.use), "missing": page.missing, "former": [_former(row) for row in page.former]}


def use_item(use: UseSession) -> dict[str, Any]:
    """What a session says of itself."""
    same = (
        *("id", "place", "checked_in_at", "checked_out_at", "start_rule", "end_rule", "estimated", "samples"),
        *("operator_minutes", "consumables", "idle_seconds", "preparation_seconds", "post_seconds", "recorded_at"),
        "correction_reason",
    )
    return {
        **{name: getattr(use, name) for name in same},
        "unit": use.unit_id,
        "booking": use.booking_id,
        "organisation": use.organisation_id,
        "start_source": use.start_source.value,
        "end_source": use.end_source and use.end_source.value,
        "purpose": use.purpose and use.purpose.value,
    }


def _former(use: UseSession) -> dict[str, Any]:
    same = ("id", "checked_in_at", "checked_out_at", "recorded_at", "superseded_at")
    return {name: getattr(use, name) for name in same}
