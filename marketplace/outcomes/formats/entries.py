"""What was pasted or brought in a file, entry by entry, as the plain fields of outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from marketplace.catalogue.formats.reading import read_sheet
from marketplace.catalogue.formats.writing import write_csv
from marketplace.outcomes.formats import reading, sheets
from marketplace.outcomes.formats.works import Creator, Work
from marketplace.outcomes.rules.reading import LONGEST_ABSTRACT, LONGEST_NAME, LONGEST_TITLE
from marketplace.outcomes.rules.shapes import SHAPES
from marketplace.values.refusal import FieldError
from marketplace.values.works import Identifier

SHEET: Final = "sheet"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its place, its fields as a form would tell them, and what is doubtful about it."""

    row: int
    told: Mapping[str, Any]
    warnings: tuple[FieldError, ...] = ()
    reference: str = ""  # of the collaboration that a sheet's row names
    rors: Mapping[str, str] = field(default_factory=dict)  # of its authors' affiliations, by name


@dataclass(frozen=True, slots=True)
class Rejected:
    """An entry of which nothing can be used, or a cell that breaks a rule."""

    row: int
    field: str
    rule: str
    error: FieldError


@dataclass(frozen=True, slots=True)
class Entries:
    """All of a paste or file: the format, what can become outcomes, and what cannot."""

    format: str
    entries: tuple[Entry, ...]
    rejected: tuple[Rejected, ...]
    unknown_columns: tuple[str, ...] = ()


def of_bibliography(content: bytes | str, format: str | None = None, encoding: str | None = None) -> Entries:
    """The entries of a bibliography or of pasted lines. Raises Invalid where the whole can't be read."""
    found = reading.read(content, format, encoding=encoding)
    rejected = tuple(
        Rejected(bad.row, bad.field, bad.rule, FieldError(bad.field, bad.rule, bad.rule)) for bad in found.rejected
    )
    return Entries(found.format, tuple(map(entry_of, found.works)), rejected)


def entry_of(work: Work) -> Entry:
    """A work as an entry."""
    rors = {place.name: place.ror for each in work.creators for place in each.affiliations if place.ror}
    return Entry(work.row, told_of(work), work.warnings, rors=rors)


def of_sheet(content: bytes, encoding: str | None = None) -> Entries:
    """The rows of a CSV or XLSX sheet. Raises Invalid where the whole can't be read."""
    found = sheets.read_outcomes(content, encoding)
    rejected = tuple(Rejected(bad.row, bad.column, bad.error.rule, bad.error) for bad in found.faults)
    entries = tuple(Entry(row.row, told_of_row(row), reference=row.collaboration) for row in found.rows)
    return Entries(SHEET, entries, rejected, found.unknown_columns)


def of_anything(content: bytes, name: str, encoding: str | None = None) -> Entries:
    """The entries of a file, by its content and, between a sheet and pasted lines, by its ending."""
    if content.startswith(b"PK") or name.lower().endswith((".csv", ".tsv", ".xlsx")):
        return of_sheet(content, encoding)
    return of_bibliography(content, encoding=encoding)


def told_of(work: Work) -> dict[str, Any]:
    """A work's fields as a form would tell them; what its type does not have is left out."""
    shape = SHAPES[work.type]
    told: dict[str, Any] = {
        "type": work.type.value,
        "title": {_tag(work.language, work.title): work.title[:LONGEST_TITLE]} if work.title else {},
        "language": work.language,
        "abstract": work.abstract[:LONGEST_ABSTRACT],
        "identifiers": _plain(work.identifiers, shape.schemes),
        "priorities": list(work.priorities),
        "creators": [_creator(each) for each in work.creators],
    }
    if work.date:
        told |= {"date_event": str(work.date), "precision": work.date.precision}
    if work.venue and any(detail.name == "venue" for detail in shape.details):
        told["details"] = {"venue": work.venue[:LONGEST_NAME]}
    return told


def told_of_row(row: sheets.OutcomeRow) -> dict[str, Any]:
    """A row's fields as a form would tell them."""
    told: dict[str, Any] = {
        "type": row.type.value,
        "title": dict(row.title),
        "abstract": row.note,
        "identifiers": _plain(row.identifiers, SHAPES[row.type].schemes),
        "priorities": list(row.priorities),
        "beneficiary": row.beneficiary,
        "confidentiality": row.confidentiality.value,
        "embargo_until": row.embargo_until and row.embargo_until.isoformat(),
    }
    if row.date:
        told |= {"date_event": str(row.date), "precision": row.date.precision}
    if row.value is not None:
        year = row.price_year or (row.date.day.year if row.date else None)
        amount = format(row.value.major, "f")
        told["value"] = {
            "amount": amount, "currency": row.value.currency, "price_year": year, "method": "contract_price"
        }  # fmt: skip
    return told


def as_text(content: bytes, name: str, encoding: str | None = None) -> str:
    """A file as text that reads the same: a workbook as CSV, anything else decoded. Raises Invalid."""
    if content.startswith(b"PK") or name.lower().endswith((".csv", ".tsv", ".xlsx")):
        sheet = read_sheet(content, encoding)
        return write_csv(sheet.head, [row.cells for row in sheet.rows]).decode("utf-8-sig")
    return reading.text_of(content, encoding)


def _plain(identifiers: Sequence[Identifier], schemes: Sequence[str]) -> list[dict[str, str]]:
    return [{"scheme": each.scheme, "value": each.normalised} for each in identifiers if each.scheme in schemes]


def _creator(each: Creator) -> dict[str, Any]:
    told = {
        "family": each.family,
        "given": each.given,
        "affiliations": [place.name for place in each.affiliations[:50]],
    }
    return told | ({"orcid": each.orcid} if each.orcid else {})


def _tag(language: str, title: str) -> str:
    """The language under which a title is kept: one of ours, by what the source says or by its letters."""
    if language in ("zh-Hant", "zh-Hans"):
        return language
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in title)
    return "zh-Hans" if chinese and language in ("", "zh") else "en"
