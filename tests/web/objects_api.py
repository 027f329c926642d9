"""Bookings, listings and conversations of the API, for the walk: bodies are whole, so that the policy is reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from marketplace.accounts.policy import SYSTEM
from marketplace.bookings.actions import state_flows, write_on_booking
from marketplace.catalogue.models import FacilityFile
from marketplace.terms.actions import publish_terms
from tests.cast import actor_of
from tests.factories.listings import make_listing
from tests.factories.stage import hours, make_stage_of
from tests.web.objects import Thing, World, thing
from tests.web.objects_bookings import a_question_of_ada, a_request, a_unit, about
from tests.web.objects_host import a_recurring_closure, the_feed_of_the_firm
from tests.web.objects_listings import a_photo, a_rate_to_come, a_running_import, a_waiting_import


def _period(world: World, *, days: int = 2) -> dict[str, str]:
    start = (world.now + timedelta(days=days)).replace(hour=14, minute=0)
    return {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}


@thing("api_facilities.facility")
def a_public_facility(world: World) -> Thing:
    return Thing({"facility_id": a_unit(world).facility_id})


@thing("api_facilities.unit", "api_facilities.unit_availability")
def a_public_unit(world: World) -> Thing:
    return Thing({"unit_id": a_unit(world).id, "from": _period(world)["start"], "to": _period(world, days=3)["end"]})


@thing(
    "api_bookings.one", "api_bookings.approve", "api_bookings.cancel", "api_bookings.check_in",
    "api_bookings.check_out", "api_previews.copy", "api_booking_records.history", "api_booking_records.calendar",
)  # fmt: skip
def a_booking(world: World) -> Thing:
    return about(world, a_request(world))


@thing("api_bookings.decline")
def a_booking_to_decline(world: World) -> Thing:
    return about(world, a_request(world), form={"reason": "Under repair."})


@thing("api_bookings.move")
def a_booking_to_move(world: World) -> Thing:
    return about(world, a_request(world), form={**_period(world), "reason": "Sooner."})


@thing("api_previews.of_move")
def a_booking_to_move_perhaps(world: World) -> Thing:
    return about(world, a_request(world), form=_period(world))


@thing("api_conversations.of_booking")
def a_booking_talked_about(world: World) -> Thing:
    booking = a_request(world)
    ada = actor_of(world.session, world.cast.ada, now=world.now)
    write_on_booking(world.session, booking.id, "Which gloves?", now=world.now, by=ada)
    return about(world, booking)


@thing("api_conversations.write_on_booking")
def a_booking_to_write_about(world: World) -> Thing:
    return about(world, a_request(world), form={"text": "Which gloves?"})


@thing("api_hosting.people")
def a_unit_of_the_host(world: World) -> Thing:
    return Thing({"unit_id": a_unit(world).id}, host=world.cast.firm.id, private=True)


@thing("api_hosting.organisations")
def a_colleague_to_book_for(world: World) -> Thing:
    values = {"unit_id": a_unit(world).id, "person_id": world.cast.bo.id}
    return Thing(values, host=world.cast.firm.id, private=True)


@thing("api_calendar_feeds.renew", "api_calendar_feeds.end")
def a_feed_of_the_firm(world: World) -> Thing:
    return the_feed_of_the_firm(world)


@thing("api_closures.in_the_way")
def a_unit_to_close_perhaps(world: World) -> Thing:
    return Thing({"unit_id": a_unit(world).id}, host=world.cast.firm.id, form=_period(world), private=True)


@thing("api_closures.close")
def a_unit_to_close(world: World) -> Thing:
    return Thing({"unit_id": a_unit(world).id}, host=world.cast.firm.id, form=_period(world))


@thing("api_closures.lift", "api_closures.end_series")
def a_closure(world: World) -> Thing:
    return a_recurring_closure(world)


@thing("api_listings.create")
def a_draft(world: World) -> Thing:
    firm = world.cast.firm.id
    form = {"organisation": str(firm), "fields": {"kind": "lab", "name": {"en": "Bench hall"}}}
    return Thing(host=firm, form=form)


@thing(
    "api_listings.one", "api_listings.change", "api_listings.missing", "api_listings.publish",
    "api_listings.put_away", "api_listing_units.listed", "api_listing_files.listed", "api_listing_files.add",
)  # fmt: skip
def a_listing(world: World) -> Thing:
    return _listing(world, {"fields": {"city": "Shenzhen"}})


@thing("api_listing_units.add")
def a_listing_to_extend(world: World) -> Thing:
    return _listing(world, {"fields": {"kind": "bench", "name": {"en": "Bench"}}})


@thing("api_listing_files.change", "api_listing_files.remove")
def a_photo_to_remove(world: World) -> Thing:
    return a_photo(world)


@thing("api_bookings.accept_terms")
def a_booking_with_terms(world: World) -> Thing:
    stage = make_stage_of(world.session, world.cast, world.now)
    terms = stage.terms()
    return about(world, stage.book(hours(4, 10, 12)), form={"terms_version": str(terms.id)})


@thing("api_files.download")
def a_photo_of_a_listing(world: World) -> Thing:
    attached = world.session.get_one(FacilityFile, a_photo(world).values["attachment_id"])
    return Thing({"file_id": attached.file_id})


@thing("api_conversations.one", "api_conversations.messages")
def a_question(world: World) -> Thing:
    return a_question_of_ada(world)


@thing("api_conversations.write")
def a_question_to_answer(world: World) -> Thing:
    asked = a_question_of_ada(world)
    return Thing(asked.values, owner=asked.owner, host=asked.host, form={"text": "Thank you."})


@thing("api_facilities.facility_terms", "api_facilities.facility_terms_versions", "api_listings.add_terms")
def a_listing_with_terms(world: World) -> Thing:
    found = _listing(world, {"text": {"en": "Wear shoes."}})
    publish_terms(world.session, found.values["facility_id"], {"en": "Wash hands."}, now=world.now, by=SYSTEM)
    return found


@thing("api_terms.check")
def a_listing_whose_clauses_are_checked(world: World) -> Thing:
    return _listing(world, {"clauses": {"publication": {"delay_days": 90}}})


@thing("api_listing_units.change", "api_listing_units.move", "api_listing_units.rates")
def a_unit_to_change(world: World) -> Thing:
    return _unit(world, {"fields": {"maker": "Lantern"}})


@thing("api_listing_units.set_hours")
def a_unit_to_open(world: World) -> Thing:
    return _unit(world, {"hours": [{"weekday": 1, "opens": 540, "closes": 1080}]})


@thing("api_listing_units.set_rules")
def a_unit_to_rule(world: World) -> Thing:
    return _unit(world, {"instant": True})


@thing("api_listing_units.add_rate")
def a_unit_to_price(world: World) -> Thing:
    amount = {"amount_minor": 100, "currency": "HKD"}
    return _unit(world, {"amount": amount, "per": "hour", "valid_from": world.now.date().isoformat()})


@thing("api_listing_units.withdraw")
def a_rate_to_withdraw(world: World) -> Thing:
    return a_rate_to_come(world)


@thing("api_imports.one", "api_imports.columns", "api_imports.preview", "api_imports.run")
def an_import(world: World) -> Thing:
    return a_waiting_import(world)


@thing("api_imports.assign")
def an_import_to_assign(world: World) -> Thing:
    found = a_waiting_import(world)
    form = {"mapping": {"Type": "type", "Name": "name"}}
    return Thing(found.values, host=found.host, private=True, form=form)


@thing("api_imports.rejected", "api_imports.rejected_file")
def an_import_with_rejected_rows(world: World) -> Thing:
    return a_running_import(world)


def _unit(world: World, form: dict[str, Any]) -> Thing:
    _, unit = make_listing(world.session, world.cast.firm.id, by=SYSTEM, now=world.now)
    return Thing({"unit_id": unit.id, "verb": "pause"}, host=world.cast.firm.id, form=form)


def _listing(world: World, form: dict[str, Any]) -> Thing:
    facility, _ = make_listing(world.session, world.cast.firm.id, by=SYSTEM, now=world.now)
    values = {"facility_id": facility.id, "verb": "pause", "kind": "photo"}
    return Thing(values, host=world.cast.firm.id, form=form)


@thing("api_booking_permits.state")
def a_booking_to_state_facts_for(world: World) -> Thing:
    return about(world, a_request(world), form={"flows": {"goods_flows": []}})


@thing("api_booking_permits.listed", "api_booking_permits.one")
def a_booking_with_a_plan(world: World) -> Thing:
    booking = a_request(world)
    ada = actor_of(world.session, world.cast.ada, now=world.now)
    state_flows(world.session, booking.id, {"goods_flows": []}, now=world.now, by=ada)
    found = about(world, booking)
    return replace(found, values={**found.values, "number": 1})
