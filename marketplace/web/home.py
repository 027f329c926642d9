"""The front door and the pages that explain the house."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from marketplace.catalogue.queries.published import (
    Totals,
    latest,
    territories_with_listings,
    totals,
    zones_with_listings,
)
from marketplace.web.access import allow
from marketplace.web.formats import write_number
from marketplace.web.navigation import navigation
from marketplace.web.request import actor, now, reading, settings

blueprint = Blueprint("home", __name__)
# Addresses that programs expect at the root, in no language.
site = Blueprint("site", __name__)

SECURITY_TXT_VALID = timedelta(days=180)


@blueprint.get("/")
@allow("page.see")
def home() -> str:
    """One search box, what is new, where to enter, how it works."""
    counted = totals(reading())
    return render_template(
        "home/home.html",
        places=navigation(actor()),
        kinds=_kinds(),
        kind_names={"lab": _("Lab"), "pilot_line": _("Pilot line"), "instrument": _("Instrument")},
        latest=latest(reading()),
        territories=territories_with_listings(reading()),
        zones=zones_with_listings(reading()),
        totals=_written(counted) if counted.facilities else None,
    )


@blueprint.get("/how-it-works")
@allow("page.see")
def how() -> str:
    """From a search to a booking, for researchers, hosts and administrators."""
    return render_template("home/how.html", states=_states())


@blueprint.get("/privacy")
@allow("page.see")
def privacy() -> str:
    """What is kept about a person, why, how long, and their rights."""
    return render_template("home/privacy.html")


@blueprint.get("/terms")
@allow("page.see")
def terms() -> str:
    """The terms between the platform and those who use it."""
    return render_template("home/terms.html")


@blueprint.get("/security")
@allow("page.see")
def security() -> str:
    """How the platform is protected and where to report a weakness."""
    return render_template("home/security.html", contact=settings().security_contact)


@blueprint.get("/accessibility")
@allow("page.see")
def accessibility() -> str:
    """What was done so that everybody can use the pages, and what is known to be missing."""
    return render_template("home/accessibility.html", contact=settings().security_contact)


@site.get("/.well-known/security.txt")
@allow("page.see")
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116)."""
    public = settings().public_url.rstrip("/")
    expires = (now() + SECURITY_TXT_VALID).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings().security_contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, zh",
        f"Canonical: {public}/.well-known/security.txt",
        f"Policy: {public}/en/security",
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _written(counted: Totals) -> list[tuple[str, str]]:
    return [
        (write_number(counted.facilities), _("facilities")),
        (write_number(counted.organisations), _("hosts")),
        (write_number(counted.zones), _("zones")),
        (write_number(counted.jurisdictions), _("jurisdictions")),
    ]


def _kinds() -> list[tuple[str, str]]:
    return [("lab", _("Labs")), ("pilot_line", _("Pilot lines")), ("instrument", _("Instruments"))]


def _states() -> list[tuple[str, str]]:
    return [
        (_("Held"), _("The place is yours until the deadline; conditions are still open.")),
        (_("Confirmed"), _("All conditions are met.")),
        (_("In use"), _("You have checked in.")),
        (_("Completed"), _("You have checked out.")),
        (_("Declined"), _("The host said no and gave a reason.")),
        (_("Cancelled"), _("One side took it back; the place is free again.")),
        (_("Expired"), _("A deadline passed before all conditions were met.")),
        (_("No-show"), _("Nobody came.")),
    ]
