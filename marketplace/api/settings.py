"""Settings of the platform: seen by those who oversee, changed by administrators."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.policy import demand
from marketplace.api.fields import Instant, LocalizedText, ReasonGiven, page_of
from marketplace.platform import queries
from marketplace.platform.actions import change as change_setting
from marketplace.platform.queries import Standing
from marketplace.platform.rules import WholeNumber, setting
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_settings", __name__, description="Settings of the platform")


class SettingItem(Schema):
    """One setting: the value that holds, as text, its bounds where it counts, and its version (0: the default)."""

    key = fields.String()
    name = fields.Nested(LocalizedText)
    about = fields.Nested(LocalizedText)
    value = fields.String()
    default = fields.String()
    unit = fields.String(allow_none=True)
    low = fields.Integer(allow_none=True)
    high = fields.Integer(allow_none=True)
    version = fields.Integer()
    subject = fields.UUID(allow_none=True, metadata={"description": "under which its history stands"})
    changed_at = Instant(allow_none=True)
    changed_by = fields.UUID(allow_none=True)


class SettingBody(ReasonGiven):
    """A new value, on top of the version that was read, with the reason."""

    value = fields.String(required=True, validate=validate.Length(max=254))
    version = fields.Integer(required=True, validate=validate.Range(min=0))


SettingList = page_of(SettingItem, name="SettingList", says="All of them.")


@blueprint.route("/settings")
@blueprint.response(200, SettingList)
@allow("setting.see")
def listed() -> dict[str, Any]:
    """Every setting with the value that holds."""
    return {"items": [item(row) for row in queries.standings(reading())], "next": None}


@blueprint.route("/settings/<key>", methods=["PUT"])
@blueprint.arguments(SettingBody)
@blueprint.response(200, SettingItem)
@allow("setting.change")
def change(body: dict[str, Any], key: str) -> dict[str, Any]:
    """Change one setting."""
    demand(actor(), "setting.change")
    one, seen, reason = setting(key), body["version"], body["reason"]
    transact(lambda work: change_setting(work, one, body["value"], seen=seen, reason=reason, now=now(), by=actor().id))
    return item(queries.standing(reading(), one))


def item(row: Standing) -> dict[str, Any]:
    """A setting in the shape of `SettingItem`."""
    one = row.setting
    counts = one if isinstance(one, WholeNumber) else None
    return {
        "key": one.key,
        "name": one.name,
        "about": one.about,
        "value": str(row.value),
        "default": str(one.default),
        "unit": counts.unit if counts else None,
        "low": counts.low if counts else None,
        "high": counts.high if counts else None,
        "version": row.version,
        "subject": row.subject_id,
        "changed_at": row.changed_at,
        "changed_by": row.changed_by,
    }
