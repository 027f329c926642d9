"""What every template may name without asking: who reads, when, and how to write addresses."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, has_request_context, request

from marketplace.accounts import policy
from marketplace.accounts.policy import Actor
from marketplace.catalogue.queries.published import sample_loaded
from marketplace.notices.queries import unread_count
from marketplace.platform.queries import address
from marketplace.platform.rules import SUPPORT_ADDRESS
from marketplace.web.request import actor, language, now, reading, seeing, settings, url, url_in


def init_context(app: Flask) -> None:
    """Give templates their common names."""
    app.context_processor(_common)
    names = {"url": url, "url_in": url_in, "may": policy.may, "seeing": seeing, "unread": unread}
    app.jinja_env.globals.update(names, sample_shown=sample_shown, support_address=support_address)


def unread() -> int:
    """How many notices the reader has not opened; asked once per page, and only when a template wants it."""
    if "unread" not in g:
        reader = actor()
        g.unread = 0 if reader.anonymous else unread_count(reading(), reader.id)
    return int(g.unread)


def support_address() -> str:
    """Where people ask for help; empty where nobody named an address. Asked once per page."""
    if "support_address" not in g:
        try:
            g.support_address = address(reading(), SUPPORT_ADDRESS)
        except Exception:  # the page that says that the database is away is drawn without it
            g.support_address = ""
    return str(g.support_address)


def sample_shown() -> bool:
    """Whether the page must say that what it shows is invented; asked once per page."""
    if "sample_shown" not in g:
        try:
            g.sample_shown = sample_loaded(reading())
        except Exception:  # the page that says that the database is away is drawn without it
            g.sample_shown = False
    return bool(g.sample_shown)


def _common() -> dict[str, Any]:
    if not has_request_context():
        return {"actor": Actor(), "language": "en"}
    return {
        "actor": _reader(),
        "language": language(),
        "now": now(),
        "htmx": "HX-Request" in request.headers,
        "development": settings().environment == "development",
    }


def _reader() -> Actor:
    """The actor, or nobody where the very loading of them failed (an error page must still be drawn)."""
    try:
        return actor()
    except Exception:
        return Actor(language=language())
