"""The application: what a request meets, in the order in which it meets it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from marketplace.api import init_api
from marketplace.database import Database, open_database
from marketplace.files.store import FileStore
from marketplace.web import init_pages
from marketplace.web.access import init_access
from marketplace.web.assets import init_assets
from marketplace.web.context import init_context
from marketplace.web.errors import init_errors
from marketplace.web.headers import init_headers
from marketplace.web.language import init_language
from marketplace.web.limiting import init_limits
from marketplace.web.observing import init_observing
from marketplace.web.request import init_request
from marketplace.web.signing import init_signing

ROOT = Path(__file__).resolve().parent.parent
csrf = CSRFProtect()


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """The application for these settings; `database` is given where somebody else owns it (tests)."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder="static")
    # A doubled slash is another address, answered as one that isn't there, not by a redirect.
    app.url_map.merge_slashes = False
    app.config.from_mapping(flask_config(settings))
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    init_observing(app, settings)
    init_request(app, settings, database or open_database(settings), FileStore(settings.files_url, settings.instance))
    init_headers(app, settings)
    init_language(app)
    init_signing(app)
    init_limits(app)
    init_access(app)
    csrf.init_app(app)
    init_errors(app)
    init_assets(app)
    init_context(app)
    init_pages(app)
    init_api(app, csrf)
    return app


def flask_config(settings: Settings) -> dict[str, object]:
    """Flask's own settings: cookies that only this host reads, and bounded requests."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "__Host-benchbridge" if settings.production else "benchbridge",
        "SESSION_COOKIE_SECURE": settings.production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(seconds=settings.session_absolute),
        "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": settings.production,
        "TESTING": settings.environment == "test",
        "PREFERRED_URL_SCHEME": "https" if settings.production else "http",
    }
