"""Where authors work: the organisations with an account that works name by ROR or name, or whose people wrote them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import (
    IdentifierScheme,
    Membership,
    Organisation,
    OrganisationIdentifier,
    Person,
    Verification,
)
from marketplace.collaborations.models import CollaborationParty
from marketplace.outcomes.formats.entries import Entries, Entry
from marketplace.values.localized import LANGUAGES

MOST_NAMES: Final = 5_000
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Places:
    """The organisations that are known by their RORs, by their names, and by the ORCIDs of a party's people."""

    rors: Mapping[str, UUID]
    names: Mapping[str, UUID]
    people: Mapping[str, UUID]

    def of(self, affiliation: str, ror: str = "") -> UUID | None:
        """The organisation that an affiliation means; of "institute, university, city" the first part that is one."""
        return self.rors.get(ror) or next((self.names[key] for key in _keys(affiliation) if key in self.names), None)


def placed(session: Session, found: Entries, collaboration_id: UUID) -> Entries:
    """The same entries, in which each author has the organisations that are known; other places stay as names.

    Whoever names no place is of the party whose member has their ORCID."""
    creators = [each for entry in found.entries for each in entry.told.get("creators") or ()]
    if not creators:
        return found
    rors = {ror for entry in found.entries for ror in entry.rors.values()}
    orcids = {str(each["orcid"]) for each in creators if each.get("orcid")}
    parties = _parties(session, collaboration_id)
    known = Places(
        rors=_by_ror(session, rors),
        names=_by_name(session, (name for each in creators for name in each.get("affiliations", ())), parties),
        people=_by_orcid(session, orcids, parties),
    )
    return replace(found, entries=tuple(_placed(each, known) for each in found.entries))


def by_name(session: Session, names: Iterable[str], collaboration_id: UUID) -> Places:
    """The organisations of some names: a party's before others; a name that several bear means none of them."""
    return Places({}, _by_name(session, names, _parties(session, collaboration_id)), {})


def _placed(entry: Entry, known: Places) -> Entry:
    creators = [_of_person(each, entry.rors, known) for each in entry.told.get("creators") or ()]
    return replace(entry, told={**entry.told, "creators": creators}) if creators else entry


def _of_person(told: Mapping[str, Any], rors: Mapping[str, str], known: Places) -> dict[str, Any]:
    names = list(told.get("affiliations") or ())
    found = {name: known.of(name, rors.get(name, "")) for name in names}
    here = {id for id in found.values() if id is not None}
    if not names and told.get("orcid") in known.people:
        here = {known.people[told["orcid"]]}
    return {
        **told,
        "organisations": sorted(map(str, here)),
        "affiliations": [name for name in names if found[name] is None],
    }


def _parties(session: Session, collaboration_id: UUID) -> set[UUID]:
    joined = CollaborationParty.joined_on.is_not(None), CollaborationParty.declined_at.is_(None)
    here = CollaborationParty.collaboration_id == collaboration_id
    return set(session.scalars(select(CollaborationParty.organisation_id).where(here, *joined)))


def _by_ror(session: Session, rors: Iterable[str]) -> dict[str, UUID]:
    wanted = select(OrganisationIdentifier.value, OrganisationIdentifier.organisation_id)
    wanted = wanted.where(OrganisationIdentifier.scheme == IdentifierScheme.ROR)
    chosen = sorted(set(rors))[:MOST_NAMES]
    return {row[0]: row[1] for row in session.execute(wanted.where(OrganisationIdentifier.value.in_(chosen)))}


def _by_name(session: Session, names: Iterable[str], parties: set[UUID]) -> dict[str, UUID]:
    """Organisations by what they are called in any language; only parties may be without verification."""
    keys = sorted({key for name in names for key in _keys(name)})[:MOST_NAMES]
    called = [func.lower(Organisation.name[tag].astext) for tag in LANGUAGES]
    wanted = select(Organisation.id, Organisation.name).where(
        or_(*(each.in_(keys) for each in called)),
        or_(Organisation.verification == Verification.VERIFIED, Organisation.id.in_(parties)),
    )
    found: dict[str, set[UUID]] = defaultdict(set)
    for id, name in session.execute(wanted):
        for said in name.values():
            found[_key(said)].add(id)
    chosen = {key: ids & parties or ids for key, ids in found.items()}
    return {key: next(iter(ids)) for key, ids in chosen.items() if len(ids) == 1}


def _by_orcid(session: Session, orcids: Iterable[str], parties: set[UUID]) -> dict[str, UUID]:
    """The party of each person; whoever belongs to several of them has none."""
    wanted = (
        select(Person.orcid, Membership.organisation_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.orcid.in_(sorted(orcids)[:MOST_NAMES]), Membership.organisation_id.in_(parties))
        .distinct()
    )
    found: dict[str, set[UUID]] = defaultdict(set)
    for orcid, id in session.execute(wanted):
        found[str(orcid)].add(id)
    return {orcid: next(iter(ids)) for orcid, ids in found.items() if len(ids) == 1}


def _keys(name: str) -> Iterator[str]:
    """A name as it is compared: the whole first, then what stands between its commas."""
    parts = [name, *name.replace("，", ",").split(",")]
    yield from dict.fromkeys(key for part in parts if (key := _key(part)))


def _key(name: str) -> str:
    key = " ".join(unicodedata.normalize("NFKC", name).split()).lower()[:_LONGEST]
    return key if key.isprintable() else ""
