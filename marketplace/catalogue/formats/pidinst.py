"""PIDINST 1.0 records of instruments, as XML and as JSON (schema of the RDA working group, 2022-03-28)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # only to write; reading is defused

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from marketplace.catalogue.formats.items import (
    MAX_NAME,
    MAX_TEXT,
    MAX_URL,
    BadCell,
    ListedItem,
    RejectedItem,
    cell,
    email_cell,
    list_cell,
    url_cell,
)
from marketplace.catalogue.formats.reading import MAX_ROWS, kind_of
from marketplace.catalogue.formats.uniquip_2025 import date_cell
from marketplace.values.refusal import JSON, Invalid

VERSION = "1.0"
UNAVAILABLE = ":unav"  # DataCite's word for a value that is demanded and not known
# list element, its member, and the parts of a member whose value carries an identifier type or is plain
LISTS = {
    "owners": "owner",
    "manufacturers": "manufacturer",
    "instrumentTypes": "instrumentType",
    "measuredVariables": "measuredVariable",
    "dates": "date",
    "relatedIdentifiers": "relatedIdentifier",
    "alternateIdentifiers": "alternateIdentifier",
}
TYPE_ATTRIBUTES = {
    "date": "dateType",
    "relatedIdentifier": "relatedIdentifierType",
    "alternateIdentifier": "alternateIdentifierType",
}
SINGLE = ("identifier", "schemaVersion", "landingPage", "name", "model", "description")
MAX_DEPTH = 8
Record = dict[str, Any]


def read(content: bytes) -> Iterator[ListedItem | RejectedItem]:
    """Every record of an XML file (`instrument`, or many below one root) or a JSON file (an object or a list)."""
    kind = kind_of(content)
    if kind == "xml":
        records = [_from_xml(element) for element in _instruments(content)]
    elif kind == "json":
        records = [_from_json(value) for value in _json_records(content)]
    else:
        raise Invalid.one("file", "file_not_this_format", format="pidinst")
    if not records:
        raise Invalid.one("file", "file_without_rows")
    if len(records) > MAX_ROWS:
        raise Invalid.one("file", "file_too_many_rows", max=MAX_ROWS)
    for number, record in enumerate(records, start=1):
        try:
            yield _item(number, record)
        except BadCell as bad:
            cells = {key: json.dumps(value, ensure_ascii=False)[:500] for key, value in record.items()}
            yield RejectedItem(number, bad.field, bad.reason, cells)


def _instruments(content: bytes) -> list[Element]:
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise Invalid.one("file", "file_xml_entities") from None
    except (ParseError, ValueError, LookupError):
        raise Invalid.one("file", "file_xml_broken") from None
    if _local(root) == "instrument":
        return [root]
    return [child for child in root if _local(child) == "instrument"]


def _json_records(content: bytes) -> list[Any]:
    try:
        value = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Invalid.one("file", "file_json_broken") from None
    records = value if isinstance(value, list) else [value]
    if any(not isinstance(record, dict) for record in records):
        raise Invalid.one("file", "file_json_broken")
    return records


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _from_xml(instrument: Element) -> Record:
    record: Record = {}
    for child in instrument:
        name = _local(child)
        if name in LISTS:
            record[name] = [_member(member) for member in child if _local(member) == LISTS[name]]
        elif name in SINGLE:
            record[name] = _member(child)
    return record


def _member(element: Element) -> Any:
    """Text where there is only text; else a mapping of parts and attributes, the element's own text as `value`."""
    parts: Record = {_local(child): _text(child) for child in element}
    for child in element:
        parts |= {f"{key}": value for key, value in child.attrib.items()}
    parts |= dict(element.attrib)
    if not parts:
        return _text(element)
    if own := _text(element):
        parts["value"] = own
    return parts


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _from_json(value: Mapping[str, Any]) -> Record:
    """The same shape from JSON in either usage: names in any case, list members bare or wrapped in their own name."""
    names = {name.casefold(): name for name in (*LISTS, *SINGLE)} | {
        member.casefold(): name for name, member in LISTS.items()
    }
    record: Record = {}
    for key, content in value.items():
        name = names.get(key.casefold())
        if name in LISTS:
            members = content if isinstance(content, list) else [content]
            record[name] = [_unwrapped(member, LISTS[name]) for member in members]
        elif name:
            record[name] = _unwrapped(content, name)
    return record


def _unwrapped(content: Any, name: str) -> Any:
    if not isinstance(content, dict):
        return content
    if len(content) == 1 and next(iter(content)).casefold() == name.casefold():
        return _unwrapped(next(iter(content.values())), name)
    flat: Record = {}
    for key, value in content.items():
        # The usage of ePIC nests an identifier with its type: {"ownerIdentifier": {"ownerIdentifierValue": ...}}.
        if isinstance(value, dict):
            flat |= {
                inner.removesuffix("Value"): deep for inner, deep in value.items() if not isinstance(deep, dict | list)
            }
        else:
            flat[key] = value
    own = f"{name}Value"
    return {("value" if key == own else key): value for key, value in flat.items()}


def _item(row: int, record: Record) -> ListedItem:
    pid = _value(record, "identifier")
    variables = [_plain(member) for member in record.get("measuredVariables", [])]
    types = [_part(member, "instrumentTypeName") for member in record.get("instrumentTypes", [])]
    makers = [_part(member, "manufacturerName") for member in record.get("manufacturers", [])]
    owner = (record.get("owners") or [{}])[0]
    name = cell(_value(record, "name"), "name", MAX_NAME)
    for field, text in (("identifier", pid), ("name", name)):
        if not text:
            raise BadCell(field, "required")
    return ListedItem(
        row=row,
        facility=False,
        id=cell(pid, "identifier", MAX_URL),
        name=name,
        description=cell(_value(record, "description"), "description", MAX_TEXT, multiline=True),
        techniques=list_cell("|".join(types), "instrumentTypes", "|"),
        measured_variables=list_cell("|".join(variables), "measuredVariables", "|"),
        maker=cell("; ".join(maker for maker in makers if maker not in ("", UNAVAILABLE)), "manufacturers"),
        model=cell(_part(record.get("model"), "modelName"), "model"),
        serial_number=cell(_by_type(record, "alternateIdentifiers", "SerialNumber"), "alternateIdentifiers"),
        pid=cell(pid, "identifier", MAX_URL),
        pid_type=cell(_part(record.get("identifier"), "identifierType"), "identifierType"),
        landing_page=url_cell(_value(record, "landingPage"), "landingPage"),
        contact_name=cell(_part(owner, "ownerName"), "owners"),
        contact_email=email_cell(_part(owner, "ownerContact"), "owners"),
        commissioned_on=date_cell(_by_type(record, "dates", "Commissioned"), "dates"),
        decommissioned_on=date_cell(_by_type(record, "dates", "DeCommissioned"), "dates"),
        further=_kept(record),
    )


def _kept(record: Record) -> dict[str, JSON]:
    """The record whole, every text cleaned: what has no column of ours is written out again as it came."""
    return {key: _clean(value, key) for key, value in record.items() if key != "schemaVersion"}


def _clean(value: Any, field: str, depth: int = 0) -> JSON:
    if depth > MAX_DEPTH:
        raise BadCell(field, "too_deep")
    if isinstance(value, list):
        return [_clean(member, field, depth + 1) for member in value[:1000]]
    if isinstance(value, dict):
        return {cell(str(key), field): _clean(member, field, depth + 1) for key, member in value.items()}
    return cell(_plain(value), field, MAX_TEXT, multiline=True)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return _plain(value.get("value", next((v for v in value.values() if isinstance(v, str)), "")))
    return "" if value is None or isinstance(value, list) else str(value).strip()


def _value(record: Record, field: str) -> str:
    return _plain(record.get(field))


def _part(member: Any, part: str) -> str:
    if isinstance(member, dict):
        return _plain(member.get(part))
    return _plain(member) if part.endswith("Name") else ""


def _by_type(record: Record, field: str, wanted: str) -> str:
    attribute = TYPE_ATTRIBUTES[LISTS[field]]
    for member in record.get(field, []):
        if isinstance(member, dict) and str(member.get(attribute, "")).casefold() == wanted.casefold():
            return _plain(member)
    return ""


def record_of(item: ListedItem, *, owner: str, owner_ror: str = "", landing_page: str = "") -> Record:
    """A PIDINST record of an item: what came with an import is kept, what the listing says now stands over it."""
    record: Record = {key: value for key, value in item.further.items() if key in LISTS or key in SINGLE}
    record["identifier"] = {"value": item.pid or landing_page, "identifierType": item.pid_type or "URL"}
    record["schemaVersion"] = VERSION
    record["landingPage"] = item.landing_page or landing_page
    record["name"] = item.name
    record.setdefault("owners", [{"ownerName": owner} | _ror("owner", owner_ror)])
    record.setdefault("manufacturers", [{"manufacturerName": item.maker or UNAVAILABLE}])
    if item.model:
        record["model"] = {**_mapping(record.get("model")), "modelName": item.model}
    if item.description:
        record["description"] = item.description
    if item.measured_variables:
        record["measuredVariables"] = list(item.measured_variables)
    record.setdefault("instrumentTypes", [{"instrumentTypeName": technique} for technique in item.techniques])
    record["dates"] = [
        {"value": value, "dateType": kind}
        for kind, value in (("Commissioned", item.commissioned_on), ("DeCommissioned", item.decommissioned_on))
        if value
    ]
    if item.serial_number and not _by_type(record, "alternateIdentifiers", "SerialNumber"):
        serial = {"value": item.serial_number, "alternateIdentifierType": "SerialNumber"}
        record["alternateIdentifiers"] = [*record.get("alternateIdentifiers", []), serial]
    return {key: value for key, value in record.items() if value}


def _mapping(value: Any) -> Record:
    return dict(value) if isinstance(value, dict) else {}


def _ror(role: str, ror: str) -> Record:
    return {f"{role}Identifier": ror, f"{role}IdentifierType": "ROR"} if ror else {}


def write_json(records: Iterable[Record]) -> bytes:
    """One record as an object, several as a list."""
    found = list(records)
    return json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=2).encode("utf-8")


def write_xml(records: Iterable[Record]) -> bytes:
    """One record as `instrument`, several below `instruments`."""
    elements = [_to_xml(record) for record in records]
    root = elements[0] if len(elements) == 1 else Element("instruments")
    if len(elements) != 1:
        root.extend(elements)
    indent(root, "  ")
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _to_xml(record: Record) -> Element:
    instrument = Element("instrument")
    for field in (*SINGLE, *LISTS):
        value = record.get(field)
        if not value:
            continue
        if field in LISTS:
            parent = SubElement(instrument, field)
            for member in value:
                _add_member(parent, LISTS[field], member)
        else:
            _add_member(instrument, field, value)
    return instrument


def _add_member(parent: Element, name: str, member: Any) -> None:
    """A member with its parts; a part called somethingType is an attribute of the part or member it belongs to."""
    element = SubElement(parent, name)
    if not isinstance(member, dict):
        element.text = str(member)
        return
    element.text = str(member["value"]) if "value" in member else None
    parts = {key: str(value) for key, value in member.items() if key != "value"}
    for key, value in parts.items():
        if key.endswith("Type") or (key.startswith(name) and "value" in member):
            continue
        part = SubElement(element, key)
        part.text = value
        if kind := parts.get(f"{key}Type"):
            part.set(f"{key}Type", kind)
    if "value" in member:
        for key, value in parts.items():
            element.set(key, value)
