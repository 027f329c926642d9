"""The classic UNIQUIP sheet and that of 2025: columns found, rows judged one by one, and written back."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.catalogue.formats import uniquip, uniquip_2025
from marketplace.catalogue.formats.items import ListedItem, RejectedItem
from marketplace.catalogue.formats.reading import Sheet, SheetRow, read_sheet
from marketplace.catalogue.formats.writing import write_csv, write_xlsx
from marketplace.values.refusal import Invalid


def sheet(head: str, *rows: str) -> Sheet:
    cells = [SheetRow(number, tuple(row.split("|"))) for number, row in enumerate(rows, start=2)]
    return Sheet(tuple(head.split("|")), tuple(cells), "utf-8")


def one(head: str, row: str) -> ListedItem | RejectedItem:
    return next(uniquip.read(sheet(head, row)))


def test_heads_are_known_in_any_case_and_language() -> None:
    head = ["TYPE", "contact e-mail", "名称", "Technique:cpv", "Colour", "site_location"]
    assert uniquip.guess_mapping(head) == {
        "TYPE": "type",
        "contact e-mail": "contact_email",
        "名称": "name",
        "Technique:cpv": "technique",
        "site_location": "site",
    }
    assert uniquip.unused_columns(head, uniquip.guess_mapping(head)) == ("Colour",)


def test_a_row_becomes_an_item() -> None:
    item = one(
        "Type|Name|Related Facility ID|Technique:cpv|ID|Contact Email|Service Level|Site Location",
        "Equipment|Etcher|F1,F2|38510000|E1|a@b.org|Out of  Service|Shenzhen",
    )
    assert isinstance(item, ListedItem)
    assert (item.facility, item.part_of, item.techniques) == (False, ("F1", "F2"), ("cpv:38510000",))
    assert item.out_of_service
    assert item.key == "id:e1"


def test_without_an_id_the_key_is_type_name_and_site() -> None:
    item = one("Type|Name|Site Location", "facility|  Clean  Room|Hong Kong")
    assert isinstance(item, ListedItem)
    assert item.key == "name:facility|clean room|hong kong"


def test_a_description_names_a_row_without_a_name() -> None:
    item = one("Type|Name|Description", "equipment||A mass spectrometer. Handle with care.")
    assert isinstance(item, ListedItem)
    assert item.name == "A mass spectrometer."


@pytest.mark.parametrize(
    ("head", "row", "field", "reason"),
    [
        ("Type|Name", "thing|A", "type", "type_unknown"),
        ("Type|Name", "|A", "type", "required"),
        ("Type|Name|Description", "equipment||", "name", "name_or_description"),
        ("Type|Name", "equipment|" + "x" * 201, "name", "max_length"),
        ("Type|Name", "equipment|a\u202eb", "name", "no_bidi_control"),
        ("Type|Name|Contact Email", "equipment|A|nobody", "contact_email", "email"),
        ("Type|Name|Web Address", "equipment|A|javascript:alert(1)", "website", "url"),
    ],
)
def test_a_bad_cell_rejects_its_row_alone(head: str, row: str, field: str, reason: str) -> None:
    good = "|".join(["equipment", "Good", *[""] * (head.count("|") - 1)])
    found = list(uniquip.read(sheet(head, row, good)))
    assert isinstance(found[0], RejectedItem)
    assert (found[0].row, found[0].field, found[0].reason) == (2, field, reason)
    assert found[0].cells["Type"] == row.split("|", maxsplit=1)[0]
    assert isinstance(found[1], ListedItem)


@pytest.mark.parametrize(
    ("mapping", "rule"),
    [
        ({"A": "name"}, "mapping_without_type"),
        ({"A": "type"}, "mapping_without_name"),
        ({"A": "type", "B": "type"}, "mapping_twice"),
        ({"A": "type", "B": "colour"}, "mapping_unknown"),
        ({"A": "type", "Z": "name"}, "mapping_unknown"),
    ],
)
def test_a_mapping_must_name_columns_and_fields(mapping: dict[str, str], rule: str) -> None:
    with pytest.raises(Invalid) as caught:
        uniquip.check_mapping(["A", "B"], mapping)
    assert caught.value.errors[0].rule == rule


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_items_survive_the_way_out_and_back(write: object) -> None:
    item = ListedItem(
        row=2,
        facility=False,
        id="NF-1",
        name="=Etcher",
        description='Two\nlines, "quoted"',
        part_of=("F1",),
        techniques=("Dry Etch", "RIE"),
        contact_phone="+852 2345 6789",
        contact_email="a@b.org",
        site="Shenzhen",
        service_level="Out of service",
    )
    content = write(uniquip.TITLES, uniquip.rows([item]))  # type: ignore[operator]
    assert list(uniquip.read(read_sheet(content))) == [item]


def test_the_sheet_of_2025_survives_too_and_demands_its_mandatory_fields() -> None:
    item = ListedItem(
        row=2,
        facility=False,
        id="E1",
        name="Mass spectrometer",
        description="High resolution",
        maker="Maker",
        techniques=("MS",),
        measured_variables=("m/z", "intensity"),
        commissioned_on="2020-03-01",
        pid="10.1234/abc",
        pid_type="DOI",
        contact_email="a@b.org",
        further={"infraportalDiscipline": "Chemistry", "subject": "MS", "contactID": "0000-0002-1825-0097"},
    )
    read = list(uniquip_2025.read(read_sheet(write_csv(uniquip_2025.TITLES, uniquip_2025.rows([item])))))
    assert read == [item]
    bare = list(uniquip_2025.read(sheet("institutionID|name", "E1|A")))
    assert [(row.field, row.reason) for row in bare if isinstance(row, RejectedItem)] == [("description", "required")]


@pytest.mark.parametrize(
    ("given", "kept"), [("2020", "2020-01-01"), ("2020-03", "2020-03-01"), ("2020-03-05", "2020-03-05"), ("", "")]
)
def test_dates_of_any_precision_begin_on_their_first_day(given: str, kept: str) -> None:
    assert uniquip_2025.date_cell(given, "commissionedDate") == kept


@pytest.mark.shared_data
def test_every_row_of_the_nanofab_file_reads(shared_data: Path) -> None:
    content = (shared_data / "listings" / "nanofab-uniquip.csv").read_bytes()
    found = list(uniquip.read(read_sheet(content)))
    items = [item for item in found if isinstance(item, ListedItem)]
    assert len(items) == len(found) == 138
    assert sum(item.facility for item in items) == 1
    assert sum(item.out_of_service for item in items) == 13
