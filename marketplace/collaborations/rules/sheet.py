"""What the parties of a collaboration write down together: checked, and in normal form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from marketplace.collaborations.models import Collaboration, CollaborationKind, PartyRole, ReadinessScheme
from marketplace.values.localized import clean_text, normalise
from marketplace.values.refusal import FieldError, Invalid

CLAUSES: Final = ("ip", "confidentiality", "publication", "liability", "other")
LONGEST_TITLE: Final = 200
LONGEST_AIM: Final = 4000
LONGEST_CLAUSE: Final = 8000
LONGEST_NUMBER: Final = 100
MOST_PARTIES: Final = 20
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2150, 12, 31)
# Manufacturing readiness goes to 10, technology readiness to 9 (reference D: TRL of Horizon 2020, MRL of the US DoD).
HIGHEST: Final[Mapping[ReadinessScheme, int]] = {ReadinessScheme.TRL: 9, ReadinessScheme.MRL: 10}
# RAiD (ISO 23527): the handle of a research activity, written as https://raid.org/10.xxxxx/yyyy.
_RAID = re.compile(r"10\.\d{2,9}(?:\.\d{1,9})*/[A-Za-z0-9._;()/:-]{1,80}")
_RAID_HOST = re.compile(r"(?i)^(?:https?://(?:www\.)?raid\.org/|https?://(?:dx\.)?doi\.org/|raid:\s*)")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a collaboration is about and under which agreement. `ends_on` is the last day that is planned."""

    title: Mapping[str, Any]
    kind: CollaborationKind
    starts_on: date
    ends_on: date | None = None
    aim: str = ""
    scheme: ReadinessScheme | None = None
    level_now: int | None = None
    level_wanted: int | None = None
    agreement_number: str = ""
    framework_id: UUID | None = None
    clauses: Mapping[str, Any] = field(default_factory=dict)
    raid: str | None = None


@dataclass(frozen=True, slots=True)
class PartyWish:
    """An organisation that is to take part, and as what."""

    organisation_id: UUID
    roles: frozenset[PartyRole]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A collaboration as one side proposes it; the side itself is the first of the parties."""

    sheet: Sheet
    parties: Sequence[PartyWish]


def normal(sheet: Sheet, *, titled: bool = True) -> Sheet:
    """The sheet as it is kept; `titled` demands a title. Raises `Invalid` naming every field and rule."""
    errors: list[FieldError] = []

    def kept(make: Callable[[], T], otherwise: T) -> T:
        try:
            return make()
        except Invalid as broken:
            errors.extend(broken.errors)
            return otherwise

    empty: dict[str, str] = {}
    title = kept(lambda: normalise(sheet.title, field="title", max_length=LONGEST_TITLE, required=titled), empty)
    aim = kept(lambda: clean_text(sheet.aim, LONGEST_AIM, field="aim", multiline=True), "")
    number = kept(lambda: clean_text(sheet.agreement_number, LONGEST_NUMBER, field="agreement_number"), "")
    clauses = kept(lambda: normal_clauses(sheet.clauses), empty)
    raid = kept(lambda: normal_raid(sheet.raid), None)
    errors += [*_faulty_levels(sheet), *_faulty_days(sheet)]
    if errors:
        raise Invalid(errors)
    return replace(sheet, title=title, aim=aim, agreement_number=number, clauses=clauses, raid=raid)


def normal_clauses(given: Mapping[str, Any]) -> dict[str, str]:
    """The clauses in their order, clean, none empty. Raises `Invalid`."""
    errors = [FieldError(f"clauses.{name}", "unknown", "unknown") for name in given if name not in CLAUSES]
    found: dict[str, str] = {}
    for name in CLAUSES:
        try:
            written = clean_text(given.get(name) or "", LONGEST_CLAUSE, field=f"clauses.{name}", multiline=True)
        except Invalid as broken:
            errors += broken.errors
            continue
        if written:
            found[name] = written
    if errors:
        raise Invalid(errors)
    return found


def normal_raid(given: str | None) -> str | None:
    """A Research Activity Identifier without the address before it; None where none was given. Raises `Invalid`."""
    bare = _RAID_HOST.sub("", clean_text(given or "", LONGEST_NUMBER, field="raid"))
    if not bare:
        return None
    if not _RAID.fullmatch(bare):
        raise Invalid.one("raid", "format")
    return bare


def party_faults(parties: Sequence[PartyWish]) -> Iterator[FieldError]:
    """What is wrong with the parties of a proposal: two at least, each once, each doing something."""
    ids = [party.organisation_id for party in parties]
    if len(set(ids)) < 2:
        yield FieldError("parties", "collaboration_alone", "collaboration_alone")
    elif len(ids) > len(set(ids)):
        yield FieldError("parties", "collaboration_twice", "collaboration_twice")
    if len(ids) > MOST_PARTIES:
        yield FieldError("parties", "too_many_items", "too_many_items", {"max": MOST_PARTIES})
    if any(not party.roles for party in parties):
        yield FieldError("roles", "required", "required")


def _faulty_levels(sheet: Sheet) -> Iterator[FieldError]:
    levels = {"level_now": sheet.level_now, "level_wanted": sheet.level_wanted}
    stated = {name: level for name, level in levels.items() if level is not None}
    if stated and sheet.scheme is None:
        yield FieldError("scheme", "required", "required")
        return
    highest = HIGHEST[sheet.scheme] if sheet.scheme else 0
    for name, level in stated.items():
        if not 1 <= level <= highest:
            yield FieldError(name, "between", "between", {"min": 1, "max": highest})
    if len(stated) == 2 and stated["level_wanted"] < stated["level_now"]:
        yield FieldError("level_wanted", "level_below", "level_below")


def _faulty_days(sheet: Sheet) -> Iterator[FieldError]:
    for name, on in (("starts_on", sheet.starts_on), ("ends_on", sheet.ends_on)):
        if on is not None and not FIRST_DAY <= on <= LAST_DAY:
            yield FieldError(name, "day_range", "day_range")
    if sheet.ends_on is not None and sheet.ends_on < sheet.starts_on:
        yield FieldError("ends_on", "after_start", "after_start")


def sheet_of(row: Collaboration) -> Sheet:
    """What a collaboration says at present."""
    return Sheet(**{name: getattr(row, name) for name in Sheet.__dataclass_fields__})


def as_document(sheet: Sheet) -> dict[str, Any]:
    """The sheet as it is kept for a party that leaves."""
    return {name: _plain(getattr(sheet, name)) for name in Sheet.__dataclass_fields__}


def values_before(sheet: Sheet, fields: Iterable[str]) -> dict[str, Any]:
    """What some fields of a sheet said, as it is kept with their change."""
    return {name: _plain(getattr(sheet, name)) for name in fields}


def taken_back(sheet: Sheet, changes: Iterable[tuple[Sequence[str], Mapping[str, Any] | None]]) -> Sheet | None:
    """The sheet before some changes, the last first: of each the fields and what they said. None where that of one is
    not known any more."""
    said = as_document(sheet)
    for fields, before in changes:
        if before is None or not before.keys() >= set(fields):
            return None
        said |= {name: before[name] for name in fields}
    return from_document(said)


def from_document(kept: Mapping[str, Any]) -> Sheet:
    """The sheet out of such a document."""
    said = dict(kept)
    for name in ("starts_on", "ends_on"):
        said[name] = date.fromisoformat(said[name]) if said[name] else None
    said["framework_id"] = UUID(said["framework_id"]) if said["framework_id"] else None
    said["kind"] = CollaborationKind(said["kind"])
    said["scheme"] = ReadinessScheme(said["scheme"]) if said["scheme"] else None
    return Sheet(**said)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return getattr(value, "value", value)
