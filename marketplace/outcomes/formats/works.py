"""One work as any file gives it, before it becomes an outcome: what was read, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.outcomes.models import OutcomeType
from marketplace.values.dates import KnownDate
from marketplace.values.refusal import FieldError
from marketplace.values.works import Identifier


@dataclass(frozen=True, slots=True)
class Affiliation:
    """An organisation by name, and by its ROR where the source tells it."""

    name: str
    ror: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """A person, or a group that has a family name only; the ORCID has passed its check."""

    family: str
    given: str = ""
    orcid: str = ""
    affiliations: tuple[Affiliation, ...] = ()


@dataclass(frozen=True, slots=True)
class Funding:
    """Who paid and under which number, either of them possibly empty."""

    funder: str
    award: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work; `row` counts entries from 1, `source` is the format's name. Broken parts are left out and warned of."""

    row: int
    source: str
    type: OutcomeType
    title: str = ""
    language: str = ""
    date: KnownDate | None = None
    identifiers: tuple[Identifier, ...] = ()
    creators: tuple[Creator, ...] = ()
    venue: str = ""
    publisher: str = ""
    abstract: str = ""
    funding: tuple[Funding, ...] = ()
    priorities: tuple[str, ...] = ()
    applicants: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    warnings: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectedWork:
    """An entry of which nothing can be used: its place, the field and the rule it breaks."""

    row: int
    field: str
    rule: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file or a pasted text holds, in its order."""

    format: str
    works: tuple[Work, ...]
    rejected: tuple[RejectedWork, ...] = ()
