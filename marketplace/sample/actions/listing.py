"""Listing the sample facilities with the verbs that every host uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.availability.actions import set_opening_hours, set_rules
from marketplace.availability.models import BookingMode
from marketplace.availability.rules import Hours, UnitRules
from marketplace.catalogue.actions import add_unit, attach, create_facility, publish
from marketplace.catalogue.models import AttachmentKind
from marketplace.files.actions import Purpose, keep
from marketplace.files.store import FileStore
from marketplace.pricing.actions import set_rate
from marketplace.pricing.models import RatePer
from marketplace.sample import sheets
from marketplace.terms.actions import publish_terms
from marketplace.values.money import EXPONENTS, Money

CALENDARS = {"HK": "HK-GEN", "MO": "MO", "CN-GD": "CN"}
TEXTS = ("name", "summary", "description", "feedstock", "utilities")
PLAIN = {
    "kind": "kind",
    "fields": "research_fields",
    "techniques": "techniques",
    "modes": "service_modes",
    "scale": "scale",
    "cleanroom": "cleanroom_class",
    "gmp": "gmp",
    "operator": "operator_supplied",
}
UNIT_PLAIN = {"kind": "kind", "maker": "maker", "model": "model", "class": "instrument_class", "bought": "purchased_on"}
CREDIT = "Benchbridge"


@dataclass(frozen=True, slots=True)
class SampleUnit:
    """A unit as the bookings need it: its sheet, the organisation and the person behind it."""

    id: UUID
    facility_id: UUID
    host: str
    week: str
    rules: str


def list_facility(
    session: Session,
    sheet: sheets.Sheet,
    organisation_id: UUID,
    *,
    store: FileStore,
    picture: bytes,
    now: datetime,
    by: Actor,
) -> list[SampleUnit]:
    """A facility from its sheet: draft, units, hours, rules, rates, terms and picture, then published."""
    facility = create_facility(session, organisation_id, facility_fields(sheet), now=now, by=by, sample=True)
    units = [_unit(session, facility.id, sheet, one, now=now, by=by) for one in sheet["units"]]
    text = sheets.localized(sheets.habits()["terms"][sheet["terms"]])
    clauses = sheets.habits()["clauses"].get(sheet["terms"], {})
    publish_terms(session, facility.id, text, clauses=clauses, now=now, by=by)
    name = f"{sheet['motif']}.png"
    file = keep(session, store, picture, name=name, purpose=Purpose.PHOTO, by=by.person_id, now=now)
    caption = sheets.localized(sheet["name"])
    attach(session, facility.id, file.id, AttachmentKind.PHOTO, now=now, by=by, caption=caption, credit=CREDIT)
    publish(session, facility.id, open_units={unit.id for unit in units}, now=now, by=by)
    return units


def facility_fields(sheet: sheets.Sheet) -> dict[str, Any]:
    """The fields of a facility as its form would send them."""
    host = sheets.organisations()[sheet["host"]]
    contact = sheets.people()[sheets.host_of(sheet["host"])]
    fields: dict[str, Any] = {theirs: sheet[mine] for mine, theirs in PLAIN.items() if mine in sheet}
    fields |= {name: sheets.localized(sheet[name]) for name in TEXTS if name in sheet}
    for scale in ("trl", "mrl"):
        if scale in sheet:
            fields |= {f"{scale}_min": sheet[scale][0], f"{scale}_max": sheet[scale][1]}
    if "throughput" in sheet:
        fields |= {"throughput_amount": str(sheet["throughput"][0]), "throughput_unit": sheet["throughput"][1]}
    return fields | {
        "instrument_classes": sorted({unit["class"] for unit in sheet["units"]}),
        "what_to_bring": sheets.localized(sheets.habits()["bring"][sheet["bring"]]),
        "planned_opening": sheet["opened"][0],
        "actual_opening": sheet["opened"][1],
        "address": sheets.localized(host["address"]),
        "directions": sheets.localized(host["directions"]),
        "arrival_contact": contact["name"],
        "contact_name": contact["name"],
        "contact_email": contact["email"],
        "jurisdiction_code": host["jurisdiction"],
        "zone_code": host.get("zone"),
        "city": host["city"],
        "latitude": str(host["point"][0]),
        "longitude": str(host["point"][1]),
    }


def unit_rules(sheet: sheets.Sheet, jurisdiction: str) -> UnitRules:
    """The booking rules of a unit: one of the shared habits, on the calendar of where it stands."""
    habit = dict(sheets.habits()["rules"][sheet["rules"]])
    mode = BookingMode(habit.pop("mode"))
    # What runs day and night runs on holidays too; on the mainland worked weekends are worked here as well.
    always = sheet["week"] == "always"
    return UnitRules(
        mode=mode,
        calendar_code=CALENDARS[jurisdiction],
        closed_on_holidays=not always,
        open_on_worked_weekends=jurisdiction == "CN-GD" and not always,
        **habit,
    )


def hours(week: str) -> list[Hours]:
    """The opening hours of one of the shared weeks."""
    found = sheets.habits()["weeks"][week]
    return [Hours(int(day), opens, closes) for day, stretches in found.items() for opens, closes in stretches]


def _unit(
    session: Session, facility_id: UUID, sheet: sheets.Sheet, unit_sheet: sheets.Sheet, *, now: datetime, by: Actor
) -> SampleUnit:
    fields: dict[str, Any] = {theirs: unit_sheet[mine] for mine, theirs in UNIT_PLAIN.items() if mine in unit_sheet}
    fields["name"] = sheets.localized(unit_sheet["name"])
    if "value" in unit_sheet:
        value = _money(*unit_sheet["value"])
        fields |= {"original_value_minor": value.amount_minor, "original_value_currency": value.currency}
    if "bought" in unit_sheet:
        fields["commissioned_on"] = unit_sheet["bought"]
    places = unit_sheet.get("places", 1)
    unit = add_unit(session, facility_id, fields, now=now, by=by, places=places, sample=True)
    jurisdiction = sheets.organisations()[sheet["host"]]["jurisdiction"]
    set_rules(session, unit.id, unit_rules(unit_sheet, jurisdiction), now=now, by=by)
    set_opening_hours(session, unit.id, hours(unit_sheet["week"]), now=now, by=by)
    amount, currency, per = unit_sheet["rate"]
    since = (now - timedelta(days=30)).date()
    set_rate(session, unit.id, _money(amount, currency), RatePer(per), valid_from=since, now=now, by=by)
    return SampleUnit(unit.id, facility_id, sheet["host"], unit_sheet["week"], unit_sheet["rules"])


def _money(amount: int, currency: str) -> Money:
    return Money(amount * 10 ** EXPONENTS[currency], currency)
