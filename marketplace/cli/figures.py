"""`benchbridge metrics snapshot` and `rebuild`: figures from rows, kept, and compared with rows as they were known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.cli.answering import answer, json_option
from marketplace.cli.choosing import faults, parameter_option, period_options, told_parameters, told_period
from marketplace.cli.deployment import clock, deployed
from marketplace.spillovers.actions.snapshots import Wish, take
from marketplace.spillovers.actions.snapshots import rebuild as rebuild_snapshot
from marketplace.spillovers.actions.wishing import wish_of
from marketplace.spillovers.models import MetricSnapshot
from marketplace.spillovers.queries.figures import known_scope, values_of
from marketplace.spillovers.rules.scopes import Frame, scope_of
from marketplace.values.refusal import Invalid, NotFound
from marketplace.wording.figures import snapshot_document, value_item


@click.command("snapshot")
@click.option("--scope", required=True, help="zone:CODE, organisation:ID, collaboration:ID or platform.")
@period_options
@parameter_option
@click.option("--as-of", "told", metavar="INSTANT", help="ISO 8601 with an offset; else now.")
@json_option
def snapshot(*, scope: str, told: str | None, chosen: tuple[str, ...], as_json: bool, **period: Any) -> None:
    """Compute all figures of a scope and period from rows, and keep them with their parameters."""
    now = clock()
    try:
        frame = Frame(scope_of(scope), told_period(period), _instant(told) if told else now)
        wish = wish_of(frame, told_parameters(chosen))
        with deployed() as (_, database):
            document = database.transact(lambda session: _taken(session, frame, wish, now))
    except Invalid as broken:
        raise click.ClickException(faults(broken)) from broken
    except NotFound as error:
        raise click.ClickException(f"there is no {scope}") from error
    lines = [f"{each['metric']:34} {each['variant']:28} n={each['n']}" for each in document["items"]]
    days = f"{frame.span.first} to {frame.span.after - timedelta(days=1)}"
    text = "\n".join([f"Snapshot {document['snapshot']['id']} of {scope}, {days}", *lines])
    answer(document, text, as_json=as_json)


@click.command("rebuild")
@click.argument("snapshot_id", metavar="SNAPSHOT_ID", type=click.UUID)
@json_option
def rebuild(*, snapshot_id: UUID, as_json: bool) -> None:
    """Compute a kept snapshot anew from rows as they were known, and compare it to the last digit."""
    try:
        with deployed() as (_, database):
            found = database.transact(lambda session: rebuild_snapshot(session, snapshot_id, by=SYSTEM))
    except NotFound as error:
        raise click.ClickException(f"there is no snapshot {snapshot_id}") from error
    differing = [{"metric": metric, "variant": variant} for metric, variant in found.differing]
    document = {"snapshot": str(snapshot_id), "same": found.same, "digest": found.digest, "differing": differing}
    answer(document, "The same to the last digit." if found.same else "It differs.", as_json=as_json)
    if not found.same:
        names = ", ".join(" ".join(filter(None, each)) for each in found.differing)
        raise click.ClickException(f"differing: {names or 'the digest'}")


def _taken(session: Session, frame: Frame, wish: Wish, now: datetime) -> dict[str, Any]:
    known_scope(session, frame.scope)
    row = take(session, frame, now=now, by=SYSTEM, wish=wish)
    return _document(session, row)


def _document(session: Session, row: MetricSnapshot) -> dict[str, Any]:
    return {
        "snapshot": snapshot_document(row),
        "items": [value_item(row, each) for each in values_of(session, row)],
    }


def _instant(told: str) -> datetime:
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        raise Invalid.one("as_of", "instant") from None
    if found.tzinfo is None:
        raise Invalid.one("as_of", "instant")
    return found
