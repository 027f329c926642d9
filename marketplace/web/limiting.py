"""How often one reader may ask: spent before any view runs, in a unit of work of its own."""

from __future__ import annotations

from flask import Flask, current_app, request

from marketplace.accounts.models import Organisation
from marketplace.accounts.rules.standing import standing_refusals
from marketplace.limits.actions import spend
from marketplace.limits.rules import network_of
from marketplace.web.access import declared
from marketplace.web.request import actor, database, now

READING = frozenset({"GET", "HEAD", "OPTIONS"})
UNCOUNTED = frozenset({"probe.see"})


def init_limits(app: Flask) -> None:
    """Count every request of a person, or of an address where nobody is signed in."""
    app.before_request(_spend_one)


def who() -> str:
    """Whose bucket it is: the person (the administrator who sees the site as them), or the place on the net that the
    connection (or a trusted proxy) names."""
    reader = actor()
    person = reader.seen_by or reader.person_id
    return str(person) if person else f"address {where()}"


def where() -> str:
    """From which place on the net the request comes."""
    return network_of(request.remote_addr)


def spend_invitation(place: Organisation, email: str) -> None:
    """Count a mail to somebody who did not ask for it: by its sender, its organisation and its address; few from an
    organisation that nobody has verified."""
    spend(database(), "invitation", who(), now=now())
    spend(database(), "invitation_organisation", str(place.id), now=now())
    if standing_refusals(place):
        spend(database(), "invitation_waiting", who(), now=now())
        spend(database(), "invitation_waiting", str(place.id), now=now())
    spend(database(), "invitation_address", email.strip().lower(), now=now())


def spend_uploads(number: int) -> None:
    """Count the files of one form, each like one that came alone."""
    for _ in range(number):
        spend(database(), "upload", who(), now=now())


def spend_register() -> None:
    """Count a paste for which a register of works is asked."""
    spend(database(), "register", who(), now=now())


def _spend_one() -> None:
    if request.endpoint in (None, "static"):
        return
    if declared(current_app.view_functions[request.endpoint]) in UNCOUNTED:
        return
    spend(database(), kind_of_request(), who(), now=now())


def kind_of_request() -> str:
    """Which bucket of `limits.rules.LIMITS` a request is spent from."""
    if request.path.startswith("/api/"):
        return "api_read" if request.method in READING else "api_write"
    if request.method not in READING:
        return "write"
    return "search" if declared(current_app.view_functions[request.endpoint or ""]) == "search.use" else "browse"
