"""Organisations that went into others: where a chain leads on a day, and which merger would close a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Step:
    """Into which organisation one went, and on which day."""

    into_id: UUID
    on: date


def chain(steps: Mapping[UUID, Step], start: UUID, on: date) -> Iterator[UUID]:
    """The organisations that `start` went into one after another, as it stood on a day; the nearest first."""
    seen, here = {start}, start
    while (step := steps.get(here)) is not None and step.on <= on and step.into_id not in seen:
        here = step.into_id
        seen.add(here)
        yield here


def canonical_of(steps: Mapping[UUID, Step], on: date) -> dict[UUID, UUID]:
    """Each organisation that has merged by a day, and the one that stands for it at the end of its chain."""
    chains = {start: list(chain(steps, start, on)) for start in steps}
    return {start: line[-1] for start, line in chains.items() if line}


def closes_circle(steps: Mapping[UUID, Step], organisation_id: UUID, into_id: UUID) -> bool:
    """Whether going into `into_id` would lead back to the organisation itself, whatever the days."""
    return into_id == organisation_id or organisation_id in chain(steps, into_id, date.max)


def group_top(parents: Mapping[UUID, UUID], canonical: Mapping[UUID, UUID], start: UUID) -> UUID:
    """The head of an organisation's group: successors and parents followed until there is none, circles cut."""
    here = canonical.get(start, start)
    seen = {here}
    while (above := parents.get(here)) is not None:
        above = canonical.get(above, above)
        if above in seen:
            return here
        seen.add(above)
        here = above
    return here
