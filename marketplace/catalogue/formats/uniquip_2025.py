"""The UNIQUIP sheet of 2025, its sections Description and Details and the part of Access that is published."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping

from marketplace.catalogue.formats.items import (
    MAX_NAME,
    MAX_TEXT,
    BadCell,
    ListedItem,
    RejectedItem,
    cell,
    email_cell,
    list_cell,
)
from marketplace.catalogue.formats.reading import Sheet, SheetRow
from marketplace.values.refusal import Invalid

# The names and order of the published model, 1.1 to 3.3; what follows there was not open to read.
TITLES = (
    "type", "institutionID", "doi", "name", "description", "manufacturer", "manufacturerID", "model", "modelID",
    "commissionedDate", "decommissionedDate", "measuredVariables", "subject", "infraportalDiscipline", "contactName",
    "contactID", "contactEmail", "managingDepartment",
)  # fmt: skip
REQUIRED = ("institutionID", "name", "description", "manufacturer", "infraportalDiscipline")
KEPT_WHOLE = ("manufacturerID", "modelID", "subject", "infraportalDiscipline", "contactID")
KINDS = {"facility": True, "equipment": False, "instrument": False, "": False}
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def recognises(head: Iterable[str]) -> bool:
    """Whether the head is that of this version rather than the classic one."""
    titles = {title.strip().casefold() for title in head}
    return {"institutionid", "name"} <= titles


def read(sheet: Sheet) -> Iterator[ListedItem | RejectedItem]:
    """Every row as an item, or as rejected with the field and the rule it breaks."""
    if not recognises(sheet.head):
        raise Invalid.one("file", "file_not_this_format", format="uniquip-2025")
    known = {title.casefold(): title for title in TITLES}
    for row in sheet.rows:
        given = dict(zip((known.get(title.casefold(), title) for title in sheet.head), row.cells, strict=True))
        try:
            yield _item(row, {title: given.get(title, "") for title in TITLES})
        except BadCell as bad:
            yield RejectedItem(row.number, bad.field, bad.reason, dict(zip(sheet.head, row.cells, strict=True)))


def _item(row: SheetRow, cells: Mapping[str, str]) -> ListedItem:
    for title in REQUIRED:
        if not cells[title]:
            raise BadCell(title, "required")
    kind = cell(cells["type"], "type").casefold()
    if kind not in KINDS:
        raise BadCell("type", "type_unknown")
    doi = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)", "", cell(cells["doi"], "doi"), flags=re.IGNORECASE)
    return ListedItem(
        row=row.number,
        facility=KINDS[kind],
        id=cell(cells["institutionID"], "institutionID"),
        name=cell(cells["name"], "name", MAX_NAME),
        description=cell(cells["description"], "description", MAX_TEXT, multiline=True),
        techniques=list_cell(cells["subject"], "subject"),
        maker=cell(cells["manufacturer"], "manufacturer"),
        model=cell(cells["model"], "model"),
        commissioned_on=date_cell(cells["commissionedDate"], "commissionedDate"),
        decommissioned_on=date_cell(cells["decommissionedDate"], "decommissionedDate"),
        measured_variables=list_cell(cells["measuredVariables"], "measuredVariables"),
        pid=doi,
        pid_type="DOI" if doi else "",
        contact_name=cell(cells["contactName"], "contactName"),
        contact_email=email_cell(cells["contactEmail"], "contactEmail"),
        department=cell(cells["managingDepartment"], "managingDepartment"),
        further={title: cell(cells[title], title) for title in KEPT_WHOLE if cells[title]},
    )


def date_cell(value: str, field: str) -> str:
    """A date as YYYY-MM-DD, the first day where only a year or month is given; raises `BadCell`."""
    text = cell(value, field)
    if not text:
        return ""
    if not _DATE.fullmatch(text):
        raise BadCell(field, "date")
    whole = text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text
    try:
        return dt.date.fromisoformat(whole).isoformat()
    except ValueError:
        raise BadCell(field, "date") from None


def rows(items: Iterable[ListedItem]) -> Iterator[tuple[str, ...]]:
    """Items as rows under `TITLES`; what the model demands and a listing lacks stays empty for its owner to add."""
    for item in items:
        further = {title: str(item.further.get(title, "")) for title in KEPT_WHOLE}
        cells = further | {
            "type": "facility" if item.facility else "equipment",
            "institutionID": item.id,
            "doi": item.pid if item.pid_type.upper() == "DOI" else "",
            "name": item.name,
            "description": item.description,
            "manufacturer": item.maker,
            "model": item.model,
            "commissionedDate": item.commissioned_on,
            "decommissionedDate": item.decommissioned_on,
            "measuredVariables": "; ".join(item.measured_variables),
            "subject": further["subject"] or "; ".join(item.techniques),
            "contactName": item.contact_name,
            "contactEmail": item.contact_email,
            "managingDepartment": item.department,
        }
        yield tuple(cells[title] for title in TITLES)
