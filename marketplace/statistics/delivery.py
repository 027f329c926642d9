"""Exports on their way out: the bytes of a file portion by portion, with their digest in the log at the end."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.database import Database
from marketplace.statistics.actions.exports import Outcome, finish_export
from marketplace.statistics.dictionary import rules
from marketplace.statistics.formats.parquet import write_parquet
from marketplace.statistics.formats.sheets import write_xlsx
from marketplace.statistics.models import ExportFormat, UsageExport
from marketplace.statistics.queries.rows import Ask, Tally, as_csv, as_ndjson, as_rows, ask
from marketplace.statistics.rules.manifests import manifest
from marketplace.statistics.rules.reach import Reach
from marketplace.statistics.rules.wishes import Wish

PORTION: Final = 64 * 1024
TYPES: Final[Mapping[ExportFormat, str]] = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.NDJSON: "application/x-ndjson",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """An export that was written down: its rows, and where its files are named."""

    id: UUID
    format: ExportFormat
    wish: Wish
    reach: Reach
    as_of: datetime
    told: Mapping[str, Any]

    @classmethod
    def of(cls, row: UsageExport, wish: Wish, reach: Reach) -> Parcel:
        """The parcel of a row of the log."""
        return cls(row.id, row.format, wish, reach, row.as_of, manifest(row))

    @property
    def name(self) -> str:
        """A name for its file."""
        grouped = "-".join(self.wish.group_by) or self.wish.shape
        return f"usage-{grouped}-{self.wish.first}-{self.wish.last}.{self.format.value}".replace("_", "-")


def portions(database: Database, parcel: Parcel, *, clock: Callable[[], datetime]) -> Iterator[bytes]:
    """The bytes of the file. Only one that is read to its end has a digest in the log."""
    digest, size, tally = hashlib.sha256(), 0, Tally()
    with database.reading() as session:
        asked = ask(session, parcel.wish, parcel.reach, now=parcel.as_of)
        with closing(_written(session, asked, parcel, tally)) as found:
            for portion in found:
                digest.update(portion)
                size += len(portion)
                yield portion
    outcome = Outcome(tally.rows, size, digest.hexdigest())
    database.transact(lambda session: finish_export(session, parcel.id, outcome, now=clock()))


def _written(session: Session, asked: Ask, parcel: Parcel, tally: Tally) -> Generator[bytes]:
    if parcel.format is ExportFormat.CSV:
        return as_csv(session, asked, tally)
    if parcel.format is ExportFormat.NDJSON:
        return as_ndjson(session, asked, tally)
    return _through_a_file(session, asked, parcel, tally)


def _through_a_file(session: Session, asked: Ask, parcel: Parcel, tally: Tally) -> Generator[bytes]:
    """Formats whose head or end tells of the whole are written to a file first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows"
        rows = as_rows(session, asked)
        if parcel.format is ExportFormat.XLSX:
            tally.rows = write_xlsx(path, asked.columns, rows, _lines(parcel))
        else:
            tally.rows = write_parquet(path, asked.columns, rows, {"benchbridge": json.dumps(parcel.told)})
        with path.open("rb") as file:
            yield from iter(lambda: file.read(PORTION), b"")


def _lines(parcel: Parcel) -> Sequence[str]:
    """What the sheet of definitions says beside columns: the period, as of when, and the rules of counting."""
    told = parcel.told
    head = [f"{name}: {json.dumps(told[name], ensure_ascii=False)}" for name in ("from", "to", "group_by", "filters")]
    said = [text for each in rules().values() for text in each.values()]
    return [*head, f"as_of: {told['as_of']}", f"export: {told['export']}", "", *said]
