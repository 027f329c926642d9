"""Organisations whose requests were taken up beside those whose were not: counts, and never an effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from marketplace.spillovers.rules.disclosure import FEWEST_CONTRIBUTORS, shown


class Group(StrEnum):
    """Whether any request of an organisation was taken up, or all came to nothing."""

    MATCHED = "matched"
    NOT_MATCHED = "not_matched"


# Why a group has no counts.
NO_CONSENT: Final = "no_consent_recorded"
OVERSEERS_ONLY: Final = "overseers_only"
TOO_FEW: Final = "too_few_organisations"
NOBODY: Final = "nobody"
# What is counted of each organisation.
MEMBERS: Final = ("requests", "outcomes_before", "reported_after", "confirmed_after")
LABEL: Final = "comparison_not_an_effect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One organisation: its requests in the period, and its outcomes before and after its first request."""

    group: Group
    consents: bool
    requests: int
    outcomes_before: int = 0
    reported_after: int = 0
    confirmed_after: int = 0


def compared(rows: Sequence[Compared]) -> list[dict[str, Any]]:
    """Both groups, rounded and hidden as published figures are (S-06); of those that were not matched only the ones
    that consent."""
    taken_up = [each for each in rows if each.group is Group.MATCHED]
    others = [each for each in rows if each.group is Group.NOT_MATCHED]
    willing = [each for each in others if each.consents]
    silent = len(others) - len(willing)
    return [
        _line(Group.MATCHED, taken_up, NOBODY),
        {**_line(Group.NOT_MATCHED, willing, NO_CONSENT if silent else NOBODY), "without_consent": _few(silent)},
    ]


def withheld() -> list[dict[str, Any]]:
    """The same for those whom it is not shown to."""
    return [_empty(group, OVERSEERS_ONLY) for group in Group]


def _line(group: Group, rows: Sequence[Compared], nobody: str) -> dict[str, Any]:
    """A group of fewer than three tells nothing but that; three or more contribute to each count, or it is hidden."""
    if not rows:
        return {**_empty(group, nobody), "organisations": 0}
    if len(rows) < FEWEST_CONTRIBUTORS:
        return {**_empty(group, TOO_FEW), "organisations": _few(len(rows))}
    told = {name: _count(getattr(each, name) for each in rows) for name in MEMBERS}
    return {**_empty(group, None), "organisations": _few(len(rows)), **told}


def _empty(group: Group, why: str | None) -> dict[str, Any]:
    counts = dict.fromkeys(("organisations", *MEMBERS, "without_consent"))
    return {"group": group.value, **counts, "why": why, "label": LABEL}


def _count(values: Iterable[int]) -> Any:
    given = [each for each in values if each]
    return shown(sum(given), len(given))


def _few(count: int) -> Any:
    return shown(count, FEWEST_CONTRIBUTORS)
