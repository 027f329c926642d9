"""Collaborations as the API tells them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.api.fields import Instant, LocalizedText, MoneyAmount, OrganisationRef
from marketplace.collaborations.models import Collaboration, CollaborationParty, Funding, Milestone
from marketplace.collaborations.queries.detail import CollaborationPage, MilestoneRow, PaperRow, PersonRow
from marketplace.collaborations.queries.pages import CollaborationRow, PartyRow

SHEET = ("aim", "level_now", "level_wanted", "agreement_number", "clauses", "raid", "starts_on", "ends_on")


class FormerNameItem(Schema):
    """A name that an organisation had until a day."""

    name = fields.Nested(LocalizedText)
    until_day = fields.Date()


class CollaborationPartyItem(Schema):
    """One party: asked, member, declined or left; `successor` is the organisation that it has become part of."""

    organisation = fields.Nested(OrganisationRef)
    jurisdiction = fields.String()
    roles = fields.List(fields.String())
    standing = fields.String()
    joined_on = fields.Date(allow_none=True)
    left_on = fields.Date(allow_none=True)
    left_reason = fields.String()
    formerly = fields.List(fields.Nested(FormerNameItem))
    successor = fields.Nested(OrganisationRef, allow_none=True)


class CollaborationItem(Schema):
    """One collaboration: `waits` says that the caller's side has to answer, `verbs` what the caller may do with it."""

    id = fields.UUID()
    reference = fields.String()
    title = fields.Nested(LocalizedText)
    kind = fields.String()
    state = fields.String()
    waits = fields.Boolean()
    in_group = fields.Boolean(metadata={"description": "all parties belong to one group"})
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)
    version = fields.Integer()
    verbs = fields.List(fields.String())
    parties = fields.List(fields.Nested(CollaborationPartyItem))


class CollaborationPersonItem(Schema):
    """Somebody whom a party named."""

    person = fields.UUID()
    name = fields.String()
    organisation = fields.UUID()
    role = fields.String()


class CollaborationFundingItem(Schema):
    """Money that was awarded."""

    id = fields.UUID()
    funder = fields.String()
    programme = fields.String()
    award_number = fields.String()
    public = fields.Boolean()
    amount = fields.Nested(MoneyAmount, allow_none=True)
    from_day = fields.Date(allow_none=True)
    until_day = fields.Date(allow_none=True)


class CollaborationMilestoneItem(Schema):
    """Something due by a day: planned, soon, late, reached or cancelled. The first day that was promised stays."""

    id = fields.UUID()
    title = fields.String()
    organisation = fields.UUID(allow_none=True)
    standing = fields.String()
    first_planned_on = fields.Date()
    planned_on = fields.Date()
    reached_on = fields.Date(allow_none=True)
    cancelled_on = fields.Date(allow_none=True)


class CollaborationPaperItem(Schema):
    """A file of a collaboration; `GET /files/{file}` hands it out."""

    id = fields.UUID()
    file = fields.UUID()
    name = fields.String()
    size = fields.Integer()
    kind = fields.String()
    added_at = Instant()


class CollaborationBookingItem(Schema):
    """A booking that belongs to a collaboration."""

    id = fields.UUID()
    reference = fields.String()
    state = fields.String()
    start = Instant()
    end = Instant()


class CollaborationUseItem(Schema):
    """How often the facilities were used in the bookings that the caller sees, and for how many minutes."""

    sessions = fields.Integer()
    minutes = fields.Integer()


class CollaborationDetail(CollaborationItem):
    """One collaboration with all that hangs on it, as far as the caller sees it."""

    aim = fields.String()
    scheme = fields.String(allow_none=True)
    level_now = fields.Integer(allow_none=True)
    level_wanted = fields.Integer(allow_none=True)
    agreement_number = fields.String()
    framework = fields.UUID(allow_none=True)
    clauses = fields.Dict(keys=fields.String(), values=fields.String())
    raid = fields.String(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    end_reason = fields.String()
    report = fields.String()
    report_file = fields.UUID(allow_none=True)
    people = fields.List(fields.Nested(CollaborationPersonItem))
    funding = fields.List(fields.Nested(CollaborationFundingItem))
    milestones = fields.List(fields.Nested(CollaborationMilestoneItem))
    files = fields.List(fields.Nested(CollaborationPaperItem))
    bookings = fields.List(fields.Nested(CollaborationBookingItem))
    bookings_elsewhere = fields.Integer(metadata={"description": "bookings that only their own organisations see"})
    use = fields.Nested(CollaborationUseItem)
    applications = fields.Dict(keys=fields.String(), values=fields.Integer())


def party_item(row: PartyRow, *, whole: bool) -> dict[str, Any]:
    """A party in the shape of `CollaborationPartyItem`."""
    party: CollaborationParty = row.party
    return {
        "organisation": row.organisation,
        "jurisdiction": row.organisation.jurisdiction_code,
        "roles": party.roles,
        "standing": row.standing,
        "joined_on": party.joined_on,
        "left_on": party.left_on,
        "left_reason": party.left_reason if whole else "",
        "formerly": row.formerly,
        "successor": row.successor,
    }


def collaboration_item(row: CollaborationRow) -> dict[str, Any]:
    """A collaboration in the shape of `CollaborationItem`."""
    own: Collaboration = row.collaboration
    return {
        "id": own.id,
        "reference": own.reference,
        "version": own.version,
        "title": row.title,
        "kind": row.sheet.kind.value,
        "state": row.state.value,
        "waits": row.asked,
        "in_group": row.in_group,
        "starts_on": row.sheet.starts_on,
        "ends_on": row.sheet.ends_on,
        "verbs": sorted(deed.value for deed in row.deeds),
        "parties": [party_item(each, whole=row.sight.until is None and not row.sight.asked) for each in row.parties],
    }


def collaboration_detail(page: CollaborationPage) -> dict[str, Any]:
    """A collaboration in the shape of `CollaborationDetail`; of its end only those hear who did not leave before."""
    row = page.row
    own, sheet, hidden = row.collaboration, row.sheet, row.sight.until is not None
    return {
        **collaboration_item(row),
        **{name: getattr(sheet, name) for name in SHEET},
        "scheme": sheet.scheme.value if sheet.scheme else None,
        "framework": sheet.framework_id,
        "ended_on": None if hidden else own.ended_on,
        "end_reason": "" if hidden else own.end_reason,
        "report": "" if hidden else own.report,
        "report_file": None if hidden else own.report_file_id,
        "people": [person_item(each) for each in page.people],
        "funding": [funding_item(each) for each in page.funding],
        "milestones": [milestone_item(each) for each in page.milestones],
        "files": [paper_item(each) for each in page.papers],
        "bookings": [
            {
                "id": each.id,
                "reference": each.booking.reference,
                "state": each.state.value,
                "start": each.period.start,
                "end": each.period.end,
            }
            for each in page.bookings
        ],
        "bookings_elsewhere": page.elsewhere,
        "use": {"sessions": page.use.sessions, "minutes": int(page.use.length.total_seconds() // 60)},
        "applications": {state.value: count for state, count in page.application_states.items()},
    }


def person_item(row: PersonRow) -> dict[str, Any]:
    """Somebody in the shape of `CollaborationPersonItem`."""
    named = row.named
    return {
        "person": named.person_id,
        "name": row.name,
        "organisation": named.organisation_id,
        "role": named.role,
    }


def funding_item(row: Funding) -> dict[str, Any]:
    """Money in the shape of `CollaborationFundingItem`."""
    same = ("id", "funder", "programme", "award_number", "public", "from_day", "until_day")
    return {**{name: getattr(row, name) for name in same}, "amount": row.money}


def milestone_item(row: MilestoneRow) -> dict[str, Any]:
    """A milestone in the shape of `CollaborationMilestoneItem`."""
    same = ("id", "title", "first_planned_on", "planned_on", "reached_on", "cancelled_on")
    one: Milestone = row.milestone
    found = {name: getattr(one, name) for name in same}
    if row.standing not in ("reached", "cancelled"):
        found |= {"reached_on": None, "cancelled_on": None}
    return {**found, "organisation": one.organisation_id, "standing": row.standing}


def paper_item(row: PaperRow) -> dict[str, Any]:
    """A file in the shape of `CollaborationPaperItem`."""
    return {
        "id": row.paper.id,
        "file": row.file.id,
        "name": row.file.name,
        "size": row.file.size,
        "kind": row.paper.kind,
        "added_at": row.paper.added_at,
    }
