"""`benchbridge listings`: bringing files of listings in, and writing all public ones out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import SYSTEM
from marketplace.catalogue.actions.importing import BATCH, Tally, Upload, advance, begin_import, start
from marketplace.catalogue.formats.encodings import known_encoding
from marketplace.catalogue.formats.items import RejectedItem
from marketplace.catalogue.formats.parsing import FORMATS, Parsed, parse, rejected_rows
from marketplace.catalogue.formats.reading import MAX_BYTES
from marketplace.catalogue.formats.writing import write_csv
from marketplace.catalogue.models import Unit
from marketplace.catalogue.queries.exporting import ENDINGS, export
from marketplace.catalogue.queries.importing import listing_import, origin_of, rejected_of
from marketplace.catalogue.queries.judging import Outcome, judge
from marketplace.cli.answering import answer, json_option, progress
from marketplace.cli.deployment import clock, deployed
from marketplace.database import Database
from marketplace.files.actions import Purpose, keep
from marketplace.files.store import FileStore
from marketplace.pricing.queries import rates_on
from marketplace.values.money import Money
from marketplace.values.refusal import FieldError
from marketplace.wording.refusals import sentence_of_error

FIGURES = ("read", "created", "updated", "unchanged", "kept")


@click.group("listings")
def command() -> None:
    """Bring listings in, and write them out, in the formats of others."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--organisation", "slug", required=True, metavar="SLUG", help="Whose listings they are.")
@click.option("--format", "format", type=click.Choice([*FORMATS, "nrii"]), help="Found by looking where not given.")
@click.option("--encoding", help="utf-8, gbk, big5 or utf-16; only UTF-8 is found by looking.")
@click.option("--zone", help="The zone in which everything in the file stands.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@json_option
def bring_in(
    *, file: Path, slug: str, format: str | None, encoding: str | None, zone: str | None, dry_run: bool, as_json: bool
) -> None:
    """Import FILE: new rows become drafts, known ones are brought up to date, edits of the host are kept."""
    _demand_available(format)
    content = _content(file)
    encoding = known_encoding(encoding) if encoding else None
    parsed = parse(content, format, encoding=encoding)
    with deployed() as (settings, database):
        with database.reading() as session:
            organisation = _organisation(session, slug)
            zone_code = _zone_code(session, organisation, zone)
        if dry_run:
            report, rejected = _judged(database, organisation, parsed, zone_code)
        else:
            store = FileStore(settings.files_url, settings.instance)
            upload = _Run(content, file.name, organisation, zone_code)
            report, rejected = _made(database, store, parsed, upload)
    _tell(file, parsed, report, rejected, as_json=as_json)


@command.command("export")
@click.option("--format", "format", required=True, type=click.Choice([*ENDINGS, "nrii"]))
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@json_option
def write_out(*, format: str, output: Path, as_json: bool) -> None:
    """Write all published listings. The ending of the file decides between CSV and XLSX, XML and JSON."""
    _demand_available(format)
    ending = output.suffix.lstrip(".").lower() or ENDINGS[format][0]
    with deployed() as (settings, database), database.reading() as session:
        prices = _prices(session, clock())
        made = export(session, format, ending, base_url=settings.public_url, prices=prices)
    output.write_bytes(made.content)
    shown = {"format": format, "listings": made.listings, "output": str(output)}
    answer(shown, f"{made.listings} listings in {output}", as_json=as_json)


def _demand_available(format: str | None) -> None:
    if format == "nrii":
        raise click.ClickException("nrii: not available yet")


def _content(file: Path) -> bytes:
    if file.stat().st_size > MAX_BYTES:
        raise click.ClickException(_sentence("file", "file_too_large", max_megabytes=MAX_BYTES // 2**20))
    return file.read_bytes()


def _organisation(session: Session, slug: str) -> UUID:
    id = session.scalar(select(Organisation.id).where(Organisation.slug == slug))
    if id is None:
        raise click.ClickException(f"no organisation {slug}")
    return id


def _zone_code(session: Session, organisation: UUID, zone: str | None) -> str | None:
    origin = origin_of(session, organisation, zone)
    return origin.zone.zone if origin.zone else None


class _Run:
    """One import from the command line."""

    def __init__(self, content: bytes, name: str, organisation: UUID, zone: str | None) -> None:
        self.content, self.name, self.organisation, self.zone = content, name, organisation, zone


def _judged(
    database: Database, organisation: UUID, parsed: Parsed, zone: str | None
) -> tuple[dict[str, Any], list[RejectedItem]]:
    tally, rejected = Tally(), list(parsed.rejected)
    with database.reading() as session, progress("Looking", len(parsed.items)) as done:
        origin = origin_of(session, organisation, zone)
        for first in range(0, len(parsed.items), BATCH):
            batch = judge(session, organisation, parsed, parsed.items[first : first + BATCH], origin=origin)
            tally.add(each for each in batch if each.outcome is not Outcome.REJECTED)
            rejected += [each.rejected for each in batch if each.rejected is not None]
            session.expunge_all()
            done(len(batch))
    return {"read": parsed.read, **{name: getattr(tally, name) for name in FIGURES[1:]}}, rejected


def _made(database: Database, store: FileStore, parsed: Parsed, run: _Run) -> tuple[dict[str, Any], list[RejectedItem]]:
    def begin(session: Session) -> UUID:
        now = clock()
        kept = keep(session, store, run.content, name=run.name, purpose=Purpose.IMPORT, by=None, now=now)
        upload = Upload(file_id=kept.id, format=parsed.format, encoding=parsed.encoding, zone_code=run.zone)
        row = begin_import(session, run.organisation, upload, now=now, by=SYSTEM)
        started = start(
            session,
            row.id,
            rows=parsed.read,
            head=parsed.head,
            prepared_id=None,
            zone_code=run.zone,
            now=now,
            by=SYSTEM,
        )
        return started.id

    id = database.transact(begin)
    with progress("Importing", len(parsed.items)) as done:
        _advance(database, id, parsed, done)
    with database.reading() as session:
        row = listing_import(session, id, SYSTEM)
        rejected = [RejectedItem(each.row, each.field, each.reason, each.cells) for each in rejected_of(session, id)]
    return {name: row.report.get(name, 0) for name in FIGURES}, rejected


def _advance(database: Database, id: UUID, parsed: Parsed, done: Callable[[int], None]) -> None:
    more = True
    while more:
        more = database.transact(lambda session: advance(session, id, parsed, now=clock(), by=SYSTEM))
        done(BATCH)


def _tell(file: Path, parsed: Parsed, report: dict[str, Any], rejected: list[RejectedItem], *, as_json: bool) -> None:
    ordered = sorted(rejected, key=lambda each: each.row)
    shown = report | {"rejected": [{"row": each.row, "field": each.field, "reason": each.reason} for each in ordered]}
    lines = [", ".join(f"{name} {report[name]}" for name in FIGURES) + f", rejected {len(rejected)}"]
    lines += [f"row {each.row}: {each.field}: {_sentence(each.field, each.reason)}" for each in ordered[:20]]
    answer(shown, "\n".join(lines), as_json=as_json)
    if rejected:
        head, rows = rejected_rows(parsed.head, rejected)
        beside = file.with_name(file.name + ".rejected.csv")
        beside.write_bytes(write_csv(head, rows))
        raise click.ClickException(f"{len(rejected)} rows were rejected: {beside}")


def _prices(session: Session, now: datetime) -> dict[UUID, tuple[Money, str]]:
    rates = rates_on(session, session.scalars(select(Unit.id)).all(), now.date())
    return {id: (Money(rate.amount_minor, rate.currency), rate.per.value) for id, rate in rates.items()}


def _sentence(field: str, rule: str, **details: int) -> str:
    return sentence_of_error(FieldError(field, rule, rule, dict(details)), "en")
