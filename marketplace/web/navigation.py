"""What the header and footer lead to: each place appears once it exists and the reader may enter it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask_babel import gettext as _

from marketplace.accounts import policy
from marketplace.accounts.models import Role
from marketplace.accounts.policy import Actor
from marketplace.web.access import declared


@dataclass(frozen=True, slots=True)
class Place:
    """One link: `current` where the reader stands in its area."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """All links around a page, for one reader."""

    search: str | None
    sign_in: str | None
    sign_out: str | None
    sign_up: str | None
    inbox: str | None
    desks: tuple[Place, ...]
    account: tuple[Place, ...]
    about: tuple[Place, ...]


def navigation(actor: Actor) -> Places:
    """The links for `actor`, whose roles decide which desks are theirs; worked out once per page."""
    known: tuple[Actor, Places] | None = g.get("navigation")
    if known is None or known[0] is not actor:
        known = g.navigation = (actor, _worked_out(actor))
    return known[1]


def _worked_out(actor: Actor) -> Places:
    return Places(
        search=_address(actor, "search.search"),
        sign_in=_address(actor, "sign_in.sign_in"),
        sign_out=_address(actor, "sign_in.sign_out"),
        sign_up=_address(actor, "sign_up.ask"),
        inbox=_address(actor, "inbox.inbox"),
        desks=() if actor.anonymous else _places(actor, _desks(actor)),
        account=_places(actor, _account(actor)),
        about=_places(actor, _about()),
    )


def _desks(actor: Actor) -> list[tuple[str, str]]:
    hosts = bool(actor.organisations(Role.HOST_STAFF, Role.HOST_MANAGER))
    books = bool(actor.organisations(Role.RESEARCHER, Role.MANAGER)) or not hosts
    overseer = actor.administrator or actor.auditor
    links: list[tuple[str, str]] = []
    if books and not overseer:
        links += [(_("My desk"), "desk.desk"), (_("My bookings"), "bookings.mine"), (_("Vault"), "vault.mine")]
        links += [(_("Permit applications"), "applications.mine")]
    if hosts:
        links += [
            (_("Host desk"), "host_desk.desk"),
            (_("Resource timeline"), "timeline.timeline"),
            (_("Closures"), "closures.closures"),
            (_("Units in operation"), "unit_states.units"),
            (_("Training"), "training.hosted"),
            *([] if books else [(_("Permit applications"), "applications.mine")]),
            (_("Listings"), "listings.mine"),
            *([] if overseer else [(_("Statistics"), "usage.statistics")]),
        ]
    if actor.organisations(Role.AGENCY_OFFICER) & actor.verified:
        links += [(_("Agency desk"), "officer_desk.desk")]
        links += [] if hosts or overseer else [(_("Statistics"), "usage.statistics")]
    if not overseer:
        links += [(_("Collaborations"), "collaborations.mine"), (_("Outcomes"), "outcomes.mine")]
        links += [(_("Messages"), "threads.mine")]
    return links + _overseen() if overseer else links


def _overseen() -> list[tuple[str, str]]:
    return [
        (_("Overview"), "admin.overview"),
        (_("Organisations"), "admin_organisations.queue"),
        (_("People"), "admin_people.people"),
        (_("Bookings"), "admin_bookings.bookings"),
        (_("Listings"), "listing_reviews.queue"),
        (_("Collaborations"), "collaborations.mine"),
        (_("Vault"), "admin_vault.queue"),
        (_("Approvals not asked again"), "admin_vault.approvals"),
        (_("Outcomes to look at"), "outcome_questions.queue"),
        (_("Screening"), "admin_screening.matches"),
        (_("Changing permit rules"), "admin_rules.overview"),
        (_("Statistics"), "usage.statistics"),
        (_("History"), "admin_history.history"),
        (_("Jobs"), "admin_jobs.jobs"),
        (_("Data requests"), "admin_privacy.queue"),
        (_("Settings"), "admin_settings.settings"),
        (_("Calendars"), "zones.calendars"),
        (_("Exchange rates"), "zones.exchange_rates"),
    ]


def _account(actor: Actor) -> list[tuple[str, str]]:
    if actor.anonymous:
        return []
    return [
        (_("My desk"), "desk.desk"),
        (_("Organisations"), "organisations.mine"),
        (_("Vault"), "vault.mine"),
        (_("Account"), "account.account"),
        (_("My trainings"), "training.own"),
        (_("Notices by event"), "inbox.choices"),
        (_("Framework agreements"), "frameworks.mine"),
        (_("Evidence packs"), "evidence.mine"),
        (_("Calendar feeds"), "calendar_feeds.mine"),
        (_("API tokens"), "account_security.list_tokens"),
    ]


def _about() -> list[tuple[str, str]]:
    return [
        (_("How it works"), "home.how"),
        (_("Zones"), "zones.zones"),
        (_("Permit rules"), "permits.rules"),
        (_("Metrics"), "metrics.registry"),
        (_("Published figures"), "figures.published_figures"),
        (_("Terms of the platform"), "home.terms"),
        (_("Privacy"), "home.privacy"),
        (_("Security"), "home.security"),
        (_("Accessibility"), "home.accessibility"),
        (_("API"), "api.documentation"),
    ]


def _places(actor: Actor, links: list[tuple[str, str]]) -> tuple[Place, ...]:
    found = [(label, endpoint, _address(actor, endpoint)) for label, endpoint in links]
    areas = [endpoint.split(".")[0] for _label, endpoint in links]
    # A page without a link of its own belongs to the only link of its area, such as one listing to the listings.
    area = request.blueprint if areas.count(str(request.blueprint)) == 1 else None
    return tuple(
        Place(label, href, endpoint == request.endpoint or endpoint.split(".")[0] == area)
        for label, endpoint, href in found
        if href
    )


def _address(actor: Actor, endpoint: str) -> str | None:
    view = current_app.view_functions.get(endpoint)
    verb = declared(view) if view else None
    return url_for(endpoint) if verb and policy.enters(actor, verb) else None
