"""The file that the sample set brings along to try an import with: what is written is read again, row by row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from marketplace.catalogue.formats.parsing import in_order, parse
from marketplace.sample import inventory


def test_the_file_reads_back_as_it_was_written(tmp_path: Path) -> None:
    place = inventory.keep(tmp_path / "instance")
    parsed = parse(place.read_bytes())
    assert (parsed.format, parsed.rejected) == ("uniquip", ())
    assert [replace(item, further={}) for item in parsed.items] == in_order(inventory.items())
    inventory.keep(tmp_path / "instance")
    assert place.read_bytes() == inventory.as_csv()


def test_it_shows_what_a_host_meets() -> None:
    items = inventory.items()
    assert any(item.out_of_service for item in items)
    assert any(not item.facility and not item.part_of for item in items), "an instrument by itself"
    assert {item.contact_email.partition("@")[2] for item in items} == {"example.org"}
    assert any("一" <= letter <= "鿿" for item in items for letter in item.name)
