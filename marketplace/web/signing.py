"""From a request to its actor: the browser's sign-in session, or the bearer token of an API call."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, Request, g, session
from flask_login import LoginManager

from marketplace.accounts import queries
from marketplace.accounts.policy import Actor
from marketplace.web.request import language, now, reading, settings

COOKIE_KEY = "sign_in"


class SignedIn:
    """What Flask-Login holds for a request: an actor, known or anonymous."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.is_active = True
        self.is_authenticated = not actor.anonymous
        self.is_anonymous = actor.anonymous

    def get_id(self) -> str | None:
        """The person's id, for Flask-Login."""
        return str(self.actor.person_id) if self.actor.person_id else None


def init_signing(app: Flask) -> None:
    """Let Flask-Login ask us who somebody is, per request, from rows that can be listed and ended."""
    manager = LoginManager(app)
    manager.session_protection = None  # our own sessions rotate at sign-in and end by row
    manager.anonymous_user = lambda: SignedIn(Actor(language=language()))
    manager.request_loader(_load)


def _load(request: Request) -> SignedIn | None:
    if request.path.startswith("/api/") or request.path == "/api":
        return _from_token(request)
    token = session.get(COOKIE_KEY)
    if not token:
        return None
    actor = queries.actor_for_session(reading(), token, now=now(), settings=settings())
    return SignedIn(actor) if actor else None


def _from_token(request: Request) -> SignedIn | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    actor = queries.actor_for_token(reading(), token.strip(), now=now())
    if actor is None:
        return None
    g.language = actor.language
    return SignedIn(replace(actor, language=actor.language))
