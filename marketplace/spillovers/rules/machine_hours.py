"""Machine hours as the mainland's instrument-sharing returns count them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from marketplace.spillovers.rules.results import ratio

# The mainland's classes of instruments descend from the draft standard of 2006, whose first three are for general
# purposes and the others for special ones; of classes that came later it says nothing.
GENERAL: Final = frozenset({"analysis", "physical_testing", "metrology"})
SPECIAL: Final = frozenset(
    {"electronic_measurement", "marine", "earth_exploration", "atmosphere", "astronomy"}
    | {"medical_diagnosis", "nuclear", "special_inspection", "process"}
)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument's hours of a year: start-up, test, what comes after, and what served others."""

    kind: str | None
    prep: Fraction
    test: Fraction
    post: Fraction
    external: Fraction

    @property
    def effective(self) -> Fraction:
        """Necessary start-up, test and necessary work after it; idle running is no part of it."""
        return self.prep + self.test + self.post

    @property
    def sharing(self) -> Fraction:
        """Hours for others over effective hours; 0 where there were none."""
        found: Fraction | None = ratio(self.external, self.effective)
        return found or Fraction(0)


def mean(values: Sequence[Fraction]) -> Fraction | None:
    """The mean of a figure over instruments; None without any."""
    found: Fraction | None = ratio(sum(values, Fraction(0)), len(values))
    return found


def kind_of(instrument_class: str | None) -> str | None:
    """Whether an instrument is general or special; None where its class doesn't say."""
    if instrument_class in GENERAL:
        return "general"
    return "special" if instrument_class in SPECIAL else None
