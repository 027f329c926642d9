"""The HTTP API: the same verbs for programs, under /api/v1, described by OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint
from flask_wtf import CSRFProtect

from marketplace.api import (
    account,
    booking_records,
    bookings,
    closures,
    conversations,
    facilities,
    files,
    finding,
    history,
    inbox,
    jobs,
    jurisdictions,
    listing_files,
    listing_units,
    listings,
    members,
    organisations,
    people,
    previews,
    rates,
    tokens,
)
from marketplace.api.fields import ProblemDocument
from marketplace.web.access import allow

# In the order of the document; each is a flask-smorest Blueprint.
BLUEPRINTS: tuple[Blueprint, ...] = (
    finding.blueprint,
    facilities.blueprint,
    previews.blueprint,
    bookings.blueprint,
    booking_records.blueprint,
    conversations.blueprint,
    files.blueprint,
    closures.blueprint,
    listings.blueprint,
    organisations.blueprint,
    listing_units.blueprint,
    listing_files.blueprint,
    members.blueprint,
    account.blueprint,
    tokens.blueprint,
    inbox.blueprint,
    jurisdictions.blueprint,
    rates.blueprint,
    people.blueprint,
    history.blueprint,
    jobs.blueprint,
)


class OneAnswerApi(Api):  # type: ignore[misc]
    """flask-smorest without its own answer to errors: `web.errors` gives one for the whole application."""

    def _register_error_handlers(self) -> None:
        pass


def init_api(app: Flask, csrf: CSRFProtect) -> None:
    """Serve every operation; a bearer token stands where a browser has its CSRF token."""
    app.config.update(
        API_TITLE="Benchbridge",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = OneAnswerApi(app)
    for blueprint in BLUEPRINTS:
        csrf.exempt(blueprint)
        api.register_blueprint(blueprint, url_prefix="/api/v1")
    _open_the_document(app, api)


def _open_the_document(app: Flask, api: Api) -> None:
    """Anybody may read how the API is used; errors are one shape for all operations."""
    api.ERROR_SCHEMA = ProblemDocument
    endpoint = "api-docs.openapi_json"
    document: Any = app.view_functions[endpoint]  # a bound method: it can't carry a mark of its own

    @allow("page.see")
    def openapi() -> Any:
        return document()

    app.view_functions[endpoint] = openapi
