"""Rates of exchange: dated, entered by an administrator, for comparing prices and never for charging."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from marketplace.accounts.policy import demand
from marketplace.api.fields import Body, Instant, page_of
from marketplace.jurisdictions import actions, queries
from marketplace.jurisdictions.models import ExchangeRate
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_rates", __name__, description="Rates of exchange, for comparing prices only")


class ExchangeRateBody(Body):
    """What one Hong Kong dollar buys of a currency from a day on, and where that was read."""

    currency = fields.String(required=True)
    per_hkd = fields.Decimal(
        required=True, metadata={"type": ["string", "number"], "description": "units of the currency for one HKD"}
    )
    valid_from = fields.Date(required=True)
    source = fields.String(required=True)


class ExchangeRateItem(Schema):
    """A rate as it was entered; `per_hkd` is a decimal number in text, so that no digit is lost."""

    currency = fields.String()
    per_hkd = fields.String(metadata={"description": "units of the currency for one HKD"})
    valid_from = fields.Date()
    source = fields.String()
    entered_at = Instant()


ExchangeRateList = page_of(ExchangeRateItem, name="ExchangeRateList", says="Every rate ever entered, the newest first.")


@blueprint.route("/exchange-rates")
@blueprint.response(200, ExchangeRateList)
@allow("exchange_rate.see")
def listed() -> dict[str, Any]:
    """The rates that have been entered."""
    return {"items": [rate_item(row) for row in queries.rates(reading())], "next": None}


@blueprint.route("/exchange-rates", methods=["POST"])
@blueprint.arguments(ExchangeRateBody)
@blueprint.response(201, ExchangeRateItem)
@allow("exchange_rate.enter")
def enter(body: dict[str, Any]) -> dict[str, Any]:
    """Enter a rate; a second word for the same day replaces the first."""
    demand(actor(), "exchange_rate.enter")
    given = {"valid_from": body["valid_from"], "source": body["source"]}

    def work(session: Session) -> dict[str, Any]:
        made = actions.enter_rate(session, body["currency"], body["per_hkd"], **given, now=now(), by=actor().id)
        return rate_item(made)

    return transact(work)


def rate_item(row: ExchangeRate) -> dict[str, Any]:
    """A rate in the shape of `ExchangeRateItem`."""
    same = ("valid_from", "source", "entered_at")
    plain = f"{row.per_hkd.normalize():f}"
    return {**{name: getattr(row, name) for name in same}, "currency": row.currency_code, "per_hkd": plain}
