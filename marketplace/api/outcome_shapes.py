"""How outcomes are written for programs: what is sent, what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from marketplace.api.fields import Body, Instant, LocalizedText, PageArguments, page_of
from marketplace.api.history import HistoryItem
from marketplace.outcomes.models import (
    Confidentiality,
    DatePrecision,
    Outcome,
    OutcomeEvent,
    OutcomeEvidence,
    OutcomeStatus,
    OutcomeType,
    OutcomeVersion,
)
from marketplace.outcomes.queries.listing import Row
from marketplace.outcomes.rules.reading import FIELDS
from marketplace.outcomes.rules.shapes import EVIDENCE_KINDS
from marketplace.outcomes.rules.statements import Statement
from marketplace.outcomes.rules.telling import told_from

LONGEST = 2000
VERSION = {"description": "the version that was looked at; where another stands by now, nothing is done"}
WHOSE = {"description": "for which organisation, where the caller speaks for several"}


class OutcomeFacts(Body):
    """What an outcome says. Amounts and shares are decimal numbers as text, never floats; `parties` left out are those
    of the collaboration; identifiers and details are those of the type (`GET /outcomes/choices`)."""

    type = fields.String(required=True, metadata={"enum": [each.value for each in OutcomeType]})
    title = fields.Nested(LocalizedText, required=True)
    language = fields.String(load_default="")
    abstract = fields.String(load_default="")
    date_event = fields.String(required=True, metadata={"description": "YYYY-MM-DD; YYYY-MM or YYYY by `precision`"})
    precision = fields.String(load_default="day", metadata={"enum": [each.value for each in DatePrecision]})
    identifiers = fields.List(fields.Dict(keys=fields.String()), metadata={"description": "[{scheme, value}]"})
    priorities = fields.List(fields.String(), metadata={"description": "applications whose priority a family claims"})
    classes = fields.List(fields.String(), metadata={"description": "IPC or CPC"})
    creators = fields.List(
        fields.Dict(keys=fields.String()),
        metadata={"description": "[{family, given, orcid, person_id, organisations, affiliations}]"},
    )
    flow = fields.Dict(keys=fields.String(), allow_none=True, metadata={"description": "{kind, direction, from, to}"})
    beneficiary = fields.String(load_default="", metadata={"description": "a third party without an account, by name"})
    value = fields.Dict(
        keys=fields.String(),
        allow_none=True,
        metadata={"description": "{amount, currency, price_year, method, deflator}"},
    )
    receipts = fields.List(
        fields.Dict(keys=fields.String()),
        metadata={"description": "[{year or received_on, amount, currency, organisation}]; `organisation` received it"},
    )
    readiness = fields.Dict(
        keys=fields.String(), allow_none=True, metadata={"description": "{scheme: trl or mrl, before, after, assessor}"}
    )
    additionality = fields.Dict(
        keys=fields.String(), allow_none=True, metadata={"description": "{without_us, respondent, reference_value}"}
    )
    details = fields.Dict(keys=fields.String(), allow_none=True)
    facilities = fields.List(fields.UUID())
    parties = fields.List(
        fields.Dict(keys=fields.String()), metadata={"description": "[{organisation, role, size_class}]"}
    )
    shares = fields.List(
        fields.Dict(keys=fields.String()),
        metadata={"description": "[{basis, organisation or facility, share}]; those of a basis sum to exactly 1"},
    )
    confidentiality = fields.String(load_default="parties", metadata={"enum": [each.value for each in Confidentiality]})
    embargo_until = fields.String(load_default=None, allow_none=True, metadata={"description": "YYYY-MM-DD"})


class NewOutcome(OutcomeFacts):
    """An outcome of a collaboration; a draft unless `submit` says otherwise."""

    organisation = fields.UUID(load_default=None, allow_none=True, metadata=WHOSE)
    submit = fields.Boolean(load_default=False, metadata={"description": "hand it to the other sides at once"})


class NextVersion(OutcomeFacts):
    """The whole of what an outcome says from now on."""

    version = fields.Integer(required=True, strict=True, metadata=VERSION)


class Seen(Body):
    """What was looked at."""

    version = fields.Integer(load_default=None, allow_none=True, strict=True, metadata=VERSION)


class Looked(Body):
    """The version that is judged."""

    version = fields.Integer(required=True, strict=True, metadata=VERSION)


class SaidFor(Looked):
    """What was looked at, and for whom it is said."""

    organisation = fields.UUID(load_default=None, allow_none=True, metadata=WHOSE)


class ReasonSeen(Seen):
    """Why; all sides read it."""

    reason = fields.String(required=True, validate=validate.Length(1, LONGEST))


class DisputeBody(SaidFor):
    """Why, and for whom it is said."""

    reason = fields.String(required=True, validate=validate.Length(1, LONGEST))


class SettleBody(Looked):
    """Whether the outcome stands and why, and what was looked at: 3 a document, 4 a register or an audit."""

    reason = fields.String(required=True, validate=validate.Length(1, LONGEST))
    stands = fields.Boolean(required=True)
    level = fields.Integer(load_default=None, allow_none=True, strict=True)


class CheckBody(Looked):
    """What the papers show: 3 a document, 4 a register or an audit."""

    level = fields.Integer(required=True, strict=True)
    evidence = fields.List(fields.UUID(), required=True, metadata={"description": "ids of what was looked at"})
    note = fields.String(load_default="")


class PaperBody(Body):
    """A file brought by `POST /files`, or an address."""

    kind = fields.String(required=True, metadata={"enum": list(EVIDENCE_KINDS)})
    file = fields.UUID(load_default=None, allow_none=True)
    url = fields.String(load_default="")
    retrieved_on = fields.Date(load_default=None, allow_none=True)
    quote = fields.String(load_default="")


class LinkBody(Body):
    """A further collaboration of the reporter's, or a session of use: one of the two."""

    collaboration = fields.UUID(load_default=None, allow_none=True)
    session = fields.UUID(load_default=None, allow_none=True)


class OutcomeArguments(PageArguments):
    """Which outcomes."""

    type = fields.Enum(OutcomeType, by_value=True, load_default=None, metadata={"description": "only of this type"})
    status = fields.Enum(
        OutcomeStatus, by_value=True, load_default=None, metadata={"description": "only in this status"}
    )
    level = fields.Integer(load_default=None, validate=validate.Range(0, 4), metadata={"description": "at least"})
    year = fields.Integer(load_default=None, validate=validate.Range(1, 9999))


class OutcomeItem(Schema):
    """An outcome in a list."""

    id = fields.UUID()
    reference = fields.String()
    collaboration = fields.UUID()
    organisation = fields.UUID(metadata={"description": "who reports it"})
    type = fields.String()
    title = fields.Nested(LocalizedText)
    status = fields.String()
    level = fields.Integer(metadata={"description": "of verification, 0 to 4"})
    fully_confirmed = fields.Boolean()
    version = fields.Integer()
    date_event = fields.Date()
    confidentiality = fields.String()
    embargo_until = fields.Date(allow_none=True)
    submitted_at = Instant(allow_none=True)


class SideItem(Schema):
    """A side that may confirm, and whether it did."""

    organisation = fields.UUID()
    confirmed = fields.Boolean()


class EvidenceItem(Schema):
    """What shows an outcome; `digest` is the SHA-256 of a file, which stays where the file goes."""

    id = fields.UUID()
    kind = fields.String()
    file = fields.UUID(allow_none=True)
    digest = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    retrieved_on = fields.Date(allow_none=True)
    quote = fields.String()
    added_at = Instant()
    checked_at = Instant(allow_none=True)


class OutcomeDetail(OutcomeItem):
    """An outcome with all that its last version says, in the shape in which it is sent."""

    says = fields.Dict()
    collaborations = fields.List(fields.UUID())
    sessions = fields.List(fields.UUID(), metadata={"description": "of use that it came of, as far as the caller sees"})
    sides = fields.List(fields.Nested(SideItem))
    evidence = fields.List(fields.Nested(EvidenceItem))
    may = fields.List(fields.String(), metadata={"description": "what the caller may do with it now"})


class VersionItem(Schema):
    """What was said, and when."""

    number = fields.Integer()
    recorded_at = Instant()
    recorded_by = fields.UUID(allow_none=True)
    source = fields.String()
    says = fields.Dict()


class EventItem(Schema):
    """What happened, and how it stood from then on."""

    number = fields.Integer()
    verb = fields.String()
    version = fields.Integer()
    organisation = fields.UUID(allow_none=True)
    at = Instant()
    by = fields.UUID(allow_none=True)
    status = fields.String()
    level = fields.Integer()
    reason = fields.String()


class WaitingOutcomes(Schema):
    """What the caller may do something about."""

    to_confirm = fields.List(fields.Nested(OutcomeItem))
    drafts = fields.List(fields.Nested(OutcomeItem))
    disputed = fields.List(fields.Nested(OutcomeItem))


class TypeChoice(Schema):
    """What outcomes of a type say: identifiers, of which a submitted one needs one of `needs`, and details."""

    type = fields.String()
    schemes = fields.List(fields.String())
    needs = fields.List(fields.String())
    details = fields.List(fields.Dict())


OutcomeList = page_of(OutcomeItem, name="OutcomeList", says="Outcomes, the newest entry first.")
VersionList = page_of(VersionItem, name="OutcomeVersions", says="Versions of an outcome, the first one first.")
EventList = page_of(EventItem, name="OutcomeEvents", says="What happened to an outcome, the first first.")
OutcomeHistory = page_of(HistoryItem, name="OutcomeHistory", says="The history of an outcome, the latest first.")
TypeList = page_of(TypeChoice, name="OutcomeTypes", says="Types of outcomes.")


def facts(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a body says of an outcome, as plain fields."""
    told = {name: body[name] for name in FIELDS if name in body}
    if "facilities" in told:
        told["facilities"] = list(told["facilities"])
    return told


def item(row: Row) -> dict[str, Any]:
    """An outcome in the shape of `OutcomeItem`."""
    return _item(row.outcome, row.title)


def _item(row: Outcome, title: Mapping[str, str]) -> dict[str, Any]:
    same = ("id", "reference", "level", "fully_confirmed", "version", "date_event", "embargo_until", "submitted_at")
    return {
        **{name: getattr(row, name) for name in same},
        "collaboration": row.collaboration_id,
        "organisation": row.organisation_id,
        "type": row.type.value,
        "title": dict(title),
        "status": row.status.value,
        "confidentiality": row.confidentiality.value,
    }


def detail(row: Outcome, said: Statement, **more: Any) -> dict[str, Any]:
    """An outcome in the shape of `OutcomeDetail`."""
    return {**_item(row, said.title), "says": told_from(said), **more}


def evidence_item(row: OutcomeEvidence) -> dict[str, Any]:
    """A paper in the shape of `EvidenceItem`."""
    same = ("id", "kind", "digest", "url", "retrieved_on", "quote", "added_at", "checked_at")
    return {**{name: getattr(row, name) for name in same}, "file": row.file_id}


def version_item(row: OutcomeVersion, said: Statement) -> dict[str, Any]:
    """A version in the shape of `VersionItem`."""
    same = ("number", "recorded_at", "recorded_by", "source")
    return {**{name: getattr(row, name) for name in same}, "says": told_from(said)}


def event_item(row: OutcomeEvent) -> dict[str, Any]:
    """An event in the shape of `EventItem`."""
    same = ("number", "version", "at", "by", "level", "reason")
    told = {name: getattr(row, name) for name in same}
    return told | {"verb": row.verb.value, "status": row.status.value, "organisation": row.organisation_id}
