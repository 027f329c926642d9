"""What the pages and operations of collaborations are about, for the walks over all routes."""

from __future__ import annotations

from dataclasses import replace

from marketplace.collaborations.actions.joining import join_booking
from marketplace.collaborations.actions.mergers import record_merger
from marketplace.collaborations.actions.papers import add_file
from marketplace.collaborations.actions.parts import add_funding, add_milestone, name_person
from marketplace.collaborations.models import Collaboration
from marketplace.collaborations.rules.parts import Money
from marketplace.files.models import StoredFile
from tests.cast import actor_of
from tests.factories.collaborations import TODAY, Sides, make_sides
from tests.factories.stage import hours
from tests.web.objects import Thing, World, thing


def _sides(world: World) -> Sides:
    return make_sides(world.session, world.cast, world.now)


def _about(world: World, row: Collaboration, **values: object) -> Thing:
    """Of the university and the firm: the first stands for the user, the second for the host."""
    cast = world.cast
    return Thing(
        {"collaboration_id": row.id, **values}, organisation=cast.university.id, host=cast.firm.id, private=True
    )


@thing(
    "collaborations.one", "collaboration_sheets.change", "collaboration_sheets.complete", "collaboration_sheets.end",
    "collaboration_sheets.ask", "collaboration_parts.name_person", "collaboration_parts.add_funding",
    "collaboration_parts.add_milestone", "collaboration_parts.add_paper",
    "api_collaborations.one", "api_collaborations.history",
)  # fmt: skip
def a_collaboration(world: World) -> Thing:
    return replace(_about(world, _sides(world).active()), private=False)


@thing("collaboration_sheets.leave")
def one_of_three(world: World) -> Thing:
    return replace(_about(world, _sides(world).of_three()), private=False)


@thing("collaboration_sheets.decline", "collaborations.answer")
def an_invitation_to_the_firm(world: World) -> Thing:
    row = _sides(world).proposed()
    firm = world.cast.firm.id
    return Thing({"collaboration_id": row.id, "verb": "accept"}, organisation=firm, host=firm, form={"version": "1"})


@thing("collaboration_parts.remove_person", "api_collaboration_parts.remove_person")
def a_named_person(world: World) -> Thing:
    sides = _sides(world)
    row = sides.active()
    name_person(sides.session, row.id, world.cast.ada.id, "lead", now=world.now, by=sides.actor("ada"))
    university = world.cast.university.id
    return Thing({"collaboration_id": row.id, "person_id": world.cast.ada.id}, organisation=university)


@thing("collaboration_parts.remove_funding", "api_collaboration_parts.remove_funding")
def funding(world: World) -> Thing:
    sides = _sides(world)
    row = sides.active()
    money = Money(funder="Fund", public=True)
    made = add_funding(sides.session, row.id, money, now=world.now, by=sides.actor("ada"))
    return replace(_about(world, row, funding_id=made.id), private=False)


@thing("collaboration_parts.milestone")
def a_milestone(world: World) -> Thing:
    sides = _sides(world)
    row = sides.active()
    made = add_milestone(sides.session, row.id, "Wafer", TODAY, now=world.now, by=sides.actor("ada"))
    return replace(_about(world, row, milestone_id=made.id, deed="reach"), private=False)


@thing("collaboration_parts.remove_paper", "api_collaboration_parts.remove_paper")
def a_paper(world: World) -> Thing:
    """Ada shared it: of those who may write she alone takes it back."""
    sides = _sides(world)
    row = sides.active()
    file = StoredFile(
        sha256="b" * 64, size=3, media_type="application/pdf", name="a.pdf", uploaded_by=world.cast.ada.id,
        uploaded_at=world.now,
    )  # fmt: skip
    sides.session.add(file)
    sides.session.flush()
    paper = add_file(sides.session, row.id, file.id, "other", now=world.now, by=sides.actor("ada"))
    return Thing({"collaboration_id": row.id, "paper_id": paper.id}, organisation=world.cast.university.id)


@thing("collaboration_parts.booking")
def a_booking_of_two(world: World) -> Thing:
    sides = _sides(world)
    booking = sides.booked(hours(3, 10, 12))
    join_booking(sides.session, booking.id, now=world.now)
    return Thing({"booking_id": booking.id}, organisation=world.cast.university.id, host=world.cast.firm.id)


@thing("admin_mergers.take_back", "api_collaboration_parts.unmerge")
def an_organisation_that_merged(world: World) -> Thing:
    cast, dee = world.cast, actor_of(world.session, world.cast.dee, now=world.now)
    record_merger(world.session, cast.elsewhere.id, cast.firm.id, TODAY, now=world.now, by=dee)
    return an_organisation_that_may_merge(world)


@thing("admin_mergers.record")
def an_organisation_that_may_merge(world: World) -> Thing:
    return Thing({"organisation_id": world.cast.elsewhere.id}, private=True)
