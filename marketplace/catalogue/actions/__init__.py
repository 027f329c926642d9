"""Verbs on listings: making, changing, publishing; units; files; and bringing in whole sheets of them."""

from __future__ import annotations

from marketplace.catalogue.actions.facilities import archive, change_facility, create_facility, pause, publish, restore
from marketplace.catalogue.actions.files import attach, change_attachment, detach
from marketplace.catalogue.actions.units import add_unit, archive_unit, change_unit, pause_unit, resume_unit

__all__ = [
    "add_unit",
    "archive",
    "archive_unit",
    "attach",
    "change_attachment",
    "change_facility",
    "change_unit",
    "create_facility",
    "detach",
    "pause",
    "pause_unit",
    "publish",
    "restore",
    "resume_unit",
]
