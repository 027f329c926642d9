"""What hangs at a unit and reports of it: the kiosk with its QR code, and the signed feed of a controller."""

from __future__ import annotations

from uuid import UUID

import segno
from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from marketplace.accounts.actions.sealing import Unsealable, unseal
from marketplace.operations.actions.feeding import end_feed_key, renew_feed_key
from marketplace.operations.actions.kiosks import end_kiosk as take_kiosk_away
from marketplace.operations.actions.kiosks import renew_kiosk as draw_kiosk
from marketplace.operations.models import Kiosk
from marketplace.operations.queries.doors import devices_of
from marketplace.operations.queries.sessions import latest_at
from marketplace.web.access import allow
from marketplace.web.forms.logger_files import LoggerFileForm
from marketplace.web.request import actor, now, reading, settings, transact, url

blueprint = Blueprint("unit_devices", __name__)


@blueprint.get("/host/units/<uuid:unit_id>/devices")
@allow("kiosk.manage")
def devices(unit_id: UUID) -> str:
    """The kiosk and the feed of a unit."""
    return shown(unit_id)


@blueprint.post("/host/units/<uuid:unit_id>/kiosk/renew")
@allow("kiosk.manage")
def renew_kiosk(unit_id: UUID) -> Response:
    """A new code: what hangs at the unit opens nothing any more."""
    key = settings().secret_key
    transact(lambda work: draw_kiosk(work, unit_id, key=key, now=now(), by=actor()))
    flash(_("There is a new code. Print it and hang it at the unit; an earlier one opens nothing any more."))
    return redirect(url("unit_devices.devices", unit_id=unit_id, _anchor="kiosk"), code=303)


@blueprint.post("/host/units/<uuid:unit_id>/kiosk/end")
@allow("kiosk.manage")
def end_kiosk(unit_id: UUID) -> Response:
    """No kiosk any more."""
    transact(lambda work: take_kiosk_away(work, unit_id, now=now(), by=actor()))
    flash(_("The kiosk is ended. Its code opens nothing any more."))
    return redirect(url("unit_devices.devices", unit_id=unit_id), code=303)


@blueprint.post("/host/units/<uuid:unit_id>/feed/renew")
@allow("feed.manage")
def renew_feed(unit_id: UUID) -> str:
    """A new secret, shown in this answer and never again."""
    key = settings().secret_key
    secret = transact(lambda work: renew_feed_key(work, unit_id, key=key, now=now(), by=actor()))
    return shown(unit_id, fresh=secret)


@blueprint.post("/host/units/<uuid:unit_id>/feed/end")
@allow("feed.manage")
def end_feed(unit_id: UUID) -> Response:
    """No feed any more."""
    transact(lambda work: end_feed_key(work, unit_id, now=now(), by=actor()))
    flash(_("The feed is ended. What is signed with its secret is refused."))
    return redirect(url("unit_devices.devices", unit_id=unit_id, _anchor="feed"), code=303)


def kiosk_address(row: Kiosk | None) -> str | None:
    """Where the code of a kiosk leads; None where there is none, or the server's key has changed since."""
    if row is None:
        return None
    try:
        code = unseal(row.sealed, key=settings().secret_key)
    except Unsealable:
        return None
    return settings().public_url.rstrip("/") + url("kiosk.kiosk", code=code)


def shown(unit_id: UUID, *, fresh: str | None = None, upload: LoggerFileForm | None = None) -> str:
    """The page of what hangs at a unit; a form that came back with errors stands in place of an empty one."""
    found = devices_of(reading(), unit_id, by=actor())
    address = kiosk_address(found.kiosk)
    picture = None
    if address is not None:
        picture = Markup(segno.make(address, error="m").svg_inline(scale=6, border=4))  # noqa: S704
    endpoint = settings().public_url.rstrip("/") + f"/api/v1/units/{unit_id}/feed"
    latest = latest_at(reading(), unit_id)
    return render_template(
        "uses/devices.html",
        latest=latest,
        upload=upload or LoggerFileForm(formdata=None),
        found=found,
        door=found.door,
        address=address,
        picture=picture,
        fresh=fresh,
        to=endpoint,
    )
