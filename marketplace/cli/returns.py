"""`benchbridge metrics return`: an organisation's rows shaped for HE-BCI, HK UGC or NRII."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.accounts.queries.organisations import organisation_by_slug
from marketplace.cli.answering import answer, json_option
from marketplace.cli.deployment import clock, deployed
from marketplace.spillovers.queries.returning import made_return
from marketplace.spillovers.returning import PROFILES
from marketplace.spillovers.rules.returns.rows import Return
from marketplace.values.refusal import NotFound
from marketplace.wording.returns import ENDINGS, written


@click.command("return")
@click.option("--profile", type=click.Choice(list(PROFILES)), required=True)
@click.option("--organisation", required=True, metavar="SLUG", help="The last part of its page's address.")
@click.option("--year", type=int, required=True, help="The calendar year in which the return's year begins.")
@click.option("--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@json_option
def returned(*, profile: str, organisation: str, year: int, output: Path, as_json: bool) -> None:
    """Write a return of an organisation to a file that ends in .csv or .xlsx; what can't be filled is told in it."""
    ending = output.suffix.removeprefix(".").lower()
    if ending not in ENDINGS:
        raise click.ClickException("the file must end in .csv or .xlsx")
    with deployed() as (_, database):
        made = database.transact(
            lambda session: made_return(session, _id(session, organisation), profile, year, by=SYSTEM, now=clock())
        )
    try:
        output.write_bytes(written(made, ending, "en"))
    except OSError as error:
        raise click.ClickException(f"{output} can't be written: {error.strerror}") from None
    answer(_document(made, output), f"{output}: {len(made.tables)} tables, {len(made.gaps)} gaps.", as_json=as_json)


def _id(session: Session, slug: str) -> UUID:
    try:
        return organisation_by_slug(session, slug).id
    except NotFound:
        raise click.ClickException(f"no organisation has the address {slug}") from None


def _document(made: Return, output: Path) -> dict[str, object]:
    return {
        "output": str(output),
        "tables": {each.name: len(each.rows) for each in made.tables},
        "gaps": [{"item": each.item, "reason": each.reason, "count": each.count} for each in made.gaps],
    }
