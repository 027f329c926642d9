"""Imports of more rows than a request should wait for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.accounts.queries import actor_for_person
from marketplace.catalogue.actions.importing import advance, fail
from marketplace.catalogue.formats import prepared
from marketplace.catalogue.models import ImportState, ListingImport
from marketplace.catalogue.queries.importing import listing_import
from marketplace.files.queries import blob_key, stored_file
from marketplace.values.refusal import NotFound
from marketplace.worker.registry import Workshop, long_task


@long_task("listings.import")
def import_listings(workshop: Workshop, arguments: Mapping[str, Any]) -> None:
    """Make the rows of an import that are left, batch by batch; killed in between, the next attempt goes on."""
    id = UUID(arguments["import"])
    with workshop.database.reading() as session:
        row = listing_import(session, id, SYSTEM)
        by = actor_for_person(session, row.created_by, now=workshop.clock()) if row.created_by else SYSTEM
        if row.state is not ImportState.RUNNING:
            return None
        file = stored_file(session, row.prepared_id) if row.prepared_id else None
    if by is None or file is None:
        return _give_up(workshop, row, "importer_gone" if by is None else "file_gone")
    try:
        parsed = prepared.read_all(workshop.store.read(blob_key(file)))
    except FileNotFoundError:
        return _give_up(workshop, row, "file_gone")
    try:
        while workshop.database.transact(lambda session: advance(session, id, parsed, now=workshop.clock(), by=by)):
            pass
    except NotFound:
        _give_up(workshop, row, "importer_gone")
    return None


def _give_up(workshop: Workshop, row: ListingImport, reason: str, *, by: Actor = SYSTEM) -> None:
    workshop.database.transact(lambda session: fail(session, row.id, reason, now=workshop.clock(), by=by))
