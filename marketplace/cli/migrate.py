"""`benchbridge migrate`: bring the database to the newest shape and the reference rows to what the data files say."""

from __future__ import annotations

import click

from config import Settings
from marketplace.cli.answering import answer, json_option
from marketplace.cli.deployment import bring_up_to_date, reachable


@click.command("migrate")
@json_option
def command(*, as_json: bool) -> None:
    """Bring the database to the newest shape."""
    with reachable(Settings.from_env()) as settings:
        revision = bring_up_to_date(settings)
    answer({"revision": revision}, f"The database is at revision {revision}.", as_json=as_json)
