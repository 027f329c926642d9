"""What outcomes are called on pages, and what their fields say in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Facility
from marketplace.collaborations.models import Collaboration
from marketplace.collaborations.queries.departed import told_titles
from marketplace.collaborations.rules.days import HERE
from marketplace.outcomes.models import OutcomeStatus, OutcomeType
from marketplace.outcomes.rules.shapes import SHAPES
from marketplace.outcomes.rules.statements import Statement
from marketplace.values.localized import Language, pick
from marketplace.web.formats import write_date
from marketplace.web.request import actor, language, now, reading
from marketplace.wording import outcome_words as words
from marketplace.wording.outcome_words import Names


def today() -> date:
    """The day of outcomes."""
    return now().astimezone(HERE).date()


def tongue() -> Language:
    """The reader's language."""
    return cast(Language, language())


def named(names: Names, code: str | None) -> str:
    """What a code is called; nothing for none."""
    return names[code][tongue()] if code and code in names else str(code or "")


def options(names: Names, codes: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Codes with their names, to choose from."""
    return [(code, names[code][tongue()]) for code in (names if codes is None else codes)]


def status_look(status: OutcomeStatus) -> tuple[str, str, str]:
    """How a status looks: word, tone and shape."""
    word, tone, form = words.STATUSES[status.value]
    return word[tongue()], tone, form


def type_name(kind: OutcomeType) -> str:
    """What a type is called."""
    return named(words.TYPES, kind.value)


def level_name(level: int) -> str:
    """What a level of verification means."""
    return words.LEVELS[level][tongue()]


def title_said(title: Mapping[str, str]) -> str:
    """A title in the reader's language, or as it stands."""
    return pick(title, tongue()).text or _("(no title)")


def event_day(day: date, precision: str) -> str:
    """A date as far as it is known."""
    if precision == "year":
        return str(day.year)
    return f"{day:%Y-%m}" if precision == "month" else write_date(day)


def organisation_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What organisations are called, by id."""
    rows = reading().execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(set(ids))))
    return {row[0]: pick(row[1], tongue()).text for row in rows}


def facility_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What facilities are called, by id."""
    rows = reading().execute(select(Facility.id, Facility.name).where(Facility.id.in_(set(ids))))
    return {row[0]: pick(row[1], tongue()).text for row in rows}


def collaboration_name(row: Collaboration) -> str:
    """What a collaboration is called: its own title, else its parties' names."""
    return collaboration_names([row])[row.id]


def collaboration_names(rows: Iterable[Collaboration]) -> dict[UUID, str]:
    """What collaborations are called for the reader, by id."""
    known = {row.id: row for row in rows}
    named = told_titles(reading(), known.values(), by=actor(), now=now()) if known else {}
    return {id: pick(title, tongue()).text or known[id].reference for id, title in named.items()}


def field_name(field: str) -> str:
    """What a field of a statement is called."""
    return named(words.FIELD_NAMES, field)


def lines_of(said: Statement) -> list[tuple[str, str]]:
    """What a statement says, field by field, in words; fields that say nothing are left out."""
    names = organisation_names(said.organisations)
    lines = [
        (field_name("date_event"), event_day(said.date_event, said.precision.value)),
        *((named(words.SCHEMES, each.scheme), each.normalised) for each in said.identifiers),
        *_details_said(said),
        *((field_name(field), text) for field, text in _fields_said(said, names)),
    ]
    return [(label, text) for label, text in lines if text]


def said_of(field: str, said: Statement) -> str:
    """One field of a statement in words."""
    names = organisation_names(said.organisations)
    if field == "title":
        return title_said(said.title)
    if field == "type":
        return type_name(said.type)
    if field == "identifiers":
        return str(_(", ").join(each.normalised for each in said.identifiers))
    if field in ("date_event", "precision"):
        return event_day(said.date_event, said.precision.value)
    if field == "details":
        lines = (_("%(label)s: %(text)s", label=label, text=text) for label, text in _details_said(said))
        return str(_("; ").join(lines))
    return dict(_fields_said(said, names)).get(field, "")


def _fields_said(said: Statement, names: Mapping[UUID, str]) -> list[tuple[str, str]]:
    listed, parted = _(", "), _("; ")
    return [
        ("creators", parted.join(_creator_said(each, names) for each in said.creators)),
        ("priorities", listed.join(said.priorities)),
        ("classes", listed.join(said.classes)),
        ("parties", parted.join(_with(names.get(each.organisation_id, ""), _party(each)) for each in said.parties)),
        ("flow_kind", named(words.FLOW_KINDS, said.flow_kind)),
        ("flow_direction", named(words.DIRECTIONS, said.flow_direction.value if said.flow_direction else None)),
        ("flow_from", names.get(said.flow_from, "") if said.flow_from else ""),
        ("flow_to", names.get(said.flow_to, "") if said.flow_to else ""),
        ("beneficiary", said.beneficiary),
        ("value", _value_said(said.value)),
        ("receipts", parted.join(_receipt_said(each, names) for each in said.receipts)),
        ("readiness", _readiness_said(said.readiness)),
        ("additionality", named(words.WITHOUT_US, (said.additionality or {}).get("without_us"))),
        ("shares", _shares_said(said, names)),
        ("facilities", listed.join(facility_names(said.facilities).values()) if said.facilities else ""),
        ("confidentiality", named(words.READERS, said.confidentiality.value)),
        ("embargo_until", write_date(said.embargo_until) if said.embargo_until else ""),
        ("language", said.language),
        ("abstract", said.abstract),
    ]  # fmt: skip


def _party(each: Any) -> str:
    said = [named(words.ROLES, each.role)] + ([named(words.SIZES, each.size_class)] if each.size_class else [])
    return str(_(", ").join(said))


def _with(name: str, more: str) -> str:
    """A name, and in brackets what is said of it; the name alone where nothing is."""
    return str(_("%(name)s (%(more)s)", name=name, more=more)) if more else name


def _amount(amount: object) -> str:
    """A decimal number as people read it: by thousands, with all its places."""
    return f"{Decimal(str(amount)):,f}"


def _creator_said(each: Mapping[str, Any], names: Mapping[UUID, str]) -> str:
    name = ", ".join(part for part in (each.get("family"), each.get("given")) if part)
    places = [names.get(UUID(id), "") for id in each.get("organisations", ())] + list(each.get("affiliations", ()))
    at = _(", ").join(part for part in places if part)
    return _with(" ".join(part for part in (name, each.get("orcid") or "") if part), at)


def _receipt_said(each: Mapping[str, Any], names: Mapping[UUID, str]) -> str:
    whose = names.get(UUID(each["organisation_id"]), "") if each.get("organisation_id") else ""
    when = str(each["received_on"] or each["year"])
    said = _("%(when)s: %(amount)s %(currency)s", when=when, amount=_amount(each["amount"]), currency=each["currency"])
    return _with(str(said), whose)


def _value_said(value: Mapping[str, Any] | None) -> str:
    if not value:
        return ""
    method = _("; ").join(part for part in (named(words.METHODS, value["method"]), value.get("deflator") or "") if part)
    return str(_("%(amount)s %(currency)s in prices of %(year)s (%(method)s)", amount=_amount(value["amount"]),
                 currency=value["currency"], year=value["price_year"], method=method))  # fmt: skip


def _readiness_said(readiness: Mapping[str, Any] | None) -> str:
    if not readiness:
        return ""
    return f"{str(readiness['scheme']).upper()} {readiness['before']} → {readiness['after']}"


def _shares_said(said: Statement, names: Mapping[UUID, str]) -> str:
    places = facility_names(each.facility_id for each in said.shares if each.facility_id)
    parts = []
    for each in said.shares:
        whose = names.get(each.organisation_id, "") if each.organisation_id else places.get(each.facility_id, "")  # type: ignore[arg-type]
        text = f"{whose} {each.share.normalize():f}"
        parts.append(_("%(label)s: %(text)s", label=named(words.BASES, each.basis), text=text))
    return str(_("; ").join(parts))


def _details_said(said: Statement) -> list[tuple[str, str]]:
    found = []
    for detail in SHAPES[said.type].details:
        value = said.details.get(detail.name)
        if value in (None, ""):
            continue
        text = str(value)
        if detail.kind == "flag":
            text = _("Yes") if value else _("No")
        elif detail.kind == "choice":
            text = named(words.CHOICES_OF[detail.name], text)
        elif detail.kind == "day":
            text = write_date(date.fromisoformat(text))
        found.append((named(words.DETAILS, detail.name), text))
    return found
