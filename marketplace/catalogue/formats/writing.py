"""Sheets for outside: CSV and XLSX in which no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

import xlsxwriter

from marketplace.catalogue.formats.reading import FORMULA_LIKE
from marketplace.values.cells import cell_text

BOM = "\ufeff"  # without it, spreadsheets on Chinese Windows read UTF-8 as GBK


def write_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte order mark, CRLF, after RFC 4180; a cell that begins like a formula gets an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([marked(cell) for cell in head])
    writer.writerows([marked(cell) for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode("utf-8")


def write_xlsx(head: Sequence[str], rows: Iterable[Sequence[str]], *, sheet: str = "UNIQUIP") -> bytes:
    """A workbook of one sheet whose cells are all strings: no formulas, no links."""
    return write_sheets({sheet: (head, rows)})


def write_sheets(sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[str]]]]) -> bytes:
    """A workbook of sheets by name, each with a head and rows, whose cells are all strings."""
    file = io.BytesIO()
    options = {"in_memory": True, "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        for name, (head, rows) in sheets.items():
            page = book.add_worksheet(name)
            page.freeze_panes(1, 0)
            for column, title in enumerate(head):
                page.write_string(0, column, cell_text(title), bold)
            for number, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    if cell:
                        page.write_string(number, column, cell_text(cell))
    return file.getvalue()


def marked(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would compute it; reading takes it off again."""
    return "'" + cell if FORMULA_LIKE.match(cell) else cell
