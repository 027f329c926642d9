"""Who may do what with an outcome in which status."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from marketplace.outcomes.models import OutcomeStatus as S
from marketplace.outcomes.models import OutcomeVerb as V


class Side(Enum):
    """How somebody stands to an outcome."""

    REPORTER = "reporter"  # a person of the organisation that reports it
    OTHER = "other"  # of a side outside the reporter's group, which has not confirmed this version
    CONFIRMED = "confirmed"  # of one that has
    BOUND = "bound"  # of another side, and of the reporter's group too; or who entered or handed it in themselves
    PARTY = "party"  # of another party of its collaborations outside the reporter's group
    ADMINISTRATOR = "administrator"  # who belongs to none of these


_LIVE: Final = frozenset({S.SUBMITTED, S.CONFIRMED})
# Withdrawn and rejected end it; a draft is discarded, not withdrawn.
OPEN: Final[Mapping[V, frozenset[S]]] = MappingProxyType(
    {
        V.REVISE: frozenset({S.DRAFT, S.SUBMITTED, S.CONFIRMED, S.DISPUTED}),
        V.SUBMIT: frozenset({S.DRAFT}),
        V.CONFIRM: _LIVE,
        V.DISPUTE: _LIVE,
        V.SETTLE: frozenset({S.DISPUTED}),
        V.WITHDRAW: frozenset({S.SUBMITTED, S.CONFIRMED, S.DISPUTED}),
        V.CHECK: _LIVE,
    }
)
WHOSE: Final[Mapping[V, frozenset[Side]]] = MappingProxyType(
    {
        V.DRAFT: frozenset({Side.REPORTER}),
        V.REVISE: frozenset({Side.REPORTER}),
        V.SUBMIT: frozenset({Side.REPORTER}),
        V.CONFIRM: frozenset({Side.OTHER}),
        V.DISPUTE: frozenset({Side.OTHER, Side.CONFIRMED, Side.BOUND, Side.PARTY}),
        V.SETTLE: frozenset({Side.ADMINISTRATOR}),
        V.WITHDRAW: frozenset({Side.REPORTER}),
        V.CHECK: frozenset({Side.ADMINISTRATOR}),
    }
)


def stands_open(verb: V, status: S) -> bool:
    """Whether anybody at all may do this to an outcome in that status."""
    return status in OPEN.get(verb, frozenset())


def offered(status: S, sides: frozenset[Side]) -> frozenset[V]:
    """What somebody may do, standing to it in these ways."""
    return frozenset(verb for verb in OPEN if stands_open(verb, status) and WHOSE[verb] & sides)


def after_revision(status: S) -> S:
    """A draft stays one; what was submitted, confirmed or disputed asks the other sides again."""
    return S.DRAFT if status is S.DRAFT else S.SUBMITTED
