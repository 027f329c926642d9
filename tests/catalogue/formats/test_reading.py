"""Reading sheets: what is right comes whole, what is broken, huge or hostile gets a clear rule."""

from __future__ import annotations

import io
import secrets
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.formats import reading
from marketplace.catalogue.formats.encodings import decode
from marketplace.catalogue.formats.reading import kind_of, read_sheet
from marketplace.catalogue.formats.writing import write_csv, write_xlsx
from marketplace.values.refusal import Invalid

TEXT = "Type,Name\r\nequipment,電子顯微鏡\r\n"


def rule(content: bytes, encoding: str | None = None) -> str:
    with pytest.raises(Invalid) as caught:
        read_sheet(content, encoding)
    return caught.value.errors[0].rule


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("encoding", "named", "used"),
    [("utf-8", None, "utf-8"), ("utf-8-sig", None, "utf-8"), ("utf-16", None, "utf-16"), ("big5hkscs", "big5", "big5")],
)
def test_reads_every_encoding_that_is_certain_or_named(encoding: str, named: str | None, used: str) -> None:
    sheet = read_sheet(TEXT.encode(encoding), named)
    assert sheet.rows[0].cells == ("equipment", "電子顯微鏡")
    assert sheet.encoding == used


def test_reads_gbk_by_choice_and_never_by_guess() -> None:
    content = "Type,Name\nequipment,扫描电镜\n".encode("gbk")
    assert read_sheet(content, "GB2312").rows[0].cells[1] == "扫描电镜"
    assert rule(content) == "file_encoding_unsure"


def test_a_named_encoding_that_does_not_fit_says_so() -> None:
    assert rule("Type,Name\nequipment,电镜\n".encode("gbk"), "utf-8") == "file_encoding"
    assert rule(b"Type,Name\n", "latin-9") == "encoding"


def test_rows_are_counted_as_a_spreadsheet_counts_and_blank_ones_left_out() -> None:
    sheet = read_sheet(b'Type,Name\n\nequipment,"two\nlines"\n,\nfacility,B\n')
    assert [(row.number, row.cells[1]) for row in sheet.rows] == [(3, "two\nlines"), (5, "B")]


def test_semicolons_and_tabs_separate_too() -> None:
    assert read_sheet(b"Type;Name\nequipment;A, B\n").rows[0].cells == ("equipment", "A, B")
    assert read_sheet("Type\tName\nfacility\tA\n".encode("utf-16")).rows[0].cells == ("facility", "A")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "file_empty"),
        (b"Type,Name\n", "file_without_rows"),
        (b"Type,Name\nequipment,a\x00b\n", "file_nul"),
        (b'Type,Name\nequipment,"never closed\n', "file_csv_broken"),
        (b"Type,Name\nequipment,a,b\n", "file_row_too_wide"),
        (b"Type,Name\nequipment," + b"x" * 40_000 + b"\n", "file_cell_too_large"),
        (b"Type,Name\nequipment," + b"x" * 200_000 + b"\n", "file_cell_too_large"),
        (b"Type,Name\nequipment" + b"," * 300 + b"x\n", "file_too_many_columns"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_xls_old"),
        (b"PK\x03\x04 not a zip", "file_not_a_workbook"),
        (b"<html></html>", "file_not_a_sheet"),
    ],
)
def test_broken_files_get_a_clear_rule(content: bytes, expected: str) -> None:
    assert rule(content) == expected


def test_too_many_rows_are_refused() -> None:
    assert rule(b"Type,Name\n" + b"equipment,x\n" * (reading.MAX_ROWS + 1)) == "file_too_many_rows"


def test_too_many_bytes_are_refused_before_anything_is_read() -> None:
    with pytest.raises(Invalid):
        kind_of(b"x" * (reading.MAX_BYTES + 1))


def test_a_workbook_reads_as_text() -> None:
    sheet = read_sheet(
        workbook([["Type", "Name", "ID"], ["equipment", "Etcher", 12.0], [None, None, None], ["facility", True, 1.5]])
    )
    assert [row.cells for row in sheet.rows] == [("equipment", "Etcher", "12"), ("facility", "TRUE", "1.5")]


def test_zip_bombs_and_other_zips_are_refused_unopened() -> None:
    assert rule(packed({"xl/workbook.xml": b"0" * 20_000_000})) == "file_bomb"
    assert rule(packed({f"part{n}": b"" for n in range(3000)})) == "file_bomb"
    assert rule(packed({"word/document.xml": b"<a/>"})) == "file_not_a_workbook"


def test_entities_in_a_workbook_are_refused() -> None:
    book = workbook([["Type", "Name"], ["equipment", "A"]])
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts["xl/workbook.xml"].partition(b"?>")[2]
    assert rule(packed(parts)) == "file_not_a_workbook"


def test_a_sheet_that_lies_about_its_size_is_read_by_its_rows() -> None:
    book = workbook([["Type", "Name"], ["equipment", "A"]])
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert [row.cells for row in read_sheet(packed(parts)).rows] == [("equipment", "A")]


@pytest.mark.parametrize("cell", [b"<c/>", b"<c />", b"<x:c/>", b"<row/>"])
def test_more_cells_than_anybody_waits_for_are_refused(cell: bytes) -> None:
    book = workbook([["Type", "Name"], ["equipment", "A"]])
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    noise = secrets.token_hex(90_000).encode()  # so that it does not pack like a bomb
    many = cell * (reading.MAX_CELLS + 1)
    parts[sheet] = parts[sheet].replace(b"</sheetData>", b"<!--" + noise + b"--><row>" + many + b"</row></sheetData>")
    assert rule(packed(parts)) == "file_too_many_cells"


def test_a_row_that_lies_about_its_number_keeps_nobody_waiting() -> None:
    book = workbook([["Type", "Name"], ["equipment", "A"], ["equipment", "B"]])
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'<row r="3"', b'<row r="99999999999"')
    assert [row.cells for row in read_sheet(packed(parts)).rows] == [("equipment", "A")]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=12)
DANGEROUS = st.sampled_from(["=1+1", "+852 1234", "-1", "@SUM(A1)", "'=x", "''+y", "＝1", '=HYPERLINK("x")'])


@given(st.lists(st.lists(CELLS | DANGEROUS, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_is_written_reads_back_and_is_never_a_formula(rows: list[list[str]]) -> None:
    content = write_csv(["Type", "Name"], rows)
    assert [list(row.cells) for row in read_sheet(content).rows] == rows
    for line in decode(content)[0].splitlines()[1:]:
        assert not line.startswith(("=", "+", "-", "@"))


def test_a_written_workbook_holds_no_formula_and_no_link() -> None:
    content = write_xlsx(["Type", "Name"], [["equipment", '=HYPERLINK("http://x")'], ["facility", "http://x"]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in page and b"hyperlink" not in page
    assert read_sheet(content).rows[0].cells[1] == '=HYPERLINK("http://x")'
