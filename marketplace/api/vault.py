"""The vault: approvals held already, the word of those who may give it, and approvals not asked for again."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.policy import demand
from marketplace.api.fields import Body, Instant, LocalizedText, PageArguments, ReasonGiven, page_of
from marketplace.api.history import HistoryItem, history_of
from marketplace.api.once import made_once
from marketplace.api.paging import further, offset
from marketplace.api.uploads import BYTES
from marketplace.history.rules import Subject
from marketplace.permits.actions import vault as verbs
from marketplace.permits.models import UseEffect, VaultEntry, VaultKind, VaultSource
from marketplace.permits.queries import titles, vocabulary
from marketplace.permits.queries import vault as queries
from marketplace.permits.queries.approvals import approvals_not_asked_again
from marketplace.permits.rules.lists import list_name
from marketplace.permits.rules.vault import NewEntry, Standing, personal, plain, scope_names, standing
from marketplace.web.access import allow
from marketplace.web.admin_vault import days_of, sheet_of
from marketplace.web.request import actor, now, reading, transact
from marketplace.web.vault_words import law_of, today

blueprint = Blueprint("api_vault", __name__, description="Approvals that organisations and people hold already")
AMOUNT = {"format": "decimal", "description": "up to three decimal places"}
_SAME = (
    "id", "title", "number", "issuer", "scope", "parties", "volume_unit", "valid_from", "valid_to", "revision",
    "entered_at", "verified_at", "revoked_at", "reason",
)  # fmt: skip


class HeldEntryFacts(Body):
    """What an approval says: under a rule (`GET /vault/choices`), on a white list, or a training by its title."""

    kind = fields.Enum(VaultKind, by_value=True, required=True)
    rule = fields.String(load_default=None, allow_none=True)
    list_code = fields.String(data_key="list", load_default=None, allow_none=True)
    title = fields.String(load_default="")
    number = fields.String(load_default="")
    issuer_code = fields.String(load_default=None, allow_none=True, metadata={"description": "an authority's code"})
    issuer = fields.String(load_default="", metadata={"description": "who issued it, where that is no authority"})
    scope = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata={
            "description": "facts of what it covers, each with the value or values that it allows; a number with the"
            ' most that it goes up to ({"max": 300}), control codes by regime ({"CN": ["dual_use"]})'
        },
    )
    parties = fields.List(fields.UUID(), load_default=list, metadata={"description": "only with these organisations"})
    volume_allowed = fields.Decimal(load_default=None, allow_none=True, allow_nan=True, metadata=AMOUNT)
    volume_unit = fields.String(load_default="")
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True, metadata={"description": "null: without end"})
    file = fields.UUID(load_default=None, allow_none=True, metadata={"description": "brought by `POST /files`"})


class NewHeldEntry(HeldEntryFacts):
    """An approval of the caller's own, or of an organisation that they manage."""

    organisation = fields.UUID(load_default=None, allow_none=True, metadata={"description": "null: the caller's own"})


class RevisionSeen(Body):
    """What was looked at; where the entry was changed since, nothing is said of it."""

    revision = fields.Integer(required=True, strict=True)


class RejectBody(ReasonGiven):
    """Why, and what was looked at."""

    revision = fields.Integer(load_default=None, allow_none=True, strict=True)


class AmountBody(Body):
    """How much is used up."""

    amount = fields.Decimal(required=True, allow_nan=True, metadata=AMOUNT)


class HeldEntry(Schema):
    """An approval of the vault. `standing` is how it stands today; `valid` and `ending` count."""

    id = fields.UUID()
    organisation = fields.UUID(allow_none=True)
    person = fields.UUID(allow_none=True)
    kind = fields.String()
    rule = fields.String(allow_none=True)
    list_code = fields.String(data_key="list", allow_none=True)
    title = fields.String()
    number = fields.String()
    issuer_code = fields.String(allow_none=True)
    issuer = fields.String()
    scope = fields.Dict()
    parties = fields.List(fields.UUID())
    volume_allowed = fields.String(allow_none=True, metadata=AMOUNT)
    volume_used = fields.String(metadata=AMOUNT)
    volume_unit = fields.String()
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    file = fields.UUID(allow_none=True)
    source = fields.String(metadata={"enum": [each.value for each in VaultSource]})
    standing = fields.String(metadata={"enum": [each.value for each in Standing]})
    revision = fields.Integer()
    entered_at = Instant()
    verified_by = fields.UUID(allow_none=True)
    verified_at = Instant(allow_none=True)
    revoked_at = Instant(allow_none=True)
    reason = fields.String(allow_none=True)


class EntryUse(Schema):
    """A booking's plan that leans, or leaned, on an entry."""

    rule = fields.String()
    effect = fields.String(metadata={"enum": [each.value for each in UseEffect]})
    basis = fields.String()
    noted_at = Instant()
    ended_at = Instant(allow_none=True)


class RuleChoice(Schema):
    """A rule under which approvals are held, and the facts by which one may be narrowed."""

    rule = fields.String()
    title = fields.Nested(LocalizedText)
    of_people = fields.Boolean(metadata={"description": "people hold it, not organisations"})
    scope = fields.List(fields.String())


class ListChoice(Schema):
    """A white list that rules name."""

    code = fields.String(data_key="list")
    title = fields.Nested(LocalizedText)


class Choices(Schema):
    """What an entry may stand under."""

    rules = fields.List(fields.Nested(RuleChoice))
    lists = fields.List(fields.Nested(ListChoice))


class DaysArguments(Schema):
    """From which day to which, both included; left out, this year so far."""

    first = fields.String(load_default="", validate=validate.Length(max=20), metadata={"description": "YYYY-MM-DD"})
    last = fields.String(load_default="", validate=validate.Length(max=20), metadata={"description": "YYYY-MM-DD"})


class AvoidedItem(Schema):
    """How many approvals under a rule were not asked for again in a month."""

    month = fields.String()
    rule = fields.String()
    approvals = fields.Integer()


EntryList = page_of(HeldEntry, name="VaultEntryList", says="Approvals of the vault.")
UseList = page_of(EntryUse, name="VaultUseList", says="Where an approval was used, the latest first.")
EntryHistory = page_of(HistoryItem, name="VaultEntryHistory", says="What happened to an approval, the latest first.")
AvoidedList = page_of(AvoidedItem, name="AvoidedList", says="Approvals not asked for again, by month and rule.")


@blueprint.route("/vault")
@blueprint.response(200, EntryList)
@allow("vault.list")
def mine() -> dict[str, Any]:
    """What the caller and their organisations hold, what ends next first."""
    return {"items": [entry_item(row) for row in queries.entries_of(reading(), by=actor())], "next": None}


@blueprint.route("/vault/choices")
@blueprint.response(200, Choices)
@allow("vault.list")
def choices() -> dict[str, Any]:
    """The rules and white lists that an entry may stand under today."""
    named, known = titles(reading()), vocabulary(reading())
    laws = [(id, law_of(id)) for id in queries.held_under(reading(), today())]
    return {
        "rules": [
            {"rule": id, "title": named[id], "of_people": law is not None and personal(law),
             "scope": scope_names(law, known)}
            for id, law in laws
        ],
        "lists": [{"code": code, "title": list_name(code)} for code in queries.known_lists(reading())],
    }  # fmt: skip


@blueprint.route("/vault/waiting")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, EntryList)
@allow("vault.queue")
def waiting(arguments: dict[str, Any]) -> dict[str, Any]:
    """What waits to be verified, the oldest first: officers see what their own agency issued."""
    demand(actor(), "vault.queue")
    limit, shown = arguments["limit"], offset(arguments["cursor"])
    found = queries.waiting(reading(), by=actor(), limit=limit + 1, offset=shown)
    return {"items": [entry_item(row) for row in found[:limit]], "next": further(found, limit, shown)}


@blueprint.route("/vault", methods=["POST"])
@blueprint.arguments(NewHeldEntry)
@blueprint.response(201, HeldEntry)
@allow("vault.enter")
def enter(body: dict[str, Any]) -> dict[str, Any]:
    """Enter an approval; it counts once it is verified."""
    place = body["organisation"]
    new = new_entry(body, organisation_id=place, person_id=None if place else actor().id)
    made = made_once(lambda session: verbs.enter(session, new, now=now(), by=actor()).id)
    return entry_item(queries.entry(reading(), made, by=actor()))


@blueprint.route("/vault/<uuid:entry_id>")
@blueprint.response(200, HeldEntry)
@allow("vault.see")
def one(entry_id: UUID) -> dict[str, Any]:
    """One approval."""
    return entry_item(queries.entry(reading(), entry_id, by=actor()))


@blueprint.route("/vault/<uuid:entry_id>", methods=["PUT"])
@blueprint.arguments(HeldEntryFacts)
@blueprint.response(200, HeldEntry)
@allow("vault.change")
def change(body: dict[str, Any], entry_id: UUID) -> dict[str, Any]:
    """Put an approval right while nobody has verified it; one that was rejected waits again."""
    row = queries.entry(reading(), entry_id, by=actor())
    new = new_entry(body, organisation_id=row.organisation_id, person_id=row.person_id)
    return entry_item(transact(lambda session: verbs.change(session, entry_id, new, now=now(), by=actor())))


@blueprint.route("/vault/<uuid:entry_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("vault.remove")
def remove(entry_id: UUID) -> None:
    """Take away an approval that nobody has verified."""
    transact(lambda session: verbs.remove(session, entry_id, now=now(), by=actor()))


@blueprint.route("/vault/<uuid:entry_id>/verify", methods=["POST"])
@blueprint.arguments(RevisionSeen)
@blueprint.response(200, HeldEntry)
@allow("vault.verify")
def verify(body: dict[str, Any], entry_id: UUID) -> dict[str, Any]:
    """Let an approval count."""
    seen = body["revision"]
    return entry_item(transact(lambda session: verbs.verify(session, entry_id, now=now(), by=actor(), revision=seen)))


@blueprint.route("/vault/<uuid:entry_id>/reject", methods=["POST"])
@blueprint.arguments(RejectBody)
@blueprint.response(200, HeldEntry)
@allow("vault.reject")
def reject(body: dict[str, Any], entry_id: UUID) -> dict[str, Any]:
    """Say that an approval can't be verified; its owner is told why and may put it right."""
    reason, seen = body["reason"], body["revision"]
    return entry_item(
        transact(lambda session: verbs.reject(session, entry_id, reason, now=now(), by=actor(), revision=seen))
    )


@blueprint.route("/vault/<uuid:entry_id>/revoke", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(200, HeldEntry)
@allow("vault.revoke")
def revoke(body: dict[str, Any], entry_id: UUID) -> dict[str, Any]:
    """End an approval before its day."""
    reason = body["reason"]
    return entry_item(transact(lambda session: verbs.revoke(session, entry_id, reason, now=now(), by=actor())))


@blueprint.route("/vault/<uuid:entry_id>/use", methods=["POST"])
@blueprint.arguments(AmountBody)
@blueprint.response(200, HeldEntry)
@allow("vault.use")
def use(body: dict[str, Any], entry_id: UUID) -> dict[str, Any]:
    """Use up some of what an approval allows; refused beyond what is left."""
    amount = body["amount"]
    return entry_item(transact(lambda session: verbs.use_volume(session, entry_id, amount, now=now(), by=actor())))


@blueprint.route("/vault/<uuid:entry_id>/uses")
@blueprint.response(200, UseList)
@allow("vault.see")
def uses(entry_id: UUID) -> dict[str, Any]:
    """Where an approval was used."""
    row = queries.entry(reading(), entry_id, by=actor())
    same = ("basis", "noted_at", "ended_at")
    items = [
        {"rule": each.rule_id, "effect": each.effect.value, **{name: getattr(each, name) for name in same}}
        for each in queries.uses_of(reading(), row.id)
    ]
    return {"items": items, "next": None}


@blueprint.route("/vault/<uuid:entry_id>/history")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, EntryHistory)
@allow("vault.see")
def history(arguments: dict[str, Any], entry_id: UUID) -> dict[str, Any]:
    """What happened to an approval."""
    row = queries.entry(reading(), entry_id, by=actor())
    return history_of(Subject("vault_entry", row.id), arguments)


@blueprint.route("/approvals-not-asked-again")
@blueprint.arguments(DaysArguments, location="query")
@blueprint.response(200, AvoidedList)
@allow("approvals.see")
def approvals(arguments: dict[str, Any]) -> dict[str, Any]:
    """Approvals that bookings did without because one was held already."""
    first, last = _days(arguments)
    rows = approvals_not_asked_again(reading(), first, last)
    return {
        "items": [{"month": row.month, "rule": row.rule_id, "approvals": row.approvals} for row in rows],
        "next": None,
    }


@blueprint.route("/approvals-not-asked-again.csv")
@blueprint.arguments(DaysArguments, location="query")
@blueprint.response(200, BYTES, content_type="text/csv", description="The same as a sheet, UTF-8.")
@allow("approvals.see")
def approvals_sheet(arguments: dict[str, Any]) -> Response:
    """The same as CSV."""
    return Response(sheet_of(*_days(arguments)), content_type="text/csv; charset=utf-8")


def new_entry(body: dict[str, Any], *, organisation_id: UUID | None, person_id: UUID | None) -> NewEntry:
    """What a body tells of an approval."""
    same = (
        "kind", "title", "number", "issuer_code", "issuer", "scope", "parties", "volume_allowed", "volume_unit",
        "valid_from", "valid_to",
    )  # fmt: skip
    return NewEntry(
        **{name: body[name] for name in same},
        rule_id=body["rule"],
        list_code=body["list_code"],
        file_id=body["file"],
        organisation_id=organisation_id,
        person_id=person_id,
    )


def entry_item(row: VaultEntry) -> dict[str, Any]:
    """An approval in the shape of `HeldEntry`."""
    return {
        **{name: getattr(row, name) for name in _SAME},
        "organisation": row.organisation_id,
        "person": row.person_id,
        "kind": row.kind.value,
        "rule": row.rule_id,
        "list_code": row.list_code,
        "issuer_code": row.issuer_code,
        "volume_allowed": None if row.volume_allowed is None else plain(row.volume_allowed),
        "volume_used": plain(row.volume_used),
        "file": row.file_id,
        "source": row.source.value,
        "standing": standing(row, today()).value,
        "verified_by": row.verified_by,
    }


def _days(arguments: dict[str, Any]) -> tuple[date, date]:
    return days_of(arguments["first"], arguments["last"], today())
