"""`benchbridge permits`: the permit plan of some facts, and whether rule files are fit to be loaded."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import click

from marketplace.cli.answering import answer, json_option
from marketplace.cli.deployment import clock, deployed
from marketplace.permits import library, queries
from marketplace.permits.rules.shapes import is_day
from marketplace.values.localized import LANGUAGES
from marketplace.values.refusal import Invalid
from marketplace.wording.permit_timeline import timeline
from marketplace.wording.permits import plan_document
from marketplace.wording.refusals import sentence_of_error

# No booking has so many facts; a file of this size is another one.
LARGEST_FILE = 4 * 1024 * 1024
HERE = ZoneInfo("Asia/Hong_Kong")


@click.group("permits")
def command() -> None:
    """What stands between a booking and its first lawful day."""


@command.command("plan")
@click.argument("facts", metavar="FACTS.json", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--on", "chosen", type=click.DateTime(["%Y-%m-%d"]), help="The day of the plan; else FACTS.json's, today."
)
@click.option("--all", "listed", is_flag=True, help="List what is not required too.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", help="The language of the texts.")
@json_option
def plan(facts: str, *, chosen: datetime | None, listed: bool, language: str, as_json: bool) -> None:
    """The permit plan of FACTS.json: an object of facts, or {"on": DATE, "facts": {...}}. `-` is stdin."""
    try:
        on, given = _told(facts)
        day = chosen.date() if chosen else on or clock().astimezone(HERE).date()
        with deployed() as (_, database), database.reading() as session:
            found, known = queries.permit_plan(session, given, day), queries.vocabulary(session)
    except Invalid as broken:
        raise click.ClickException("\n".join(_fault(each, language) for each in broken.errors)) from broken
    if not known:
        raise click.ClickException("no permit rules are loaded: run `benchbridge migrate`")
    document = plan_document(found, known, language, all=listed)
    answer(document, "" if as_json else timeline(document, language), as_json=as_json)


@command.command("check")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def check(folder: Path | None, *, as_json: bool) -> None:
    """Whether the rule files of FOLDER (else those that come with Benchbridge) are fit to be loaded."""
    try:
        found = library.library_of(folder) if folder else library.shipped()
    except library.BrokenLibrary as broken:
        faults = [{"file": each.file, "line": each.line, "reason": each.reason} for each in broken.faults]
        answer({"faults": faults}, str(broken), as_json=as_json)
        raise click.ClickException(f"{len(faults)} faults") from broken
    counts = {"rules": len(found.rules), "facts": len(found.facts), "faults": []}
    answer(counts, f"{len(found.rules)} rules and {len(found.facts)} facts, no fault.", as_json=as_json)


def _told(file: str) -> tuple[date | None, Mapping[str, Any]]:
    """The day that a file names, if any, and its facts."""
    document = _read(file)
    if not isinstance(document, Mapping):
        raise Invalid.one("facts", "mapping")
    if not document.keys() & {"on", "facts"}:
        return None, document
    if strange := sorted(document.keys() - {"on", "facts"}):
        raise Invalid.one(strange[0], "unknown_fact")
    on, given = document.get("on"), document.get("facts")
    if not isinstance(given, Mapping):
        raise Invalid.one("facts", "mapping")
    if on is not None and not is_day(on):
        raise Invalid.one("on", "fact_date")
    return date.fromisoformat(on) if on else None, given


def _read(file: str) -> Any:
    raw = sys.stdin.buffer.read(LARGEST_FILE + 1) if file == "-" else _bytes(Path(file))
    if len(raw) > LARGEST_FILE:
        raise Invalid.one("facts", "facts_json", reason=f"more than {LARGEST_FILE} bytes")
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except RecursionError as error:
        raise Invalid.one("facts", "facts_json", reason="nested too deep") from error
    except ValueError as error:
        raise Invalid.one("facts", "facts_json", reason=str(error)) from error


def _bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST_FILE + 1)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _fault(error: Any, language: str) -> str:
    """A fault with its field and rule."""
    return f"{error.field} ({error.rule}): {sentence_of_error(error, language)}"
