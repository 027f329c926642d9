"""Invitations that calendars understand (RFC 5545, RFC 5546): one event per booking, changes with rising sequence.

`details["invitation"]` of a notice holds: `uid` (the booking's id), `sequence`, `method` (REQUEST or CANCEL), `start`
and `end` (instants), `summary`, `location` and `description` (text or localized text; the last two may be missing),
`tentative` (true while the booking is held).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from icalendar import Calendar, Event, vCalAddress, vText

from marketplace.values.localized import LANGUAGES, Language, pick
from marketplace.wording.filling import one_line

METHODS: Final = ("REQUEST", "CANCEL")
# How often programs that ask are told to fetch a feed.
REFRESH: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who invites whom: addresses, the inviter's name, and the site that answers for the event's identity."""

    organiser: str
    organiser_name: str
    attendee: str
    host: str


def invitation(
    details: Mapping[str, Any], language: Language, *, parties: Parties, link: str, stamped: datetime
) -> tuple[str, str]:
    """The event as iCalendar text, and its method; times are in UTC, which every client shows in its own zone."""
    method = details["method"] if details["method"] in METHODS else "REQUEST"
    calendar = Calendar()
    calendar.add("prodid", "-//Benchbridge//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = event_of(details, language, host=parties.host, link=link, stamped=stamped)
    calendar.add_component(_invited(event, parties))
    return calendar.to_ical().decode(), method


def published(details: Mapping[str, Any], language: Language, *, host: str, link: str, stamped: datetime) -> str:
    """The same event as a file to keep: nobody is invited by it, and clients ask nobody for an answer."""
    calendar = Calendar()
    calendar.add("prodid", "-//Benchbridge//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event_of(details, language, host=host, link=link, stamped=stamped))
    return str(calendar.to_ical().decode())


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One event of a feed: the details of its invitation, the page about it, and when it last changed."""

    details: Mapping[str, Any]
    link: str
    stamped: datetime


def feed(entries: Iterable[FeedEntry], language: Language, *, host: str, name: str) -> str:
    """Many events as one calendar that programs fetch again and again; what was taken back stands in it, cancelled."""
    calendar = Calendar()
    calendar.add("prodid", "-//Benchbridge//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", one_line(name))
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        event = event_of(entry.details, language, host=host, link=entry.link, stamped=entry.stamped)
        event.add("last-modified", entry.stamped.astimezone(UTC))
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


def event_of(details: Mapping[str, Any], language: Language, *, host: str, link: str, stamped: datetime) -> Event:
    """A booking as one event, whose UID and SEQUENCE are the same wherever it is told; without people."""
    method = details["method"] if details["method"] in METHODS else "REQUEST"
    event = Event()
    event.add("uid", f"{one_line(str(details['uid']))}@{host}")
    event.add("sequence", int(details.get("sequence", 0)))
    event.add("dtstamp", stamped.astimezone(UTC))
    event.add("dtstart", _utc(details["start"]))
    event.add("dtend", _utc(details["end"]))
    event.add("summary", _text(details["summary"], language))
    for name in ("location", "description"):
        if words := _text(details.get(name, ""), language):
            event.add(name, words)
    if link:
        event.add("url", link)
    event.add("status", _status(details, method))
    event.add("transp", "TRANSPARENT" if method == "CANCEL" else "OPAQUE")
    return event


def _invited(event: Event, parties: Parties) -> Event:
    event.add("organizer", _address(parties.organiser, cn=parties.organiser_name))
    event.add(
        "attendee",
        _address(parties.attendee, cn=parties.attendee, role="REQ-PARTICIPANT", partstat="ACCEPTED", rsvp="FALSE"),
    )
    return event


def _status(details: Mapping[str, Any], method: str) -> str:
    if method == "CANCEL":
        return "CANCELLED"
    return "TENTATIVE" if details.get("tentative") else "CONFIRMED"


def _address(address: str, **parameters: str) -> vCalAddress:
    party = vCalAddress(f"mailto:{address}")
    for name, value in parameters.items():
        party.params[name.upper()] = vText(value)
    return party


def _text(value: Any, language: Language) -> str:
    if isinstance(value, Mapping):
        return pick({k: str(v) for k, v in value.items() if k in LANGUAGES}, language).text
    return str(value)


def _utc(instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(UTC)
