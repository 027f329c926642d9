"""The HTTP API: the same verbs for programs, under /api/v1, described by OpenAPI 3.1."""

from __future__ import annotations

from functools import cache, partial

from flask import Flask, Response
from flask_smorest import Api, Blueprint
from flask_wtf import CSRFProtect

from marketplace.api import (
    acceptances,
    account,
    applications,
    booking_permits,
    booking_records,
    bookings,
    calendar_feeds,
    charts,
    closures,
    collaboration_parts,
    collaborations,
    comparison,
    conversations,
    deadlines,
    desks,
    evidence,
    facilities,
    faults,
    figures,
    files,
    finding,
    frameworks,
    history,
    hosting,
    imports,
    inbox,
    jobs,
    jurisdictions,
    listing_files,
    listing_reviews,
    listing_units,
    listings,
    logger_files,
    members,
    metrics,
    organisations,
    outcome_intake,
    outcomes,
    people,
    permit_editing,
    permits,
    previews,
    privacy,
    rates,
    returns,
    runs,
    screening,
    settings,
    snapshots,
    stored_figures,
    terms,
    tokens,
    training,
    unit_devices,
    unit_feed,
    unit_states,
    usage,
    uses,
    vault,
)
from marketplace.api.document import completed
from marketplace.api.fields import ProblemDocument
from marketplace.web.access import allow

# In the order of the document; each is a flask-smorest Blueprint.
BLUEPRINTS: tuple[Blueprint, ...] = (
    finding.blueprint,
    facilities.blueprint,
    terms.blueprint,
    frameworks.blueprint,
    previews.blueprint,
    bookings.blueprint,
    booking_permits.blueprint,
    applications.blueprint,
    collaborations.blueprint,
    collaboration_parts.blueprint,
    acceptances.blueprint,
    booking_records.blueprint,
    conversations.blueprint,
    files.blueprint,
    desks.blueprint,
    hosting.blueprint,
    closures.blueprint,
    unit_states.blueprint,
    faults.blueprint,
    runs.blueprint,
    training.blueprint,
    uses.blueprint,
    unit_devices.blueprint,
    unit_feed.blueprint,
    logger_files.blueprint,
    calendar_feeds.blueprint,
    listings.blueprint,
    listing_units.blueprint,
    listing_files.blueprint,
    listing_reviews.blueprint,
    imports.blueprint,
    organisations.blueprint,
    members.blueprint,
    account.blueprint,
    tokens.blueprint,
    inbox.blueprint,
    jurisdictions.blueprint,
    permits.blueprint,
    metrics.blueprint,
    evidence.blueprint,
    comparison.blueprint,
    returns.blueprint,
    usage.blueprint,
    figures.blueprint,
    stored_figures.blueprint,
    snapshots.blueprint,
    charts.blueprint,
    vault.blueprint,
    outcomes.blueprint,
    outcome_intake.blueprint,
    screening.blueprint,
    permit_editing.blueprint,
    rates.blueprint,
    people.blueprint,
    privacy.blueprint,
    deadlines.blueprint,
    settings.blueprint,
    history.blueprint,
    jobs.blueprint,
)


class OneAnswerApi(Api):  # type: ignore[misc]
    """flask-smorest without its own answer to errors: `web.errors` gives one for the whole application."""

    ERROR_SCHEMA = ProblemDocument

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
    """Anybody may read how the API is used; it is written once, when it is first asked for."""
    told = cache(partial(completed, app, api))

    @allow("page.see")
    def openapi() -> Response:
        return app.response_class(app.json.dumps(told(), indent=2, sort_keys=False), mimetype="application/json")

    app.view_functions["api-docs.openapi_json"] = openapi
