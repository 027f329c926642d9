"""What an imported row means for a listing: its fields, and which of them may be written over what stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.catalogue.formats.items import BadCell, ListedItem
from marketplace.catalogue.rules.fields import FACILITY, UNIT, checked
from marketplace.catalogue.rules.places import Place, Places
from marketplace.values.localized import LANGUAGES, Language, convert
from marketplace.values.refusal import Invalid

Values = Mapping[str, Any]
LOCALIZED = ("name", "description", "address")
FACILITY_FIELDS = (
    "name", "description", "address", "techniques", "contact_name", "contact_email", "contact_phone", "contact_url",
    "website", "jurisdiction_code", "zone_code", "city", "place_text", "latitude", "longitude", "open_licence",
)  # fmt: skip
UNIT_FIELDS = (
    "name", "description", "techniques", "maker", "model", "serial_number", "measured_variables", "pid", "pid_type",
    "landing_page", "pidinst", "commissioned_on", "decommissioned_on", "state",
)  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What holds for every row of one import."""

    places: Places
    zone: Place | None = None
    chinese: Language = "zh-Hans"


def language_of(text: str, chinese: Language) -> Language:
    """What a text is written in; characters that both scripts share count as `chinese`, the importer's own."""
    if not _HAN.search(text):
        return "en"
    simplified, traditional = convert(text, "t2s") == text, convert(text, "s2t") == text
    if simplified != traditional:
        return "zh-Hans" if simplified else "zh-Hant"
    return chinese


def facility_values(item: ListedItem, origin: Origin) -> dict[str, Any]:
    """The facility's fields that the row speaks of, by path (`name.en`); what it is silent on is not there."""
    texts = {
        "name": item.name,
        "description": item.description if item.facility or not item.part_of else "",
        "address": "\n".join(filter(None, (item.building, item.department, item.organisational_unit, item.site))),
    }
    values: dict[str, Any] = {
        "techniques": list(item.techniques),
        "contact_name": item.contact_name,
        "contact_email": item.contact_email,
        "contact_phone": item.contact_phone,
        "contact_url": item.contact_url,
        "website": item.website,
        "open_licence": item.open_licence,
    }
    return _paths(texts, values | _place_values(item, origin), origin, table="facility")


def unit_values(item: ListedItem, origin: Origin) -> dict[str, Any]:
    """The unit's fields that the row speaks of, by path."""
    values: dict[str, Any] = {
        "techniques": list(item.techniques),
        "maker": item.maker,
        "model": item.model,
        "serial_number": item.serial_number,
        "measured_variables": list(item.measured_variables),
        "pid": item.pid,
        "pid_type": item.pid_type,
        "landing_page": item.landing_page,
        "commissioned_on": item.commissioned_on,
        "decommissioned_on": item.decommissioned_on,
    }
    found = _paths({"name": item.name, "description": item.description}, values, origin, table="unit")
    if item.service_level:
        found["state"] = "paused" if item.out_of_service else "active"
    if item.further:
        found["pidinst"] = dict(item.further)
    return found


def _place_values(item: ListedItem, origin: Origin) -> dict[str, Any]:
    place = origin.zone or origin.places.find(item.site, item.location)
    words = ", ".join(filter(None, (item.site, item.location)))
    if place is None:
        return {"place_text": words}
    return {"jurisdiction_code": place.jurisdiction, "zone_code": place.zone, "city": place.city}


def _paths(texts: Mapping[str, str], values: Values, origin: Origin, *, table: str) -> dict[str, Any]:
    given = {name: value for name, value in values.items() if value}
    for name, text in texts.items():
        if text:
            given[name] = {language_of(text, origin.chinese): text}
    try:
        kept = checked(given, FACILITY if table == "facility" else UNIT)
    except Invalid as broken:
        raise BadCell(broken.errors[0].field.partition(".")[0], broken.errors[0].rule) from None
    return flattened(kept)


def flattened(values: Values) -> dict[str, Any]:
    """Fields by path, localized ones by language, dates as text: the form in which imports are compared and kept."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if name in LOCALIZED:
            flat |= {f"{name}.{language}": value[language] for language in LANGUAGES if language in (value or {})}
        elif value not in (None, "", []):
            flat[name] = value.isoformat() if hasattr(value, "isoformat") else getattr(value, "value", value)
    return flat


@dataclass(frozen=True, slots=True)
class Decision:
    """What one import does to one row of ours: paths to write, paths kept because the host edited them since."""

    write: dict[str, Any] = field(default_factory=dict)
    kept: tuple[str, ...] = ()


def decide(current: Values, imported: Values, incoming: Values) -> Decision:
    """A path is written where it still holds what the last import put there (or nothing); an edit of the host stays."""
    write: dict[str, Any] = {}
    kept: list[str] = []
    for path, value in incoming.items():
        here = current.get(path)
        if here == value:
            continue
        if here == imported.get(path):
            write[path] = value
        else:
            kept.append(path)
    return Decision(write, tuple(kept))


def remembered(imported: Values, incoming: Values, decision: Decision) -> dict[str, Any]:
    """What stands as imported afterwards: kept paths keep their old value, so that they are known as edited."""
    return dict(imported) | {path: value for path, value in incoming.items() if path not in decision.kept}


def written(present: Mapping[str, Any], write: Values) -> dict[str, Any]:
    """Whole fields from written paths: a localized field keeps its other languages."""
    fields: dict[str, Any] = {}
    for path, value in write.items():
        name, _, language = path.partition(".")
        if name in LOCALIZED:
            fields[name] = {**fields.get(name, present.get(name) or {}), language: value}
        else:
            fields[name] = value
    return fields
