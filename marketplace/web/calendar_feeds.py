"""Private calendar feeds: fetched by programs with a secret address, and the page where people make and end them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.rules.secrets import digest
from marketplace.availability.models import Closure, ClosureKind
from marketplace.bookings.actions.feeds import end_feed, renew_feed
from marketplace.bookings.actions.telling import Context, invitation
from marketplace.bookings.queries import feeds, hosting
from marketplace.bookings.queries.feeds import Entry, Feed
from marketplace.bookings.rules.feeds import TAKEN_BACK, FeedKind, changed_at
from marketplace.limits.actions import spend
from marketplace.values.localized import LANGUAGES, Language, pick
from marketplace.web.access import allow
from marketplace.web.request import actor, database, language, now, reading, settings, transact, url
from marketplace.wording import invitations
from marketplace.wording.catalogs import gettext
from marketplace.wording.invitations import FeedEntry

blueprint = Blueprint("calendar_feeds", __name__)
# Addresses that calendar programs fetch, in no language.
site = Blueprint("calendar", __name__)

FRESH_FOR = 300
_KINDS = {
    ClosureKind.CLOSURE: "Closed",
    ClosureKind.MAINTENANCE: "Maintenance",
    ClosureKind.FAULT: "Out of order",
}


@site.get("/calendar/<secret>.ics")
@allow("calendar_feed.read")
def fetch(secret: str) -> AnyResponse:
    """The calendar of whoever the secret belongs to; an unknown one is not found."""
    feed = feeds.feed_of(reading(), secret)
    spend(database(), "calendar", digest(secret).hex(), now=now())
    found = feeds.entries(reading(), feed, now=now())
    tag = _language_of(feed)
    entries = [_entry(each, feed, tag) for each in found]
    entries += [_closure(each, feed, tag) for each in feeds.closures(reading(), feed, now=now())]
    text = invitations.feed(entries, tag, host=_host(), name=_name_of(feed, tag))
    response = Response(text, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = f"private, max-age={FRESH_FOR}"
    response.headers["X-Robots-Tag"] = "noindex"
    response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    if entries:
        response.last_modified = max(entry.stamped for entry in entries)
    return response.make_conditional(request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One calendar that the reader may make: whose it is, and whether there is a feed at present."""

    kind: FeedKind
    id: UUID
    name: str
    note: str
    on: bool


@blueprint.get("/account/calendars")
@allow("account.manage")
def mine() -> str:
    """The feeds that the reader may make, renew and end."""
    return _page()


@blueprint.post("/account/calendars/<kind>/<uuid:subject_id>/renew")
@allow("calendar_feed.manage")
def renew(kind: str, subject_id: UUID) -> str:
    """A new address, shown in this answer and never again."""
    return _page(fresh=renewed(_kind(kind), subject_id), subject_id=subject_id)


def renewed(kind: FeedKind, subject_id: UUID) -> str:
    """A new address for a feed; an earlier one answers nobody from now on."""
    secret = transact(lambda work: renew_feed(work, kind, subject_id, now=now(), by=actor()))
    # A person's feed speaks their language; one that several share, that of whoever made it.
    tag = None if kind is FeedKind.PERSON else language()
    return settings().public_url.rstrip("/") + url_for("calendar.fetch", secret=secret, language=tag)


@blueprint.post("/account/calendars/<kind>/<uuid:subject_id>/end")
@allow("calendar_feed.manage")
def end(kind: str, subject_id: UUID) -> AnyResponse:
    """No feed any more."""
    whose = _kind(kind)
    transact(lambda work: end_feed(work, whose, subject_id, now=now(), by=actor()))
    flash(_("The calendar feed is ended. Its address answers nobody any more."))
    return redirect(url("calendar_feeds.mine"), code=303)


def _page(*, fresh: str | None = None, subject_id: UUID | None = None) -> str:
    return render_template("calendar_feeds/feeds.html", lines=lines(), fresh=fresh, subject_id=subject_id)


def lines() -> list[Line]:
    """The feeds that the reader may make, each with whether it is on."""
    units = hosting.host_units(reading(), by=actor(), role=Role.HOST_MANAGER)
    places = actor().organisations(Role.MANAGER, Role.HOST_MANAGER)
    names = reading().execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(places))).all()
    wanted: dict[FeedKind, Sequence[UUID]] = {
        FeedKind.PERSON: [actor().id],
        FeedKind.ORGANISATION: [row.id for row in names],
        FeedKind.UNIT: [unit.id for unit in units],
    }
    on = feeds.feeds_on(reading(), wanted)
    theirs = _("Its bookings, and those at its facilities")
    told = [
        (FeedKind.PERSON, actor().id, actor().name, _("All bookings made for you")),
        *((FeedKind.ORGANISATION, row.id, _words(row.name), theirs) for row in names),
        *((FeedKind.UNIT, unit.id, _words(unit.name), _words(unit.facility_name)) for unit in units),
    ]
    return [Line(kind=kind, id=id, name=name, note=note, on=(kind, id) in on) for kind, id, name, note in told]


def _kind(name: str) -> FeedKind:
    try:
        return FeedKind(name)
    except ValueError:
        abort(404)


def _language_of(feed: Feed) -> Language:
    """The person's language; of a feed that several share, the one that its address names."""
    wanted = feed.language or request.args.get("language", "en")
    return wanted if wanted in LANGUAGES else "en"


def _name_of(feed: Feed, tag: Language) -> str:
    return f"Benchbridge: {pick(dict(feed.name), tag).text}"


def _host() -> str:
    # The same identity as in mailed invitations, so that a calendar knows the event when it meets it again.
    return urlsplit(settings().public_url).hostname or "localhost"


def _entry(entry: Entry, feed: Feed, tag: Language) -> FeedEntry:
    """The event of the mailed invitation. In a calendar that several people look at, it says who comes."""
    around = Context(
        unit=entry.unit,
        facility=entry.facility,
        facility_id=entry.facility_id,
        host_id=entry.host_id,
        organisation=entry.organisation,
        person=entry.person,
        zone=entry.zone,
        address=entry.address,
    )
    details: dict[str, Any] = invitation(entry.booking, around)
    stamped, overdue = changed_at(entry.booking, now())
    if overdue:
        details |= TAKEN_BACK
    if feed.kind is not FeedKind.PERSON:
        said = f"{_in(around.unit, tag)}: {_in(around.organisation, tag)}"
        details |= {"summary": said, "description": f"{entry.booking.reference}\n{around.person}"}
    path = url_for("bookings.one", language=tag, booking_id=entry.booking.id)
    return FeedEntry(details=details, link=settings().public_url.rstrip("/") + path, stamped=stamped)


def _closure(closure: Closure, feed: Feed, tag: Language) -> FeedEntry:
    """A closure as an event. One that was lifted while it lasted ended then; one that never began was taken back."""
    lifted = closure.lifted_at
    begun = lifted is not None and lifted > closure.starts_at
    kind = gettext(tag, _KINDS[closure.kind])
    details: dict[str, Any] = {
        "uid": str(closure.id),
        "sequence": 1 if lifted else 0,
        "method": "CANCEL" if lifted and not begun else "REQUEST",
        "start": closure.starts_at.isoformat(),
        "end": (min(lifted, closure.ends_at) if lifted and begun else closure.ends_at).isoformat(),
        "summary": f"{_in(feed.name, tag)}: {_in(closure.reason, tag) or kind}",
        "description": kind,
    }
    path = url_for("closures.closures", language=tag, unit=closure.unit_id)
    link = settings().public_url.rstrip("/") + path
    return FeedEntry(details=details, link=link, stamped=lifted or closure.created_at)


def _in(text: Mapping[str, str], tag: Language) -> str:
    return pick(dict(text), tag).text


def _words(text: Mapping[str, str]) -> str:
    return _in(text, cast(Language, language()))
