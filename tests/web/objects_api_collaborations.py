"""Operations on collaborations, for the walk: bodies are whole, so that the policy is reached."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from marketplace.collaborations.models import CollaborationBooking
from tests.factories.collaborations import TODAY, make_sides
from tests.web.objects import Thing, World, thing
from tests.web.objects_collaborations import (
    a_booking_of_two,
    a_collaboration,
    a_milestone,
    an_organisation_that_may_merge,
    one_of_three,
)

DAY = TODAY.isoformat()
SHEET: dict[str, Any] = {"title": {"en": "Quiet coatings"}, "kind": "other", "starts_on": DAY}


def _with(found: Thing, **form: Any) -> Thing:
    return replace(found, form=form)


@thing("api_collaborations.propose")
def a_proposal_of_the_firm(world: World) -> Thing:
    places = (world.cast.firm, world.cast.university)
    parties = [{"organisation": str(place.id), "roles": ["partner"]} for place in places]
    return Thing(host=world.cast.firm.id, organisation=world.cast.firm.id, form={**SHEET, "parties": parties})


@thing("api_collaborations.change")
def a_collaboration_to_change(world: World) -> Thing:
    return _with(a_collaboration(world), **SHEET)


@thing("api_collaborations.ask")
def a_collaboration_to_widen(world: World) -> Thing:
    return _with(a_collaboration(world), organisation=str(world.cast.elsewhere.id), roles=["funder"])


@thing("api_collaborations.decline")
def an_invitation_to_decline(world: World) -> Thing:
    return _with(an_invitation(world))


@thing("api_collaborations.accept")
def an_invitation(world: World) -> Thing:
    row = make_sides(world.session, world.cast, world.now).proposed()
    firm = world.cast.firm.id
    return Thing({"collaboration_id": row.id}, organisation=firm, host=firm, form={"version": 1})


@thing("api_collaborations.withdraw")
def a_proposal(world: World) -> Thing:
    """Of the university, whose managers alone take it back: nobody of the cast is one."""
    row = make_sides(world.session, world.cast, world.now).proposed()
    return Thing({"collaboration_id": row.id}, organisation=world.cast.university.id)


@thing("api_collaborations.leave")
def one_to_leave(world: World) -> Thing:
    return _with(one_of_three(world), on=DAY, reason="Other plans.")


@thing("api_collaborations.end")
def one_to_end(world: World) -> Thing:
    return _with(a_collaboration(world), on=DAY, reason="Other plans.")


@thing("api_collaborations.complete")
def one_to_complete(world: World) -> Thing:
    return _with(a_collaboration(world), on=DAY, report="It holds.")


@thing("api_collaboration_parts.name_person")
def one_to_name_somebody_for(world: World) -> Thing:
    found = a_collaboration(world)
    return _with(replace(found, values={**found.values, "person_id": world.cast.ada.id}), role="lead")


@thing("api_collaboration_parts.add_funding")
def one_to_fund(world: World) -> Thing:
    return _with(a_collaboration(world), funder="Fund", public=True)


@thing("api_collaboration_parts.add_milestone")
def one_to_plan(world: World) -> Thing:
    return _with(a_collaboration(world), title="Wafer", planned_on=DAY)


@thing("api_collaboration_parts.milestone")
def one_to_reach(world: World) -> Thing:
    return _with(a_milestone(world), on=DAY)


@thing("api_collaboration_parts.add_paper")
def one_to_share_with(world: World) -> Thing:
    return _with(a_collaboration(world), file=str(uuid4()), kind="other")


@thing("api_collaboration_parts.put_booking")
def a_booking_to_move(world: World) -> Thing:
    found = a_booking_of_two(world)
    linked = world.session.get_one(CollaborationBooking, found.values["booking_id"])
    return _with(found, collaboration=str(linked.collaboration_id))


@thing("api_collaboration_parts.mergers")
def an_organisation_in_public(world: World) -> Thing:
    return Thing({"organisation_id": world.cast.firm.id})


@thing("api_collaboration_parts.merge")
def one_to_merge(world: World) -> Thing:
    return _with(an_organisation_that_may_merge(world), into=str(world.cast.firm.id), on=DAY)
