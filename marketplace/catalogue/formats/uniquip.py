"""The classic UNIQUIP sheet: its columns, the rows read from it, and the rows written to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from marketplace.catalogue.formats.items import (
    MAX_NAME,
    MAX_TEXT,
    BadCell,
    ListedItem,
    RejectedItem,
    cell,
    email_cell,
    list_cell,
    name_from,
    url_cell,
)
from marketplace.catalogue.formats.reading import Sheet, SheetRow
from marketplace.values.refusal import Invalid


@dataclass(frozen=True, slots=True)
class Column:
    """One of our fields, the column's title in the standard, and other heads by which files know it."""

    field: str
    title: str
    aliases: tuple[str, ...] = ()


COLUMNS = (
    Column("type", "Type", ("类型", "類型", "类别", "類別")),
    Column("name", "Name", ("title", "equipment name", "名称", "名稱", "设备名称", "設備名稱", "仪器名称", "儀器名稱")),
    Column("description", "Description", ("描述", "说明", "說明", "简介", "簡介")),
    Column("part_of", "Related Facility ID", ("facility id", "parent id", "所属设施", "所屬設施")),
    Column("technique", "Technique", ("techniques", "技术", "技術", "技术方法", "技術方法")),
    Column("location", "Location", ("位置",)),
    Column("contact_name", "Contact Name", ("contact", "联系人", "聯絡人")),
    Column(
        "contact_phone",
        "Contact Telephone",
        ("contact phone", "telephone", "phone", "联系电话", "電話", "电话", "聯絡電話"),
    ),
    Column("contact_url", "Contact URL", ("contact web address",)),
    Column("contact_email", "Contact Email", ("contact e-mail", "email", "e-mail", "邮箱", "電郵", "电子邮箱")),
    Column("id", "ID", ("identifier", "equipment id", "编号", "編號", "资产编号", "資產編號")),
    Column("photo", "Photo", ("image", "photo url")),
    Column("department", "Department", ("部门", "部門")),
    Column("organisational_unit", "Organisational Unit", ("organizational unit", "单位", "單位")),
    Column("site", "Site Location", ("site", "city", "地点", "地點", "城市")),
    Column("building", "Building", ("楼宇", "樓宇", "大楼", "大樓")),
    Column("service_level", "Service Level", ("status", "状态", "狀態", "服务状态", "服務狀態")),
    Column("website", "Web Address", ("url", "website", "web page", "网址", "網址")),
    Column("open_licence", "Open License", ("open licence", "license", "licence")),
)
# Fields that the standard lacks but inventories have: offered when columns are mapped, never written.
FURTHER = (
    Column("maker", "Manufacturer", ("maker", "make", "厂商", "廠商", "制造商", "製造商")),
    Column("model", "Model", ("model number", "型号", "型號")),
    Column("serial_number", "Serial Number", ("serial no", "serial", "出厂编号", "出廠編號")),
)
MAPPABLE = COLUMNS + FURTHER
TITLES = tuple(column.title for column in COLUMNS)

# The standard's second contact and its output columns are known, and say nothing that we keep.
KNOWN_UNUSED = re.compile(
    r"(secondary contact .*|institution (name|url|logo( url)?)|datestamp|approximate coordinates|corrections)"
)
KINDS = {
    "facility": True,
    "equipment": False,
    "设施": True,
    "設施": True,
    "设备": False,
    "設備": False,
    "仪器": False,
    "儀器": False,
}


def guess_mapping(head: Sequence[str]) -> dict[str, str]:
    """Which column of a file is which of our fields, by its head; a scheme after a colon (Technique:N8) is allowed."""
    names = {_plain(name): column.field for column in MAPPABLE for name in (column.title, *column.aliases)}
    mapping: dict[str, str] = {}
    for title in head:
        field = names.get(_plain(title)) or names.get(_plain(title.partition(":")[0]))
        if field and field not in mapping.values():
            mapping[title] = field
    return mapping


def check_mapping(head: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Raise `Invalid` on field `mapping` unless it names columns of the file, our fields each once, type, and a name or
    a description."""
    known = {column.field for column in MAPPABLE}
    wanted = [field for field in mapping.values() if field]
    if any(title not in head for title in mapping) or not set(wanted) <= known:
        raise Invalid.one("mapping", "mapping_unknown")
    if len(set(wanted)) != len(wanted):
        raise Invalid.one("mapping", "mapping_twice")
    if "type" not in wanted:
        raise Invalid.one("mapping", "mapping_without_type")
    if not {"name", "description"} & set(wanted):
        raise Invalid.one("mapping", "mapping_without_name")


def unused_columns(head: Sequence[str], mapping: Mapping[str, str]) -> tuple[str, ...]:
    """The columns that would be left out and are not known to say nothing."""
    return tuple(
        title for title in head if title and not mapping.get(title) and not KNOWN_UNUSED.fullmatch(title.lower())
    )


def read(sheet: Sheet, mapping: Mapping[str, str] | None = None) -> Iterator[ListedItem | RejectedItem]:
    """Every row as an item, or as rejected with the field and the rule it breaks; one never stops the others."""
    chosen = dict(mapping) if mapping else guess_mapping(sheet.head)
    check_mapping(sheet.head, chosen)
    for row in sheet.rows:
        try:
            yield _item(row, _cells_by_field(sheet.head, chosen, row))
        except BadCell as bad:
            yield RejectedItem(row.number, bad.field, bad.reason, dict(zip(sheet.head, row.cells, strict=True)))


def _cells_by_field(head: Sequence[str], mapping: Mapping[str, str], row: SheetRow) -> dict[str, str]:
    cells = {column.field: "" for column in MAPPABLE}
    for title, value in zip(head, row.cells, strict=True):
        field = mapping.get(title)
        if field:
            scheme = title.partition(":")[2].strip()
            cells[field] = f"{scheme}:{value}" if field == "technique" and scheme and value else value
    return cells


def _item(row: SheetRow, cells: Mapping[str, str]) -> ListedItem:
    description = cell(cells["description"], "description", MAX_TEXT, multiline=True)
    name = name_from(cell(cells["name"], "name", MAX_NAME), description)
    facility = _kind(cells["type"])
    if not name:
        raise BadCell("name", "name_or_description")
    plain = {field: cell(cells[field], field) for field in PLAIN}
    return ListedItem(
        row=row.number,
        facility=facility,
        name=name,
        description=description,
        part_of=() if facility else list_cell(cells["part_of"], "part_of", ",，;；"),
        techniques=list_cell(cells["technique"], "technique"),
        contact_url=url_cell(cells["contact_url"], "contact_url"),
        contact_email=email_cell(cells["contact_email"], "contact_email"),
        website=url_cell(cells["website"], "website"),
        photo=url_cell(cells["photo"], "photo"),
        id=plain["id"],
        location=plain["location"],
        contact_name=plain["contact_name"],
        contact_phone=plain["contact_phone"],
        department=plain["department"],
        organisational_unit=plain["organisational_unit"],
        site=plain["site"],
        building=plain["building"],
        service_level=plain["service_level"],
        open_licence=plain["open_licence"],
        maker=plain["maker"],
        model=plain["model"],
        serial_number=plain["serial_number"],
    )


PLAIN = (
    "id", "location", "contact_name", "contact_phone", "department", "organisational_unit", "site",
    "building", "service_level", "open_licence", "maker", "model", "serial_number",
)  # fmt: skip


def _kind(value: str) -> bool:
    text = cell(value, "type").casefold()
    if not text:
        raise BadCell("type", "required")
    if text not in KINDS:
        raise BadCell("type", "type_unknown")
    return KINDS[text]


def rows(items: Iterable[ListedItem]) -> Iterator[tuple[str, ...]]:
    """Items as rows under `TITLES`."""
    for item in items:
        cells = {
            "type": "facility" if item.facility else "equipment",
            "part_of": ",".join(item.part_of),
            "technique": "; ".join(item.techniques),
        }
        plain = {column.field: str(getattr(item, column.field, "")) for column in COLUMNS if column.field not in cells}
        yield tuple((plain | cells)[column.field] for column in COLUMNS)


def _plain(title: str) -> str:
    return re.sub(r"[\s_\-*()（）]+", "", unicodedata.normalize("NFKC", title)).casefold()
