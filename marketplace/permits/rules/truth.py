"""Three-valued truth: an unknown fact makes nothing false, and what is known stays so when others become known."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final


class Truth(IntEnum):
    """Kleene's strong logic: all is the least, any the greatest, not the mirror image."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    def __invert__(self) -> Truth:
        return _MIRRORED[self]


NO, UNKNOWN, YES = Truth.NO, Truth.UNKNOWN, Truth.YES
_MIRRORED: Final = (YES, UNKNOWN, NO)


def of(value: bool) -> Truth:
    """What a plain answer is."""
    return YES if value else NO


def all_of(truths: Iterable[Truth]) -> Truth:
    """The least of some truths; of none it is yes."""
    least = YES
    for truth in truths:
        if truth is NO:
            return NO
        if truth is UNKNOWN:
            least = UNKNOWN
    return least


def any_of(truths: Iterable[Truth]) -> Truth:
    """The greatest of some truths; of none it is no."""
    greatest = NO
    for truth in truths:
        if truth is YES:
            return YES
        if truth is UNKNOWN:
            greatest = UNKNOWN
    return greatest
