"""The command line: the same verbs for operators."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from marketplace.cli import calendars, history, listings, migrate, sample, serve, tokens, users
from marketplace.cli.answering import KNOWN_FAILURES, reason_of
from marketplace.cli.later import LATER

# Each module here exports `command`; add yours.
MODULES = (serve, migrate, calendars, listings, history, sample, users, tokens)


@click.group(name="benchbridge", context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Labs and pilot lines shared across jurisdictions. Every command takes --json."""


for module in MODULES:
    group.add_command(module.command)
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
    except KNOWN_FAILURES as error:
        click.echo(f"Error: {reason_of(error)}", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
