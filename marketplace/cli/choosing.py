"""Periods and parameters of figures as the command line takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import click

from marketplace.spillovers.rules.periods import BEGINS, CALENDAR, span_of
from marketplace.spillovers.rules.scopes import Span
from marketplace.values.refusal import Invalid
from marketplace.wording.refusals import sentence_of_error

FIELDS: Final = ("year", "begins", "from", "to")


def period_options(command: Any) -> Any:
    """A year and the day on which it begins, or a first and a last day."""
    kinds = ", ".join(BEGINS)
    options = (
        click.option("--year", type=int, help="The year that begins in this calendar year."),
        click.option("--begins", default=CALENDAR, show_default=True, help=f"When a year begins: {kinds}, or MM-DD."),
        click.option("--from", "first", metavar="DAY", help="The first day, instead of a year."),
        click.option("--to", "last", metavar="DAY", help="The last day, itself included."),
    )
    for option in reversed(options):
        command = option(command)
    return command


parameter_option = click.option(
    "-p", "--parameter", "chosen", multiple=True, metavar="NAME=VALUE", help="Another assumption, such as delta=0.2."
)


def told_period(told: Mapping[str, Any]) -> Span:
    """The period of the options. Raises Invalid."""
    days = _day(told["first"], "from"), _day(told["last"], "to")
    return span_of(told["year"], told["begins"], days, FIELDS)


def told_parameters(told: Sequence[str]) -> dict[str, str]:
    """The parameters of the options, as they are written. Raises Invalid for what has no name, or one name twice."""
    found: dict[str, str] = {}
    for each in told:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise Invalid.one("parameter", "name_and_value")
        if name in found:
            raise Invalid.one(name, "named_twice")
        found[name] = value
    return found


def faults(broken: Invalid) -> str:
    """Every fault with its field and rule."""
    return "\n".join(f"{each.field} ({each.rule}): {sentence_of_error(each, 'en')}" for each in broken.errors)


def _day(told: str | None, field: str) -> date | None:
    try:
        return None if told is None else datetime.strptime(told, "%Y-%m-%d").date()  # noqa: DTZ007 - a day
    except ValueError:
        raise Invalid.one(field, "date") from None
