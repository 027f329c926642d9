"""The public page of a facility, its terms, photos and documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Role
from marketplace.accounts.policy import may
from marketplace.availability.models import OpeningHours
from marketplace.catalogue import vocabulary
from marketplace.catalogue.formats.schema_org import document as json_ld
from marketplace.catalogue.formats.schema_org import inert
from marketplace.catalogue.models import AttachmentKind, Facility, FacilityFile
from marketplace.catalogue.queries import FacilityPage, facility_by_id, find
from marketplace.catalogue.queries.facilities import page_of
from marketplace.catalogue.rules.exporting import Exported, published_of
from marketplace.files.models import StoredFile
from marketplace.files.queries import blob_key, stored_file
from marketplace.jurisdictions.queries import rates_on
from marketplace.pricing.models import Rate
from marketplace.search.rules.rows import cheapest_rate
from marketplace.terms.queries import current_terms, terms_versions
from marketplace.values.money import Money
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.host_facts import equipment_said, place_said
from marketplace.web.request import actor, now, reading, settings, store, url
from marketplace.web.standing import UnitOffer, offers_of

blueprint = Blueprint("facilities", __name__)
WIDTHS = (480, 960, 1600)
BOOKING_FORM = "booking_form.new"

blueprint.add_app_template_filter(place_said, "place_said")
blueprint.add_app_template_filter(equipment_said, "equipment_said")


@blueprint.app_template_filter("rate_money")
def rate_money(rate: Rate) -> Money:
    """The amount of a rate."""
    return Money(rate.amount_minor, rate.currency)


@blueprint.app_template_filter("cheapest")
def cheapest(offers: Sequence[UnitOffer]) -> UnitOffer | None:
    """The unit with the lowest rate for an hour, compared across currencies as the search does, where any has one."""
    rated = {offer.rate.id: offer for offer in offers if offer.rate}
    lowest = cheapest_rate([offer.rate for offer in rated.values() if offer.rate], rates_on(reading(), now().date()))
    return rated[lowest.id] if lowest else None


@blueprint.app_template_global("booking_address")
def booking_address(unit_id: UUID) -> str | None:
    """Where a unit is booked; nothing for somebody who may not."""
    if BOOKING_FORM not in current_app.view_functions:
        return None
    return url(BOOKING_FORM, unit_id=unit_id)


@blueprint.app_template_filter("week_runs")
def week_runs(hours: Sequence[OpeningHours]) -> list[tuple[int, int, list[tuple[int, int]]]]:
    """A week as runs of days (ISO, first and last) with the same stretches in minutes."""
    by_day: dict[int, list[tuple[int, int]]] = {}
    for one in hours:
        by_day.setdefault(one.weekday, []).append((one.opens, one.closes))
    runs: list[tuple[int, int, list[tuple[int, int]]]] = []
    for day, stretches in sorted(by_day.items()):
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == stretches:
            runs[-1] = (runs[-1][0], day, stretches)
        else:
            runs.append((day, day, stretches))
    return runs


@blueprint.get("/facilities/<slug>")
@allow("facility.see")
def facility(slug: str) -> AnyResponse | str:
    """One facility; an earlier address, or its id, leads to the present one."""
    found = find(reading(), slug, actor())
    if found.moved:
        return redirect(url("facilities.facility", slug=found.facility.slug), code=301)
    shown = shown_page(found.facility)
    return render_template("facilities/facility.html", **shown, structured=_structured(shown))


def shown_page(row: Facility) -> dict[str, Any]:
    """What the page of a facility shows, to visitors and in the host's preview alike."""
    page = page_of(reading(), row)
    terms = current_terms(reading(), row.id)
    return {
        "page": page,
        "facility": row,
        "offers": offers_of(reading(), row, page.units),
        "terms": terms,
        "vocabulary": vocabulary,
        "hosting": may(actor(), "facility.change", host=row.organisation_id),
        "staff": row.organisation_id in actor().organisations(Role.HOST_STAFF, Role.HOST_MANAGER),
    }


def _structured(shown: dict[str, Any]) -> str | None:
    """JSON-LD of a public page, safe inside a script element; none of a draft."""
    page: FacilityPage = shown["page"]
    if not page.public:
        return None
    offers: list[UnitOffer] = shown["offers"]
    prices = {
        offer.unit.id: (Money(offer.rate.amount_minor, offer.rate.currency), offer.rate.per.value)
        for offer in offers
        if offer.rate is not None
    }
    exported = Exported(
        facility=page.facility,
        organisation=page.organisation,
        units=page.units,
        region=page.jurisdiction.name if page.jurisdiction else {},
    )
    base = settings().public_url.rstrip("/")
    images = [
        base + url("facilities.photo", facility_id=page.facility.id, attachment_id=photo.attachment.id)
        for photo in page.photos
    ]
    return inert(json_ld(published_of(exported, base, prices=prices, images=images)))


@blueprint.get("/facilities/<slug>/terms")
@allow("facility.see")
def terms(slug: str) -> AnyResponse | str:
    """The terms of a facility: the version in force, or an earlier one by its number."""
    found = find(reading(), slug, actor())
    if found.moved:
        return redirect(url("facilities.terms", slug=found.facility.slug), code=301)
    versions = terms_versions(reading(), found.facility.id)
    wanted = request.args.get("version", "")
    chosen = next((version for version in versions if str(version.number) == wanted), None)
    if wanted and chosen is None:
        raise NotFound(wanted)
    return render_template(
        "facilities/terms.html",
        facility=found.facility,
        versions=versions,
        chosen=chosen or (versions[0] if versions else None),
        proposes=bool(proposing_for(found.facility)),
    )


def proposing_for(facility: Facility) -> frozenset[UUID]:
    """For whom the reader may propose a framework over a facility: its host, or the organisations they manage."""
    hosting = {facility.organisation_id} & actor().organisations(Role.HOST_MANAGER)
    return frozenset(hosting or actor().organisations(Role.MANAGER) - {facility.organisation_id})


@blueprint.get("/facilities/<uuid:facility_id>/photos/<uuid:attachment_id>")
@allow("file.see")
def photo(facility_id: UUID, attachment_id: UUID) -> Response:
    """A photo, at one of the widths that are kept."""
    file = _attached(facility_id, attachment_id, AttachmentKind.PHOTO)
    wanted = request.args.get("width", type=int)
    width = next((one for one in WIDTHS if wanted is not None and one >= wanted), None)
    return _inert(file, store().read(blob_key(file, width=width)), inline=True)


@blueprint.get("/facilities/<uuid:facility_id>/documents/<uuid:attachment_id>")
@allow("file.see")
def document(facility_id: UUID, attachment_id: UUID) -> Response:
    """A document, always as a download."""
    file = _attached(facility_id, attachment_id, AttachmentKind.DOCUMENT)
    return _inert(file, store().read(blob_key(file)), inline=False)


def _attached(facility_id: UUID, attachment_id: UUID, kind: AttachmentKind) -> StoredFile:
    facility_by_id(reading(), facility_id, actor())
    row = reading().get(FacilityFile, attachment_id)
    if row is None or row.facility_id != facility_id or row.kind is not kind:
        raise NotFound(str(attachment_id))
    file = stored_file(reading(), row.file_id)
    if file is None:
        raise NotFound(str(attachment_id))
    return file


def _inert(file: StoredFile, content: bytes, *, inline: bool) -> Response:
    """Bytes of others: never sniffed, never run, never framed."""
    response = Response(content, mimetype=file.media_type)
    disposition = "inline" if inline else "attachment"
    response.headers.set("Content-Disposition", disposition, filename=file.name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
