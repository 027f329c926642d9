"""Reading an outcome from plain values: every field with its rule, all that is wrong told at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from marketplace.outcomes.models import Confidentiality, DatePrecision, FlowDirection, OutcomeType
from marketplace.outcomes.rules.gleaning import Gleaner
from marketplace.outcomes.rules.money import read_additionality, read_readiness, read_receipts, read_value
from marketplace.outcomes.rules.shapes import BASES, FLOW_KINDS, PARTY_ROLES, SHAPES, SIZE_CLASSES, Detail
from marketplace.outcomes.rules.statements import PartySaid, ShareSaid, Statement
from marketplace.values import identifiers as registers
from marketplace.values.refusal import Invalid
from marketplace.values.works import Identifier, WorkScheme, normalise

FIELDS: Final = frozenset(
    {"type", "title", "language", "abstract", "date_event", "precision", "identifiers", "priorities", "classes",
     "creators", "flow", "beneficiary", "value", "receipts", "readiness", "additionality", "details", "facilities",
     "parties", "shares", "confidentiality", "embargo_until"}
)  # fmt: skip
LONGEST_TITLE: Final = 1000
LONGEST_ABSTRACT: Final = 20_000
LONGEST_NAME: Final = 500
MOST_CREATORS: Final = 10_000  # the largest experiments
MOST_ROWS: Final = 50
_CLASS = re.compile(r"[A-HY]\d{2}[A-Z](\d{1,4}/\d{2,6})?", re.ASCII)
_TONGUE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)


def read_statement(told: object, *, today: date, source: str = "form") -> Statement:
    """What plain values say of an outcome, in normal form. Raises Invalid with every field that breaks a rule."""
    gleaner = Gleaner()
    fields = gleaner.mapping(told, "outcome")
    gleaner.known(fields, "", FIELDS)
    found = _read(gleaner, fields, today)
    if found is None or gleaner.errors:
        raise Invalid(gleaner.errors)
    return Statement(**found, source=source)


def _read(gleaner: Gleaner, told: Mapping[str, Any], today: date) -> dict[str, Any] | None:
    kind = gleaner.choice(told.get("type"), "type", {each.value for each in OutcomeType})
    if kind is None and told.get("type") in (None, ""):
        gleaner.wrong("type", "required")
    found: dict[str, Any] = _what(gleaner, told, today)
    found["parties"] = _parties(gleaner, told.get("parties"))
    found["shares"] = _shares(gleaner, told.get("shares"))
    found["receipts"] = read_receipts(gleaner, told.get("receipts"), today)
    named = {str(each.organisation_id) for each in found["parties"]}
    for number, each in enumerate(found["receipts"]):
        if each["organisation_id"] and each["organisation_id"] not in named:
            gleaner.wrong(f"receipts.{number}.organisation", "party", "outcome_flow_party")
    found["value"] = read_value(gleaner, told.get("value"), today)
    found["readiness"] = read_readiness(gleaner, told.get("readiness"))
    found["additionality"] = read_additionality(gleaner, told.get("additionality"))
    found |= _flow(gleaner, told.get("flow"), found["parties"])
    found |= _reach(gleaner, told)
    if kind is None:
        return None
    found["type"] = OutcomeType(kind)
    found["identifiers"] = _identifiers(gleaner, told.get("identifiers"), found["type"])
    found["details"] = _details(gleaner, told.get("details"), found["type"])
    return found


def _what(gleaner: Gleaner, told: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Title, day, authors and the rest of what it is."""
    precision = gleaner.choice(told.get("precision"), "precision", {each.value for each in DatePrecision})
    fineness = DatePrecision(precision or "day")
    day = _event(gleaner, told.get("date_event"), fineness, today)
    tongue = gleaner.text(told.get("language"), "language", 35)
    if tongue and not _TONGUE.fullmatch(tongue):
        gleaner.wrong("language", "format")
    title = gleaner.localized(told.get("title") or {}, "title", LONGEST_TITLE)
    return {
        "title": title,
        "date_event": day,
        "precision": fineness,
        "language": tongue,
        "abstract": gleaner.text(told.get("abstract"), "abstract", LONGEST_ABSTRACT, multiline=True),
        "priorities": _priorities(gleaner, told.get("priorities")),
        "classes": _classes(gleaner, told.get("classes")),
        "creators": _creators(gleaner, told.get("creators")),
        "beneficiary": gleaner.text(told.get("beneficiary"), "beneficiary", LONGEST_NAME),
        "facilities": tuple(sorted(_ids(gleaner, told.get("facilities"), "facilities"))),
    }


def _event(gleaner: Gleaner, told: object, fineness: DatePrecision, today: date) -> date | None:
    """The day of the event; of a month or year its first day, which may be written without what is not known."""
    if isinstance(told, str):
        ends = {DatePrecision.YEAR: "-01-01", DatePrecision.MONTH: "-01"}.get(fineness, "")
        short = {DatePrecision.YEAR: 4, DatePrecision.MONTH: 7}.get(fineness)
        told = told + ends if short == len(told) else told
    before = len(gleaner.errors)
    day = gleaner.day(told, "date_event")
    if day is None:
        if len(gleaner.errors) == before:
            gleaner.wrong("date_event", "required")
        return None
    if fineness is not DatePrecision.DAY:
        day = day.replace(day=1) if fineness is DatePrecision.MONTH else day.replace(month=1, day=1)
    if day > today:
        gleaner.wrong("date_event", "future", "outcome_future")
    return day


def _identifiers(gleaner: Gleaner, told: object, kind: OutcomeType) -> tuple[Identifier, ...]:
    found: dict[tuple[str, str], Identifier] = {}
    for place, each in gleaner.rows(told, "identifiers", MOST_ROWS):
        gleaner.known(each, place, ("scheme", "value", "normalised", "check_ok"))
        scheme = gleaner.choice(each.get("scheme"), f"{place}.scheme", SHAPES[kind].schemes)
        if not scheme:
            if each.get("scheme") in (None, ""):
                gleaner.wrong(f"{place}.scheme", "required")
            continue
        one = normalise(scheme, each.get("value"))
        if one.check_ok:
            found.setdefault((one.scheme, one.normalised), one)
        else:
            gleaner.wrong(f"{place}.value", one.why, "outcome_identifier", scheme=scheme)
    return tuple(found.values())


def _priorities(gleaner: Gleaner, told: object) -> tuple[str, ...]:
    """The applications from which a family claims its first day, in one order (EPO, DOCDB simple family)."""
    found = set()
    for place, each in gleaner.listed(told, "priorities", MOST_ROWS):
        one = normalise(WorkScheme.PATENT_APPLICATION, each)
        if one.check_ok:
            found.add(one.normalised)
        else:
            gleaner.wrong(place, one.why, "outcome_identifier", scheme=WorkScheme.PATENT_APPLICATION.value)
    return tuple(sorted(found))


def _classes(gleaner: Gleaner, told: object) -> tuple[str, ...]:
    found = set()
    for place, each in gleaner.listed(told, "classes", MOST_ROWS):
        code = gleaner.text(each, place, 20).upper().replace(" ", "")
        if _CLASS.fullmatch(code):
            found.add(code)
        else:
            gleaner.wrong(place, "format")
    return tuple(sorted(found))


def _creators(gleaner: Gleaner, told: object) -> tuple[dict[str, Any], ...]:
    found = []
    for place, each in gleaner.rows(told, "creators", MOST_CREATORS):
        gleaner.known(each, place, ("family", "given", "orcid", "person_id", "organisations", "affiliations"))
        one: dict[str, Any] = {
            "family": gleaner.text(each.get("family"), f"{place}.family", LONGEST_NAME),
            "given": gleaner.text(each.get("given"), f"{place}.given", LONGEST_NAME),
        }
        if orcid := each.get("orcid"):
            checked = normalise(registers.Scheme.ORCID, orcid)
            one["orcid"] = checked.normalised
            if not checked.check_ok:
                gleaner.wrong(f"{place}.orcid", checked.why, "outcome_identifier", scheme="orcid")
        if person := gleaner.uuid(each.get("person_id"), f"{place}.person_id"):
            one["person_id"] = str(person)
        places = _ids(gleaner, each.get("organisations"), f"{place}.organisations")
        one["organisations"] = sorted(str(id) for id in places)
        names = gleaner.listed(each.get("affiliations"), f"{place}.affiliations", MOST_ROWS)
        one["affiliations"] = [gleaner.text(name, where, LONGEST_NAME) for where, name in names]
        if not (one["family"] or one["given"] or one.get("orcid") or person):
            gleaner.wrong(f"{place}.family", "required")
        found.append(one)
    return tuple(found)


def _ids(gleaner: Gleaner, told: object, field: str) -> set[UUID]:
    return {id for place, each in gleaner.listed(told, field, MOST_ROWS) if (id := gleaner.uuid(each, place))}


def _parties(gleaner: Gleaner, told: object) -> tuple[PartySaid, ...]:
    found: dict[tuple[UUID, str], PartySaid] = {}
    for place, each in gleaner.rows(told, "parties", MOST_ROWS):
        gleaner.known(each, place, ("organisation", "role", "size_class"))
        organisation = gleaner.uuid(each.get("organisation"), f"{place}.organisation")
        role = gleaner.choice(each.get("role"), f"{place}.role", PARTY_ROLES)
        size = gleaner.choice(each.get("size_class"), f"{place}.size_class", SIZE_CLASSES)
        for name in ("organisation", "role"):
            if each.get(name) in (None, ""):
                gleaner.wrong(f"{place}.{name}", "required")
        if organisation and role:
            if (organisation, role) in found:
                gleaner.wrong(place, "twice", "outcome_party_twice")
            found[organisation, role] = PartySaid(organisation, role, size)
    return tuple(found.values())


def _shares(gleaner: Gleaner, told: object) -> tuple[ShareSaid, ...]:
    """Attribution: each share in (0, 1], those of a basis together exactly 1."""
    found: list[ShareSaid] = []
    for place, each in gleaner.rows(told, "shares", MOST_ROWS):
        gleaner.known(each, place, ("basis", "organisation", "facility", "share"))
        basis = gleaner.choice(each.get("basis"), f"{place}.basis", BASES)
        share = gleaner.amount(each.get("share"), f"{place}.share")
        whose = gleaner.uuid(each.get("organisation"), f"{place}.organisation")
        where = gleaner.uuid(each.get("facility"), f"{place}.facility")
        if each.get("basis") in (None, ""):
            gleaner.wrong(f"{place}.basis", "required")
        if (whose is None) == (where is None):
            gleaner.wrong(place, "of_one", "outcome_share_of_one")
        elif share is None:
            if each.get("share") in (None, ""):
                gleaner.wrong(f"{place}.share", "required")
        elif not 0 < share <= 1:
            gleaner.wrong(f"{place}.share", "share", "outcome_share")
        elif basis:
            found.append(ShareSaid(basis, share, whose, where))
    keys = [(each.basis, each.organisation_id, each.facility_id) for each in found]
    if len(set(keys)) < len(keys):
        gleaner.wrong("shares", "twice", "outcome_party_twice")
    for basis in sorted({each.basis for each in found}):
        total = sum((each.share for each in found if each.basis == basis), Decimal(0))
        if total != 1:
            gleaner.wrong("shares", "sum", "outcome_shares", basis=basis, total=format(total.normalize(), "f"))
    return tuple(found)


def _flow(gleaner: Gleaner, told: object, parties: Collection[PartySaid]) -> dict[str, Any]:
    """What went where; from and to are organisations that the outcome names."""
    flow = gleaner.mapping(told, "flow")
    gleaner.known(flow, "flow", ("kind", "direction", "from", "to"))
    direction = gleaner.choice(flow.get("direction"), "flow.direction", {each.value for each in FlowDirection})
    ends = {name: gleaner.uuid(flow.get(name), f"flow.{name}") for name in ("from", "to")}
    named = {each.organisation_id for each in parties}
    for name, place in ends.items():
        if place is not None and place not in named:
            gleaner.wrong(f"flow.{name}", "party", "outcome_flow_party")
    return {
        "flow_kind": gleaner.choice(flow.get("kind"), "flow.kind", FLOW_KINDS),
        "flow_direction": FlowDirection(direction) if direction else None,
        "flow_from": ends["from"],
        "flow_to": ends["to"],
    }


def _reach(gleaner: Gleaner, told: Mapping[str, Any]) -> dict[str, Any]:
    """Who may read it, and from when on."""
    chosen = gleaner.choice(told.get("confidentiality"), "confidentiality", {each.value for each in Confidentiality})
    kept = Confidentiality(chosen or "parties")
    until = gleaner.day(told.get("embargo_until"), "embargo_until")
    if until is not None and kept is Confidentiality.ADMINISTRATORS:
        gleaner.wrong("embargo_until", "embargo", "outcome_embargo")
    return {"confidentiality": kept, "embargo_until": until}


def _details(gleaner: Gleaner, told: object, kind: OutcomeType) -> dict[str, Any]:
    """What only its type has, in the order of the type; empty members are left out."""
    given = gleaner.mapping(told, "details")
    wanted = {each.name: each for each in SHAPES[kind].details}
    gleaner.known(given, "details", wanted)
    found = {name: _detail(gleaner, given.get(name), detail) for name, detail in wanted.items()}
    days = found.get("starts_on"), found.get("ends_on")
    if days[0] and days[1] and days[1] < days[0]:
        gleaner.wrong("details.ends_on", "after_start")
    return {name: value for name, value in found.items() if value not in (None, "")}


def _detail(gleaner: Gleaner, told: object, detail: Detail) -> Any:
    field = f"details.{detail.name}"
    if detail.kind == "text":
        return gleaner.text(told, field, LONGEST_NAME)
    if detail.kind == "choice":
        return gleaner.choice(told, field, detail.choices)
    if detail.kind == "whole":
        return gleaner.whole(told, field, 0, 1_000_000)
    if detail.kind == "day":
        day = gleaner.day(told, field)
        return day and day.isoformat()
    if told is None or isinstance(told, bool):
        return told
    gleaner.wrong(field, "choice")
    return None
