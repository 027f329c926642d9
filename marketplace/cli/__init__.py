"""The command line: the same verbs for operators."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from marketplace.cli.later import LATER

# Each module named here exports `command`; add yours.
MODULES = (
    "serve",
    "migrate",
    "calendars",
    "listings",
    "history",
    "sample",
    "users",
    "tokens",
    "permits",
    "metrics",
    "evidence",
    "usage",
)


class Commands(click.Group):
    """Commands whose modules are imported when they are asked for: starting a server needs no importer of sheets."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All that there are, in alphabetical order."""
        return sorted({*MODULES, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them by name."""
        if cmd_name not in MODULES:
            return super().get_command(ctx, cmd_name)
        command: click.Command = import_module(f"marketplace.cli.{cmd_name}").command
        return command


@click.group(name="benchbridge", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Labs and pilot lines shared across jurisdictions. Every command takes --json."""


for command in LATER:
    group.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; exit 0, or 1 with the reason on stderr."""
    try:
        code = group.main(arguments, prog_name="benchbridge", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(1)
    except Exception as error:
        # What it takes to know a failure is half the house, and a server that starts well need not wait for it.
        failures = import_module("marketplace.cli.failures")
        if not isinstance(error, failures.KNOWN_FAILURES):
            raise
        click.echo(f"Error: {failures.reason_of(error)}", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
