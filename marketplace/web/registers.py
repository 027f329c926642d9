"""What was pasted, with what a register of works says where one is set, and with the organisations that are known."""

from __future__ import annotations

from uuid import UUID

from marketplace.outcomes.filling import filled, unasked
from marketplace.outcomes.formats.entries import Entries
from marketplace.outcomes.queries.places import placed
from marketplace.outcomes.works_api import register_of
from marketplace.web.limiting import spend_register
from marketplace.web.request import put_back, reading, settings


def looked_up(found: Entries, collaboration_id: UUID) -> Entries:
    """The entries with all that can be filled in; no session is held while a register is waited for."""
    register = register_of(settings())
    if unasked(found, register):
        spend_register()
        put_back()
    return placed(reading(), filled(found, register), collaboration_id)
