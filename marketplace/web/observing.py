"""What operators see of a request: its id, one log line, the figures for Prometheus, and whether we are well."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import structlog
from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import Counter, Histogram
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from marketplace.logs import configure_logs
from marketplace.migrating import newest_revision
from marketplace.web.access import allow
from marketplace.web.request import reading

log = structlog.get_logger()
blueprint = Blueprint("observing", __name__)

REQUESTS = Counter("benchbridge_requests_total", "Answered requests.", ["method", "route", "status"])
SECONDS = Histogram(
    "benchbridge_request_seconds",
    "From the first byte read to the answer handed over.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
QUIET = frozenset({"static", "observing.alive", "observing.ready"})


def init_observing(app: Flask, settings: Settings) -> None:
    """Number, time and count every request; answer /healthz and /readyz."""
    configure_logs(settings)
    app.before_request(lambda: _begin(trusted=settings.trusted_proxies > 0))
    app.after_request(_end)
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
@allow("page.see")
def alive() -> Response:
    """The process answers; it asks nothing of the database, so that a restart is not the answer to its absence."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@allow("page.see")
def ready() -> tuple[Response, int]:
    """The database answers and has the shape that this code was written for."""
    try:
        found = reading().execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        return jsonify(status="unavailable", database="unreachable"), 503
    if found != newest_revision():
        return jsonify(status="unavailable", database="not migrated"), 503
    return jsonify(status="ok"), 200


def _begin(*, trusted: bool) -> None:
    given = request.headers.get("X-Request-ID", "") if trusted else ""
    g.request_id = given if GIVEN_ID.fullmatch(given) else uuid4().hex
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    # The rule, never the path or the query: those may hold a search, a secret link or a name.
    route = request.url_rule.rule if request.url_rule else "unmatched"
    method = request.method if request.method in METHODS else "other"
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    REQUESTS.labels(method, route, response.status_code).inc()
    SECONDS.labels(route).observe(seconds)
    if request.endpoint not in QUIET:
        log.info(
            "request", method=method, route=route, status=response.status_code, milliseconds=round(seconds * 1000, 1)
        )
    response.headers["X-Request-ID"] = g.get("request_id", "")
    return response
