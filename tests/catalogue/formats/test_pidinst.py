"""PIDINST records: read from XML and JSON, hostile ones refused, and written so that they read back the same."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from marketplace.catalogue.formats import pidinst
from marketplace.catalogue.formats.items import ListedItem, RejectedItem
from marketplace.values.refusal import Invalid

RECORD = b"""<?xml version="1.0"?>
<instrument xmlns="urn:x">
  <identifier identifierType="Handle">21.1/abc</identifier><schemaVersion>1.0</schemaVersion>
  <landingPage>https://example.org/abc</landingPage><name>Sonde</name>
  <owners><owner><ownerName>Institute</ownerName><ownerContact>a@example.org</ownerContact>
    <ownerIdentifier ownerIdentifierType="ROR">03yrm5c26</ownerIdentifier></owner></owners>
  <manufacturers><manufacturer><manufacturerName>Maker</manufacturerName></manufacturer></manufacturers>
  <model><modelName>S-1</modelName><modelIdentifier modelIdentifierType="URL">https://m.example/1</modelIdentifier></model>
  <measuredVariables><measuredVariable>pH</measuredVariable><measuredVariable>salinity</measuredVariable></measuredVariables>
  <dates><date dateType="Commissioned">2020-05-01</date></dates>
  <relatedIdentifiers><relatedIdentifier relatedIdentifierType="DOI" relationType="IsDescribedBy">10.1/x</relatedIdentifier></relatedIdentifiers>
  <alternateIdentifiers><alternateIdentifier alternateIdentifierType="SerialNumber">SN7</alternateIdentifier></alternateIdentifiers>
</instrument>"""  # noqa: E501


def first(content: bytes) -> ListedItem:
    item = next(pidinst.read(content))
    assert isinstance(item, ListedItem)
    return item


def test_an_xml_record_becomes_an_item() -> None:
    item = first(RECORD)
    assert (item.id, item.pid, item.pid_type) == ("21.1/abc", "21.1/abc", "Handle")
    assert (item.name, item.maker, item.model, item.serial_number) == ("Sonde", "Maker", "S-1", "SN7")
    assert item.measured_variables == ("pH", "salinity")
    assert item.commissioned_on == "2020-05-01"
    assert item.contact_email == "a@example.org"


def test_both_usages_of_json_read_alike() -> None:
    flat = {
        "identifier": {"identifierValue": "21.1/abc", "identifierType": "Handle"},
        "name": "Sonde",
        "owners": [{"ownerName": "Institute"}],
        "manufacturers": [{"manufacturerName": "Maker"}],
    }
    nested = {
        "Identifier": {"identifierValue": "21.1/abc", "identifierType": "Handle"},
        "Name": "Sonde",
        "Owners": [{"owner": {"ownerName": "Institute"}}],
        "Manufacturers": [
            {"manufacturer": {"manufacturerName": "Maker", "modelIdentifier": {"modelIdentifierValue": "x"}}}
        ],
    }
    one, other = (first(json.dumps(record).encode()) for record in (flat, nested))
    assert (one.id, one.name, one.maker, one.contact_name) == ("21.1/abc", "Sonde", "Maker", "Institute")
    assert (other.id, other.name, other.maker, other.contact_name) == (one.id, one.name, one.maker, one.contact_name)


@pytest.mark.parametrize("write", [pidinst.write_xml, pidinst.write_json])
def test_a_record_survives_the_way_out_and_back(write: object) -> None:
    item = first(RECORD)
    content = write([pidinst.record_of(item, owner="Institute")])  # type: ignore[operator]
    again = first(content)
    assert again == item or (again.further, again) == (item.further, item)


def test_several_records_stand_below_one_root() -> None:
    records = [
        pidinst.record_of(ListedItem(row=n, facility=False, name=f"N{n}"), owner="O", landing_page=f"https://x/{n}")
        for n in (1, 2)
    ]
    for content in (pidinst.write_xml(records), pidinst.write_json(records)):
        assert [item.name for item in pidinst.read(content) if isinstance(item, ListedItem)] == ["N1", "N2"]


def test_what_the_schema_demands_is_always_written() -> None:
    item = ListedItem(row=1, facility=False, name="Bare")
    root = ElementTree.fromstring(
        pidinst.write_xml([pidinst.record_of(item, owner="Host", landing_page="https://x/1")])
    )
    assert [child.tag for child in root] == [
        "identifier",
        "schemaVersion",
        "landingPage",
        "name",
        "owners",
        "manufacturers",
    ]
    assert root.find("identifier").attrib == {"identifierType": "URL"}
    assert root.findtext("manufacturers/manufacturer/manufacturerName") == ":unav"
    assert first(pidinst.write_xml([pidinst.record_of(item, owner="Host", landing_page="https://x/1")])).maker == ""


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><instrument><name>&b;</name></instrument>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><instrument><name>&a;</name></instrument>'


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (BOMB, "file_xml_entities"),
        (OUTSIDE, "file_xml_entities"),
        (b"<instrument><name>", "file_xml_broken"),
        (b"<html/>", "file_without_rows"),
        (b"{", "file_json_broken"),
        (b"[" * 100_000, "file_json_broken"),
        (b'[{"name": NaN}]', "file_json_broken"),
        (b"[1]", "file_json_broken"),
        (b"Type,Name\n", "file_not_this_format"),
    ],
)
def test_hostile_and_broken_files_get_a_clear_rule(content: bytes, rule: str) -> None:
    with pytest.raises(Invalid) as caught:
        list(pidinst.read(content))
    assert caught.value.errors[0].rule == rule


def test_a_record_without_name_is_rejected_alone() -> None:
    found = list(pidinst.read(b'[{"identifier": "1"}, {"identifier": "2", "name": "B"}]'))
    assert isinstance(found[0], RejectedItem)
    assert (found[0].row, found[0].field, found[0].reason) == (1, "name", "required")
    assert isinstance(found[1], ListedItem)


@pytest.mark.parametrize(
    "value", [{"name": ["x"]}, {"name": {"a": {"b": 1}}}, {"owners": "me"}, {"dates": [1, None]}, {"model": []}]
)
def test_odd_shapes_never_break_the_reader(value: dict[str, object]) -> None:
    found = list(pidinst.read(json.dumps({"identifier": "1", "name": "A", **value}).encode()))
    assert len(found) == 1


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["hzb-mx-14-1.xml", "hzb-nanocluster.xml"])
def test_the_example_records_read_and_write_back_whole(shared_data: Path, name: str) -> None:
    item = first((shared_data / "listings" / "pidinst" / name).read_bytes())
    assert item.pid_type == "Handle"
    assert item.maker.startswith("Helmholtz-Zentrum Berlin")
    again = first(pidinst.write_xml([pidinst.record_of(item, owner="unused")]))
    assert again == item
    assert again.further == item.further
