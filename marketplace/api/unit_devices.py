"""The kiosk and the feed of a unit, for those who manage it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.fields import Instant, page_of
from marketplace.api.use_shapes import UseListed, use_item
from marketplace.operations.actions import feeding, kiosks
from marketplace.operations.queries.doors import devices_of
from marketplace.operations.queries.sessions import latest_at
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, settings, transact
from marketplace.web.unit_devices import kiosk_address

blueprint = Blueprint("api_unit_devices", __name__, description="Kiosks and signed feeds of units")


class DevicesDetail(Schema):
    """What hangs at a unit: null where there is none. The secret of a feed is never told again."""

    unit = fields.UUID()
    kiosk_url = fields.String(allow_none=True)
    kiosk_made_at = Instant(allow_none=True)
    feed_made_at = Instant(allow_none=True)


UseList = page_of(UseListed, name="UseList", says="The latest sessions as they stand, at most 50.")


class FeedSecret(Schema):
    """The secret of a feed, told this once."""

    secret = fields.String()


@blueprint.route("/units/<uuid:unit_id>/devices")
@blueprint.response(200, DevicesDetail)
@allow("kiosk.manage")
def devices(unit_id: UUID) -> dict[str, Any]:
    """The kiosk and the feed of a unit."""
    return _told(unit_id)


@blueprint.route("/units/<uuid:unit_id>/uses")
@blueprint.response(200, UseList)
@allow("kiosk.manage")
def uses(unit_id: UUID) -> dict[str, Any]:
    """The latest sessions at a unit, those without a booking too."""
    devices_of(reading(), unit_id, by=actor())
    return {"items": [use_item(row.use) for row in latest_at(reading(), unit_id)], "next": None}


@blueprint.route("/units/<uuid:unit_id>/kiosk", methods=["POST"])
@blueprint.response(201, DevicesDetail)
@allow("kiosk.manage")
def renew_kiosk(unit_id: UUID) -> dict[str, Any]:
    """Make a kiosk, or give it another code: the earlier one opens nothing from now on."""
    key = settings().secret_key
    transact(lambda work: kiosks.renew_kiosk(work, unit_id, key=key, now=now(), by=actor()))
    return _told(unit_id)


@blueprint.route("/units/<uuid:unit_id>/kiosk", methods=["DELETE"])
@blueprint.response(204)
@allow("kiosk.manage")
def end_kiosk(unit_id: UUID) -> None:
    """No kiosk any more; ending one that is not there is idle."""
    transact(lambda work: kiosks.end_kiosk(work, unit_id, now=now(), by=actor()))


@blueprint.route("/units/<uuid:unit_id>/feed-secret", methods=["POST"])
@blueprint.response(201, FeedSecret)
@allow("feed.manage")
def renew_feed(unit_id: UUID) -> dict[str, str]:
    """Make a secret for the unit's controller, in place of an earlier one."""
    key = settings().secret_key
    return {"secret": transact(lambda work: feeding.renew_feed_key(work, unit_id, key=key, now=now(), by=actor()))}


@blueprint.route("/units/<uuid:unit_id>/feed-secret", methods=["DELETE"])
@blueprint.response(204)
@allow("feed.manage")
def end_feed(unit_id: UUID) -> None:
    """No feed any more; ending one that is not there is idle."""
    transact(lambda work: feeding.end_feed_key(work, unit_id, now=now(), by=actor()))


def _told(unit_id: UUID) -> dict[str, Any]:
    found = devices_of(reading(), unit_id, by=actor())
    return {
        "unit": unit_id,
        "kiosk_url": kiosk_address(found.kiosk),
        "kiosk_made_at": found.kiosk and found.kiosk.made_at,
        "feed_made_at": found.feed and found.feed.made_at,
    }
