"""Sheets of outcomes: one row an outcome, one fault for every cell that breaks a rule; and the template to fill in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.catalogue.formats.reading import Sheet, SheetRow, read_sheet
from marketplace.catalogue.formats.writing import write_csv, write_xlsx
from marketplace.outcomes.formats import dates
from marketplace.outcomes.formats.drafts import MAX_WORKS
from marketplace.outcomes.formats.patent_fields import number_of
from marketplace.outcomes.models import Confidentiality, OutcomeType
from marketplace.values.dates import KnownDate
from marketplace.values.localized import Language, clean_text
from marketplace.values.money import InvalidMoney, Money
from marketplace.values.refusal import JSON, FieldError, Invalid
from marketplace.values.works import SCHEMES, Identifier, normalise

COLUMNS = (
    *("type", "title", "title_zh_hant", "title_zh_hans", "date", "doi", "patent_number", "priorities"),
    *("other_identifiers", "beneficiary", "value_amount", "currency", "price_year", "note", "collaboration"),
    *("confidentiality", "embargo_until"),
)
TITLES: Mapping[str, Language] = {"title": "en", "title_zh_hant": "zh-Hant", "title_zh_hans": "zh-Hans"}
MAX_NOTE = 5_000
MAX_LINE = 300
MAX_TITLE = 500
MAX_PARTS = 50
# Heads that people write instead; compared without blanks, hyphens, points and capitals.
ALIASES = {
    **dict.fromkeys(("类型", "類型"), "type"),
    **dict.fromkeys(("titleen", "name"), "title"),
    **dict.fromkeys(("標題", "題名"), "title_zh_hant"),
    **dict.fromkeys(("标题", "题名"), "title_zh_hans"),
    "日期": "date",
    **dict.fromkeys(("patent", "专利号", "專利號"), "patent_number"),
    **dict.fromkeys(("priority", "优先权", "優先權"), "priorities"),
    "identifiers": "other_identifiers",
    "受益方": "beneficiary",
    **dict.fromkeys(("value", "amount", "金额", "金額"), "value_amount"),
    **dict.fromkeys(("币种", "貨幣"), "currency"),
    **dict.fromkeys(("备注", "備註"), "note"),
    "collaborationreference": "collaboration",
    "embargo": "embargo_until",
}
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,16}(?:\.\d+)?", re.ASCII)
_SPLIT = re.compile(r"[;；\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """A row that holds, as the fields of an outcome; `row` counts as a spreadsheet does, its head being row 1."""

    row: int
    type: OutcomeType
    title: Mapping[str, str]
    date: KnownDate | None
    identifiers: tuple[Identifier, ...]
    priorities: tuple[str, ...]
    beneficiary: str
    value: Money | None
    price_year: int | None
    note: str
    collaboration: str
    confidentiality: Confidentiality
    embargo_until: dt.date | None


@dataclass(frozen=True, slots=True)
class RowFault:
    """One cell that breaks a rule: where it stands, and what the sentence needs."""

    row: int
    column: str
    error: FieldError


@dataclass(frozen=True, slots=True)
class OutcomeSheet:
    """What a sheet holds: rows that hold, every fault of the others, and the heads that nobody knows."""

    rows: tuple[OutcomeRow, ...]
    faults: tuple[RowFault, ...]
    unknown_columns: tuple[str, ...]

    @property
    def read(self) -> int:
        """How many rows the sheet has."""
        return len(self.rows) + len({fault.row for fault in self.faults})


def read_outcomes(content: bytes, encoding: str | None = None) -> OutcomeSheet:
    """A CSV or XLSX file of outcomes; raises `Invalid` where the file is broken or has neither a type nor a title."""
    sheet = read_sheet(content, encoding)
    if len(sheet.rows) > MAX_WORKS:
        raise Invalid.one("file", "file_too_many_rows", max=MAX_WORKS)
    columns = _columns(sheet)
    rows: list[OutcomeRow] = []
    faults: list[RowFault] = []
    for each in sheet.rows:
        cells = _Cells(each, columns)
        row = _outcome(cells)
        faults += cells.faults
        if not cells.faults:
            rows.append(row)
    unknown = tuple(head for head, name in zip(sheet.head, columns, strict=True) if head and not name)
    return OutcomeSheet(tuple(rows), tuple(faults), unknown)


def template_csv(rows: Sequence[Sequence[str]] = ()) -> bytes:
    """The template as CSV, with these rows below its head."""
    return write_csv(COLUMNS, rows)


def template_xlsx(rows: Sequence[Sequence[str]] = ()) -> bytes:
    """The template as a workbook, with these rows below its head."""
    return write_xlsx(COLUMNS, rows, sheet="outcomes")


def _columns(sheet: Sheet) -> tuple[str, ...]:
    """The name of each column, empty where its head says nothing to us; raises `Invalid` where two say the same."""
    names = tuple(_named(head) for head in sheet.head)
    for name in dict.fromkeys(filter(None, names)):
        if names.count(name) > 1:
            raise Invalid.one("file", "file_column_twice", column=name)
    if "type" not in names or not TITLES.keys() & set(names):
        raise Invalid.one("file", "file_outcome_columns", needed="type, title")
    return names


def _named(head: str) -> str:
    plain = re.sub(r"[\s_.-]+", "", head.lower())
    known = {name.replace("_", ""): name for name in COLUMNS}
    return known.get(plain) or ALIASES.get(plain, "")


class _Cells:
    """The cells of one row by column, and the faults found in them."""

    def __init__(self, row: SheetRow, columns: tuple[str, ...]) -> None:
        self.row = row.number
        self._cells = {name: cell for name, cell in zip(columns, row.cells, strict=True) if name}
        self.faults: list[RowFault] = []

    def fault(self, column: str, rule: str, **details: JSON) -> None:
        self.faults.append(RowFault(self.row, column, FieldError(column, rule, rule, details)))

    def text(self, column: str, max_length: int = MAX_LINE, *, multiline: bool = False) -> str:
        given = self._cells.get(column, "")
        try:
            return clean_text(
                given if multiline else " ".join(given.splitlines()), max_length, field=column, multiline=multiline
            )
        except Invalid as broken:
            self.faults += [RowFault(self.row, column, error) for error in broken.errors]
            return ""

    def parts(self, column: str) -> list[str]:
        found = [part.strip() for part in _SPLIT.split(self.text(column, MAX_NOTE, multiline=True))]
        kept = [part for part in found if part]
        if len(kept) > MAX_PARTS:
            self.fault(column, "too_many", max=MAX_PARTS)
        return kept[:MAX_PARTS]


def _outcome(cells: _Cells) -> OutcomeRow:
    title: dict[str, str] = {
        language: text for column, language in TITLES.items() if (text := cells.text(column, MAX_TITLE))
    }
    if not title and not any(fault.column in TITLES for fault in cells.faults):
        cells.fault("title", "required")
    return OutcomeRow(
        row=cells.row,
        type=_type(cells),
        title=title,
        date=_dated(cells, "date"),
        identifiers=_identifiers(cells),
        priorities=tuple(found.normalised for found in _numbers(cells, "priorities", _application)),
        beneficiary=cells.text("beneficiary"),
        value=_value(cells),
        price_year=_year(cells),
        note=cells.text("note", MAX_NOTE, multiline=True),
        collaboration=cells.text("collaboration"),
        confidentiality=_confidentiality(cells),
        embargo_until=_day(cells, "embargo_until"),
    )


def _type(cells: _Cells) -> OutcomeType:
    word = re.sub(r"[\s-]+", "_", cells.text("type").lower())
    if word in set(OutcomeType):
        return OutcomeType(word)
    cells.fault("type", "choice" if word else "required", choices=", ".join(OutcomeType))
    return OutcomeType.OTHER


def _confidentiality(cells: _Cells) -> Confidentiality:
    """Who may see it; the parties alone where nothing is said."""
    word = cells.text("confidentiality").lower() or Confidentiality.PARTIES
    if word in set(Confidentiality):
        return Confidentiality(word)
    cells.fault("confidentiality", "choice", choices=", ".join(Confidentiality))
    return Confidentiality.PARTIES


def _dated(cells: _Cells, column: str) -> KnownDate | None:
    text = cells.text(column)
    found = dates.of_text(text)
    if text and (found is None or found.precision != _precision(text)):
        cells.fault(column, "date", value=text[:40])
    return found


def _precision(text: str) -> str:
    """What a date claims to be by the numbers in it, so that 2026-13 is a fault and not the year 2026."""
    return ("year", "month", "day")[min(len(re.findall(r"\d+", text.partition("T")[0])), 3) - 1]


def _day(cells: _Cells, column: str) -> dt.date | None:
    found = _dated(cells, column)
    if found and found.precision != "day":
        cells.fault(column, "date_whole")
    return found.day if found else None


def _identifiers(cells: _Cells) -> tuple[Identifier, ...]:
    found = _numbers(cells, "doi", lambda text: normalise("doi", text))
    found += _numbers(cells, "patent_number", number_of)
    for part in cells.parts("other_identifiers"):
        scheme, separator, value = part.partition(":")
        name = re.sub(r"[\s-]+", "_", scheme.strip().lower())
        if not separator or name not in SCHEMES:
            cells.fault("other_identifiers", "scheme", scheme=name[:80], known=", ".join(SCHEMES))
            continue
        found += _good(cells, "other_identifiers", normalise(name, value.strip()))
    kept: dict[tuple[str, str], Identifier] = {}
    for one in found:
        kept.setdefault((one.scheme, one.normalised), one)
    return tuple(kept.values())


def _application(text: str) -> Identifier:
    return normalise("patent_application", text)


def _numbers(cells: _Cells, column: str, read: Callable[[str], Identifier]) -> list[Identifier]:
    return [good for part in cells.parts(column) for good in _good(cells, column, read(part))]


def _good(cells: _Cells, column: str, found: Identifier) -> list[Identifier]:
    if found.check_ok:
        return [found]
    cells.fault(column, found.why, value=found.value[:120], scheme=found.scheme)
    return []


def _value(cells: _Cells) -> Money | None:
    amount, currency = cells.text("value_amount"), cells.text("currency").upper()
    if not amount:
        return None
    if not currency:
        cells.fault("currency", "required")
        return None
    try:
        if not _AMOUNT.fullmatch(amount):
            raise InvalidMoney("amount_unreadable")
        return Money.parse(amount, currency)
    except InvalidMoney as broken:
        column = "currency" if broken.code == "currency_unknown" else "value_amount"
        cells.fault(column, broken.code, value=amount[:40], currency=currency[:8])
        return None


def _year(cells: _Cells) -> int | None:
    text = cells.text("price_year")
    found = dates.of_parts(text)
    if text and found is None:
        cells.fault("price_year", "year", value=text[:40])
    return found.day.year if found else None
