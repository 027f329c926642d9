"""`benchbridge sample`: loading and removing sample data, never in production."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from config import Settings
from marketplace.cli.answering import answer, json_option, stages
from marketplace.cli.deployment import clock, deployed
from marketplace.database import Database
from marketplace.files.store import FileStore
from marketplace.sample import actions, inventory
from marketplace.sample.accounts import SampleAccounts, kept
from marketplace.sample.rules import TooMany

# The day on which a set is centred when none is given, as most of its places would name it.
HOME = ZoneInfo("Asia/Hong_Kong")


@click.group("sample")
def command() -> None:
    """Sample data: a small believable set, or a synthetic one of any size."""


@command.command("load")
@click.option("--facilities", type=click.IntRange(1, 100_000), help="Synthetic: so many facilities of one unit each.")
@click.option("--bookings", type=click.IntRange(0, 10_000_000), help="Synthetic: so many bookings, 180 days around.")
@click.option("--seed", type=int, default=1, show_default=True, help="Synthetic: the same seed draws the same set.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Synthetic: the day in the middle (today).")
@click.option("--organisations", type=click.IntRange(5, 20_000), help="Synthetic: so many organisations in all.")
@click.option("--collaborations", type=click.IntRange(0, 200_000), default=0, help="Synthetic: of the last six years.")
@click.option("--outcomes", type=click.IntRange(0, 2_000_000), default=0, help="Synthetic: what came of them.")
@json_option
def load(*, facilities: int | None, bookings: int | None, seed: int, today: datetime | None, **rest: Any) -> None:
    """Load the small set, or with --facilities and --bookings a synthetic one."""
    as_json = rest.pop("as_json")
    if (facilities is None) != (bookings is None):
        raise click.UsageError("--facilities and --bookings go together")
    if any(rest.values()) and facilities is None:
        raise click.UsageError("--organisations, --collaborations and --outcomes need --facilities and --bookings")
    if rest["outcomes"] and not rest["collaborations"]:
        raise click.UsageError("--outcomes needs --collaborations")
    with _allowed() as (settings, database):
        if facilities is None or bookings is None:
            accounts = load_once(settings, database)
            answer({"accounts": accounts.as_json()}, accounts.printed(), as_json=as_json)
            return
        day = today.date() if today else _today()
        request = actions.Request(facilities=facilities, bookings=bookings, seed=seed, today=day, **rest)
        with stages() as show:
            try:
                done = actions.load_synthetic(database, request, now=clock(), progress=show)
            except TooMany as error:
                raise click.ClickException(str(error)) from error
        text = f"Loaded {', '.join(f'{number:,} {what}' for what, number in done.items() if number)} around {day}."
        answer({**done, "seed": seed, "today": day.isoformat()}, text, as_json=as_json)


@command.command("remove")
@json_option
def remove(*, as_json: bool) -> None:
    """Remove every sample row and what hangs on it."""
    with _allowed() as (_, database):
        try:
            removed = actions.remove(database)
        except actions.InTheWay as stop:
            further = f" and {stop.more:,} more" if stop.more else ""
            raise click.ClickException(
                f"real bookings, collaborations or outcomes stand on sample data: {stop}{further}; cancelled ones too."
                " Nothing was removed."
            ) from stop
    answer({"removed": dict(removed)}, f"Removed {sum(removed.values()):,} rows.", as_json=as_json)


def load_once(settings: Settings, database: Database) -> SampleAccounts:
    """Load the small set where it is not loaded, keep the cast's passwords in the instance folder, and answer them."""
    known = kept(settings.instance)
    if known is None:
        click.echo("Loading the sample data, which is done once.", err=True)
    store = FileStore(settings.files_url, settings.instance)
    with stages() as show:
        accounts = actions.load_small(database, now=clock(), store=store, known=known, progress=show)
    if accounts != known:
        accounts.keep(settings.instance)
    inventory.keep(settings.instance)
    return accounts


@contextmanager
def _allowed() -> Iterator[tuple[Settings, Database]]:
    """The deployment, unless it is one of production."""
    if Settings.from_env().production:
        raise click.ClickException("sample data is not for production")
    with deployed() as ready:
        yield ready


def _today() -> date:
    return clock().astimezone(HOME).date()
