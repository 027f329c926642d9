"""Commands whose names are promised and whose work is not built yet: they say so, and fail."""

from __future__ import annotations

import click

PROMISED = ("ledger",)


def _promised(name: str) -> click.Command:
    @click.command(name, hidden=True, add_help_option=False, context_settings={"ignore_unknown_options": True})
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def command(arguments: tuple[str, ...]) -> None:
        raise click.ClickException(f"{' '.join((name, *arguments[:1]))}: not available yet")

    return command


LATER = tuple(_promised(name) for name in PROMISED)
