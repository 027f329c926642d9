"""Which part of the platform's use somebody may see, and what of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.statistics.dictionary import Column
from marketplace.statistics.rules.wishes import Wish
from marketplace.values.refusal import FieldError, Invalid

LONGEST_PURPOSE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """All, or the use of some hosts and in some zones. `near` are the customs territories whose people's data may be
    shown, of users whose host is of the same one; None: those of all."""

    everything: bool = False
    hosts: tuple[UUID, ...] = ()
    zones: tuple[str, ...] = ()
    people: bool = False
    contact: bool = False
    near: tuple[str, ...] | None = ()

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to see."""
        return not (self.everything or self.hosts or self.zones)

    def as_json(self) -> dict[str, Any]:
        """As the log of exports and manifests tell it."""
        return {
            "everything": self.everything,
            "hosts": [str(each) for each in self.hosts],
            "zones": list(self.zones),
            "people_of": None if self.near is None else list(self.near),
        }


EVERYTHING = Reach(everything=True, people=True, contact=True, near=None)


def check(wish: Wish, reach: Reach, purpose: str | None) -> None:
    """Columns about people only where they may be seen, and for a stated purpose. Raises Invalid."""
    faults = [FieldError("columns", "column_withheld", "column_withheld") for _ in _withheld(wish.chosen, reach)][:1]
    if wish.personal and not faults and not (purpose or "").strip():
        faults.append(FieldError("purpose", "purpose_required", "purpose_required"))
    if faults:
        raise Invalid(faults)


def offered(columns: Sequence[Column], reach: Reach) -> list[Column]:
    """The columns that somebody may choose."""
    withheld = set(_withheld(columns, reach))
    return [each for each in columns if each.id not in withheld]


def _withheld(columns: Sequence[Column], reach: Reach) -> list[str]:
    return [each.id for each in columns if (each.personal and not reach.people) or (each.contact and not reach.contact)]
