"""What the pages and operations of applications are about, for the walks over all routes."""

from __future__ import annotations

import dataclasses
from datetime import UTC

from marketplace.applications.models import Application, ApplicationEvent, ApplicationState, ClockEffect, Verb
from marketplace.applications.rules.clocks import Limit
from marketplace.database import new_id
from tests.factories.stage import hours, make_stage_of
from tests.web.objects import Thing, World, thing

MOFCOM = "AGY-CN-MOFCOM"


def make_application(world: World) -> Application:
    """The host's application for a booking of Ada's, filed with the authority that Cheng is an officer of."""
    world.cast.agency.agency_code = MOFCOM
    stage = make_stage_of(world.session, world.cast, world.now)
    booking = stage.book(hours(3, 10, 12))
    row = Application(
        id=new_id(), booking_id=booking.id, rule_id="TEC-02", rule_version=1, covers=["TEC-02"], flows=[],
        applicant_id=world.cast.firm.id, side="host", agency_code=MOFCOM, state=ApplicationState.FILED,
        clock=Limit(start="receipt", max_days=45, day_kind="working", calendar="CN").document(),
        filed_outside=False, number="", conditions="", reason="", entries=[], due_provisional=False, version=1,
        filed_on=world.now.date(), created_at=world.now, updated_at=world.now,
    )  # fmt: skip
    world.session.add(row)
    world.session.flush()
    event = ApplicationEvent(
        id=new_id(), application_id=row.id, number=1, verb=Verb.FILE, effect=ClockEffect.START,
        happened_on=world.now.date(), at=world.now.astimezone(UTC), by=world.cast.bo.id, outside=False, note="",
        details={},
    )  # fmt: skip
    world.session.add(event)
    world.session.flush()
    return row


@thing(
    "applications.one", "applications.step", "officer_desk.one", "officer_desk.step", "api_applications.one",
    "api_applications.step",
)  # fmt: skip
def an_application(world: World) -> Thing:
    """Bo's firm filed it; Ada's side knows only that it is there."""
    row, firm = make_application(world), world.cast.firm.id
    return Thing({"application_id": row.id, "verb": "note"}, organisation=firm, host=firm, form={"verb": "note"})


@thing("officer_desk.desk", "api_applications.desk")
def an_application_on_the_desk(world: World) -> Thing:
    """The same on Cheng's desk, which nobody else has."""
    return dataclasses.replace(an_application(world), organisation=None, host=None, private=True)
