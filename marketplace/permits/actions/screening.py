"""The screening list's verbs: parties entered and changed, matches found, and each reviewed by somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, OrganisationIdentifier, Person
from marketplace.accounts.policy import Actor
from marketplace.accounts.policy import demand as allow
from marketplace.accounts.queries.readers import administrators
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.notices.actions import tell
from marketplace.permits.actions.versions import LAW_CHANGED
from marketplace.permits.models import MatchState, ScreenedFor, ScreenedParty, ScreeningMatch
from marketplace.permits.queries.screening import turning
from marketplace.permits.queries.vault import HERE
from marketplace.permits.rules.screening import Hit, alike, bare, closest, same_number
from marketplace.permits.rules.shapes import YEARS
from marketplace.values.localized import clean_text
from marketplace.values.refusal import FieldError, Invalid, NotFound, StateForbids

LOOK: Final = "screening.look"
MOST_NAMES: Final = 20
LONGEST_NAME: Final = 200
LONGEST_NOTE: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParty:
    """A party as an administrator enters it: the first name is shown, the others are aliases."""

    names: Sequence[str]
    identifiers: Sequence[str] = ()
    listed_for: ScreenedFor
    source: str
    note: str = ""
    listed_from: dt.date
    listed_to: dt.date | None = None


def enter_party(session: Session, new: NewParty, *, now: datetime, by: Actor) -> ScreenedParty:
    """Put a party on the list; everybody here is compared with it as soon as this is kept."""
    allow(by, "screening.change")
    kept = _normal(new)
    row = ScreenedParty(**_values(kept), entered_by=by.person_id, entered_at=now)
    session.add(row)
    session.flush()
    _write(session, row, "screening.entered", now=now, by=by, fresh=True)
    return row


def change_party(session: Session, party_id: UUID, new: NewParty, *, now: datetime, by: Actor) -> ScreenedParty:
    """Change a party of the list, or end its days; everybody is compared with it anew."""
    allow(by, "screening.change")
    row = session.get(ScreenedParty, party_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("screened party")
    for name, value in _values(_normal(new)).items():
        setattr(row, name, value)
    _write(session, row, "screening.changed", now=now, by=by)
    known = ScreeningMatch.party_id == row.id, ScreeningMatch.state == MatchState.CONFIRMED
    if session.scalar(select(ScreeningMatch.id).where(*known).limit(1)) is not None:
        # What is known of somebody changed with it: bookings are looked at again.
        defer(session, LAW_CHANGED, {}, now=now)
    return row


def review(
    session: Session, match_id: UUID, *, confirmed: bool, reason: str, now: datetime, by: Actor
) -> ScreeningMatch:
    """Say whether a match is the party, with the reason; a reviewer may come back to it and say otherwise."""
    allow(by, "screening.review")
    row = session.get(ScreeningMatch, match_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("screening match")
    said = MatchState.CONFIRMED if confirmed else MatchState.CLEARED
    given = clean_text(reason, LONGEST_NOTE, field="reason", multiline=True)
    if not given:
        raise Invalid.one("reason", "required")
    if row.state is said:
        raise StateForbids(said.value, "screening.review")
    row.state, row.reason, row.reviewed_by, row.reviewed_at = said, given, by.person_id, now
    session.flush()
    subject = Subject("screening_match", row.id)
    record(session, subject, f"screening.{said.value}", now=now, by=by.person_id, text={"reason": given})
    defer(session, LAW_CHANGED, {}, now=now)
    return row


def look_at_party(session: Session, party_id: UUID, *, now: datetime) -> int:
    """Compare everybody here with a party of the list; the number of matches that wait because of it."""
    party = session.get(ScreenedParty, party_id)
    if party is None or not _listed(party, now):
        return 0
    found = [
        _match(party, hit, organisation_id=place.id)
        for place, numbers in _organisations(session)
        if (hit := _hit(party, place.name.values(), numbers)) is not None
    ]
    people = select(Person.id, Person.name).where(Person.name.is_not(None), Person.erased_at.is_(None))
    found += [
        _match(party, hit, person_id=person_id)
        for person_id, name in session.execute(people)
        if (hit := closest(party.names, [name or ""])) is not None
    ]
    return _keep(session, found, now=now)


def look_at_organisation(session: Session, organisation_id: UUID, *, now: datetime) -> int:
    """Compare an organisation with all of the list; the number of matches that wait because of it."""
    found = [
        _match(party, hit, organisation_id=place.id)
        for place, numbers in _organisations(session, organisation_id)
        for party in session.scalars(select(ScreenedParty))
        if _listed(party, now) and (hit := _hit(party, place.name.values(), numbers)) is not None
    ]
    return _keep(session, found, now=now)


def look_again(session: Session, *, now: datetime) -> int:
    """Have every party of the list compared anew, each as a task of its own: names change, people come."""
    ids = [party.id for party in session.scalars(select(ScreenedParty)) if _listed(party, now)]
    for party_id in ids:
        defer(session, LOOK, {"party": str(party_id)}, now=now)
    if turning(session, now.astimezone(HERE).date()):
        defer(session, LAW_CHANGED, {}, now=now)
    return len(ids)


def _normal(new: NewParty) -> NewParty:
    """The party with its texts as they are kept. Raises Invalid with every field."""
    kept = replace(
        new,
        names=_lines(new.names, "names"),
        identifiers=_lines(new.identifiers, "identifiers"),
        source=clean_text(new.source, LONGEST_NAME, field="source"),
        note=clean_text(new.note, LONGEST_NOTE, field="note", multiline=True),
    )
    faults = list(_faults(kept))
    if faults:
        raise Invalid(faults)
    return kept


def _lines(given: Iterable[str], field: str) -> tuple[str, ...]:
    lines = (clean_text(line, LONGEST_NAME, field=field) for line in given)
    return tuple(dict.fromkeys(line for line in lines if line))


def _faults(kept: NewParty) -> Iterator[FieldError]:
    if not kept.names:
        yield FieldError("names", "required", "required")
    elif not all(len(alike(name).replace(" ", "")) > 1 for name in kept.names):
        # A single letter would be found in everybody's.
        yield FieldError("names", "min_length", "screening_name_short")
    if any(len(bare(number)) < 4 for number in kept.identifiers):
        yield FieldError("identifiers", "min_length", "screening_number_short")
    for name in ("names", "identifiers"):
        if len(getattr(kept, name)) > MOST_NAMES:
            yield FieldError(name, "max_items", "max_items", {"max": MOST_NAMES})
    if not kept.source:
        yield FieldError("source", "required", "required")
    for name in ("listed_from", "listed_to"):
        day = getattr(kept, name)
        if day is not None and day.year not in YEARS:
            yield FieldError(name, "year_range", "year_range", {"first": YEARS.start, "last": YEARS.stop - 1})
    if kept.listed_to is not None and kept.listed_to < kept.listed_from:
        yield FieldError("listed_to", "order", "vault_days")


def _values(kept: NewParty) -> dict[str, Any]:
    same = ("listed_for", "source", "note", "listed_from", "listed_to")
    lists = {"names": list(kept.names), "identifiers": list(kept.identifiers)}
    return {name: getattr(kept, name) for name in same} | lists


def _write(session: Session, row: ScreenedParty, verb: str, *, now: datetime, by: Actor, fresh: bool = False) -> None:
    session.flush()
    record(session, Subject("screened_party", row.id), verb, now=now, by=by.person_id, fresh=fresh)
    defer(session, LOOK, {"party": str(row.id)}, now=now)


def _listed(party: ScreenedParty, now: datetime) -> bool:
    """Whether its days are not over: one that comes later is compared already, so that it is reviewed in time."""
    return party.listed_to is None or party.listed_to >= now.astimezone(HERE).date()


def _organisations(session: Session, only: UUID | None = None) -> list[tuple[Organisation, list[str]]]:
    numbers = func.array_remove(func.array_agg(OrganisationIdentifier.value), None)
    wanted = (
        select(Organisation, numbers)
        .outerjoin(OrganisationIdentifier, OrganisationIdentifier.organisation_id == Organisation.id)
        .group_by(Organisation.id)
    )
    rows = session.execute(wanted if only is None else wanted.where(Organisation.id == only))
    return [(place, list(found)) for place, found in rows]


def _hit(party: ScreenedParty, names: Iterable[str], numbers: Iterable[str]) -> Hit | None:
    return same_number(party.identifiers, numbers) or closest(party.names, names)


def _match(
    party: ScreenedParty, hit: Hit, *, organisation_id: UUID | None = None, person_id: UUID | None = None
) -> dict[str, Any]:
    return {
        "party_id": party.id,
        "organisation_id": organisation_id,
        "person_id": person_id,
        "score": hit.score,
        "listed": hit.listed,
        "found": hit.found,
    }


def _keep(session: Session, found: Sequence[dict[str, Any]], *, now: datetime) -> int:
    """Keep what was found; what somebody has cleared is opened again only where it was found by other names."""
    waiting = [match for match in found if _kept(session, match, now)]
    if waiting:
        details = {"n": len(waiting), "path": "admin/screening"}
        tell(session, administrators(session), "screening_found", details, now=now)
    return len(waiting)


def _kept(session: Session, match: dict[str, Any], now: datetime) -> bool:
    row = {**match, "id": new_id(), "state": MatchState.OPEN, "found_at": now}
    made = insert(ScreeningMatch).values(row).on_conflict_do_nothing().returning(ScreeningMatch.id)
    if session.scalar(made) is not None:
        return True
    subject = [
        getattr(ScreeningMatch, name).is_not_distinct_from(match[name]) for name in ("organisation_id", "person_id")
    ]
    same = ScreeningMatch.party_id == match["party_id"], *subject
    known = session.scalar(select(ScreeningMatch).where(*same).with_for_update())
    if known is None or (known.listed, known.found) == (match["listed"], match["found"]):
        return False
    known.score, known.listed, known.found = match["score"], match["listed"], match["found"]
    if known.state is not MatchState.CLEARED:
        return False
    known.state, known.found_at = MatchState.OPEN, now
    known.reviewed_by = known.reviewed_at = known.reason = None
    session.flush()
    return True
