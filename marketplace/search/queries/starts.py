"""When each listing may lawfully be used first: one plan for all that are alike, remembered while rules stay."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Control, Organisation, OrganisationKind
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries import members_among
from marketplace.catalogue.models import Facility
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.permits.queries import calendars, rule_book, territories, vocabulary
from marketplace.permits.queries.counting import approvals, sent_out
from marketplace.permits.queries.screening import person_facts, screening_facts
from marketplace.permits.queries.vault import HERE
from marketplace.permits.rules.counts import Counts, with_own_counts
from marketplace.permits.rules.facts import Facts, Territories
from marketplace.permits.rules.parties import host_facts, party_facts, place_facts, with_host_facts
from marketplace.permits.rules.plan import plan_for
from marketplace.permits.rules.shapes import misshapen
from marketplace.permits.rules.travellers import travellers, without_names
from marketplace.search.models import SearchRow
from marketplace.search.rules.starts import Setting, Start, StartWish, facts_for, misplaced, start_of
from marketplace.values.refusal import FieldError, Invalid

# What plans gave, by the rules, the calendars, the day and who asks for what; then by the setting.
MOST_REMEMBERED: Final = 500
_REMEMBERED: Final[dict[tuple[Any, ...], dict[Setting, Start | None]]] = {}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants to use something and what they say of it, on which day: with what the records tell of them as a party,
    the approvals that they hold, and what their organisation has sent out this year (None: nobody knows)."""

    wish: StartWish
    on: date
    facts: Mapping[str, Any]
    vault: Sequence[Mapping[str, Any]] = ()
    counts: Counts | None = None


def starts(session: Session, wish: StartWish, *, by: Actor | None, now: datetime) -> dict[str, Start]:
    """When the use may begin at each kind of listing, by its `start_key`, where that is by the day of the wish.

    Raises Invalid where what was stated has the wrong shape, or where it is not known who asks.
    """
    if faults := tuple(misplaced(wish)):
        raise Invalid(faults)
    asker = asker_of(session, wish, by=by, now=now)
    rows = session.execute(_LISTINGS).all()
    hosts = _hosts(session, asker.on)
    settings = {row.start_key: _settings(row.start_key, hosts) for row in rows}
    found = _plans(session, asker, {each for of in settings.values() for each in of})
    begins = {key: _first((found[each] for each in of), wish.day) for key, of in settings.items()}
    return {key: start for key, start in begins.items() if start is not None}


def _first(found: Iterable[Start | None], by_day: date) -> Start | None:
    """Of the units of a listing the one that may begin first, in time."""
    return min((start for start in found if start is not None and start.day <= by_day), default=None)


def _hosts(session: Session, on: date) -> dict[str, tuple[str, str, frozenset[str]]]:
    """What a plan hangs on of each host: its kind, who controls it, and what the screening list says of it."""
    rows = session.execute(_HOSTS).all()
    listed = screening_facts(session, {row.id for row in rows}, on)
    return {str(row.id): (row.kind.value, row.control.value, frozenset(listed.get(row.id, ()))) for row in rows}


def _settings(key: str, hosts: Mapping[str, tuple[str, str, frozenset[str]]]) -> list[Setting]:
    """What is alike for a plan behind one key: one setting for each kind of unit."""
    host, jurisdiction, zone, city, units = json.loads(key)
    kind, control, listed = hosts[host]
    return [
        Setting(jurisdiction, city, zone, kind, control, listed, json.dumps(stated, sort_keys=True)) for stated in units
    ]


def forget() -> None:
    """Forget all that was remembered: what is measured or tested begins from nothing."""
    _REMEMBERED.clear()


def organisations_of(session: Session, by: Actor | None) -> Sequence[Organisation]:
    """The organisations for which somebody may ask, in the order of their addresses."""
    if by is None or by.anonymous or not by.organisations():
        return ()
    own = select(Organisation).where(Organisation.id.in_(by.organisations()), Organisation.suspended_at.is_(None))
    return session.scalars(own.order_by(Organisation.slug)).all()


def asker_of(session: Session, wish: StartWish, *, by: Actor | None, now: datetime) -> Asker:
    """The chosen organisation of who asks, else their first, else anybody of a jurisdiction. Raises Invalid."""
    on = now.astimezone(HERE).date()
    own = organisations_of(session, by)
    if wish.organisation is not None:
        own = [each for each in own if each.id == wish.organisation]
        if not own:
            raise Invalid.one("organisation", "choice")
    if own and by is not None:
        return _member(session, wish, own[0], by, now=now)
    if not wish.origin:
        raise Invalid.one("from", "origin_or_sign_in")
    if session.scalar(select(Jurisdiction.code).where(Jurisdiction.code == wish.origin)) is None:
        raise Invalid.one("from", "choice")
    return Asker(wish, on, {"jurisdiction": wish.origin, "on_watchlist": False, "export_penalty": False})


def _member(session: Session, wish: StartWish, own: Organisation, by: Actor, *, now: datetime) -> Asker:
    """Somebody who asks for an organisation: its approvals and counts and, where they travel, their own approvals, as a
    booking of theirs would count them."""
    on = now.astimezone(HERE).date()
    listed = screening_facts(session, {own.id}, on)
    stated = facts_for(wish, {"user": party_facts(own), "host": {}, "place": {}}, ())
    named = travellers(stated, by.person_id, territories(session))
    there = members_among(session, own.id, [each for each in named.values() if each is not None])
    people = {path: [person] for path, person in named.items() if person in there}
    user = party_facts(own, {*listed.get(own.id, ()), *person_facts(session, {by.id, *there}, on)})
    counts = sent_out(session, {own.id: "user"}, now=now) if stated.get("data_flows") else None
    return Asker(wish, on, user, approvals(session, {"user": [own.id], **people}, on), counts)


# Each kind of listing once; and whoever hosts one.
_LISTINGS: Final = select(SearchRow.start_key).distinct()
_HOSTS: Final = select(Organisation.id, Organisation.kind, Organisation.control).where(
    select(SearchRow.facility_id).where(SearchRow.organisation_id == Organisation.id).exists()
)


def _plans(session: Session, asker: Asker, settings: Collection[Setting]) -> dict[Setting, Start | None]:
    book, counted, wish = rule_book(session), calendars(session), asker.wish
    counts = sorted((asker.counts or {}).items())
    asked = json.dumps([asker.facts, list(asker.vault), asker.counts is None, counts], sort_keys=True, default=str)
    base = book.digest, tuple(counted[name] for name in sorted(counted)), asker.on, wish, asked
    found = _REMEMBERED.get(base)
    if found is None:
        found = {}
    missing = [each for each in settings if each not in found]
    if found and not missing:
        return found
    known, where = vocabulary(session), territories(session)
    # Also where nothing is listed that it could be asked of.
    if faults := tuple(_misshapen(_facts(asker, None, where), known)):
        raise Invalid(faults)
    for each in missing:
        # Which questions there are is asked, not which of them decides most.
        plan = plan_for(Facts.read(_facts(asker, each, where), asker.on, where, known), book, counted, {})
        found[each] = start_of(plan)
    if len(_REMEMBERED) >= MOST_REMEMBERED:
        _REMEMBERED.clear()
    _REMEMBERED[base] = found
    return found


def _facts(asker: Asker, setting: Setting | None, where: Territories) -> dict[str, Any]:
    recorded: dict[str, Mapping[str, Any]] = {"user": asker.facts, "host": {}, "place": {}}
    if setting is None:
        return without_names(facts_for(asker.wish, recorded, asker.vault))
    facility = Facility(
        jurisdiction_code=setting.jurisdiction,
        city=setting.city,
        zone_code=setting.zone,
        permit_facts=json.loads(setting.stated),
    )
    host = Organisation(kind=OrganisationKind(setting.kind), control=Control(setting.control))
    recorded |= {"host": host_facts(host, facility, setting.listed), "place": place_facts(facility)}
    facts = with_host_facts(without_names(facts_for(asker.wish, recorded, asker.vault)), facility, where)
    return facts if asker.counts is None else with_own_counts(facts, asker.counts, where)


def _misshapen(facts: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Iterable[FieldError]:
    return (
        FieldError(f"flows/{error.field}", error.rule, error.message_code, error.details)
        for error in misshapen(facts, known)
    )
