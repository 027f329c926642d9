"""Parquet with typed columns, written in groups of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from marketplace.statistics.dictionary import Column, Kind

# Notes may be long: so many rows are held at once.
AT_ONCE: Final = 2_000
_TYPES: Final[Mapping[Kind, Any]] = {
    "text": pa.string(),
    "code": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "whole": pa.int64(),
    "truth": pa.bool_(),
    "ratio": pa.float64(),
}


def write_parquet(path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Any]], told: Mapping[str, str]) -> int:
    """Write the rows with what is told beside them; the number of rows."""
    named = [
        pa.field(each.id, _TYPES[each.kind], metadata={"name": each.name["en"], "meaning": each.meaning["en"]})
        for each in columns
    ]
    schema = pa.schema(named, metadata=dict(told))
    count, waiting = 0, iter(rows)
    with pq.ParquetWriter(str(path), schema, compression="zstd") as writer:
        while portion := list(islice(waiting, AT_ONCE)):
            writer.write_batch(_batch(schema, columns, portion))
            count += len(portion)
    return count


def _batch(schema: Any, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Any:
    arrays = [
        pa.array([_value(each) if each is not None else None for each in values], type=_TYPES[column.kind])
        for values, column in zip(zip(*rows, strict=True), columns, strict=True)
    ]
    return pa.record_batch(arrays, schema=schema)


def _value(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return float(value) if type(value).__name__ == "Decimal" else value
