"""Files of listings on their way in and out: what pages and API share of looking, keeping, judging and running."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.actions.importing import (
    AT_ONCE,
    Upload,
    advance,
    begin_import,
    change_mapping,
    keep_prepared,
    start,
)
from marketplace.catalogue.formats import prepared, uniquip
from marketplace.catalogue.formats.items import RejectedItem
from marketplace.catalogue.formats.parsing import Parsed, assigned, first_look, rejected_rows
from marketplace.catalogue.formats.prepared import Prepared
from marketplace.catalogue.formats.writing import write_csv
from marketplace.catalogue.models import ImportState, ListingImport, Unit
from marketplace.catalogue.queries.exporting import ExportedFile, export
from marketplace.catalogue.queries.importing import listing_import, origin_of, rejected_of
from marketplace.catalogue.queries.judging import Judged, judge
from marketplace.files.actions import Purpose, keep
from marketplace.files.queries import blob_key, stored_file
from marketplace.jobs.actions import defer_long
from marketplace.limits.actions import spend
from marketplace.pricing.queries import rates_on
from marketplace.values.money import Money
from marketplace.values.refusal import FieldError, Invalid, NotFound, StateForbids
from marketplace.web.limiting import who
from marketplace.web.request import actor, database, language, now, reading, settings, store, transact
from marketplace.wording.refusals import sentence_of_error

# No request takes longer over a small file; if one does, both make batches in turn, each row once.
ABANDONED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A file that can be read, how, and what it was read as."""

    name: str
    parsed: Parsed
    mapping: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None


def looked_at(
    content: bytes, name: str, *, format: str | None, encoding: str | None, zone: str | None = None
) -> Looked:
    """Read the file, this one time: a broken one is refused before anything is kept, and pages read what was found."""
    spend(database(), "import", who(), now=now())
    parsed, mapping = first_look(content, format, encoding=encoding)
    return Looked(name=name, parsed=parsed, mapping=mapping, zone=zone)


def with_columns(looked: Looked, mapping: Mapping[str, str]) -> Looked:
    """The same with its columns assigned by hand; `Invalid` where it has none to assign, or they say too little."""
    if looked.parsed.format != "uniquip":
        raise Invalid.one("mapping", "mapping_unknown")
    return replace(looked, parsed=assigned(prepared.sheet_of(looked.parsed), mapping), mapping=mapping)


def begin(work: Session, host: UUID, content: bytes, looked: Looked) -> ListingImport:
    """Keep the file with what it was read as, and write down that it waits."""
    kept = keep(work, store(), content, name=looked.name, purpose=Purpose.IMPORT, by=actor().id, now=now())
    upload = Upload(
        file_id=kept.id,
        prepared_id=keep_prepared(work, store(), looked.parsed, now=now()),
        format=looked.parsed.format,
        encoding=looked.parsed.encoding,
        zone_code=looked.zone,
        mapping=looked.mapping,
    )
    return begin_import(work, host, upload, now=now(), by=actor())


def waiting(import_id: UUID) -> ListingImport:
    """An import that has not begun; `StateForbids` for one that has."""
    row = listing_import(reading(), import_id, actor())
    if row.state is not ImportState.UPLOADED:
        raise StateForbids(row.state.value, "listing.import")
    return row


def assign(row: ListingImport, mapping: Mapping[str, str], zone: str | None) -> None:
    """Say which column is which field, and in which zone everything stands; `Invalid` where that is not enough."""
    spend(database(), "import", who(), now=now())
    parsed = assigned(prepared.sheet_of(_all_of(row)), mapping)

    def changed(work: Session) -> None:
        kept = keep_prepared(work, store(), parsed, now=now())
        change_mapping(work, row.id, mapping=mapping, zone_code=zone, prepared_id=kept, now=now(), by=actor())

    transact(changed)


def head_of(row: ListingImport) -> Prepared:
    """What is known of an import's file as a whole: its head and how many rows of which kind."""
    return prepared.read_head(partial(store().read_part, _key(row)))


def demand_assigned(row: ListingImport, known: Prepared) -> None:
    """Raise `Invalid` where the columns are not assigned yet."""
    if row.format == "uniquip":
        uniquip.check_mapping(known.head, row.mapping)


def rows_of(row: ListingImport, known: Prepared, *, first: int, count: int) -> Parsed:
    """Some rows of an import's file, in its order, counted from 0; the others are not read."""
    return prepared.read_rows(partial(store().read_part, _key(row)), known, first=first, count=count)


def parsed_of(row: ListingImport) -> Parsed:
    """All rows of an import's file; `Invalid` where its columns are not assigned yet."""
    demand_assigned(row, head_of(row))
    return _all_of(row)


def _all_of(row: ListingImport) -> Parsed:
    return prepared.read_all(store().read(_key(row)))


def _key(row: ListingImport) -> str:
    file = stored_file(reading(), row.prepared_id) if row.prepared_id else None
    if file is None:
        raise NotFound(str(row.id))
    return blob_key(file)


def rows_in_order(parsed: Parsed) -> list[Any]:
    """Good and rejected rows as they stand in the file."""
    return sorted([*parsed.items, *parsed.rejected], key=lambda each: each.row)


def judged(row: ListingImport, parsed: Parsed, wanted: Sequence[Any]) -> list[dict[str, Any]]:
    """What would become of some rows; nothing is changed."""
    origin = origin_of(reading(), row.organisation_id, row.zone_code)
    items = [each for each in wanted if not isinstance(each, RejectedItem)]
    found: dict[int, Judged] = {
        each.item.row: each for each in judge(reading(), row.organisation_id, parsed, items, origin=origin)
    }
    return [_line(each, found.get(each.row)) for each in wanted]


def _line(each: Any, judged: Judged | None) -> dict[str, Any]:
    refused = each if isinstance(each, RejectedItem) else judged.rejected if judged else None
    if refused is not None:
        name = refused.cells.get("Name") or refused.cells.get("name") or next(iter(refused.cells.values()), "")
        return {**reason_of(each.row, refused.field, refused.reason), "name": name, "outcome": "rejected"}
    assert judged is not None
    item = judged.item
    return {
        "row": item.row,
        "name": item.name,
        "outcome": judged.outcome.value,
        "facility": item.facility,
        "part_of": ", ".join(item.part_of),
        "written": judged.written if judged.outcome.value == "updated" else (),
        "kept": judged.kept,
        "paused": item.out_of_service and not item.facility,
        "place": judged.facility_values.get("place_text", ""),
    }


def reason_of(row: int, field: str, rule: str) -> dict[str, Any]:
    """Why a row is rejected, by code and in the reader's language."""
    sentence = sentence_of_error(FieldError(field, rule, rule), language())
    return {"row": row, "field": field, "rule": rule, "reason": sentence}


def run(import_id: UUID) -> None:
    """Make it so: at once for a small file, as a job for a large one. The job of a small one finds it done, or goes on
    where a request that died left it."""
    row = waiting(import_id)
    spend(database(), "import", who(), now=now())
    known = head_of(row)
    demand_assigned(row, known)
    large = known.rows > AT_ONCE

    def begun(work: Session) -> None:
        start(
            work, import_id, rows=known.rows, head=known.head, prepared_id=row.prepared_id, zone_code=row.zone_code,
            now=now(), by=actor(),
        )  # fmt: skip
        arguments, run_at = {"import": str(import_id)}, None if large else now() + ABANDONED_AFTER
        defer_long(work, "listings.import", arguments, queueing_key=f"import {import_id}", run_at=run_at)

    parsed = None if large else _all_of(row)
    transact(begun)
    if parsed is not None:
        while transact(lambda work: advance(work, import_id, parsed, now=now(), by=actor())):
            pass


def rejected_sheet(import_id: UUID) -> bytes:
    """The rejected rows as a CSV file, each with its reason; NotFound where there are none."""
    row = listing_import(reading(), import_id, actor())
    found = [RejectedItem(one.row, one.field, one.reason, one.cells) for one in rejected_of(reading(), import_id)]
    if not found:
        raise NotFound(str(import_id))
    head, rows = rejected_rows(row.report.get("head") or list(found[0].cells), found)
    return write_csv(head, rows)


def public_listings(format: str, ending: str) -> ExportedFile:
    """All public listings in one format of others."""
    spend(database(), "export", who(), now=now())
    rates = rates_on(reading(), reading().scalars(select(Unit.id)).all(), now().date())
    prices = {id: (Money(rate.amount_minor, rate.currency), rate.per.value) for id, rate in rates.items()}
    return export(reading(), format, ending, base_url=settings().public_url, prices=prices)
