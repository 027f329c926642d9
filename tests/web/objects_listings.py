"""What the routes of listings are about, for the walk over all routes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from marketplace.accounts.policy import SYSTEM
from marketplace.catalogue.actions import attach
from marketplace.catalogue.actions.importing import Upload, begin_import, keep_prepared, start
from marketplace.catalogue.formats.parsing import parse
from marketplace.catalogue.models import AttachmentKind, ListingImport, RejectedRow
from marketplace.files.actions import Purpose, keep
from marketplace.files.models import StoredFile
from marketplace.pricing.actions import set_rate
from marketplace.pricing.models import RatePer
from marketplace.values.money import Money
from tests.cast import actor_of
from tests.factories.listings import make_listing
from tests.pictures import picture
from tests.web.objects import Thing, World, thing

SHEET = b"Type,Name\nfacility,Room\nthing,Bad\n"


@thing("facilities.facility", "facilities.terms")
def a_public_facility(world: World) -> Thing:
    facility, _ = make_listing(world.session, world.cast.firm.id, by=SYSTEM, now=world.now)
    return Thing({"slug": facility.slug})


@thing(
    "listings.basics", "listings.place", "listings.details", "listings.preview", "listings.move",
    "listing_units.units", "listing_units.new", "listing_units.hours", "listing_offers.rates", "listing_terms.terms",
    "listing_terms.check", "listing_offers.files",
)  # fmt: skip
def a_listing(world: World) -> Thing:
    facility, _ = make_listing(world.session, world.cast.firm.id, by=SYSTEM, now=world.now)
    return Thing({"facility_id": facility.id, "verb": "pause"}, host=world.cast.firm.id)


@thing("listing_units.unit", "listing_units.unit_hours", "listing_units.move")
def a_unit_of_it(world: World) -> Thing:
    facility, unit = make_listing(world.session, world.cast.firm.id, by=SYSTEM, now=world.now)
    return Thing({"facility_id": facility.id, "unit_id": unit.id, "verb": "pause"}, host=world.cast.firm.id)


@thing("listing_offers.withdraw")
def a_rate_to_come(world: World) -> Thing:
    facility, unit = make_listing(world.session, world.cast.firm.id, by=SYSTEM, now=world.now)
    day = world.now.date() + timedelta(days=9)
    rate = set_rate(world.session, unit.id, Money(1, "HKD"), RatePer.HOUR, valid_from=day, now=world.now, by=SYSTEM)
    world.session.flush()
    return Thing({"facility_id": facility.id, "rate_id": rate.id}, host=world.cast.firm.id)


@thing("listing_offers.caption", "listing_offers.arrange", "facilities.photo")
def a_photo(world: World) -> Thing:
    return _attached(world, AttachmentKind.PHOTO, picture(), "a.png")


@thing("facilities.document")
def a_document(world: World) -> Thing:
    return _attached(world, AttachmentKind.DOCUMENT, b"a,b\n1,2\n", "a.csv")


def _attached(world: World, kind: AttachmentKind, content: bytes, name: str) -> Thing:
    facility, _ = make_listing(world.session, world.cast.firm.id, by=SYSTEM, now=world.now)
    purpose = Purpose.PHOTO if kind is AttachmentKind.PHOTO else Purpose.DOCUMENT
    store = world.app.extensions["benchbridge"][2]
    kept = keep(world.session, store, content, name=name, purpose=purpose, by=None, now=world.now)
    row = attach(world.session, facility.id, kept.id, kind, now=world.now, by=SYSTEM)
    world.session.flush()
    return Thing({"facility_id": facility.id, "attachment_id": row.id, "verb": "up"}, host=world.cast.firm.id)


@thing("imports.columns", "imports.preview", "imports.run")
def a_waiting_import(world: World) -> Thing:
    return _thing_of(world, _import(world))


@thing("imports.report", "imports.rejected")
def a_running_import(world: World) -> Thing:
    row = _import(world)
    as_read = {"head": ("Type", "Name"), "prepared_id": row.prepared_id, "zone_code": row.zone_code}
    start(world.session, row.id, rows=2, **as_read, now=world.now, by=SYSTEM)
    world.session.add(
        RejectedRow(import_id=row.id, row=3, field="type", reason="type_unknown", cells={"Type": "thing"})
    )
    world.session.flush()
    return _thing_of(world, row)


def _import(world: World) -> ListingImport:
    store = world.app.extensions["benchbridge"][2]
    kept: StoredFile = keep(world.session, store, SHEET, name="a.csv", purpose=Purpose.IMPORT, by=None, now=world.now)
    upload = Upload(
        file_id=kept.id,
        prepared_id=keep_prepared(world.session, store, parse(SHEET), now=world.now),
        format="uniquip",
        encoding="utf-8",
        mapping={"Type": "type", "Name": "name"},
    )
    bo = actor_of(world.session, world.cast.bo, now=world.now)
    begin_import(world.session, world.cast.firm.id, upload, now=world.now, by=bo)
    return world.session.scalars(select(ListingImport)).one()


def _thing_of(world: World, row: ListingImport) -> Thing:
    return Thing({"import_id": row.id}, host=world.cast.firm.id, private=True)


@thing("imports.exported")
def a_format(_world: World) -> Thing:
    return Thing({"format": "uniquip", "ending": "csv"})
