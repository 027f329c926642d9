"""What a file was read as comes back whole, or page by page without its other rows being read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from marketplace.catalogue.formats import prepared
from marketplace.catalogue.formats.parsing import Parsed, assigned, first_look, parse
from marketplace.values.refusal import Invalid

HEAD = "Type,Name,Description,Related Facility ID,ID,Contact Email,Technique\n"
ROWS = 173


def line(n: int) -> str:
    if n % 50 == 7:
        return f"equipment,坏 {n},,,B{n},not mail,\n"
    if n == 160:
        return "facility,Late room,\U0001f52c,,ROOM,,\n"
    return f"equipment,Tool {n},x,{'ROOM' if n == 3 else ''},T{n},,SEM;TEM\n"


CONTENT = (HEAD + "".join(line(n) for n in range(ROWS))).encode()


@pytest.fixture
def parsed() -> Parsed:
    return parse(CONTENT)


def reader(content: bytes, seen: list[int]) -> Callable[[int, int], bytes]:
    def read(start: int, end: int) -> bytes:
        seen.append(end - start)
        return content[start:end]

    return read


def test_the_whole_file_comes_back_as_it_was_parsed(parsed: Parsed) -> None:
    assert prepared.read_all(prepared.write(parsed)) == parsed


def test_records_come_back_too() -> None:
    content = b'[{"name": "A", "identifier": "x", "owners": [{"ownerName": "O"}]}, {"identifier": 7}]'
    records = parse(content, "pidinst")
    assert records.read == 2
    assert prepared.read_all(prepared.write(records)) == records


def test_pages_together_are_the_file(parsed: Parsed) -> None:
    content = prepared.write(parsed)
    known = prepared.read_head(reader(content, []))
    assert (known.rows, known.items, known.rejected) == (ROWS, len(parsed.items), len(parsed.rejected))
    for count in (1, 49, 50, 51, 400):
        pages = [
            prepared.read_rows(reader(content, []), known, first=first, count=count) for first in range(0, ROWS, count)
        ]
        assert {row for page in pages for row in page.cells} == set(parsed.cells)
        assert {item for page in pages for item in page.items} == set(parsed.items)
        assert [each for page in pages for each in page.rejected] == list(parsed.rejected)
    assert prepared.read_rows(reader(content, []), known, first=ROWS, count=50).read == 0


def test_a_page_reads_its_own_rows_alone(parsed: Parsed) -> None:
    content, seen = prepared.write(parsed), []
    known = prepared.read_head(reader(content, seen))
    prepared.read_rows(reader(content, seen), known, first=100, count=50)
    assert sum(seen) < len(content) / 2


def test_a_page_knows_that_a_facility_comes_on_another(parsed: Parsed) -> None:
    content = prepared.write(parsed)
    known = prepared.read_head(reader(content, []))
    first = prepared.read_rows(reader(content, []), known, first=0, count=10)
    assert "id:room" in first.facility_keys
    assert not any(item.facility for item in first.items)


def test_columns_are_assigned_anew_without_the_file() -> None:
    content = b"Kind of thing,Title,Title\nfacility,Room,Salle\n\nequipment,Lamp,\n"
    unread, mapping = first_look(content)
    assert (unread.items, mapping) == ((), {"Title": "name"})
    kept = prepared.read_all(prepared.write(unread))
    with pytest.raises(Invalid):
        assigned(prepared.sheet_of(kept), mapping)
    again = assigned(prepared.sheet_of(kept), {"Kind of thing": "type", "Title": "name"})
    assert again == parse(content, "uniquip", mapping={"Kind of thing": "type", "Title": "name"})
    assert [item.row for item in again.items] == [2]
    assert [(each.row, each.reason) for each in again.rejected] == [(4, "name_or_description")]
