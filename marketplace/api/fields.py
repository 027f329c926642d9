"""The shapes that many operations share: instants, money, localized text, and pages of items."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate

from marketplace.values.localized import LANGUAGES

LONGEST_REASON = 1000
LONGEST_PASSWORD = 1000
LIMIT_DEFAULT = 50
LIMIT_MOST = 200


class Instant(fields.AwareDateTime):
    """An instant: ISO 8601 with an offset, on the way in and on the way out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", default_timezone=None, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        try:
            return super()._deserialize(value, attr, data, **options).astimezone(UTC)
        except OverflowError:
            raise ValidationError("Not an instant within the calendar.") from None


class Body(Schema):
    """The parent of what is sent to us: a member that nobody knows is an error, never ignored."""

    class Meta:
        unknown = RAISE


class ReasonGiven(Body):
    """Why; whoever it is about reads it."""

    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_REASON))


class LocalizedText(Schema):
    """A text in up to three languages."""

    locals().update({tag: fields.String() for tag in LANGUAGES})


class MoneyAmount(Schema):
    """An amount in minor units of an ISO 4217 currency."""

    amount_minor = fields.Integer(required=True, metadata={"description": "in minor units: cents, fen, avos"})
    currency = fields.String(required=True, metadata={"description": "ISO 4217"})


class PageArguments(Schema):
    """How much of a list, and from where."""

    limit = fields.Integer(
        load_default=LIMIT_DEFAULT, validate=validate.Range(1, LIMIT_MOST), metadata={"description": "items at most"}
    )
    cursor = fields.String(
        load_default=None, validate=validate.Length(max=400), metadata={"description": "`next` of the page before"}
    )


class OrganisationRef(Schema):
    """An organisation as others name it."""

    id = fields.UUID()
    slug = fields.String()
    name = fields.Nested(LocalizedText)


class ProblemField(Schema):
    """One piece of input that breaks a rule."""

    field = fields.String()
    rule = fields.String()
    message = fields.String()


class ProblemReason(Schema):
    """One reason of a refusal: the code, its facts, and the same as a sentence in the caller's language."""

    code = fields.String()
    details = fields.Dict()
    message = fields.String()


class ProblemDocument(Schema):
    """An error: RFC 9457, with the code that programs read; which further members there are depends on the code."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    request_id = fields.String(required=True, allow_none=True)
    errors = fields.List(fields.Nested(ProblemField), required=True)
    reasons = fields.List(fields.Nested(ProblemReason), metadata={"description": "of `refused` and `taken`"})
    alternatives = fields.List(fields.Dict(), metadata={"description": "of `taken`: what is free nearby"})
    state = fields.String(metadata={"description": "of `state_forbids` and `expired`: the present state"})
    verb = fields.String(metadata={"description": "what was not allowed, of `forbidden` and `state_forbids`"})


@cache
def page_of(item: type[Schema], *, name: str = "", says: str | None = None) -> type[Schema]:
    """The schema of `{"items": [...], "next": cursor or null}`, one for each kind of item; `says` describes it."""
    members = {"items": fields.List(fields.Nested(item)), "next": fields.String(allow_none=True), "__doc__": says}
    return type(name or f"{item.__name__}Page", (Schema,), members)
