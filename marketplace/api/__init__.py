"""The HTTP API: the same verbs for programs, under /api/v1, described by OpenAPI 3.1."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api, Blueprint
from flask_wtf import CSRFProtect

# In the order of the document; each is a flask-smorest Blueprint.
BLUEPRINTS: tuple[Blueprint, ...] = ()


def init_api(app: Flask, csrf: CSRFProtect) -> None:
    """Serve every operation; a bearer token stands where a browser has its CSRF token."""
    app.config.update(
        API_TITLE="Benchbridge",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app)
    for blueprint in BLUEPRINTS:
        csrf.exempt(blueprint)
        api.register_blueprint(blueprint, url_prefix="/api/v1")
