"""From a request to its actor: the browser's sign-in session, or the bearer token of an API call."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from flask import Flask, Request, flash, g, request, session
from flask_login import LoginManager, current_user

from marketplace.accounts import queries
from marketplace.accounts.actions import seeing, sessions, visits
from marketplace.accounts.actions.sessions import Proof
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries import SignIn
from marketplace.values.refusal import NotFound, Refusal, StateForbids
from marketplace.web.request import Seeing, language, now, reading, settings, transact
from marketplace.wording.refusals import sentence

COOKIE_KEY = "sign_in"
# In this order: most browsers also name those whose pages they can show.
FAMILIES = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("MicroMessenger", "WeChat"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


class SignedIn:
    """What Flask-Login holds for a request: an actor, known or anonymous, and the session it came by."""

    def __init__(self, actor: Actor, sign_in: SignIn | None = None) -> None:
        self.actor = actor
        self.sign_in = sign_in
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


def signed_in_by() -> UUID:
    """The id of the session that this request came by. Raises `NotFound` where there is none."""
    found: SignIn | None = current_user.sign_in
    if found is None:
        raise NotFound("session")
    return found.id


def begin(person_id: UUID, methods: Sequence[str]) -> None:
    """Sign somebody in: a new session under a new token, nothing kept of what the cookie held before."""
    proof = Proof(methods, browser_of(request.user_agent.string))
    token = transact(lambda work: sessions.begin(work, person_id, proof, now=now()))
    session.clear()
    session.permanent = True
    session[COOKIE_KEY] = token


def browser_of(user_agent: str) -> str:
    """Family and system of a browser, no more: enough to recognise one's own."""
    family = next((name for mark, name in FAMILIES if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (family, system) if part)


def _load(request: Request) -> SignedIn | None:
    if request.path.startswith("/api/") or request.path == "/api":
        return _from_token(request)
    token = session.get(COOKIE_KEY)
    if not isinstance(token, str):
        return None
    limits = {"idle": settings().session_idle, "absolute": settings().session_absolute}
    found = queries.sign_in_by_token(reading(), token, now=now(), **limits)
    if found is None:
        return None
    if visits.visit_is_due(found, now=now()):
        transact(lambda work: visits.note_visit(work, found.id, now=now()))
    return SignedIn(_shown_to(found), found)


def _shown_to(found: SignIn) -> Actor:
    """Who the pages are for: whoever is signed in, or as whom an administrator sees the site, who changes nothing."""
    if not found.actor.administrator:
        return found.actor
    seen = queries.seen_as(reading(), found.id, now=now())
    if seen is None:
        return found.actor
    person, until = seen
    if person is None:
        _end_seeing(found)
        return found.actor
    g.seeing = Seeing(found.actor.name, until)
    return person


def _end_seeing(found: SignIn) -> None:
    """The time is over, or the person may no longer be seen as: that is said once, and this request changes nothing."""
    with suppress(StateForbids):  # another request of this browser was faster
        transact(lambda work: seeing.end(work, found.id, now=now()))
    g.seeing_over = True
    flash(sentence(Refusal("seeing_over"), language()))


def _from_token(request: Request) -> SignedIn | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    found = queries.token_use(reading(), token.strip(), now=now())
    if found is None:
        return None
    if visits.use_is_due(found, now=now()):
        transact(lambda work: visits.note_use(work, found.id, now=now()))
    g.language = found.actor.language
    return SignedIn(found.actor)
