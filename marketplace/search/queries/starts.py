"""When each listing may lawfully be used first: one plan for all that are alike, remembered while rules stay."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Control, Organisation, OrganisationKind
from marketplace.accounts.policy import Actor
from marketplace.catalogue.models import Facility, ListingState
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.permits.queries import calendars, rule_book, territories, vocabulary
from marketplace.permits.queries.screening import screening_facts
from marketplace.permits.queries.vault import HERE, vault_facts
from marketplace.permits.rules.facts import Facts
from marketplace.permits.rules.parties import host_facts, party_facts, place_facts
from marketplace.permits.rules.plan import plan_for
from marketplace.permits.rules.shapes import misshapen
from marketplace.search.rules.starts import Setting, Start, StartWish, facts_for, misplaced, start_of
from marketplace.values.refusal import FieldError, Invalid

Key = tuple[UUID, str, str, str]
# What a plan gave, by the rules, the calendars, the day, who asks for what, and the setting.
MOST_REMEMBERED: Final = 20_000
_REMEMBERED: Final[dict[tuple[Any, ...], Start | None]] = {}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants to use something and what they say of it, on which day: with what the records tell of them as a party,
    and the approvals that they hold."""

    wish: StartWish
    on: date
    facts: Mapping[str, Any]
    vault: Sequence[Mapping[str, Any]] = ()


def starts(session: Session, wish: StartWish, *, by: Actor | None, now: datetime) -> dict[Key, Start]:
    """When the use may begin at each kind of listing, by `key_of`; where it never may is left out.

    Raises Invalid where what was stated has the wrong shape, or where it is not known who asks.
    """
    if faults := tuple(misplaced(wish)):
        raise Invalid(faults)
    today = now.astimezone(HERE).date()
    asker = asker_of(session, wish, by=by, on=today)
    rows = session.execute(_listings()).all()
    listed = screening_facts(session, {row.organisation_id for row in rows}, today)
    settings = {
        key_of(row.organisation_id, row.jurisdiction_code, row.city, row.zone_code): Setting(
            jurisdiction=row.jurisdiction_code,
            city=row.city,
            zone=row.zone_code,
            kind=row.kind.value,
            control=row.control.value,
            listed=frozenset(listed.get(row.organisation_id, ())),
        )
        for row in rows
    }
    found = _plans(session, asker, set(settings.values()))
    return {key: start for key, setting in settings.items() if (start := found[setting]) is not None}


def forget() -> None:
    """Forget all that was remembered: what is measured or tested begins from nothing."""
    _REMEMBERED.clear()


def key_of(organisation_id: UUID, jurisdiction: str | None, city: str | None, zone: str | None) -> Key:
    """What a listing's row is matched by: whose it is and where it stands."""
    return organisation_id, jurisdiction or "", city or "", zone or ""


def organisations_of(session: Session, by: Actor | None) -> Sequence[Organisation]:
    """The organisations for which somebody may ask, in the order of their addresses."""
    if by is None or by.anonymous or not by.organisations():
        return ()
    own = select(Organisation).where(Organisation.id.in_(by.organisations()), Organisation.suspended_at.is_(None))
    return session.scalars(own.order_by(Organisation.slug)).all()


def asker_of(session: Session, wish: StartWish, *, by: Actor | None, on: date) -> Asker:
    """The chosen organisation of who asks, else their first, else anybody of a jurisdiction. Raises Invalid."""
    own = organisations_of(session, by)
    if wish.organisation is not None:
        own = [each for each in own if each.id == wish.organisation]
        if not own:
            raise Invalid.one("organisation", "choice")
    if own:
        listed = screening_facts(session, {own[0].id}, on)
        vault = vault_facts(session, {"user": [own[0].id]}, on)
        return Asker(wish, on, party_facts(own[0], listed.get(own[0].id, ())), vault)
    if not wish.origin:
        raise Invalid.one("from", "origin_or_sign_in")
    if session.scalar(select(Jurisdiction.code).where(Jurisdiction.code == wish.origin)) is None:
        raise Invalid.one("from", "choice")
    return Asker(wish, on, {"jurisdiction": wish.origin, "on_watchlist": False, "export_penalty": False})


def _listings() -> Any:
    place = Facility.organisation_id, Facility.jurisdiction_code, Facility.city, Facility.zone_code
    published = select(*place).where(Facility.state == ListingState.PUBLISHED).distinct().subquery()
    host = published.join(Organisation, Organisation.id == published.c.organisation_id)
    return select(published, Organisation.kind, Organisation.control).select_from(host)


def _plans(session: Session, asker: Asker, settings: Collection[Setting]) -> dict[Setting, Start | None]:
    book, counted, wish = rule_book(session), calendars(session), asker.wish
    asked = json.dumps([asker.facts, list(asker.vault)], sort_keys=True, default=str)
    base = book.digest, tuple(counted[name] for name in sorted(counted)), asker.on, wish, asked
    found = {each: _REMEMBERED[base, each] for each in settings if (base, each) in _REMEMBERED}
    missing = [each for each in settings if each not in found]
    if found and not missing:
        return found
    known, where = vocabulary(session), territories(session)
    # Also where nothing is listed that it could be asked of.
    if faults := tuple(_misshapen(_facts(asker, None), known)):
        raise Invalid(faults)
    if len(_REMEMBERED) + len(missing) > MOST_REMEMBERED:
        _REMEMBERED.clear()
    for each in missing:
        # Which questions there are is asked, not which of them decides most.
        plan = plan_for(Facts.read(_facts(asker, each), asker.on, where, known), book, counted, {})
        found[each] = _REMEMBERED[base, each] = start_of(plan)
    return found


def _facts(asker: Asker, setting: Setting | None) -> dict[str, Any]:
    recorded: dict[str, Mapping[str, Any]] = {"user": asker.facts, "host": {}, "place": {}}
    if setting is not None:
        facility = Facility(jurisdiction_code=setting.jurisdiction, city=setting.city, zone_code=setting.zone)
        host = Organisation(kind=OrganisationKind(setting.kind), control=Control(setting.control))
        recorded |= {"host": host_facts(host, facility, setting.listed), "place": place_facts(facility)}
    return facts_for(asker.wish, recorded, asker.vault)


def _misshapen(facts: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Iterable[FieldError]:
    return (
        FieldError(f"flows/{error.field}", error.rule, error.message_code, error.details)
        for error in misshapen(facts, known)
    )
