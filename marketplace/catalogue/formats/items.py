"""One listed thing as any file format gives it, before it becomes a facility or a unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as member

from marketplace.values.localized import clean_text
from marketplace.values.refusal import JSON, Invalid

MAX_NAME = 200
MAX_LINE = 300
MAX_TEXT = 20_000
MAX_URL = 2_000
MAX_LIST = 100

_EMAIL = re.compile(r"[^\s@<>\"',;:]{1,64}@[^\s@.<>\"',;:]+(\.[^\s@.<>\"',;:]+)+")
_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    """A facility or a piece of equipment; `row` counts as a spreadsheet does, its head being row 1."""

    row: int
    facility: bool
    id: str = ""
    name: str
    description: str = ""
    part_of: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    location: str = ""
    site: str = ""
    building: str = ""
    department: str = ""
    organisational_unit: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_url: str = ""
    contact_email: str = ""
    website: str = ""
    photo: str = ""
    service_level: str = ""
    open_licence: str = ""
    maker: str = ""
    model: str = ""
    serial_number: str = ""
    measured_variables: tuple[str, ...] = ()
    pid: str = ""
    pid_type: str = ""
    landing_page: str = ""
    commissioned_on: str = ""
    decommissioned_on: str = ""
    latitude: str = ""
    longitude: str = ""
    further: Mapping[str, JSON] = member(default_factory=dict, hash=False)

    @property
    def out_of_service(self) -> bool:
        """Whether the file says that it cannot be used now."""
        return re.sub(r"[\s_-]+", " ", self.service_level).casefold() in OUT_OF_SERVICE

    @property
    def key(self) -> str:
        """What makes two rows the same thing within an organisation: its ID, else its type, name and site."""
        if self.id:
            return facility_key(self.id)
        kind = "facility" if self.facility else "equipment"
        return "name:" + "|".join((kind, _folded(self.name), _folded(self.site)))


OUT_OF_SERVICE = frozenset(
    {"out of service", "out of order", "not in service", "停用", "停用中", "維修中", "维修中", "暫停服務", "暂停服务"}
)


@dataclass(frozen=True, slots=True)
class RejectedItem:
    """A row that is refused: which field, and the rule it breaks. `cells` are the row as the file has it."""

    row: int
    field: str
    reason: str
    cells: Mapping[str, str] = member(default_factory=dict, hash=False)


class BadCell(ValueError):
    """One cell breaks a rule; `field` and `reason` say which and how."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}")


def facility_key(id: str) -> str:
    """The key of the row that carries this ID."""
    return "id:" + _folded(id)


def cell(value: str, field: str, max_length: int = MAX_LINE, *, multiline: bool = False) -> str:
    """A cell's text as it is kept; raises `BadCell`. A line break in a one-line field becomes a space."""
    if not value:
        return ""
    if value.isascii() and value.isprintable():  # nothing to clean, and the most of a large file
        return _of_length(value.strip(), field, max_length)
    text = value if multiline else " ".join(value.split("\n"))
    try:
        return clean_text(text.replace("\r\n", "\n"), max_length, field=field, multiline=multiline)
    except Invalid as broken:
        raise BadCell(field, broken.errors[0].rule) from None


def _of_length(text: str, field: str, max_length: int) -> str:
    if len(text) > max_length:
        raise BadCell(field, "max_length")
    return text


def url_cell(value: str, field: str) -> str:
    """A web address or nothing; raises `BadCell` for what is neither http nor https."""
    text = cell(value, field, MAX_URL)
    if text and not _URL.fullmatch(text):
        raise BadCell(field, "url")
    return text


def email_cell(value: str, field: str) -> str:
    """A mail address or nothing; raises `BadCell`."""
    text = cell(value, field)
    if text and not _EMAIL.fullmatch(text):
        raise BadCell(field, "email")
    return text


def list_cell(value: str, field: str, separators: str = ";；|") -> tuple[str, ...]:
    """The parts of a cell, each once, in order."""
    if not value:
        return ()
    parts = (part.strip() for part in re.split(f"[{re.escape(separators)}]", cell(value, field, MAX_TEXT)))
    found = tuple(dict.fromkeys(part for part in parts if part))
    if len(found) > MAX_LIST:
        raise BadCell(field, "too_many")
    if any(len(part) > MAX_LINE for part in found):
        raise BadCell(field, "max_length")
    return found


def name_from(name: str, description: str) -> str:
    """The name, or the first words of the description where a row has no name."""
    if name or not description:
        return name
    sentence = re.split(r"(?<=[.!?。！？；;])\s*|\n", description, maxsplit=1)[0]
    return sentence if len(sentence) <= 80 else sentence[:79].rstrip() + "…"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
