"""`benchbridge calendars`: counting working days as authorities do."""

from __future__ import annotations

from datetime import date, datetime

import click

from marketplace.cli.answering import answer, json_option
from marketplace.cli.deployment import deployed
from marketplace.jurisdictions import queries
from marketplace.jurisdictions.rules import LONGEST_COUNT, add_working_days, provisional


@click.group("calendars")
def command() -> None:
    """Working days of the mainland, Hong Kong and Macao."""


@command.command("add-working-days")
@click.argument("calendar")
@click.argument("start", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("count", metavar="N", type=click.IntRange(0, LONGEST_COUNT))
@json_option
def add(calendar: str, start: datetime, count: int, as_json: bool) -> None:
    """The last of N working days after START (YYYY-MM-DD). CALENDAR is CN, HK-GEN, HK-GOV5 or MO."""
    first = start.date()
    with deployed() as (_, database), database.reading() as session:
        counted = queries.calendar(session, calendar.upper())
    end = add_working_days(counted, first, count)
    uncertain = provisional(counted, first, end)
    if uncertain and not as_json:
        click.echo(f"provisional: {_years(first, end)} without an official notice in part", err=True)
    shown = {"calendar": counted.code, "start": first, "working_days": count, "date": end, "provisional": uncertain}
    answer(shown, end.isoformat(), as_json=as_json)


def _years(first: date, last: date) -> str:
    return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
