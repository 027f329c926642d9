"""`benchbridge usage`: rows and roll-ups of use as files, and roll-ups summed anew."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.accounts.queries.actors import actor_for_email
from marketplace.cli.answering import answer, json_option, progress
from marketplace.cli.choosing import faults
from marketplace.cli.deployment import clock, deployed
from marketplace.database import Database
from marketplace.statistics.actions.exports import Order, begin_export
from marketplace.statistics.actions.rolling import mark_everything, mark_passed, roll_up
from marketplace.statistics.delivery import Parcel, portions
from marketplace.statistics.models import ExportFormat, UsageExport
from marketplace.statistics.rules.manifests import manifest
from marketplace.statistics.rules.wishes import wish_of
from marketplace.values.refusal import Invalid, NotFound


@click.group("usage")
def command() -> None:
    """Use of units: exports and roll-ups."""


@command.command("export")
@click.option("--from", "first", metavar="DAY", required=True, help="The first day.")
@click.option("--to", "last", metavar="DAY", required=True, help="The last day, itself included.")
@click.option("--format", "format_", type=click.Choice([each.value for each in ExportFormat]), required=True)
@click.option(
    "--group-by", "group_by", default="", help="session (default), booking, or up to three of unit, month ..."
)
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", help="Such as user_jurisdiction=CN.")
@click.option("--columns", default="", help="Their ids, with commas; else all but those about people.")
@click.option("--as", "email", metavar="EMAIL", help="What this person may see; else an administrator.")
@click.option("--purpose", help="What columns about people are needed for; it is logged.")
@click.option("--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@json_option
def export(*, email: str | None, purpose: str | None, format_: str, output: Path, as_json: bool, **told: Any) -> None:
    """Write rows of use to a file, and beside it a manifest that tells what they are."""
    try:
        wish = wish_of((_day(told["first"], "from"), _day(told["last"], "to")), told["group_by"],
                       _pairs(told["filters"]), told["columns"])  # fmt: skip
        order = Order(wish, ExportFormat(format_), "command", purpose)
        with deployed() as (_, database):
            parcel = database.transact(lambda session: _begun(session, order, email))
            _write(database, parcel, output)
            with database.reading() as session:
                document = manifest(session.get_one(UsageExport, parcel.id))
    except Invalid as broken:
        raise click.ClickException(faults(broken)) from broken
    except OSError as error:
        raise click.ClickException(f"{output} can't be written: {error.strerror}") from None
    beside = output.with_name(output.name + ".manifest.json")
    beside.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    told_short = {
        "output": str(output),
        "manifest": str(beside),
        **{k: document[k] for k in ("rows", "bytes", "sha256")},
    }
    answer(told_short, f"{output}: {document['rows']} rows. Manifest: {beside}", as_json=as_json)


@command.command("roll-up")
@click.option("--rebuild", is_flag=True, help="All days of all units, not only what changed.")
@json_option
def summed(*, rebuild: bool, as_json: bool) -> None:
    """Sum days of use from rows: what changed since the last time, or everything."""
    units = 0
    with deployed() as (_, database):
        database.transact(lambda session: mark_everything(session) if rebuild else mark_passed(session, now=clock()))
        with progress("Units", 0) as advance:
            while done := database.transact(lambda session: roll_up(session, now=clock())):
                units += done
                advance(done)
    answer({"units": units}, f"Days of {units} units were summed.", as_json=as_json)


def _begun(session: Session, order: Order, email: str | None) -> Parcel:
    by: Actor | None = SYSTEM if email is None else actor_for_email(session, email, now=clock())
    if by is None:
        raise click.ClickException(f"nobody has the address {email}")
    try:
        row, reach = begin_export(session, order, now=clock(), by=by)
    except NotFound:
        raise click.ClickException(f"{email} may see no use of anybody") from None
    return Parcel.of(row, order.wish, reach)


def _write(database: Database, parcel: Parcel, output: Path) -> None:
    # Beside its place first: what breaks off never stands where a whole file is looked for.
    making = output.with_name(output.name + ".part")
    try:
        with making.open("wb") as file:
            file.writelines(portions(database, parcel, clock=clock))
        making.replace(output)
    finally:
        making.unlink(missing_ok=True)


def _pairs(told: tuple[str, ...]) -> list[tuple[str, str]]:
    found = []
    for each in told:
        name, sign, value = each.partition("=")
        if not sign:
            raise Invalid.one("filter", "name_and_value")
        found.append((name, value))
    return found


def _day(told: str, field: str) -> date:
    try:
        return datetime.strptime(told, "%Y-%m-%d").date()  # noqa: DTZ007 - a day
    except ValueError:
        raise Invalid.one(field, "date") from None
