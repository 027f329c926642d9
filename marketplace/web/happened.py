"""The history of one thing as lines of a page: who did what, when, and why where it was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from marketplace.accounts.queries import names_of
from marketplace.history.queries import Entry, entries
from marketplace.history.rules import Subject
from marketplace.web.request import actor, language, reading
from marketplace.wording.history import sentence


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: what was done, by whom (the platform itself where nobody did)."""

    at: datetime
    who: str
    what: str
    erased: bool


def happened(kind: str, subject_id: UUID, *, limit: int = 50) -> list[Happening]:
    """The latest lines about one thing, newest first, in two statements."""
    return told(entries(reading(), Subject(kind, subject_id), limit=limit))


def told(found: Sequence[Entry]) -> list[Happening]:
    """Entries in the reader's language, with the names of those who acted."""
    names = names_of(reading(), {entry.actor_id for entry in found if entry.actor_id})
    zone = actor().time_zone
    return [
        Happening(
            at=entry.at,
            who=names.get(entry.actor_id, "") if entry.actor_id else _("Benchbridge"),
            what=sentence(entry.verb, entry.details, language(), text=entry.text, zone=zone),
            erased=entry.erased,
        )
        for entry in found
    ]
